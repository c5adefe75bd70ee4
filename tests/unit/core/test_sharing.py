"""What may leave: the words of posts on X do not, and nothing about a person's nature is kept at all."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from enum import Enum

import listener.core
from listener.core.model import Author, Intent
from listener.core.sharing import may_share_words, shareable
from listener.storage.tables import metadata
from tests.builders import kept

# What X's terms and the law forbid to conclude about a person, in words that a field or a label would have.
_FORBIDDEN = re.compile(
    r"health|illness|disab|pregnan|politic|party_|religio|belief|ethnic|race\b|racial|origin|sexual|gender|orientation|union|crim|convict|debt|income"
)


def test_posts_of_x_leave_as_ids_and_labels() -> None:
    """Neither words nor names; the link says where they can be read."""
    post = kept(kind="x", guid="2090000000000000001", text="geheim", title="ook", author=Author(name="Jan", handle="jan", id="7"))
    bare = shareable(post)
    assert not may_share_words("x")
    assert "geheim" not in repr(bare)
    assert "Jan" not in repr(bare)
    assert (bare.entry.link, bare.judged.judgement) == ("https://x.com/i/status/2090000000000000001", post.judged.judgement)
    assert shareable(kept(kind="x", guid="")).entry.link == ""


def test_other_places_words_may_leave() -> None:
    """As they are."""
    news = kept(kind="rss")
    assert shareable(news) is news


def test_no_label_about_a_persons_nature_exists() -> None:
    """No column, no field of a value, no word of a label: health, politics, religion, ethnicity, sex and crime are never derived."""
    names = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}
    for found in pkgutil.walk_packages(listener.core.__path__, "listener.core."):
        module = importlib.import_module(found.name)
        for name, value in inspect.getmembers(module, inspect.isclass):
            if dataclasses.is_dataclass(value):
                names |= {f"{name}.{one.name}" for one in dataclasses.fields(value)}
            if issubclass(value, Enum):
                names |= {f"{name}.{one.value}" for one in value}
    assert len(names) > 200
    assert [one for one in sorted(names) if _FORBIDDEN.search(one.lower())] == []
    assert {one.value for one in Intent} == {"complaint", "question", "praise", "purchase", "job", "other"}

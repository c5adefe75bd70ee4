"""The captured answers of X and its neighbours; they lie outside the repository and are people's own words."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from listener.core.errors import OutOfBudget
from listener.core.model import Document
from listener.sources import load
from listener.sources.app_store import AppStoreKind
from listener.sources.mastodon import MastodonKind
from listener.sources.reddit import RedditKind
from listener.sources.x_posts import entries, page
from listener.sources.x_refusals import is_stale, refusal
from tests.builders import NOON, document
from tests.unit.sources.captured import _SHARED

FOLDER = _SHARED / "data" / "x"


def captured() -> list[tuple[str, bytes, int]]:
    """Name, bytes and number of items, where somebody counted them; skips the test where there are none."""
    if not (FOLDER / "index.csv").is_file():
        pytest.skip("the captured answers are not here (LISTENER_SHARED names their folder)")
    with (FOLDER / "index.csv").open(newline="", encoding="utf-8") as table:
        return [(row["file"], (FOLDER / row["file"]).read_bytes(), int(row["n_items"] or 0)) for row in csv.DictReader(table)]


def as_document(body: bytes) -> Document:
    """A captured answer as a document."""
    return document(source="molenaar-x", url="https://api.x.com/2/tweets/search/recent", media_type="application/json", body=body)


def test_every_captured_page_of_x_is_read() -> None:
    """Each post with its id, a time and its words; reposts count on the original; usage is no page, and says so."""
    read = 0
    for name, body, count in captured():
        if not name.startswith("x/") or "/errors/" in name or "usage" in name or "count" in name:
            continue
        found = page(body)
        assert len(found.posts) == count, name
        made = entries(as_document(body))
        assert all(one.guid and one.text and one.published_at for one in made), name
        reposts = sum(1 for one in found.posts if one["text"].startswith("RT @") and one.get("referenced_tweets"))
        assert len(made) == len({one.guid for one in made}) == count - reposts, name
        read += 1
    assert read == 7


def test_an_edited_post_is_the_same_entry_before_and_after() -> None:
    """By the first id of its history."""
    both = [entries(as_document(body))[0] for name, body, _ in captured() if "edited_" in name]
    assert len({one.guid for one in both}) == 1
    assert len({one.link for one in both}) == 2


def test_every_captured_refusal_has_its_own_sentence() -> None:
    """A search that asks too far back, and an account without credits."""
    bodies = {name.rsplit("/", 1)[-1]: body for name, body, _ in captured() if "/errors/" in name}
    assert is_stale(400, bodies["400_stale_since_id.json"])
    without = refusal(402, {}, bodies["402_credits_depleted.json"], NOON)
    assert isinstance(without, OutOfBudget)
    assert "no credits" in without.detail
    assert "REDACTED" not in without.detail


def test_every_captured_shape_is_taken_by_whoever_it_is_for() -> None:
    """Counts and usage are no pages of posts; the neighbours' answers are JSON that their kinds know or refuse in one line."""
    kinds = {"mastodon": MastodonKind, "reddit": RedditKind, "appstore": AppStoreKind}
    assert load("x") is not None
    seen = 0
    for name, body, _ in captured():
        value = json.loads(body)
        assert isinstance(value, (dict, list)), name
        seen += 1
    assert seen == 18
    assert {Path(name).parts[0] for name, _, _ in captured()} >= kinds.keys()

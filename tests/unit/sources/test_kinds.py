"""The table of kinds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from listener.core.errors import AccessDenied
from listener.sources import KINDS, load
from listener.sources.feed import FeedKind


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_in_the_table_can_be_loaded(name: str) -> None:
    """Each name leads to a class that can fetch and parse."""
    kind = load(name)
    assert callable(kind.fetch)
    assert callable(kind.parse)


def test_a_dotted_path_is_a_kind_too() -> None:
    """A contributor's own kind needs no entry in the table."""
    assert load("listener.sources.feed:FeedKind") is FeedKind


@pytest.mark.parametrize("name", ["rrs", "no.such.module:Kind", "listener.sources.feed:Nothing", "a b.c", ""])
def test_an_unknown_kind_is_refused_in_words(name: str) -> None:
    """A slip names itself; a person changes it."""
    with pytest.raises(AccessDenied, match="kind"):
        load(name)


def test_naming_the_kinds_loads_none() -> None:
    """The table costs nothing: neither tweepy, nor aiohttp, nor feedparser is imported for it."""
    heavy = "import sys, listener.sources; print(sorted({'tweepy', 'aiohttp', 'feedparser', 'requests'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

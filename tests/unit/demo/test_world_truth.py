"""The story against the real parsers and the real query: what is found is what is true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from listener.config import load
from listener.core.mentions import MentionFinder
from listener.core.model import Cursor, Document, Entry, Media, Source
from listener.demo import feeds
from listener.demo.places import PLACES, Form, X
from listener.demo.story import BRAND, RIVAL
from listener.demo.world import TOKEN, World
from listener.sources import KINDS
from listener.sources import load as kind_named
from listener.sources.means import XAccess
from listener.sources.x import XKind
from tests.fakes_purchases import FakePurchases

UNTIL = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@cache
def world() -> World:
    """Seven weeks of the story; its servers stay closed."""
    return World(Path("unused"), UNTIL, days=50)


@pytest.fixture
def finder(tmp_path: Path) -> MentionFinder:
    """The queries of the world's own configuration."""
    with World(tmp_path, UNTIL, days=1) as opened:
        settings = load(opened.config, {}, kinds=tuple(KINDS))
    return MentionFinder([one.brand for one in settings.brands])


def document(source: str, media_type: str, body: bytes) -> Document:
    """Bytes as they would have been fetched."""
    return Document(source=source, url="http://127.0.0.1/", media_type=media_type, body=body, fetched_at=UNTIL)


@pytest.mark.parametrize("key", list(PLACES))
def test_every_item_of_every_feed_is_read_and_found_as_it_is_true(key: str, finder: MentionFinder) -> None:
    """Each entry has its title, text, time and link; the query takes what speaks of a brand, Google's namesakes come along."""
    place = PLACES[key]
    items = [item for item in reversed(world().story.items) if key in item.places]
    kind = kind_named("google-alerts" if place.form is Form.GOOGLE else "rss")()
    entries = kind.parse(document(world().source_of(key), feeds.media_type(place), feeds.write(place, items)))
    assert len(entries) == len(items)
    owner = RIVAL if key.startswith("rival") else BRAND
    for entry, item in zip(entries, items, strict=True):
        assert entry.url == item.url
        assert entry.title == item.title or "<script>" in item.title
        assert entry.published_at == (None if place.form is Form.BARE else item.at)
        if place.form is not Form.GOOGLE:
            assert entry.text == item.text
        found = {mention.brand: mention for mention in finder.find(entry, owner)}
        assert set(found) >= set(item.about), item
        if place.form is not Form.GOOGLE:
            assert set(found) == set(item.about), item
        if owner in found:
            assert (found[owner].media is Media.OWNED) == (item.media is Media.OWNED and owner in item.about)


@pytest.mark.parametrize("brand", [BRAND, RIVAL])
def test_x_brings_all_that_is_said_there_and_no_namesake(brand: str, finder: MentionFinder, tmp_path: Path) -> None:
    """A visit every day brings each post once, the brand's own answers as owned, and costs what the posts cost."""
    with World(tmp_path, UNTIL, days=12) as opened:
        kind = XKind(XAccess(api_url=opened.x_url, bearer_token=TOKEN, monthly=100_000_000), FakePurchases())
        source = Source(key="x", brand=brand, kind="x", address=opened.addresses[opened.source_of(X, brand)])
        entries: list[Entry] = []
        cursor: Cursor | None = None
        for back in reversed(range(12)):
            opened.now = UNTIL - timedelta(days=back)
            more = True
            while more:
                fetched = kind.fetch(source, cursor, opened.now)
                cursor, more = fetched.cursor, fetched.more
                entries += kind.parse(fetched.document) if fetched.document else ()
        kind.close()
        said = {str(item.snowflake): item for item in opened.story.items if X in item.places and brand in item.about}
        assert sorted({entry.guid for entry in entries}) == sorted(said)
        assert opened.x.cost >= 0.005 * len(said)
    for entry in entries:
        found = {mention.brand: mention for mention in finder.find(entry, brand)}
        assert set(found) == {brand}
        assert (found[brand].media is Media.OWNED) == (said[entry.guid].media is Media.OWNED)

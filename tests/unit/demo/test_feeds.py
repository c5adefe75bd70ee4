"""The feeds: six dialects, read back by a feed reader that we did not write."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest

from listener.demo import feeds
from listener.demo.item import Item, Story
from listener.demo.places import PLACES, Form, Place
from listener.demo.story import tell

UNTIL = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
XML = [key for key, place in PLACES.items() if place.form is not Form.JSON]


@cache
def story() -> Story:
    """The story, told once."""
    return tell(UNTIL)


def read(place: Place, items: list[Item]) -> Any:
    """A feed as feedparser reads it, which must find nothing wrong with it."""
    parsed = feedparser.parse(feeds.write(place, items), response_headers={"content-type": feeds.media_type(place)})
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def plain(markup: str) -> str:
    """Markup without its tags and entities."""
    return unescape(re.sub(r"<[^>]+>", "", markup)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("key", XML)
@pytest.mark.parametrize("back", [0, 11, 45])
def test_feeds_are_read_back_as_they_were_told(key: str, back: int) -> None:
    """Titles, links and order survive every dialect and encoding."""
    place, items = PLACES[key], story().shown(key, UNTIL - timedelta(days=back))
    entries = read(place, items).entries
    assert len(entries) == len(items)
    for entry, item in zip(entries, items, strict=True):
        if place.form is Form.TAG:
            assert "title" not in entry
        elif "<script>" in item.title:
            assert "Bcc" in entry.title
        else:
            assert plain(entry.title) == item.title
        assert (place.form is Form.GOOGLE) or entry.link.split("?")[0] == item.url


@pytest.mark.parametrize("key", list(PLACES))
def test_the_same_items_give_the_same_bytes_even_none(key: str) -> None:
    """A place that has nothing new answers with the very same document, and an empty one is well-formed."""
    items = story().shown(key, UNTIL)
    assert feeds.write(PLACES[key], items) == feeds.write(PLACES[key], items)
    empty = feeds.write(PLACES[key], [])
    assert json.loads(empty)["items"] == [] if PLACES[key].form is Form.JSON else not read(PLACES[key], []).entries


def test_the_hostile_title_reaches_the_feed_whole() -> None:
    """The forum escapes it properly, so that it is our business to be careful."""
    hostile = next(item for item in story().items if "<script>" in item.title)
    body = feeds.write(PLACES["forum"], [hostile]).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =?utf-8?q?=0D=0ABcc=3A_evil=40example.org?=" in body


def test_the_trade_press_writes_windows_1252() -> None:
    """Its bytes are not UTF-8, and its header does not say so: the document does."""
    items = [item for item in story().items if "vakblad" in item.places and "é" in item.text]
    body = feeds.write(PLACES["vakblad"], items)
    assert b"\xe9" in body
    assert feeds.media_type(PLACES["vakblad"]) == "application/rss+xml"
    assert "é" in read(PLACES["vakblad"], items).entries[0].summary


def test_the_blog_gives_neither_dates_nor_ids() -> None:
    """Small home-made feeds do not, so the time must not be invented."""
    for entry in read(PLACES["blog"], story().shown("blog", UNTIL)).entries:
        assert "published" not in entry
        assert "id" not in entry


def test_a_json_feed_is_one() -> None:
    """The English trade weekly speaks JSON Feed 1.1."""
    items = story().shown("weekly", UNTIL)
    feed = json.loads(feeds.write(PLACES["weekly"], items))
    assert feed["version"].endswith("/1.1")
    assert [one["title"] for one in feed["items"]] == [item.title for item in items]
    assert [datetime.fromisoformat(one["date_published"]) for one in feed["items"]] == [item.at for item in items]


def test_mastodon_cuts_links_in_spans_and_has_no_titles() -> None:
    """The words come back when inline tags are taken out without adding spaces."""
    item = next(item for item in story().items if "social" in item.places and "https://" in item.text)
    (entry,) = read(PLACES["social"], [item]).entries
    assert '<span class="ellipsis">' in entry.summary or '<span class="invisible">' in feeds.write(
        PLACES["social"], [item]
    ).decode().replace("&lt;", "<").replace("&gt;", ">")
    assert plain(entry.summary) == item.text
    assert entry.id == item.url
    assert {tag.term for tag in entry.tags} == set(re.findall(r"#(\w+)", item.text))


def test_google_alerts_has_googles_own_form() -> None:
    """Wrapped links in Google's parameter order, ids beyond 2^63, bold words, cut snippets, an empty author, a language hint."""
    items = story().shown("alerts", UNTIL)
    body = feeds.write(PLACES["alerts"], items).decode()
    assert "&lt;b&gt;Molenaar Pompen&lt;/b&gt;" in body
    assert "&amp;nbsp;...</content> <author> <name></name> </author> </entry>" in body
    entries = read(PLACES["alerts"], items).entries
    for entry, item in zip(entries, items, strict=True):
        number = int(entry.id.removeprefix("tag:google.com,2013:googlealerts/feed:"))
        assert 1 << 63 <= number < 1 << 64
        assert entry.published == entry.updated
        assert entry.author == ""
        assert list(parse_qs(urlsplit(entry.link).query)) == ["rct", "sa", "url", "ct", "cd", "usg"]
        query = parse_qs(urlsplit(entry.link).query)
        assert query["url"] == [item.url]
        padded = query["cd"][0] + "=" * (-len(query["cd"][0]) % 4)
        told = base64.b64decode(padded)
        assert told[:3] == b"\x08\x02\x32"
        assert told[4:].decode().split(":")[1:] == ["nl", "nl", "NL", "R"]
        assert len(plain(entry.content[0].value)) <= 170
    assert len({entry.id for entry in entries}) == len(entries)


def test_google_marks_single_words_where_the_phrase_is_not_there() -> None:
    """That is how a baker called Molenaar comes into the feed."""
    item = next(item for item in story().items if item.namesake and "alerts" in item.places and item.title.startswith("Bakkerij"))
    assert "Bakkerij &lt;b&gt;Molenaar&lt;/b&gt;" in feeds.write(PLACES["alerts"], [item]).decode()

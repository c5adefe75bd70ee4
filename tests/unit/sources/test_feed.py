"""The kind `rss`: what is asked, what an answer means, and entries from items."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from listener.core.errors import AccessDenied, Gone, ParseError, RateLimited, SourceError, Unreachable
from listener.core.model import Cursor, Engagement
from listener.sources.feed import FeedKind
from listener.sources.http import Request, Response
from listener.sources.items import Item, Reading
from listener.sources.manners import retry_at
from tests.builders import NOON, document, source

FEED = b"<rss version='2.0'><channel><item><title>a</title></item></channel></rss>"
KIND = FeedKind(read=lambda body, url, media_type: Reading(items=()))


def response(body: bytes = FEED, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the feed's server."""
    return Response(url="https://vakblad.example/final", status=status, headers=headers or {}, body=body, took=0.1)


def test_the_first_visit_asks_without_conditions() -> None:
    """The address and what we like to read; no validators yet."""
    request = KIND.request(source(), None)
    assert request.url == "https://vakblad.example/feed"
    assert set(request.headers) == {"Accept"}


def test_validators_go_back_exactly_as_they_came() -> None:
    """A weak ETag and an odd date are the server's own words."""
    headers = {"ETag": 'W/"a-b"', "Last-Modified": "yesterday", "Content-Type": "text/xml"}
    fetched = KIND.receive(source(), None, response(headers=headers), NOON)
    assert fetched.document is not None
    assert (fetched.document.url, fetched.document.media_type) == ("https://vakblad.example/final", "text/xml")
    assert (fetched.document.body, fetched.document.fetched_at, fetched.status) == (FEED, NOON, 200)
    asked = KIND.request(source(), fetched.cursor).headers
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('W/"a-b"', "yesterday")


def test_a_validator_that_could_split_a_header_is_forgotten() -> None:
    """What is sent back as a header next time is one line of plain signs."""
    fetched = KIND.receive(source(), None, response(headers={"ETag": "a\r\nX: b", "Last-Modified": "é"}), NOON)
    assert set(fetched.cursor.value) == {"body"}


@pytest.mark.parametrize("status", [204, 304])
def test_nothing_new_keeps_the_cursor(status: int) -> None:
    """The place says that nothing changed."""
    cursor = Cursor({"etag": '"1"'})
    fetched = KIND.receive(source(), cursor, response(b"", status), NOON)
    assert (fetched.document, fetched.cursor, fetched.status) == (None, cursor, status)


def test_nothing_changed_is_no_answer_where_nothing_was_asked_of_it() -> None:
    """A place that says 304 without being given a validator was not heard, however often it says so."""
    for cursor in (None, Cursor({"body": "0" * 64})):
        with pytest.raises(Unreachable, match="304"):
            KIND.receive(source(), cursor, response(b"", 304), NOON)


def test_a_copy_that_a_proxy_changed_is_a_document_too() -> None:
    """203 is 200 with another one's hand in it (RFC 9110, section 15.3.4)."""
    assert KIND.receive(source(), None, response(status=203), NOON).document is not None


def test_the_same_bytes_are_nothing_new() -> None:
    """A place without validators (Google Alerts) is known by the fingerprint of its answer; new validators are kept."""
    cursor = Cursor({"body": hashlib.sha256(FEED).hexdigest()})
    fetched = KIND.receive(source(), cursor, response(headers={"ETag": '"2"'}), NOON)
    assert fetched.document is None
    assert fetched.cursor.value["etag"] == '"2"'


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, AccessDenied, "login"),
        (402, AccessDenied, "payment"),
        (403, AccessDenied, "refuses"),
        (404, Unreachable, "nothing at this address"),
        (410, Gone, "gone for good"),
        (451, AccessDenied, "legal"),
        (418, Unreachable, "418"),
        (202, Unreachable, "202"),
        (302, Unreachable, "302"),
        (500, Unreachable, "fault of its own (500)"),
        (429, RateLimited, "too often"),
        (503, RateLimited, "overloaded"),
    ],
)
def test_a_refusal_has_the_type_of_its_remedy(status: int, error: type[SourceError], words: str) -> None:
    """Who must act (a person, or the clock) is in the type, and why is in one line."""
    with pytest.raises(error) as caught:
        KIND.receive(source(), None, response(b"no", status), NOON)
    assert type(caught.value) is error
    assert words in caught.value.detail
    assert caught.value.status == status


def test_a_place_that_says_when_is_asked_then() -> None:
    """Retry-After is in the error, and in its words."""
    with pytest.raises(RateLimited, match=r"back at 2026-11-20 12:02 UTC") as caught:
        KIND.receive(source(), None, response(b"", 429, {"Retry-After": "120"}), NOON)
    assert caught.value.until == NOON + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta()),
        ("99999999999", timedelta(days=1)),
        ("Fri, 20 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Fri, 20 Nov 2026 12:10:00 -0000", timedelta(minutes=10)),
        ("Fri, 20 Nov 2020 12:10:00 GMT", timedelta()),
        ("Fri, 20 Nov 2099 12:10:00 GMT", timedelta(days=1)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("Fri, 99 Foo 9999 12:10:00 GMT", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(value: str, wait: timedelta | None) -> None:
    """Never in the past, never more than a day, and None where it is nonsense."""
    assert retry_at(value, NOON) == (None if wait is None else NOON + wait)


def test_fetch_asks_once_with_what_it_was_given() -> None:
    """One request, and the same meaning as when the asking is shared."""
    asked: list[Request] = []

    def get(request: Request) -> Response:
        asked.append(request)
        return response()

    fetched = FeedKind(get, lambda *_: Reading(items=())).fetch(source(), None, NOON)
    assert fetched.document is not None
    assert [one.url for one in asked] == ["https://vakblad.example/feed"]


def test_fetch_alone_brings_its_own_means_and_its_own_guard() -> None:
    """Without means of a running Listener the guard still stands."""
    with pytest.raises(AccessDenied, match="closed network"):
        KIND.fetch(source(address="http://127.0.0.1:1/feed"), None, NOON)


def test_an_item_becomes_an_entry() -> None:
    """Key, outlet, hints and counts; who fetched it, and when we first saw it."""
    item = Item(
        guid="1", link="http://www.blad.example/a?utm_source=rss", title="t", text="x", author="Jan", language="nl", replies=2,
        published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    )  # fmt: skip
    [entry] = FeedKind(read=lambda *_: Reading(items=(item,))).parse(document())
    assert entry.document == document().fingerprint
    assert (entry.guid, entry.url, entry.link) == ("1", "https://blad.example/a", "http://www.blad.example/a?utm_source=rss")
    assert (entry.title, entry.text, entry.author.name, entry.language) == ("t", "x", "Jan", "nl")
    assert (entry.outlet, entry.source, entry.first_seen_at) == ("www.blad.example", "vakblad", NOON)
    assert entry.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert entry.engagement == Engagement(replies=2)
    assert not entry.vouched


def test_a_date_in_the_future_is_clamped_to_when_it_was_fetched() -> None:
    """A place may be ahead of its time; what we saw was there by then. No date stays no date."""
    late = Item(published_at=NOON + timedelta(days=400))
    entries = FeedKind(read=lambda *_: Reading(items=(late, Item()))).parse(document())
    assert [entry.published_at for entry in entries] == [NOON, None]


def test_the_outlet_is_who_published_it() -> None:
    """Host of the link, else of the document; for a gatherer, the publisher it names."""
    items = (
        Item(link="https://news.google.com/rss/articles/CBMi?oc=5", publisher="www.blad.example"),
        Item(link="https://blad.example/1", publisher="other.example"),
        Item(),
    )
    entries = FeedKind(read=lambda *_: Reading(items=items)).parse(document())
    assert [entry.outlet for entry in entries] == ["www.blad.example", "blad.example", "vakblad.example"]


def test_by_itself_it_reads_in_a_process_of_its_own() -> None:
    """The default reader is confined: entries come back, and what is no feed is a ParseError."""
    kind = FeedKind()
    assert [entry.title for entry in kind.parse(document(body=FEED))] == ["a"]
    with pytest.raises(ParseError, match="an HTML page"):
        kind.parse(document(body=b"<html><title>x</title>"))


def test_a_304_for_ever_is_not_believed_for_ever() -> None:
    """Eight days after the validators came, the next visit asks without conditions."""
    first = KIND.receive(source(), None, response(headers={"ETag": '"1"'}), NOON)
    soon = KIND.receive(source(), first.cursor, response(b"", 304), NOON + timedelta(days=7))
    late = KIND.receive(source(), first.cursor, response(b"", 304), NOON + timedelta(days=8))
    assert "If-None-Match" in KIND.request(source(), soon.cursor).headers
    assert "If-None-Match" not in KIND.request(source(), late.cursor).headers


def test_a_feeds_own_pace_holds_for_answers_without_a_body_too() -> None:
    """What its document said is kept with the cursor; a header of the 304 may ask for more."""
    body = FEED.replace(b"<item>", b"<ttl>90</ttl><skipDays><day>Monday</day></skipDays><item>")
    first = KIND.receive(source(), None, response(body, headers={"ETag": "1"}), NOON)
    again = KIND.receive(source(), first.cursor, response(b"", 304), NOON)
    asked = KIND.receive(source(), first.cursor, response(b"", 304, {"Cache-Control": "max-age=7200"}), NOON)
    assert [one.wait for one in (first, again, asked)] == [timedelta(minutes=n) for n in (90, 90, 120)]
    assert first.closed == again.closed == frozenset(range(24))
    assert first.adaptive


def test_a_feed_that_has_moved_is_asked_at_its_new_address_until_that_fails() -> None:
    """The configuration is not touched: the cursor knows, a person is told, and any failure leads back."""
    there = Cursor({"address": "https://new.example/feed", "etag": '"1"'})
    assert KIND.request(source(), there).url == "https://new.example/feed"
    assert "moved for good to https://new.example/feed" in KIND.receive(source(), there, response(b"", 304), NOON).note
    with pytest.raises(Unreachable) as caught:
        KIND.receive(source(), there, response(b"", 404), NOON)
    assert caught.value.cursor == KIND.lost(there) == Cursor({"etag": '"1"'})
    assert KIND.lost(Cursor({"etag": '"1"'})) is None


def test_what_came_instead_of_a_feed_does_not_pass_for_unchanged() -> None:
    """When the document cannot be read, the cursor goes on from what was known before, and the move is not counted."""
    known = Cursor({"body": "0", "etag": '"1"', "moved_to": "x", "moved_count": "3", "moved_since": NOON.isoformat()})
    assert KIND.receive(source(), known, response(b"<html>"), NOON).unread == Cursor({"body": "0", "etag": '"1"'})


def test_a_kind_may_know_its_place_to_refuse_in_its_own_way() -> None:
    """Reddit says 403 where others say 429, and wants a minute between two requests."""

    class Touchy(FeedKind):
        host_gap = timedelta(minutes=1)
        rests = frozenset({403, 429, 503})

    kind = Touchy(read=lambda *_: Reading(items=()))
    asked = kind.request(source(), None)
    assert (asked.gap, asked.rests) == (60.0, frozenset({403, 429, 503}))
    with pytest.raises(RateLimited, match=r"too often \(403\)"):
        kind.receive(source(), None, response(b"", 403), NOON)

"""The kind `app-store`; every review here was written by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from listener.core.errors import AccessDenied, ParseError, Unreachable
from listener.core.model import Author, Cursor, Engagement, Fetched
from listener.sources.app_store import AppStoreKind
from tests.builders import NOON, document, source
from tests.unit.sources.answers import answer

FEED = "https://itunes.apple.com/nl/rss/customerreviews/page=1/id=123456789/sortBy=mostRecent/json"
HERE = source(kind="app-store", address="123456789", language="nl", country="NL")


def review(number: object = 900, **changes: Any) -> dict[str, Any]:
    """A review as Apple gives it."""
    made = {
        "id": {"label": str(number)},
        "title": {"label": "Pomp gaat niet meer aan"},
        "content": {"label": "Sinds de update &amp; zo doet de app niets.", "attributes": {"type": "text"}},
        "author": {"name": {"label": "waterman"}, "uri": {"label": "https://itunes.apple.com/nl/reviews/id777"}, "label": ""},
        "updated": {"label": "2026-11-20T01:00:00-07:00"},
        "im:rating": {"label": "2"},
        "im:version": {"label": "1.8.0"},
        "im:voteSum": {"label": "3"},
        "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/nl/review?id=1"}},
    }
    return made | changes


def feed(*entries: object) -> dict[str, Any]:
    """A page with these entries."""
    return {"feed": {"author": {}, "entry": list(entries)}}


def heard(numbers: range, cursor: Cursor | None = None) -> Fetched:
    """What a page of these reviews means."""
    return AppStoreKind().receive(HERE, cursor, answer(feed(*map(review, numbers)), url=FEED), NOON)


@pytest.mark.parametrize(
    ("address", "country", "place"),
    [
        ("123456789", "NL", "/nl/rss/customerreviews/page=1/id=123456789/"),
        ("id123456789", "", "/us/rss/customerreviews/page=1/id=123456789/"),
        ("https://apps.apple.com/be/app/pomp-app/id123456789?l=nl", "NL", "/be/rss/customerreviews/page=1/id=123456789/"),
        ("https://apps.apple.com/app/id123456789", "NL", "/nl/rss/customerreviews/page=1/id=123456789/"),
        (FEED, "DE", "/nl/rss/customerreviews/page=1/id=123456789/"),
    ],
)
def test_an_app_has_its_reviews_by_country(address: str, country: str, place: str) -> None:
    """The country in the address goes before the brand's; the order within the address is the one that works."""
    found = AppStoreKind().request(source(address=address, country=country), None).url
    assert found == f"https://itunes.apple.com{place}sortBy=mostRecent/json"
    assert AppStoreKind.place(source(address=address, country=country)) == found


@pytest.mark.parametrize(
    "address", ["", "Pomp App", "12", "https://elders.example/nl/app/id123456789", "https://apps.apple.com/nl/"]
)
def test_what_names_no_app_is_refused_in_words(address: str) -> None:
    """A person writes the number."""
    with pytest.raises(AccessDenied, match="app-store: write the app's number"):
        AppStoreKind().request(source(address=address), None)


def test_a_review_is_an_entry_with_stars() -> None:
    """Vouched for by its place; without an address as key, since all reviews of an app share one page."""
    [entry] = AppStoreKind().parse(
        document(url=FEED, body=json.dumps(feed({"im:name": {"label": "De app"}}, review(), 7)).encode())
    )
    assert (entry.guid, entry.url, entry.title) == ("900", "", "Pomp gaat niet meer aan")
    assert entry.text == "Sinds de update &amp; zo doet de app niets."  # plain text by Apple's own word
    assert entry.link == "https://apps.apple.com/nl/app/id123456789?see-all=reviews"
    assert (entry.outlet, entry.country, entry.vouched) == ("apps.apple.com", "NL", True)
    assert entry.author == Author(name="waterman", id="777")
    assert entry.engagement == Engagement(likes=3, rating=2.0)
    assert entry.published_at is not None
    assert entry.published_at.hour == 8


def test_one_review_comes_as_an_object() -> None:
    """Apple writes a list of one without brackets; a file without an address has no link."""
    [entry] = AppStoreKind().parse(
        document(url="", body=json.dumps({"feed": {"entry": review(**{"im:rating": {"label": "9"}})}}).encode())
    )
    assert (entry.guid, entry.link, entry.country, entry.engagement.rating) == ("900", "", "", None)


@pytest.mark.parametrize("value", [{"feed": {"author": {}}}, {"feed": {"entry": "x"}}, {"feed": []}, {}, [], None])
def test_a_page_without_entries_is_a_failure_and_not_zero_reviews(value: object) -> None:
    """The bytes are kept, the cursor stays, and the words say what it may mean."""
    fetched = AppStoreKind().receive(HERE, Cursor({"seen": "900"}), answer(value), NOON)
    assert fetched.document is not None
    assert fetched.cursor == Cursor({"seen": "900"})
    with pytest.raises(ParseError, match=r"no entries at all|no feed of reviews"):
        AppStoreKind().parse(fetched.document)


def test_pages_are_read_as_far_as_they_are_unknown() -> None:
    """The first visit goes through all ten; later ones stop at the first review that is known."""
    cursor: Cursor | None = None
    pages = 0
    for page in range(1, 12):
        assert f"/page={page}/" in AppStoreKind().request(HERE, cursor).url
        fetched = heard(range(1000 - page * 50, 1050 - page * 50), cursor)
        cursor, pages = fetched.cursor, page
        if not fetched.more:
            break
    assert pages == 10
    assert cursor is not None
    assert cursor.value["seen"].split()[0] == "950"
    later = heard(range(960, 1010), cursor)
    assert not later.more
    assert later.cursor.value["seen"].split() == [str(n) for n in range(960, 1010)]
    far = heard(range(2000, 2050), later.cursor)
    assert (far.more, far.cursor.value["page"]) == (True, "2")
    met = heard(range(1000, 1050), far.cursor)
    assert not met.more
    assert met.cursor.value["seen"].split()[0] == "2000"


def test_the_last_page_may_be_short_or_missing() -> None:
    """Behind the last page Apple gives no entries: the end, not a failure."""
    assert not heard(range(5)).more
    second = Cursor({"seen": "", "newest": "9 8", "page": "2"})
    end = AppStoreKind().receive(HERE, second, answer({"feed": {}}), NOON)
    assert end == Fetched(document=None, cursor=Cursor({"seen": "9 8"}), status=200)
    assert "/page=1/" in AppStoreKind().request(HERE, Cursor({"page": "x"})).url


def test_a_page_of_html_is_said_to_be_one() -> None:
    """Apple's own error page, with its title."""
    with pytest.raises(ParseError, match=r"a page of HTML, not JSON \(its title: Oeps\)"):
        AppStoreKind().parse(document(body=b"<html><title>Oeps</title></html>"))
    with pytest.raises(ParseError, match="the answer is empty"):
        AppStoreKind().parse(document(body=b" \n"))
    with pytest.raises(Unreachable, match="500"):
        AppStoreKind().receive(HERE, None, answer(b"", status=500), NOON)

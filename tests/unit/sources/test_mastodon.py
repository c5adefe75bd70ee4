"""The kind `mastodon`; every post here was written by hand."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from listener.core.errors import AccessDenied, ParseError, RateLimited
from listener.core.model import Author, Cursor, Engagement, Entry, Fetched, Thread
from listener.sources.mastodon import MastodonKind
from tests.builders import NOON, document, source
from tests.unit.sources.answers import answer, onward

POST: dict[str, Any] = {
    "id": "117020593741189701",
    "uri": "https://polder.example/users/jan/statuses/117",
    "url": "https://polder.example/@jan/117",
    "created_at": "2026-11-20T09:00:00.000Z",
    "visibility": "public",
    "language": "nl",
    "spoiler_text": "techniek",
    "in_reply_to_id": "116",
    "content": '<p>Onze <a href="https://polder.example/tags/pomp">#<span>pomp</span></a> is stuk.</p><p>Zie <a '
    'href="https://molenaar.example/a/b"><span class="invisible">https://</span><span class="ellipsis">molenaar.example/a</span>'
    '<span class="invisible">/b</span></a>, H&amp;M</p>',
    "favourites_count": 4,
    "reblogs_count": 3,
    "replies_count": 2,
    "quotes_count": 1,
    "reblog": None,
    "account": {
        "acct": "jan",
        "username": "jan",
        "display_name": "Jan 🚰",
        "uri": "https://polder.example/users/jan",
        "followers_count": 77,
    },
}
TAG = source(kind="mastodon", address="#pomp@polder.example")


def url(address: str, cursor: Cursor | None = None) -> str:
    """What is asked for an address."""
    return MastodonKind().request(source(address=address), cursor).url


def read(*posts: object) -> list[Entry]:
    """The entries of a page with these posts."""
    return list(MastodonKind().parse(document(url="https://polder.example/api", body=json.dumps(posts).encode())))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("#pomp", "https://mastodon.social/api/v1/timelines/tag/pomp?limit=40"),
        ("pomp", "https://mastodon.social/api/v1/timelines/tag/pomp?limit=40"),
        ("#pomp@polder.example", "https://polder.example/api/v1/timelines/tag/pomp?limit=40"),
        ("café@polder.example", "https://polder.example/api/v1/timelines/tag/caf%C3%A9?limit=40"),
        ("https://polder.example/tags/pomp.rss", "https://polder.example/api/v1/timelines/tag/pomp?limit=40"),
        ("http://127.0.0.1:8080/tags/pomp", "http://127.0.0.1:8080/api/v1/timelines/tag/pomp?limit=40"),
        ("@jan@polder.example", "https://polder.example/api/v1/accounts/lookup?acct=jan"),
        ("https://polder.example/@jan.rss", "https://polder.example/api/v1/accounts/lookup?acct=jan"),
        ("https://polder.example/@jan@dijk.example", "https://polder.example/api/v1/accounts/lookup?acct=jan%40dijk.example"),
        ("https://polder.example/users/jan", "https://polder.example/api/v1/accounts/lookup?acct=jan"),
    ],
)
def test_each_form_of_address_has_its_place(address: str, place: str) -> None:
    """A tag, a tag somewhere, an account, or what a person copied from his browser."""
    assert url(address) == place
    assert MastodonKind.place(source(address=address)) == place


@pytest.mark.parametrize(
    "address",
    [
        "",
        "#",
        "# pomp",
        "#po-mp",
        "pomp@",
        "pomp@../x",
        "@jan",
        "@@polder.example",
        "https://polder.example/",
        "https:///tags/x",
        "@a b@c.example",
    ],
)
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    """The forms are named."""
    with pytest.raises(AccessDenied, match="mastodon: write"):
        url(address)


def test_a_post_is_an_entry() -> None:
    """Links that are cut in three are one word again, paragraphs are apart, its uri is its name everywhere."""
    [entry] = read(POST)
    assert entry.text == "techniek Onze #pomp is stuk. Zie https://molenaar.example/a/b, H&M"
    assert (entry.guid, entry.link) == ("https://polder.example/users/jan/statuses/117", "https://polder.example/@jan/117")
    assert (entry.title, entry.outlet, entry.language) == ("", "polder.example", "nl")
    assert entry.author == Author(name="Jan 🚰", handle="jan@polder.example", id="https://polder.example/users/jan", followers=77)
    assert entry.thread == Thread(in_reply_to="116")
    assert entry.engagement == Engagement(likes=4, reposts=3, replies=2, quotes=1)
    assert not entry.vouched


def test_only_public_words_of_ones_own_are_heard() -> None:
    """Boosts count on the original; what is not for everybody is not ours to keep; what has no name is no post."""
    others: list[dict[str, Any]] = [
        {"visibility": "unlisted"},
        {"visibility": "private"},
        {"visibility": None},
        {"reblog": POST},
        {"uri": ""},
    ]
    assert read(*({**POST, **change} for change in others), None, 7, "x", []) == []


def test_odd_fields_cost_nothing() -> None:
    """Another type is not said; a handle from elsewhere stays as it is."""
    [entry] = read(
        {
            "uri": "tag:x",
            "visibility": "public",
            "url": "javascript:x",
            "account": [],
            "content": 5,
            "created_at": {},
            "reblogs_count": -1,
        }
    )
    assert (entry.link, entry.text, entry.published_at, entry.author) == ("", "5", None, Author())
    assert entry.outlet == "polder.example"
    [entry] = read({**POST, "account": {"acct": "piet@dijk.example", "username": "piet"}})
    assert (entry.author.name, entry.author.handle) == ("piet", "piet@dijk.example")


def heard(*ids: str, cursor: Cursor | None = None, link: str = "") -> Fetched:
    """What a page with posts of these ids means."""
    page = answer([{**POST, "id": one} for one in ids], link=link)
    return MastodonKind().receive(TAG, cursor, page, NOON)


def test_each_visit_goes_on_after_the_newest_post() -> None:
    """The first takes the newest page; later ones run towards the present until the instance has nothing newer."""
    first = heard("1000", "999")
    assert (first.more, onward(first.cursor)) == (False, Cursor({"min_id": "1000"}))
    asked = parse_qs(urlsplit(url("#pomp@polder.example", first.cursor)).query)
    assert asked == {"limit": ["40"], "min_id": ["1000"]}
    newer = '<https://polder.example/api/v1/timelines/tag/pomp?min_id=1002>; rel="prev", <https://x.example>; rel="next"'
    second = heard("1002", "1001", cursor=first.cursor, link=newer)
    assert (second.more, onward(second.cursor)) == (True, Cursor({"min_id": "1002"}))
    full = heard(*(str(2000 + n) for n in range(40)), cursor=first.cursor)
    assert (full.more, full.cursor.value["min_id"]) == (True, "2039")
    last = heard(cursor=second.cursor)
    assert (last.more, last.document, last.cursor) == (False, None, second.cursor)
    assert not heard("1000", cursor=first.cursor, link=newer).more  # a page that leads nowhere is not asked for again


def test_a_new_tag_without_posts_is_nothing_new() -> None:
    """No cursor can be made of nothing."""
    assert heard() == Fetched(document=None, cursor=Cursor({}), status=200)


def test_an_account_is_looked_up_once() -> None:
    """First its id, at once its posts; both stay in the cursor."""
    here, kind = source(address="@jan@polder.example"), MastodonKind()
    found = kind.receive(here, None, answer({"id": "55", "acct": "jan"}), NOON)
    assert found == Fetched(document=None, cursor=Cursor({"account": "55"}), more=True, status=200)
    assert kind.request(here, found.cursor).url == (
        "https://polder.example/api/v1/accounts/55/statuses?limit=40&exclude_reblogs=true"
    )
    page = kind.receive(here, found.cursor, answer([POST]), NOON)
    assert onward(page.cursor) == Cursor({"account": "55", "min_id": "117020593741189701"})
    odd = kind.receive(here, None, answer({"id": "../../x"}), NOON)
    assert odd.document is not None
    with pytest.raises(ParseError):
        kind.parse(odd.document)


@pytest.mark.parametrize(
    ("status", "words"), [(401, "own members only"), (403, "own members"), (422, "own members"), (404, "knows no such")]
)
def test_an_instance_that_keeps_its_own_says_so(status: int, words: str) -> None:
    """A person names another instance."""
    with pytest.raises(AccessDenied, match=words):
        MastodonKind().receive(TAG, None, answer({"error": "no"}, status=status), NOON)


def test_a_limit_names_its_end() -> None:
    """Mastodon writes the moment into a header of its own; nonsense there is no moment."""
    for header, until in [("2026-11-20T12:05:00Z", "12:05"), ("never", None), ("2020-01-01T00:00:00Z", None)]:
        with pytest.raises(RateLimited) as caught:
            MastodonKind().receive(TAG, None, answer({}, status=429, x_ratelimit_reset=header), NOON)
        assert (f"{caught.value.until:%H:%M}" if caught.value.until else None) == until


def test_json_that_is_no_list_is_refused_in_words() -> None:
    """The instance's own words are passed on."""
    with pytest.raises(ParseError, match="it says: This API requires"):
        MastodonKind().parse(document(body=b'{"error": "This API requires an authenticated user"}'))


@pytest.mark.parametrize("word", ["noindex", "none", "noindex, nofollow", "googlebot: noindex"])
def test_an_instance_that_asks_not_to_be_indexed_is_left_alone(word: str) -> None:
    """A person names another; what other words the header holds is nothing to us."""
    here = source(address="#pomp")
    with pytest.raises(AccessDenied, match="asks that what it answers is not indexed"):
        MastodonKind().receive(here, None, answer([POST], X_Robots_Tag=word), NOON)
    assert MastodonKind().receive(here, None, answer([POST], X_Robots_Tag="nofollow, noarchive"), NOON).document is not None


def test_an_author_who_asks_not_to_be_indexed_is_not_heard() -> None:
    """The instance hands his post over all the same; it is not kept. An author who says nothing, or odd things, is heard."""
    shy = {**POST, "uri": "https://polder.example/shy", "account": {**POST["account"], "noindex": True}}
    open_ = {**POST, "uri": "https://polder.example/open", "account": {**POST["account"], "noindex": False, "indexable": False}}
    odd = {**POST, "uri": "https://polder.example/odd", "account": "noindex"}
    assert [one.guid for one in read(shy, open_, odd)] == ["https://polder.example/open", "https://polder.example/odd"]

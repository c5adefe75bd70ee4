"""The kind `hacker-news`."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from listener.core.errors import AccessDenied, ParseError, RateLimited
from listener.core.model import Author, Cursor, Engagement, Fetched, Thread
from listener.sources.hacker_news import HackerNewsKind
from tests.builders import NOON, document, source
from tests.unit.sources.answers import answer, onward

NOW = int(NOON.timestamp())
STORY: dict[str, Any] = {
    "objectID": "41",
    "created_at": "2026-11-20T08:00:00Z",
    "created_at_i": NOW - 14400,
    "author": "pump_fan",
    "title": "Molenaar Pompen &amp; the polder",
    "url": "https://vakblad.example/polder",
    "story_text": None,
    "points": 12,
    "num_comments": 3,
    "story_id": 41,
    "_tags": ["story"],
}
COMMENT: dict[str, Any] = {
    "objectID": "43",
    "created_at_i": NOW - 7200,
    "author": "other",
    "comment_text": "<p>We bought a <i>Molenaar</i> pump.<p>It&#x27;s fine.",
    "story_title": "Ask HN: pumps",
    "story_id": 40,
    "parent_id": 42,
    "points": None,
}
HERE = source(kind="hacker-news", address="Molenaar Pompen")


def asked(cursor: Cursor | None, address: str = "Molenaar Pompen") -> dict[str, str]:
    """What the kind asks for."""
    url = HackerNewsKind().request(source(address=address), cursor).url
    assert url.startswith("https://hn.algolia.com/api/v1/search_by_date?")
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


def heard(*hits: object, cursor: Cursor | None = None) -> Fetched:
    """What an answer with these hits means."""
    return HackerNewsKind().receive(HERE, cursor, answer({"hits": hits, "nbHits": len(hits)}), NOON)


def test_the_first_visit_takes_the_newest_page() -> None:
    """Stories and comments, the words as a phrase, no lower bound."""
    assert asked(None) == {"query": '"Molenaar Pompen"', "tags": "(story,comment)", "hitsPerPage": "100"}
    assert asked(None, '"Molenaar" pump')["query"] == '"Molenaar" pump'
    fetched = heard(*[{**STORY, "objectID": str(n), "created_at_i": NOW - n} for n in range(100)])
    assert not fetched.more
    assert onward(fetched.cursor) == Cursor({"since": str(NOW)})


def test_a_later_visit_looks_a_day_back() -> None:
    """Items have been indexed most of a day late."""
    assert asked(Cursor({"since": str(NOW)}))["numericFilters"] == f"created_at_i>{NOW - 86400}"


def test_full_pages_go_back_in_time_until_all_is_read() -> None:
    """Each page ends where the next begins, a second is never skipped, and the newest is remembered only at the end."""
    hits = [{**STORY, "objectID": str(n), "created_at_i": NOW - n} for n in range(100)]
    first = heard(*hits, cursor=Cursor({"since": str(NOW - 5000)}))
    assert first.more
    assert onward(first.cursor) == Cursor({"since": str(NOW - 5000), "newest": str(NOW), "until": str(NOW - 98)})
    assert asked(first.cursor)["numericFilters"] == f"created_at_i>{NOW - 5000 - 86400},created_at_i<{NOW - 98}"
    stuck = heard(*[{**one, "created_at_i": NOW - 99} for one in hits], cursor=first.cursor)
    assert stuck.cursor.value["until"] == str(NOW - 99)
    last = heard(STORY, cursor=stuck.cursor)
    assert (last.more, onward(last.cursor)) == (False, Cursor({"since": str(NOW)}))
    below = [{**one, "created_at_i": 5} for one in hits]
    assert not heard(*below, cursor=stuck.cursor).more


def test_nothing_found_is_nothing_new() -> None:
    """The cursor stays where it was; at the first visit there is none yet."""
    assert heard() == Fetched(document=None, cursor=Cursor({}), status=200)
    assert heard(cursor=Cursor({"since": "7"})) == Fetched(document=None, cursor=Cursor({"since": "7"}), status=200)


def test_stories_and_comments_are_entries() -> None:
    """The link leads to the discussion; a comment has no title, since its story's is not its own."""
    story, comment = HackerNewsKind().parse(document(body=json.dumps({"hits": [STORY, COMMENT, {"objectID": "x"}, 5]}).encode()))
    assert (story.guid, story.title, story.text) == ("41", "Molenaar Pompen & the polder", "")
    assert story.link == "https://news.ycombinator.com/item?id=41"
    assert story.url == "https://news.ycombinator.com/item?id=41"
    assert story.engagement == Engagement(likes=12, replies=3)
    assert story.author == Author(name="pump_fan", handle="pump_fan", id="pump_fan")
    assert (comment.title, comment.text) == ("", "We bought a Molenaar pump. It's fine.")
    assert comment.thread == Thread(conversation="40", in_reply_to="42")
    assert comment.engagement == Engagement()
    assert comment.published_at is not None
    assert comment.published_at.hour == 10
    assert not story.vouched


def test_errors_are_said_in_words() -> None:
    """Algolia's own message, a limit, an address that is none."""
    kind = HackerNewsKind()
    with pytest.raises(ParseError, match="it says: bad filter"):
        kind.parse(document(body=b'{"message": "bad filter", "status": 400}'))
    kept = kind.receive(HERE, Cursor({"since": "7"}), answer({"message": "x"}), NOON)
    assert (kept.document is not None, kept.cursor) == (True, Cursor({"since": "7"}))
    with pytest.raises(RateLimited):
        kind.receive(HERE, None, answer({}, status=429), NOON)
    for address in ("", "??", "https://hnrss.org/newest?q=x"):
        with pytest.raises(AccessDenied, match="hacker-news: "):
            kind.request(source(address=address), None)


def test_it_can_be_fetched_alone() -> None:
    """Without a running Listener the kind asks by itself, through whatever it is given."""
    fetched = HackerNewsKind(lambda request: answer({"hits": [STORY]}, url=request.url)).fetch(HERE, None, NOON)
    assert fetched.document is not None
    assert fetched.document.url.startswith("https://hn.algolia.com/")

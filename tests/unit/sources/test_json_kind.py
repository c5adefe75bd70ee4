"""What kinds with a JSON interface share: an answer that did not change is said to be unchanged."""

from __future__ import annotations

import pytest

from listener.core.model import Cursor, Fetched
from listener.sources.app_store import AppStoreKind
from listener.sources.hacker_news import HackerNewsKind
from tests.builders import NOON, source
from tests.unit.sources.answers import answer

SHOP = source(kind="app-store", address="123456789")
HERE = source(kind="hacker-news", address="Molenaar Pompen")


def page(stars: str) -> dict[str, object]:
    """One review."""
    review = {"id": {"label": "1"}, "im:rating": {"label": stars}, "title": {"label": "Goed"}, "content": {"label": "Werkt"}}
    return {"feed": {"entry": [review]}}


def visit(value: object, cursor: Cursor | None = None) -> Fetched:
    """What an answer of the store means."""
    return AppStoreKind().receive(SHOP, cursor, answer(value), NOON)


def test_the_same_answer_is_unchanged_and_another_is_read() -> None:
    """By its bytes, where a place has no validators; the mark moves with each answer."""
    first = visit(page("5"))
    assert first.document is not None
    again = visit(page("5"), first.cursor)
    assert (again.document, again.cursor) == (None, first.cursor)
    other = visit(page("4"), again.cursor)
    assert other.document is not None
    assert visit(page("5"), other.cursor).document is not None


def test_what_could_not_be_read_is_never_unchanged() -> None:
    """Neither an answer that is no answer, nor one that its parser stumbles over: both are asked for and read again."""
    first = visit(page("5"))
    odd = visit({"feed": {}}, first.cursor)
    assert (odd.document is not None, odd.cursor) == (True, first.cursor)
    assert first.unread == Cursor({})


def test_an_answer_without_news_keeps_the_mark_of_the_last_one() -> None:
    """Hacker News says how long its search took; hits alone tell whether anything changed."""
    hit = {"objectID": "1", "created_at_i": 1_795_000_000, "title": "Molenaar"}
    kind = HackerNewsKind()
    first = kind.receive(HERE, None, answer({"hits": [hit], "processingTimeMS": 3}), NOON)
    assert first.document is not None
    same = kind.receive(HERE, first.cursor, answer({"processingTimeMS": 9, "hits": [hit]}), NOON)
    assert same.document is None
    none = kind.receive(HERE, first.cursor, answer({"hits": []}), NOON)
    assert (none.document, none.cursor) == (None, first.cursor)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_edited_hit_is_read_again(count: int) -> None:
    """Points that change are a change."""
    kind = HackerNewsKind()
    hits = [{"objectID": str(number), "created_at_i": 1_795_000_000 + number, "points": 1} for number in range(3)]
    first = kind.receive(HERE, None, answer({"hits": hits}), NOON)
    hits[count]["points"] = 2
    assert kind.receive(HERE, first.cursor, answer({"hits": hits}), NOON).document is not None

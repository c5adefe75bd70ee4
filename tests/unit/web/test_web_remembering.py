"""What is remembered is never old, and nobody's answer is another's."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context
from datetime import date, datetime, timedelta
from typing import Any, cast

from starlette.responses import PlainTextResponse, Response

from listener.core.ports import Archive
from listener.core.pulse import Felt, Moved
from listener.core.visits import LedgerDay
from listener.core.volume import BrandVolume, Volume
from listener.web.remembering import _MOST, Remembering
from tests import builders as b
from tests.unit.web.browser import state

Bound = tuple[date, datetime, datetime]
DAY = timedelta(days=1)
TODAY: Bound = (b.NOON.date(), b.NOON, b.NOON + DAY)
YESTERDAY: Bound = (b.NOON.date() - DAY, b.NOON - DAY, b.NOON)


class Counting:
    """An archive that counts what it is asked; its pulse and what moved are what a test says."""

    def __init__(self) -> None:
        self.beat = 1
        self.changes: list[Moved] | None = None
        self.asked: list[Any] = []

    def pulse(self) -> int:
        """The pulse."""
        self.asked.append("pulse")
        return self.beat

    def moved(self, before: Any, after: Any) -> list[Moved] | None:
        """What a test says."""
        assert before != after
        return self.changes

    def brands(self) -> list[Any]:
        """Some brands."""
        self.asked.append("brands")
        return [b.brand(key="a"), b.brand(key="b")]

    def days(self, brand: str, bounds: Sequence[Bound]) -> list[tuple[str, date, int]]:
        """What is dear."""
        self.asked.append((brand, *(on for on, _, _ in bounds)))
        return [(brand, on, self.beat) for on, _, _ in bounds]

    def ledger(self, bounds: Sequence[Bound], sources: Any = None, *, brand: str | None = None) -> list[Any]:
        """Two sources were visited on each day."""
        self.asked.append(("ledger", brand, sources, *(on for on, _, _ in bounds)))
        return [
            LedgerDay(source=key, on=on, attempts=self.beat, failed=0, entries=0, mentions=0, outcome=None, detail="")
            for key in ("x", "y")
            for on, _, _ in bounds
        ]

    def near_misses(self, brand: str, *, limit: int = 50) -> tuple[str, int, int]:
        """What is remembered whole."""
        self.asked.append(("near", brand, limit))
        return brand, limit, self.beat

    def states(self, keys: list[str] | None = None, *, brand: str | None = None) -> list[Any]:
        """Two sources, one of each brand."""
        self.asked.append(("states", brand or keys))
        named = keys or [f"{one}-feed" for one in "ab" if brand in {None, one}]
        return [state(key=key, brand=key[0]) for key in named]

    def volumes(self, *, since: datetime, until: datetime, brands: Sequence[str]) -> list[Any]:
        """Brands by size."""
        self.asked.append(("volumes", *brands))
        return [BrandVolume(brand=one, shared=Volume(), all=Volume()) for one in brands]

    def mention(self, number: int) -> int:
        """What nothing tells when it changes."""
        self.asked.append(number)
        return self.beat


def request(archive: Remembering, *questions: tuple[str, Any, Any]) -> list[Any]:
    """What one request is answered: it has a context of its own."""
    return copy_context().run(lambda: [getattr(archive, name)(*given, **named) for name, given, named in questions])


def remembering() -> tuple[Counting, Remembering]:
    """An archive and its memory."""
    counting = Counting()
    return counting, Remembering(cast("Archive", counting))


def asked(counting: Counting) -> list[Any]:
    """What the archive was asked since, without its pulse."""
    found = [one for one in counting.asked if one not in ("pulse", "brands")]
    counting.asked.clear()
    return found


def days(brand: str, *bounds: Bound) -> tuple[str, Any, Any]:
    """A question about days."""
    return "days", (brand, list(bounds)), {}


def test_an_answer_stands_until_the_pulse_moves() -> None:
    """The same question is asked once, another one and another brand's by itself; then all anew where it may be anything."""
    counting, archive = remembering()
    question = ("near_misses", ("a",), {"limit": 3})
    assert request(archive, question, question) == [("a", 3, 1)] * 2
    assert request(archive, ("near_misses", (), {"brand": "b", "limit": 3})) == [("b", 3, 1)]
    assert asked(counting) == [("near", "a", 3), ("near", "b", 3)]
    counting.beat = 2
    assert request(archive, question) == [("a", 3, 2)]


def test_only_what_moved_is_asked_anew() -> None:
    """Of a brand that was visited today, today; nothing of another brand, of what is made of something else, or of yesterday."""
    counting, archive = remembering()
    questions: tuple[tuple[str, Any, Any], ...] = (days("a", YESTERDAY, TODAY), days("b", TODAY), ("near_misses", ("a",), {}))
    request(archive, *questions)
    asked(counting)
    counting.beat, counting.changes = 2, [Moved("a", Felt.HEARD, b.NOON + timedelta(hours=1))]
    assert request(archive, *questions)[0] == [("a", YESTERDAY[0], 1), ("a", TODAY[0], 2)]
    assert asked(counting) == [("a", TODAY[0])]
    counting.beat, counting.changes = 3, [Moved("a", Felt.SAID, b.NOON - timedelta(hours=1)), Moved("a", Felt.NEAR, b.NOON)]
    request(archive, *questions)
    assert asked(counting) == [("a", YESTERDAY[0], TODAY[0]), ("near", "a", 50)]


def test_sources_and_brands_are_remembered_one_by_one() -> None:
    """A visit costs the sources of its brand, a mention the brand's place beside the others."""
    counting, archive = remembering()
    questions: tuple[tuple[str, Any, Any], ...] = (("states", (), {}), ("volumes", (), {"since": b.NOON, "until": TODAY[2]}))
    first = request(archive, *questions)
    assert asked(counting) == [("states", None), ("volumes", "a", "b")]
    counting.beat, counting.changes = 2, [Moved("b", Felt.HEARD, b.NOON), Moved("a", Felt.SAID, b.NOON)]
    assert request(archive, *questions) == first
    assert asked(counting) == [("states", "b"), ("volumes", "a")]
    request(archive, ("states", (["a-feed"],), {}), *questions, ("states", (), {"brand": "b"}))
    assert asked(counting) == [("states", ["a-feed"])]


def test_the_ledger_of_days_that_are_over_stands() -> None:
    """Of whatever source; the days that were asked come in one order, by source."""
    counting, archive = remembering()
    question = ("ledger", ([YESTERDAY, TODAY],), {"sources": ["x", "y"]})
    (first,) = request(archive, question)
    assert [(one.source, one.on) for one in first] == [("x", YESTERDAY[0]), ("x", TODAY[0]), ("y", YESTERDAY[0]), ("y", TODAY[0])]
    asked(counting)
    counting.beat, counting.changes = 2, [Moved("a", Felt.HEARD, b.NOON)]
    (then,) = request(archive, question)
    assert [one.attempts for one in then] == [1, 2, 1, 2]
    assert [one[3:] for one in asked(counting)] == [(TODAY[0],)]


def test_a_request_feels_the_pulse_once() -> None:
    """However many questions it has; and it sees one list of brands, and one mention."""
    counting, archive = remembering()
    request(archive, days("a", TODAY), days("b", TODAY), ("brands", (), {}), ("brands", (), {}), *[("mention", (7,), {})] * 2)
    assert [counting.asked.count(one) for one in ("pulse", "brands", 7)] == [1, 1, 1]
    request(archive, ("brands", (), {}), ("mention", (7,), {}))
    assert [counting.asked.count(one) for one in ("brands", 7)] == [2, 2]


def page(archive: Remembering, *questions: tuple[str, Any, Any], key: str = "/", status: int = 200) -> str:
    """A page made of some answers, as one request gets it."""

    def make() -> Response:
        said = [getattr(archive, name)(*given, **named) for name, given, named in questions]
        return PlainTextResponse(repr(said), status)

    return copy_context().run(lambda: bytes(archive.page(key, make).body).decode())


def test_a_page_stands_as_long_as_its_answers() -> None:
    """Each address its own; once anything moves that it was made of, or the brands are others, it is made anew."""
    counting, archive = remembering()
    first = page(archive, days("a", TODAY))
    assert page(archive, days("b", TODAY)) == first  # the key says what a page is, and this one is known
    assert page(archive, days("b", TODAY), key="/b") != first
    asked(counting)
    counting.beat, counting.changes = 2, [Moved("b", Felt.SAID, b.NOON)]
    assert page(archive, days("a", TODAY)) == first
    assert asked(counting) == []
    counting.beat, counting.changes = 3, [Moved("a", Felt.SAID, b.NOON)]
    assert "3" in page(archive, days("a", TODAY)) != first
    made = page(archive, days("a", TODAY))
    counting.brands = lambda: [b.brand(key="a", name="Anders")]  # type: ignore[method-assign]
    counting.beat, counting.changes = 4, [Moved("a", Felt.SAID, b.NOON)]
    assert page(archive, days("a", TODAY)) != made


def test_a_page_that_may_change_unfelt_is_made_each_time() -> None:
    """One that shows a mention, or some sources; and one that says no."""
    counting, archive = remembering()
    questions: list[tuple[str, Any, Any]] = [("mention", (7,), {}), ("states", (["a-feed"],), {})]
    for question in questions:
        for _ in range(2):
            page(archive, question, key=question[0])
    assert asked(counting) == [7, 7, ("states", ["a-feed"]), ("states", ["a-feed"])]
    for _ in range(2):
        page(archive, days("a", TODAY), status=404)
    counting.beat, counting.changes = 2, None
    assert "2" in page(archive, days("a", TODAY), status=404)


def test_memory_is_bounded() -> None:
    """The oldest answers go."""
    counting, archive = remembering()
    for number in range(_MOST + 10):
        request(archive, ("near_misses", ("a",), {"limit": number}))
    assert len(archive._lists) == _MOST
    request(archive, ("near_misses", ("a",), {"limit": 0}))
    assert counting.asked.count(("near", "a", 0)) == 2

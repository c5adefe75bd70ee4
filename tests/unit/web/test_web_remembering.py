"""What is remembered is never old, and nobody's answer is another's."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any, cast

from listener.core.ports import Archive
from listener.web.remembering import _MOST, remembering


class Counting:
    """An archive that counts what it is asked; its pulse is what a test says."""

    def __init__(self) -> None:
        self.beat = 1
        self.asked: list[Any] = []

    def pulse(self) -> int:
        """The pulse."""
        self.asked.append("pulse")
        return self.beat

    def moved(self, before: Any, after: Any) -> list[Moved] | None:
        """What a test says; before the first pulse it may be anything."""
        self.asked.append("moved")
        return None if before is None or after in self.anything else self.changes

    def brands(self) -> list[str]:
        """Some brands."""
        self.asked.append("brands")
        return ["a"]

    def days(self, brand: str, bounds: list[int]) -> tuple[str, int]:
        """What is dear."""
        self.asked.append((brand, tuple(bounds)))
        return brand, self.beat

    def mention(self, number: int) -> int:
        """What is cheap."""
        self.asked.append(number)
        return self.beat


def request(archive: Archive, *questions: tuple[str, Any, Any]) -> list[Any]:
    """What one request is answered: it has a context of its own."""
    return copy_context().run(lambda: [getattr(archive, name)(*given, **named) for name, given, named in questions])


def test_an_answer_stands_until_the_pulse_moves() -> None:
    """The same question is asked once, another one and another brand's by itself; then all anew."""
    counting = Counting()
    archive = remembering(cast("Archive", counting))
    question: tuple[str, Any, Any] = ("days", ("a", [1, 2]), {})
    assert request(archive, question, question) == [("a", 1)] * 2
    assert request(archive, question) == [("a", 1)]
    assert request(archive, ("days", (), {"brand": "b", "bounds": [1, 2]})) == [("b", 1)]
    assert [one for one in counting.asked if one != "pulse"] == [("a", (1, 2)), ("b", (1, 2))]
    counting.beat = 2
    assert request(archive, question) == [("a", 2)]


def test_a_request_feels_the_pulse_once() -> None:
    """However many questions it has; and it sees one list of brands."""
    counting = Counting()
    archive = remembering(cast("Archive", counting))
    request(archive, ("days", ("a", [1]), {}), ("days", ("b", [1]), {}), ("brands", (), {}), ("brands", (), {}))
    assert counting.asked.count("pulse") == 1
    assert counting.asked.count("brands") == 1
    request(archive, ("brands", (), {}))
    assert counting.asked.count("brands") == 2


def test_what_is_cheap_is_asked_each_time() -> None:
    """One mention by its id is never remembered."""
    counting = Counting()
    archive = remembering(cast("Archive", counting))
    assert request(archive, ("mention", (7,), {}), ("mention", (7,), {})) == [1, 1]
    assert counting.asked == [7, 7]


def test_memory_is_bounded() -> None:
    """The oldest answers go."""
    counting = Counting()
    archive = remembering(cast("Archive", counting))
    for number in range(_MOST + 10):
        request(archive, ("days", ("a", [number]), {}))
    assert len(cast("Any", archive)._answers) == _MOST
    request(archive, ("days", ("a", [0]), {}))
    assert counting.asked.count(("a", (0,))) == 2

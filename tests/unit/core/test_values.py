"""What listener.core.values promises: the standard library's frozen data classes with slots, made sooner."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from listener.core.values import dataclass


@dataclass(frozen=True, slots=True)
class _Place:
    """A place."""

    name: str
    kind: str = "town"
    hidden: str = dataclasses.field(default="", repr=False)
    noise: int = dataclasses.field(default=0, compare=False)
    parts: list[str] = dataclasses.field(default_factory=list, hash=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """A visit."""

    place: _Place
    cost: float = 0.0

    def __post_init__(self) -> None:
        if self.cost < 0:
            raise ValueError("a visit costs nothing or something")


@dataclass(frozen=True, slots=True)
class _Again(_Place):
    """One that inherits."""

    times: int = 2


@dataclass(frozen=True, slots=True)
class _Own:
    """One with its own idea of being shown, compared and hashed."""

    one: int

    def __repr__(self) -> str:
        return "own"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Own)

    def __hash__(self) -> int:
        return 1


@dataclass(frozen=True, slots=True)
class _Nothing:
    """No field at all."""


def test_a_value_is_initialised_as_the_standard_library_does_it() -> None:
    """By place, by name, by default, by a factory of its own each time; what is missing or too much is refused."""
    one, two = _Place("Delft"), _Place("Delft", parts=[])
    assert (one.kind, one.parts, two.parts) == ("town", [], [])
    assert one.parts is not two.parts
    assert _Visit(place=one).cost == 0.0
    assert _Again("Delft", "town", "", 0, [], 3).times == 3
    for wrong in (lambda: _Place(*()), lambda: _Visit(one), lambda: _Visit(place=one, price=1), lambda: _Nothing(1)):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(ValueError, match="nothing or something"):
        _Visit(place=one, cost=-1.0)


def test_a_value_is_compared_and_hashed_by_its_fields_and_its_kind() -> None:
    """Fields that are not compared do not count, and another kind of value is never the same."""
    assert _Place("Delft", noise=1) == _Place("Delft", noise=2)
    assert hash(_Place("Delft", noise=1)) == hash(_Place("Delft", noise=2))
    assert _Place("Delft") != _Place("Gouda")
    assert _Place("Delft") != _Again("Delft")
    assert _Place("Delft") != ("Delft", "town", "", 0, [])  # type: ignore[comparison-overlap]
    assert len({_Nothing(), _Nothing()}) == 1
    assert _Own(1) == _Own(2)
    assert hash(_Own(1)) == 1


def test_a_value_shows_its_fields_but_for_those_that_hide() -> None:
    """Inherited ones too, in their order, unless the class has words of its own."""
    assert repr(_Place("Delft", hidden="x")) == "_Place(name='Delft', kind='town', noise=0, parts=[])"
    assert repr(_Again("Delft")).endswith("_Again(name='Delft', kind='town', noise=0, parts=[], times=2)")
    assert repr(_Own(1)) == "own"


def test_a_value_never_changes() -> None:
    """Neither a field nor anything else can be set or deleted, and there is no room for more."""
    one: Any = _Place("Delft")
    for name in ("name", "colour"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, name, "red")
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.name
    assert not hasattr(one, "__dict__")
    assert one.name == "Delft"


@pytest.mark.parametrize("one", [_Place("Delft", parts=["a"]), _Visit(place=_Place("Gouda"), cost=2.0), _Again("x"), _Nothing()])
def test_a_value_can_be_copied_pickled_taken_apart_and_replaced(one: _Place | _Visit | _Nothing) -> None:
    """As the standard library's can: each copy is the same value."""
    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == dataclasses.replace(one) == one  # noqa: S301 - our own bytes
    assert list(dataclasses.asdict(one)) == [field.name for field in dataclasses.fields(one)]


def test_a_value_can_be_matched_by_its_fields() -> None:
    """In their order, as those are that are given by place."""
    match _Place("Delft"):
        case _Place(name, kind):
            assert (name, kind) == ("Delft", "town")
    assert _Visit.__match_args__ == ()


def test_only_frozen_values_with_slots_are_made_here() -> None:
    """Anything else is the standard library's to make, and the two are not mixed in one family."""
    with pytest.raises(TypeError, match="standard library"):
        dataclass(frozen=False, slots=True)
    with pytest.raises(TypeError, match="frozen"):
        dataclasses.dataclass(frozen=True)(type("Mixed", (_Place,), {}))

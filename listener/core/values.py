"""`dataclass` for frozen values with slots: what the standard library's makes, in a quarter of the time that it takes to load."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

# There are some three hundred values, and every command loads most of them. The standard library writes and compiles six functions
# for each (0.9 ms), of which only `__init__` need be written: the others are the same for all and read the fields' names.

_set = object.__setattr__


def _refuse_to_set(self: object, name: str, value: object) -> None:  # noqa: ARG001 - Python's signature
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:  # noqa: ARG001 - Python's signature
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _shown(self: Any) -> str:
    cells = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(cells)})"


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, cell in zip(dataclasses.fields(self), state, strict=True):
        _set(self, one.name, cell)


_SHARED: Mapping[str, Any] = {
    "__repr__": _shown,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _state,  # slots are restored by setting them, which is refused
    "__setstate__": _restore,
}


def _cells(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads the values of these fields, as a tuple however many they are."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, one) for one in names)


def _compared(made: type) -> Mapping[str, Any]:
    cells = _cells([one.name for one in dataclasses.fields(made) if one.compare])

    def same(self: object, other: object) -> bool:
        return cells(self) == cells(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(cells(self))

    return {"__eq__": same, "__hash__": hashed}


def _initial(made: type) -> Any:
    """`__init__`, as the standard library writes it."""
    known: dict[str, Any] = {"_set": _set}
    given, body, keyword = [], [], False
    for one in sorted(dataclasses.fields(made), key=lambda one: one.kw_only is True):  # stable: those by keyword come last
        if one.kw_only and not keyword:
            given.append("*")
            keyword = True
        cell = one.name
        if one.default is not dataclasses.MISSING:
            known[f"_{one.name}"] = one.default
            given.append(f"{one.name}=_{one.name}")
        elif one.default_factory is not dataclasses.MISSING:
            known[f"_{one.name}"], known["_missing"] = one.default_factory, dataclasses.MISSING
            given.append(f"{one.name}=_missing")
            cell = f"_{one.name}() if {one.name} is _missing else {one.name}"
        else:
            given.append(one.name)
        body.append(f" _set(self, {one.name!r}, {cell})\n")
    if hasattr(made, "__post_init__"):
        body.append(" self.__post_init__()\n")
    exec(f"def __init__(self, {', '.join(given)}):\n{''.join(body) or ' pass'}", known)  # noqa: S102 - of names of fields alone
    known["__init__"].__qualname__ = f"{made.__qualname__}.__init__"
    return known["__init__"]


def _value(kind: type, *, kw_only: bool) -> type:
    own = set(kind.__dict__)
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(kind)
    for name, function in {"__init__": _initial(made), **_SHARED, **_compared(made)}.items():
        if name not in own:
            setattr(made, name, function)
    return made


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type], type]:
        """A frozen value with slots, as `dataclasses.dataclass` makes it; to type checkers it is that.

        Fields are initialised, shown, compared, copied and refused as there. Raises TypeError where something else than a frozen
        value with slots is asked for, and where one inherits from a data class that was not made here.
        """
        if not (frozen and slots):
            raise TypeError("values are frozen and have slots: take the standard library's dataclass for anything else")
        return lambda kind: _value(kind, kw_only=kw_only)

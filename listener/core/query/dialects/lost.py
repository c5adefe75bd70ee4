"""What a translation could not carry over: which part, why, and what that does to what the query catches."""

from __future__ import annotations

from enum import Enum

from listener.core.values import dataclass


class Shift(Enum):
    """What a change does to what a query catches."""

    MORE = "more"
    LESS = "less"
    SAME = "same"

    def under(self, *, negative: bool) -> Shift:
        """The same change of something that is excluded: an exclusion that catches more makes the query catch less."""
        if not negative or self is Shift.SAME:
            return self
        return Shift.LESS if self is Shift.MORE else Shift.MORE


_DROPPED = {
    Shift.MORE: "dropped: the query catches more, since this no longer narrows it",
    Shift.LESS: "dropped: the query catches less, since what only this part caught is missed",
    Shift.SAME: "none: the same items are caught",
}
_CHANGED = {
    Shift.MORE: "changed: the query catches more than it did there",
    Shift.LESS: "changed: the query catches less than it did there",
    Shift.SAME: "none: the same items are caught",
}


@dataclass(frozen=True, slots=True)
class Lost:
    """A part that was dropped or changed, in the words of the query it comes from, and its 1-based column there."""

    part: str
    why: str
    effect: str
    column: int


def dropped(part: str, why: str, column: int, shift: Shift) -> Lost:
    """A part that is no longer there."""
    return Lost(part, why, _DROPPED[shift], column)


def changed(part: str, why: str, column: int, shift: Shift) -> Lost:
    """A part that means something else now."""
    return Lost(part, why, _CHANGED[shift], column)

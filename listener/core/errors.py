"""The family of errors, typed by what a person (or the clock) should do.

* ListenerError
  x ConfigError          a person edits a file
  x QueryError           a person edits a query; carries the position
  x SourceError          carries the outcome that the ledger gets
    + Unreachable        try again later (backs off)
    + RateLimited        try again at .until
    + Postponed          was not asked: its host has asked for rest, or has too long a queue
    + AccessDenied       a person renews a credential or changes an address
      - Gone             the place says that it is gone for good
    + OutOfBudget        our own purse is empty; goes on when the period ends
    + TooLarge           the place sent more than we take
    + ParseError         the place changed its shape; kept with its document
  x DeliveryError        carries the notifier's name
    + Undelivered        try again later
    + Refused            a person changes an address
  x SchemaOutOfDate      run `listener db upgrade`
  x Overtaken            another process kept the same source first; nothing was lost
  x StorageError         the database cannot be used: where, and why
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from listener.core.model import Cursor
from listener.core.values import dataclass
from listener.core.visits import Outcome
from listener.core.wording import Worded, worded

_LINE_END = re.compile(r"\r\n|\n|\r")


class ListenerError(Exception):
    """Something a person should be told, in one line."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file: where (`sources[2].kind`), and what to do."""

    file: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.what}" if self.where else f"{self.file}: {self.what}"


class ConfigError(ListenerError):
    """One or more faults in the configuration; all of them at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class QueryError(ListenerError):
    """A fault in a query: what is wrong, and at which 1-based column of it.

    `column` counts from the start of the query; in the words (`what`) `{place}` stands for where it is as a person sees it, which
    in a query of several lines is a line and a column of that line. Words without it get it before them.
    """

    def __init__(self, what: str, *, query: str, column: int) -> None:
        self.query = query
        self.column = column
        before = _LINE_END.split(query[: column - 1])
        self.line_number = len(before)
        self.line_column = len(before[-1]) + 1
        self.line = before[-1] + _LINE_END.split(query[column - 1 :], maxsplit=1)[0]
        several = len(before) > 1 or len(self.line) < len(query)
        self.place = (
            worded("line {line}, column {column}", line=self.line_number, column=self.line_column)
            if several
            else worded("column {column}", column=column)
        )
        words = what if isinstance(what, Worded) else Worded(what)
        self.what: str = (
            Worded(words.template, **words.filled, place=self.place)
            if "{place}" in words.template
            else worded("{place}: {what}", place=self.place, what=words)
        )
        super().__init__(self.what)


class SourceError(ListenerError):
    """A source could not be heard; ends as a value on its row, so one bad place never silences the others."""

    outcome = Outcome.FAILED

    def __init__(self, detail: str, *, status: int | None = None, size: int = 0, cost: float = 0.0) -> None:
        self.detail = detail
        self.status = status
        self.size = size
        self.cost = cost  # US dollars; kept in full when the outcome is unknown
        self.cursor: Cursor | None = None  # where to go on all the same; None: where we were
        super().__init__(detail)


class Unreachable(SourceError):
    """The place did not answer, or not wholly: try again later."""


class RateLimited(SourceError):
    """The place asks us to come back later; `until` is when, None when it does not say."""

    outcome = Outcome.LIMITED

    def __init__(self, detail: str, *, until: datetime | None = None, status: int | None = None) -> None:
        self.until = until
        self.host = ""  # whose wish it is; "" when it concerns this place alone
        super().__init__(detail, status=status)


class Postponed(SourceError):
    """The place was not asked at all, and will be at `until`: no attempt, so no row of the ledger and no failure."""

    outcome = Outcome.POSTPONED

    def __init__(self, detail: str, *, until: datetime) -> None:
        self.until = until
        super().__init__(detail)


class AccessDenied(SourceError):
    """The place, or our own fetch guard, says no: a person renews a credential or changes an address."""

    outcome = Outcome.REFUSED


class Gone(AccessDenied):
    """The place says that it is gone for good; said twice, it is believed, and the source rests until a person acts."""


class OutOfBudget(SourceError):
    """Our own purse is empty for now."""

    outcome = Outcome.STOPPED


class TooLarge(SourceError):
    """The place sent more than we take."""

    outcome = Outcome.TOO_LARGE


class ParseError(SourceError):
    """The answer is not what this kind of place gives; kept with its document."""

    outcome = Outcome.UNREADABLE


class DeliveryError(ListenerError):
    """A message was not delivered."""


class Undelivered(DeliveryError):
    """Not now: try again later.

    `maybe` means that the server may have taken it all the same (a failure after DATA); `everyone` that the server itself is the
    trouble, so that the next mail would fare no better.
    """

    def __init__(self, what: str, *, maybe: bool = False, everyone: bool = False) -> None:
        self.maybe = maybe
        self.everyone = everyone
        super().__init__(what)


class Refused(DeliveryError):
    """Not like this: a person changes an address or a setting. `gone` means that the address itself does not exist (5.1.x)."""

    def __init__(self, what: str, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__(what)


class SchemaOutOfDate(ListenerError):
    """The database's schema is not this program's; run `listener db upgrade`."""


class Overtaken(ListenerError):
    """Another process kept the same source first; nothing was lost and nothing is stored twice."""


class StorageError(ListenerError):
    """The database cannot be used: where it is, and why."""

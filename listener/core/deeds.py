"""Deeds: who changed what, when, and how it stood before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST = 4000  # characters of how something stood


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One change: `what` is a word of the program's ("query changed"), `subject` what it was done to, by its key."""

    who: str
    what: str
    subject: str
    before: str = ""
    after: str = ""
    at: datetime
    id: int = 0  # given by the archive

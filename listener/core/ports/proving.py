"""What evidence needs of the archive: what a dossier is computed from, and the memory of what was reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from listener.core.evidence import KeptReport, SealedNote, Wanted
from listener.core.kept import KeptMention
from listener.core.listed import List, Mark, Sale
from listener.core.observed import Observed
from listener.core.ports.sending import Outbox
from listener.core.removal import Cause


class Evidence(Protocol):
    """The archive's memory of evidence."""

    def observed(self, wanted: Wanted) -> Observed:
        """All that is known of a brand in a period; the same archive gives the same. Raises StorageError for an unknown brand."""
        ...

    def row_list(self, brand: str, *, since: datetime, until: datetime) -> Iterator[tuple[str, ...]]:
        """Every mention of a brand said in a period, oldest first, without a word of it: what it is, where it is, and its sum."""
        ...

    def keep_evidence(
        self, brand: str, text: str, recipients: Mapping[str, str] | None = None, *, month: str | None = None
    ) -> KeptReport:
        """Keep a report (core.frozen) for ever, with its outbox (recipient to Message-ID); the one that stands for its month."""
        ...

    def evidence(self, report: str) -> KeptReport | None:
        """A report by its id, or by its number here."""
        ...

    def evidence_of(self, brand: str, month: str) -> KeptReport | None:
        """The report that stands for a brand's month ("2026-11"), if there is one."""
        ...

    def unsent_evidence(self, now: datetime) -> Sequence[int]:
        """Reports that still have a delivery to be tried now."""
        ...

    @property
    def evidence_outbox(self) -> Outbox:
        """The rows of all reports."""
        ...

    def listened(self, brand: str, *, since: datetime, until: datetime) -> bool:
        """Whether anything was asked for in a period at all."""
        ...

    def keep_note(self, brand: str, one: SealedNote) -> None:
        """Keep an editor's word; the ones before it stay."""
        ...

    def notes(self, brand: str) -> Sequence[SealedNote]:
        """Every note on a brand's figures and objections, oldest first."""
        ...

    def keep_list(self, brand: str, list_: List, marks: Sequence[Mark], now: datetime) -> None:
        """Make a list this one, in one transaction: what stood on it before is gone."""
        ...

    def marks(self, brand: str, list_: List) -> Mapping[bytes, int]:
        """The marks on a list, and how many words each consists of."""
        ...

    def look_through(self, brand: str, *, code: Callable[[str], bool] | None, version: str) -> int:
        """Look through the mentions that nobody looked through yet, for terms of claims and for code words; how many that were."""
        ...

    def keep_sales(self, brand: str, sales: Sequence[Sale]) -> int:
        """Keep imported conversions; how many were new."""
        ...

    def mentions_by_id(self, ids: Sequence[int]) -> Mapping[int, KeptMention]:
        """These mentions, by their permanent ids, as far as they are still there."""
        ...

    def gone(self, brand: str, *, after: datetime) -> Mapping[int, Cause]:
        """The mentions of a brand that went after a moment, and why."""
        ...

    def body(self, source: str, fingerprint: str) -> bytes | None:
        """The bytes of a source's document as they came, or None when they were not kept."""
        ...

"""A query tried on what is stored, before anybody changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from listener.core.errors import QueryError
from listener.core.kept import KeptMention, StoredEntry
from listener.jobs import preview as module
from listener.jobs.preview import preview
from tests.builders import NOON, brand, entry, kept

DAY = timedelta(days=1)


@dataclass
class FakeEntries:
    """Stored entries as a list, and which of them are mentions; remembers how many were asked for at once."""

    stored: list[StoredEntry] = field(default_factory=list)
    mentions: dict[int, KeptMention] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def add(self, text: str, *, clause: str = "", at: datetime = NOON, owner: str = "molenaar", **changes: object) -> None:
        """One more entry; a mention when a clause is given."""
        number = len(self.stored) + 1
        made = entry(guid=str(number), title="", text=text, first_seen_at=at, published_at=at, **changes)
        self.stored.append(StoredEntry(id=number, entry=made, brand=owner, kind="rss"))
        if clause:
            self.mentions[number] = kept(number, clause=clause, text=text)

    def entries(self, *, after: int = 0, limit: int, since: datetime | None = None) -> Sequence[StoredEntry]:
        """The next ones by id."""
        found = [one for one in self.stored if one.id > after and (since is None or one.entry.first_seen_at >= since)][:limit]
        self.asked.append(len(found))
        return found

    def entries_at(self, addresses: Sequence[str]) -> Sequence[StoredEntry]:
        """Nobody asks."""
        raise NotImplementedError

    def mentions_in(self, entries: Sequence[int], brand: str | None = None) -> Sequence[tuple[int, KeptMention]]:
        """Those of the one brand."""
        assert brand == "molenaar"
        return [(one, self.mentions[one]) for one in entries if one in self.mentions]


def test_what_a_query_would_gain_and_lose_is_counted() -> None:
    """Beside what is stored, with samples, newest first; entries of other brands' sources are asked too."""
    archive = FakeEntries()
    archive.add("Molenaar Pompen in Gent", clause='"Molenaar Pompen"', at=NOON - 14 * DAY)
    archive.add("molenaar van beroep", clause="molenaar", at=NOON - 7 * DAY)
    archive.add("een pomp", at=NOON - 6 * DAY, owner="other")
    archive.add("nog een pomp", at=NOON - 5 * DAY)
    archive.add("niets")
    found = preview(archive, brand(), '"Molenaar Pompen" OR pomp', NOON)
    assert (found.read, found.stored, found.caught, found.gained, found.lost) == (5, 2, 3, 2, 1)
    assert [(one.title, one.clause) for one in found.gains] == [("nog een pomp", "pomp"), ("een pomp", "pomp")]
    assert [(one.title, one.clause) for one in found.losses] == [("molenaar van beroep", "molenaar")]
    assert (found.since, found.days) == (NOON - 14 * DAY, 14.0)
    assert (found.per_week(found.caught), found.per_week(found.stored)) == (1.5, 1.0)


def test_what_the_place_vouches_for_stays() -> None:
    """An entry that its place found is a mention of its brand, as when it was collected."""
    archive = FakeEntries()
    archive.add("zonder de naam", clause="matched by the source", vouched=True)
    archive.add("zonder de naam", vouched=True, owner="other")
    found = preview(archive, brand(), "pomp", NOON)
    assert (found.caught, found.gained, found.lost) == (1, 0, 0)


def test_the_archive_is_read_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is stored, a batch and a few samples are in memory."""
    monkeypatch.setattr(module, "BATCH", 2)
    archive = FakeEntries()
    for number in range(5):
        archive.add(f"pomp {number}", at=NOON - number * DAY)
    found = preview(archive, brand(), "pomp", NOON, samples=2)
    assert archive.asked == [2, 2, 1, 0]
    assert (found.gained, [one.title for one in found.gains]) == (5, ["pomp 4", "pomp 3"])
    since = preview(archive, brand(), "pomp", NOON, since=NOON - 2 * DAY, samples=0)
    assert (since.read, since.gains, since.since) == (3, (), NOON - 2 * DAY)


def test_an_empty_archive_brings_nothing() -> None:
    """And divides by nothing."""
    found = preview(FakeEntries(), brand(), "pomp", NOON)
    assert (found.read, found.since, found.days, found.per_week(found.caught)) == (0, None, 1.0, 0.0)


def test_a_query_that_is_wrong_is_a_fault() -> None:
    """Before anything is read."""
    archive = FakeEntries()
    with pytest.raises(QueryError):
        preview(archive, brand(), "NOT pomp", NOON)
    assert archive.asked == []

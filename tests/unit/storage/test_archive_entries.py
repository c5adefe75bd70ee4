"""The archive's memory of entries: in batches, by address, and with their mentions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from listener.core.kept import StoredEntry
from listener.core.model import Entry
from listener.core.ports import Archive
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, mention, source

DAY = timedelta(days=1)


def keep(archive: SqlArchive, *entries: Entry, at: datetime = NOON, mentions: bool = False) -> None:
    """Keep these, seen at a moment, as mentions or not."""
    paper = document(body=repr(entries).encode())
    seen = [replace(one, first_seen_at=at, document=paper.fingerprint) for one in entries]
    (state,) = archive.states(["vakblad"])
    archive.keep(
        state,
        Run(source="vakblad", started_at=at, outcome=Outcome.NEW),
        next_due_at=at,
        document=paper,
        entries=seen,
        mentions=[judged(mention=mention(entry=one)) for one in seen] if mentions else [],
    )


def test_entries_are_read_through_in_batches(archive: SqlArchive) -> None:
    """Each once, in the order of their ids, with everything they said and the brand of their source."""
    archive.sync((brand(),), (source(),), (), NOON)
    keep(archive, *(entry(guid=str(number), url="", link="") for number in range(5)))
    keep(archive, entry(guid="later", vouched=True), at=NOON + DAY)
    read: list[StoredEntry] = []
    while batch := archive.entries(after=read[-1].id if read else 0, limit=4):
        read += batch
    assert [one.entry.guid for one in read] == ["0", "1", "2", "3", "4", "later"]
    assert {(one.brand, one.kind) for one in read} == {("molenaar", "rss")}
    assert (read[-1].entry.vouched, read[-1].entry.source, read[-1].entry.first_seen_at) == (True, "vakblad", NOON + DAY)
    assert [one.entry.guid for one in archive.entries(limit=9, since=NOON + DAY)] == ["later"]


def test_a_date_that_was_not_believed_is_kept(archive: SqlArchive) -> None:
    """What the place stated is still known; None of everything else."""
    archive.sync((brand(),), (source(),), (), NOON)
    keep(archive, entry(guid="a", stated_at=NOON + 400 * DAY), entry(guid="b"))
    assert [one.entry.stated_at for one in archive.entries(after=0, limit=9)] == [NOON + 400 * DAY, None]


def test_an_entry_is_found_by_its_key_link_or_guid(archive: SqlArchive) -> None:
    """Whichever of the three a person has."""
    archive.sync((brand(),), (source(),), (), NOON)
    keep(archive, entry(guid="tag:1", url="https://nu.nl/1", link="http://www.nu.nl/1?utm_source=rss"))
    for address in ("https://nu.nl/1", "http://www.nu.nl/1?utm_source=rss", "tag:1"):
        assert [one.entry.guid for one in archive.entries_at([address, "else"])] == ["tag:1"]
    assert archive.entries_at(["https://nu.nl/2"]) == []


def test_the_mentions_in_entries_know_whose_they_are(archive: SqlArchive) -> None:
    """Of one brand, or of all."""
    archive.sync((brand(), brand(key="other")), (source(),), (), NOON)
    keep(archive, entry(guid="1"), mentions=True)
    keep(archive, entry(guid="2", url="", link=""))
    ids = [one.id for one in archive.entries(limit=9)]
    assert [(entry_id, one.entry.guid) for entry_id, one in archive.mentions_in(ids)] == [(ids[0], "1")]
    assert [one.judged.mention.brand for _, one in archive.mentions_in(ids, "molenaar")] == ["molenaar"]
    assert archive.mentions_in(ids, "other") == []


_: type[Archive] = SqlArchive

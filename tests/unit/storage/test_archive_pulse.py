"""The archive says of which brands what moved: enough to forget every old answer, and no more than that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from listener.core.labels import Aspect, Label
from listener.core.model import Author, Entry
from listener.core.pulse import Felt, Moved
from listener.core.removal import Removal
from listener.core.visits import Outcome, Run
from listener.storage import pulse
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, digest, document, entry, judged, judgement, mention, source

DAY = timedelta(days=1)
LEAK = "Lekkage bij Molenaar Pompen zet kelder in Zwolle onder water"


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    """An archive that knows two brands with a feed each."""
    archive.sync((brand(), brand(key="other", name="Other")), (source(), source(key="theirs", brand="other")), (), NOON)
    return archive


class Beat:
    """What moved since it was last asked."""

    def __init__(self, archive: SqlArchive) -> None:
        self.archive = archive
        self.last = archive.pulse()

    def moved(self) -> list[Moved] | None:
        """What moved."""
        before, self.last = self.last, self.archive.pulse()
        found = self.archive.moved(before, self.last)
        return None if found is None else sorted(found, key=repr)


def keep(archive: SqlArchive, *entries: Entry, key: str = "vakblad", of: str = "molenaar", at: datetime = NOON) -> None:
    """Keep these entries as mentions of a brand, collected then."""
    seen = [replace(one, source=key, first_seen_at=at) for one in entries]
    (state,) = archive.states([key])
    archive.keep(
        state,
        Run(source=key, started_at=at, outcome=Outcome.NEW, new_mentions=len(seen)),
        next_due_at=at,
        document=document(source=key, body=repr(seen).encode()),
        entries=seen,
        mentions=[judged(mention=mention(entry=one, brand=of), judgement=judgement()) for one in seen],
    )


def said(guid: str, title: str, at: datetime = NOON, **changes: Any) -> Entry:
    """An entry said then."""
    given: dict[str, Any] = {"url": f"https://{guid}.example/", "text": title, "author": Author(name=guid)}
    return entry(guid=guid, title=title, published_at=at, **(given | changes))


def test_only_what_moved_is_named(filled: SqlArchive) -> None:
    """A visit, a mention that another brand's source brought, a label on an old one, a digest: each its brand and its moment."""
    beat = Beat(filled)
    assert beat.moved() == []
    (state,) = filled.states(["vakblad"])
    filled.keep(state, Run(source="vakblad", started_at=NOON, outcome=Outcome.UNCHANGED), next_due_at=NOON)
    assert beat.moved() == [Moved("molenaar", Felt.HEARD, NOON)]
    keep(filled, said("a", LEAK), key="theirs")
    assert set(beat.moved() or ()) == {Moved("other", Felt.HEARD, NOON), Moved("molenaar", Felt.SAID, NOON)}
    later = NOON + 3 * DAY
    keep(filled, said("b", "Molenaar Pompen opent een nieuwe vestiging in Deventer", later), at=later)
    assert set(beat.moved() or ()) == {Moved("molenaar", Felt.HEARD, later), Moved("molenaar", Felt.SAID, later)}
    old = next(one for one in filled.mentions("molenaar") if one.entry.guid == "a")
    filled.keep_labels([Label(mention=old.id, aspect=Aspect.TONE, value="positive", by="", at=later)])
    assert beat.moved() == [Moved("molenaar", Felt.SAID, NOON)]
    filled.keep_digest(digest(), {})
    found = beat.moved()
    assert found is not None
    assert [(one.brand, one.felt) for one in found] == [("molenaar", Felt.SENT)]
    assert found[0].since < NOON - 1000 * DAY


def test_a_day_on_which_a_story_became_larger_moves_too(filled: SqlArchive) -> None:
    """What is told again days later belongs to a story of before, and two stories of before may prove to be one."""
    keep(filled, said("a", LEAK))
    beat = Beat(filled)
    later = NOON + DAY
    keep(filled, said("b", LEAK, later, outlet="elders.example"), key="theirs", at=later)
    assert len({one.story for one in filled.mentions("molenaar")}) == 1
    assert {one.since for one in beat.moved() or () if one.felt is Felt.SAID} == {NOON, later}


def test_whatever_else_changes_may_be_anything(filled: SqlArchive) -> None:
    """A removal, another query, a source that a person changed, also at the moment of a visit; and pulses that are none."""
    keep(filled, said("a", LEAK))
    beat = Beat(filled)
    filled.remove([Removal(kind="rss", guid="a")], NOON)
    assert beat.moved() is None
    brands = (brand(), brand(key="other", name="Other"))
    filled.sync(brands, (source(address="https://elsewhere.example/"), source(key="theirs", brand="other")), (), NOON)
    (state,) = filled.states(["theirs"])
    filled.keep(state, Run(source="theirs", started_at=NOON, outcome=Outcome.UNCHANGED), next_due_at=NOON)
    assert beat.moved() is None
    filled.sync((brand(query="Molenaar"), brands[1]), (source(address="https://elsewhere.example/"),), (), NOON)
    assert beat.moved() is None
    assert filled.moved(None, beat.last) is None
    assert filled.moved(beat.last, object()) is None


def test_what_many_changed_is_not_asked_row_by_row(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an import of an archive everything is asked anew."""
    monkeypatch.setattr(pulse, "_MANY", 2)
    beat = Beat(filled)
    keep(filled, *(said(f"m{number}", f"Molenaar Pompen {number}") for number in range(3)))
    assert beat.moved() is None


def test_a_row_that_was_not_to_be_seen_yet_is_felt(postgres_address: str) -> None:
    """PostgreSQL shows a visit after one with a higher number: then it may be anything, and it is never passed over."""
    with SqlArchive(postgres_address) as archive:
        archive.sync((brand(),), (source(),), (), NOON)
        number = "SELECT nextval(pg_get_serial_sequence('run', 'id'))"
        visit = (
            "INSERT INTO run (id, source_id, started_at, outcome, entries, new_entries, new_mentions, size, took, cost, detail)"
            " SELECT {}, id, now(), 'unchanged', 0, 0, 0, 0, 0, 0, '' FROM source"
        )
        with archive._engine.begin() as connection:
            low = connection.execute(text(number)).scalar_one()
            connection.execute(text(visit.format("nextval(pg_get_serial_sequence('run', 'id'))")))
        before = archive.pulse()
        with archive._engine.begin() as connection:
            connection.execute(text(visit.format(low)))
        after = archive.pulse()
        assert after != before
        assert archive.moved(before, after) is None

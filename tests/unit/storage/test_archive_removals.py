"""Taking things back: every word goes, a tombstone stays, and nothing returns."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from listener.core.finding import Wanted
from listener.core.labels import Aspect, Label
from listener.core.model import Author, Entry
from listener.core.removal import Cause, Removal, Removed, Rewriting, Tombstone
from listener.core.visits import Attempt, Outcome, Run
from listener.storage.archive import SqlArchive
from listener.storage.engine import writing
from tests.builders import FRIDAY, NOON, brand, digest, document, entry, item, judged, mention, source

DAY = timedelta(days=1)
LATER = NOON + DAY
JAN, PIET = Author(name="Jan", id="did:plc:jan"), Author(name="Piet", id="did:plc:piet")


def listening(archive: SqlArchive) -> None:
    """Two brands that hear one place each, and a feed."""
    sources = [source(key="one", kind="bluesky"), source(key="two", kind="bluesky", brand="other"), source(key="feed")]
    archive.sync((brand(), brand(key="other")), sources, (), NOON)


def keep(archive: SqlArchive, key: str, *entries: Entry, brand_key: str = "molenaar", removed: tuple[Removal, ...] = ()) -> Run:
    """One visit that brought these as mentions."""
    (state,) = archive.states([key])
    paper = document(source=key, body=f"{key} {[one.text for one in entries]}".encode())
    seen = [replace(one, document=paper.fingerprint, source=key) for one in entries]
    made = Attempt(
        state=state,
        run=Run(source=key, started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=paper,
        entries=seen,
        mentions=[judged(mention=mention(entry=one, brand=brand_key)) for one in seen],
        removed=removed,
    )
    (run,) = archive.keep_all([made])
    return run


def held(archive: SqlArchive) -> list[str]:
    """The ids of the entries that are there."""
    return [one.entry.guid for one in archive.entries(limit=100)]


def test_what_is_taken_back_is_nowhere_any_more(archive: SqlArchive, either_database: str) -> None:
    """Not in any source of its kind, nor in the bytes of the file; what stands beside it stays."""
    listening(archive)
    # Long enough to be compared with what comes later: its words are kept for that too.
    secret = entry(
        guid="at://x/1", text="een geheim woord over kleppen die onder druk kunnen scheuren, zegt een klant", title="", author=JAN
    )
    keep(archive, "one", secret, entry(guid="at://x/2", text="blijft"))
    keep(archive, "two", secret, brand_key="other")
    keep(archive, "feed", entry(guid="at://x/1", text="een ander met dezelfde naam"))
    gone = archive.remove([Removal(kind="bluesky", guid="at://x/1"), Removal(kind="bluesky", guid="at://x/9")], LATER)
    assert gone == Removed(entries=2, mentions=2)
    assert held(archive) == ["at://x/2", "at://x/1"]
    assert [one.entry.text for one in archive.mentions("molenaar")] == ["een ander met dezelfde naam", "blijft"]
    assert archive.mentions("other") == []
    assert archive.body("one", document(source="one", body=b"one ['geheim woord', 'blijft']").fingerprint) is None
    archive.sweep()
    archive.close()
    if not either_database.startswith("sqlite"):
        return
    with sqlite3.connect(either_database.removeprefix("sqlite:///")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert not [block for (block,) in raw.execute("SELECT block FROM search_data") if b"eheim" in block]
        raw.execute("DROP TABLE search")  # a dump cannot look into it
        dump = "\n".join(raw.iterdump())
    assert "geheim" not in dump
    assert "did:plc:jan" not in dump


def test_a_tombstone_says_that_it_was_there_and_why_it_went(archive: SqlArchive) -> None:
    """By its permanent id and by day, for its own brand; asking twice changes nothing."""
    listening(archive)
    keep(archive, "one", entry(guid="at://x/1"), entry(guid="at://x/2"))
    first = min(one.id for one in archive.mentions("molenaar"))
    taken = [Removal(kind="bluesky", guid="at://x/1", cause=Cause.FORGOTTEN)]
    assert archive.remove(taken, LATER).mentions == 1
    assert archive.remove(taken, LATER + DAY) == Removed()
    stone = Tombstone(mention=first, brand="molenaar", collected_at=NOON, removed_at=LATER, cause=Cause.FORGOTTEN)
    assert archive.tombstone(first) == stone
    assert archive.tombstones("molenaar", since=NOON, until=LATER) == [stone]
    assert archive.tombstones("molenaar", since=LATER, until=LATER + DAY) == []
    assert archive.tombstones("other", since=NOON, until=LATER) == []
    assert archive.tombstone(first + 1) is None


def test_what_was_removed_never_comes_back(archive: SqlArchive) -> None:
    """A stream that says it again, and a feed that still lists it, bring nothing."""
    listening(archive)
    again = entry(guid="at://x/1")
    keep(archive, "one", again)
    archive.remove([Removal(kind="bluesky", guid="at://x/1")], LATER)
    assert archive.unknown([(source(key="one", kind="bluesky"), [again]), (source(key="two", kind="bluesky"), [again])]) == [
        [],
        [again],
    ]


def test_former_words_go_and_the_new_ones_may_come(archive: SqlArchive) -> None:
    """In every source of the kind; what says so already stays, and what nobody heard before costs nothing."""
    listening(archive)
    keep(archive, "one", entry(guid="at://x/1", text="eerst dit"), entry(guid="at://x/2", text="blijft"))
    keep(archive, "two", entry(guid="at://x/1", text="eerst dit"), brand_key="other")
    keep(archive, "feed", entry(guid="at://x/1", text="eerst dit"))
    now_says = [
        Rewriting(kind="bluesky", guid=guid, text=text)
        for guid, text in (("at://x/1", "nu dat"), ("at://x/2", "blijft"), ("z", ""))
    ]
    assert archive.rewrite(now_says, LATER) == Removed(entries=2, mentions=2)
    assert held(archive) == ["at://x/2", "at://x/1"]
    assert len(archive.tombstones("other", since=NOON, until=LATER)) == 1
    anew = entry(guid="at://x/1", text="nu dat")
    assert archive.unknown([(source(key="one", kind="bluesky"), [anew])]) == [[anew]]
    keep(archive, "one", anew)
    assert archive.rewrite(now_says, LATER + DAY) == Removed() == archive.rewrite([], LATER)
    assert [one.entry.text for one in archive.mentions("molenaar") if one.entry.guid == "at://x/1"] == ["nu dat", "eerst dit"]
    assert archive.remove([Removal(kind="bluesky", guid="at://x/1")], LATER + DAY).entries == 1


def triage(archive: SqlArchive, which: int, **said: str) -> None:
    """Ann's words on a mention, a minute apart."""
    labels = [Label(mention=which, aspect=Aspect(name), value=value, by="Ann", at=NOON) for name, value in said.items()]
    assert archive.keep_labels(labels) == []


def rewritten(text: str) -> list[Rewriting]:
    """What the stream tells of the post."""
    return [Rewriting(kind="bluesky", guid="at://x/1", text=text)]


def test_what_people_said_of_a_post_outlasts_a_slip_that_was_put_right(archive: SqlArchive) -> None:
    """In each source, whenever it hears the post again: who said it, when, also what was taken back; and it counts once."""
    listening(archive)
    first, anew = (entry(guid="at://x/1", text=f"de pomp van Molenaar {word} niet meer hier") for word in ("deot", "doet"))
    for key, theirs in (("one", "molenaar"), ("two", "other")):
        keep(archive, key, first, brand_key=theirs)
        (one,) = archive.mentions(theirs)
        triage(archive, one.id, about="no", tone="positive", intent="complaint", answered="yes")
        triage(archive, one.id, tone="")
    before = archive.labels(one.id)
    archive.rewrite(rewritten(anew.text), LATER)
    archive.rewrite(rewritten(anew.text), LATER)
    for key, theirs in (("one", "molenaar"), ("two", "other")):
        keep(archive, key, anew, brand_key=theirs)
        (now,) = archive.mentions(theirs)
        said = archive.labels(now.id)
        assert [(label.aspect, label.value, label.by, label.at) for label in said] == [
            (label.aspect, label.value, label.by, label.at) for label in before
        ]
        assert (now.about, now.answered, now.labels.tone, now.entry.text) == (False, True, None, anew.text)
        assert archive.find(Wanted(brand=theirs, words="pomp", labelled=True)) == [now]
    archive.rewrite(rewritten("iets heel anders"), LATER)
    keep(archive, "one", entry(guid="at://x/1", text="iets heel anders"))
    assert len(archive.labels(archive.mentions("molenaar")[0].id)) == 1


def test_of_other_words_only_that_somebody_answered_is_still_true(archive: SqlArchive) -> None:
    """A tone that was meant for what was said before must not hide a complaint."""
    listening(archive)
    keep(archive, "one", entry(guid="at://x/1", text="wat een mooie pomp"), entry(guid="at://x/2", text="wat een mooie pomp"))
    for one in archive.mentions("molenaar"):
        triage(archive, one.id, about="no", tone="positive", answered="yes")
    archive.rewrite(rewritten("nooit meer naar die winkel"), LATER)
    keep(
        archive, "one", entry(guid="at://x/1", text="nooit meer naar die winkel"), entry(guid="at://x/3", text="wat een mooie pomp")
    )
    found = {one.entry.guid: one for one in archive.mentions("molenaar")}
    assert [label.aspect for label in archive.labels(found["at://x/1"].id)] == [Aspect.ANSWERED]
    assert found["at://x/1"].about
    assert len(archive.labels(found["at://x/2"].id)) == 3
    assert not archive.labels(found["at://x/3"].id)


def test_what_was_said_of_a_post_that_nobody_hears_again_is_forgotten(archive: SqlArchive) -> None:
    """After a week, with the next rewriting; until then it waits, for the brand it was said of."""
    listening(archive)
    post = entry(guid="at://x/1", text="de pomp van Molenaar")
    keep(archive, "one", post)
    triage(archive, archive.mentions("molenaar")[0].id, answered="yes")
    archive.rewrite(rewritten("een ander verhaal"), LATER)
    keep(archive, "two", replace(post, text="een ander verhaal"), brand_key="other")
    assert not archive.labels(archive.mentions("other")[0].id)
    archive.rewrite([Rewriting(kind="bluesky", guid="at://x/9", text="")], LATER + 8 * DAY)
    keep(archive, "one", replace(post, text="een ander verhaal"))
    assert not archive.labels(archive.mentions("molenaar")[0].id)


def test_an_author_goes_with_everything_they_wrote(archive: SqlArchive) -> None:
    """By the id that never changes, in places of that kind only; nobody else loses anything."""
    listening(archive)
    keep(archive, "one", entry(guid="1", author=JAN), entry(guid="2", author=PIET), entry(guid="3", author=JAN))
    keep(archive, "feed", entry(guid="4", author=JAN))
    assert archive.remove([Removal(kind="bluesky", author=JAN.id)], LATER) == Removed(entries=2, mentions=2)
    assert held(archive) == ["2", "4"]
    assert archive.remove([], LATER) == Removed()


def test_removals_stand_or_fall_with_the_visit_that_heard_them(archive: SqlArchive) -> None:
    """In its transaction, also for what the same visit brought; several sources that heard the same do it once."""
    listening(archive)
    gone = (Removal(kind="bluesky", guid="old"), Removal(kind="bluesky", guid="new"))
    keep(archive, "one", entry(guid="old"), entry(guid="stays"))
    keep(archive, "two", entry(guid="new"), brand_key="other", removed=(*gone, *gone))
    assert held(archive) == ["stays"]


def test_many_are_removed_at_once(archive: SqlArchive) -> None:
    """More than one statement holds, in whatever order."""
    listening(archive)
    many = [entry(guid=str(number), url="", link="") for number in range(1203)]
    keep(archive, "one", *many)
    gone = archive.remove([Removal(kind="bluesky", guid=str(number)) for number in reversed(range(1200))], LATER)
    assert gone == Removed(entries=1200, mentions=1200)
    assert held(archive) == ["1200", "1201", "1202"]


def test_a_kept_digest_shows_no_word_of_it_and_keeps_its_numbers(archive: SqlArchive) -> None:
    """In the digest's own language, whichever of the days around it that stands in."""
    listening(archive)
    keep(archive, "one", entry(guid="at://x/1"), entry(guid="at://x/2"))
    lost, stays = sorted(one.id for one in archive.mentions("molenaar"))
    shown = digest(items=(item(mention=lost, excerpt="geheim"), item(mention=stays, excerpt="blijft")))
    archive.keep_digest(shown, {})
    archive.keep_digest(replace(shown, digest="molenaar/en", language="en"), {})
    archive.keep_digest(replace(shown, on=FRIDAY + timedelta(days=6), items=(), waiting=shown.items), {})
    archive.remove([Removal(kind="bluesky", guid="at://x/1")], LATER)
    for key, on, word in (
        ("molenaar/daily", FRIDAY, "(verwijderd)"),
        ("molenaar/en", FRIDAY, "(removed)"),
        ("molenaar/daily", FRIDAY + timedelta(days=6), "(verwijderd)"),
    ):
        found = archive.digest(key, on)
        assert found is not None
        first, second = found[1].waiting or found[1].items
        assert (first.title, first.excerpt, first.link) == (word, "", "")
        assert second == shown.items[1]
        assert found[1].tones == shown.tones


def test_whatever_points_at_a_mention_goes_with_it(archive: SqlArchive) -> None:
    """Judgements today; no table that comes later can make a removal fail."""
    listening(archive)
    keep(archive, "one", entry(guid="at://x/1"))
    archive.remove([Removal(kind="bluesky", guid="at://x/1")], LATER)
    with writing(archive._engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM judgement")).scalar() == 0
        if connection.dialect.name == "sqlite":  # elsewhere it could not have been committed
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_an_authors_things_are_found_by_the_index(archive: SqlArchive) -> None:
    """Not by reading every entry."""
    with writing(archive._engine) as connection:
        if connection.dialect.name == "sqlite":
            plan = connection.execute(
                text("EXPLAIN QUERY PLAN SELECT id FROM entry WHERE author_id IN ('a', 'b') AND author_id <> ''")
            )
        else:  # it reads so small a table whole, unless it may not
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.execute(text("EXPLAIN SELECT id FROM entry WHERE author_id IN ('a', 'b') AND author_id <> ''"))
        assert "ix_entry_author_id" in str(plan.all())


def test_opening_the_archive_needs_no_tombstones(tmp_path: Path) -> None:
    """A removal from an empty archive is nothing."""
    from listener.storage.migrations import upgrade

    address = f"sqlite:///{tmp_path}/x.db"
    upgrade(address)
    with SqlArchive(address) as empty:
        assert (
            empty.remove([Removal(kind="x", guid="1"), Removal(kind="x", author="2")], datetime(2026, 1, 1, tzinfo=NOON.tzinfo))
            == Removed()
        )

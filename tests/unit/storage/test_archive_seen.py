"""Feeds that change their ids: the archive holds each entry once, over visits, revisions and restarts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from listener.core.model import Author, Entry
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from listener.storage.engine import writing
from tests.builders import NOON, brand, document, entry, source

HOUR = timedelta(hours=1)


@pytest.fixture(name="here")
def _here(archive: SqlArchive) -> SqlArchive:
    """An archive that listens to one feed."""
    archive.sync((brand(),), (source(),), (), NOON)
    return archive


def piece(number: int, **changes: object) -> Entry:
    """One of a feed's entries, with an id, a page, a moment and words of its own."""
    made = entry(
        guid=f"id-{number}", url=f"https://vakblad.example/{number}", link=f"https://vakblad.example/{number}",
        title=f"Bericht nummer {number}", text=f"Wat er over {number} te zeggen is", published_at=NOON - number * HOUR,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def visit(archive: SqlArchive, entries: Sequence[Entry], *, hours: int = 1) -> int:
    """How many of these are new, at a visit so many hours later; they are kept."""
    at = NOON + hours * HOUR
    seen = [replace(one, first_seen_at=at) for one in entries]
    (fresh,) = archive.unknown([(source(), seen)])
    (state,) = archive.states(["vakblad"])
    paper = document(body=repr((hours, seen)).encode())
    fresh = [replace(one, document=paper.fingerprint) for one in fresh]
    run = Run(source="vakblad", started_at=at, outcome=Outcome.NEW)
    return archive.keep(state, run, next_due_at=at, document=paper, entries=fresh).new_entries


def test_a_feed_that_changes_all_its_ids_brings_nothing_new(here: SqlArchive) -> None:
    """With the same addresses or with others, and with words a little different: title and day tell; what is new comes in."""
    assert visit(here, [piece(number) for number in range(10)]) == 10
    assert visit(here, [piece(number, guid=f"uuid-{number}") for number in range(10)], hours=2) == 0
    moved = [
        piece(number, guid=f"x{number}", url=f"https://new.example/{number}", link=f"https://new.example/{number}", text="anders")
        for number in range(10)
    ]
    assert visit(here, [*moved, piece(11)], hours=3) == 1
    assert visit(here, [*moved, piece(11)], hours=4) == 0


@pytest.mark.parametrize(
    "changes", [{}, {"published_at": None}, {"url": "", "link": ""}, {"url": "", "link": "", "published_at": None}]
)
def test_ids_that_change_at_each_visit_make_no_doubles(here: SqlArchive, changes: dict[str, object]) -> None:
    """Whether the feed gives moments, pages, both or neither."""
    new = [
        visit(here, [piece(number, guid=f"{hours}-{number}", **changes) for number in range(6)], hours=hours)
        for hours in range(1, 6)
    ]
    assert new == [6, 0, 0, 0, 0]


def test_an_id_that_comes_or_goes_makes_no_double(here: SqlArchive) -> None:
    """A feed that begins to give ids, flips between http and https, or stops."""
    ways = ["", "http://vakblad.example/p", "https://vakblad.example/p", "vakblad.example/p", ""]
    assert [visit(here, [piece(1, guid=way), piece(2)], hours=hours) for hours, way in enumerate(ways)] == [2, 0, 0, 0, 0]


def test_what_differs_in_a_word_a_writer_or_a_moment_is_another_entry(here: SqlArchive) -> None:
    """Replies under one title, a weekly column, the same words by another person: ids count for those."""
    assert visit(here, [piece(number) for number in range(10)]) == 10
    others = [
        piece(1, guid="reply", text="iets anders"),
        piece(2, guid="copy", author=Author(id="els")),
        piece(3, guid="column", published_at=NOON + HOUR, url="https://vakblad.example/new", link="https://vakblad.example/new"),
    ]
    assert visit(here, [*(piece(number) for number in range(10)), *others], hours=2) == 3


def test_entries_of_one_document_are_never_taken_for_one_another(here: SqlArchive) -> None:
    """A feed that lists the same words twice under two ids is believed."""
    assert visit(here, [piece(1, guid="a"), piece(1, guid="b")]) == 2
    assert visit(here, [piece(1, guid="c"), piece(1, guid="d")], hours=2) == 0


def test_entries_without_words_go_by_their_ids(here: SqlArchive) -> None:
    """Nothing can be like nothing; and few words without moment and page prove nothing."""
    assert visit(here, [piece(number, title="", text="") for number in range(5)]) == 5
    assert visit(here, [piece(number, title="", text="", guid=f"x{number}") for number in range(5)], hours=2) == 5
    bare = {"url": "", "link": "", "published_at": None, "title": "Top", "text": ""}
    assert visit(here, [piece(1, guid="z", **bare)], hours=3) == 1
    assert visit(here, [piece(1, guid="y", **bare)], hours=4) == 1


def test_an_archive_from_before_the_marks_knows_its_entries_too(here: SqlArchive) -> None:
    """What a version without marks kept is read once."""
    visit(here, [piece(number) for number in range(5)])
    with writing(here._engine) as connection:
        connection.execute(text("DELETE FROM seen"))
    assert visit(here, [piece(number, guid=f"x{number}") for number in range(5)], hours=2) == 0


def test_marks_are_forgotten_when_there_are_more_than_any_feed_shows(here: SqlArchive) -> None:
    """The oldest first."""
    visit(here, [piece(number) for number in range(2_100)])
    with writing(here._engine) as connection:
        assert connection.execute(text("SELECT length(marks) FROM seen")).scalar() == 3 * 2_000 * 8
    assert visit(here, [piece(2_099, guid="x")], hours=2) == 0
    assert visit(here, [piece(0, guid="x")], hours=3) == 1


SCHEME = some.sampled_from(["id-{}", "http://v.example/{}", "https://v.example/{}", "{}-{visit}", "uuid-{visit}-{}", ""])


@given(schemes=some.lists(SCHEME, min_size=2, max_size=6), sizes=some.lists(some.integers(1, 4), min_size=6, max_size=6))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_a_feed_names_its_entries_each_is_kept_once(database: str, schemes: list[str], sizes: list[int]) -> None:
    """A feed of the ten latest that grows at each visit, with ids by any scheme, and a program that starts anew each time."""
    with SqlArchive(database) as archive:
        archive.sync((brand(),), (source(),), (), NOON)
        with writing(archive._engine) as connection:
            for table in ("seen", "run", "entry", "document"):
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
            connection.execute(text("UPDATE source SET revision = 0"))
    said = 0
    for number, (scheme, size) in enumerate(zip(schemes, sizes, strict=False), start=1):
        said += size
        shown = [
            piece(one, guid=scheme.format(one, visit=number), published_at=NOON + one * HOUR / 60)
            for one in range(max(0, said - 10), said)
        ]
        with SqlArchive(database) as archive:
            assert visit(archive, shown, hours=number) == size

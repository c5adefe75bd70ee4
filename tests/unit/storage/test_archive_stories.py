"""The archive's memory of stories: each new mention joins the one it tells, in the same transaction, whoever stores it and when."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from listener.core import failpoint
from listener.core.finding import Wanted
from listener.core.model import Author, Entry, Media
from listener.core.stories import group_stories
from listener.core.visits import Outcome, Run
from listener.storage import stories
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.bulk import ask, run_many
from listener.storage.derived import let_go
from listener.storage.engine import open_engine, reading, writing
from listener.storage.migrations import upgrade
from tests.builders import NOON, brand, document, entry, judged, mention, source

DAY = timedelta(days=1)
KEYS = ("a", "b", "c")
LEAD = (
    "De fabrikant van pompen uit Breda haalt duizenden kleppen terug omdat zij onder druk kunnen scheuren. Klanten krijgen gratis "
    "vervanging, zegt een woordvoerder van het bedrijf tegen het persbureau."
)
WORDS = [
    "kleppen",
    "terug",
    "roept",
    "pompen",
    "breda",
    "klanten",
    "boos",
    "drie",
    "vijf",
    "hoger",
    "lager",
    "opent",
    "opende",
    "gent",
    "druk",
    "zegt",
]


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    """An archive that knows two brands and three sources."""
    archive.sync((brand(), brand(key="other")), [source(key=key) for key in KEYS], (), NOON)
    return archive


def item(number: int, title: str, words: str = "", **changes: object) -> Entry:
    """An entry with an address and an outlet of its own."""
    made = entry(guid=str(number), url=f"https://{number}.example/x", title=title, text=words, outlet=f"{number}.example")
    return replace(made, **changes)  # type: ignore[arg-type] # any field


def keep(archive: SqlArchive, key: str, *entries: Entry, brands: Sequence[str] = ("molenaar",)) -> None:
    """Keep entries of a source as mentions."""
    seen = [replace(one, source=key) for one in entries]
    (state,) = archive.states([key])
    archive.keep(
        state,
        Run(source=key, started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(source=key, body=repr(seen).encode()),
        entries=seen,
        mentions=[judged(mention=mention(entry=one, brand=which)) for one in seen for which in brands],
    )


def told(archive: SqlArchive, which: str = "molenaar") -> list[list[str]]:
    """The stories, as the guids of their mentions."""
    return [[one.entry.guid for one in story.mentions] for story in group_stories(archive.mentions(which, limit=999))]


def test_a_reprint_joins_its_story_and_keeps_its_outlet(filled: SqlArchive) -> None:
    """From another source, at another time; the oldest stored stands for it, and numbers say items, stories and voices."""
    keep(filled, "a", item(1, "Molenaar roept duizenden kleppen terug", LEAD))
    keep(
        filled,
        "b",
        item(2, "Scheuren in kleppen van Molenaar", f"BREDA (ANP) - {LEAD}"),
        item(3, "Molenaar bouwt een kantoor in Gent"),
    )
    keep(filled, "c", item(4, "Molenaar roept duizenden kleppen terug - NU.nl"))
    assert told(filled) == [["1", "2", "4"], ["3"]]
    (first, *_) = filled.story(1)
    assert [one.entry.outlet for one in filled.story(1)] == ["1.example", "2.example", "4.example"]
    assert first.story == first.id == 1
    (day,) = filled.days("molenaar", [(date(2026, 11, 20), NOON, NOON + DAY)])
    assert (day.tones.total, day.stories, day.voices) == (4, 2, 4)


def test_one_address_is_one_story_however_long_ago(filled: SqlArchive) -> None:
    """The same page under another title, a month later."""
    keep(filled, "a", item(1, "Oude kop van dit artikel", url="https://x.example/1"))
    keep(filled, "b", item(2, "Nieuwe kop boven hetzelfde stuk", url="https://x.example/1", published_at=NOON + 30 * DAY))
    keep(
        filled,
        "c",
        item(3, "Iets anders op de voorpagina", url="https://x.example/"),
        item(4, "Nog iets", url="https://x.example/"),
    )
    assert sorted(told(filled)) == [["1", "2"], ["3"], ["4"]]


def test_a_mention_that_tells_both_halves_makes_two_stories_one(filled: SqlArchive) -> None:
    """One has the title, the other the text, and the third both; a roundup that only contains them proves nothing."""
    keep(filled, "a", item(1, "Molenaar roept duizenden kleppen terug"), item(2, "Scheuren in kleppen, klanten boos", LEAD))
    assert told(filled) == [["1"], ["2"]]
    keep(filled, "b", item(3, "Molenaar roept duizenden kleppen terug", LEAD))
    assert told(filled) == [["1", "2", "3"]]
    with reading(filled._engine) as connection:
        assert set(connection.execute(select(t.mention.c.story_id)).scalars()) == {1}


def test_a_roundup_joins_one_story_and_leaves_the_other(filled: SqlArchive) -> None:
    """Being a part of it is no proof that they are one."""
    rain = (
        "Vandaag eerst zon en later vanuit het westen regen met een stevige wind, in het binnenland blijft het lang droog en zacht."
    )
    keep(filled, "a", item(1, "Kleppen van Molenaar scheuren", LEAD), item(2, "Regen op komst in het westen", rain))
    keep(filled, "b", item(3, "Het nieuws van vandaag op een rij", f"{LEAD} {rain}"))
    assert told(filled) == [["1", "3"], ["2"]]


def test_brands_do_not_share_stories(filled: SqlArchive) -> None:
    """One item of two brands is two mentions in two stories."""
    keep(filled, "a", item(1, "Molenaar roept duizenden kleppen terug"), brands=("molenaar", "other"))
    keep(filled, "b", item(2, "Molenaar roept duizenden kleppen terug"), brands=("molenaar", "other"))
    assert (told(filled), told(filled, "other")) == ([["1", "2"]], [["1", "2"]])
    assert {one.story for one in filled.mentions("molenaar")} & {one.story for one in filled.mentions("other")} == set()


def test_a_crowd_of_the_same_words_stays_bounded(filled: SqlArchive) -> None:
    """A hundred reprints of one day are one story, and leave few marks behind."""
    keep(filled, "a", *(item(n, "Molenaar roept duizenden kleppen terug") for n in range(100)))
    assert len(told(filled)) == 1
    with reading(filled._engine) as connection:
        assert len(connection.execute(select(t.story_mark)).all()) <= 5 * 5
    # As many different items with words in common leave at most a crowd each.
    keep(
        filled,
        "b",
        *(item(1000 + n, f"Duizenden kleppen {chr(97 + n % 26) * 5} {chr(97 + n // 26) * 5} gezien bij klant") for n in range(80)),
    )
    with reading(filled._engine) as connection:
        marks = connection.execute(text("SELECT max(n) FROM (SELECT count(*) AS n FROM story_mark GROUP BY mark, day)")).scalar()
    assert marks == 30


def forget_stories(archive: SqlArchive) -> None:
    """Make an archive look as if it was filled before there were stories."""
    with writing(archive._engine) as connection:
        connection.execute(update(t.mention).values(story_id=None, voice=None))
        connection.execute(t.telling.delete())
        connection.execute(t.story_mark.delete())
        connection.execute(t.story_address.delete())


def test_an_older_archive_gets_its_stories_in_batches(filled: SqlArchive) -> None:
    """Cut short after any batch it goes on, ends as if it had been there from the start, and new mentions meet the old."""
    keep(filled, "a", *(item(n, f"Molenaar opent vestiging in {'Gent' if n % 2 else 'Breda en omstreken'}") for n in range(12)))
    before = told(filled)
    forget_stories(filled)
    assert filled.group_waiting(5) == 5
    died = RuntimeError("killed")

    def die(name: str) -> None:
        if name == "stories.before_commit":
            raise died

    failpoint.arm(die)
    with pytest.raises(RuntimeError):
        filled.group_waiting(5)
    failpoint.arm(None)
    assert [filled.group_waiting(5) for _ in range(3)] == [5, 2, 0]
    assert sorted(map(sorted, told(filled))) == sorted(map(sorted, before))
    keep(filled, "b", item(99, "Molenaar opent vestiging in Gent"))
    assert any({"99", "1"} <= set(story) for story in told(filled))


def test_two_processes_that_group_at_once_double_and_lose_nothing(either_database: str) -> None:
    """Each stores half of the reprints; together they are one story."""
    with SqlArchive(either_database) as archive:
        archive.sync((brand(),), [source(key=key) for key in KEYS], (), NOON)
    faults: list[BaseException] = []

    def store(key: str, numbers: range) -> None:
        try:
            with SqlArchive(either_database) as mine:
                for number in numbers:
                    keep(mine, key, item(number, "Molenaar roept duizenden kleppen terug"))
                mine.group_waiting()
        except BaseException as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    workers = [threading.Thread(target=store, args=(key, range(n * 10, n * 10 + 10))) for n, key in enumerate(KEYS)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert faults == []
    with SqlArchive(either_database) as archive:
        assert [len(story) for story in told(archive)] == [30]


def test_what_is_told_again_makes_the_same_stories(filled: SqlArchive) -> None:
    """Rows that an earlier version left, or that lie too long, have no telling: two brands hear the same, one forgets tellings."""
    chance = random.Random(8)
    said = [
        (" ".join(chance.sample(WORDS, 7)), " ".join(chance.choices(WORDS, k=chance.choice((0, 8, 20, 45))))) for _ in range(12)
    ]
    brands = ("molenaar", "other")
    for number in range(0, 96, 8):
        heard = []
        for n in range(number, number + 8):
            title, lead = chance.choice(said)
            words = [chance.choice(WORDS) if chance.random() < 0.04 else word for word in lead.split()]
            who = chance.choice((Author(), Author(), Author(handle=f"jan{n % 3}"), Author(id=f"{n % 2}")))
            heard.append(
                item(
                    n,
                    chance.choice((title, title, "", f"{title} - NU.nl", title.rpartition(" ")[0])),
                    " ".join(words),
                    outlet=f"{n % 5}.example",
                    author=who,
                    published_at=NOON + number * timedelta(hours=1) - chance.choice((0, 0, 20, 70)) * timedelta(hours=1),
                )
            )
        keep(filled, chance.choice(KEYS), *heard, brands=brands)
        with writing(filled._engine) as connection:
            kept = "SELECT g.mention_id FROM telling AS g JOIN mention AS m ON m.id = g.mention_id WHERE m.brand_id = 2"
            run_many(connection, "DELETE FROM telling WHERE mention_id = ?", ask(connection, kept)[:: 1 + number % 2])
    assert told(filled, "other") == told(filled)
    assert any(len(story) > 2 for story in told(filled))
    marks = "SELECT e.guid, s.day, s.mark FROM story_mark AS s JOIN mention AS m ON m.id = s.mention_id JOIN entry AS e ON e.id = m.entry_id"
    with reading(filled._engine) as connection:
        first, second = (set(ask(connection, f"{marks} WHERE s.brand_id = ?", [brand])) for brand in (1, 2))
    assert first == second


def test_what_is_compared_is_kept_for_days_only(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old ones go as new ones come, the longest there first; a story goes on without them."""
    monkeypatch.setattr(stories, "_SWEPT", 4)
    keep(filled, "a", *(item(n, f"Molenaar opent vestiging in plaats {n}") for n in range(30)))
    for days in (4, 9, 10):
        keep(
            filled,
            "b",
            *(item(1000 * days + n, f"Op dag {days} bericht {n} uit Gent", published_at=NOON + days * DAY) for n in range(6)),
        )
    with reading(filled._engine) as connection:
        (left,) = ask(connection, "SELECT count(*), min(mention_id), max(mention_id) FROM telling")
    assert left[1] > 30
    assert left == (18, 31, 48)
    keep(filled, "c", item(99, "Molenaar opent vestiging in plaats 3", published_at=NOON + 2 * DAY))
    assert any({"99", "3"} <= set(story) for story in told(filled))


def test_who_speaks_is_counted_by_the_surest_mark(filled: SqlArchive) -> None:
    """One author under two names is one voice, and two papers' editors are two; owned posts are not counted."""
    authors = [Author(id="7", name="Jan"), Author(id="7", name="Piet"), Author(name="Redactie"), Author(name="redactie"), Author()]
    keep(filled, "a", *(item(n, f"Bericht {n}", author=who) for n, who in enumerate(authors)))
    (day,) = filled.days("molenaar", [(date(2026, 11, 20), NOON, NOON + DAY)])
    assert (day.tones.total, day.voices) == (5, 4)
    assert Media.OWNED.value == "owned"


def test_signs_that_no_database_takes_are_indexed_as_they_are_stored(filled: SqlArchive) -> None:
    """A half surrogate or a NUL in any field: found by its words, and nothing of it is left in the index once it is let go."""
    keep(filled, "a", item(1, "Molenaar roept\ud800 klep\0pen terug", "Pomp\0en", guid="\udfff1", author=Author(name="Jan\ud800")))
    keep(filled, "b", item(2, "Een café in Breda", "Thé"))
    (kept,) = filled.find(Wanted(words="roept"), limit=9)
    assert [one.id for one in filled.find(Wanted(words="jan"), limit=9)] == [kept.id]
    assert filled.mention(kept.id) is not None
    with writing(filled._engine) as connection:
        let_go(connection, [kept.id])
        if connection.dialect.name == "sqlite":
            left = "SELECT term FROM terms WHERE term IN ('roept', 'klep', 'kleppen', 'pomp', 'pompen', 'jan')"
            ask(connection, "CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search', 'row')")
            assert ask(connection, left) == []
            ask(connection, "DROP TABLE temp.terms")
    assert [filled.find(Wanted(words=one), limit=9) for one in ("roept", "klep", "kleppen", "jan")] == [[], [], [], []]


def test_grouping_says_so_once(tmp_path: Path) -> None:
    """`listener db upgrade` makes the stories of an older archive, and has nothing to do the second time."""
    from tests.e2e.house import configure, listener

    config = configure(tmp_path, ("a", "https://a.example/feed"))
    address = f"sqlite:///{tmp_path / 'listener.db'}"
    upgrade(address)
    with SqlArchive(address) as archive:
        archive.sync((brand(),), (source(key="a"),), (), NOON)
        keep(archive, "a", *(item(n, f"Bericht {n}") for n in range(3)))
        forget_stories(archive)
    assert "3 mentions got their story." in listener(config, "db", "upgrade").stdout
    assert "story" not in listener(config, "db", "upgrade").stdout
    engine = open_engine(address)
    with reading(engine) as connection:
        assert connection.execute(select(t.mention.c.id).where(t.mention.c.story_id.is_(None))).all() == []
    engine.dispose()
    assert stories.BATCH > 0

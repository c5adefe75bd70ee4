"""The archive's memory of labels: all of them stay, the newest counts, in lists and in numbers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from listener.core.labels import NO, WITHDRAWN, YES, Aspect, Label
from listener.core.model import Intent, Tone
from listener.core.report import ToneCount
from listener.core.visits import Outcome, Run
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.engine import reading
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

DAY = timedelta(days=1)
TODAY = [(date(2026, 11, 20), NOON, NOON + DAY)]


@pytest.fixture
def three(archive: SqlArchive) -> SqlArchive:
    """An archive with three neutral mentions, 1 to 3."""
    archive.sync((brand(), brand(key="other")), (source(),), (), NOON)
    (state,) = archive.states()
    seen = [entry(guid=str(n), url=f"https://a.example/{n}", title=f"Pomp nummer {n}", text="") for n in range(3)]
    archive.keep(
        state,
        Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(),
        entries=seen,
        mentions=[judged(mention=mention(entry=one), judgement=judgement(tone=Tone.NEUTRAL)) for one in seen],
    )
    return archive


def say(archive: SqlArchive, which: int, aspect: Aspect, value: str, by: str = "Ann") -> list[int]:
    """Keep one label."""
    return list(archive.keep_labels([Label(mention=which, aspect=aspect, value=value, by=by, at=NOON)]))


def test_a_word_counts_in_lists_and_numbers_and_names_its_speaker(three: SqlArchive) -> None:
    """The tone filter, the day's counts and the mention itself follow the person; the judgement stays as it was."""
    assert say(three, 2, Aspect.TONE, "negative") == []
    (found,) = three.mentions("molenaar", tone=Tone.NEGATIVE)
    assert (found.id, found.tone, found.judged.judgement.tone) == (2, Tone.NEGATIVE, Tone.NEUTRAL)
    assert found.labels.tone is not None
    assert (found.labels.tone.by, found.labels.tone.at) == ("Ann", NOON)
    assert [one.id for one in three.mentions("molenaar", tone=Tone.NEUTRAL)] == [3, 1]
    (day,) = three.days("molenaar", TODAY)
    assert day.tones == ToneCount(negative=1, neutral=2)
    assert [one.tone for one in three.collected("molenaar", since=NOON, until=NOON + DAY)].count(Tone.NEGATIVE) == 1
    with reading(three._engine) as connection:
        assert set(connection.execute(select(t.mention.c.tone)).scalars()) == {"neutral"}
        assert set(connection.execute(select(t.judgement.c.tone)).scalars()) == {"neutral"}


def test_what_is_not_about_us_counts_nowhere_but_stays(three: SqlArchive) -> None:
    """Items, stories and voices shrink; the mention is still listed, and comes back when the word is taken back."""
    (before,) = three.days("molenaar", TODAY)
    say(three, 1, Aspect.ABOUT, NO)
    (day,) = three.days("molenaar", TODAY)
    assert (before.tones.total, before.stories, before.voices) == (3, 3, 1)
    assert (day.tones.total, day.stories) == (2, 2)
    assert [one.about for one in three.mentions("molenaar")] == [True, True, False]
    say(three, 1, Aspect.ABOUT, YES)
    assert three.days("molenaar", TODAY) == [before]


def test_nothing_is_overwritten(three: SqlArchive) -> None:
    """Two people, three words and one taken back: all stand there in order, and the machine's counts again."""
    for value, by in (("negative", "Ann"), ("positive", "Bo"), (WITHDRAWN, "Bo")):
        say(three, 1, Aspect.TONE, value, by)
    say(three, 1, Aspect.INTENT, "complaint")
    history = three.labels(1)
    assert [(one.value, one.by) for one in history if one.aspect is Aspect.TONE] == [
        ("negative", "Ann"),
        ("positive", "Bo"),
        ("", "Bo"),
    ]
    one = three.mention(1)
    assert one is not None
    assert (one.tone, one.intent) == (Tone.NEUTRAL, Intent.COMPLAINT)
    assert three.labels(99) == []


def test_a_label_on_nothing_is_named_and_the_others_are_kept(three: SqlArchive) -> None:
    """An unknown id is handed back."""
    labels = [Label(mention=n, aspect=Aspect.ANSWERED, value=YES, by="", at=NOON) for n in (99, 3, 98)]
    assert three.keep_labels(labels) == [98, 99]
    assert three.keep_labels([]) == []
    assert [one.id for one in three.labelled(limit=9)] == [3]
    assert three.mentions_in([3])[0][1].answered is True


def test_labelled_mentions_come_in_pages(three: SqlArchive) -> None:
    """The latest first, of one brand or all; a word that was taken back is no word."""
    for which in (1, 2, 3):
        say(three, which, Aspect.TONE, "negative")
    say(three, 2, Aspect.TONE, WITHDRAWN)
    assert [one.id for one in three.labelled("molenaar", limit=1)] == [3]
    assert [one.id for one in three.labelled("molenaar", before=3, limit=5)] == [1]
    assert three.labelled("other", limit=5) == []


def test_an_older_database_gains_labels_and_keeps_its_mentions(tmp_path: Path) -> None:
    """Rows from before carry no label, and counting them works."""
    from sqlalchemy import text

    from listener.storage.engine import open_engine, writing
    from listener.storage.migrations import upgrade

    address = f"sqlite:///{tmp_path}/x.db"
    upgrade(address, "0003")
    engine = open_engine(address)
    with writing(engine) as connection:
        for words in (
            "INSERT INTO brand VALUES (1, 'molenaar', 'M', 'm', 'nl', '[]', '[]', 1)",
            (
                "INSERT INTO source (id, key, brand_id, kind, address, every_seconds, active, revision, failures, next_due_at)"
                " VALUES (1, 's', 1, 'rss', 'https://s.example/', 60, 1, 0, 0, '2026-11-20 12:00:00.000000')"
            ),
            "INSERT INTO document VALUES (1, 1, 'f', 'u', 'm', 1, '2026-11-20 12:00:00.000000', NULL)",
            (
                "INSERT INTO entry (id, source_id, identity, document_id, guid, url, link, title, text, outlet, author_name, author_handle,"
                " author_id, first_seen_at, language, country, conversation, in_reply_to, vouched) VALUES (1, 1, x'00', 1, 'g', 'u', '',"
                " 't', 'x', 'o', '', '', '', '2026-11-20 12:00:00.000000', '', '', '', '', 0)"
            ),
            (
                "INSERT INTO mention VALUES (1, 1, 1, 'x', '[]', 'c', 'v', 'earned', '2026-11-20 12:00:00.000000',"
                " '2026-11-20 12:00:00.000000', 'nl', 'negative', 0, 0, 'other', 'j')"
            ),
        ):
            connection.execute(text(words))
    engine.dispose()
    upgrade(address)
    with SqlArchive(address) as archive:
        (one,) = archive.mentions("molenaar")
        assert (one.id, one.labels.tone, one.story) == (1, None, 0)
        (day,) = archive.days("molenaar", TODAY)
        assert (day.tones.negative, day.stories, day.voices) == (1, 1, 1)


def test_what_nobody_labelled_is_found_the_newest_first(three: SqlArchive) -> None:
    """Until somebody says something of it, and again when they take it back."""
    assert [one.id for one in three.unlabelled("molenaar", since=NOON, limit=9)] == [3, 2, 1]
    say(three, 2, Aspect.ANSWERED, NO)
    assert [one.id for one in three.unlabelled("molenaar", since=NOON, limit=1)] == [3]
    assert [one.id for one in three.unlabelled("molenaar", since=NOON, limit=9)] == [3, 1]
    say(three, 2, Aspect.ANSWERED, WITHDRAWN)
    assert [one.id for one in three.unlabelled("molenaar", since=NOON, limit=9)] == [3, 2, 1]
    assert not three.unlabelled("molenaar", since=NOON + DAY, limit=9)
    assert not three.unlabelled("other", since=NOON, limit=9)

"""Evidence reports: made of what the archive holds, kept as they were, and sent once a month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from listener.core.dossier import Note
from listener.core.errors import Undelivered
from listener.core.evidence import EvidencePlan, SealedNote, seal_note
from listener.core.frozen import report_of
from listener.core.listed import List, key_of, read_code_words
from listener.core.mail import Choice, Message
from listener.core.model import Intent, Media
from listener.core.proving import dossier
from listener.core.removal import Cause, Removal
from listener.core.visits import Outcome, Run
from listener.jobs.evidence import Evidencer, Told, quoted
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

SECRET = b"s" * 32
MORNING = datetime(2026, 12, 1, 8, tzinfo=UTC)
PLAN = EvidencePlan(brand="molenaar", to=("a@x.example", "b@x.example"), at=time(8))
WEEK = date(2026, 11, 16)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Post:
    """A notifier that keeps what it sends, and fails while `fault` is set."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.fault: Exception | None = None

    def send(self, message: Message, handing: Callable[[], None] = lambda: None) -> None:
        """Hand over."""
        if self.fault is not None:
            raise self.fault
        handing()
        self.sent.append(message)


class Plainly:
    """Reports in their plainest dress."""

    def mail(self, told: Told, link: str, language: str) -> tuple[str, str, str]:
        """Subject, HTML and text."""
        return f"{told.report.dossier.brand_name} {language}", "<p>", link


@pytest.fixture
def heard(archive: SqlArchive) -> SqlArchive:
    """An archive with a dozen mentions of November."""
    archive.sync([brand()], [source()], [], NOON)
    (state,) = archive.states(["vakblad"])
    seen = [
        entry(guid=str(n), url=f"https://vakblad.example/{n}", title=f"Bericht {n}", text=f"Zilvermeeuw {n}") for n in range(12)
    ]
    archive.keep(
        state,
        Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(),
        entries=seen,
        mentions=[
            replace(
                judged(mention=mention(entry=one, media=Media.OWNED if n == 0 else Media.EARNED)),
                judgement=judgement(intent=Intent.COMPLAINT if n % 2 else Intent.OTHER),
            )
            for n, one in enumerate(seen)
        ],
    )
    return archive


def evidencer(archive: SqlArchive, post: Post | None = None, **changes: Any) -> Evidencer:
    """All that evidence needs, on the morning of the first of December."""
    made = Evidencer(
        archive=archive,
        prove=dossier,
        dress=Plainly(),
        notifier=post or Post(),
        sender="Listener <listener@example.org>",
        secret=SECRET,
        program="1",
        clock=lambda: MORNING,
        link=lambda standing, until: f"https://page.example/{standing.id}/{until.date()}",
    )
    return replace(made, **changes)


def test_a_report_holds_what_was_observed_and_what_people_noted(heard: SqlArchive) -> None:
    """The newest note on each thing; numbers from the archive; an id over all of it."""
    note = Note(about="time", text="Wij meten anders.", by="Ann", at=NOON)
    heard.keep_note("molenaar", SealedNote(note=note, seal=seal_note(SECRET, "molenaar", note)))
    made = evidencer(heard).make(PLAN, NOON - timedelta(days=30), MORNING, language="nl", timezone="Europe/Amsterdam")
    assert len(made.observed.table) == 12
    assert made.dossier.notes == (note,)
    assert report_of(made.text).dossier.notes == (note,)


def test_code_words_are_looked_for_before_anything_is_counted(heard: SqlArchive) -> None:
    """With the keyed hashes that the archive keeps."""
    marks, _ = read_code_words("zilvermeeuw\n", key_of(SECRET, "molenaar", List.CODE_WORDS))
    heard.keep_list("molenaar", List.CODE_WORDS, marks, NOON)
    made = evidencer(heard).make(PLAN, NOON - timedelta(days=30), MORNING, language="nl", timezone="Europe/Amsterdam")
    assert len(made.observed.code_hits) == 12


def test_what_was_taken_back_since_is_not_told_any_more(heard: SqlArchive) -> None:
    """A report that stands keeps its numbers; its quotations go with what they quote."""
    job = evidencer(heard)
    made = job.make(PLAN, NOON - timedelta(days=30), MORNING, language="nl", timezone="Europe/Amsterdam")
    shown = quoted(made.dossier)
    assert shown
    told = job.told(brand(), made.text)
    assert set(told.mentions) == set(shown)
    assert told.broken == frozenset()
    guid = told.mentions[shown[0]].entry.guid
    heard.remove([Removal(kind="rss", guid=guid)], MORNING + timedelta(hours=1))
    after = job.told(brand(), made.text)
    assert shown[0] not in after.mentions
    assert after.gone[shown[0]] is Cause.TAKEN_BACK


def test_a_note_that_was_changed_in_the_archive_is_told_to_be_broken(heard: SqlArchive) -> None:
    """Its seal does not fit its words."""
    note = Note(about="time", text="Wij meten anders.", by="Ann", at=NOON)
    heard.keep_note("molenaar", SealedNote(note=note, seal="0" * 64))
    job = evidencer(heard)
    made = job.make(PLAN, NOON - timedelta(days=30), MORNING, language="nl", timezone="Europe/Amsterdam")
    assert job.told(brand(), made.text).broken == {"time"}


def test_a_weeks_sample_is_drawn_once(heard: SqlArchive) -> None:
    """From what others said in it; what is found later changes nothing."""
    job = evidencer(heard)
    first = job.sample(brand(), WEEK, AMSTERDAM)
    assert [(one.name, one.stories) for one in first.strata] == [("neutral/complaint", 1)]
    assert len(first.mentions) == 1  # one voice told all of it
    assert job.sample(brand(query="klacht"), WEEK, AMSTERDAM) == first
    assert job.sample(brand(), date(2026, 11, 9), AMSTERDAM).mentions == ()


def test_a_months_report_is_due_once_and_only_where_somebody_listened(heard: SqlArchive) -> None:
    """From its day and hour on, until it stands."""
    job = evidencer(heard)
    assert job.due(PLAN)
    assert not job.due(replace(PLAN, to=()))
    assert not evidencer(heard, clock=lambda: MORNING - timedelta(hours=2)).due(PLAN)
    assert not evidencer(heard, clock=lambda: MORNING.replace(year=2030)).due(PLAN)
    job.send(PLAN, brand())
    assert not job.due(PLAN)


def test_a_month_is_sent_once_to_each_who_wants_it(heard: SqlArchive) -> None:
    """Whoever left gets none; asking again sends nothing."""
    heard.choose("molenaar/evidence", "b@x.example", Choice(active=False, reason="asked"), NOON)
    post = Post()
    job = evidencer(heard, post)
    assert [one.recipient for one in job.send(PLAN, brand())] == ["a@x.example"]
    (message,) = post.sent
    assert (message.subject, message.to) == ("Molenaar Pompen nl", "a@x.example")
    assert message.text.startswith("https://page.example/")
    assert message.text.endswith(str((MORNING + timedelta(days=90)).date()))
    assert job.send(PLAN, brand()) == []
    assert job.send(replace(PLAN, to=()), brand()) == []
    assert evidencer(heard, post, clock=lambda: MORNING - timedelta(hours=2)).send(PLAN, brand()) == []
    assert len(post.sent) == 1


def test_a_mail_that_could_not_go_is_tried_again(heard: SqlArchive) -> None:
    """The report that stands is what goes out, whatever was collected meanwhile."""
    post = Post()
    post.fault = Undelivered("down")
    ended = evidencer(heard, post).send(PLAN, brand())
    assert [one.again for one in ended] == [True, True]
    post.fault = None
    assert not evidencer(heard, post).due(PLAN), "not at once"
    later = evidencer(heard, post, clock=lambda: MORNING + timedelta(hours=1))
    assert later.due(PLAN)
    assert [one.error for one in later.send(PLAN, brand())] == ["", ""]
    assert len({one.message_id for one in post.sent}) == 2
    assert not later.due(PLAN)


def test_a_report_whose_sender_died_is_sent_by_the_next(heard: SqlArchive) -> None:
    """Killed between keeping the report and handing over its first mail: the outbox knows."""
    post = Post()
    job = evidencer(heard, post)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Evidencer, "send_standing", die)
        with pytest.raises(KeyboardInterrupt):
            job.send(PLAN, brand())
    assert job.due(PLAN)
    assert [one.error for one in job.send(PLAN, brand())] == ["", ""]
    assert not job.due(PLAN)

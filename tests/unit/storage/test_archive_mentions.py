"""The archive's memory of mentions: by day, tone and id, and counted with their coverage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from listener.core.labels import Aspect, Label
from listener.core.model import Author, Engagement, Entry, Intent, Media, Thread, Tone
from listener.core.report import ToneCount
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    """An archive that knows one brand and two sources."""
    archive.sync((brand(), brand(key="other")), (source(), source(key="forum")), (), NOON)
    return archive


def collect(
    archive: SqlArchive,
    *entries: Entry,
    at: datetime = NOON,
    key: str = "vakblad",
    tone: Tone = Tone.NEUTRAL,
    media: Media = Media.EARNED,
) -> None:
    """Keep these entries as mentions, collected at a moment."""
    seen = [replace(one, first_seen_at=at, source=key) for one in entries]
    (state,) = archive.states([key])
    archive.keep(
        state,
        Run(source=key, started_at=at, outcome=Outcome.NEW, entries=len(seen)),
        next_due_at=at,
        document=document(source=key, body=repr(seen).encode()),
        entries=seen,
        mentions=[judged(mention=mention(entry=one, media=media), judgement=judgement(tone=tone)) for one in seen],
    )


def fail(archive: SqlArchive, at: datetime, key: str = "vakblad", detail: str = "no answer") -> None:
    """Keep a failed attempt."""
    (state,) = archive.states([key])
    archive.keep(state, Run(source=key, started_at=at, outcome=Outcome.FAILED, detail=detail), next_due_at=at)


def guids(found: object) -> list[str]:
    """The guids of kept mentions, in order."""
    return [one.entry.guid for one in found]  # type: ignore[attr-defined]


def test_every_field_of_an_entry_survives(filled: SqlArchive) -> None:
    """What was parsed is what is read back, ids beyond 2^63 and missing counts included."""
    whole = entry(
        guid="13685523368333461374",
        title="Café “Zwolle” 🚰",
        published_at=None,
        author=Author(name="Ann", handle="ann", id="7", followers=3),
        language="nl",
        country="NL",
        thread=Thread(conversation="1", in_reply_to="0"),
        engagement=Engagement(likes=1, reposts=0, replies=None, quotes=2, views=2**40, rating=4.5),
        vouched=True,
    )
    paper = document()
    whole = replace(whole, document=paper.fingerprint)
    (state,) = filled.states(["vakblad"])
    run = Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW)
    filled.keep(state, run, next_due_at=NOON, document=paper, entries=[whole], mentions=[judged(mention=mention(entry=whole))])
    (found,) = filled.mentions("molenaar")
    assert found.entry == whole
    assert (found.kind, found.collected_at, found.at) == ("rss", NOON, NOON)


def test_a_days_mentions_are_those_collected_in_it(filled: SqlArchive) -> None:
    """Since is inclusive and until exclusive, and what was said earlier but found today is there."""
    collect(filled, entry(guid="late", published_at=NOON - 3 * DAY))
    collect(filled, entry(guid="next"), at=NOON + DAY)
    assert guids(filled.collected("molenaar", since=NOON, until=NOON + DAY)) == ["late"]
    assert filled.collected("other", since=NOON, until=NOON + DAY) == []
    assert filled.collected("nobody", since=NOON, until=NOON + DAY) == []


def test_pages_of_mentions_follow_without_overlap(filled: SqlArchive) -> None:
    """Newest said first; the last one seen leads to the next page, also among equal times."""
    collect(filled, *(entry(guid=str(n), published_at=NOON + (n // 2) * HOUR) for n in range(6)))
    first = filled.mentions("molenaar", limit=3)
    second = filled.mentions("molenaar", limit=3, before=(first[-1].at, first[-1].id))
    assert guids(first) + guids(second) == ["5", "4", "3", "2", "1", "0"]
    assert filled.mentions("molenaar", before=(second[-1].at, second[-1].id)) == []


def test_mentions_are_filtered_by_tone_and_day(filled: SqlArchive) -> None:
    """Both filters hold together, and the day is the one on which they were collected."""
    collect(filled, entry(guid="bad", published_at=NOON - DAY), tone=Tone.NEGATIVE)
    collect(filled, entry(guid="good"), tone=Tone.POSITIVE)
    collect(filled, entry(guid="worse"), at=NOON + DAY, tone=Tone.NEGATIVE)
    assert guids(filled.mentions("molenaar", tone=Tone.NEGATIVE)) == ["worse", "bad"] or guids(
        filled.mentions("molenaar", tone=Tone.NEGATIVE)
    ) == ["bad", "worse"]
    assert guids(filled.mentions("molenaar", tone=Tone.NEGATIVE, since=NOON, until=NOON + DAY)) == ["bad"]


def test_no_mention_has_that_id(filled: SqlArchive) -> None:
    """An unknown id is None, not a fault."""
    assert filled.mention(1) is None


def test_days_count_earned_mentions_by_tone(filled: SqlArchive) -> None:
    """Owned ones and those said more than a week before are left out; a day without any visit was not heard."""
    collect(filled, entry(guid="a"), entry(guid="b"), tone=Tone.NEGATIVE)
    collect(filled, entry(guid="c"), tone=Tone.UNSURE)
    collect(filled, entry(guid="ours"), media=Media.OWNED)
    collect(filled, entry(guid="old", published_at=NOON - 30 * DAY))
    today, silent = filled.days(
        "molenaar", [(date(2026, 11, 20), NOON, NOON + DAY), (date(2026, 11, 21), NOON + DAY, NOON + 2 * DAY)]
    )
    assert (today.tones, today.heard) == (ToneCount(negative=2, unsure=1), True)
    assert (silent.tones.total, silent.heard) == (0, False)


def test_a_day_on_which_every_visit_failed_was_not_heard(filled: SqlArchive) -> None:
    """Trying is not hearing."""
    fail(filled, NOON)
    (day,) = filled.days("molenaar", [(date(2026, 11, 20), NOON, NOON + DAY)])
    assert not day.heard


def test_coverage_says_how_each_source_was_heard(filled: SqlArchive) -> None:
    """Attempts that heard and those that did not, the last failure's words, and sources that were not asked at all."""
    collect(filled, entry(guid="a"))
    fail(filled, NOON + HOUR, detail="HTTP 503")
    forum, trade = filled.coverage("molenaar", since=NOON, until=NOON + DAY)
    assert (forum.source, forum.heard, forum.failed, forum.last_outcome, forum.was_heard) == ("forum", 0, 0, None, False)
    assert (trade.heard, trade.failed, trade.mentions, trade.detail, trade.failed_at) == (1, 1, 1, "HTTP 503", NOON + HOUR)
    assert trade.last_outcome is Outcome.FAILED


def test_coverage_remembers_a_source_that_was_removed_since(filled: SqlArchive) -> None:
    """A source that was visited in the period counts, also when it is no longer configured."""
    collect(filled, entry(guid="a"))
    filled.sync((brand(),), (), (), NOON)
    assert [one.source for one in filled.coverage("molenaar", since=NOON, until=NOON + DAY)] == ["vakblad"]


def test_what_presses_is_found_by_what_counts(filled: SqlArchive) -> None:
    """Complaints and questions by others, by a person's word where there is one; not answered, and about the brand."""
    hours = [NOON + n * HOUR for n in range(6)]
    collect(filled, *(entry(guid=str(n), url="", published_at=at) for n, at in enumerate(hours)))
    collect(filled, entry(guid="own", url=""), media=Media.OWNED)
    ids = {one.entry.guid: one.id for one in filled.mentions("molenaar")}

    def say(guid: str, aspect: Aspect, value: str) -> Label:
        return Label(mention=ids[guid], aspect=aspect, value=value, by="", at=NOON)

    filled.keep_labels(
        [
            *(say(guid, Aspect.INTENT, "complaint") for guid in "0123"),
            say("own", Aspect.INTENT, "complaint"),
            say("4", Aspect.INTENT, "question"),
            say("1", Aspect.ANSWERED, "yes"),
            say("2", Aspect.ANSWERED, "no"),
            say("3", Aspect.ABOUT, "no"),
        ]
    )
    found = filled.pressing("molenaar", since=NOON, until=NOON + HOUR)
    assert {one.id: (one.intent, one.answered) for one in found} == {
        ids["4"]: (Intent.QUESTION, None),
        ids["2"]: (Intent.COMPLAINT, False),
        ids["0"]: (Intent.COMPLAINT, None),
    }
    assert not filled.pressing("molenaar", since=NOON + HOUR, until=NOON + DAY)
    assert not filled.pressing("other", since=NOON, until=NOON + HOUR)

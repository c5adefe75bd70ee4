"""Collecting: each attempt ends as a row of the ledger, and one bad place never silences the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from listener.core.errors import AccessDenied, Gone, Postponed, RateLimited, TooLarge, Unreachable
from listener.core.mentions import MentionFinder
from listener.core.model import Cursor, Fetched, Tone
from listener.core.removal import Removal, Rewriting
from listener.core.visits import Outcome, Run
from listener.jobs.collect import MAX_PAGES, Collector
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand
from tests.fakes import FakeEars, FakeJudge, made, source

HOUR = timedelta(hours=1)


@pytest.fixture
def ears() -> FakeEars:
    """Places that exist in the test alone."""
    return FakeEars()


@pytest.fixture
def collector(archive: SqlArchive, ears: FakeEars) -> Collector:
    """A collector that listens to three of them for one brand."""
    archive.sync((brand(),), [source(key) for key in ("blog", "forum", "vakblad")], (), NOON)
    return Collector(archive=archive, ears=ears, finder=MentionFinder([brand()]), judge=FakeJudge())


def collect(collector: Collector, *keys: str, after: timedelta = timedelta()) -> Sequence[Run]:
    """Visit these places, or all."""
    return list(collector.collect(collector.archive.states(keys or None), NOON + after))


def test_a_visit_ends_with_a_judged_mention(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Fetched, parsed, found, judged and kept, with the cursor for the next time."""
    ears.say("forum", "1|Klacht|De klep van Molenaar Pompen lekt", "2|Iets anders|Over het weer", cursor="7")
    (run,) = collect(collector, "forum")
    assert (run.outcome, run.entries, run.new_entries, run.new_mentions) == (Outcome.NEW, 2, 2, 1)
    (found,) = archive.mentions("molenaar")
    assert found.judged.judgement.tone is Tone.NEGATIVE
    assert found.judged.judgement.judge == "fake 1"
    (state,) = archive.states(["forum"])
    assert state.cursor == Cursor({"at": "7"})
    assert state.next_due_at == NOON + state.source.every


def test_running_twice_stores_once(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """The same document again is known, and only what is new in it is judged."""
    ears.say("forum", "1|a|Molenaar Pompen")
    ears.say("forum", "1|a|Molenaar Pompen", "2|b|Molenaar Pompen weer")
    ears.say("forum", "1|a|Molenaar Pompen", "2|b|Molenaar Pompen weer")
    outcomes = [(run.outcome, run.new_entries) for _ in range(3) for run in collect(collector, "forum")]
    assert outcomes == [(Outcome.NEW, 1), (Outcome.NEW, 1), (Outcome.KNOWN, 0)]
    assert len(archive.mentions("molenaar")) == 2
    assert isinstance(collector.judge, FakeJudge)
    assert len(collector.judge.seen) == 2


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Unreachable("no answer within 30 s"), Outcome.FAILED),
        (AccessDenied("HTTP 403", status=403), Outcome.REFUSED),
        (RateLimited("HTTP 429", status=429), Outcome.LIMITED),
        (TooLarge("more than 10 MB", size=10_000_000), Outcome.TOO_LARGE),
    ],
)
def test_a_bad_place_never_silences_the_others(
    collector: Collector, ears: FakeEars, archive: SqlArchive, fault: Unreachable, outcome: Outcome
) -> None:
    """Its failure is a row of the ledger with its words; the others are heard."""
    ears.fail("forum", fault)
    ears.say("vakblad", "1|a|Molenaar Pompen")
    runs = {run.source: run for run in collect(collector)}
    assert runs["forum"].outcome is outcome
    assert (runs["forum"].detail, runs["forum"].status, runs["forum"].size) == (fault.detail, fault.status, fault.size)
    assert runs["vakblad"].new_mentions == 1
    assert runs["blog"].outcome is Outcome.UNCHANGED
    (state,) = archive.states(["forum"])
    assert state.failures == 1
    assert state.next_due_at > NOON + state.source.every


def test_a_place_that_asks_for_patience_gets_it(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Retry-After moves the next visit, in failure and in success."""
    ears.fail("forum", RateLimited("HTTP 429", until=NOON + 5 * HOUR))
    ears.say("blog", "1|a|b", wait=3 * HOUR)
    collect(collector)
    due = {state.source.key: state.next_due_at for state in archive.states()}
    assert due["forum"] == NOON + 5 * HOUR
    assert due["blog"] == NOON + 3 * HOUR


def test_an_unreadable_answer_is_kept_with_its_bytes(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """A person can look at what came instead of a feed; the failure counts."""
    ears.say("forum", "!")
    (run,) = collect(collector, "forum")
    assert (run.outcome, run.detail, run.size) == (Outcome.UNREADABLE, "this is not a feed", 1)
    (state,) = archive.states(["forum"])
    assert state.failures == 1
    assert state.cursor == Cursor({"at": "1"})


def test_an_empty_answer_is_heard(collector: Collector, ears: FakeEars) -> None:
    """No entries is an answer, and not a failure."""
    ears.say("forum")
    (run,) = collect(collector, "forum")
    assert run.outcome is Outcome.EMPTY
    assert run.outcome.heard


def test_what_a_visit_could_not_hear_stands_in_the_ledger(collector: Collector, ears: FakeEars) -> None:
    """A visit that went well may still have missed something for ever."""
    missed = Fetched(document=None, cursor=Cursor({"at": "1"}), detail="not heard: 11:00 to 11:55")
    ears.answers["forum"].append(missed)
    (run,) = collect(collector, "forum")
    assert (run.outcome, run.detail) == (Outcome.UNCHANGED, "not heard: 11:00 to 11:55")


def test_pages_are_read_until_there_is_no_more(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Each page is stored with its cursor before the next one is asked for."""
    ears.say("forum", "3|a|Molenaar Pompen", cursor="3", more=True)
    ears.say("forum", "2|a|Molenaar Pompen", cursor="2", more=True)
    ears.say("forum", "1|a|Molenaar Pompen", cursor="1")
    runs = collect(collector, "forum")
    assert [run.new_entries for run in runs] == [1, 1, 1]
    assert [cursor for _, cursor in ears.asked] == [None, Cursor({"at": "3"}), Cursor({"at": "2"})]
    (state,) = archive.states(["forum"])
    assert state.next_due_at == NOON + state.source.every


def test_a_place_without_end_is_left_for_the_next_visit(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """The pages of one job are counted; the source stays due, and goes on where it stopped."""
    for page in range(MAX_PAGES + 5):
        ears.say("forum", f"{page}|a|b", cursor=str(page), more=True)
    assert len(collect(collector, "forum")) == MAX_PAGES
    (state,) = archive.states(["forum"])
    assert state.cursor == Cursor({"at": str(MAX_PAGES - 1)})
    assert state.next_due_at == NOON


def test_a_page_that_cannot_be_read_ends_the_reading(collector: Collector, ears: FakeEars) -> None:
    """What the place sends is not what we expect: asking on would be blind."""
    ears.say("forum", "!", more=True)
    ears.say("forum", "1|a|b")
    assert [run.outcome for run in collect(collector, "forum")] == [Outcome.UNREADABLE]


def test_an_overtaken_visit_is_said_and_stores_nothing(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Another process kept the source between reading its state and keeping it."""
    stale = archive.states(["forum"])
    collect(collector, "forum")
    ears.say("forum", "1|a|Molenaar Pompen", more=True)
    (run,) = collector.collect(stale, NOON)
    assert run.outcome is Outcome.OVERTAKEN
    assert archive.mentions("molenaar") == []


def test_nothing_to_visit_is_nothing_done(collector: Collector) -> None:
    """No states, no runs."""
    assert list(collector.collect([], NOON)) == []


def test_the_points_of_a_visit_come_in_their_order(collector: Collector, ears: FakeEars, points: list[str]) -> None:
    """Fetched, matched, judged, then written, then committed: each is a place where a test may end the process."""
    ears.say("forum", "1|a|b")
    collect(collector, "forum")
    assert points == ["collect.fetched", "collect.matched", "collect.judged", "collect.before_commit", "collect.after_commit"]


def test_a_place_that_is_gone_twice_rests_until_its_configuration_changes(
    collector: Collector, ears: FakeEars, archive: SqlArchive
) -> None:
    """Once may be a slip. Resting, it is not claimed; with a new address it is visited again."""
    for visit in range(2):
        assert [state.rested_at for state in archive.states(["forum"])] == [None]
        ears.fail("forum", Gone("gone for good (410)", status=410))
        collect(collector, "forum", after=visit * HOUR)
    (state,) = archive.states(["forum"])
    assert state.rested_at == NOON + HOUR
    later = NOON + 1000 * HOUR
    assert archive.claim_due(later, limit=9, lease=HOUR) == ["blog", "vakblad"]
    ears.fail("forum", Unreachable("no"))
    collect(collector, "forum")
    assert archive.states(["forum"])[0].rested_at is not None
    moved = [source("blog"), replace(source("forum"), address="https://forum.example/new"), source("vakblad")]
    archive.sync((brand(),), moved, (), later)
    (state,) = archive.states(["forum"])
    assert (state.rested_at, state.failures) == (None, 0)


def test_a_place_that_rests_and_answers_by_hand_rests_no_longer(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """A person may ask it all the same, and being heard ends the rest."""
    for _ in range(2):
        ears.fail("forum", Gone("gone for good (410)", status=410))
        collect(collector, "forum")
    ears.nothing_new("forum")
    collect(collector, "forum")
    assert archive.states(["forum"])[0].rested_at is None


def test_a_host_that_asks_for_rest_keeps_all_its_sources_from_being_claimed(
    collector: Collector, ears: FakeEars, archive: SqlArchive
) -> None:
    """429 for one is 429 for all of them, in every process; being heard again clears its name."""
    archive.sync((brand(),), [source(key) for key in ("blog", "forum", "vakblad")], (), NOON)
    collect(collector)
    fault = RateLimited("HTTP 429", until=NOON + 5 * HOUR, status=429)
    fault.host = "forum.example"
    ears.fail("forum", fault)
    collect(collector, "forum")
    assert archive.resting_hosts(NOON + 4 * HOUR) == {"forum.example": (NOON + 5 * HOUR, "HTTP 429")}
    assert archive.resting_hosts(NOON + 5 * HOUR) == {}
    assert archive.claim_due(NOON + 4 * HOUR, limit=9, lease=HOUR) == ["blog", "vakblad"]
    assert archive.claim_due(NOON + 5 * HOUR, limit=9, lease=HOUR) == ["blog", "forum", "vakblad"]


def test_a_postponed_visit_is_no_attempt(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Its next visit moves; there is no row of the ledger, no failure, and the state stays everyone's."""
    ears.fail("forum", Postponed("not asked", until=NOON + 2 * HOUR))
    (run,) = collect(collector, "forum")
    assert (run.outcome, run.detail) == (Outcome.POSTPONED, "not asked")
    (state,) = archive.states(["forum"])
    assert (state.failures, state.revision, state.last_run) == (0, 0, None)
    assert state.next_due_at == NOON + 2 * HOUR


def test_what_cannot_be_read_leaves_the_cursor_its_kind_wants(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """A feed goes on from before, so that the same bytes next time are unreadable again and not "unchanged"."""
    ears.answers["forum"].append(
        Fetched(document=made("forum", "!"), cursor=Cursor({"at": "1"}), unread=Cursor({"at": "0"}), note="moved")
    )
    collect(collector, "forum")
    (state,) = archive.states(["forum"])
    assert (state.cursor, state.note) == (Cursor({"at": "0"}), "")


def test_a_failure_may_move_the_cursor_too(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Where a feed was thought to have moved is not there: back to where it was."""
    fault = Unreachable("404", status=404)
    fault.cursor = Cursor({"at": "home"})
    ears.fail("forum", fault)
    collect(collector, "forum")
    assert archive.states(["forum"])[0].cursor == Cursor({"at": "home"})


def test_a_silent_place_is_visited_less_often_if_its_kind_allows_it(
    collector: Collector, ears: FakeEars, archive: SqlArchive
) -> None:
    """The rhythm is that of what it published; closed hours and wishes of the place come on top, and its note is kept."""
    paper = made("forum", *(f"{number}|a|b" for number in range(6)))
    ears.parse = lambda kind, document: [  # type: ignore[method-assign]
        replace(one, published_at=NOON - 48 * number * HOUR) for number, one in enumerate(FakeEars.parse(ears, kind, document))
    ]
    ears.answers["forum"].append(Fetched(document=paper, cursor=Cursor({"at": "1"}), adaptive=True, note="moved"))
    ears.answers["blog"].append(Fetched(document=paper, cursor=Cursor({"at": "1"})))
    collect(collector)
    states = {state.source.key: state for state in archive.states()}
    assert states["forum"].next_due_at == NOON + 2 * HOUR
    assert states["blog"].next_due_at == NOON + HOUR / 2
    assert states["forum"].recent == tuple(NOON - 48 * number * HOUR for number in range(6))
    assert states["forum"].note == "moved"
    ears.answers["forum"].append(Fetched(document=None, cursor=Cursor({"at": "1"}), adaptive=True))
    collect(collector, "forum", after=96 * HOUR)
    (state,) = archive.states(["forum"])
    assert (state.next_due_at, state.note) == (NOON + 100 * HOUR, "")


def test_what_has_no_date_counts_for_the_rhythm_from_the_second_visit_on(
    collector: Collector, ears: FakeEars, archive: SqlArchive
) -> None:
    """On the first visit it may be years old; later it was said since the visit before."""
    ears.parse = lambda kind, document: [  # type: ignore[method-assign]
        replace(one, published_at=None) for one in FakeEars.parse(ears, kind, document)
    ]
    ears.say("forum", "1|a|b")
    collect(collector, "forum")
    assert archive.states(["forum"])[0].recent == ()
    ears.say("forum", "1|a|b", "2|a|b")
    collect(collector, "forum", after=HOUR)
    assert archive.states(["forum"])[0].recent == (NOON + HOUR,)


def test_what_a_place_rewrites_is_heard_as_it_is_now(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Its former words go before it is looked at; told a second time, it is known."""
    ears.say("forum", "1|a|Molenaar Pompen eerst", "2|b|Molenaar Pompen blijft")
    collect(collector, "forum")
    for _ in range(2):
        ears.say("forum", "1|a|Molenaar Pompen nu", "2|b|Molenaar Pompen blijft")
        said = ears.answers["forum"].pop()
        assert isinstance(said, Fetched)
        ears.answers["forum"].append(replace(said, rewritten=(Rewriting(kind="rss", guid="1", text="Molenaar Pompen nu"),)))
    assert [run.outcome for _ in range(2) for run in collect(collector, "forum")] == [Outcome.NEW, Outcome.KNOWN]
    assert {one.entry.text for one in archive.mentions("molenaar")} == {"Molenaar Pompen nu", "Molenaar Pompen blijft"}


def test_what_a_place_takes_back_goes(collector: Collector, ears: FakeEars, archive: SqlArchive) -> None:
    """Also when the visit brings nothing else; it is no news, and the place was heard."""
    ears.say("forum", "1|a|Molenaar Pompen", "2|b|Molenaar Pompen blijft")
    gone = (Removal(kind="rss", guid="1"),)
    ears.answers["forum"].append(Fetched(document=None, cursor=Cursor({"at": "2"}), removed=gone))
    ears.say("forum", "1|a|Molenaar Pompen", "2|b|Molenaar Pompen blijft")
    outcomes = [run.outcome for _ in range(3) for run in collect(collector, "forum")]
    assert outcomes == [Outcome.NEW, Outcome.UNCHANGED, Outcome.KNOWN]
    assert [one.entry.guid for one in archive.mentions("molenaar")] == ["2"]
    assert len(archive.tombstones("molenaar", since=NOON, until=NOON + HOUR)) == 1

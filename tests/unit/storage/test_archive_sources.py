"""The archive's memory of sources: one transaction for each attempt, and each identity once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from listener.core import failpoint
from listener.core.errors import Overtaken, StorageError
from listener.core.model import Brand, Cursor, DigestPlan, Source
from listener.core.visits import Attempt, HostRest, Outcome, Run, SourceState
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, mention, source

HOUR = timedelta(hours=1)


def configured(archive: SqlArchive, *sources: Source, brands: tuple[Brand, ...] = ()) -> list[SourceState]:
    """Make the archive know these sources, and return their states."""
    archive.sync(brands or (brand(),), sources or (source(),), (), NOON)
    return list(archive.states())


def run(**changes: Any) -> Run:
    """A run that found something new."""
    return replace(Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW, entries=1), **changes)


def test_a_new_source_is_due_at_once_and_has_no_past(archive: SqlArchive) -> None:
    """What was just configured has no cursor, no run, and is due now."""
    (state,) = configured(archive)
    assert (state.cursor, state.last_run, state.revision, state.failures) == (None, None, 0, 0)
    assert state.next_due_at == NOON
    assert state.source == source()


def test_a_source_keeps_its_edition(archive: SqlArchive) -> None:
    """Language and country come back; a brand that changes its country goes on where it stopped."""
    (state,) = configured(archive, source(language="nl", country="NL"))
    assert (state.source.language, state.source.country) == ("nl", "NL")
    archive.keep(state, run(outcome=Outcome.UNCHANGED), next_due_at=NOON, cursor=Cursor({"etag": "1"}))
    (state,) = configured(archive, source(language="nl", country="BE"))
    assert (state.source.country, state.cursor) == ("BE", Cursor({"etag": "1"}))


def test_a_kept_attempt_stands_whole(archive: SqlArchive) -> None:
    """Document, entry, mention, cursor and ledger row are all there after one call."""
    (state,) = configured(archive)
    paper = document(body=b"<rss/>")
    item = entry(document=paper.fingerprint)
    kept = archive.keep(
        state,
        run(),
        next_due_at=NOON + HOUR,
        cursor=Cursor({"etag": '"1"'}),
        document=paper,
        entries=[item],
        mentions=[judged(mention=mention(entry=item))],
    )
    assert (kept.new_entries, kept.new_mentions, kept.outcome) == (1, 1, Outcome.NEW)
    (now,) = archive.states()
    assert now.cursor == Cursor({"etag": '"1"'})
    assert (now.revision, now.failures, now.heard_at, now.next_due_at) == (1, 0, NOON, NOON + HOUR)
    assert now.last_run == kept
    (found,) = archive.mentions("molenaar")
    assert found.judged == judged(mention=mention(entry=item))
    assert archive.mention(found.id) == found
    assert archive.body("vakblad", paper.fingerprint) == b"<rss/>"


def test_keeping_the_same_entry_twice_keeps_it_once(archive: SqlArchive) -> None:
    """A second copy of an identity is passed over, and the run says that everything was known."""
    (state,) = configured(archive)
    paper, item = document(), entry()
    for _ in range(2):
        (state,) = archive.states()
        kept = archive.keep(
            state, run(), next_due_at=NOON, document=paper, entries=[item], mentions=[judged(mention=mention(entry=item))]
        )
    assert (kept.outcome, kept.new_entries, kept.new_mentions) == (Outcome.KNOWN, 0, 0)
    assert len(archive.mentions("molenaar")) == 1


def test_an_overtaken_attempt_stores_nothing(archive: SqlArchive) -> None:
    """Of two processes that read the same state, the second one to keep it is told, and leaves no trace."""
    (state,) = configured(archive)
    archive.keep(state, run(outcome=Outcome.UNCHANGED, entries=0), next_due_at=NOON)
    with pytest.raises(Overtaken, match="vakblad"):
        archive.keep(state, run(), next_due_at=NOON, document=document(), entries=[entry()])
    assert len(archive.runs(since=NOON, until=NOON + HOUR)) == 1
    assert archive.unknown([(source(), [entry()])])[0] == [entry()]


def test_a_death_before_the_commit_leaves_nothing(archive: SqlArchive) -> None:
    """When the process ends with the transaction open, neither rows nor cursor moved."""
    (state,) = configured(archive)

    def die(name: str) -> None:
        if name == "collect.before_commit":
            raise RuntimeError(name)

    failpoint.arm(die)
    try:
        with pytest.raises(RuntimeError):
            archive.keep(state, run(), next_due_at=NOON + HOUR, document=document(), entries=[entry()])
    finally:
        failpoint.arm(None)
    assert archive.states() == [state]
    assert archive.unknown([(source(), [entry()])])[0] == [entry()]


def test_unknown_names_each_new_identity_once(archive: SqlArchive) -> None:
    """Of doubles within one document the first counts, and what is stored is left out, also in long lists."""
    (state,) = configured(archive)
    known = [entry(guid=f"k{n}") for n in range(700)]
    archive.keep(state, run(), next_due_at=NOON, document=document(), entries=known)
    fresh = entry(guid="new", title="new")
    assert archive.unknown([(source(), [*known, fresh, replace(fresh, title="again")])])[0] == [fresh]
    assert archive.unknown([(source(), [])])[0] == []
    assert archive.unknown([(source(key="another"), [known[0]])])[0] == [known[0]]


def test_bytes_are_kept_only_where_they_prove_or_explain_something(archive: SqlArchive) -> None:
    """A document without a mention keeps its fingerprint alone; an unreadable one keeps its bytes."""
    (state,) = configured(archive)
    plain, broken = document(body=b"nothing about us"), document(body=b"<html>")
    archive.keep(state, run(), next_due_at=NOON, document=plain, entries=[entry()])
    (state,) = archive.states()
    archive.keep(state, run(outcome=Outcome.UNREADABLE), next_due_at=NOON, document=broken)
    assert archive.body("vakblad", plain.fingerprint) is None
    assert archive.body("vakblad", broken.fingerprint) == b"<html>"
    assert archive.body("vakblad", "0" * 64) is None


def test_bytes_are_added_when_a_known_document_turns_out_to_carry_a_mention(archive: SqlArchive) -> None:
    """The same document, kept first without and then with a mention, ends with its bytes."""
    (state,) = configured(archive)
    paper = document()
    archive.keep(state, run(), next_due_at=NOON, document=paper, entries=[entry(guid="a")])
    (state,) = archive.states()
    item = entry(guid="b")
    archive.keep(state, run(), next_due_at=NOON, document=paper, entries=[item], mentions=[judged(mention=mention(entry=item))])
    assert archive.body("vakblad", paper.fingerprint) == paper.body


def test_failures_are_counted_in_a_row(archive: SqlArchive) -> None:
    """Each failure adds one and keeps the last time it was heard; being heard again starts anew."""
    (state,) = configured(archive)
    for expected in (1, 2):
        archive.keep(state, run(outcome=Outcome.FAILED, detail="no answer"), next_due_at=NOON)
        (state,) = archive.states()
        assert (state.failures, state.heard_at) == (expected, None)
    archive.keep(state, run(outcome=Outcome.UNCHANGED), next_due_at=NOON)
    (state,) = archive.states()
    assert (state.failures, state.heard_at) == (0, NOON)


def test_what_is_due_is_claimed_once(archive: SqlArchive) -> None:
    """A claimed source is nobody else's until its claim ends by itself, or is released."""
    configured(archive, source(key="a"), source(key="b"), source(key="c"))
    assert archive.claim_due(NOON - HOUR, limit=9, lease=HOUR) == []
    assert archive.claim_due(NOON, limit=2, lease=HOUR) == ["a", "b"]
    assert archive.claim_due(NOON, limit=9, lease=HOUR) == ["c"]
    assert archive.claim_due(NOON, limit=9, lease=HOUR) == []
    assert archive.claim_due(NOON + HOUR, limit=9, lease=HOUR) == ["a", "b", "c"]
    archive.release()
    assert archive.claim_due(NOON, limit=9, lease=HOUR) == ["a", "b", "c"]


def test_keeping_ends_the_claim(archive: SqlArchive) -> None:
    """A source that was visited is free again, and due when its next time comes."""
    (state,) = configured(archive)
    archive.claim_due(NOON, limit=1, lease=24 * HOUR)
    archive.keep(state, run(), next_due_at=NOON + HOUR)
    assert archive.claim_due(NOON, limit=1, lease=HOUR) == []
    assert archive.claim_due(NOON + HOUR, limit=1, lease=HOUR) == ["vakblad"]


def test_runs_are_found_by_time_and_source(archive: SqlArchive) -> None:
    """Since is inclusive, until exclusive."""
    for state in configured(archive, source(key="a"), source(key="b")):
        archive.keep(state, run(source=state.source.key), next_due_at=NOON)
    assert [one.source for one in archive.runs(since=NOON, until=NOON + HOUR)] == ["a", "b"]
    assert [one.source for one in archive.runs(since=NOON, until=NOON + HOUR, source="b")] == ["b"]
    assert archive.runs(since=NOON - HOUR, until=NOON) == []


def test_a_source_at_another_address_starts_anew(archive: SqlArchive) -> None:
    """Its cursor belongs to the old place; another cadence alone keeps it."""
    (state,) = configured(archive)
    archive.keep(state, run(), next_due_at=NOON + HOUR, cursor=Cursor({"etag": "1"}))
    (slower,) = configured(archive, source(every=2 * HOUR))
    assert (slower.cursor, slower.source.every) == (Cursor({"etag": "1"}), 2 * HOUR)
    (moved,) = configured(archive, source(address="https://elsewhere.example/feed"))
    assert moved.cursor is None


def test_what_is_no_longer_configured_rests(archive: SqlArchive) -> None:
    """It is not visited and not listed, keeps its rows, and wakes when it is configured again."""
    configured(archive, source(key="a"), source(key="b"))
    assert [one.source.key for one in configured(archive, source(key="a"))] == ["a"]
    assert archive.states(["b"]) == []
    assert [one.source.key for one in configured(archive, source(key="a"), source(key="b"))] == ["a", "b"]
    archive.sync((), (), (), NOON)
    assert archive.brands() == []


def test_each_change_of_a_query_is_a_version_with_its_time(archive: SqlArchive) -> None:
    """Only another normal form is another version; a new name is none."""
    for words in ('"Molenaar Pompen"', '"Molenaar  Pompen"', "molenaar", '"Molenaar Pompen"'):
        archive.sync((brand(query=words),), (), (), NOON)
    archive.sync((brand(name="Molenaar"),), (), (), NOON)
    assert len(archive.query_versions("molenaar")) == 3


def test_syncing_the_same_configuration_again_writes_nothing(archive: SqlArchive) -> None:
    """A start without changes takes no lock."""
    plan = DigestPlan(key="molenaar/daily", brand="molenaar", to=(), at=time(7, 30), timezone="Europe/Amsterdam", language="nl")
    archive.sync((brand(),), (source(),), (plan,), NOON)
    said: list[str] = []
    event.listen(archive._engine, "before_cursor_execute", lambda *asked: said.append(str(asked[2]).split(maxsplit=1)[0].upper()))
    archive.sync((brand(),), (source(),), (plan,), NOON)
    assert said
    assert set(said) <= {"BEGIN", "SELECT"}


def test_a_mention_of_a_brand_that_is_gone_is_a_storage_fault(archive: SqlArchive) -> None:
    """It can only come from another process's old configuration; nothing is half-stored."""
    (state,) = configured(archive)
    item = entry()
    with pytest.raises(StorageError, match="gone"):
        archive.keep(
            state,
            run(),
            next_due_at=NOON,
            document=document(),
            entries=[item],
            mentions=[judged(mention=mention(brand="gone", entry=item))],
        )
    assert archive.states() == [state]


def test_naive_times_are_refused(archive: SqlArchive) -> None:
    """They would be stored as another instant."""
    with pytest.raises(StorageError, match="naive"):
        archive.runs(since=datetime(2026, 1, 1), until=NOON)


def attempt(state: SourceState, **changes: Any) -> Attempt:
    """An attempt at a source that found one entry."""
    item = entry(source=state.source.key)
    made = Attempt(
        state=state,
        run=run(source=state.source.key),
        next_due_at=NOON + HOUR,
        document=document(source=state.source.key),
        entries=[item],
        mentions=[judged(mention=mention(entry=item))],
    )
    return replace(made, **changes)


def test_of_attempts_kept_together_an_overtaken_one_stores_nothing_and_the_others_stand(archive: SqlArchive) -> None:
    """One transaction, and each attempt whole or not at all."""
    first, second, third = configured(archive, source(key="a"), source(key="b"), source(key="c"))
    archive.keep(second, run(source="b", outcome=Outcome.UNCHANGED), next_due_at=NOON)
    kept = archive.keep_all([attempt(first), attempt(second), attempt(third)])
    assert [one.outcome for one in kept] == [Outcome.NEW, Outcome.OVERTAKEN, Outcome.NEW]
    assert "another process collected it" in kept[1].detail
    assert [one.judged.mention.entry.source for one in archive.mentions("molenaar")] == ["c", "a"]
    assert archive.keep_all([]) == []


def test_killing_a_batch_keeps_none_of_it(archive: SqlArchive) -> None:
    """A fault at the second attempt's point takes the first one with it: both are asked again."""
    states = configured(archive, source(key="a"), source(key="b"))
    reached: list[str] = []

    def fail(name: str) -> None:
        reached.append(name)
        if len(reached) == 2:
            raise RuntimeError

    failpoint.arm(fail)
    try:
        with pytest.raises(RuntimeError):
            archive.keep_all([attempt(one) for one in states])
    finally:
        failpoint.arm(None)
    assert archive.mentions("molenaar") == []
    assert archive.runs(since=NOON, until=NOON + HOUR) == []


def test_a_host_that_asks_again_is_left_alone_for_longer(archive: SqlArchive) -> None:
    """Five minutes, then ten; two wishes at once count once, the longer one; a day of peace, and it starts anew."""
    rest = HostRest(host="x.example", until=None, reason="HTTP 429")

    def asked(at: datetime, *rests: HostRest) -> datetime:
        states = archive.states()[: len(rests)]
        limited = run(outcome=Outcome.LIMITED, started_at=at)
        archive.keep_all(
            [
                Attempt(state=state, run=replace(limited, source=state.source.key), next_due_at=at, rest=one)
                for state, one in zip(states, rests, strict=True)
            ]
        )
        return archive.resting_hosts(at)["x.example"][0] - at + NOON

    configured(archive, source(key="a"), source(key="b"))
    assert asked(NOON, rest, rest) == NOON + HOUR / 12
    assert asked(NOON + HOUR, rest) == NOON + HOUR / 6
    assert asked(NOON + 2 * HOUR, rest, replace(rest, until=NOON + 4 * HOUR)) == NOON + 2 * HOUR
    assert asked(NOON + 100 * HOUR, rest) == NOON + HOUR / 12


def test_a_host_that_answers_again_has_a_clean_name(archive: SqlArchive) -> None:
    """Being heard there ends its rest for all its sources."""
    configured(archive, source(key="a"), source(key="b"))
    rest = HostRest(host="x.example", until=NOON + 5 * HOUR, reason="HTTP 503")
    a, b = archive.states()
    archive.keep_all([attempt(a, run=run(source="a", outcome=Outcome.LIMITED), rest=rest, entries=(), mentions=())])
    assert "x.example" in archive.resting_hosts(NOON)
    archive.keep_all([attempt(b, host="x.example"), attempt(archive.states(["a"])[0], host="x.example")])
    assert archive.resting_hosts(NOON) == {}


def test_a_clock_that_is_set_back_silences_no_source(archive: SqlArchive) -> None:
    """What was put off, claimed or left alone a year ahead is due at once; an honest wait and an honest rest are kept."""
    configured(archive, source(key="a"), source(key="b"), source(key="c", every=timedelta(days=30)))
    a, b, c = archive.states()
    ahead = NOON + timedelta(days=365)
    archive.keep(a, run(source="a", started_at=ahead), next_due_at=ahead + HOUR)
    archive.keep(b, run(source="b"), next_due_at=NOON + 30 * HOUR)
    archive.keep(c, run(source="c"), next_due_at=NOON + timedelta(days=32))
    assert archive.claim_due(NOON, limit=9, lease=HOUR) == ["a"]
    (a,) = archive.states(["a"])
    archive.keep(a, run(source="a"), next_due_at=NOON)
    assert archive.claim_due(ahead, limit=1, lease=HOUR) == ["a"]
    assert archive.claim_due(NOON, limit=9, lease=HOUR) == ["a"]
    rest = HostRest(host="x.example", until=ahead + HOUR, reason="x")
    (a,) = archive.states(["a"])
    archive.keep_all(
        [
            Attempt(
                state=a,
                run=run(source="a", started_at=ahead, outcome=Outcome.LIMITED),
                next_due_at=NOON,
                host="x.example",
                rest=rest,
            )
        ]
    )
    assert archive.resting_hosts(NOON) == {}
    assert "x.example" in archive.resting_hosts(ahead)
    assert archive.claim_due(NOON, limit=9, lease=HOUR) == ["a"]


def test_the_ledger_counts_days_by_source(archive: SqlArchive) -> None:
    """Attempts, failures with the last one's reason, and what was new; nothing of other days, and nothing for a day without."""
    configured(archive, source(key="a"), source(key="b"))
    outcomes = [(Outcome.NEW, ""), (Outcome.FAILED, "first"), (Outcome.REFUSED, "last"), (Outcome.UNCHANGED, "")]
    for number, (outcome, detail) in enumerate(outcomes):
        (state,) = archive.states(["a"])
        content: dict[str, Any] = {"document": document(), "entries": [entry()]} if outcome is Outcome.NEW else {}
        made = run(source="a", started_at=NOON + number * HOUR, outcome=outcome, detail=detail)
        archive.keep(state, made, next_due_at=NOON, **content)
    (state,) = archive.states(["b"])
    archive.keep(state, run(source="b", started_at=NOON - 24 * HOUR, outcome=Outcome.UNCHANGED), next_due_at=NOON)
    yesterday, today = NOON.date() - timedelta(days=1), NOON.date()
    bounds = [(yesterday, NOON - 30 * HOUR, NOON - 6 * HOUR), (today, NOON - 6 * HOUR, NOON + 18 * HOUR)]
    first, second = archive.ledger(bounds)
    assert (first.source, first.on, first.attempts, first.failed) == ("a", today, 4, 2)
    assert (first.entries, first.mentions, first.outcome, first.detail) == (1, 0, Outcome.REFUSED, "last")
    assert (second.source, second.on, second.attempts, second.failed, second.outcome) == ("b", yesterday, 1, 0, None)
    apart = [bounds[0], (today, NOON + 2 * HOUR, NOON + 18 * HOUR)]
    assert [day.attempts for day in archive.ledger(apart)] == [2, 1]
    assert archive.ledger([]) == []
    assert [day.source for day in archive.ledger(bounds, ["b", "nobody"])] == ["b"]
    assert archive.ledger(bounds, []) == []

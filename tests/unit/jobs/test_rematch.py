"""A changed query asked of what is stored: what it catches comes in, what it does not is put away, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from listener.core.change import QueryVersion
from listener.core.mentions import MentionFinder
from listener.core.model import Entry, JudgedMention
from listener.core.near import MOST
from listener.core.query import parse_query
from listener.core.visits import Attempt, Outcome, Run
from listener.jobs import rematch as module
from listener.jobs.rematch import LEASE, rematch
from listener.storage import near as near_module
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, source
from tests.fakes import FakeJudge

HOUR = timedelta(hours=1)
FIRST, SECOND = "pomp", "pomp NOT lek"


@pytest.fixture
def archive(either_database: str) -> Iterator[SqlArchive]:
    """A fresh archive, in either database."""
    with SqlArchive(either_database) as opened:
        yield opened


class Crash(BaseException):
    """The process dies here."""


def said(number: int, text: str) -> Entry:
    """An entry with this text."""
    return entry(guid=str(number), url=f"https://x.example/{number}", link=f"https://x.example/{number}", title="", text=text)


def known(archive: SqlArchive, query: str, at: datetime = NOON) -> None:
    """Have the archive know the brand with this query."""
    archive.sync((brand(query=query),), (source(),), (), at)


def heard(archive: SqlArchive, query: str, *entries: Entry, at: datetime = NOON) -> Run:
    """Keep entries as a collector does that asks with this query."""
    finder, judge = MentionFinder([brand(query=query)]), FakeJudge()
    seen = [replace(one, first_seen_at=at) for one in entries]
    found = [finder.look(one, "molenaar") for one in seen]
    mentions = [one for each in found for one in each.mentions]
    (state,) = archive.states(["vakblad"])
    (run,) = archive.keep_all(
        [
            Attempt(
                state=state,
                run=Run(source="vakblad", started_at=at, outcome=Outcome.NEW),
                next_due_at=at,
                document=document(body=repr(seen).encode()),
                entries=seen,
                mentions=[JudgedMention(mention=one, judgement=word) for one, word in zip(mentions, judge(mentions), strict=True)],
                near=[one for each in found for one in each.near],
                asked=finder.versions,
            )
        ]
    )
    return run


def asked(archive: SqlArchive, at: datetime = NOON + HOUR) -> Sequence[QueryVersion]:
    """Ask again, with the brand as the archive knows it."""
    (one,) = archive.brands()
    return list(rematch(archive, FakeJudge(), one, lambda: at))


def texts(archive: SqlArchive) -> set[str]:
    """What counts as a mention."""
    return {one.entry.text for one in archive.mentions("molenaar", limit=100)}


@pytest.fixture
def filled(archive: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> SqlArchive:
    """Seven entries, read two at a time, and then another query."""
    monkeypatch.setattr(module, "BATCH", 2)
    known(archive, FIRST)
    heard(
        archive,
        FIRST,
        *(said(number, text) for number, text in enumerate(("pomp a", "pomp lek b", "gemaal c", "weer d", "pomp e"))),
    )
    known(archive, "pomp NOT lek OR gemaal", NOON + HOUR)
    return archive


def test_what_is_stored_follows_the_query(filled: SqlArchive) -> None:
    """New mentions are judged, those that do not match are put away and stay at their address; the rest keep their version."""
    before = {one.entry.text: one for one in filled.mentions("molenaar")}
    steps = asked(filled)
    assert [step.matched_to for step in steps] == [2, 4, 5]
    assert (steps[-1].is_done, steps[-1].gained, steps[-1].lost) == (True, 1, 1)
    assert texts(filled) == {"pomp a", "pomp e", "gemaal c"}
    now = {one.entry.text: one for one in filled.mentions("molenaar")}
    assert now["gemaal c"].judged.judgement.judge == "fake 1"
    assert now["gemaal c"].judged.mention.query_version == parse_query("pomp NOT lek OR gemaal").version
    assert now["pomp a"] == before["pomp a"]
    away = filled.mention(before["pomp lek b"].id)
    assert away is not None
    assert away.put_away_at == NOON + HOUR
    assert filled.collected("molenaar", since=NOON, until=NOON + HOUR) != []
    assert "pomp lek b" not in {one.entry.text for one in filled.collected("molenaar", since=NOON, until=NOON + HOUR)}
    (day,) = filled.days("molenaar", [(NOON.date(), NOON - HOUR, NOON + HOUR)])
    assert (day.tones.total, day.changed) == (3, False)
    assert filled.mentions_in([2]) == []


def test_twice_changes_nothing_and_back_brings_back(filled: SqlArchive) -> None:
    """A second time there is nothing to do; with the first query what was put away is a mention again, at its old address."""
    before = {one.id: one.entry.text for one in filled.mentions("molenaar")}
    asked(filled)
    assert asked(filled) == []
    known(filled, FIRST, NOON + 2 * HOUR)
    steps = asked(filled)
    assert (steps[-1].gained, steps[-1].lost) == (1, 1)
    assert {one.id: one.entry.text for one in filled.mentions("molenaar")} == before
    assert [version for version, _, _ in filled.query_versions("molenaar")] == [
        parse_query(query).version for query in (FIRST, "pomp NOT lek OR gemaal", FIRST)
    ]


@pytest.mark.parametrize("point", ["rematch.before_commit", "rematch.after_commit"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_killed_anywhere_it_goes_on(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch, point: str, at: int) -> None:
    """In any batch, before or after it stands; the counts at the end are those of one quiet pass."""
    reached: list[str] = []

    def die(name: str) -> None:
        reached.append(name)
        if reached.count(point) == at and name == point:
            raise Crash

    monkeypatch.setattr("listener.core.failpoint._hook", die)
    with pytest.raises(Crash):
        asked(filled)
    monkeypatch.setattr("listener.core.failpoint._hook", None)
    asked(filled)
    version = filled.query_version("molenaar")
    assert version is not None
    assert (version.is_done, version.gained, version.lost) == (True, 1, 1)
    assert texts(filled) == {"pomp a", "pomp e", "gemaal c"}


def test_two_at_once_do_each_batch_once(filled: SqlArchive) -> None:
    """Whoever comes second with a batch stores nothing, and goes on with the next."""
    (one,) = filled.brands()
    first, second = (rematch(filled, FakeJudge(), one, lambda: NOON + HOUR) for _ in range(2))
    next(first)
    list(second)
    rest = list(first)
    assert (rest[-1].is_done, rest[-1].gained, rest[-1].lost) == (True, 1, 1)


def test_a_second_change_on_the_way_stops_the_first(filled: SqlArchive) -> None:
    """What was begun ends, nothing of it is stored any more, and the later query is asked from the start."""
    (one,) = filled.brands()
    first = rematch(filled, FakeJudge(), one, lambda: NOON + HOUR)
    next(first)
    known(filled, "weer", NOON + 2 * HOUR)
    (standing,) = list(first)
    assert (standing.version, standing.matched_to) == (parse_query("weer").version, None)
    asked(filled)
    assert texts(filled) == {"weer d"}


def test_stopped_on_the_way_it_goes_no_further(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came of it so far stays; asked for again, it goes through everything, and nothing is done twice."""
    monkeypatch.setattr(module, "BATCH", 2)
    steps = rematch(filled, FakeJudge(), brand(query=SECOND), lambda: NOON)
    filled.sync((brand(query=SECOND),), (source(),), (), NOON + HOUR)
    first = next(steps)
    assert not first.is_done
    assert filled.stop_rematch("molenaar")
    assert not filled.stop_rematch("molenaar")
    assert not filled.stop_rematch("nobody")
    assert [step.matched_to for step in steps] == [None]
    assert filled.claim_due_rematches(NOON + 2 * LEASE, lease=LEASE) == []
    last = list(rematch(filled, FakeJudge(), brand(query=SECOND), lambda: NOON))[-1]
    assert last.is_done
    assert list(rematch(filled, FakeJudge(), brand(query=SECOND), lambda: NOON)) == []


def test_what_was_on_its_way_with_the_old_query_is_asked_again(filled: SqlArchive) -> None:
    """A collector that began before the change stores after it: the clock finds that, and asks these entries again."""
    asked(filled)
    assert filled.claim_due_rematches(NOON + 2 * HOUR, lease=LEASE) == []
    heard(filled, FIRST, said(6, "pomp lek f"), said(7, "gemaal g"), at=NOON + 2 * HOUR)
    assert "pomp lek f" in texts(filled)
    assert filled.claim_due_rematches(NOON + 2 * HOUR, lease=LEASE) == ["molenaar"]
    assert filled.claim_due_rematches(NOON + 2 * HOUR, lease=LEASE) == []  # held
    assert [step.matched_to for step in asked(filled, NOON + 2 * HOUR)] == [7]
    assert texts(filled) == {"pomp a", "pomp e", "gemaal c", "gemaal g"}
    heard(filled, "pomp NOT lek OR gemaal", said(8, "gemaal h"), at=NOON + 3 * HOUR)
    assert filled.claim_due_rematches(NOON + 9 * HOUR, lease=LEASE) == []


def test_a_query_changed_by_hand_is_not_asked_again_unasked(filled: SqlArchive) -> None:
    """The clock leaves it, and a brand nobody knows has nothing to do."""
    assert filled.claim_due_rematches(NOON + 9 * HOUR, lease=LEASE) == []
    assert list(rematch(filled, FakeJudge(), brand(key="nobody"), lambda: NOON)) == []
    assert filled.query_version("nobody") is None


def test_a_brand_that_goes_on_the_way_ends_it(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more is said of it."""
    monkeypatch.setattr(filled, "keep_rematch", lambda *_, **__: None)
    assert asked(filled) == []


def test_the_day_of_a_change_has_a_mark(filled: SqlArchive) -> None:
    """In the counts that charts and digests are drawn from; the first version is no change."""
    on = NOON.date()
    days = filled.days("molenaar", [(on, NOON - HOUR, NOON + HOUR), (on, NOON + HOUR, NOON + 2 * HOUR)])
    assert [day.changed for day in days] == [False, True]


def test_near_misses_are_kept_for_some_days(archive: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only a NOT, the language or a missing context keeps out: link, identity and reason, no author; bounded in age and number."""
    query = "jumbo CONTEXT (winkel OR kassa) OR pomp NOT lek OR gemaal AND lang:nl"
    known(archive, query)
    run = heard(
        archive,
        query,
        said(1, "jumbo jet"),
        said(2, "pomp lek"),
        replace(said(3, "gemaal"), language="en"),
        said(4, "heel iets anders, met lek"),
        said(5, "jumbo winkel"),
    )
    assert run.new_mentions == 1
    found = archive.near_misses("molenaar")
    assert {(one.miss.link[-1], one.miss.failure.value, one.miss.part) for one in found} == {
        ("1", "context", "winkel OR kassa"),
        ("2", "excluded", "NOT lek"),
        ("3", "language", "lang:nl"),
    }
    assert {one.miss.query_version for one in found} == {parse_query(query).version}
    assert archive.near_misses_at(["https://x.example/2"])[0].miss.reason == "excluded by NOT lek: lek is there"
    assert archive.near_misses("nobody") == []
    monkeypatch.setattr(near_module, "MOST", 2)
    heard(archive, query, said(6, "pomp lek zes"), at=NOON + HOUR)
    left = archive.near_misses("molenaar")
    assert (left[0].miss.link[-1], len(left)) == ("6", 2)
    heard(archive, query, said(7, "pomp lek zeven"), at=NOON + timedelta(days=20))
    assert [one.miss.link[-1] for one in archive.near_misses("molenaar")] == ["7"]
    assert MOST < 100_000

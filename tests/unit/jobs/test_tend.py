"""What comes round by itself, against an archive in SQL and a place in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from listener.core.errors import OutOfBudget
from listener.core.model import Author, Engagement, Tone
from listener.core.upkeep import EVERY, Chore
from listener.core.visits import Outcome, Run
from listener.jobs.tend import Tender
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

DAY = timedelta(days=1)


@dataclass
class Place:
    """A place that knows which posts are gone, and who is who."""

    gone: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Author] = field(default_factory=dict)
    fault: Exception | None = None
    looked: list[Sequence[str]] = field(default_factory=list)
    named: list[Sequence[str]] = field(default_factory=list)

    def look(self, ids: Sequence[str], now: datetime) -> tuple[Mapping[str, Engagement], Mapping[str, str], int]:
        """What is there, what is gone, what it cost."""
        if self.fault:
            raise self.fault
        self.looked.append(ids)
        gone = {one: why for one, why in self.gone.items() if one in ids}
        return {one: Engagement(likes=9) for one in ids if one not in gone}, gone, 5_000 * len(ids)

    def name(self, ids: Sequence[str], now: datetime) -> tuple[Sequence[Author], int]:
        """Who is who."""
        self.named.append(ids)
        return [self.people[one] for one in ids if one in self.people], 10_000


def said(archive: SqlArchive, kind: str, *guids: str, tone: Tone = Tone.NEGATIVE, at: datetime = NOON) -> None:
    """Keep posts of a source of that kind, each with a mention."""
    [state] = archive.states([f"a-{kind}"])
    key = state.source.key
    made = [
        entry(
            source=key,
            guid=one,
            url=f"https://x.com/i/status/{one}",
            link=f"https://x.com/i/status/{one}",
            author=Author(id=f"7{one}"),
            first_seen_at=at,
            published_at=at,
        )
        for one in guids
    ]
    archive.keep(
        state,
        Run(source=key, started_at=at, outcome=Outcome.NEW),
        next_due_at=at,
        document=document(source=key, body=" ".join(guids).encode(), fetched_at=at),
        entries=made,
        mentions=[judged(mention=mention(entry=one), judgement=judgement(tone=tone)) for one in made],
    )


def prepared(archive: SqlArchive) -> None:
    """An archive with a source of X and a feed."""
    sources = [source(key=f"a-{kind}", kind=kind, address=f"https://{kind}.example/") for kind in ("x", "rss")]
    archive.sync([brand()], sources, [], NOON)


def left(archive: SqlArchive) -> list[str]:
    """The ids of the mentions that are still there."""
    return sorted(one.entry.guid for one in archive.mentions("molenaar"))


def test_words_go_when_they_were_kept_long_enough(archive: SqlArchive) -> None:
    """By the kind of their source; the rest by the default, where 0 is for ever; a trace without content stays."""
    prepared(archive)
    said(archive, "x", "1001", "1002")
    said(archive, "x", "1003", at=NOON + 5 * DAY)
    said(archive, "rss", "2001")
    tender = Tender(archive=archive, days={"": 0, "x": 7})
    now = NOON + 8 * DAY
    assert tender.tend(Chore.PRUNE, now).said.startswith("2 entries")
    assert left(archive) == ["1003", "2001"]
    assert len(archive.tombstones("molenaar", since=NOON, until=now)) == 2
    assert Tender(archive=archive, days={"": 7, "x": 30}).tend(Chore.PRUNE, now).said.startswith("1 entries")
    assert left(archive) == ["1003"]
    assert archive.body("a-x", document(source="a-x", body=b"1001 1002").fingerprint) is None


def test_posts_are_looked_at_again_in_turn(archive: SqlArchive) -> None:
    """After a day, those longest ago first; what is gone is taken out, what is there gets its counts of now."""
    prepared(archive)
    said(archive, "x", "1001", "1002")
    place = Place(gone={"1002": "deleted"})
    tender = Tender(archive=archive, days={}, x=place)
    assert tender.tend(Chore.RECHECK, NOON + DAY).said == "no post needs another look"
    done = tender.tend(Chore.RECHECK, NOON + 2 * DAY)
    assert done.said == "1 posts on X are still there, 1 went (US$ 0.01)"
    assert place.looked == [["1001", "1002"]]
    assert left(archive) == ["1001"]
    [kept] = archive.mentions("molenaar")
    assert kept.entry.engagement.likes == 9
    assert tender.tend(Chore.RECHECK, NOON + 3 * DAY).said == "no post needs another look"
    tender.tend(Chore.RECHECK, NOON + 4 * DAY)
    assert place.looked[1:] == [["1001"]]


def test_a_place_that_says_no_is_a_value(archive: SqlArchive) -> None:
    """The chore says what kept it, and the clock goes on."""
    prepared(archive)
    said(archive, "x", "1001")
    tender = Tender(archive=archive, days={}, x=Place(fault=OutOfBudget("the purse is empty")))
    done = tender.tend(Chore.RECHECK, NOON + 2 * DAY)
    assert (done.said, done.error) == ("", "the purse is empty")
    assert left(archive) == ["1001"]


def test_names_are_bought_for_what_matters_alone_and_once(archive: SqlArchive) -> None:
    """A negative post's author, not a neutral one's; a name, or that there is none, is remembered for a month."""
    prepared(archive)
    said(archive, "x", "1001", "1002")
    said(archive, "x", "1003", tone=Tone.NEUTRAL)
    place = Place(people={"71001": Author(id="71001", name="Jan", handle="jan", followers=3)})
    assert Tender(archive=archive, days={}, x=place).tend(Chore.AUTHORS, NOON).said == "no names are bought"
    assert Tender(archive=archive, days={}, authors=True).tend(Chore.AUTHORS, NOON).said == "no names are bought"
    tender = Tender(archive=archive, days={}, x=place, authors=True)
    assert tender.tend(Chore.AUTHORS, NOON).said == "1 authors on X got their names (US$ 0.01)"
    assert [sorted(one) for one in place.named] == [["71001", "71002"]]
    assert tender.tend(Chore.AUTHORS, NOON + DAY).said == "everyone whose words matter has a name"
    names = {one.entry.guid: (one.entry.author.handle, one.entry.author.followers) for one in archive.mentions("molenaar")}
    assert names == {"1001": ("jan", 3), "1002": ("", None), "1003": ("", None)}


def test_an_answer_without_anybody_is_not_believed(archive: SqlArchive) -> None:
    """Nobody known at all is more likely a fault of the place than a hundred accounts that are gone."""
    prepared(archive)
    said(archive, "x", "1001")
    place = Place()
    tender = Tender(archive=archive, days={}, x=place, authors=True)
    tender.tend(Chore.AUTHORS, NOON)
    tender.tend(Chore.AUTHORS, NOON)
    assert len(place.named) == 2


def test_chores_come_round_and_are_claimed_once(archive: SqlArchive) -> None:
    """The first round begins one period after the first tick; each is claimed by one process."""
    assert archive.claim_chores(NOON) == []
    assert archive.claim_chores(NOON + timedelta(minutes=14)) == []
    assert archive.claim_chores(NOON + timedelta(minutes=59)) == [Chore.STRAYS]
    hourly = [one for one in Chore if EVERY[one] == timedelta(hours=1)]
    assert archive.claim_chores(NOON + timedelta(hours=1)) == hourly
    assert archive.claim_chores(NOON + timedelta(hours=1)) == []
    assert archive.claim_chores(NOON + DAY) == list(Chore)
    # A clock that was ahead by far and is set right finds its chores due, once.
    assert archive.claim_chores(NOON + 400 * DAY) == list(Chore)
    assert archive.claim_chores(NOON + 2 * DAY) == list(Chore)
    assert archive.claim_chores(NOON + 2 * DAY) == []


def test_mentions_that_no_index_holds_are_taken_up(archive: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how many, once."""
    prepared(archive)
    with monkeypatch.context() as old:
        old.setattr("listener.storage.keeping.take_up_new", lambda *_: None)
        said(archive, "x", "1", "2")
    tender = Tender(archive=archive, days={})
    words = [tender.tend(Chore.STRAYS, NOON).said for _ in range(3)]
    nothing = "every mention is in the index"
    assert words == [nothing, "2 mentions were in no index, and can be found now", nothing]

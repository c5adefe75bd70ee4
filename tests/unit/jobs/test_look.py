"""Alerts end to end in one process: seen, told once to each target, and only to those that have not had it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from listener.core.alert import AlertRule, Note, Watch
from listener.core.errors import Undelivered
from listener.core.model import Intent, Tone
from listener.core.ports import nothing
from listener.core.visits import Outcome, Run
from listener.jobs.alert import FRESH, Watcher
from listener.jobs.sending import Sent
from listener.reports.alert import note
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.engine import writing
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source
from tests.fakes import Clock, Outbox

HOUR = timedelta(hours=1)


@dataclass
class Chat:
    """A channel that keeps what it is given."""

    said: list[Note] = field(default_factory=list)
    faults: deque[Undelivered] = field(default_factory=deque)

    def send(self, note: Note, handing: Callable[[], None] = nothing) -> None:
        """Keep it, or raise the next fault."""
        handing()
        if self.faults:
            raise self.faults.popleft()
        self.said.append(note)


@dataclass
class House:
    """A watcher with its world."""

    archive: SqlArchive
    clock: Clock = field(default_factory=lambda: Clock(NOON))
    post: Outbox = field(default_factory=Outbox)
    chat: Chat = field(default_factory=Chat)
    number: int = 0

    @property
    def watcher(self) -> Watcher:
        """It."""
        return Watcher(
            archive=self.archive,
            notifier=self.post,
            channels={"chat": self.chat},
            word=note,
            sender="Listener <l@news.example>",
            page="https://listener.example/",
            clock=self.clock,
        )

    def hear(
        self, *titles: str, at: datetime | None = None, said: timedelta = timedelta(0), text: str | None = None, **judged_as: Any
    ) -> None:
        """Collect entries of these titles, said so long before."""
        at = at or self.clock.now
        items = []
        for title in titles:
            self.number += 1
            items.append(
                entry(
                    guid=str(self.number),
                    url=f"https://v.example/{self.number}",
                    title=title,
                    text=text or f"{title}, zegt klant {self.number}.",
                    first_seen_at=at,
                    published_at=at - said,
                )
            )
        (state,) = self.archive.states()
        verdict = judgement(**{"tone": Tone.NEGATIVE, "intent": Intent.COMPLAINT, "confidence": 0.9, **judged_as})
        self.archive.keep(
            state,
            Run(source="vakblad", started_at=at, outcome=Outcome.NEW if items else Outcome.UNCHANGED, entries=len(items)),
            next_due_at=at,
            document=document(body=f"{at}{self.number}".encode()),
            entries=items,
            mentions=[judged(mention=mention(entry=one, excerpt=one.title), judgement=verdict) for one in items],
        )

    def look(self, rule: AlertRule) -> list[str]:
        """Look and send; who was told, and a fault behind it."""
        return [f"{one.recipient}{one.error}" for id_ in self.watcher.look(rule, brand()) for one in self.watcher.send(id_)]


RULE = AlertRule(
    key="molenaar/klacht",
    brand="molenaar",
    watch=Watch.COMPLAINT,
    to=("a@x.example", "channel:chat"),
    timezone="Europe/Amsterdam",
    language="nl",
)


@pytest.fixture
def house(archive: SqlArchive) -> House:
    """A house whose rule stands since noon, a minute ago."""
    archive.sync((brand(),), (source(),), (), NOON)
    made = House(archive)
    assert made.look(RULE) == []
    made.clock.move(timedelta(minutes=1))
    return made


def test_a_severe_complaint_is_told_to_each_target_once(house: House) -> None:
    """By mail as plain text, and to the channel in the same words; looking again tells nothing."""
    house.hear("Pomp @everyone lekt\r\nBcc: x@y.example", "Prima", tone=Tone.NEGATIVE)
    house.hear("Mooi ding", tone=Tone.POSITIVE)
    assert house.look(RULE) == ["a@x.example", "channel:chat"]
    assert house.look(RULE) == []
    (mail,), (said,) = house.post.sent, house.chat.said
    assert mail.subject == said.subject == "Molenaar Pompen: 2 ernstige klachten"
    assert mail.html == ""
    assert mail.text == said.text
    assert "@everyone" not in said.text
    assert "\r" not in said.text
    assert dict(mail.headers)["List-ID"] == "<molenaar.klacht.alert.listener.news.example>"


def test_what_was_said_before_the_rule_stood_is_no_news(archive: SqlArchive) -> None:
    """A new rule does not begin with yesterday's complaints."""
    archive.sync((brand(),), (source(),), (), NOON)
    made = House(archive)
    made.hear("Oude klacht over de pomp", at=NOON - HOUR)
    assert made.look(RULE) == []


def test_what_was_said_days_ago_wakes_nobody(house: House) -> None:
    """A new source brings its history, and a complaint of last week is for the digest."""
    house.hear("Oude klacht over de pomp", said=timedelta(days=3))
    assert house.look(RULE) == []
    house.hear("Verse klacht over de pomp", said=timedelta(days=1))
    assert house.look(RULE) == ["a@x.example", "channel:chat"]


def test_a_story_that_becomes_part_of_an_older_one_is_not_told_again(house: House) -> None:
    """It is known by the mention that stood for it, wherever that stands now."""
    house.hear("Pomp lekt al weken in Breda", text="Water in de kelder, en niemand die opneemt of terugbelt in Breda.")
    house.hear("Heel ander geluid uit Gent", text="Een klant uit Gent vertelt een geheel eigen verhaal over motoren.")
    assert house.look(RULE) == ["a@x.example", "channel:chat"]
    first, second = sorted(one.id for one in house.archive.mentions("molenaar"))
    assert {one.subject for one in house.archive.matters(RULE.key).values()} == {f"story {first}", f"story {second}"}
    house.clock.move(HOUR)
    with writing(house.archive.outbox.engine) as connection:
        connection.execute(update(t.mention).values(story_id=first))
    assert house.look(RULE) == []


def test_a_target_that_failed_is_tried_again_alone(house: House) -> None:
    """The one that has it hears nothing more, and the repeat is known by its id."""
    house.chat.faults.append(Undelivered("channel chat: HTTP 503"))
    house.hear("Pomp lekt")
    assert house.look(RULE) == ["a@x.example", "channel:chatchannel chat: HTTP 503"]
    house.clock.move(timedelta(minutes=2))
    (id_,) = house.archive.untold(house.clock.now)
    assert [one.recipient for one in house.watcher.send(id_)] == ["channel:chat"]
    assert (len(house.post.sent), len(house.chat.said)) == (1, 1)


def test_a_stale_alert_is_given_up(house: House) -> None:
    """Six hours later it is no alert any more."""
    house.chat.faults.extend([Undelivered("down")] * 99)
    house.hear("Pomp lekt")
    house.look(RULE)
    house.clock.move(FRESH + HOUR)
    (id_,) = house.archive.untold(house.clock.now)
    (ended,) = house.watcher.send(id_)
    assert not ended.again
    assert list(house.watcher.send(999)) == []


def test_a_channel_that_is_not_configured_is_said(house: House) -> None:
    """Not for ever tried."""
    house.hear("Pomp lekt")
    rule = replace(RULE, to=("channel:nowhere",))
    assert house.look(rule) == ["channel:nowherechannel:nowhere: there is no such channel in listener.toml"]


def test_a_watched_phrase_is_a_query_of_its_own(house: House) -> None:
    """Whatever the tone; what only the brand's query catches is not told."""
    rule = replace(RULE, key="molenaar/woord", watch=Watch.PHRASE, query="brand* OR explosie")
    assert house.look(rule) == []
    house.clock.move(HOUR)
    house.hear("Brandend huis, pomp van Molenaar Pompen", "Rustige dag bij Molenaar Pompen", tone=Tone.NEUTRAL)
    assert house.look(rule) == ["a@x.example", "channel:chat"]
    assert "Rustige" not in house.chat.said[0].text
    assert "1 vermelding waarop u let" in house.chat.said[0].subject


def test_a_silent_source_is_told_and_comes_back(house: House) -> None:
    """It failed for more than a day; when it is heard again, that is told too, by choice."""
    rule = replace(RULE, key="molenaar/stil", watch=Watch.SILENCE, over=True)
    house.hear()
    assert house.look(rule) == []
    house.clock.move(30 * HOUR)
    (state,) = house.archive.states()
    run = Run(source="vakblad", started_at=house.clock.now, outcome=Outcome.FAILED, detail="HTTP 500")
    house.archive.keep(state, run, next_due_at=house.clock.now)
    assert house.look(rule) == ["a@x.example", "channel:chat"]
    assert "HTTP 500" in house.chat.said[0].text
    house.clock.move(HOUR)
    house.hear()
    assert house.look(rule) == ["a@x.example", "channel:chat"]
    assert house.chat.said[1].subject == "Molenaar Pompen: voorbij, het is weer als gewoonlijk"


def test_a_negative_spike_says_what_is_usual(house: House) -> None:
    """Three quiet weeks with a complaint a day, and then twelve in an hour; volume sees it too, and positive ones are none."""
    start = house.clock.now
    for day in range(21):
        house.clock.now = start + timedelta(days=day)
        house.hear(f"Klacht nummer {day}")
        house.clock.move(12 * HOUR)
        house.hear()
        house.clock.move(6 * HOUR)
        house.hear()
    house.clock.now = start + timedelta(days=21, hours=3)
    negative, volume = replace(RULE, key="m/n", watch=Watch.NEGATIVE), replace(RULE, key="m/v", watch=Watch.VOLUME)
    assert house.look(negative) == []
    house.hear(*(f"Mooi {number}" for number in range(12)), tone=Tone.POSITIVE)
    house.clock.move(timedelta(minutes=5))
    assert house.look(negative) == []
    assert house.look(volume) == ["a@x.example", "channel:chat"]
    house.hear(*(f"Slecht {number}" for number in range(12)))
    house.clock.move(timedelta(minutes=5))
    assert house.look(negative) == ["a@x.example", "channel:chat"]
    assert "12 negatieve vermeldingen in" in house.chat.said[1].subject
    assert "(gewoonlijk 0" in house.chat.said[1].subject


def test_a_trial_reaches_the_targets_that_are_asked_for(house: House) -> None:
    """One of them, or all; it says that it is a trial, and is no matter."""
    watcher = house.watcher
    for target, expected in (("chat", ["channel:chat"]), ("a@x.example", ["a@x.example"]), (None, ["a@x.example", "channel:chat"])):
        house.clock.move(HOUR)
        (id_,) = watcher.test(RULE, brand(), target)
        assert [one.recipient for one in watcher.send(id_)] == expected
    assert "een proef van de waarschuwing molenaar/klacht" in house.post.sent[0].subject
    assert house.archive.matters(RULE.key) == {}


def test_mails_that_did_not_arrive_are_told_to_the_operator(house: House) -> None:
    """Who, and the server's words; nothing when all is well."""
    rule = replace(RULE, key="molenaar/daily/delivery", watch=Watch.DELIVERY, to=("beheer@x.example",))
    assert house.watcher.report(rule, brand(), []) == []
    lost = [Sent(recipient="weg@x.example", error="550 5.1.1 no such user", gone=True)]
    (id_,) = house.watcher.report(rule, brand(), lost)
    assert [one.recipient for one in house.watcher.send(id_)] == ["beheer@x.example"]
    (mail,) = house.post.sent
    assert mail.subject == "Molenaar Pompen: 1 mail met een overzicht is niet aangekomen"
    assert "550 5.1.1 no such user" in mail.text

"""When a word is due: one matter is told once, again when it doubles, and nothing is lost in quiet hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from listener.core.alert import (
    AlertRule,
    Matter,
    Sighting,
    Stage,
    Watch,
    compose,
    decide,
    in_quiet_hours,
    is_severe,
    silent,
    spike,
    stories_named,
    stories_now,
    told_apart,
)
from listener.core.alert_text import defused, split
from listener.core.labels import Aspect, Label, Labels
from listener.core.model import Cursor, Intent, Media, Tone
from listener.core.rhythm import WEEK
from listener.core.visits import SourceState
from tests.builders import NOON, kept, source

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Europe/Amsterdam")


def rule(**changes: Any) -> AlertRule:
    """A rule for negative spikes."""
    made = AlertRule(
        key="molenaar/crisis",
        brand="molenaar",
        watch=Watch.NEGATIVE,
        to=("a@x.example",),
        timezone="Europe/Amsterdam",
        language="nl",
    )
    return replace(made, **changes)


class Life:
    """A rule that lives through sightings, hour by hour, and what it told."""

    def __init__(self, rule: AlertRule) -> None:
        self.rule = rule
        self.known: dict[str, Matter] = {}
        self.now = NOON

    def see(self, *sizes: int, after: timedelta = HOUR) -> list[tuple[Stage, int]]:
        """See matters of these sizes (by their place) some time later; the stage and number of matters of each word."""
        self.now += after
        seen = [Sighting(subject=str(place), size=size) for place, size in enumerate(sizes) if size]
        words, matters = decide(self.rule, self.known, seen, self.now)
        self.known |= {one.subject: replace(one, revision=one.revision + 1) for one in matters}
        return [(one.stage, len(one.about)) for one in words]


def test_a_matter_is_told_once_and_again_when_it_doubles() -> None:
    """Not for every new item."""
    life = Life(rule())
    assert life.see(10) == [(Stage.NEW, 1)]
    assert [life.see(size) for size in (12, 15, 19)] == [[], [], []]
    assert life.see(20) == [(Stage.MORE, 1)]
    assert life.see(30) == []
    assert life.see(40) == [(Stage.MORE, 1)]


def test_it_is_over_when_it_has_been_calm_and_told_so_by_choice() -> None:
    """Three hours without it; one calm hour is none."""
    loud, discreet = Life(rule(over=True)), Life(rule())
    for life in (loud, discreet):
        assert life.see(10) == [(Stage.NEW, 1)]
        assert life.see(0) == []
        assert life.see(11) == []
    assert [loud.see(0) for _ in range(4)] == [[], [], [(Stage.OVER, 1)], []]
    assert [discreet.see(0) for _ in range(4)] == [[], [], [], []]
    assert not discreet.known["0"].is_open


def test_what_comes_back_within_the_cooldown_is_not_told_again() -> None:
    """And afterwards it is."""
    life = Life(rule(cooldown=timedelta(hours=12)))
    life.see(10)
    for _ in range(4):
        life.see(0)
    assert life.see(10) == []
    assert life.see(0, after=4 * HOUR) == []
    assert life.see(9, after=6 * HOUR) == [(Stage.NEW, 1)]


def test_several_at_once_are_one_word_and_the_next_waits_its_pause() -> None:
    """A flood of complaints is one alert, and then one a quarter of an hour at most; none is forgotten."""
    life = Life(rule(watch=Watch.COMPLAINT))
    assert life.see(1, 1, 1) == [(Stage.NEW, 3)]
    minute = timedelta(minutes=1)
    assert life.see(1, 1, 1, 1, after=minute) == []
    assert life.see(1, 1, 1, 1, 1, after=minute) == []
    assert life.see(1, 1, 1, 1, 1, after=15 * minute) == [(Stage.NEW, 2)]
    assert life.see(1, 1, 1, 1, 1) == []


def test_quiet_hours_keep_the_word_until_they_end() -> None:
    """At ten in the evening nothing, at seven in the morning what is still so; what was over by then was never told."""
    life = Life(rule(quiet=(time(22), time(7)), over=True))
    life.now = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # 22:30 in Amsterdam
    assert life.see(10, 10, after=timedelta(0)) == []
    assert [life.see(12) for _ in range(8)] == [[]] * 8
    assert life.see(14) == [(Stage.NEW, 1)]


def test_what_ends_in_quiet_hours_is_said_when_they_end() -> None:
    """Told in the evening, over in the night: the word that it is over waits for the morning."""
    life = Life(rule(quiet=(time(22), time(7)), over=True))
    life.now = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # 19:30 in Amsterdam
    assert life.see(10, after=timedelta(0)) == [(Stage.NEW, 1)]
    told = [life.see() for _ in range(24)]
    assert [words for words in told if words] == [[(Stage.OVER, 1)]]
    assert not in_quiet_hours(life.rule, NOON.replace(hour=18, minute=30) + timedelta(hours=1 + told.index([(Stage.OVER, 1)])))


@pytest.mark.parametrize(
    ("quiet", "hour", "expected"),
    [
        ((22, 7), 23, True),
        ((22, 7), 6, True),
        ((22, 7), 7, False),
        ((22, 7), 12, False),
        ((12, 14), 13, True),
        ((12, 14), 14, False),
    ],
)
def test_quiet_hours_are_local_and_may_span_midnight(quiet: tuple[int, int], hour: int, expected: bool) -> None:
    """From the first, until the second."""
    now = datetime(2026, 7, 1, hour, tzinfo=ZONE)
    assert in_quiet_hours(rule(quiet=(time(quiet[0]), time(quiet[1]))), now) == expected
    assert not in_quiet_hours(rule(), now)


def test_a_silence_ends_as_soon_as_the_source_is_heard() -> None:
    """And it never doubles."""
    life = Life(rule(watch=Watch.SILENCE, over=True))
    assert life.see(1) == [(Stage.NEW, 1)]
    assert life.see(5) == []
    assert life.see(0) == [(Stage.OVER, 1)]


def test_a_matter_that_is_only_seen_again_is_not_written_at_each_beat() -> None:
    """Once an hour is enough."""
    life = Life(rule())
    life.see(10)
    before = life.known["0"]
    life.see(10, after=timedelta(minutes=2))
    assert life.known["0"] == before
    life.see(10)
    assert life.known["0"].seen_at > before.seen_at


def hours(*last: int | None) -> list[int | None]:
    """Eight even weeks, and the last hours."""
    return [*([1, 0, 2, 1] * (2 * WEEK)), *last]


def test_a_spike_says_how_many_and_what_is_usual() -> None:
    """Over the hours that say it best."""
    found = spike(hours(1, 9, 12), NOON, ZONE, [kept(number) for number in range(9)])
    assert found is not None
    assert (found.size, found.hours, len(found.lines)) in {(22, 3, 5), (12, 1, 5)}
    assert found.usual is not None
    assert found.usual < 5


@pytest.mark.parametrize("counts", [hours(1, 2, 1), hours(9, 9, None), [5] * 100, [None] * (9 * WEEK) + [50, 50, 50]])
def test_no_spike_without_a_surprise_or_without_knowing_what_is_usual(counts: list[int | None]) -> None:
    """The usual, an hour that nobody heard, too short a past, and one in which nobody listened."""
    assert spike(counts, NOON, ZONE, []) is None


def test_a_severe_complaint_is_anothers_negative_and_sure() -> None:
    """Each of the four matters."""
    bad = {"tone": Tone.NEGATIVE, "intent": Intent.COMPLAINT}
    assert is_severe(kept(1, **bad), 0.7)  # type: ignore[arg-type]
    assert not is_severe(kept(1, **bad), 0.9)  # type: ignore[arg-type]
    assert not is_severe(kept(1, tone=Tone.NEGATIVE), 0.7)
    assert not is_severe(kept(1, intent=Intent.COMPLAINT), 0.7)
    assert not is_severe(kept(1, media=Media.OWNED, **bad), 0.7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("aspect", "value", "severe"),
    [
        (Aspect.TONE, "positive", False),
        (Aspect.TONE, "negative", True),
        (Aspect.INTENT, "praise", False),
        (Aspect.ABOUT, "no", False),
    ],
)
def test_a_persons_word_on_a_complaint_goes_before_the_machines(aspect: Aspect, value: str, severe: bool) -> None:
    """And is sure, however little sure the machine was."""
    label = Label(mention=1, aspect=aspect, value=value, by="Ann", at=NOON)
    said = replace(kept(1, tone=Tone.NEGATIVE, intent=Intent.COMPLAINT), labels=Labels.of([label]))
    assert is_severe(said, 0.9 if severe else 0.1) is severe


def test_a_matter_holds_no_word_of_what_it_is_about() -> None:
    """It is remembered after its mention was taken back; the alert knows by number whose words it shows."""
    (found,) = told_apart([kept(7, title="Pomp van Molenaar lekt al weken achtereen")])
    assert "pomp" not in found.subject.lower()
    assert found.lines[0].mention == 7


def test_reprints_are_one_matter() -> None:
    """By title, else by address."""
    title = "Pomp van Molenaar lekt al weken achtereen"
    found = told_apart([kept(1, title=title), kept(2, title=title), kept(3, title="")])
    assert [one.size for one in found] == [2, 1]


def test_a_matter_is_a_story_whatever_its_titles() -> None:
    """The archive's word on what tells the same counts; the newest story first, shown by its newest mention."""
    mentions = [
        replace(kept(1, title="Pomp van Molenaar lekt al weken", at=NOON), story=1),
        replace(kept(2, title="Weer niemand aan de lijn", at=NOON - HOUR), story=2),
        replace(kept(3, title="Heel andere woorden voor de lekkende pomp", at=NOON + HOUR), story=1),
    ]
    found = told_apart(mentions)
    assert [(one.subject, one.size, one.lines[0].mention) for one in found] == [("story 1", 2, 3), ("story 2", 1, 2)]
    merged = [replace(one, story=1) for one in mentions]
    assert [one.subject for one in told_apart(merged, {1: "story 2"})] == ["story 2"]


def test_only_subjects_that_are_stories_are_named_as_such() -> None:
    """Older ones, spikes and sources are left alone."""
    assert stories_named(["story 7", "spike", "story x", "feed", "ab12"]) == {7: "story 7"}


def test_two_stories_that_became_one_are_the_matter_that_was_told() -> None:
    """With the size of both, and once; a matter that is no story stays as it is."""

    def matter(subject: str, size: int, *, told: bool = True) -> Matter:
        return Matter(subject=subject, opened_at=NOON, seen_at=NOON, told_at=NOON if told else None, told_size=size)

    known = {
        one.subject: one
        for one in (matter("story 1", 0, told=False), matter("story 2", 3), matter("story 3", 2), matter("spike", 9))
    }
    subjects, now = stories_now(known, {2: 1, 3: 1})
    assert subjects == {1: "story 2"}
    assert {one.subject: (one.told_size, one.is_open) for one in now.values()} == {
        "story 1": (0, False),
        "story 2": (5, True),
        "story 3": (0, False),
        "spike": (9, True),
    }
    assert stories_now(now, {2: 1, 3: 1}) == (subjects, now)


def test_a_source_is_silent_when_it_fails_for_a_day_rests_or_breaks_its_rhythm() -> None:
    """One that failed an hour ago, or is heard, is not."""

    def state(key: str, **changes: Any) -> SourceState:
        made = SourceState(source=source(key=key), cursor=Cursor(), revision=1, failures=0, next_due_at=NOON, heard_at=NOON - HOUR)
        return replace(made, **changes)

    daily = tuple(NOON - timedelta(days=20 + back) for back in range(10))
    found = silent(
        [
            state("well"),
            state("shaky", failures=2),
            state("dead", failures=50, heard_at=NOON - timedelta(days=2)),
            state("never", failures=5, heard_at=None),
            state("new", failures=1, heard_at=None),
            state("resting", rested_at=NOON),
            state("mute", recent=daily),
        ],
        NOON,
    )
    assert [one.subject for one in found] == ["dead", "never", "resting", "mute"]
    assert "2026-11-18 12:00 UTC" in found[0].detail


def test_an_alert_shows_five_at_most_and_is_named_after_its_matter() -> None:
    """Whatever the word holds."""
    found = told_apart([kept(number, title="") for number in range(9)])
    words, _ = decide(rule(watch=Watch.PHRASE), {}, found, NOON)
    made = compose(rule(watch=Watch.PHRASE), "Molenaar", words[0], "https://x", NOON)
    assert (made.size, len(made.lines), made.usual) == (9, 5, None)
    assert made.key.startswith("molenaar/crisis/new/")


@pytest.mark.parametrize("evil", ["@everyone", "@here hi", "<!channel>", "<@U123>", "<#C1>", "x @channel", "\uff20everyone"])
def test_nobody_is_called_by_somebody_elses_words(evil: str) -> None:
    """The sign stays, and what follows is no name any more."""
    said = defused(evil)
    for sign in ("@e", "@h", "@c", "<!", "<@", "<#", "\uff20e"):
        assert sign not in said


def test_nothing_is_hidden_in_a_line() -> None:
    """Line ends, direction marks and half surrogates go; emoji stay whole."""
    assert defused("a\r\nBcc: b\x00\u202ec\ud800d\u2028e") == "a Bcc: b cd e"
    assert defused("👩\u200d🔧 ❤\ufe0f") == "👩\u200d🔧 ❤\ufe0f"


def test_a_text_is_split_where_it_may_break() -> None:
    """Between lines, else words, else anywhere; nothing but blanks is lost."""
    assert split("one\ntwo three\nfour", 9) == ["one", "two three", "four"]
    assert split("abcdefgh", 3) == ["abc", "def", "gh"]
    assert split("", 3) == []
    assert all(len(one) <= 10 for one in split("a bb ccc " * 50, 10))
    with pytest.raises(ValueError, match="at least one"):
        split("x", 0)

"""Alerts: what a rule watches for, what it saw, and when a word is due; one matter is told once, and again only when it doubles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from listener.core.digest import one_line
from listener.core.kept import Gist, KeptMention
from listener.core.model import Intent, Media, Tone
from listener.core.rhythm import FEWEST_HOURS, WEEK, WINDOWS, fit
from listener.core.schedule import silence
from listener.core.stories import grouped
from listener.core.values import dataclass
from listener.core.visits import SourceState

_SHOWN = 5  # items in one alert
_STORY = "story "
SINCE = "%Y-%m-%d %H:%M UTC"  # how a silent source's detail says when it was last heard
# A spike is over when it has not been seen for so long; a complaint is a matter for as long as its story may be told again.
_CALM = timedelta(hours=3)
_FORGOTTEN = timedelta(days=7)
_DEAF = timedelta(days=1)  # a source that fails for so long is silent
_OFTEN = 5  # failures in a row, where a source was never heard
HISTORY = timedelta(weeks=8)
NEWS = timedelta(hours=6)  # what was said longer before it was collected is history, and no part of a spike
_RECENT = timedelta(days=2)  # a complaint that is found later than this is for the digest


class Watch(StrEnum):
    """What a rule watches for."""

    VOLUME = "volume"  # more mentions than this weekday and hour usually bring
    NEGATIVE = "negative"  # more negative ones
    COMPLAINT = "complaint"  # a severe complaint
    PHRASE = "phrase"  # a mention that a query of its own catches
    SILENCE = "silence"  # a source that is not heard any more
    DELIVERY = "delivery"  # a mail that does not arrive: the operator's, and no rule's
    PARTS = "parts"  # a part of the program that fell silent: the operator's too


class Stage(StrEnum):
    """Which word on a matter this is."""

    NEW = "new"
    MORE = "more"  # it has doubled since the last word
    OVER = "over"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """An alert that someone asked for; `quiet` is the local time in which nothing is told, it is kept until it ends."""

    key: str  # "molenaar/crisis"
    brand: str
    watch: Watch
    to: tuple[str, ...]  # mail addresses, and the keys of channels as "channel:KEY"
    timezone: str
    language: str
    query: str = ""
    cooldown: timedelta = timedelta(hours=12)
    pause: timedelta = timedelta(minutes=15)  # at least so long between two words of one rule
    quiet: tuple[time, time] | None = None
    over: bool = False
    certain: float = 0.7  # the least confidence in a complaint's negative tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of an alert, in somebody else's words."""

    title: str
    outlet: str
    link: str
    at: datetime
    tone: Tone
    mention: int = 0  # its permanent id; when it is taken back, its words go from here too


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a rule sees of a matter now: how large it is, and what is usual (None: nothing is known to be)."""

    subject: str
    size: int
    usual: float | None = None
    hours: int = 0
    lines: tuple[Line, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What was seen and told of a matter; `revision` guards against two clocks."""

    subject: str
    opened_at: datetime
    seen_at: datetime
    told_at: datetime | None = None
    told_size: int = 0
    is_open: bool = True
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A word on one matter or several new ones, frozen: every channel gets the same."""

    key: str
    rule: str
    brand: str
    brand_name: str
    watch: Watch
    stage: Stage
    size: int
    usual: float | None
    hours: int
    lines: tuple[Line, ...]
    detail: str
    language: str
    timezone: str
    page: str
    raised_at: datetime


def spike(counts: Sequence[int | None], now: datetime, zone: ZoneInfo, newest: Sequence[KeptMention]) -> Sighting | None:
    """A spike in the last hours, when the hourly `counts` up to `now`, oldest first, go beyond what is usual; None otherwise.

    Hours are counted back from now, so that a spike need not wait for the clock; those in which nobody listened are None.
    """
    recent = max(WINDOWS)
    past = counts[:-recent]
    if len(past) < FEWEST_HOURS or counts[-1] is None:
        return None
    begins = (now - timedelta(hours=len(counts))).astimezone(zone)
    first = 24 * begins.weekday() + begins.hour
    rhythm = fit(past, first % WEEK)
    if rhythm is None:
        return None
    slot = (first + len(counts) - 1) % WEEK
    found: list[tuple[float, int]] = []
    for window in WINDOWS:
        count = sum(one or 0 for one in counts[-window:])
        if rhythm.is_surprising(slot, window, count):
            found.append((rhythm.surprise(slot, window, count), window))
    if not found:
        return None
    _, window = max(found)
    return Sighting(
        subject="spike",
        size=sum(one or 0 for one in counts[-window:]),
        usual=rhythm.usual(slot, window),
        hours=window,
        lines=tuple(line(one) for one in newest[:_SHOWN]),
    )


def is_severe(one: KeptMention, certain: float) -> bool:
    """Whether a mention is a complaint that somebody should see now: earned, negative, and surely so."""
    # A person's word is sure, whatever the machine thought.
    sure = one.labels.tone is not None or one.judged.judgement.confidence >= certain
    return (
        one.about
        and one.judged.mention.media is Media.EARNED
        and one.intent is Intent.COMPLAINT
        and one.tone is Tone.NEGATIVE
        and sure
    )


def is_recent(one: KeptMention | Gist, now: datetime) -> bool:
    """Whether it was said lately: the first visit to a source brings its history, of which nobody must be woken."""
    return one.at >= now - _RECENT


def told_apart(mentions: Sequence[KeptMention], known: Mapping[int, str] | None = None) -> list[Sighting]:
    """The stories among mentions, each a matter of its own, the newest first: reprints are one.

    `known` has the subjects of matters that were seen before, by the story that they are about now: a story may have become one
    with an older one since. A subject holds no word of the story, for a matter outlives what it speaks of.
    """
    made = []
    for members in sorted(grouped(mentions), key=lambda story: story[-1].at, reverse=True):
        story = members[0].story or members[0].id
        subject = (known or {}).get(story, f"{_STORY}{story}")
        made.append(Sighting(subject=subject, size=len(members), lines=(line(members[-1]),)))
    return made


def stories_named(subjects: Iterable[str]) -> dict[int, str]:
    """The subjects among these that are stories, by the mention that stood for each when it was first seen."""
    names = {one: one.removeprefix(_STORY) for one in subjects if one.startswith(_STORY)}
    return {int(number): subject for subject, number in names.items() if number.isdecimal()}


def stories_now(known: Mapping[str, Matter], now_in: Mapping[int, int]) -> tuple[dict[int, str], dict[str, Matter]]:
    """The subject of each story that is known, and the matters as they are now; `now_in` says where a mention stands today.

    Where two stories became one, it is the matter that was told, of them the oldest, and people know the size of both.
    """
    named = stories_named(known)
    subjects: dict[int, str] = {}
    matters = dict(known)
    for number in sorted(named, key=lambda number: (known[named[number]].told_at is None, number)):
        one = matters[named[number]]
        first = subjects.setdefault(now_in.get(number, number), one.subject)
        if first != one.subject and (one.is_open or one.told_size):
            matters[first] = replace(matters[first], told_size=matters[first].told_size + one.told_size)
            matters[one.subject] = replace(one, told_size=0, is_open=False)
    return subjects, matters


def silent(states: Sequence[SourceState], now: datetime) -> list[Sighting]:
    """The sources that are not heard any more: refused or failing for a day, come to rest, or quiet far beyond their rhythm."""
    found = []
    for state in states:
        quiet = silence(state.recent, now)
        heard = state.heard_at
        failing = state.failures >= _OFTEN if heard is None else state.failures > 0 and now - heard >= _DEAF
        if state.rested_at is not None or failing or quiet is not None:
            since = "" if heard is None else heard.astimezone(UTC).strftime(SINCE)
            detail = f"{state.source.key}; {since}; {state.last_run.detail if state.last_run else ''}"
            found.append(Sighting(subject=state.source.key, size=1, detail=one_line(detail, 300)))
    return found


def line(one: KeptMention) -> Line:
    """A mention as an alert shows it."""
    title = one_line(one.entry.title, 160) or one_line(one.judged.mention.excerpt, 160)
    return Line(title=title, outlet=one_line(one.entry.outlet, 80), link=one.entry.link, at=one.at, tone=one.tone, mention=one.id)


@dataclass(frozen=True, slots=True)
class Word:
    """What is due: a stage, what it is about, and the matters as they stand once it is told."""

    stage: Stage
    about: tuple[Sighting, ...]


def decide(
    rule: AlertRule, known: Mapping[str, Matter], seen: Sequence[Sighting], now: datetime
) -> tuple[list[Word], list[Matter]]:
    """Which words are due now, and what is to be remembered, each changed matter once.

    A matter is new when it was not open, and its last word is older than the rule's cooldown. Several new ones of one check are
    told together. In quiet hours, and within the rule's pause after its last word, nothing is told and nothing is lost: what is
    still so afterwards is told then.
    """
    last = max((one.told_at for one in known.values() if one.told_at is not None), default=None)
    mute = in_quiet_hours(rule, now) or (last is not None and now - last < rule.pause)
    changed: list[Matter] = []
    new: list[Sighting] = []
    words: list[Word] = []
    for one in seen:
        before = known.get(one.subject)
        matter, stage = _seen(rule, before, one, now)
        if stage is not None and not mute:
            matter = replace(matter, told_at=now, told_size=one.size)
            if stage is Stage.NEW:
                new.append(one)
            else:
                words.append(Word(stage, (one,)))
        if before is None or _is_news(before, matter):
            changed.append(matter)
    now_seen = {one.subject for one in seen}
    for subject, was in known.items():
        if not was.is_open or subject in now_seen or now - was.seen_at < _ends(rule.watch):
            continue
        if rule.over and was.told_at is not None and rule.watch in _ENDING:
            if mute:
                continue  # it ends when it can be told
            words.append(Word(Stage.OVER, (Sighting(subject=subject, size=was.told_size),)))
        changed.append(replace(was, is_open=False))
    return ([Word(Stage.NEW, tuple(new)), *words] if new else words), changed


def _seen(rule: AlertRule, was: Matter | None, one: Sighting, now: datetime) -> tuple[Matter, Stage | None]:
    """A matter now that it is seen, and which word on it would be due."""
    if was is None:
        return Matter(subject=one.subject, opened_at=now, seen_at=now), Stage.NEW
    seen = replace(was, seen_at=now)
    if was.is_open and was.told_at is not None:
        grown = rule.watch in _GROWING and one.size >= 2 * was.told_size
        return seen, Stage.MORE if grown else None
    if was.told_at is not None and now - was.told_at < rule.cooldown:
        return seen, None
    return (seen if was.is_open else replace(seen, is_open=True, opened_at=now)), Stage.NEW


_GROWING = frozenset({Watch.VOLUME, Watch.NEGATIVE, Watch.COMPLAINT, Watch.PHRASE})
_ENDING = frozenset({Watch.VOLUME, Watch.NEGATIVE, Watch.SILENCE, Watch.PARTS})


def _ends(watch: Watch) -> timedelta:
    if watch in {Watch.VOLUME, Watch.NEGATIVE}:
        return _CALM
    return timedelta(0) if watch in {Watch.SILENCE, Watch.PARTS} else _FORGOTTEN


def _is_news(was: Matter, matter: Matter) -> bool:
    # Seen again and nothing else: written once an hour, not at each beat of the clock.
    return replace(was, seen_at=matter.seen_at) != matter or matter.seen_at - was.seen_at >= timedelta(hours=1)


def in_quiet_hours(rule: AlertRule, now: datetime) -> bool:
    """Whether the local time is within the rule's quiet hours, which may span midnight."""
    if rule.quiet is None:
        return False
    begin, end = rule.quiet
    at = now.astimezone(ZoneInfo(rule.timezone)).time()
    return begin <= at < end if begin <= end else at >= begin or at < end


def compose(rule: AlertRule, brand_name: str, word: Word, page: str, now: datetime) -> Alert:
    """The alert that tells a word."""
    about = word.about
    lines = tuple(one for sighting in about for one in sighting.lines)[:_SHOWN]
    return Alert(
        key=f"{rule.key}/{word.stage.value}/{about[0].subject[:120]}/{now.isoformat()}",
        rule=rule.key,
        brand=rule.brand,
        brand_name=brand_name,
        watch=rule.watch,
        stage=word.stage,
        size=sum(one.size for one in about),
        usual=None if about[0].usual is None else math.floor(10 * about[0].usual + 0.5) / 10,
        hours=about[0].hours,
        lines=lines,
        detail="\n".join(one.detail for one in about if one.detail)[:1000],
        language=rule.language,
        timezone=rule.timezone,
        page=page,
        raised_at=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An alert for one channel: plain words, and the same as JSON for programs; `id` never changes, so a repeat can be told."""

    id: str
    subject: str
    text: str
    payload: str

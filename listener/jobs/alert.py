"""From what is stored to an alert: look, decide, remember, and hand over to each target what it has not had yet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from listener.core.alert import (
    HISTORY,
    NEWS,
    SINCE,
    Alert,
    AlertRule,
    Matter,
    Note,
    Sighting,
    Stage,
    Watch,
    Word,
    compose,
    decide,
    is_recent,
    is_severe,
    silent,
    spike,
    stories_named,
    stories_now,
    told_apart,
)
from listener.core.digest import one_line
from listener.core.errors import Refused
from listener.core.kept import KeptMention
from listener.core.mail import Delivery, Message
from listener.core.mentions import MentionFinder
from listener.core.model import Brand, Intent, Media, Tone
from listener.core.ports import Mentions, Notifier, Outbox, Sources, nothing
from listener.core.standing import Trouble
from listener.core.values import dataclass
from listener.jobs.digest import domain
from listener.jobs.sending import Sent, empty

# An alert that comes later than this is no alert any more.
FRESH = timedelta(hours=6)
_LOOK_BACK = timedelta(days=1)
_REMEMBERED = timedelta(days=30)
_CHANNEL = "channel:"
_NAMED = 6  # silent parts in one alert, by name


class Memory(Mentions, Sources, Protocol):
    """The parts of the archive that alerts need."""

    @property
    def alert_outbox(self) -> Outbox:
        """The rows of all alerts."""
        ...

    def rule_since(self, key: str, now: datetime) -> datetime:
        """Since when a rule stands; from now on, when it is new."""
        ...

    def matters(self, rule: str) -> Mapping[str, Matter]:
        """What a rule has seen, by subject."""
        ...

    def keep_alerts(self, rule: str, matters: Sequence[Matter], alerts: Sequence[tuple[Alert, Mapping[str, str]]]) -> Sequence[int]:
        """Remember matters and alerts in one transaction; nothing when another clock has told the same matters first."""
        ...

    def alert(self, id: int) -> Alert | None:  # noqa: A002 - the field's word
        """An alert as it was told."""
        ...

    def stories_of(self, mentions: Collection[int]) -> Mapping[int, int]:
        """The story in which each of these mentions stands now, as far as it has one."""
        ...

    def hours(self, brand: str, now: datetime, span: timedelta) -> Sequence[tuple[int, int] | None]:
        """(mentions, negative ones) of each hour of `span` up to `now`, oldest first; None where nobody listened."""
        ...


class Channel(Protocol):
    """A way out other than mail; raise DeliveryError, or return None."""

    def send(self, note: Note, handing: Callable[[], None] = nothing) -> None:
        """Hand a note over; `handing` is called just before it leaves."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """What alerts need of the world; `word` puts an alert in words, `page` is where people reach the page."""

    archive: Memory
    notifier: Notifier
    channels: Mapping[str, Channel]
    word: Callable[[Alert, str], Note]
    sender: str
    page: str
    clock: Callable[[], datetime]

    def look(self, rule: AlertRule, brand: Brand) -> Sequence[int]:
        """Look once for what a rule watches; the ids of the alerts that this made, which are then to be sent."""
        now = self.clock()
        known = self.archive.matters(rule.key)
        subjects, as_now = stories_now(known, self.archive.stories_of(stories_named(_lately(known, now))))
        words, changed = decide(rule, as_now, self._seen(rule, brand, subjects, now), now)
        moved = [one for subject, one in as_now.items() if one != known[subject]]
        matters = list({one.subject: one for one in (*moved, *changed)}.values())
        if not words and not matters:
            return []
        page = f"{self.page.rstrip('/')}/brands/{rule.brand}"
        alerts = [compose(rule, brand.name, word, page, now) for word in words]
        return self.archive.keep_alerts(rule.key, matters, [(one, self._targets(rule, one)) for one in alerts])

    def test(self, rule: AlertRule, brand: Brand, target: str | None = None) -> Sequence[int]:
        """Make an alert that only says that it is a test, for one target or all of the rule's."""
        word = Word(Stage.TEST, (Sighting(subject="test", size=0),))
        alert = compose(rule, brand.name, word, f"{self.page.rstrip('/')}/brands/{rule.brand}", self.clock())
        targets = self._targets(rule, alert)
        wanted = targets if target is None else {one: id_ for one, id_ in targets.items() if one in {target, _CHANNEL + target}}
        return self.archive.keep_alerts(rule.key, [], [(alert, wanted)])

    def report(self, rule: AlertRule, brand: Brand, lost: Sequence[Sent]) -> Sequence[int]:
        """Tell a rule's targets which mails did not arrive, and why; nothing when there is none."""
        about = tuple(Sighting(subject=one.recipient, size=1, detail=f"{one.recipient}: {one.error}") for one in lost)
        if not about:
            return []
        alert = compose(rule, brand.name, Word(Stage.NEW, about), "", self.clock())
        return self.archive.keep_alerts(rule.key, [], [(alert, self._targets(rule, alert))])

    def attend(self, rule: AlertRule, found: Sequence[Trouble]) -> tuple[Sequence[int], Sequence[Trouble], Sequence[str]]:
        """Tell a rule's targets what has fallen silent, once, and when it is heard again.

        Returns the ids of the alerts that this made (none where the rule has no targets), what is new in them, and the subjects of
        what is over.
        """
        now = self.clock()
        seen = {one.subject[:200]: one for one in found}
        sightings = [Sighting(subject=subject, size=1, detail=_silence(one)) for subject, one in seen.items()]
        words, matters = decide(rule, self.archive.matters(rule.key), sightings, now)
        if not matters:
            return [], [], []
        words = [_named(word) for word in words]
        page = f"{self.page.rstrip('/')}/desk/health"
        alerts = [(compose(rule, "Listener", word, page, now), word) for word in words] if rule.to else []
        made = self.archive.keep_alerts(rule.key, matters, [(one, self._targets(rule, one)) for one, _ in alerts])
        if alerts and not made:  # another process told the same just now
            return [], [], []
        told = [seen[one.subject] for word in words if word.stage is Stage.NEW for one in word.about]
        return made, told, [one.subject for word in words if word.stage is Stage.OVER for one in word.about]

    def send(self, id_: int) -> Iterator[Sent]:
        """Send an alert to each target that has not had it; what worked is not repeated."""
        alert = self.archive.alert(id_)
        if alert is None:
            return iter(())

        def hand(delivery: Delivery, handing: Callable[[], None]) -> str:
            note = self.word(alert, delivery.message_id)
            if not delivery.recipient.startswith(_CHANNEL):
                self.notifier.send(self._mail(alert, note, delivery), handing)
                return ""
            channel = self.channels.get(delivery.recipient.removeprefix(_CHANNEL))
            if channel is None:
                raise Refused(f"{delivery.recipient}: there is no such channel in listener.toml")
            channel.send(note, handing)
            return ""

        return empty(self.archive.alert_outbox, id_, hand, self.clock, until=alert.raised_at + FRESH)

    def _mail(self, alert: Alert, note: Note, delivery: Delivery) -> Message:
        return Message(
            sender=self.sender,
            to=delivery.recipient,
            subject=note.subject,
            text=note.text,
            html="",
            message_id=delivery.message_id,
            date=alert.raised_at,
            headers=(
                ("Auto-Submitted", "auto-generated"),
                ("List-ID", f"<{alert.rule.replace('/', '.')}.alert.listener.{domain(self.sender)}>"),
            ),
        )

    def _targets(self, rule: AlertRule, alert: Alert) -> dict[str, str]:
        def id_(target: str) -> str:
            name = hashlib.sha256(f"{alert.key} {target}".encode()).hexdigest()[:32]
            return f"<{name}@{domain(self.sender)}>"

        return {target: id_(target) for target in rule.to}

    def _seen(self, rule: AlertRule, brand: Brand, subjects: Mapping[int, str], now: datetime) -> Sequence[Sighting]:
        if rule.watch is Watch.SILENCE:
            return silent([one for one in self.archive.states() if one.source.brand == rule.brand], now)
        if rule.watch in {Watch.VOLUME, Watch.NEGATIVE}:
            return self._spike(rule, now)
        since = max(self.archive.rule_since(rule.key, now), now - _LOOK_BACK)
        until = now + timedelta(seconds=1)
        if rule.watch is Watch.COMPLAINT:
            asking = self.archive.pressing(rule.brand, since=since, until=until)
            whole = self.archive.whole([one.id for one in asking if one.intent is Intent.COMPLAINT and is_recent(one, now)])
            mentions = [one for one in whole.values() if is_severe(one, rule.certain)]
        else:
            found = self.archive.collected(rule.brand, since=since, until=until)
            mentions = [one for one in _caught(rule, brand, found) if one.about and is_recent(one, now)]
        return told_apart(mentions, subjects)

    def _spike(self, rule: AlertRule, now: datetime) -> Sequence[Sighting]:
        counts = self.archive.hours(rule.brand, now, HISTORY)
        which = 1 if rule.watch is Watch.NEGATIVE else 0
        tone = Tone.NEGATIVE if rule.watch is Watch.NEGATIVE else None
        newest = self.archive.mentions(rule.brand, since=now - timedelta(hours=3), tone=tone, limit=20)
        earned = [one for one in newest if one.about and one.judged.mention.media is Media.EARNED and one.at >= now - NEWS]
        found = spike([None if one is None else one[which] for one in counts], now, ZoneInfo(rule.timezone), earned)
        return [found] if found else []


def _silence(one: Trouble) -> str:
    """A trouble as a line of an alert's detail: part, name, since when, why; `reports.alert` puts it in words."""
    since = "" if one.since is None else one.since.astimezone(UTC).strftime(SINCE)
    return one_line(f"{one.part.value}; {one.name}; {since}; {one.why}", 300)


def _named(word: Word) -> Word:
    """What is over says what it was; of many that fell silent at once the first are named."""
    if word.stage is not Stage.OVER:
        more = len(word.about) - _NAMED
        if more > 0:
            rest = replace(word.about[_NAMED], detail=f"more; {more}; ; ")
            word = replace(word, about=(*word.about[:_NAMED], rest, *(replace(one, detail="") for one in word.about[_NAMED + 1 :])))
        return word
    about = tuple(replace(one, detail="{}; {}; ; ".format(*one.subject.partition(" ")[::2])) for one in word.about)
    return replace(word, about=about)


def _lately(known: Mapping[str, Matter], now: datetime) -> Sequence[str]:
    """Of all that a rule ever saw, what may be seen again."""
    return [subject for subject, one in known.items() if one.is_open or now - one.seen_at < _REMEMBERED]


def _caught(rule: AlertRule, brand: Brand, mentions: Sequence[KeptMention]) -> list[KeptMention]:
    finder = MentionFinder([Brand(key=brand.key, name=brand.name, query=rule.query, language=brand.language)])
    earned = [one for one in mentions if one.judged.mention.media is Media.EARNED]
    return [one for one in earned if finder.find(one.entry, "", one.kind)]  # no place vouches for this query

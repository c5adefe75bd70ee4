"""From complete local days to mails: compose the snapshot once, then send what is still unsent of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from typing import Protocol
from zoneinfo import ZoneInfo

from listener.core.digest import ANSWERABLE, compose
from listener.core.kept import Gist
from listener.core.links import NOBODY, Links
from listener.core.mail import EVERY, Choice, Delivery, Message
from listener.core.model import Brand, DigestPlan, Tone
from listener.core.ports import Digests, Dresser, Mentions, Notifier, Subscriptions
from listener.core.report import Digest, Dressed, Finding
from listener.core.schedule import day_bounds, first_day
from listener.core.themes import Theme
from listener.core.values import dataclass
from listener.jobs.sending import Sent, empty

# How long a digest is tried: RFC 5321 section 4.5.4.1 wants four days or more of a mail server, and older news is none.
PATIENCE = timedelta(days=3)
# A digest that is held back for want of mentions gives a sign of life after so many days.
_SIGN_OF_LIFE = 7
_WEEKS = 8
# A story's mentions are said within days of each other (core.telling); a late digest may have listed it a month ago.
_TOLD = timedelta(days=45)
# Where anybody can see whether the brand answered.
_SEEN_ANSWERING = "x"

Themes = Callable[[Brand, date, ZoneInfo, datetime], Sequence[Theme]]


class Memory(Mentions, Digests, Subscriptions, Protocol):
    """The parts of the archive that a digest needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digester:
    """What digests need of the world; `page` is the address under which people reach the page.

    `clock` is asked again for each mail: a long list of recipients must not outlive its own claims. `operator` is who hears that
    we could not look ("": the readers do), and `links` writes the recipients' own addresses (None: there are none). `themes`
    says what a week's negative stories are about (None: nobody can).
    """

    archive: Memory
    dress: Dresser
    notifier: Notifier
    sender: str
    page: str
    clock: Callable[[], datetime]
    links: Links | None = None
    operator: str = ""
    themes: Themes | None = None

    def compose(self, plan: DigestPlan, brand: Brand, on: date, now: datetime) -> Digest:
        """The snapshot of a digest that ends on a local day: the one that stands, or one made now and not yet kept."""
        standing = self.archive.digest(plan.key, on)
        if standing is not None:
            return standing[1]
        zone = ZoneInfo(plan.timezone)
        usual = first_day(on, plan.days, None)
        first = first_day(on, plan.days, self.archive.last_digest(plan.key, before=on))
        since, until = day_bounds(first, zone)[0], day_bounds(on, zone)[1]
        single = first == on

        def week(*days: int) -> list[tuple[date, datetime, datetime]]:
            return [(day, *day_bounds(day, zone)) for day in (on - timedelta(days=back) for back in days)]

        def same(weeks: int) -> tuple[date, datetime, datetime]:
            back = timedelta(weeks=weeks)
            return on - back, day_bounds(first - back, zone)[0], day_bounds(on - back, zone)[1]

        mentions = self.archive.gists(plan.brand, since=since, until=until)
        negative = any(one.tone is Tone.NEGATIVE for one in mentions)
        # More than a week has no weeks before it that it could be compared with: they would overlap.
        comparable = (on - first).days < 7
        return compose(
            key=plan.key,
            brand=brand,
            on=on,
            since=since,
            until=until,
            timezone=plan.timezone,
            language=plan.language,
            mentions=mentions,
            shelf=self.archive,
            week=self.archive.days(plan.brand, week(*range(6, -1, -1))),
            same_weekdays=self.archive.days(plan.brand, [same(weeks) for weeks in range(1, _WEEKS + 1)] if comparable else []),
            coverage=self.archive.coverage(plan.brand, since=since, until=until),
            cap=plan.limit,
            page=self._rows(plan.brand, None if single else first, on),
            now=now,
            first_on=None if single else first,
            late=first < usual and not plan.minimum,
            tones=plan.tones,
            told=self.archive.told(plan.key, since=on - _TOLD, before=on),
            themes=self.themes(brand, on, zone, now) if self.themes is not None and negative else (),
            pressing=self._unanswered(plan.brand, min(since, until - ANSWERABLE), until),
        )

    def _unanswered(self, brand: str, since: datetime, until: datetime) -> Sequence[Gist]:
        """Complaints and questions that nobody says to be answered, without those to which we saw the answer."""
        found = self.archive.pressing(brand, since=since, until=until)
        # A person who says that it was not answered knows more than we see.
        seen = self.archive.answered(brand, [one.id for one in found if one.answered is None], kind=_SEEN_ANSWERING)
        return [one for one in found if one.id not in seen]

    def send(self, plan: DigestPlan, brand: Brand, on: date) -> Sequence[Sent]:
        """Send a digest to everyone who has not had it yet; asking twice sends once. Nothing is sent while it is held back.

        Never lost, and at most one repeat after a crash that nobody can decide: a mail that the server may have taken is sent
        again once, with the same Message-ID. An address that does not exist gets no mail any more, until a person says otherwise.
        """
        snapshot = self.compose(plan, brand, on, self.clock())
        # The first of all is always sent: it shows that the mail arrives.
        before = self.archive.last_digest(plan.key, before=on) if _is_thin(plan, snapshot) else None
        if before is not None and self.archive.digest(plan.key, on) is None:
            return []
        digest = self.archive.keep_digest(snapshot, self._recipients(plan, snapshot, on))
        standing = self.archive.digest(plan.key, on)
        assert standing is not None
        post = _Post(self, standing[1])
        ended = []
        for one in empty(self.archive.outbox, digest, post.hand, self.clock, until=snapshot.composed_at + PATIENCE):
            if one.gone:
                self.archive.choose(EVERY, one.recipient, Choice(active=False, reason=one.error), self.clock())
            ended.append(one)
        return ended

    def message(self, digest: Digest, dressed: Dressed, to: str, id_: str, delivery: int = NOBODY) -> Message:
        """The mail to one person, as it is sent and as it is previewed, but for what is that person's own: `delivery`'s links."""
        headers = [
            ("Auto-Submitted", "auto-generated"),
            ("List-ID", f"<{digest.digest.replace('/', '.')}.listener.{domain(self.sender)}>"),
        ]
        text, html = dressed.text, dressed.html
        if self.links is not None:
            unsubscribe = self.links.unsubscribe(delivery, digest.composed_at)
            headers += [("List-Unsubscribe", f"<{unsubscribe}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
            own = {dressed.unsubscribe: unsubscribe, dressed.preferences: self.links.preferences(delivery, digest.composed_at)}
            text, html = _filled(text, own), _filled(html, own)
            if dressed.label:
                mark = re.compile(re.escape(dressed.label) + r"(\d+)")
                # The text names each of them that stands in the HTML, which says it several times.
                # Each stands there several times; the longest first, since one number may be the beginning of another.
                for number in sorted({*mark.findall(text), *mark.findall(html)}, key=len, reverse=True):
                    address = self.links.label(delivery, int(number), digest.composed_at)
                    text, html = (part.replace(f"{dressed.label}{number}", address) for part in (text, html))
        return Message(
            sender=self.sender,
            to=to,
            subject=dressed.subject,
            text=text,
            html=html,
            message_id=id_,
            date=digest.composed_at,
            headers=tuple(headers),
        )

    def _recipients(self, plan: DigestPlan, digest: Digest, on: date) -> dict[str, str]:
        told = (self.operator,) if digest.finding is Finding.BLIND and self.operator else plan.to
        choices = self.archive.choices(plan.key, told)
        wanted = [one for one in told if choices.get(one, Choice()).active]
        return {one: message_id(plan.key, on, one, self.sender) for one in wanted}

    def _rows(self, brand: str, first: date | None, on: date) -> str:
        days = f"day={on.isoformat()}" if first is None else f"day={first.isoformat()}&through={on.isoformat()}"
        return f"{self.page.rstrip('/')}/brands/{brand}?{days}"


class _Post:
    """Hands over one snapshot to many, dressed once for each language that they read."""

    def __init__(self, digester: Digester, digest: Digest) -> None:
        self._digester = digester
        self._digest = digest
        self._dressed: dict[str, Dressed] = {}

    def hand(self, delivery: Delivery, handing: Callable[[], None]) -> str:
        """Send one mail, unless its reader has left since the row was written."""
        digester, key = self._digester, self._digest.digest
        choice = digester.archive.choices(key, [delivery.recipient]).get(delivery.recipient, Choice())
        if not choice.active:
            return f"no longer wanted: {choice.reason}"
        language = choice.language or self._digest.language
        if language not in self._dressed:
            self._dressed[language] = digester.dress(replace(self._digest, language=language))
        dressed = self._dressed[language]
        message = digester.message(self._digest, dressed, delivery.recipient, delivery.message_id, delivery.id)
        digester.notifier.send(message, handing)
        return ""


def message_id(key: str, on: date, recipient: str, sender: str) -> str:
    """The Message-ID of a digest, local day and recipient: always the same, so that a repeat can be recognised (RFC 5322)."""
    name = hashlib.sha256(f"{key}\n{on.isoformat()}\n{recipient}".encode()).hexdigest()[:32]
    return f"<{name}@{domain(sender)}>"


def domain(sender: str) -> str:
    """The part behind the @ of a sender, "localhost" where there is none."""
    name, at, found = parseaddr(sender)[1].rpartition("@")
    return found if name and at and found else "localhost"


def _is_thin(plan: DigestPlan, digest: Digest) -> bool:
    if digest.finding not in {Finding.NEWS, Finding.QUIET} or digest.days >= _SIGN_OF_LIFE:
        return False
    tones = digest.tones
    counts = {"negative": tones.negative, "neutral": tones.neutral, "positive": tones.positive, "unsure": tones.unsure}
    return sum(counts[tone.value] for tone in plan.tones) < plan.minimum if plan.tones else tones.total < plan.minimum


def _filled(text: str, own: Mapping[str, str]) -> str:
    for mark, address in own.items():
        text = text.replace(mark, address) if mark else text
    return text

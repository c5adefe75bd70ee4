"""From the archive to an evidence report: gather, compute, freeze; and once a month, send."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from listener.core.dossier import Dossier
from listener.core.evidence import EvidencePlan, SealedNote, Standing, Wanted, is_sealed, month_before, pointed, standing_notes
from listener.core.frozen import Report, fingerprint, report_of, report_text
from listener.core.kept import KeptMention
from listener.core.listed import List, code_words_in, key_of
from listener.core.mail import Choice, Delivery, Message
from listener.core.model import Brand
from listener.core.observed import Observed
from listener.core.ports import Notifier, Samples, Sources, Subscriptions
from listener.core.ports.proving import Evidence
from listener.core.removal import Cause
from listener.core.sampling import Sample, draw
from listener.core.schedule import day_bounds
from listener.core.values import dataclass
from listener.jobs.digest import domain
from listener.jobs.sending import Sent, empty

# A month's report is still worth having some weeks late.
PATIENCE = timedelta(days=14)
# How long the link in a month's mail opens its report.
OPEN = timedelta(days=90)
_WEEK = timedelta(days=7)


class Memory(Evidence, Samples, Sources, Subscriptions, Protocol):
    """The parts of the archive that evidence needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report with what it shows besides numbers: the mentions that it quotes, those that went since, and editors' words.

    `broken` are the notes that are no longer as they were kept.
    """

    report: Report
    brand: Brand
    mentions: Mapping[int, KeptMention]
    gone: Mapping[int, Cause]
    notes: tuple[SealedNote, ...] = ()
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report that was just made, with all that it was computed from."""

    text: str
    observed: Observed
    dossier: Dossier


class Dresser(Protocol):
    """Turn a report into a mail."""

    def mail(self, told: Told, link: str, language: str) -> tuple[str, str, str]:
        """Subject, HTML and text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidencer:
    """What evidence needs of the world.

    `prove` is core.proving.dossier; `link` is where a report that stands may be read until a moment.
    """

    archive: Memory
    prove: Callable[[Observed], Dossier]
    dress: Dresser
    notifier: Notifier
    sender: str
    secret: bytes
    program: str
    clock: Callable[[], datetime]
    link: Callable[[Standing, datetime], str]

    def make(self, plan: EvidencePlan, since: datetime, until: datetime, *, language: str, timezone: str) -> Made:
        """Gather what was said in [since, until) and compute the dossier; the report itself is not kept yet."""
        self._look_through(plan.brand)
        wanted = Wanted(
            plan=plan,
            since=since,
            until=until,
            now=self.clock(),
            language=language,
            timezone=timezone,
            salt=int.from_bytes(self._key(f"salt {plan.brand}")[:8], "big") >> 1,
            program=self.program,
            key=self.secret,
        )
        observed = self.archive.observed(wanted)
        found = self.prove(observed)
        notes = tuple(one.note for one in standing_notes(tuple(self.archive.notes(plan.brand))))
        dossier = replace(found, notes=notes)
        return Made(text=report_text(dossier, fingerprint(observed)), observed=observed, dossier=dossier)

    def told(self, brand: Brand, text: str) -> Told:
        """A report with what it shows of the archive as that is now: words that were taken back since are not there."""
        report = report_of(text)
        sealed = tuple(self.archive.notes(brand.key))
        shown = set(report.dossier.notes)
        mine = tuple(one for one in sealed if one.note in shown)
        genuine = {one.note for one in mine if is_sealed(self.secret, brand.key, one)}
        return Told(
            report=report,
            brand=brand,
            mentions=self.archive.mentions_by_id(quoted(report.dossier)),
            gone=self.archive.gone(brand.key, after=report.dossier.made_at),
            notes=mine,
            broken=frozenset(one.about for one in report.dossier.notes if one not in genuine),
        )

    def sample(self, brand: Brand, week: date, zone: ZoneInfo) -> Sample:
        """The sample of a week that is over, by its Monday; drawn once."""
        standing = self.archive.samples(brand.key, since=week, until=week + timedelta(days=1))
        if standing:
            return standing[0]
        since, until = day_bounds(week, zone)[0], day_bounds(week + _WEEK, zone)[0]
        addresses = {one.source.key: one.source.address for one in self.archive.states()}
        candidates = self.archive.candidates(brand.key, since=since, until=until, pointed=pointed(brand.query, addresses))
        return self.archive.keep_sample(draw(brand.key, week, candidates))

    def due(self, plan: EvidencePlan) -> bool:
        """Whether a month's report is to be made now: its day has come, it does not stand yet, and something was listened to.

        Or it stands, and somebody waits for it: his mail server was away, or whoever began to send it died.
        """
        month = month_before(self.clock(), plan) if plan.to else None
        if month is None:
            return False
        if (standing := self.archive.evidence_of(plan.brand, month[0])) is not None:
            return standing.id in self.archive.unsent_evidence(self.clock())
        return self.archive.listened(plan.brand, since=month[1], until=month[2])

    def send(self, plan: EvidencePlan, brand: Brand) -> Sequence[Sent]:
        """Make the month's report, once, and send it to everyone who has not had it yet; asking twice sends once."""
        month = month_before(self.clock(), plan)
        if month is None or not plan.to:
            return []
        standing = self.archive.evidence_of(brand.key, month[0])
        if standing is None:
            made = self.make(plan, month[1], month[2], language=plan.language, timezone=plan.timezone)
            key = f"{brand.key}/evidence"
            choices = self.archive.choices(key, plan.to)
            wanted = [one for one in plan.to if choices.get(one, Choice()).active]
            ids = {one: self._message_id(key, month[0], one) for one in wanted}
            standing = self.archive.keep_evidence(brand.key, made.text, ids, month=month[0])
        return self.send_standing(standing, brand)

    def send_standing(self, standing: Standing, brand: Brand) -> Sequence[Sent]:
        """Send a report that stands to everyone who has not had it yet."""
        told = self.told(brand, standing.text)
        dossier = told.report.dossier
        until = dossier.made_at + OPEN
        subject, html, text = self.dress.mail(told, self.link(standing, until), dossier.language)

        def hand(delivery: Delivery, handing: Callable[[], None]) -> str:
            message = Message(
                sender=self.sender,
                to=delivery.recipient,
                subject=subject,
                text=text,
                html=html,
                message_id=delivery.message_id,
                date=dossier.made_at,
                headers=(("Auto-Submitted", "auto-generated"),),
            )
            self.notifier.send(message, handing)
            return ""

        return list(empty(self.archive.evidence_outbox, standing.id, hand, self.clock, until=dossier.made_at + PATIENCE))

    def _look_through(self, brand: str) -> None:
        marks = self.archive.marks(brand, List.CODE_WORDS)
        key = key_of(self.secret, brand, List.CODE_WORDS)
        known: dict[str, bool] = {}
        lengths, wanted = sorted(set(marks.values())), frozenset(marks)

        def code(text: str) -> bool:
            return code_words_in(text, key, wanted, lengths, known)

        version = hashlib.sha256(b"".join(sorted(wanted))).hexdigest()[:16]
        self.archive.look_through(brand, code=code if marks else None, version=version)

    def _key(self, what: str) -> bytes:
        return hmac.new(self.secret, f"listener {what}".encode(), hashlib.sha256).digest()

    def _message_id(self, key: str, month: str, recipient: str) -> str:
        name = hashlib.sha256(f"{key}\n{month}\n{recipient}".encode()).hexdigest()[:32]
        return f"<{name}@{domain(self.sender)}>"


def quoted(dossier: Dossier) -> list[int]:
    """The mentions that a dossier shows: examples, and what speaks against."""
    ids: dict[int, None] = {}
    for one in dossier.findings:
        ids |= dict.fromkeys(one.examples)
        ids |= dict.fromkeys(one.counter.mentions if one.counter is not None else ())
    return list(ids)

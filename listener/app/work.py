"""What a listener does when: what is due now, and each job done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, assert_never
from zoneinfo import ZoneInfo

from listener.app.attending import Attending
from listener.config import Settings
from listener.core.alert import AlertRule, Watch
from listener.core.change import QueryVersion
from listener.core.errors import ListenerError
from listener.core.job import Collect, Job, Look, Rematch, SendDigest, SendEvidence, Tend
from listener.core.kept import KeptMention
from listener.core.model import DigestPlan
from listener.core.report import Digest, Dressed
from listener.core.themes import Theme
from listener.core.upkeep import Tended
from listener.core.visits import Run, SourceState

# What only some verbs need is imported where it is wired: `listener status` must not wait for aiohttp, numpy and TextBlob.
if TYPE_CHECKING:
    from listener.jobs.sending import Sent

# How long a claimed source stays claimed; longer than the slowest honest visit, so that a killed worker costs one visit.
LEASE = timedelta(minutes=10)
BATCH = 200
# How often alerts look: a spike is told within minutes, and the archive is not asked at each beat.
LOOK = timedelta(minutes=2)
# How often is looked whether a month's report is due.
PROVE = timedelta(minutes=10)

Dispatch = Callable[[Job], None]


class App(Attending):
    """A listener, wired; `tick` says what is due and `run` does it, in this process or any other.

    Opening it raises SchemaOutOfDate or StorageError; it never migrates by itself.
    """

    def themes(self, brand: str, on: date) -> tuple[Theme, ...]:
        """What a brand's negative stories of the week up to and including a local day are about; none where nobody can say."""
        zone = ZoneInfo(self.settings.listener.timezone)
        return self._themer.themes(self.brand(brand), on, zone, self.clock())

    def reload(self, settings: Settings) -> None:
        """Go on with another configuration, without a restart: brands, sources, digests, alerts and recipients.

        What was opened (the database, mail server, channels, proxies) stays as it was opened; a job under way ends as it began.
        """
        self.archive.sync(tuple(one.brand for one in settings.brands), settings.sources, settings.digests, self.clock())
        self.settings = settings
        if "collector" in self.__dict__:
            from listener.core.mentions import MentionFinder  # noqa: PLC0415 - see above

            self._asked = tuple(self.archive.brands())
            # Another judge, for other names and kinds, with the analyser that was loaded.
            self.__dict__.pop("_judge", None)
            self.collector = replace(self.collector, finder=MentionFinder(self._asked), judge=self._judge)
        self.__dict__.pop("tender", None)

    def tick(self, dispatch: Dispatch) -> None:
        """Hand every job that is due to `dispatch`; what is handed over is claimed, so that nobody else gets it."""
        now = self.clock()
        if keys := self.archive.claim_due(now, limit=BATCH, lease=LEASE):
            dispatch(Collect(sources=tuple(keys)))
        self.archive.group_waiting()  # what an upgrade that was cut short left; nothing, as a rule
        self.archive.fill_waiting()
        due = {*self.archive.claim_due_digests(now), *self.archive.unsent(now)}
        # What is unsent of a digest that left the configuration stays so.
        for key, on in sorted(one for one in due if self.plan(one[0]) is not None):
            dispatch(SendDigest(digest=key, on=on))
        for chore in self.archive.claim_chores(now):
            dispatch(Tend(chore=chore))
        for key in self.archive.claim_due_rematches(now, lease=LEASE):
            dispatch(Rematch(brand=key))

        if self._proved_at + PROVE <= now:
            self._proved_at = now
            for plan in (one.evidence for one in self.settings.brands if one.evidence is not None and one.evidence.to):
                if self.evidencer.due(plan):
                    dispatch(SendEvidence(brand=plan.brand))
        untold = self.archive.untold(now) if self.settings.alerts or self.settings.listener.told else ()
        if untold or (self.settings.alerts and self._looked_at + LOOK <= now):
            self._looked_at = now
            dispatch(Look(rules=tuple(one.key for one in self.settings.alerts), alerts=tuple(untold)))

    def prepare(self) -> None:
        """Wire everything now: a program that works in several threads must not do it in two of them at once."""
        _ = self.collector, self.digester, self.tender, self.watcher

    def run(self, job: Job) -> Iterable[Run] | Iterable[Sent] | Iterable[Tended] | Iterable[QueryVersion]:
        """Do one job and yield what it did, as it is done; it stands in the archive by then."""
        match job:
            case Collect(sources=keys):
                return self.collect(self.archive.states(keys))
            case SendDigest(digest=key, on=on):
                plan = self.plan(key)
                return [] if plan is None else self._send(plan, on)
            case Look(rules=rules, alerts=alerts):
                return self._look(rules, alerts)
            case Tend(chore=chore):
                return [self.tender.tend(chore, self.clock())]
            case SendEvidence(brand=key):
                return self._send_evidence(key)
            case Rematch(brand=key):
                return self.rematch(key)
        assert_never(job)

    def rematch(self, key: str) -> Iterable[QueryVersion]:
        """Ask the stored entries again with a brand's query as it is now; yields how far it is."""
        from listener.jobs.rematch import rematch  # noqa: PLC0415 - see above

        brand = next((one for one in self.archive.brands() if one.key == key), None)
        return [] if brand is None else rematch(self.archive, self.collector.judge, brand, self.clock)

    def _send(self, plan: DigestPlan, on: date) -> Iterator[Sent]:
        """Send a digest, and tell the operator of the mails that will not arrive."""
        ended = self.digester.send(plan, self.brand(plan.brand), on)
        yield from ended
        operator = self.settings.listener.operator
        lost = [one for one in ended if one.error and not (one.again or one.unwanted or one.recipient == operator)]
        if operator and lost:
            listener = self.settings.listener
            rule = AlertRule(
                key=f"{plan.key}/delivery",
                brand=plan.brand,
                watch=Watch.DELIVERY,
                to=(operator,),
                timezone=listener.timezone,
                language=listener.language,
            )
            for id_ in self.watcher.report(rule, self.brand(plan.brand), lost):
                yield from self.watcher.send(id_)

    def _send_evidence(self, key: str) -> Iterable[Sent]:
        """The month's report; nothing for a brand that has left the configuration since."""
        if not any(one.brand.key == key for one in self.settings.brands):
            return []
        return self.evidencer.send(self.evidence_plan(key), self.brand(key))

    def unchecked(self, brand: str) -> Sequence[KeptMention]:
        """What of a brand's samples of the last thirteen weeks nobody labelled yet, oldest week first."""
        from listener.app.evidence import waiting  # noqa: PLC0415 - see above

        return waiting(self, brand)

    def tell(self, alerts: Sequence[int]) -> Iterator[Sent]:
        """Send what is unsent of these alerts."""
        for id_ in alerts:
            yield from self.watcher.send(id_)

    def _look(self, rules: Sequence[str], alerts: Sequence[int]) -> Iterator[Sent]:
        """Send what is unsent, look what each rule sees, and send what that made; a rule that fails costs no other."""
        yield from self.tell(alerts)
        failed: list[ListenerError] = []
        for rule in self.settings.alerts:
            if rule.key in rules:
                try:
                    made = self.watcher.look(rule, self.brand(rule.brand))
                except ListenerError as fault:
                    failed.append(fault)
                    continue
                for id_ in made:
                    yield from self.watcher.send(id_)
        if failed:
            raise failed[0]

    def collect(self, states: Sequence[SourceState]) -> Iterator[Run]:
        """Visit these sources and yield each attempt as it is kept."""
        self._heed_changes()
        return self.collector.collect(states, self.clock())

    def _heed_changes(self) -> None:
        """Ask with the queries that count now: another process may have changed one since we read our files."""
        brands = tuple(self.archive.brands())
        if {one.key: one for one in brands} != {one.key: one for one in self._asked}:
            from listener.core.mentions import MentionFinder  # noqa: PLC0415 - see above

            self._asked = brands
            self.collector = replace(self.collector, finder=MentionFinder(brands))

    def preview(self, plan: DigestPlan, on: date) -> tuple[Digest, Dressed]:
        """A digest as it will be (or was) sent; nothing is stored but the themes of a day that is over."""
        digest = self.digester.compose(plan, self.brand(plan.brand), on, self.clock())
        return digest, self.digester.dress(digest)

"""The one place that knows every name: settings in, a listener out; the clock is read here and nowhere below."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, assert_never
from zoneinfo import ZoneInfo

from listener.config import BrandSettings, Settings
from listener.core import failpoint
from listener.core.alert import AlertRule, Watch
from listener.core.change import QueryVersion
from listener.core.errors import ConfigError, Fault, ListenerError
from listener.core.job import Collect, Job, Look, Rematch, SendDigest, Tend
from listener.core.links import Links
from listener.core.model import Brand, DigestPlan, Source
from listener.core.purchases import micros
from listener.core.report import Digest, Dressed
from listener.core.themes import Theme
from listener.core.upkeep import Tended
from listener.core.visits import Run, SourceState
from listener.storage.archive import SqlArchive

# What only some verbs need is imported where it is wired: `listener status` must not wait for aiohttp, numpy and TextBlob.
if TYPE_CHECKING:
    from listener.config.files import ChannelTable
    from listener.jobs.alert import Channel, Watcher
    from listener.jobs.collect import Collector
    from listener.jobs.digest import Digester
    from listener.jobs.sending import Sent
    from listener.jobs.tend import Tender
    from listener.jobs.themes import Themer
    from listener.sources.means import XAccess
    from listener.sources.x_place import XPlace

# How long a claimed source stays claimed; longer than the slowest honest visit, so that a killed worker costs one visit.
LEASE = timedelta(minutes=10)
BATCH = 200
# How often alerts look: a spike is told within minutes, and the archive is not asked at each beat.
LOOK = timedelta(minutes=2)

Clock = Callable[[], datetime]
Dispatch = Callable[[Job], None]


def wall_clock() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


class App:
    """A listener, wired; `tick` says what is due and `run` does it, in this process or any other.

    Opening it raises SchemaOutOfDate or StorageError; it never migrates by itself.
    """

    def __init__(self, settings: Settings, *, clock: Clock = wall_clock, environ: Mapping[str, str] = os.environ) -> None:
        _arm(environ)
        self.settings = settings
        self.clock = clock
        self.archive = SqlArchive(settings.listener.database)
        brands = self._asked = tuple(one.brand for one in settings.brands)
        self.archive.sync(brands, self.sources, self.plans, clock())
        self._environ = environ
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._open = ExitStack()

    @property
    def sources(self) -> Sequence[Source]:
        """Every configured source."""
        return [source for one in self.settings.brands for source in one.sources]

    @property
    def plans(self) -> Sequence[DigestPlan]:
        """Every configured digest."""
        return [plan for one in self.settings.brands for plan in one.digests]

    @property
    def local_head(self) -> Path:
        """Where what was learned from labels lies: beside the database's file, else beside the configuration."""
        before, is_file, file = self.settings.listener.database.partition("sqlite:///")
        return Path(f"{file}.head.npz") if is_file and file and not before else self.settings.folder / "local-head.npz"

    @cached_property
    def collector(self) -> Collector:
        """What listens, finds and judges."""
        from listener.core.mentions import MentionFinder  # noqa: PLC0415 - see above
        from listener.jobs.collect import Collector  # noqa: PLC0415
        from listener.sources.claims import Claims  # noqa: PLC0415
        from listener.sources.ears import Ears  # noqa: PLC0415
        from listener.understanding import load_analyser  # noqa: PLC0415
        from listener.understanding.judge import Judge  # noqa: PLC0415
        from listener.understanding.language import Languages  # noqa: PLC0415

        understanding = self.settings.understanding
        ears = Ears(
            allow_private=self.settings.network.allow_private,
            contact=self.settings.network.contact,
            x=self.x_access,
            purchases=self.archive,
            resting=self.archive.resting_hosts,
            claims=Claims(self.archive, f"{socket.gethostname()}:{os.getpid()}"),
        )
        # What is loaded by now stays to the end: looking through it again and again for rubbish took a tenth of all collecting.
        if not gc.get_freeze_count():
            gc.freeze()
            gc.set_threshold(20_000, 20, 20)
        return Collector(
            archive=self.archive,
            ears=self._open.enter_context(ears),
            finder=MentionFinder(self._asked),
            judge=Judge(
                Languages(understanding.languages),
                load_analyser(understanding.sentiment, head=self.local_head),
                names={one.brand.key: one.brand.name for one in self.settings.brands},
                kinds={source.key: source.kind for source in self.sources},
            ),
        )

    @cached_property
    def digester(self) -> Digester:
        """What composes and sends."""
        from listener.delivery.email import SmtpNotifier  # noqa: PLC0415 - see above
        from listener.jobs.digest import Digester  # noqa: PLC0415
        from listener.reports.render import Renderer  # noqa: PLC0415

        smtp = self.settings.smtp
        password = smtp.password(self._environ)
        notifier = SmtpNotifier(smtp.host, smtp.port, tls=smtp.tls, username=smtp.username, password=password)
        return Digester(
            archive=self.archive,
            dress=Renderer(),
            notifier=self._open.enter_context(notifier),
            sender=smtp.sender,
            page=self.settings.listener.base_url,
            clock=self.clock,
            links=self.links,
            operator=self.settings.listener.operator,
            themes=self._themer.themes,
        )

    @cached_property
    def tender(self) -> Tender:
        """What does the chores that come round by themselves."""
        from listener.jobs.tend import Tender  # noqa: PLC0415 - see above

        days, x = self.settings.retention.days, self.settings.x
        buys = x.monthly_budget > 0 and any(source.kind == "x" for source in self.sources)
        return Tender(archive=self.archive, days=days, x=self.x_place if buys else None, authors=x.authors)

    @cached_property
    def x_place(self) -> XPlace:
        """X beside its search: what a query would find, whether posts are still there, who wrote them."""
        from contextlib import closing  # noqa: PLC0415 - see above

        from listener.sources.http import user_agent  # noqa: PLC0415
        from listener.sources.x_place import XPlace  # noqa: PLC0415

        countries = {source.country for source in self.sources if source.kind == "x" and source.country}
        agent = user_agent(self.settings.network.contact)
        return self._open.enter_context(closing(XPlace(self.x_access, self.archive, countries=countries, agent=agent)))

    @cached_property
    def x_access(self) -> XAccess:
        """How X may be used: where it is, our token, and what it may cost."""
        from listener.sources.means import XAccess  # noqa: PLC0415 - see above

        x = self.settings.x
        return XAccess(
            api_url=x.api_url,
            bearer_token=x.bearer_token(self._environ),
            monthly=micros(x.monthly_budget),
            daily=None if x.daily_budget is None else micros(x.daily_budget),
            recheck=None if x.recheck_budget is None else micros(x.recheck_budget),
            prices=x.prices.known,
            names=x.names,
            relook=x.relook,
        )

    def themes(self, brand: str, on: date) -> tuple[Theme, ...]:
        """What a brand's negative stories of the week up to and including a local day are about; none where nobody can say."""
        zone = ZoneInfo(self.settings.listener.timezone)
        return self._themer.themes(self.brand(brand), on, zone, self.clock())

    @cached_property
    def _themer(self) -> Themer:
        from listener.jobs.themes import Themer  # noqa: PLC0415 - see above
        from listener.understanding.themes import find_themes  # noqa: PLC0415

        return Themer(archive=self.archive, find=find_themes)

    @cached_property
    def watcher(self) -> Watcher:
        """What looks for alerts and sends them."""
        from listener.jobs.alert import Watcher  # noqa: PLC0415 - see above
        from listener.reports.alert import note  # noqa: PLC0415

        return Watcher(
            archive=self.archive,
            notifier=self.digester.notifier,
            channels={one.key: channel for one in self.settings.channels if (channel := self._channel(one)) is not None},
            word=note,
            sender=self.settings.smtp.sender,
            page=self.settings.listener.base_url,
            clock=self.clock,
        )

    def _channel(self, one: ChannelTable) -> Channel | None:
        """A way out besides mail; None where its address is nowhere, which `listener check` says."""
        from listener.delivery.chat import Chat  # noqa: PLC0415 - see above
        from listener.delivery.webhook import Webhook  # noqa: PLC0415
        from listener.sources.guard import Guard  # noqa: PLC0415

        address, secret = one.address.value(self._environ), one.secret.value(self._environ)
        if address is None:
            return None
        if one.kind == "apprise":
            return Chat(one.key, address)
        if secret is None:
            return None
        judge = Guard(self.settings.network.networks).addresses
        return Webhook(one.key, address, secret.encode(), judge=judge, clock=self.clock)

    @cached_property
    def links(self) -> Links:
        """What signs the recipients' own links, and the page knows them by."""
        listener = self.settings.listener
        return Links(page=listener.base_url, secret=listener.secret(self._environ))

    def tick(self, dispatch: Dispatch) -> None:
        """Hand every job that is due to `dispatch`; what is handed over is claimed, so that nobody else gets it."""
        now = self.clock()
        if keys := self.archive.claim_due(now, limit=BATCH, lease=LEASE):
            dispatch(Collect(sources=tuple(keys)))
        self.archive.group_waiting()  # what an upgrade that was cut short left; nothing, as a rule
        due = {*self.archive.claim_due_digests(now), *self.archive.unsent(now)}
        for key, on in sorted(due):
            dispatch(SendDigest(digest=key, on=on))
        for chore in self.archive.claim_chores(now):
            dispatch(Tend(chore=chore))
        for key in self.archive.claim_due_rematches(now, lease=LEASE):
            dispatch(Rematch(brand=key))

        untold = self.archive.untold(now) if self.settings.alerts or self.settings.listener.operator else ()
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

    def _look(self, rules: Sequence[str], alerts: Sequence[int]) -> Iterator[Sent]:
        """Send what is unsent, look what each rule sees, and send what that made; a rule that fails costs no other."""
        for id_ in alerts:
            yield from self.watcher.send(id_)
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

    def brand(self, key: str) -> Brand:
        """A configured brand; raises ConfigError when there is none of that name."""
        return self._brand_settings(key).brand

    def plan(self, key: str) -> DigestPlan | None:
        """A configured digest, or None: it may have been taken out of the configuration since it was due."""
        return next((one for one in self.plans if one.key == key), None)

    def plan_for(self, brand: str, name: str | None = None) -> DigestPlan:
        """The digest of a brand to preview: the named one, the first, or one without recipients when none is configured."""
        plans = self._brand_settings(brand).digests
        if name is not None:
            wanted = next((one for one in plans if one.key in {name, f"{brand}/{name}"}), None)
            if wanted is None:
                known = ", ".join(one.key for one in plans) or "none"
                raise ConfigError([Fault(f"config/brands/{brand}.toml", "digests", f"no digest '{name}' (there is: {known})")])
            return wanted
        if plans:
            return plans[0]
        listener = self.settings.listener
        key, at = f"{brand}/preview", datetime.min.time()
        return DigestPlan(key=key, brand=brand, to=(), at=at, timezone=listener.timezone, language=listener.language)

    def preview(self, plan: DigestPlan, on: date) -> tuple[Digest, Dressed]:
        """A digest as it will be (or was) sent; nothing is stored but the themes of a day that is over."""
        digest = self.digester.compose(plan, self.brand(plan.brand), on, self.clock())
        return digest, self.digester.dress(digest)

    def _brand_settings(self, key: str) -> BrandSettings:
        for one in self.settings.brands:
            if one.brand.key == key:
                return one
        known = ", ".join(one.brand.key for one in self.settings.brands) or "none"
        raise ConfigError([Fault("config/brands", "", f"no brand '{key}' (there is: {known})")])

    def close(self) -> None:
        """Let go of everything that was opened."""
        self._open.close()
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _arm(environ: Mapping[str, str]) -> None:
    """Arm the failpoint named in LISTENER_FAILPOINT (`name` or `name:3`, the third time): the process kills itself there."""
    wanted = environ.get("LISTENER_FAILPOINT", "")
    name, _, nth = wanted.partition(":")
    if not name:
        return
    if name not in failpoint.POINTS:
        raise ConfigError([Fault("LISTENER_FAILPOINT", "", f"unknown point {name!r} (there is: {', '.join(failpoint.POINTS)})")])
    left = int(nth or 1)

    def hook(reached: str) -> None:
        nonlocal left
        if reached == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    failpoint.arm(hook)

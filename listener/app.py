"""The one place that knows every name: settings in, a listener out; the clock is read here and nowhere below."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self, assert_never

from listener.config import BrandSettings, Settings
from listener.core import failpoint
from listener.core.errors import ConfigError, Fault
from listener.core.job import Collect, Job, SendDigest
from listener.core.model import Brand, DigestPlan, Source
from listener.core.report import Digest, Dressed
from listener.core.visits import Run, SourceState
from listener.storage.archive import SqlArchive

# What only some verbs need is imported where it is wired: `listener status` must not wait for aiohttp, numpy and TextBlob.
if TYPE_CHECKING:
    from listener.jobs.collect import Collector
    from listener.jobs.digest import Digester, Sent

# How long a claimed source stays claimed; longer than the slowest honest visit, so that a killed worker costs one visit.
LEASE = timedelta(minutes=10)
BATCH = 200

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
        brands = [one.brand for one in settings.brands]
        self.archive.sync(brands, self.sources, self.plans, clock())
        self._environ = environ
        self._open = ExitStack()

    @property
    def sources(self) -> Sequence[Source]:
        """Every configured source."""
        return [source for one in self.settings.brands for source in one.sources]

    @property
    def plans(self) -> Sequence[DigestPlan]:
        """Every configured digest."""
        return [plan for one in self.settings.brands for plan in one.digests]

    @cached_property
    def collector(self) -> Collector:
        """What listens, finds and judges."""
        from listener.core.mentions import MentionFinder  # noqa: PLC0415 - see above
        from listener.jobs.collect import Collector  # noqa: PLC0415
        from listener.sources.ears import Ears  # noqa: PLC0415
        from listener.sources.x import XAccess  # noqa: PLC0415
        from listener.understanding import load_analyser  # noqa: PLC0415
        from listener.understanding.judge import Judge  # noqa: PLC0415
        from listener.understanding.language import Languages  # noqa: PLC0415

        x, understanding = self.settings.x, self.settings.understanding
        access = XAccess(api_url=x.api_url, bearer_token=x.bearer_token(self._environ), monthly_budget=x.monthly_budget)
        ears = Ears(
            allow_private=self.settings.network.allow_private,
            contact=self.settings.network.contact,
            x=access,
            spent=self._spent_this_month,
            resting=self.archive.resting_hosts,
        )
        return Collector(
            archive=self.archive,
            ears=self._open.enter_context(ears),
            finder=MentionFinder([one.brand for one in self.settings.brands]),
            judge=Judge(
                Languages(understanding.languages),
                load_analyser(understanding.sentiment),
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
        )

    def _spent_this_month(self, now: datetime) -> float:
        return self.archive.spent(now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0))

    def tick(self, dispatch: Dispatch) -> None:
        """Hand every job that is due to `dispatch`; what is handed over is claimed, so that nobody else gets it."""
        now = self.clock()
        if keys := self.archive.claim_due(now, limit=BATCH, lease=LEASE):
            dispatch(Collect(sources=tuple(keys)))
        due = {*self.archive.claim_due_digests(now), *self.archive.unsent(now)}
        for key, on in sorted(due):
            dispatch(SendDigest(digest=key, on=on))

    def prepare(self) -> None:
        """Wire everything now: a program that works in several threads must not do it in two of them at once."""
        _ = self.collector, self.digester

    def run(self, job: Job) -> Iterable[Run] | Iterable[Sent]:
        """Do one job and yield what it did, as it is done; it stands in the archive by then."""
        match job:
            case Collect(sources=keys):
                return self.collect(self.archive.states(keys))
            case SendDigest(digest=key, on=on):
                plan = self.plan(key)
                return [] if plan is None else self.digester.send(plan, self.brand(plan.brand), on)
        assert_never(job)

    def collect(self, states: Sequence[SourceState]) -> Iterator[Run]:
        """Visit these sources and yield each attempt as it is kept."""
        return self.collector.collect(states, self.clock())

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
        """A digest as it will be (or was) sent; nothing is stored."""
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

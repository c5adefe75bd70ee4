"""The one place that knows every name: settings in, adapters out; the clock is read here and nowhere below."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from listener.app.arming import arm
from listener.app.configured import Configured
from listener.app.judging import LateJudge
from listener.app.rubbish import seldom
from listener.config import Settings
from listener.core.links import Links
from listener.core.purchases import micros
from listener.storage.archive import SqlArchive

# What only some verbs need is imported where it is wired: `listener status` must not wait for aiohttp, numpy and TextBlob.
if TYPE_CHECKING:
    from listener.config.files import ChannelTable
    from listener.core.ports import Analyser, Judge
    from listener.jobs.alert import Channel, Watcher
    from listener.jobs.collect import Collector
    from listener.jobs.digest import Digester
    from listener.jobs.evidence import Evidencer
    from listener.jobs.tend import Tender
    from listener.jobs.themes import Themer
    from listener.sources.means import XAccess
    from listener.sources.x_place import XPlace

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


class Wiring(Configured):
    """Every adapter of a listener, made when it is first asked for, and closed with it."""

    def __init__(self, settings: Settings, *, clock: Clock = wall_clock, environ: Mapping[str, str] = os.environ) -> None:
        arm(environ)
        super().__init__(settings)
        self.clock = clock
        self.archive = SqlArchive(settings.listener.database)
        brands = self._asked = tuple(one.brand for one in settings.brands)
        self.archive.sync(brands, self.sources, self.plans, clock())
        self._environ = environ
        self._proved_at = datetime.min.replace(tzinfo=UTC)
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._open = ExitStack()

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

        ears = Ears(
            allow_private=self.settings.network.allow_private,
            contact=self.settings.network.contact,
            x=self.x_access,
            purchases=self.archive,
            resting=self.archive.resting_hosts,
            claims=Claims(self.archive, f"{socket.gethostname()}:{os.getpid()}"),
        )
        seldom()
        return Collector(
            archive=self.archive,
            ears=self._open.enter_context(ears),
            finder=MentionFinder(self._asked),
            judge=self._judge,
        )

    @cached_property
    def _judge(self) -> LateJudge:
        judge = LateJudge(self._made_judge)
        if self.settings.understanding.sentiment == "multilingual":  # the one that may be missing: say so before anybody listens
            judge.prepare()
        return judge

    def _made_judge(self) -> Judge:
        from listener.understanding.judge import Judge as JudgeOfAll  # noqa: PLC0415 - see above
        from listener.understanding.language import Languages  # noqa: PLC0415

        understanding = self.settings.understanding
        return JudgeOfAll(
            Languages(understanding.languages),
            self._analyser,
            names=self._names,
            kinds=self._kinds,
        )

    @cached_property
    def _analyser(self) -> Analyser:
        from listener.understanding import load_analyser  # noqa: PLC0415 - see above

        return load_analyser(self.settings.understanding.sentiment, head=self.local_head)

    @property
    def _names(self) -> Mapping[str, str]:
        return {one.brand.key: one.brand.name for one in self.settings.brands}

    @property
    def _kinds(self) -> Mapping[str, str]:
        return {source.key: source.kind for source in self.sources}

    @cached_property
    def digester(self) -> Digester:
        """What composes and sends."""
        from listener.delivery.email import SmtpNotifier  # noqa: PLC0415 - see above
        from listener.jobs.digest import Digester  # noqa: PLC0415
        from listener.reports.render import Renderer  # noqa: PLC0415

        smtp = self.settings.smtp
        password = smtp.password(self._environ)
        seldom()
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
    def evidencer(self) -> Evidencer:
        """What makes evidence reports, and sends a month's."""
        from listener import __version__  # noqa: PLC0415 - see above
        from listener.app.evidence import Dressing, evidence_link  # noqa: PLC0415
        from listener.core.proving import dossier  # noqa: PLC0415
        from listener.jobs.evidence import Evidencer  # noqa: PLC0415

        return Evidencer(
            archive=self.archive,
            prove=lambda observed: dossier(observed, self.settings.thresholds),
            dress=Dressing(),
            notifier=self.digester.notifier,
            sender=self.settings.smtp.sender,
            secret=self.links.secret,
            program=__version__,
            clock=self.clock,
            link=lambda standing, until: evidence_link(self, standing, until),
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

    def close(self) -> None:
        """Let go of everything that was opened."""
        self._open.close()
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

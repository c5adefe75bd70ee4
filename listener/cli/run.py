"""`listener run`: the daemon: clock, collectors, digests and page, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import click

from listener.app import App
from listener.cli.inviting import invite, nobody_yet
from listener.cli.options import HERE, config_option
from listener.cli.session import desk_of, open_app, page_of
from listener.engines.advisory import AdvisoryLock
from listener.engines.local import InstanceLock, LocalEngine
from listener.web.probes import Probes
from listener.web.server import AT_ONCE, AT_ONCE_ELSEWHERE, serve
from listener.web.warming import warm

_PORT = 8000


def _only_one(database: str) -> InstanceLock | AdvisoryLock:
    return AdvisoryLock(database) if database.startswith("postgresql") else InstanceLock(database)


def _engine(app: App, lock: InstanceLock | AdvisoryLock, heed: Callable[[], object]) -> LocalEngine:
    """The engine that the configuration names."""
    if app.settings.listener.engine == "local":
        return LocalEngine(app, held=lock.alive, heed=heed)
    from listener.engines.queue import QueueEngine  # noqa: PLC0415 - an extra

    return QueueEngine(app, held=lock.alive, heed=heed)


def port_of(base_url: str) -> int:
    """Where links to the page lead, if they lead here; behind a proxy nobody but it needs to know."""
    there = urlsplit(base_url)
    return there.port or _PORT if there.scheme == "http" and there.hostname in HERE else _PORT


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the page listens.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="That of base_url where it names this machine, else 8000, when left out; 0 takes any free port.",
)
@click.option("--no-page", is_flag=True, help="Collect and send only.")
@config_option
def command(host: str, port: int | None, config: Path, *, no_page: bool) -> int:
    """Listen, send and show the page, until stopped."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with open_app(config) as app, _only_one(app.settings.listener.database) as lock:
        desk = desk_of(app)
        engine = _engine(app, lock, heed=desk.reread)

        def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signal's signature
            engine.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        if no_page:
            engine.run()
            return 0
        web = page_of(app, desk)
        page = Probes(web, standing=lambda: app.archive.gauges(app.clock()), beat=lambda: engine.silent)
        at_once = AT_ONCE if app.settings.listener.database.startswith("sqlite") else AT_ONCE_ELSEWHERE
        with serve(page, host, port_of(app.settings.listener.base_url) if port is None else port, at_once=at_once) as server:
            warming = warm(web)
            click.echo(f"The page is at {server.url} — stop with Ctrl-C.")
            if nobody_yet(app):
                link = invite(app, page=server.url)
                click.echo(f"Nobody can sign in yet. Choose a password here, once, within 24 hours:\n{link}")
            engine.run()
            warming.stop()
    return 0

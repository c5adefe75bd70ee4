"""From a --config folder to a listener that is ready to work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from listener.app import App, Clock, wall_clock
from listener.config import Settings, load
from listener.sources import KINDS

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from listener.app.desk import Desk


def read_settings(config: Path) -> Settings:
    """The configuration, checked; raises ConfigError with every fault of every file."""
    return load(config, os.environ, kinds=tuple(KINDS))


def open_app(config: Path, clock: Clock = wall_clock) -> App:
    """A listener, wired; raises ConfigError, SchemaOutOfDate or StorageError."""
    return App(read_settings(config), clock=clock)


def desk_of(app: App) -> Desk:
    """What editors change of a listener."""
    from listener.app.desk import Desk  # noqa: PLC0415 - most verbs change nothing

    return Desk(app, kinds=tuple(KINDS))


def page_of(app: App, desk: Desk | None = None, *, open_to_readers: bool = False) -> Starlette:
    """The page of a listener, in the operator's language and zone; `open_to_readers` as web.readers = "anyone" would."""
    from listener.app.evidence import read_again  # noqa: PLC0415 - most verbs show no page
    from listener.web import create_web  # noqa: PLC0415 - as above

    settings, web = app.settings.listener, app.settings.web
    return create_web(
        archive=app.archive,
        language=settings.language,
        timezone=settings.timezone,
        clock=app.clock,
        base_url=settings.base_url,
        secret=app.links.secret,
        hosts=web.hosts,
        open_to_readers=open_to_readers or web.readers == "anyone",
        proxies=web.proxies,
        user_header=web.user_header,
        desk=desk or desk_of(app),
        evidence=lambda number: read_again(app, number),
    )

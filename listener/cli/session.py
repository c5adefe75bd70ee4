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


def read_settings(config: Path) -> Settings:
    """The configuration, checked; raises ConfigError with every fault of every file."""
    return load(config, os.environ, kinds=tuple(KINDS))


def open_app(config: Path, clock: Clock = wall_clock) -> App:
    """A listener, wired; raises ConfigError, SchemaOutOfDate or StorageError."""
    return App(read_settings(config), clock=clock)


def page_of(app: App) -> Starlette:
    """The page of a listener, in the operator's language and zone."""
    from listener.app.evidence import read_again  # noqa: PLC0415 - most verbs show no page
    from listener.web import create_web  # noqa: PLC0415 - as above

    settings = app.settings.listener
    return create_web(
        archive=app.archive,
        language=settings.language,
        timezone=settings.timezone,
        clock=app.clock,
        base_url=settings.base_url,
        secret=app.links.secret,
        evidence=lambda number: read_again(app, number),
    )

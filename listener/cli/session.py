"""From a --config folder to a listener that is ready to work."""

from __future__ import annotations

import os
from pathlib import Path

from listener.app import App, Clock, wall_clock
from listener.config import Settings, load
from listener.sources import KINDS


def read_settings(config: Path) -> Settings:
    """The configuration, checked; raises ConfigError with every fault of every file."""
    return load(config, os.environ, kinds=tuple(KINDS))


def open_app(config: Path, clock: Clock = wall_clock) -> App:
    """A listener, wired; raises ConfigError, SchemaOutOfDate or StorageError."""
    return App(read_settings(config), clock=clock)

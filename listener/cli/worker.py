"""`listener worker`: one more worker on the queue, on this machine or any other, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from listener.cli.options import config_option
from listener.cli.session import open_app
from listener.core.errors import ConfigError, Fault


@click.command()
@click.option("--at-once", default=3, show_default=True, type=click.IntRange(1, 32), help="Jobs in hand at one time.")
@config_option
def command(at_once: int, config: Path) -> int:
    """Do what `listener run` hands over when `engine = "queue"`; start as many as there are cores, on any machine."""
    from listener.engines.queue import Worker  # noqa: PLC0415 - an extra

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    for noisy in ("procrastinate", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    with open_app(config) as app:
        if app.settings.listener.engine != "queue":
            what = '`listener worker` works on the queue: say engine = "queue", or leave the work to `listener run`'
            raise ConfigError([Fault("config/listener.toml", "listener.engine", what)])
        Worker(app, at_once=at_once).run()
    return 0

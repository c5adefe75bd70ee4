"""Options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

# By what names this machine calls itself in an address.
HERE = frozenset({"localhost", "127.0.0.1", "::1"})

config_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    default=Path("config"),
    envvar="LISTENER_CONFIG",
    show_default=True,
    show_envvar=True,
    help="The folder with listener.toml and brands/.",
)

json_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--json", "as_json", is_flag=True, help="For programs: JSON instead of words."
)

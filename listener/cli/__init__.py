"""The door for people: one small file per verb, loaded only when it is called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence

import click

from listener import __version__

# verb -> module that holds its click command, named `command`; grep finds every one, and starting one loads only it.
VERBS: Mapping[str, str] = {
    "analyse": "listener.cli.analyse",
    "check": "listener.cli.check",
    "collect": "listener.cli.collect",
    "db": "listener.cli.db",
    "demo": "listener.cli.demo",
    "digest": "listener.cli.digest",
    "init": "listener.cli.init",
    "match": "listener.cli.match",
    "parse": "listener.cli.parse",
    "run": "listener.cli.run",
    "sources": "listener.cli.status",  # the same table under its other name
    "status": "listener.cli.status",
}


class Verbs(click.Group):
    """A group whose commands are modules, imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every verb, in the alphabet's order."""
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the verb's module and hand over its command."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(VERBS[cmd_name]).command
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="listener")
def cli() -> None:
    """Hear what is said about your brand, whether you take part or not."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a fault is one line on stderr and an exit code, never a traceback."""
    from listener.cli.faults import explain  # noqa: PLC0415 - only what a run needs is loaded

    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="listener", standalone_mode=False)
    except BaseException as fault:  # noqa: BLE001 - every fault is put into words in one place
        sys.exit(explain(fault))
    sys.exit(code if isinstance(code, int) else 0)

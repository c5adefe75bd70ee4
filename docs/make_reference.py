"""Write docs/reference/commands.md from the commands themselves; `make docs` runs it, and a test holds the page to it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from listener.cli import VERBS, cli

PAGE = Path(__file__).parent / "reference" / "commands.md"
_HEAD = """\
# Commands

What each command does, as `listener COMMAND --help` says it. This page is made by `docs/make_reference.py`; do not edit it.

All take `--config DIR`, the folder with `listener.toml` and `brands/` (default `config`, or the variable `LISTENER_CONFIG`).
`--json` is for programs and keeps its names; tables are for people. A fault is one line on stderr that says what, where and what to
do. What the exit codes mean stands in [errors](errors.md).
"""


def page() -> str:
    """The whole page."""
    group = click.Context(cli, info_name="listener", **cli.context_settings)
    parts = [_HEAD]
    for verb in sorted(VERBS):
        command = cli.get_command(group, verb)
        assert command is not None
        parts += _section(command, group, verb)
    return "\n".join(parts)


def _section(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    # The folder where the page is made has no say in it.
    words = re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.MULTILINE)
    yield f"## {context.command_path}\n\n```text\n{words}\n```\n"
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            inner = command.get_command(context, sub)
            assert inner is not None
            yield from _section(inner, context, sub)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == page() else f"{PAGE.name} is not what the commands say: run {__file__}")
    PAGE.write_text(page(), encoding="utf-8")

"""The door for people: one small file per verb, loaded only when it is called."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from listener import __version__

if TYPE_CHECKING:
    from logging import LogRecord

# verb -> the module that holds its click command (named `command`), and what it does in one line. grep finds every one, starting
# one loads only it, and `--help` loads none.
VERBS: Mapping[str, tuple[str, str]] = {
    "alert": ("listener.cli.alert", "The alerts: what was told, and a trial for each target."),
    "analyse": ("listener.cli.analyse", "Judge texts: JSON lines in, language, tone and intent out."),
    "changes": ("listener.cli.changes", "Who changed what: queries, sources, digests, editors, links."),
    "check": ("listener.cli.check", "Say what would be listened to, and what is missing."),
    "collect": ("listener.cli.collect", "Visit all sources now, or those named."),
    "db": ("listener.cli.db", "The database: its schema, its health and its safety."),
    "demo": ("listener.cli.demo", "The whole program in a fictional world, offline."),
    "digest": ("listener.cli.digest", "Show a day's digest, write it to files, or send it."),
    "editor": ("listener.cli.editor", "Who may change things on the page: invite, reset, list, remove."),
    "evaluate": ("listener.cli.evaluate", "How well tones are judged, on texts that you labelled."),
    "evidence": ("listener.cli.evidence", "The evidence report: objections tested, with their error and their counter-evidence."),
    "export": ("listener.cli.export", "For other programs: feeds (OPML), mentions (CSV, Excel …), or all of one author."),
    "forget": ("listener.cli.forget", "Take out somebody, or one item, wherever its words stand."),
    "import": ("listener.cli.import_", "Take over another program's feeds (OPML) or archive (CSV, Excel, JSON lines)."),
    "init": ("listener.cli.init", "Write a configuration for a brand."),
    "label": ("listener.cli.label", "A person's word on a mention, beside the machine's."),
    "learn": ("listener.cli.learn", "Correct the tone by what people labelled, if that helps."),
    "match": ("listener.cli.match", "Match items against a query: JSON lines in and out."),
    "parse": ("listener.cli.parse", "Read captured documents: files in, entries as JSON lines out."),
    "privacy": ("listener.cli.privacy", "A sheet for the privacy officer or the works council, from this configuration."),
    "prune": ("listener.cli.prune", "Let go of what was kept as long as [retention] says."),
    "query": ("listener.cli.query", "Check a query, try it out, or carry it over from and to other tools."),
    "resume": ("listener.cli.resume", "Say that buying on X goes on."),
    "run": ("listener.cli.run", "Listen, send and show the page, until stopped."),
    "search": ("listener.cli.search", "Look through the archive by words and filters."),
    "sources": ("listener.cli.status", "The same as status."),
    "status": ("listener.cli.status", "Say how every source is doing."),
    "verify": ("listener.cli.verify", "Compute a report again from its bundle, and say what differs."),
    "worker": ("listener.cli.worker", "One more worker on the queue, on any machine."),
    "why": ("listener.cli.why", "Say why an item is in, or is not."),
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
        command: click.Command = importlib.import_module(VERBS[cmd_name][0]).command
        _loaded()
        _pass_over_interrupts()
        if not isinstance(command, click.Group) and not any(one.name == "config" for one in command.params):
            # Every verb takes --config, also one that has no use for it: scripts may pass it to all alike.
            command.params.append(click.Option(["--config"], expose_value=False, hidden=True))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the verbs from the table, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, words) for verb, (_, words) in sorted(VERBS.items())])


def _is_no_interrupt(record: LogRecord) -> bool:
    """Whether a line of a library's log tells of anything but a second Ctrl-C, which it met while the first was obeyed."""
    return not (record.exc_info and record.exc_info[0] is KeyboardInterrupt)


def _pass_over_interrupts() -> None:
    import logging  # noqa: PLC0415 - a verb's libraries have loaded it; `--version` and `--help` need none

    if logging.lastResort is not None:
        logging.lastResort.addFilter(_is_no_interrupt)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="listener")
def cli() -> None:
    """Hear what is said about your brand, whether you take part or not."""


def _load_quickly() -> None:
    """See to it that a process loads no more than it must: looking for rubbish while it loads and ends took a third of both."""
    gc.disable()  # until the verb's module is there
    atexit.register(gc.freeze)  # a process that ends need not look through all that it holds, twice
    # Pydantic looks for plug-ins in the metadata of every package that is installed, and nothing here wants any.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _loaded() -> None:
    if not gc.isenabled():
        gc.freeze()  # what is loaded stays to the end
        gc.set_threshold(20_000, 20, 20)  # and so does most of what a verb loads besides
        gc.enable()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a fault is one line on stderr and an exit code, never a traceback."""
    if arguments is None:  # in a process of its own
        _load_quickly()
    from listener.cli.faults import explain  # noqa: PLC0415 - only what a run needs is loaded

    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="listener", standalone_mode=False)
    except BaseException as fault:  # noqa: BLE001 - every fault is put into words in one place
        sys.exit(explain(fault))
    sys.exit(code if isinstance(code, int) else 0)

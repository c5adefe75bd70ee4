"""Processes that may be killed: each is a fork of one that has loaded the program, so that it costs no new interpreter.

Run as a program it reads a task a line (JSON: arguments of the command line, or `call` a function by its dotted path), does it in a
child of its own, and answers with a line: how the child ended and what it said. It has no thread and no open file but those two.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What most tasks load anyway.
_LOADED = (
    "listener.cli.session",
    "listener.cli.db",
    "listener.cli.collect",
    "listener.jobs.alert",
    "listener.jobs.digest",
    "listener.jobs.tend",
    "listener.jobs.rematch",
    "listener.delivery.email",
    "listener.delivery.webhook",
    "listener.reports.alert",
    "listener.reports.render",
    "listener.sources.ears",
    "listener.sources.feed",
    "listener.storage.archive",
    "listener.understanding.judge",
    "listener.understanding.language",
    "alembic.command",
    "psycopg",
    "aiohttp",
    "numpy",
)


class Mortals:
    """The one that forks, as a test speaks to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def listener(self, config: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the program to its end, or to where it dies."""
        return self._ask({"args": [*arguments, "--config", str(config)], "environ": environ})

    def call(self, function: str, *given: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Call a function by its dotted path, with strings."""
        return self._ask({"call": function, "args": list(given), "environ": environ})

    def _ask(self, task: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(task["args"], answer["code"], answer["out"], answer["err"])


@contextmanager
def mortals() -> Iterator[Mortals]:
    """Start the one that forks, and stop it afterwards."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.e2e.mortal"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environ, cwd=ROOT
    ) as process:
        try:
            yield Mortals(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


def _serve() -> None:
    for name in _LOADED:
        __import__(name)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_done(json.loads(line))) + "\n")
        sys.stdout.flush()


def _done(task: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            _live(task, out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        for one in (out, err):
            one.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "out": out.read(), "err": err.read()}


def _live(task: dict[str, Any], out: int, err: int) -> None:
    """In the child: never returns."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.environ.update(task["environ"])
    code = 70
    try:
        if "call" in task:
            pkgutil.resolve_name(task["call"])(*task["args"])
            code = 0
        else:
            from listener.cli import main

            main(task["args"])
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException as fault:  # noqa: BLE001 - said to whoever asked
        sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()

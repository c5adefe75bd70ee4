"""What a command loads before it works, in a process of its own as a person starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.databases import fresh_sqlite
from tests.unit.config.config_folders import folder_of

# Libraries that other verbs need: each would make a person wait who only asks how the sources are doing.
HEAVY = [
    "aiohttp",
    "numpy",
    "feedparser",
    "tweepy",
    "requests",
    "textblob",
    "jinja2",
    "babel",
    "starlette",
    "uvicorn",
    "apscheduler",
    "alembic",
    "psycopg",
    "procrastinate",
    "openpyxl",
    "pyarrow",
    "apprise",
    "typst",
    "onnxruntime",
    "argon2",
    "css_inline",
    "rich",
    "aiosmtpd",
    "tomlkit",
]
SAYS = f"""
import atexit, gc, sys

def told():
    print("told", gc.isenabled(), gc.get_freeze_count() > 10_000, sorted(set({HEAVY!r}) & set(sys.modules)))

atexit.register(told)
from listener.cli import main
main()
"""


def test_how_the_sources_do_is_said_without_what_other_verbs_need(tmp_path: Path) -> None:
    """None of their libraries is loaded, and rubbish is looked for again once all is loaded, though not in what is."""
    database = fresh_sqlite(f"sqlite:///{tmp_path / 'listener.db'}")
    folder = folder_of(tmp_path, main=f'[listener]\ndatabase = "{database}"\n')
    run = subprocess.run(
        [sys.executable, "-c", SAYS, "status", "--config", str(folder)], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip().splitlines()[-1] == "told True True []"

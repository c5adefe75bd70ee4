"""Configuration folders for tests: a right one, and what a test changes in it."""

from __future__ import annotations

from pathlib import Path

from listener import sources
from listener.config import Settings, load
from listener.core.errors import ConfigError

KINDS = (*sorted(sources.KINDS),)

BRAND = """
name = "Acme"
query = '"Acme Pumps" OR acme.example'

[[sources]]
key = "acme-news"
kind = "rss"
address = "https://news.example/feed"

[[digests]]
key = "daily"
to = ["team@acme.example"]
"""


def folder_of(tmp_path: Path, *, main: str = "", **brands: str) -> Path:
    """A configuration folder with these texts; one right brand when none is given."""
    folder = tmp_path / "config"
    (folder / "brands").mkdir(parents=True, exist_ok=True)
    (folder / "listener.toml").write_text(main, encoding="utf-8")
    for key, text in (brands or {"acme": BRAND}).items():
        (folder / "brands" / f"{key}.toml").write_text(text, encoding="utf-8")
    return folder


def settings_of(tmp_path: Path, *, main: str = "", environ: dict[str, str] | None = None, **brands: str) -> Settings:
    """What such a folder says."""
    return load(folder_of(tmp_path, main=main, **brands), environ or {}, kinds=KINDS)


def faults_of(tmp_path: Path, *, main: str = "", environ: dict[str, str] | None = None, **brands: str) -> list[str]:
    """What is wrong with such a folder, each line without the path above config/."""
    try:
        settings_of(tmp_path, main=main, environ=environ, **brands)
    except ConfigError as error:
        return [str(fault).removeprefix(f"{tmp_path}/") for fault in error.faults]
    return []

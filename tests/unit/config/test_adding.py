"""Sources added to a page that a person wrote."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest

from listener.config.adding import add_sources, with_sources
from listener.core.errors import ListenerError
from listener.core.model import Source

PAGE = """\
# Our brand.
name = "Acme"   # as people write it
query = '"Acme"'

# The press.
[[sources]]
key   = "press"
kind  = "rss"
address = "https://press.example/feed"   # the old one

# [[sources]]
# key = "later"

# The daily mail.
[[digests]]
key = "daily"
to = ["a@acme.example"]
"""
NEW = [
    Source(key="een", brand="acme", kind="rss", address='https://een.example/?q="a"&b=\\c'),
    Source(key="twee", brand="acme", kind="google-alerts", address="https://www.google.nl/alerts/feeds/1/2"),
]
TITLES = ["Een é ☕", "two\nlines\x00"]


def test_comments_and_order_stay_as_they_are() -> None:
    """Every line that stood there stands there still, in its order; the new sources follow the old, each under its title."""
    after = with_sources(PAGE, NEW, TITLES)
    lines = iter(after.splitlines())
    assert all(line in lines for line in PAGE.splitlines())
    assert "# Een é ☕\n" in after
    assert "# The daily mail.\n[[digests]]\n" in after
    assert "# twolines\n" in after
    assert [one["key"] for one in tomllib.loads(after)["sources"]] == ["press", "een", "twee"]
    assert tomllib.loads(after)["digests"] == tomllib.loads(PAGE)["digests"]


@pytest.mark.parametrize(
    "page",
    [
        "name = 'A'\nquery = 'a'\n",
        "name = 'A'\nquery = 'a'\nsources = []\n",
        "name = 'A'\nquery = 'a'\nsources = [{key = 'a', kind = 'rss', address = 'https://a.example/'}]  # inline\n",
        "name = 'A'\nquery = 'a'\n[[digests]]\nkey = 'daily'\nto = ['a@b.example']",
        "name = 'A'\nquery = 'a'\n[owned]\ndomains = []\n# the end",
        PAGE.replace("\n", "\r\n"),
    ],
)
def test_every_way_of_writing_a_page_can_be_added_to(page: str) -> None:
    """No sources yet, a list on one line, no end of line at the end, line ends of Windows."""
    before = tomllib.loads(page)
    after = tomllib.loads(with_sources(page, NEW, TITLES))
    assert [one["key"] for one in after["sources"]] == [one["key"] for one in before.get("sources", [])] + ["een", "twee"]
    assert {**after, "sources": 0} == {**before, "sources": 0}


def test_a_page_that_cannot_take_them_is_left_alone() -> None:
    """What would change its meaning is not written."""
    with pytest.raises(ListenerError, match=r"cannot be written into the page"):
        with_sources("name = 'A'\nsources = 5\n", NEW, TITLES)


def test_the_page_is_replaced_whole(tmp_path: Path) -> None:
    """Its rights, its mark and the link that leads to it stay; no other file is left behind."""
    real = tmp_path / "real.toml"
    real.write_bytes(b"\xef\xbb\xbf" + PAGE.encode())
    real.chmod(0o640)
    link = tmp_path / "acme.toml"
    link.symlink_to(real)
    add_sources(link, NEW, TITLES)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_bytes().startswith(b"\xef\xbb\xbf# Our brand.")
    assert b'key = "twee"' in real.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["acme.toml", "real.toml"]


def test_a_full_disk_leaves_the_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half-written, in its place or beside it."""
    page = tmp_path / "acme.toml"
    page.write_text(PAGE, encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        add_sources(page, NEW, TITLES)
    assert page.read_text(encoding="utf-8") == PAGE
    assert [one.name for one in tmp_path.iterdir()] == ["acme.toml"]

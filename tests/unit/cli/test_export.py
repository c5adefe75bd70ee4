"""`listener export`."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from listener.cli.export import command
from listener.config.opml import read_opml
from listener.core.errors import ConfigError
from tests.unit.config.config_folders import BRAND, folder_of

PRIVATE = "https://www.reddit.com/.rss?feed=abcdefabcdefabcdefab&user=acme"
SOURCES = {
    "alerts": ("google-alerts", "https://www.google.nl/alerts/feeds/01234567890123456789/1"),
    "press": ("google-news", "Acme Pumps"),
    "films": ("youtube", "UCmolenaar1molenaar2mole"),
    "handle": ("youtube", "@acme"),
    "private": ("reddit", PRIVATE),
    "locked": ("rss", "https://x.example/feed?token=geheim"),
    "posts": ("x", "acme"),
    "wrong": ("youtube", "acme"),
}
PAGE = BRAND.partition("[[digests]]")[0] + "".join(
    f'[[sources]]\nkey = "{key}"\nkind = "{kind}"\naddress = "{address}"\n' for key, (kind, address) in SOURCES.items()
)


def exported(folder: Path, *flags: str) -> Result:
    """The command on a folder."""
    return CliRunner().invoke(command, ["--config", str(folder), *flags], standalone_mode=False, catch_exceptions=False)


def test_feeds_go_out_and_the_rest_is_named(tmp_path: Path) -> None:
    """Recipes as the address they ask; what is no feed, or may open a door, stays here."""
    folder = folder_of(tmp_path, acme=PAGE, other=BRAND.replace("acme-news", "other-news"))
    result = exported(folder, "--opml", "--brand", "acme")
    rows = read_opml(result.stdout_bytes, "out")
    assert [(row.title, row.address) for row in rows] == [
        ("acme-news", "https://news.example/feed"),
        ("alerts", SOURCES["alerts"][1]),
        ("press", "https://news.google.com/rss/search?q=%22Acme+Pumps%22+when%3A7d&hl=nl&gl=NL&ceid=NL:nl"),
        ("films", "https://www.youtube.com/feeds/videos.xml?channel_id=UCmolenaar1molenaar2mole"),
    ]
    left_out = result.stderr.splitlines()
    assert [line.split()[2].rstrip(":") for line in left_out] == ["handle", "private", "locked", "posts", "wrong"]
    assert "geheim" not in result.output
    assert "abcdefabcdef" not in result.output
    everything = read_opml(exported(folder, "--opml", "--secrets").stdout_bytes, "out")
    assert PRIVATE in [row.address for row in everything]
    assert "other-news" in [row.title for row in everything]


def test_the_form_and_the_brand_must_be_known(tmp_path: Path) -> None:
    """Further forms come later; a slip is named."""
    folder = folder_of(tmp_path)
    with pytest.raises(click.UsageError, match="--opml"):
        exported(folder)
    with pytest.raises(ConfigError, match="there is no brand 'akme'"):
        exported(folder, "--opml", "--brand", "akme")

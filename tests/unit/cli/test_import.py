"""`listener import`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from listener.cli import main
from listener.cli.import_ import command, kind_of
from listener.config import load
from listener.core.errors import ConfigError, ListenerError
from tests.unit.config.config_folders import BRAND, KINDS, folder_of

LIST = """<opml version="2.0"><body><outline text="Vak">
<outline text="Pompen Vandaag" xmlUrl="https://pompen.example/feed"/>
<outline text="Pompen Vandaag" xmlUrl="https://pompen.example/tweede"/>
<outline text="Dezelfde" xmlUrl="http://www.pompen.example/feed?utm_source=x"/>
<outline text="Bekend" xmlUrl="https://news.example/feed/"/>
<outline text="Alert" xmlUrl="https://www.google.nl/alerts/feeds/1/2"/>
<outline text="Geen feed"/>
<outline text="Telefoon" xmlUrl="tel:0612345678"/>
<outline text="Login" xmlUrl="https://jan:geheim@x.example/feed"/>
<outline xmlUrl="https://日本.example/feed"/>
</outline></body></opml>"""


def imported(folder: Path, text: str, *flags: str) -> Result:
    """The command on a folder and a list."""
    file = folder.parent / "list.opml"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, [str(file), "--config", str(folder), *flags], standalone_mode=False, catch_exceptions=False)


def test_feeds_become_sources_of_a_brand(tmp_path: Path) -> None:
    """Keys from titles, each once; doubles named; rows that cannot be used listed by number; exit 1 for those."""
    folder = folder_of(tmp_path)
    result = imported(folder, LIST, "--brand", "acme")
    assert result.return_value == 1
    assert result.stdout.splitlines() == [
        "added    pompen-vandaag (rss): Pompen Vandaag",
        "added    pompen-vandaag-2 (rss): Pompen Vandaag",
        "added    alert (google-alerts): Alert",
        "added    xn-wgv71a-example (rss): https://日本.example/feed",
        "skipped  row 4: Dezelfde: is pompen-vandaag already",
        "skipped  row 5: Bekend: is acme-news already",
        f"4 added to {folder}/brands/acme.toml, 2 skipped, 3 refused.",
    ]
    refused = result.stderr.splitlines()
    assert [line.split(":")[0] for line in refused] == ["row 7", "row 8", "row 9"]
    assert "geheim" not in result.output
    [brand] = load(folder, {}, kinds=KINDS).brands
    assert [source.key for source in brand.sources] == [
        "acme-news",
        "pompen-vandaag",
        "pompen-vandaag-2",
        "alert",
        "xn-wgv71a-example",
    ]
    again = imported(folder, LIST)
    assert "0 added" in again.stdout


def test_a_list_without_faults_ends_well(tmp_path: Path) -> None:
    """Doubles are no fault, and a page that gains nothing is not touched."""
    folder = folder_of(tmp_path)
    page = folder / "brands" / "acme.toml"
    before = page.stat().st_mtime_ns
    known = '<opml><body><outline text="x" xmlUrl="https://news.example/feed"/></body></opml>'
    assert imported(folder, known).return_value == 0
    assert page.stat().st_mtime_ns == before


def test_a_brand_must_be_meant(tmp_path: Path) -> None:
    """Where there are two, one is named; keys are unique over both, and each may hear the same feed."""
    folder = folder_of(tmp_path, acme=BRAND, other=BRAND.replace("acme-news", "other-news"))
    with pytest.raises(ConfigError, match=r"--brand: is missing \(there is: acme, other\)"):
        imported(folder, LIST)
    with pytest.raises(ConfigError, match=r"--brand: there is no brand 'akme'"):
        imported(folder, LIST, "--brand", "akme")
    imported(folder, LIST, "--brand", "acme")
    imported(folder, LIST, "--brand", "other")
    keys = [source.key for source in load(folder, {}, kinds=KINDS).sources]
    assert "pompen-vandaag-3" in keys
    assert len(keys) == len(set(keys))


def test_a_hostile_list_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through the program's own door: nothing is written."""
    folder = folder_of(tmp_path)
    with pytest.raises(ListenerError, match="is not OPML"):
        imported(folder, "naam,adres")
    before = (folder / "brands" / "acme.toml").read_bytes()
    with pytest.raises(SystemExit) as ended:
        main(["import", str(tmp_path / "list.opml"), "--config", str(folder)])
    assert ended.value.code == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert (folder / "brands" / "acme.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://www.google.co.uk/alerts/feeds/1/2", "google-alerts"),
        ("https://news.google.com/rss/search?q=x", "google-news"),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UC1", "youtube"),
        ("https://www.reddit.com/r/x/.rss", "reddit"),
        ("https://google.example/feed", "rss"),
    ],
)
def test_the_kind_follows_from_the_place(address: str, kind: str) -> None:
    """A feed whose place is known is heard by whoever knows it."""
    assert kind_of(address) == kind


def test_long_titles_make_keys_that_fit(tmp_path: Path) -> None:
    """Two long titles that begin alike stay two keys."""
    outlines = "".join(f'<outline text="{"lang " * 40}" xmlUrl="https://x.example/{n}"/>' for n in range(12))
    folder = folder_of(tmp_path)
    assert imported(folder, f"<opml><body>{outlines}</body></opml>").return_value == 0
    assert len(load(folder, {}, kinds=KINDS).sources) == 13

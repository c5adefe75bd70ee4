"""`listener parse`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from listener.cli import main
from listener.sources import KINDS

FEED = """<rss version="2.0"><channel><link>https://vakblad.example/</link><language>nl</language>
<item><guid>1</guid><title>H&M één</title><link>/a</link><pubDate>Fri, 14 Nov 2099 08:00:00 +0100</pubDate></item>
<item><title>b</title><author>Jan</author></item></channel></rss>"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    """The exit code, the lines, and what was said on stderr."""
    with pytest.raises(SystemExit) as ended:
        main(["parse", *arguments])
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, [json.loads(line) for line in said.out.splitlines()], said.err


def test_a_document_becomes_one_line_an_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every field has its name; a date in the future is not believed, and stands beside what is."""
    file = tmp_path / "feed.xml"
    file.write_text(FEED)
    before = datetime.now(UTC).replace(microsecond=0)
    code, lines, _ = run(capsys, str(file), "--kind", "rss", "--url", "https://vakblad.example/feed")
    assert code == 0
    believed = datetime.fromisoformat(str(lines[0].pop("published_at")))
    assert before <= believed <= datetime.now(UTC)
    assert lines[0] == {
        "file": str(file),
        "guid": "1",
        "url": "https://vakblad.example/a",
        "link": "https://vakblad.example/a",
        "title": "H&M één",
        "text": "",
        "author": "",
        "stated_at": "2099-11-14T07:00:00+00:00",
        "language": "nl",
        "outlet": "vakblad.example",
    }
    assert (lines[1]["title"], lines[1]["author"]) == ("b", "Jan")
    assert lines[1]["published_at"] is lines[1]["stated_at"] is None


def test_a_file_that_cannot_be_read_is_a_line_and_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Missing, a folder, no feed: one line each, and exit code 1 at the end."""
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(FEED)
    bad.write_text("<html><title>Just a moment…</title></html>")
    code, lines, err = run(capsys, str(tmp_path / "no.xml"), str(bad), str(tmp_path), str(good), "--kind", "rss")
    assert code == 1
    assert [line.get("error", line.get("title")) for line in lines] == [
        "No such file or directory",
        "an HTML page, not a feed (its title: Just a moment…)",
        "Is a directory",
        "H&M één",
        "b",
    ]
    assert err == ""


def test_an_unknown_kind_is_a_fault_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is read; the known kinds are named."""
    code, lines, err = run(capsys, str(tmp_path), "--kind", "rrs")
    assert (code, lines) == (2, [])
    assert "unknown kind 'rrs'; known are app-store, bluesky, google-alerts," in err


def test_a_page_of_x_is_a_document_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The author is whatever the place says of him."""
    file = tmp_path / "page.json"
    file.write_text('{"data": [{"id": "9", "text": "pomp", "author_id": "77"}]}')
    _, [line], _ = run(capsys, str(file), "--kind", "x")
    assert (line["guid"], line["author"], line["outlet"]) == ("9", "77", "x.com")


RECIPES = {
    "app-store": '{"feed": {"entry": {"id": {"label": "9"}, "title": {"label": "pomp"}, "im:rating": {"label": "4"}}}}',
    "bluesky": '{"did": "did:plc:jan", "commit": {"collection": "app.bsky.feed.post", "rkey": "9", "record": {"text": "pomp"}}}',
    "google-alerts": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>9</id><title>pomp</title></entry></feed>",
    "google-news": "<rss version='2.0'><channel><item><guid>9</guid><title>pomp - Blad</title></item></channel></rss>",
    "hacker-news": '{"hits": [{"objectID": "9", "title": "pomp"}]}',
    "mastodon": '[{"uri": "https://x.example/9", "visibility": "public", "content": "<p>pomp</p>"}]',
    "reddit": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>t3_9</id><title>pomp</title></entry></feed>",
    "rss": "<rss version='2.0'><channel><item><guid>9</guid><title>pomp</title></item></channel></rss>",
    "x": '{"data": [{"id": "9", "text": "pomp"}]}',
    "youtube": "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>yt:video:9</id><title>pomp</title></entry></feed>",
}


def test_every_kind_reads_its_own_documents_and_refuses_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One entry of each; a page of HTML is one line for every one of them."""
    assert RECIPES.keys() == KINDS.keys()
    page = tmp_path / "page.html"
    page.write_text("<html><title>Just a moment…</title></html>")
    for kind, text in RECIPES.items():
        file = tmp_path / kind
        file.write_text(text)
        code, [line, refused], _ = run(capsys, str(file), str(page), "--kind", kind)
        assert code == 1
        assert "pomp" in (line["title"], line["text"]), kind
        assert line["guid"], kind
        assert "HTML" in str(refused["error"]), kind

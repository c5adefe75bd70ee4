"""The pictures of the tutorial: the demo is played, and a browser looks at its pages.

python docs/pictures/make.py [--dir FOLDER]   (with a folder of an earlier demo, that one is shown)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1])]

from playwright.sync_api import Browser  # noqa: E402 - after the path

from listener.core.access import INVITED, SIGNED_IN  # noqa: E402 - as above
from listener.demo.play import play  # noqa: E402
from listener.storage.archive import SqlArchive  # noqa: E402
from listener.web import create_web, serve  # noqa: E402 - as above
from listener.web.visiting import digest_of  # noqa: E402 - as above
from tests.chromium import opened  # noqa: E402

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
# Name, address, width and height of what is shown, and where to scroll to.
PICTURES = [
    ("overview", "/brands/molenaar", 960, 760, ""),
    ("why", "/brands/molenaar", 960, 620, "#why"),
    ("mentions", "/brands/molenaar/mentions?q=onderdelen", 960, 680, ""),
    ("mention", "/mentions/{mention}", 960, 760, ""),
    ("story", "/stories/{story}", 960, 640, ""),
    ("coverage", "/brands/molenaar/coverage", 960, 700, ""),
    ("compare", "/compare", 960, 560, ""),
    ("phone", "/brands/molenaar", 360, 760, ""),
]
# Those of whoever signed in.
AT_THE_DESK = [
    ("label", "/desk/label?brand=molenaar", 960, 760, ""),
    ("sample", "/desk/sample?brand=molenaar", 960, 760, ""),
    ("people", "/desk/people", 960, 900, ""),
]
WORD = "a word that opens the pictures only"


@contextmanager
def archive_of(folder: Path | None) -> Iterator[SqlArchive]:
    """The archive of a demo: one that was played already, or a fresh one."""
    if folder is not None:
        with SqlArchive(f"sqlite:///{folder / 'listener.db'}") as archive:
            yield archive
        return
    with tempfile.TemporaryDirectory() as made, play(Path(made), today=TODAY) as played:
        yield played.app.archive


def sign_in(archive: SqlArchive) -> None:
    """Two editors, one of whom looks; and somebody who was invited."""
    for name, brands in (("Els de Vries", ()), ("Piet Jansen", ("molenaar",))):
        if archive.editor(name) is None:
            archive.invite(digest_of(name), name, brands, until=NOW + INVITED, now=NOW)
            archive.accept(digest_of(name), name, "nobody signs in with this", NOW)
    archive.invite(digest_of("invited"), "Ann Bakker", ("hydrovalk",), until=NOW + INVITED, now=NOW)
    known = archive.editor("Els de Vries")
    assert known is not None
    word = digest_of(WORD.replace(" ", "-"))
    archive.end_session(word)
    archive.begin_session(word, known[0].id, until=NOW + SIGNED_IN, now=NOW)


def take(browser: Browser, archive: SqlArchive, scheme: str, language: str) -> None:
    """Look at each page and keep what is seen."""
    app = create_web(
        archive=archive,
        language=language,
        timezone="Europe/Amsterdam",
        clock=lambda: NOW,
        base_url="http://127.0.0.1:8000",
        secret=b"only for pictures, and 32 bytes long",
        open_to_readers=True,
    )
    sign_in(archive)
    since, until = datetime(2026, 11, 15, tzinfo=NOW.tzinfo), datetime(2026, 11, 22, tzinfo=NOW.tzinfo)
    told = archive.story_volumes("molenaar", since=since, until=until, limit=1)[0]
    with serve(app, port=0) as server:
        for name, path, width, height, place in (*PICTURES, *AT_THE_DESK):
            with browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme) as context:  # type: ignore[arg-type]
                if path.startswith("/desk"):
                    context.add_cookies([{"name": "listener-session", "value": WORD.replace(" ", "-"), "url": server.url}])
                page = context.new_page()
                page.goto(server.url.rstrip("/") + path.format(mention=told.first.id, story=told.story))
                if place:
                    page.evaluate(f"document.querySelector('{place}').scrollIntoView()")
                page.screenshot(path=HERE / f"page-{name}.png")
                print(f"page-{name}.png {(HERE / f'page-{name}.png').stat().st_size // 1000} kB")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dir", type=Path, help="the folder of an earlier demo")
    parser.add_argument("--language", default="en", choices=["en", "nl"])
    parser.add_argument("--scheme", default="light", choices=["light", "dark"])
    asked = parser.parse_args()
    with archive_of(asked.dir) as archive, opened() as browser:
        take(browser, archive, asked.scheme, asked.language)


if __name__ == "__main__":
    main()

"""A browser without a screen: asks an application directly, as a server would, and keeps no cookie and no redirect."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import httpx
from starlette.applications import Starlette

from listener.core.model import Cursor
from listener.core.visits import Outcome, Run, SourceState
from listener.web import create_web
from tests import builders as b
from tests.fakes_archive import FakeArchive

SECRET = b"thirty-two bytes and a few more of them"
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@dataclass
class Browser:
    """Visits one application."""

    app: Starlette

    def get(
        self,
        path: str,
        *,
        method: str = "GET",
        host: str = "127.0.0.1:8000",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> httpx.Response:
        """One request and its answer."""

        async def ask() -> httpx.Response:
            # An exception that reaches the server is a fault of the application: it is raised, not answered.
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
                return await client.request(method, path, headers=headers, content=body)

        return asyncio.run(ask())

    def page(self, path: str) -> str:
        """A page that must be there, as HTML."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


def site(archive: FakeArchive, *, language: str = "en", base_url: str = "http://127.0.0.1:8000", now: datetime = NOW) -> Browser:
    """A browser on the pages of an archive."""
    app = create_web(
        archive=archive.port,
        language=language,
        timezone="Europe/Amsterdam",
        clock=lambda: now,
        base_url=base_url,
        secret=SECRET,
    )
    return Browser(app)


def run(source: str = "vakblad", at: datetime = b.NOON, outcome: Outcome = Outcome.NEW, detail: str = "") -> Run:
    """An attempt at a source."""
    return Run(source=source, started_at=at, outcome=outcome, detail=detail)


def state(key: str = "vakblad", *, last: Run | None = None, failures: int = 0, **changes: str) -> SourceState:
    """A source as the archive knows it."""
    return SourceState(
        source=b.source(key=key, **changes),
        cursor=Cursor(),
        revision=1,
        failures=failures,
        next_due_at=NOW + timedelta(minutes=30),
        heard_at=last.started_at if last and last.outcome.heard else None,
        last_run=last,
    )


def archive() -> FakeArchive:
    """An archive with a brand, a source that was heard on each of fourteen days, and one mention."""
    runs = [run(at=b.NOON - timedelta(days=back)) for back in range(14)]
    return FakeArchive(known=[b.brand()], placed=[state(last=runs[0])], attempts=runs, kept=[b.kept(1)])


@dataclass
class Outline(HTMLParser):
    """What a page consists of: its elements with their attributes, its headings, and the text a reader sees."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """All texts, blanks folded."""
        return " ".join(" ".join(self.words).split())


def outline(html: str) -> Outline:
    """The outline of a page."""
    made = Outline()
    made.feed(html)
    made.close()
    return made

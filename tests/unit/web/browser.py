"""A browser without a screen: asks an application directly, as a server would, keeps its cookies, and follows no redirect."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any, Literal, cast
from urllib.parse import urlencode

import httpx
from argon2 import PasswordHasher
from starlette.applications import Starlette

from listener.app.desk import Desk
from listener.core.access import Editor
from listener.core.model import Cursor
from listener.core.visits import Outcome, Run, SourceState
from listener.web import create_web
from listener.web.passwords import Passwords
from tests import builders as b
from tests.fakes_archive import FakeArchive
from tests.unit.web.fake_desk import FakeDesk

SECRET = b"thirty-two bytes and a few more of them"
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@dataclass
class Browser:
    """Visits one application."""

    app: Starlette
    cookies: dict[str, str] = field(default_factory=dict)
    client: str = "127.0.0.1"  # where the browser is

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
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True, client=(self.client, 4711))
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
                kept = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
                return await client.request(method, path, headers={**kept, **(headers or {})}, content=body)

        answer = asyncio.run(ask())
        for given in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(given).items():
                self.cookies.pop(name, None)
                if morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
        return answer

    def send(
        self, path: str, fields: Mapping[str, str], *, form: str | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a form as a browser does from a page of ours; its hidden word is read there first unless `form` is given."""
        word = self.form_of(path) if form is None else form
        said = {"content-type": "application/x-www-form-urlencoded", "origin": "http://127.0.0.1:8000", **(headers or {})}
        return self.get(path, method="POST", headers=said, body=urlencode({"form": word, **fields}).encode())

    def form_of(self, path: str) -> str:
        """The hidden word of the first form of a page; of any page of ours where that address shows none."""
        for one in (path, "/sign-in", "/shares"):
            for given in outline(self.get(one).text).all("input"):
                if given.get("name") == "form":
                    return given["value"] or ""
        return ""

    def page(self, path: str) -> str:
        """A page that must be there, as HTML."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


# Hashing costs nothing here: what is dear about it is tried once, in test_web_passwords.py.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "four words are enough"


def site(
    archive: FakeArchive,
    *,
    language: str = "en",
    base_url: str = "http://127.0.0.1:8000",
    now: datetime = NOW,
    who: Literal["reader", "editor", "stranger"] = "reader",
    **how: Any,
) -> Browser:
    """A browser on the pages of an archive, in the hands of somebody who may read everything, edit everything, or do nothing."""
    app = create_web(
        archive=archive.port,
        language=language,
        timezone="Europe/Amsterdam",
        clock=how.pop("clock", lambda: now),
        base_url=base_url,
        secret=SECRET,
        passwords=Passwords(CHEAP),
        open_to_readers=who == "reader",
        desk=cast("Desk", how.pop("desk", FakeDesk())),
        **how,
    )
    browser = Browser(app)
    if who == "editor":
        enter(browser, archive, now=now, secure=base_url.startswith("https"))
    return browser


def enter(
    browser: Browser,
    archive: FakeArchive,
    name: str = "Els",
    *,
    brands: tuple[str, ...] = (),
    now: datetime = NOW,
    secure: bool = False,
) -> None:
    """Sign an editor in, without the page."""
    known = archive.people.get(name.casefold())
    editor = known[0] if known else Editor(id=len(archive.people) + 1, name=name, brands=brands, made_at=now)
    archive.people[name.casefold()] = known or (editor, CHEAP.hash(PASSWORD))
    word = f"the-word-of-{editor.id}"
    browser.cookies = {"__Host-listener-session" if secure else "listener-session": word}
    archive.begin_session(hashlib.sha256(word.encode()).digest(), editor.id, until=now + timedelta(days=30), now=now)


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

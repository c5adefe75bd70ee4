"""What stands around every page: names, methods, headers, and refusals without a trace."""

from __future__ import annotations

import logging

import pytest
from starlette.routing import Route

from listener.core.errors import StorageError
from listener.web.addresses import PATHS
from tests.unit.web.browser import Browser, archive, outline, site

READABLE = [
    "/brands/molenaar",
    "/brands/molenaar?tone=negative&day=2026-11-20",
    "/brands/molenaar.json",
    "/mentions/1",
    "/mentions/1.json",
    "/sources",
    "/sources.json",
    "/static/page.css",
    "/static/icon.svg",
    "/healthz",
]


@pytest.fixture(scope="module")
def browser() -> Browser:
    """A browser on a small archive."""
    return site(archive())


@pytest.mark.parametrize("path", READABLE)
def test_anyone_may_read_each_page_with_get_and_head(browser: Browser, path: str) -> None:
    """Every page answers GET, and HEAD with the same headers and no body."""
    got, head = browser.get(path), browser.get(path, method="HEAD")
    assert (got.status_code, head.status_code) == (200, 200)
    assert head.headers["content-type"] == got.headers["content-type"]


def test_every_route_is_in_the_list_above(browser: Browser) -> None:
    """A route that is added must be added here too, so that none goes untested."""
    routes = {route.name for route in browser.app.routes if isinstance(route, Route)}
    assert routes == set(PATHS)
    assert len(routes) == 13  # the mail's own links are visited in test_web_subscribing.py, _labelling.py and _evidence.py


@pytest.mark.parametrize("path", ["/", *READABLE])
@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_sent(browser: Browser, path: str, method: str) -> None:
    """Any method but GET and HEAD is refused with the methods that are allowed, and in words."""
    answer = browser.get(path, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert "nothing was changed" in answer.text


@pytest.mark.parametrize("path", ["/", *READABLE, "/nowhere", "/brands/molenaar?tone=furious", "/brands/nobody", "/mentions/99"])
def test_every_answer_carries_the_strict_headers(browser: Browser, path: str) -> None:
    """Refusals and redirects too: an error page is where others had their cross-site scripting."""
    headers = browser.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    if not path.startswith("/static/"):
        assert headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8000",
        "user@127.0.0.1",
        "127.0.0.1 ",
        "[::2]",
        "listener.example.org.",
        "a/b",
        "",
    ],
)
def test_a_foreign_name_is_refused(browser: Browser, host: str) -> None:
    """A name that is not ours is refused whole, never compared in part (DNS rebinding)."""
    answer = browser.get("/sources", headers={"Host": host})
    assert answer.status_code == 400
    assert "does not go by that name" in answer.text
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "LISTENER.example.org", "listener.example.org:443"]
)
def test_our_own_names_are_answered(host: str) -> None:
    """The host of base_url and the names of loopback, on any port."""
    browser = site(archive(), base_url="https://listener.example.org/")
    assert browser.get("/sources", headers={"Host": host}).status_code == 200


def test_an_ipv6_base_url_is_a_name_of_ours() -> None:
    """An IPv6 address stands in brackets in the Host header."""
    browser = site(archive(), base_url="http://[2001:db8::7]:8000")
    assert browser.get("/sources", headers={"Host": "[2001:db8::7]:8000"}).status_code == 200


def test_two_host_headers_are_refused(browser: Browser) -> None:
    """Which of the two counts is a question proxies answer differently."""
    guard = browser.app.user_middleware[0]
    trusts = guard.cls(browser.app, *guard.args, **guard.kwargs).trusts  # type: ignore[attr-defined]
    assert trusts(["127.0.0.1"])
    assert not trusts(["127.0.0.1", "127.0.0.1"])
    assert not trusts([])


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/sources/",
        "/brands/",
        "/brands/nobody",
        "/brands/a/b",
        "/mentions/0",
        "/static/../guard.py",
        "/static/guard.py",
        "/mentions/x",
        "/mentions/" + "9" * 5000,
        "/mentions/9223372036854775808",
        "/%2Fevil.example",
        "/favicon.ico",
    ],
)
def test_what_is_not_there_is_said_in_words(browser: Browser, path: str) -> None:
    """A page that says what to do, in the same dress; never a redirect to somewhere the address names."""
    answer = browser.get(path)
    assert answer.status_code == 404
    assert len(outline(answer.text).all("h1")) == 1
    assert "start from the overview" in answer.text


def test_a_program_is_refused_in_json(browser: Browser) -> None:
    """A twin says no as JSON too."""
    answer = browser.get("/mentions/99.json")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": "Check the address, or start from the overview. A mention keeps its address until it is erased."
    }


def test_a_fault_of_ours_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    """A bug becomes a calm page for the reader and a traceback in the log, without the query string."""
    store = archive()
    store.fault = RuntimeError("SELECT secret FROM /var/lib/listener.db")
    with caplog.at_level(logging.ERROR):
        answer = site(store).get("/brands/molenaar?before=secretplace")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "secretplace" not in caplog.text
    assert "SELECT secret" in caplog.text


@pytest.mark.parametrize("path", ["/", "/brands/molenaar", "/mentions/1", "/sources"])
def test_an_archive_that_cannot_be_read_is_said_and_recovers(path: str) -> None:
    """While the database is away every page says so and when to come back; afterwards they work again."""
    store = archive()
    browser = site(store)
    store.fault = StorageError("/var/lib/listener.db: disk I/O error")
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "/var/lib" not in answer.text
    store.fault = None
    assert browser.get(path).status_code in {200, 302}


def test_a_websocket_is_not_answered(browser: Browser) -> None:
    """There is nothing behind the guard but HTTP."""
    import asyncio

    async def never() -> dict[str, str]:
        raise AssertionError

    async def send(message: object) -> None:
        raise AssertionError(message)

    asyncio.run(browser.app({"type": "websocket", "path": "/"}, never, send))


def test_a_fault_after_the_answer_began_breaks_it_off() -> None:
    """Half an answer is not followed by an error page: the connection ends, and the log knows why."""
    import asyncio

    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.types import Receive, Scope, Send

    from listener.web.guard import Guard

    async def half(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    def problem(request: Request, status: int, sentence: str = "", /) -> Response:
        return PlainTextResponse("no", status)

    async def send(message: object) -> None:
        return

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"a")]}
    with pytest.raises(RuntimeError):
        asyncio.run(Guard(half, hosts=["a"], problem=problem)(scope, receive, send))


def test_static_files_may_be_kept_for_ever(browser: Browser) -> None:
    """Their address holds a fingerprint, so a new version has a new address."""
    html = browser.page("/sources")
    href = next(link["href"] for link in outline(html).all("link") if link["rel"] == "stylesheet")
    assert href is not None
    answer = browser.get(href)
    assert "?v=" in href
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_links_keep_the_path_of_base_url() -> None:
    """Behind a proxy that serves the page under a path, every link and file stays under it."""
    browser = site(archive(), base_url="https://intra.example.org/listener/")
    html = browser.get("/mentions/1", headers={"Host": "intra.example.org"}).text
    made = outline(html)
    inner = [
        link["href"]
        for link in [*made.all("a"), *made.all("link")]
        if link["href"] and not link["href"].startswith("https://vakblad")
    ]
    assert all(href == "#main" or href.startswith("/listener/") for href in inner)
    assert "https://intra.example.org/listener/mentions/1" in html
    assert browser.get("/", headers={"Host": "intra.example.org"}).headers["location"] == "/listener/brands/molenaar"

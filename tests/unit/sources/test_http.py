"""One polite GET at many places: what comes back, and what a bad server cannot do to us."""

from __future__ import annotations

import asyncio
import gc
import itertools
import queue
import threading
import zlib
from collections.abc import Callable, Sequence

import aiohttp
import pytest

from listener import __version__
from listener.core.errors import AccessDenied, SourceError, TooLarge, Unreachable
from listener.sources.http import Answer, Fetcher, Limits, Request, Response, host_key, in_words, user_agent
from listener.sources.turns import Deferred, Gate, Manners
from listener.sources.turns import Line as Loop
from tests.fakes_http import Asked, Line, Script, bomb, endless, page, raw, serving, silent, stalled

LOOPBACK = ("127.0.0.0/8",)
SHORT = Limits(total=5.0, connect=2.0, idle=0.2, size=200_000)


def gzipped(body: bytes) -> bytes:
    """One member of gzip."""
    return zlib.compress(body, wbits=31)


def bare(body: bytes) -> bytes:
    """Deflate without its wrapping."""
    return zlib.compress(body, wbits=-15)


def ears(limits: Limits = SHORT, per_host: int = 1, concurrency: int = 64) -> Fetcher:
    """A fetcher that may visit loopback and has little patience."""
    return Fetcher(allow_private=LOOPBACK, limits=limits, manners=Manners(per_host=per_host), concurrency=concurrency)


def test_an_answer_is_handed_over_as_it_came() -> None:
    """Status, headers in any case, unpacked body and final address; our own User-Agent and the request's headers were sent."""
    with serving({"/feed": page(b"<rss/>", content_type="text/xml", etag='W/"1"')}) as server, ears() as fetcher:
        answer = fetcher.get(Request(url=server.url("/feed"), headers={"If-None-Match": '"0"'}))
    assert (answer.status, answer.body, answer.url) == (200, b"<rss/>", server.url("/feed"))
    assert (answer.headers["ETAG"], answer.headers["content-type"]) == ('W/"1"', "text/xml")
    assert answer.took >= 0
    [asked] = server.asked
    assert asked.headers["if-none-match"] == '"0"'
    assert asked.headers["user-agent"].startswith("Listener/")
    assert asked.headers["accept-encoding"] == "gzip, deflate"


def test_any_status_is_an_answer() -> None:
    """What a 404 or a 500 means is for the kind of place to say, so it is no error here."""
    with serving({"/broken": page(b"sorry", status=500)}) as server, ears() as fetcher:
        assert fetcher.get(Request(url=server.url("/broken"))).status == 500
        assert fetcher.get(Request(url=server.url("/missing"))).body == b"not here"


def test_the_environments_proxy_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would dial for us, past the guard."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with serving({"/": page(b"here")}) as server, ears() as fetcher:
        assert fetcher.get(Request(url=server.url())).body == b"here"


def test_places_are_told_whom_to_turn_to() -> None:
    """The operator's contact travels in the User-Agent, as an address that can be followed."""
    with serving({"/": page()}) as server, Fetcher(allow_private=LOOPBACK, contact="https://me.example") as fetcher:
        fetcher.get(Request(url=server.url()))
    assert server.asked[0].headers["user-agent"] == f"Listener/{__version__} (+https://me.example)"
    assert user_agent("me@x.example") == f"Listener/{__version__} (+mailto:me@x.example)"
    assert user_agent() == f"Listener/{__version__} (self-hosted feed reader)"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzipped),
        ("x-gzip", lambda body: gzipped(body[:7]) + gzipped(body[7:])),
        ("gzip", lambda body: gzipped(body) + b"\0\0\0"),
        ("deflate", zlib.compress),
        ("deflate", bare),
        ("identity", lambda body: body),
    ],
)
def test_a_packed_body_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """Gzip in one or more members, zlib, and the bare deflate that some servers send."""
    body = b"<rss>" + b"a" * 100_000
    with serving({"/": page(pack(body), content_encoding=encoding)}) as server, ears() as fetcher:
        assert fetcher.get(Request(url=server.url())).body == body


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("", gzipped), ("utf-8", gzipped), ("utf-8", bytes), ("gzip", bytes), ("none", bytes), ("GZIP ", gzipped)],
)
def test_a_wrong_word_about_packing_costs_nothing(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """Packed and not said, said and not packed, a charset where it has no business: the first bytes tell."""
    body = b"<rss>" + b"a" * 1_000
    with serving({"/": page(pack(body), content_encoding=encoding)}) as server, ears() as fetcher:
        assert fetcher.get(Request(url=server.url())).body == body


def test_an_empty_body_needs_no_packing() -> None:
    """Servers put Content-Encoding on answers without a body; nothing is missing then."""
    with serving({"/g": page(content_encoding="gzip"), "/d": page(content_encoding="deflate")}) as server, ears() as fetcher:
        assert [fetcher.get(Request(url=server.url(path))).body for path in ("/g", "/d")] == [b"", b""]


@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        (silent, Unreachable, "silent for 0.2 s"),
        (stalled, Unreachable, "silent for 0.2 s"),
        (endless, TooLarge, "more than 200000 bytes"),
        (bomb(64 << 20), TooLarge, "more than 200000 bytes"),
        (bomb(64 << 20, "deflate"), TooLarge, "more than 200000 bytes"),
        (page(b"x" * 200_001), TooLarge, "more than 200000 bytes"),
        (page(b"".join([zlib.compress(b"", wbits=31)] * 15_000), content_encoding="gzip"), TooLarge, "more than 200000 bytes"),
        (page(b"\x1f\x8bx" * 100, content_encoding="gzip"), Unreachable, "damaged"),
        (page(zlib.compress(b"x" * 100, wbits=31)[:-9], content_encoding="gzip"), Unreachable, "broke off"),
        (page(zlib.compress(b"x" * 100)[:-5], content_encoding="deflate"), Unreachable, "broke off"),
        (page(b"x", content_encoding="deflate"), Unreachable, "broke off"),
        (page(b"x", content_encoding="br"), Unreachable, "did not ask for ('br')"),
        (raw(b""), Unreachable, "hung up without an answer"),
        (raw(b"\x16\x03\x01 this is no HTTP\r\n\r\n"), Unreachable, "does not speak HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), Unreachable, "broke off"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000 + b"\r\n\r\n"), Unreachable, "does not speak HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 5_000 + b"\r\n"), Unreachable, "does not speak HTTP"),
    ],
)
def test_a_bad_server_costs_one_line(script: Script, error: type[SourceError], words: str) -> None:
    """Silence, stalls, endless bodies, bombs, damage and garbage each end as a typed error with one line, and soon."""
    with serving({"/": script}) as server, ears() as fetcher:
        [answer] = fetcher.fetch([Request(url=server.url())])
    assert type(answer.result) is error
    assert words in answer.result.detail
    assert "\n" not in answer.result.detail


def test_a_place_that_drips_is_left_when_its_time_is_over() -> None:
    """A byte now and then keeps a connection from being idle; the total time ends it all the same."""

    def drip(_: Asked, line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while line.send(b"x") and not line.over.wait(0.02):
            pass

    with serving({"/": drip}) as server, ears(Limits(total=0.3, idle=5.0)) as fetcher:
        [answer] = fetcher.fetch([Request(url=server.url())])
    assert isinstance(answer.result, Unreachable)
    assert answer.result.detail == "no whole answer within 0.3 s"


def test_a_closed_port_is_unreachable() -> None:
    """Nobody listens there: one line that says so."""
    with serving({}) as server:
        address = server.url()
    with ears() as fetcher, pytest.raises(Unreachable, match="cannot be reached"):
        fetcher.get(Request(url=address))


def test_redirects_are_followed_five_times_at_most() -> None:
    """Relative and absolute, by any of the five statuses; the sixth hop is one too many."""
    chain = {f"/{n}": page(status=status, location=f"/{n + 1}") for n, status in enumerate((301, 302, 303, 307, 308))}
    with serving({**chain, "/5": page(b"there"), "/loop": page(status=302, location="/loop")}) as server, ears() as fetcher:
        answer = fetcher.get(Request(url=server.url("/0")))
        assert (answer.url, answer.body) == (server.url("/5"), b"there")
        with pytest.raises(Unreachable, match="redirected more than 5 times"):
            fetcher.get(Request(url=server.url("/loop")))
    assert len(server.asked) == 6 + 6


def test_a_redirect_with_a_space_is_followed_and_one_to_nowhere_is_said_in_words() -> None:
    """A space in an address is %20 to everybody else; what no address can be made of is no fault of ours."""
    pages = {"/": page(status=302, location="/a b"), "/a%20b": page(b"there"), "/odd": page(status=302, location="http://[::")}
    with serving(pages) as server, ears() as fetcher:
        assert fetcher.get(Request(url=server.url())).body == b"there"
        with pytest.raises(Unreachable, match="no address"):
            fetcher.get(Request(url=server.url("/odd")))


def test_a_redirect_without_a_target_is_an_answer() -> None:
    """Nothing to follow: the kind of place says what a bare 302 means."""
    with serving({"/": page(b"", status=302)}) as server, ears() as fetcher:
        assert fetcher.get(Request(url=server.url())).status == 302


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/",
        "file:///etc/passwd",
        "http://[::1]:22/",
        "gopher://127.0.0.1/",
        "//10.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://192.88.99.1/",
        "http://93.184.216.34:22/",
        "http://127.0.0.1@10.0.0.1/",
    ],
)
def test_every_hop_passes_the_guard(target: str) -> None:
    """A public place cannot lead us behind the wall."""
    with serving({"/": page(status=302, location=target)}) as server, ears() as fetcher:
        [answer] = fetcher.fetch([Request(url=server.url())])
    assert isinstance(answer.result, AccessDenied)
    assert len(server.asked) == 1


def test_secrets_stay_with_the_host_they_were_meant_for() -> None:
    """Validators travel with a redirect, a password or cookie does not leave its host."""
    with serving({"/": page(b"there")}) as there, serving({"/": page(status=301, location=there.url())}) as here, ears() as fetcher:
        headers = {"Authorization": "Bearer s3cret", "Cookie": "a=b", "If-None-Match": '"1"'}
        fetcher.get(Request(url=here.url(), headers=headers))
    assert here.asked[0].headers["authorization"] == "Bearer s3cret"
    assert "authorization" not in there.asked[0].headers
    assert "cookie" not in there.asked[0].headers
    assert there.asked[0].headers["if-none-match"] == '"1"'


def test_a_host_is_asked_one_thing_at_a_time() -> None:
    """Politeness: many feeds of one host queue up; a bench on one loopback host may raise the number."""
    barrier = threading.Barrier(3)
    pair = threading.Barrier(2)
    crowded: list[Asked] = []

    def alone(asked: Asked, line: Line) -> None:
        try:
            pair.wait(timeout=0.05)
            crowded.append(asked)
        except threading.BrokenBarrierError:
            pair.reset()
        page(b"ok")(asked, line)

    def together(asked: Asked, line: Line) -> None:
        barrier.wait(timeout=20)
        page(b"ok")(asked, line)

    with serving({"/": alone, "/together": together}) as server:
        with ears() as fetcher:
            answers = list(fetcher.fetch([Request(url=server.url())] * 4))
            assert (len(answers), crowded) == (4, [])
        with ears(Limits(idle=20.0), per_host=3) as fetcher:
            answers = list(fetcher.fetch([Request(url=server.url("/together"))] * 3))
    assert [answer.result.body for answer in answers if isinstance(answer.result, Response)] == [b"ok"] * 3


def test_one_slow_place_does_not_hold_up_the_others() -> None:
    """Answers come as they come; the place that never speaks comes last, as an error."""
    with serving({"/": silent}) as slow, serving({"/": page(b"ok")}) as quick, ears() as fetcher:
        answers = list(fetcher.fetch([Request(url=slow.url()), *[Request(url=quick.url())] * 5]))
    assert sorted(answer.index for answer in answers) == list(range(6))
    assert answers[-1].index == 0


def test_answers_wait_until_they_are_taken() -> None:
    """Memory stays bounded: with room for two answers, a taker that is slow to take keeps the rest from being asked."""
    taken: queue.SimpleQueue[Sequence[Answer]] = queue.SimpleQueue()
    with serving({"/": page(b"ok")}) as server, ears(concurrency=2, per_host=2) as fetcher:
        batch = fetcher.submit([Request(url=server.url())] * 5, taken.put)
        first, second = taken.get(), taken.get()
        assert len(server.asked) == 2
        batch.taken()
        third = taken.get()
        assert len(server.asked) == 3
        batch.cancel()
        left = [taken.get(), taken.get()]
    assert len({one.index for some in (first, second, third, *left) for one in some}) == 5
    assert [str(one.result) for some in left for one in some] == ["stopped before it answered"] * 2


def test_leaving_early_gives_up_the_rest() -> None:
    """Whoever stops taking answers (Ctrl-C) is not held up by a place that never speaks."""
    with serving({"/": page(b"ok")}) as quick, serving({"/": silent}) as slow, ears(Limits(idle=60.0)) as fetcher:
        for answer in fetcher.fetch([Request(url=quick.url()), Request(url=slow.url())]):
            assert answer.index == 0
            break


def test_closing_under_way_answers_everybody_and_a_later_call_starts_anew() -> None:
    """A worker that waits for answers is not left waiting when another thread closes the fetcher."""
    reached = threading.Event()

    def hold(_: Asked, line: Line) -> None:
        reached.set()
        line.over.wait()

    got: list[Answer] = []
    fetcher = ears(Limits(idle=60.0))
    with serving({"/": hold, "/ok": page(b"ok")}) as server:
        worker = threading.Thread(target=lambda: got.extend(fetcher.fetch([Request(url=server.url())] * 3)))
        worker.start()
        assert reached.wait(20)
        fetcher.close()
        worker.join(20)
        assert [str(one.result) for one in got] == ["stopped before it answered"] * 3
        assert fetcher.get(Request(url=server.url("/ok"))).body == b"ok"
        fetcher.close()
    fetcher.close()


def test_a_fetcher_that_was_not_closed_leaves_nothing_open() -> None:
    """Sockets and the event loop are closed when a fetcher is forgotten; a ResourceWarning would fail this test."""
    with serving({"/": page(b"ok")}) as server:
        fetcher = ears()
        fetcher.get(Request(url=server.url()))
        line = fetcher._line
        assert line is not None
        loop = line.loop
        asyncio.run_coroutine_threadsafe(_settled(), loop).result(20)
        del fetcher, line
        gc.collect()
    assert loop.is_closed()


def test_words_for_faults_of_encryption() -> None:
    """A certificate that is not valid is said as such, on one line; a fault nobody foresaw says its name."""
    fault = aiohttp.ClientConnectorCertificateError(None, Exception("certificate has\nexpired"))  # type: ignore[arg-type]
    assert in_words(fault, SHORT) == "its certificate is not valid: certificate has expired"
    for said, shown in (
        ("400, message:\n  Bad status line:\n\n    b'\\x00'\n    ^", "400, message"),
        ("Got more than 9 bytes when reading: b'aaaa...'.", "Got more than 9 bytes when reading"),
    ):
        odd = aiohttp.ClientResponseError(None, (), message=said)  # type: ignore[arg-type]
        assert in_words(odd, SHORT) == f"does not speak HTTP as it should: {shown}"
    assert in_words(aiohttp.ConnectionTimeoutError(), SHORT) == "no connection within 2 s"
    assert in_words(RuntimeError("odd"), SHORT) == "cannot be heard: RuntimeError: odd"


async def _settled() -> None:
    while len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110 - the tasks that are to end are not ours to wait for
        await asyncio.sleep(0)  # one turn of the loop, no waiting


def test_a_header_that_drips_is_not_waited_for() -> None:
    """A header line now and then keeps a connection from being idle; the time for headers ends it."""

    def drip(_: Asked, line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\n")
        while line.send(b"X: x\r\n") and not line.over.wait(0.02):
            pass

    with serving({"/": drip}) as server, ears(Limits(total=5.0, header=0.3, idle=5.0)) as fetcher:
        [answer] = fetcher.fetch([Request(url=server.url())])
    assert str(answer.result) == "no answer began within 0.3 s"


def test_permanent_redirects_say_where_they_lead() -> None:
    """As far as they are permanent from the first hop on: what comes after a temporary one is temporary too."""
    scripts = {
        "/a": page(status=301, location="/b"), "/b": page(status=308, location="/c"), "/c": page(status=302, location="/d"),
        "/d": page(status=301, location="/e"), "/e": page(b"here"), "/t": page(status=307, location="/a"),
    }  # fmt: skip
    with serving(scripts) as server, ears() as fetcher:
        moved = {path: fetcher.get(Request(url=server.url(path))).moved for path in ("/a", "/d", "/e", "/t")}
        assert moved == {"/a": server.url("/c"), "/d": server.url("/e"), "/e": "", "/t": ""}


def test_a_host_that_asks_for_rest_is_not_asked_the_next_thing() -> None:
    """Three feeds of one host, the first answers 429: the others are not asked; another host is."""
    with serving({"/": page(status=429)}) as busy, serving({"/": page(b"ok")}) as other, ears() as fetcher:
        answers = list(fetcher.fetch([*[Request(url=busy.url())] * 3, Request(url=other.url())]))
    assert len(busy.asked) == 1
    results = [one.result for one in sorted(answers, key=lambda one: one.index)]
    assert sum(isinstance(one, Deferred) for one in results) == 2
    assert isinstance(results[3], Response)
    assert {one.host for one in answers} == {host_key(busy.url()), host_key(other.url())}


def test_a_host_that_is_known_to_rest_is_not_asked_at_all() -> None:
    """What another process was told holds here too."""
    got: queue.SimpleQueue[Sequence[Answer]] = queue.SimpleQueue()
    with serving({"/": page(b"ok")}) as server, ears() as fetcher:
        batch = fetcher.submit([Request(url=server.url())], got.put, resting=[host_key(server.url())], linger=0.01)
        [answer] = got.get()
        batch.cancel()
    assert isinstance(answer.result, Deferred)
    assert server.asked == []


def test_who_would_wait_too_long_is_sent_away() -> None:
    """A host that wants a minute between two requests gets one of ours now; the others come back when it is their turn."""
    manners = Manners(private_gap=60.0, patience=50.0)
    with serving({"/": page(b"ok")}) as server, Fetcher(allow_private=LOOPBACK, manners=manners) as fetcher:
        answers = list(fetcher.fetch([Request(url=server.url())] * 3))
    waits = [one.result.wait for one in answers if isinstance(one.result, Deferred)]
    assert [round(wait or 0) for wait in waits] == [60, 60]
    assert len(server.asked) == 1


def test_a_gap_is_kept_between_two_requests_to_a_host_and_holds_up_no_other() -> None:
    """By the event loop's own clock: the second request to a host begins a gap after the first has ended."""

    async def visits() -> tuple[list[float], float]:
        gate, loop = Gate(Manners()), asyncio.get_running_loop()
        other = Gate(Manners())
        began = loop.time()
        inside: list[float] = []

        async def visit() -> None:
            async with gate.turn("a", 0.05, ()):
                inside.append(loop.time() - began)

        async def elsewhere() -> float:
            async with other.turn("b", 0.05, ()):
                return loop.time() - began

        *_, there = await asyncio.gather(visit(), visit(), visit(), elsewhere())
        assert not gate.idle
        return inside, there

    inside, there = asyncio.run(visits())
    assert [two - one >= 0.049 for one, two in itertools.pairwise(inside)] == [True, True]
    assert there < inside[1]


def test_public_hosts_get_a_gap_and_private_ones_only_the_one_they_are_given() -> None:
    """A kind may want more for its host, never less."""
    fetcher = ears()
    gaps = [
        fetcher._gap(fetcher._guard.url(address), Request(url=address, gap=gap))
        for address, gap in [
            ("http://a.example/", 0.0),
            ("http://a.example/", 60.0),
            ("http://127.0.0.1:1/", 60.0),
            ("http://localhost/", 0),
        ]
    ]
    assert gaps == [1.0, 60.0, 0.0, 0.0]


def test_gates_at_which_nobody_is_are_taken_down_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million hosts in a year must not stay in memory."""
    monkeypatch.setattr("listener.sources.turns._GATES", 2)

    async def gates() -> None:
        line = Loop()
        first, second = line.gate("a", Manners()), line.gate("b", Manners())
        async with first.turn("a", 0.0, ()):
            line.gate("c", Manners())
            assert line.gate("a", Manners()) is first
            assert line.gate("b", Manners()) is not second
        line.close()

    asyncio.run(gates())


def test_a_host_is_remembered_by_its_name_and_an_unusual_port() -> None:
    """Whether by http or https, one host is one host."""
    addresses = ["http://a.example/x", "https://a.example/", "http://a.example:8080/", "nonsense", "http://[::1"]
    assert [host_key(one) for one in addresses] == ["a.example", "a.example", "a.example:8080", "", ""]

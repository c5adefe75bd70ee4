"""Who may be dialled; nothing here dials or looks up anything."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

import pytest

from listener.core.errors import AccessDenied, SourceError, Unreachable
from listener.core.errors import Unreachable as NotFound
from listener.sources import guard
from listener.sources.guard import Guard, GuardedResolver, is_public, networks
from listener.sources.http import Fetcher, Request

NAMES = {
    "pub.test": ["93.184.216.34"],
    "rebind.test": ["93.184.216.34", "127.0.0.1"],
    "v6.test": ["::1"],
    "cgnat.test": ["100.64.1.1"],
    "meta.test": ["169.254.169.254"],
    "nobody.test": [],
}


class Leak(Exception):
    """Something was about to be dialled."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The names above, and old spellings of IPv4 as the C library reads them."""
    if host in NAMES:
        return NAMES[host]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        raise NotFound(f"{host} cannot be found") from None


VECTORS = [
    r"http://127.0.0.1/",
    r"http://localhost.localdomain/",
    r"http://127.1/",
    r"http://2130706433/",
    r"http://0x7f000001/",
    r"http://0177.0.0.1/",
    r"http://0/",
    r"http://0.0.0.0/",
    r"http://[::1]/",
    r"http://[::]/",
    r"http://[::ffff:127.0.0.1]/",
    r"http://[::ffff:7f00:1]/",
    r"http://[64:ff9b::7f00:1]/",
    r"http://[2002:7f00:1::]/",
    r"http://[fe80::1]/",
    r"http://[fd00::1]/",
    r"http://169.254.169.254/latest/meta-data/",
    r"http://100.64.0.1/",
    r"http://10.0.0.1/",
    r"http://192.168.1.1/",
    r"http://172.16.0.1/",
    r"http://198.18.0.1/",
    r"http://224.0.0.1/",
    r"http://255.255.255.255/",
    r"http://192.88.99.1/",
    r"http://[2001:db8::1]/",
    r"http://rebind.test/",
    r"http://v6.test/",
    r"http://cgnat.test/",
    r"http://meta.test/",
    r"http://pub.test:6379/",
    r"http://pub.test:22/",
    r"http://user:pw@127.0.0.1/",
    r"http://127.0.0.1\@pub.test/",
    r"http://pub.test@127.0.0.1/",
    r"file:///etc/passwd",
    r"ftp://127.0.0.1/",
    r"gopher://127.0.0.1/",
    r"dict://127.0.0.1/",
    r"//127.0.0.1/",
    r"http://127。0。0。1/",
    r"http://①②⑦.⓪.⓪.①/",
    r"http:///etc/passwd",
    r"http://[::1",
    r"http://pub.test:0/",
    r"http://pub.test:99999/",
    r"http://@pub.test/",
    r"http://[fe80::1%25eth0]/",
    r"http://[fec0::1]/",
    r"http://[::ffff:0:127.0.0.1]/",
    r"http://[64:ff9b:1::1]/",
    r"http://[3fff::1]/",
    r"http://240.0.0.1/",
    r"http://192.0.0.1/",
    r"http://nobody.test/",
    r"http://xn--/",
    r"http:pub.test",
    r"http://pub.test:443443/",
    r"http://[::127.0.0.1]/",
    r"http://127.0.0.1.:80/",
    r"http://0x7f.1/",
    r"http://0X7F.0.0.0x1/",
    r"http://10.1/",
    r"http://%31%32%37.0.0.1/",
    r"http://127.0.0.1%00.pub.test/",
    r"http://192.0.0.8/",
    r"http://[2001:0:7f00:1::]/",
    r"http://[v1.x]/",
]


@pytest.fixture
def no_dial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a connection, or asking the system for an address, is a leak."""

    def leak(*_: object, **__: object) -> None:
        raise Leak

    for place in ("aiohttp.connector.aiohappyeyeballs.start_connection", "socket.getaddrinfo", "socket.create_connection"):
        monkeypatch.setattr(place, leak)


@pytest.mark.usefixtures("no_dial")
@pytest.mark.parametrize("address", [*VECTORS, "http://pub.test/\n", "http://pub.test/ x", ""])
def test_a_forged_address_is_refused_before_anything_is_dialled(address: str) -> None:
    """Loopback, private, special and disguised addresses, odd schemes, ports and credentials: each one is refused, none dialled."""
    with Fetcher(resolve=resolve) as fetcher:
        [answer] = fetcher.fetch([Request(url=address)])
    assert isinstance(answer.result, SourceError)
    assert "Leak" not in answer.result.detail


def test_a_public_name_gets_as_far_as_the_dial(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the guard lets an ordinary name through, and the address that is dialled is the one it judged."""
    dialled: list[list[Any]] = []

    async def start(*, addr_infos: list[Any], **_: object) -> None:
        dialled.append(list(addr_infos))
        raise OSError(111, "no one answers here")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", start)
    with Fetcher(resolve=resolve) as fetcher:
        [answer] = fetcher.fetch([Request(url="http://pub.test/feed")])
    assert isinstance(answer.result, Unreachable)
    assert [infos[0][4][:2] for infos in dialled] == [("93.184.216.34", 80)]


def test_a_name_that_changes_its_mind_is_dialled_where_it_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: a name is looked up once for a dial, so a second answer (loopback) is never asked for."""
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    dialled: list[list[Any]] = []

    async def flip(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    async def start(*, addr_infos: list[Any], **_: object) -> None:
        dialled.append(list(addr_infos))
        raise OSError(111, "no one answers here")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", start)
    with Fetcher(resolve=flip) as fetcher:
        list(fetcher.fetch([Request(url="http://evil.test/")]))
    assert [infos[0][4][0] for infos in dialled] == ["93.184.216.34"]
    assert answers == [["127.0.0.1"]]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::ffff:93.184.216.34", True),
        ("2002:5db8:d822::1", True),
        ("64:ff9b::5db8:d822", True),
        ("192.88.99.1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:c0a8:0101::1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("fe80::1%eth0", False),
        ("2606:2800:220:1::1%eth0", False),
        ("ff0e::1", False),
        ("239.1.1.1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),  # Teredo carries an IPv4 address of its own
        ("64:ff9b:1::5db8:d822", False),  # a network's own NAT64
        ("2002:c058:6301::1", False),  # 6to4 of the 6to4 relay
        ("::ffff:192.88.99.1", False),
        ("0.0.0.0", False),
        ("not an address", False),
    ],
)
def test_what_counts_as_the_open_internet(address: str, public: bool) -> None:
    """An IPv4 address inside an IPv6 one is judged by itself; scoped, multicast and special ones are closed."""
    assert is_public(address) is public


def test_an_allowed_network_opens_its_addresses_on_any_port() -> None:
    """`allow_private` lets a network through, also where it is written as a mapped address; its neighbours stay closed."""
    open_guard = Guard(networks(["127.0.0.0/8", "10.1.2.3"]))
    assert open_guard.url("http://127.0.0.1:6379/feed").port == 6379
    assert open_guard.url("http://[::ffff:127.0.0.1]:8080/").port == 8080
    open_guard.addresses("feeds.intern", 8000, ["127.0.0.1", "10.1.2.3"])
    with pytest.raises(AccessDenied, match="closed network"):
        open_guard.url("http://10.1.2.4/")
    with pytest.raises(AccessDenied, match="closed network"):
        open_guard.addresses("feeds.intern", 8000, ["127.0.0.1", "192.168.1.1"])
    with pytest.raises(AccessDenied, match="port 8000"):
        open_guard.addresses("mixed.test", 8000, ["127.0.0.1", "93.184.216.34"])


def test_a_network_that_is_none_is_refused_by_its_name() -> None:
    """A slip in the configuration is a ValueError that names it."""
    with pytest.raises(ValueError, match="127"):
        networks(["127.0.0.0/8/9"])


def test_the_resolver_hands_over_the_family_it_was_asked_for() -> None:
    """Every address is judged, and those of the family asked for are handed over."""

    async def both(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]

    async def ask() -> list[list[str]]:
        resolver = GuardedResolver(Guard(), both)
        found = [await resolver.resolve("pub.test", 443, family) for family in (socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6)]
        await resolver.close()
        return [[one["host"] for one in answer] for answer in found]

    everything, four, six = asyncio.run(ask())
    assert everything == [*four, *six]
    assert (len(four), len(six)) == (1, 1)


def test_the_systems_look_up_answers_or_says_in_words_that_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name's addresses come once each; a name without any is Unreachable with the reason."""

    def answer(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host == "nowhere.test":
            raise socket.gaierror(-2, "Name or service not known")
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 2, 17, "", ("93.184.216.34", port))]

    monkeypatch.setattr("socket.getaddrinfo", answer)
    assert asyncio.run(_looked_up("pub.test")) == ["93.184.216.34"]
    with pytest.raises(Unreachable, match=r"nowhere\.test cannot be found: Name or service not known"):
        asyncio.run(_looked_up("nowhere.test"))


async def _looked_up(host: str) -> Sequence[str]:
    return await guard.look_up(host, 80)


def test_a_name_server_that_answers_after_the_end_disturbs_nobody() -> None:
    """An answer for a loop that has been closed is dropped without a word."""
    loop = asyncio.new_event_loop()
    waiting: asyncio.Future[Sequence[str]] = loop.create_future()
    loop.close()
    guard._hand_over(loop, waiting, lambda: waiting.set_result([]))
    assert not waiting.done()


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0177.0.0.1", "0", "0x7f000001", "127.0.0.1.", "%6c.test", "1.2.3.4.5"])
def test_a_number_that_is_no_address_is_no_name_either(host: str) -> None:
    """It is refused by the guard itself, whatever the library below would make of it; names with digits are names."""
    with pytest.raises(AccessDenied):
        Guard().url(f"http://{host}/")
    for name in ("4.test", "0x7f.example", "123.nl", "1e100.net", "xn--80ak6aa92e.com"):
        assert Guard().url(f"http://{name}/").raw_host == name

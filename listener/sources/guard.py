"""Who may be dialled: the open web and the networks an operator named, and nothing that sits behind our own wall.

A feed's address, and every redirect it answers with, is written by someone else. Names are resolved once, every address of
the answer is judged, and the judged address is the one that is dialled, so a second look-up can change nothing.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from listener.core.errors import AccessDenied, Unreachable
from listener.core.values import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_PORTS = frozenset({80, 443})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
# Python 3.11 calls these global: the relay of 6to4 (RFC 7526), documentation (RFC 9637), and a dummy (RFC 7600).
_CLOSED = (ipaddress.ip_network("192.88.99.0/24"), ipaddress.ip_network("3fff::/20"), ipaddress.ip_network("192.0.0.8/32"))
# Digits (also octal and hexadecimal) in every label, or an escape: no host's name.
_NO_NAME = re.compile(r"%|^(?:(?:0x[0-9a-f]*|\d+)(?:\.|$))+$", re.IGNORECASE)
_ODD = re.compile(r"[\\\x00-\x20\x7f]")
_AUTHORITY = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")


def networks(names: Sequence[str]) -> tuple[Network, ...]:
    """Networks by their written form ("127.0.0.0/8", "10.1.2.3"); raises ValueError for one that is none."""
    return tuple(ipaddress.ip_network(name, strict=False) for name in names)


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open internet.

    `ipaddress.is_global`, less the relay network of 6to4, multicast, reserved and scoped addresses. An IPv4 address inside an
    IPv6 one (mapped, 6to4, NAT64) is judged by itself. Anything that is no address is not public.
    """
    found = _address(address)
    if found is None or (isinstance(found, ipaddress.IPv6Address) and found.scope_id):
        return False
    inner = _inner(found)
    if isinstance(inner, ipaddress.IPv6Address) and inner not in _UNICAST:
        return False
    if any(inner in closed for closed in _CLOSED):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


@dataclass(frozen=True, slots=True)
class Guard:
    """The rule for one Listener: the open web on its usual ports, and `allowed` networks on any port."""

    allowed: tuple[Network, ...] = ()

    def url(self, address: str) -> URL:
        """The parsed address, the very object that is dialled; raises AccessDenied when it may not be."""
        if _ODD.search(address):
            raise AccessDenied("the address holds a backslash, a space or a control character")
        authority = _AUTHORITY.match(address)
        if authority and "@" in authority[1]:
            raise AccessDenied("the address holds a user name or password; take it out")
        try:
            url = URL(address)
            scheme, host, port = url.scheme, url.raw_host, url.port
        except ValueError as fault:
            raise AccessDenied(f"not an address that can be visited: {fault}") from fault
        if scheme not in {"http", "https"}:
            raise AccessDenied(f"only http and https are visited, not {scheme or 'an address without a scheme'!r}")
        if not host or not port:
            raise AccessDenied("the address names no host")
        if ":" in host or _address(host) is not None:
            self.addresses(host, port, [host])
        elif _NO_NAME.search(host):
            # Sockets take "127.1", "2130706433" and "0177.0.0.1" for addresses; not every library asks a resolver first.
            raise AccessDenied(f"{host[:60]} is neither a name nor an address as it is written today")
        return url

    def addresses(self, host: str, port: int, found: Sequence[str]) -> None:
        """Judge what a name resolved to; raises AccessDenied when one address, or the port, is out of bounds."""
        if not found:
            raise Unreachable(f"{host} has no address")
        opened = [self._is_allowed(one) for one in found]
        for one, allowed in zip(found, opened, strict=True):
            if not (allowed or is_public(one)):
                where = one if one == host else f"{host} ({one})"
                raise AccessDenied(f"{where} lies in a closed network; [network] allow_private can open it")
        if port not in _PORTS and not all(opened):
            raise AccessDenied(f"port {port} of {host} is not visited; only 80 and 443 are")

    def is_private(self, url: URL) -> bool:
        """Whether an address names, without a look-up, a host of a network that the operator has opened."""
        host = url.raw_host or ""
        return self._is_allowed("127.0.0.1" if host == "localhost" else host)

    def _is_allowed(self, address: str) -> bool:
        found = _address(address)
        if found is None:
            return False
        inner = _inner(found)
        return any(one.version == network.version and one in network for network in self.allowed for one in (found, inner))


class GuardedResolver(AbstractResolver):
    """Resolve a name once and hand over only what the guard let through; the connector dials exactly these."""

    def __init__(self, guard: Guard, resolve: Resolve | None = None) -> None:
        self._guard = guard
        self._resolve = resolve or look_up

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """Addresses of a host, all of them judged; raises AccessDenied or Unreachable."""
        found = await self._resolve(host, port)
        self._guard.addresses(host, port, found)
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in found
            if family in {socket.AF_UNSPEC, socket.AF_INET6 if ":" in one else socket.AF_INET}
        ]

    async def close(self) -> None:
        """Nothing is held open."""


async def look_up(host: str, port: int) -> Sequence[str]:
    """Addresses of a name by the system's resolver; raises Unreachable when it has none.

    Each look-up has a daemon thread of its own: the event loop's shared threads are joined when the program ends, and a name
    server that does not answer would hold up Ctrl-C.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            deliver, value = answer.set_result, list(dict.fromkeys(str(one[4][0]) for one in found))
        except (OSError, UnicodeError) as fault:
            error = Unreachable(f"{host} cannot be found: {getattr(fault, 'strerror', None) or fault}")
            _hand_over(loop, answer, lambda: answer.set_exception(error))
            return
        _hand_over(loop, answer, lambda: deliver(value))

    threading.Thread(target=ask, name=f"look-up {host}", daemon=True).start()
    return await answer


def _hand_over(loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Sequence[str]], deliver: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(lambda: None if answer.done() else deliver())
    except RuntimeError:
        return  # the loop was closed while the name server took its time: nobody waits for this any more


@functools.lru_cache(maxsize=4096)  # asked several times for each request
def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _inner(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address

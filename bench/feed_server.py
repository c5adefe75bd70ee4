"""A process that serves small feeds from many loopback addresses, as slowly as it is told, for benches of whole processes.

Every path is a feed of `items` items, which never changes: who has its ETag gets 304. Linux only (many loopback addresses).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager

_FIRST, _SECOND = (
    ("gemaal", "dijk", "polder", "water", "kade", "sluis", "boezem", "vaart"),
    ("bak", "wacht", "pad", "rand", "zicht"),
)
_WORDS = [f"{first}{second}" for first in _FIRST for second in _SECOND]
_MENTIONS = 5  # each so many items speak of the brand


def _item(path: str, n: int) -> str:
    # Words of its own for each item: copies of one another would be one story, and stories are not what is measured.
    chance = random.Random(f"{path} {n}")
    said = " ".join(chance.choice(_WORDS) + str(chance.randrange(50)) for _ in range(30))
    brand = "Molenaar Pompen levert" if n % _MENTIONS == 0 else "De aannemer levert"
    return (
        f"<item><guid>{path}-{n}</guid><title>Bericht {said[:40]}</title><link>https://h{path}.example/{n}</link>"
        f"<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><description>{brand} {said}</description></item>"
    )


def _body(path: str, items: int) -> bytes:
    listed = "".join(_item(path, n) for n in range(items))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{listed}</channel></rss>'.encode()


def _serve(hosts: int, items: int, latency: float, ready: multiprocessing.Queue[int]) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                path, known = line.split()[1].decode().strip("/"), False
                while (header := await reader.readline()) not in {b"\r\n", b""}:
                    known |= header.lower().startswith(b"if-none-match")
                if latency:
                    await asyncio.sleep(latency)
                if known:
                    writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 0\r\n\r\n')
                else:
                    body = _body(path, items)
                    head = (
                        f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n'
                    )
                    writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, IndexError):
            pass
        finally:
            writer.close()

    async def life() -> None:
        first = await asyncio.start_server(answer, "127.0.1.1", 0)
        port = first.sockets[0].getsockname()[1]
        others = [await asyncio.start_server(answer, f"127.0.{1 + n // 250}.{1 + n % 250}", port) for n in range(1, hosts)]
        ready.put(port)
        await asyncio.gather(*(one.serve_forever() for one in (first, *others)))

    asyncio.run(life())


@contextmanager
def feed_server(*, hosts: int, items: int, latency: float = 0.0) -> Iterator[int]:
    """Serve until left; yields the port. `latency` in seconds before each answer."""
    spawn = multiprocessing.get_context("spawn")
    ready: multiprocessing.Queue[int] = spawn.Queue()
    process = spawn.Process(target=_serve, args=(hosts, items, latency, ready), daemon=True)
    process.start()
    try:
        yield ready.get(timeout=60)
    finally:
        process.terminate()
        process.join(10)


def address(port: int, number: int, host: int) -> str:
    """The address of a feed on one of the hosts."""
    return f"http://127.0.{1 + host // 250}.{1 + host % 250}:{port}/{number}"

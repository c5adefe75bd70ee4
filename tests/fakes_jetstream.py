"""A Jetstream on loopback: it plays its events from a cursor on, and then keeps silent, hangs up, or turns people away.

with streaming(events) as stream:
    ... stream.url ... stream.asked ...
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, web


@dataclass(slots=True)
class Stream:
    """A running stream: where it is, and what it was asked so far."""

    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address to subscribe at."""
        return f"ws://127.0.0.1:{self.port}/subscribe"


def post(
    at: int, text: str, *, did: str = "did:plc:jan", key: str = "k1", operation: str = "create", **record: Any
) -> dict[str, Any]:
    """One event as Jetstream sends it; `at` in microseconds."""
    commit: dict[str, Any] = {"rev": "r", "operation": operation, "collection": "app.bsky.feed.post", "rkey": key}
    if operation != "delete":
        commit |= {"cid": "c", "record": {"$type": "app.bsky.feed.post", "text": text, "langs": ["nl"], **record}}
    return {"did": did, "time_us": at, "kind": "commit", "commit": commit}


def account(at: int, did: str, *, status: str, active: bool = False) -> dict[str, Any]:
    """An account that changes; at `at` microseconds."""
    return {"did": did, "time_us": at, "kind": "account", "account": {"active": active, "did": did, "seq": 1, "status": status}}


@contextlib.contextmanager
def streaming(
    events: Sequence[object], *, status: int = 0, location: str = "", then: str = "close", floor: int = 0
) -> Iterator[Stream]:
    """A stream of these events (bytes and text as they are), from the cursor on; `then` it may "close" or stay "silent".

    `status` answers with that instead of a stream. Below `floor` nothing is had any more, and nobody is told, as with version 1.
    """
    stream, ready, over = Stream(), threading.Event(), threading.Event()

    async def subscribe(request: web.Request) -> web.StreamResponse:
        stream.asked.append(dict(request.query))
        if status:
            return web.Response(status=status, headers={"Location": location} if location else {})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        begin = max(int(request.query["cursor"]), floor)
        for event in events:
            if isinstance(event, bytes):
                await socket.send_bytes(event)
            elif isinstance(event, str):
                await socket.send_str(event)
            elif isinstance(event, dict) and event.get("time_us", begin) >= begin:
                await socket.send_str(json.dumps(event))
        while then == "silent" and not over.is_set() and not socket.closed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(socket.receive(), 0.02)
        await socket.close(code=WSCloseCode.OK)
        return socket

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/subscribe", subscribe)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stream.port = runner.addresses[0][1]
        ready.set()
        await asyncio.to_thread(over.wait)
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="fake-jetstream", daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield stream
    finally:
        over.set()
        thread.join(10)

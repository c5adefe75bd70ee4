"""Bodies as they were before compression, counted while they unpack so that a bomb is stopped at the limit."""

from __future__ import annotations

import zlib
from typing import Protocol

from listener.core.errors import TooLarge, Unreachable

ACCEPTED = "gzip, deflate"
# Not packed, and charsets where they have no business.
_SAYS_NOTHING = frozenset({"", "identity", "none", "binary", "8bit", "utf-8", "utf8", "iso-8859-1"})
_STEP = 256 * 1024
_DEEP = 3
_MEMBERS = 1_000  # of one gzip stream; bgzip makes some hundred of 10 MB
_GZIPPED = b"\x1f\x8b\x08"


class _Plain:
    """A body that is not compressed."""

    whole = True

    def unpack(self, data: bytes, room: int) -> bytes:
        return data[: room + 1]


class _Gzip:
    """RFC 1952, any number of members one after the other; zeroes after the last one are allowed, as gzip itself does."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._members = 1
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._member.eof or not self._begun

    def unpack(self, data: bytes, room: int) -> bytes:
        pieces: list[bytes] = []
        while data and room >= 0:
            if self._member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                self._members += 1
                if self._members > _MEMBERS:
                    # Each costs far more time than its twenty bytes took to send: it counts as more than there is room for.
                    pieces.append(bytes(room + 1))
                    break
                self._member = zlib.decompressobj(31)
            self._begun = True
            piece = self._member.decompress(data, min(_STEP, room + 1))
            pieces.append(piece)
            room -= len(piece)
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return b"".join(pieces)


class _Deflate:
    """RFC 9110 says zlib; some servers send bare deflate, which shows in the first two bytes."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()
        self._head = b""
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._stream.eof or not self._head

    def unpack(self, data: bytes, room: int) -> bytes:
        if not self._begun:
            self._head += data
            if len(self._head) < 2:
                return b""
            data, self._begun = self._head, True
            if data[0] & 0x0F != 8 or int.from_bytes(data[:2], "big") % 31:
                self._stream = zlib.decompressobj(-15)
        pieces: list[bytes] = []
        while data and room >= 0 and not self._stream.eof:
            piece = self._stream.decompress(data, min(_STEP, room + 1))
            pieces.append(piece)
            room -= len(piece)
            data = self._stream.unconsumed_tail
        return b"".join(pieces)


class _Packing(Protocol):
    @property
    def whole(self) -> bool: ...

    def unpack(self, data: bytes, room: int) -> bytes: ...


class Unpacker:
    """Takes a body in pieces and holds at most `limit` bytes of it, as unpacked and as sent.

    Its first two bytes have the last word on gzip: servers pack without saying so, and say so without packing.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._limit = limit
        self._encoding = encoding
        self._packing: _Packing | None = None
        self._head = b""
        self._body = bytearray()
        self._sent = 0

    def take(self, data: bytes) -> None:
        """Take the next piece as it was sent; raises TooLarge beyond the limit and Unreachable when it cannot be unpacked."""
        self._sent += len(data)
        if self._packing is None:
            data = self._head = self._head + data
            if len(data) < 2:
                return
            self._packing = _packing(self._encoding, data)
        try:
            self._body += self._packing.unpack(data, self._limit - len(self._body))
        except zlib.error as fault:
            raise Unreachable(f"the compressed answer is damaged: {fault}", size=len(self._body)) from fault
        # What was sent is counted too: empty gzip members unpack to nothing, for ever.
        if max(len(self._body), self._sent) > self._limit:
            raise TooLarge(f"more than {_size(self._limit)}; cut off", size=self._limit)

    def body(self) -> bytes:
        """The whole body; raises Unreachable when the compressed stream had no end."""
        if self._packing is None:
            if not self._head:
                return b""  # whatever was said of it
            self._packing = _packing(self._encoding, self._head)
            self._body += self._packing.unpack(self._head, self._limit)
        if not self._packing.whole:
            raise Unreachable("the compressed answer broke off", size=len(self._body))
        return unpacked(bytes(self._body), self._limit)


def unpacked(body: bytes, limit: int) -> bytes:
    """A body without the gzip that it may still be in: some servers pack a file that was packed already.

    Raises TooLarge beyond `limit` bytes, and Unreachable when it is damaged.
    """
    for _ in range(_DEEP):
        if not body.startswith(_GZIPPED):
            break
        packing = _Gzip()
        try:
            inner = packing.unpack(body, limit)
        except zlib.error as fault:
            raise Unreachable(f"the compressed answer is damaged: {fault}", size=len(body)) from fault
        if len(inner) > limit:
            raise TooLarge(f"more than {_size(limit)}; cut off", size=limit)
        if not packing.whole:
            raise Unreachable("the compressed answer broke off", size=len(inner))
        body = inner
    return body


def _packing(encoding: str, head: bytes) -> _Packing:
    name = encoding.strip().lower()
    # Said twice it is packed twice, or only said twice; what is left of it shows at the end.
    said = {one.strip() for one in name.split(",")} - _SAYS_NOTHING
    if said <= {"gzip", "x-gzip"}:
        return _Gzip() if head.startswith(b"\x1f\x8b") else _Plain()
    if name == "deflate":
        return _Deflate()
    raise Unreachable(f"the answer is packed in a way we did not ask for ({name[:40]!r})")


def _size(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count} bytes"

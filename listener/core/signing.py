"""Links that say what they may do: signed, for one purpose, until a moment; opaque, since addresses of pages end up in logs."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import UTC, datetime
from enum import StrEnum

from listener.core.errors import ListenerError

FEWEST = 32  # bytes of a secret
_FORM = struct.Struct(">BIQQ")  # version, until (seconds since 1970), and two numbers of ours
_VERSION = 1
_SEAL = 16  # bytes: 128 bits of HMAC-SHA256, which RFC 2104 section 5 allows
_LENGTH = 4 * -(-(_FORM.size + _SEAL) // 3)


class Purpose(StrEnum):
    """What a link may do; a link for one purpose is none for another."""

    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    LABEL = "label"
    SHARE = "share"
    EVIDENCE = "evidence"


class Forged(ListenerError):
    """A link that was not made here, or was changed or cut off on its way."""


class Expired(ListenerError):
    """A link that was ours, and whose time is over."""


def seal(secret: bytes, purpose: Purpose, first: int, second: int = 0, *, until: datetime) -> str:
    """A token for two numbers (0 to 2^64-1): letters, digits, - and _ only.

    Raises ValueError for a secret of less than 32 bytes: a short one can be guessed.
    """
    body = _FORM.pack(_VERSION, int(until.timestamp()), first, second)
    return base64.urlsafe_b64encode(body + _mac(secret, purpose, body)).decode().rstrip("=")


def unseal(secret: bytes, purpose: Purpose, token: str, now: datetime) -> tuple[int, int]:
    """The numbers in a token; raises Forged when it is not ours for this purpose, and Expired when it was."""
    body = _opened(token)
    if body is None or not hmac.compare_digest(body[_FORM.size :], _mac(secret, purpose, body[: _FORM.size])):
        raise Forged("this link was not made here, or was changed or cut off on its way")
    version, until, first, second = _FORM.unpack(body[: _FORM.size])
    if version != _VERSION or now >= datetime.fromtimestamp(until, UTC):
        raise Expired("the time of this link is over")
    return int(first), int(second)


def _opened(token: str) -> bytes | None:
    if not token.isascii() or len(token) > _LENGTH:
        return None
    try:
        body = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    # One text for one token: base64 has spare bits at its end, which would give it several.
    whole = len(body) == _FORM.size + _SEAL and base64.urlsafe_b64encode(body).decode().rstrip("=") == token
    return body if whole else None


def _mac(secret: bytes, purpose: Purpose, body: bytes) -> bytes:
    if len(secret) < FEWEST:
        raise ValueError(f"a secret has at least {FEWEST} bytes")
    return hmac.new(secret, f"listener link {purpose.value}\0".encode() + body, hashlib.sha256).digest()[:_SEAL]

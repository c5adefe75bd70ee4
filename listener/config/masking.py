"""Addresses as they may be shown: whatever in them opens a door is masked."""

from __future__ import annotations

import re

MASK = "***"

# Names of query parameters that carry a credential, whole or as a part ("api_key", "accessToken").
_NAMES = r"token|key|secret|pass|pwd|auth|sig|session|code|credential|jwt"
_PARAMETER = re.compile(rf"([?&;#][^=&;#]*(?:{_NAMES})[^=&;#]*=)[^&;#]+", re.IGNORECASE)
# The token of a private feed of Reddit's ("?feed=0123…&user=name"); elsewhere `feed` says which feed is meant.
_FEED = re.compile(r"([?&;]feed=)[A-Za-z0-9_-]{16,}")
# Long, and letters and digits mixed without a break: made by a machine, so it may be a key. Words and plain numbers are not.
_OPAQUE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{20,}(?![A-Za-z0-9])")
_LOGIN = re.compile(r"(?<=://)([^/?#]*)@")


def masked(address: str) -> str:
    """A web or database address without its password, and without what looks like a key in its path or query."""
    if address.startswith("sqlite:"):
        return address  # a file has no login, and its name is not a key
    shown = _LOGIN.sub(_login, address, count=1)
    shown = _FEED.sub(rf"\1{MASK}", _PARAMETER.sub(rf"\1{MASK}", shown))
    return _OPAQUE.sub(lambda found: f"{found[0][:4]}{MASK}", shown)


def _login(found: re.Match[str]) -> str:
    name, colon, _ = found[1].partition(":")
    return f"{name}:{MASK}@" if colon else f"{MASK}@"

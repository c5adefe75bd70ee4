"""The files a page is dressed with: a fixed table of names, read once, so that no address can reach another file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from listener.core.values import dataclass

_FOLDER = Path(__file__).parent / "static"
_TYPES = {"page.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml", "work.js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; `version` stands in its address, so that a browser may keep it for ever."""

    body: bytes
    media_type: str

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the body's sha256."""
        return hashlib.sha256(self.body).hexdigest()[:12]


def read_assets() -> Mapping[str, Asset]:
    """Every asset, by its name in an address."""
    return {name: Asset((_FOLDER / name).read_bytes(), media_type) for name, media_type in _TYPES.items()}

"""The quick reader and the repairing one over every captured document."""

from __future__ import annotations

import contextlib

from listener.core.errors import ParseError
from listener.sources import quick
from listener.sources.items import Reading
from listener.sources.markup import decoded
from listener.sources.reading import repaired
from tests.unit.sources.captured import captured_feeds

AT = "https://vakblad.example/feed"


def _slowly(body: bytes) -> Reading | None:
    with contextlib.suppress(ParseError):
        return repaired(decoded(body).strip("\ufeff\0 \t\r\n"), AT)
    return None


def test_captured_documents_are_read_alike() -> None:
    """Whatever the quick reader takes, it reads as the repairing reader does; and it takes nearly all of them."""
    taken, large, taken_of_large, differing = 0, 0, 0, []
    paths = captured_feeds()
    for path in paths:
        body = path.read_bytes()
        with contextlib.suppress(ParseError):
            found = quick.read(body, AT, "")
            large += len(body) >= 4096
            if found is not None:
                taken += 1
                taken_of_large += len(body) >= 4096
                if found != _slowly(body):
                    differing.append(path.name)
    assert differing == []
    assert taken >= 0.85 * len(paths)
    assert taken_of_large >= 0.85 * large

"""Where the captured documents are: outside the repository, so what needs them skips itself where they are not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

_SHARED = Path(os.environ.get("LISTENER_SHARED") or Path(__file__).resolve().parents[4] / "shared")


def captured_feeds(prefix: str = "") -> Sequence[Path]:
    """The captured feed documents whose names begin with a prefix; skips the test where there are none."""
    folder = _SHARED / "data" / "feeds"
    found = sorted(one for one in folder.glob(f"{prefix}*") if one.suffix != ".csv") if folder.is_dir() else []
    if not found:
        pytest.skip("the captured documents are not here (LISTENER_SHARED names their folder)")
    return found

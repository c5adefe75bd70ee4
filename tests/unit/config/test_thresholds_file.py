"""The file of thresholds: not needed, in versions, and refused with all its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from listener.config.thresholds import FILE, load_thresholds
from listener.core.errors import ConfigError
from listener.core.thresholds import SHIPPED

GOOD = '[[version]]\nnumber = 1\non = 2026-12-01\nauthor = "Ann"\nvalues = { complaints = 8 }\n'


def test_without_a_file_the_shipped_ones_hold(tmp_path: Path) -> None:
    """Nobody has to write one."""
    assert load_thresholds(tmp_path) == SHIPPED


def test_a_file_sets_its_own(tmp_path: Path) -> None:
    """Also with a byte order mark and the line ends of Windows."""
    (tmp_path / FILE).write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    (one,) = load_thresholds(tmp_path)
    assert (one.author, one["complaints"], one["fit_names"]) == ("Ann", 8, 30)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (GOOD.replace("8", "0.5").encode(), "complaints: it counts something"),
        (b"x = [", "is not TOML"),
        (b"x = '\xff'", "is not UTF-8"),
        (b"", r"there is no \[\[version\]\]"),
        (b"x = " + b"[" * 9999, "is not TOML"),
    ],
)
def test_a_senseless_file_is_refused_by_name(tmp_path: Path, content: bytes, word: str) -> None:
    """With the file's name in each line."""
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"thresholds.toml.*{word}"):
        load_thresholds(tmp_path)


def test_a_folder_in_its_place_cannot_be_read(tmp_path: Path) -> None:
    """And is told as such."""
    (tmp_path / FILE).mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load_thresholds(tmp_path)

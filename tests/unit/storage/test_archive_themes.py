"""The archive's memory of themes: a day's stay as they were kept first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.core.errors import StorageError
from listener.core.themes import Theme
from listener.storage.archive import SqlArchive
from tests.builders import FRIDAY, NOON, brand

DAY = timedelta(days=1)
ONE = Theme(phrase="nieuwe leverdatum", language="nl", mentions=(3, 1), stories=2, voices=2)
TWO = Theme(phrase="customer service", language="en", mentions=(2,), stories=1, voices=1)


def test_themes_come_back_as_they_were_kept(archive: SqlArchive) -> None:
    """Latest day first, in their order, and the second to keep a day changes nothing."""
    archive.sync((brand(),), (), (), NOON)
    archive.keep_themes("molenaar", FRIDAY, (ONE, TWO))
    archive.keep_themes("molenaar", FRIDAY, (TWO,))
    archive.keep_themes("molenaar", FRIDAY + DAY, ())
    archive.keep_themes("molenaar", FRIDAY - DAY, (TWO,))
    week = archive.themes("molenaar", since=FRIDAY - 7 * DAY, until=FRIDAY + DAY)
    assert list(week) == [(FRIDAY, ONE), (FRIDAY, TWO), (FRIDAY - DAY, TWO)]
    assert list(archive.themes("molenaar", since=FRIDAY - DAY, until=FRIDAY)) == [(FRIDAY - DAY, TWO)]
    assert archive.themes("nobody", since=FRIDAY, until=FRIDAY + DAY) == []
    with pytest.raises(StorageError, match="not in the archive"):
        archive.keep_themes("nobody", FRIDAY, (ONE,))

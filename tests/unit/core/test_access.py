"""Names, passwords, patience and standing: the rules of the door."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.access import (
    NOBODY,
    Need,
    Share,
    ShareState,
    Visitor,
    fit_name,
    fit_password,
    patience,
    same_name,
)

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_visitor_meets_what_is_no_more_than_theirs() -> None:
    """Nobody meets nothing but what is public, and sees no brand."""
    assert [NOBODY.meets(need) for need in Need] == [True, False, False]
    assert [Visitor(meets_up_to=Need.READER).meets(need) for need in Need] == [True, True, False]
    assert [Visitor(meets_up_to=Need.EDITOR).meets(need) for need in Need] == [True, True, True]
    assert not NOBODY.sees("molenaar")
    assert not NOBODY.unbounded
    assert Visitor(brands=None).sees("molenaar")
    assert Visitor(brands=None).unbounded
    assert not Visitor(brands=None, since=date(2026, 11, 1)).unbounded
    assert Visitor(brands=frozenset({"bol"})).sees("bol")
    assert not Visitor(brands=frozenset({"bol"})).sees("molenaar")


def test_a_share_is_open_until_it_ends_or_is_revoked() -> None:
    """Revoked goes before expired."""
    share = Share(id=1, brand="bol", made_by="Els", made_at=NOW, expires_at=NOW + MINUTE)
    assert share.standing(NOW) is ShareState.OPEN
    assert share.standing(NOW + MINUTE) is ShareState.EXPIRED
    revoked = Share(id=1, brand="bol", made_by="Els", made_at=NOW, expires_at=NOW + MINUTE, revoked_at=NOW)
    assert revoked.standing(NOW) is revoked.standing(NOW + MINUTE) is ShareState.REVOKED


@pytest.mark.parametrize("written", ["Els de Vries", " els  de vries ", "ELS DE VRIES", "Ｅls de Vries"])
def test_a_name_is_the_same_however_it_is_written(written: str) -> None:
    """Case, width and blanks aside."""
    assert same_name(written) == "els de vries"


@pytest.mark.parametrize(
    ("name", "fit"),
    [("Els", True), ("e" * 100, True), ("", False), (" Els", False), ("e" * 101, False), ("a\nb", False), ("\u202eEls", False)],
)
def test_what_somebody_can_be_called(name: str, fit: bool) -> None:
    """Something that can be printed on one line, and is not too long."""
    assert fit_name(name) is fit


@pytest.mark.parametrize(
    ("password", "fit"),
    [
        ("four words are enough", True),
        ("correct-horse", True),
        ("elevenchars", False),
        ("a" * 12, False),
        ("abcdabcdabcd", False),
        ("x" * 199 + "abcde", False),
        ("annemarie 2026!", False),
        ("Annemarieannemarie", False),
        ("annemarie kookt soep", True),
    ],
)
def test_what_will_do_as_a_password(password: str, fit: bool) -> None:
    """Long, with some different signs, and not the name with a year behind it."""
    assert fit_password(password, "Annemarie") is fit


def test_a_password_need_not_differ_from_no_name() -> None:
    """Where nobody has a name yet."""
    assert fit_password("four words are enough", "")


@given(st.integers(0, 10_000), st.integers(1, 3600))
def test_patience_only_grows_and_has_an_end(failures: int, longest: int) -> None:
    """The first mistakes cost nothing; no wait is longer than the longest."""
    wait, next_ = patience(failures, timedelta(seconds=longest)), patience(failures + 1, timedelta(seconds=longest))
    assert timedelta() <= wait <= next_ <= timedelta(seconds=longest)
    assert (wait == timedelta()) == (failures <= 4)

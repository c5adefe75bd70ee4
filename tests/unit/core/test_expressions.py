"""What listener.core.expressions promises: a pattern of `re`, compiled when it is first used."""

from __future__ import annotations

import re

import pytest

from listener.core.expressions import late


def test_a_late_expression_does_what_the_pattern_does() -> None:
    """Its methods and attributes are the pattern's, with the flags it was given."""
    found = late("a+", re.IGNORECASE)
    assert found.findall("aAb") == re.compile("a+", re.IGNORECASE).findall("aAb") == ["aA"]
    assert found.sub("-", "xAay") == "x-y"
    assert found.pattern == "a+"


def test_a_late_expression_is_compiled_once_and_only_when_used() -> None:
    """A fault in it is told on first use, and a method that was used is kept."""
    wrong = late("(")
    with pytest.raises(re.error):
        wrong.search("x")
    found = late("a")
    assert "search" not in vars(found)
    assert found.search("a") is not None
    assert found.search is vars(found)["search"]
    with pytest.raises(AttributeError):
        _ = found.colour  # type: ignore[attr-defined]

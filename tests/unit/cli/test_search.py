"""`listener search`: the archive by words and filters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.databases import fresh_sqlite
from tests.e2e.house import Feeds, configure, listener


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A household that has heard three items."""
    with Feeds() as feeds:
        feeds.show("/feed", 1, 2, 3)
        made = configure(tmp_path, ("forum", feeds.address("/feed")))
        fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
        assert listener(made, "collect").returncode == 0
    return made


def test_words_find_what_has_them_all(config: Path) -> None:
    """In any order, whatever their case; the address stands below, the count at the end."""
    result = listener(config, "search", "DOET", "molenaar", "2")
    assert result.returncode == 0
    assert "(mention 2)" in result.stdout
    assert "https://forum.example/2" in result.stdout
    assert "https://forum.example/1" not in result.stdout
    assert result.stderr.strip() == "1 of 1, the newest."


def test_filters_alone_decide_and_the_limit_holds(config: Path) -> None:
    """Without words everything that passes the filters is there, newest first, and how many more there are is said."""
    result = listener(config, "search", "--brand", "molenaar", "--since", "2026-11-20", "--limit", "2")
    assert result.stdout.count("(mention ") == 2
    assert result.stderr.strip() == "2 of 3, the newest."
    assert listener(config, "search", "--until", "2026-11-20").stderr.strip() == "Nothing found."


def test_json_is_a_list_of_the_pages_own_rows(config: Path) -> None:
    """A program gets every field under the names that the page gives them."""
    rows = json.loads(listener(config, "search", "bericht", "--json", "--tone", "unsure").stdout)
    assert rows == [one for one in json.loads(listener(config, "search", "--json").stdout) if one["tone"] == "unsure"]
    (row,) = json.loads(listener(config, "search", '"bericht 3"', "--json").stdout)
    assert (row["brand"], row["link"], row["url"]) == (
        "molenaar",
        "https://forum.example/3",
        f"http://127.0.0.1:8000/mentions/{row['id']}",
    )


@pytest.mark.parametrize("words", ['"', '"bericht', "-", "AND OR", "NEAR(", "*", "😀", "a" * 100_000])
def test_whatever_is_typed_is_no_fault(config: Path, words: str) -> None:
    """Words are words, not a syntax."""
    result = listener(config, "search", words)
    assert result.returncode == 0
    assert "Traceback" not in result.stderr


def test_a_brand_that_is_not_there_is_named(config: Path) -> None:
    """With those that are."""
    result = listener(config, "search", "pomp", "--brand", "molen")
    assert result.returncode == 2
    assert "molenaar" in result.stderr

"""A brand's query changed in its page."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.config.changing import change_query, with_query
from listener.core.errors import ListenerError

PAGE = """\
# our brand
name = "Molenaar"
query = '"Molenaar Pompen"'  # since 2024

[[sources]]
key = "a"  # first
kind = "rss"
address = "https://a.example/feed"
"""


def test_only_the_query_changes() -> None:
    """Comments, order and everything else stay, byte for byte."""
    after = with_query(PAGE, "pomp* NOT {LEK}")
    assert after == PAGE.replace("""'"Molenaar Pompen"'""", "'pomp* NOT {LEK}'")
    assert with_query(after, "pomp* NOT {LEK}") == after


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_query_can_be_written(query: str) -> None:
    """Quotes, apostrophes, backslashes, line ends and signs of every script are read back as they were."""
    if "\r" in query:
        return  # TOML reads every line end as one
    after = with_query(PAGE, query)
    assert tomllib.loads(after) == {**tomllib.loads(PAGE), "query": query}


def test_a_page_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """Its mark and rights stay; what says the same is not written again; what cannot be written is refused."""
    page = tmp_path / "m.toml"
    page.write_bytes(b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode())
    page.chmod(0o640)
    assert change_query(page, "one OR\ntwo")
    assert page.read_bytes().startswith(b"\xef\xbb\xbf# our brand\r\n")
    assert page.stat().st_mode & 0o777 == 0o640
    assert not change_query(page, "one OR\ntwo")
    assert [one.name for one in tmp_path.iterdir()] == ["m.toml"]
    with pytest.raises(ListenerError, match="cannot be written"):
        with_query(PAGE, "\ud800")

"""A brand's page changed one thing at a time: its comments and order stay, and nothing that cannot be read is ever written."""

from __future__ import annotations

import threading
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.config.editing import Change, Stale, add_page, change_page, fingerprint, with_change
from listener.config.starting import brand_page, operator_page
from listener.core.errors import ConfigError, ListenerError
from listener.sources import KINDS

PAGE = """\
# Our own words about the brand.
name  = "Molenaar"   # as it stands on the roof
query = '"Molenaar Pompen"'

# The press.
[[sources]]
key = "press"
kind = "rss"
address = "https://a.example/feed"   # asked for it by mail
every = "30m"

# The forum, since 2024.
[[sources]]
key = "forum"
kind = "rss"
address = "https://b.example/feed"

# What we mail.
[[digests]]
key = "daily"
to = ["a@x.example"]
at = "07:30"
# The end.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A configuration of one brand; its page."""
    (tmp_path / "config" / "brands").mkdir(parents=True)
    (tmp_path / "config" / "listener.toml").write_text(operator_page("nl", ""))
    made = tmp_path / "config" / "brands" / "molenaar.toml"
    made.write_text(PAGE)
    return made


def change(page: Path, change: Change, seen: str | None = None) -> str:
    """Write a change into a page."""
    return change_page(page, fingerprint(page) if seen is None else seen, change, environ={}, kinds=tuple(KINDS))


@pytest.mark.parametrize(
    ("made", "gone", "new"),
    [
        (Change(values={"name": "Molenaar & Zn"}), ['name  = "Molenaar"   # as it stands on the roof'], ['name  = "Molenaar & Zn"   # as it stands on the roof']),
        (
            Change(part="sources", key="press", values={"address": "https://c.example/", "every": "1h"}),
            ['address = "https://a.example/feed"   # asked for it by mail', 'every = "30m"'],
            ['address = "https://c.example/"   # asked for it by mail', 'every = "1h"'],
        ),
        (Change(part="sources", key="press", values={"every": None}), ['every = "30m"'], []),
        (Change(part="sources", key="forum", values={"every": "2h"}), [], ['every = "2h"']),
        (
            Change(part="sources", key="press", values={}, remove=True),
            ["# The press.", "[[sources]]", 'key = "press"', 'kind = "rss"', 'address = "https://a.example/feed"   # asked for it by mail', 'every = "30m"', ""],
            [],
        ),
        (
            Change(part="sources", key="forum", values={}, remove=True),
            ["# The forum, since 2024.", "[[sources]]", 'key = "forum"', 'kind = "rss"', 'address = "https://b.example/feed"', ""],
            [],
        ),
        (Change(part="digests", key="daily", values={}, remove=True), ["# What we mail.", "[[digests]]", 'key = "daily"', 'to = ["a@x.example"]', 'at = "07:30"'], []),
        (
            Change(part="sources", key="news", values={"kind": "google-news", "address": "Molenaar", "every": "30m"}, add=True),
            [],
            ["[[sources]]", 'key = "news"', 'kind = "google-news"', 'address = "Molenaar"', 'every = "30m"', ""],
        ),
        (Change(part="digests", key="daily", values={"to": ["b@x.example", "c@x.example"]}), ['to = ["a@x.example"]'], ['to = ["b@x.example", "c@x.example"]']),
    ],
)  # fmt: skip
def test_only_the_lines_of_a_change_are_others(page: Path, made: Change, gone: list[str], new: list[str]) -> None:
    """Every comment and every other line stays where it was, but for the comment right above a table that goes."""
    seen = fingerprint(page)
    assert change(page, made) == fingerprint(page) != seen
    before, after = ([line for line in text.splitlines() if line] for text in (PAGE, page.read_text()))
    assert Counter(before) - Counter(after) == Counter(filter(None, gone))
    assert Counter(after) - Counter(before) == Counter(filter(None, new))
    stay = [line for line in before if line not in gone]
    assert [line for line in after if line in stay and line not in new] == [line for line in stay if line not in new], (
        "in their order"
    )
    assert [one.name for one in page.parent.iterdir()] == ["molenaar.toml"], "nothing is left beside it"


def test_the_last_table_of_its_kind_may_go_and_come_back(page: Path) -> None:
    """Digests and sources alike."""
    change(page, Change(part="digests", key="daily", values={}, remove=True))
    assert "digests" not in tomllib.loads(page.read_text())
    change(page, Change(part="digests", key="daily", values={"to": ["a@x.example"], "at": "08:00", "language": "en"}, add=True))
    assert tomllib.loads(page.read_text())["digests"] == [{"key": "daily", "to": ["a@x.example"], "at": "08:00", "language": "en"}]
    assert "# The end." in page.read_text()


def test_a_file_that_changed_meanwhile_is_not_overwritten(page: Path) -> None:
    """Whoever saves second is told, and so is whoever edits what is gone."""
    seen = fingerprint(page)
    change(page, Change(values={"name": "First"}), seen)
    with pytest.raises(Stale):
        change(page, Change(values={"name": "Second"}), seen)
    assert tomllib.loads(page.read_text())["name"] == "First"
    for gone in (
        Change(part="sources", key="nowhere", values={"every": "1h"}),
        Change(part="digests", key="x", values={}, remove=True),
    ):
        with pytest.raises(Stale):
            change(page, gone)
    with pytest.raises(ListenerError, match="is there already"):
        change(page, Change(part="sources", key="press", values={"kind": "rss", "address": "https://x.example/"}, add=True))


def test_of_twenty_who_save_at_once_one_wins(page: Path) -> None:
    """Never half of one and half of another."""
    seen, won = fingerprint(page), []

    def save(number: int) -> None:
        try:
            change(page, Change(values={"name": f"Name {number}"}), seen)
            won.append(number)
        except Stale:
            pass

    threads = [threading.Thread(target=save, args=(number,)) for number in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(won) == 1
    assert tomllib.loads(page.read_text())["name"] == f"Name {won[0]}"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Change(values={"name": ""}), "name: must not be empty"),
        (Change(values={"query": '"unclosed'}), "query"),
        (Change(part="sources", key="press", values={"address": "javascript:alert(1)"}), "sources[0].address"),
        (Change(part="sources", key="press", values={"every": "1s"}), "sources[0].every"),
        (Change(part="sources", key="../x", values={"kind": "rss", "address": "https://x.example/"}, add=True), "sources[2].key"),
        (
            Change(part="sources", key="y", values={"kind": "nonsense", "address": "https://x.example/"}, add=True),
            "unknown kind 'nonsense'",
        ),
        (Change(part="digests", key="daily", values={"to": ["nobody"]}), "digests[0].to"),
        (Change(part="digests", key="daily", values={"to": []}), "digests[0].to"),
        (Change(part="digests", key="daily", values={"at": "25:00"}), "digests[0].at"),
    ],
)
def test_what_cannot_be_read_is_not_written(page: Path, made: Change, words: str) -> None:
    """The fault names its place, and not where a copy was tried."""
    with pytest.raises(ConfigError) as fault:
        change(page, made)
    assert words in str(fault.value)
    assert "/tmp" not in str(fault.value)
    assert str(fault.value).startswith("config/brands/molenaar.toml")
    assert page.read_text() == PAGE


def test_a_new_brand_gets_a_page_and_never_anothers(page: Path) -> None:
    """Its key in the way is said; a page that cannot be read is not written."""
    text = brand_page(name="Bol", key="bol", language="nl", domain="", to=())
    new = page.with_name("bol.toml")
    add_page(new, text, environ={}, kinds=tuple(KINDS))
    assert new.read_text() == text
    with pytest.raises(Stale):
        add_page(new, text, environ={}, kinds=tuple(KINDS))
    with pytest.raises(ConfigError):
        add_page(page.with_name("x.toml"), 'name = "X"\n', environ={}, kinds=tuple(KINDS))
    assert sorted(one.name for one in page.parent.iterdir()) == ["bol.toml", "molenaar.toml"]


def test_a_page_of_a_windows_editor_stays_one(page: Path) -> None:
    """Its mark and its line ends."""
    page.write_bytes(b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode())
    change(page, Change(values={"name": "Anders"}))
    change(page, Change(part="sources", key="press", values={}, remove=True))
    data = page.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# Our own")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_inline_tables_are_changed_too(page: Path) -> None:
    """As a program may have written them."""
    inline = 'name = "M"\nquery = "molenaar"\nsources = [{key = "a", kind = "rss", address = "https://a.example/"}, {key = "b", kind = "rss", address = "https://b.example/"}]\n'
    page.write_text(inline)
    change(page, Change(part="sources", key="a", values={"every": "1h"}))
    change(page, Change(part="sources", key="c", values={"kind": "rss", "address": "https://c.example/"}, add=True))
    change(page, Change(part="sources", key="b", values={}, remove=True))
    kept = tomllib.loads(page.read_text())["sources"]
    assert [(one["key"], one.get("every")) for one in kept] == [("a", "1h"), ("c", None)]


def test_a_fingerprint_of_nothing_is_empty(tmp_path: Path) -> None:
    """A page that is gone is another one."""
    assert fingerprint(tmp_path / "gone.toml") == ""


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@settings(max_examples=60, deadline=None)
@given(name=WORDS, address=WORDS, which=st.sampled_from(["press", "forum"]), to=st.lists(WORDS, max_size=4))
def test_whatever_is_written_is_read_back_as_it_was_meant(name: str, address: str, which: str, to: list[str]) -> None:
    """Or refused; nothing else in the page changes its meaning."""
    before: dict[str, Any] = tomllib.loads(PAGE)
    text = PAGE
    for made in (
        Change(values={"name": name}),
        Change(part="sources", key=which, values={"address": address}),
        Change(part="digests", key="daily", values={"to": to}),
        Change(part="sources", key="new", values={"kind": "rss", "address": name}, add=True),
    ):
        text = with_change(text, made)
    after = tomllib.loads(text)
    assert after["name"] == name
    assert after["digests"] == [before["digests"][0] | {"to": to}]
    assert after["query"] == before["query"]
    expected = [one | ({"address": address} if one["key"] == which else {}) for one in before["sources"]]
    assert after["sources"] == [*expected, {"key": "new", "kind": "rss", "address": name}]

"""The first configuration: whatever a brand is called, what is written can be read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.config import load, starting
from listener.core.query import parse_query
from listener.sources import load as load_kind
from tests.unit.config.config_folders import KINDS, settings_of

NAMES = [
    "Molenaar Pompen",
    'De "Echte" Bakker',
    "Back\\slash",
    "H&M",
    "C++",
    "bol.com",
    "Café ☕ Noord",
    "{x} (y)",
    "'t Hoekje",
    "AND",
    "a*b?",
    "3",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_makes_pages_that_can_be_read(tmp_path: Path, name: str) -> None:
    """Quotes, backslashes, signs of the query language: the file says the name as it is, and its query is right."""
    page = starting.brand_page(name=name, key="brand", language="nl", domain="merk.example", to=["a@example.org"])
    read = settings_of(tmp_path, main=starting.operator_page("nl", "merk.example"), brand=page)
    [one] = read.brands
    assert one.brand.name == name
    assert one.brand.owned.domains == ("merk.example",)
    assert read.smtp.sender == "Listener <listener@merk.example>"
    assert one.digests[0].to == ("a@example.org",)
    assert [source.kind for source in one.sources] == ["google-news", "hacker-news", "mastodon"][: 2 if name == "3" else 3]
    for source in one.sources:
        assert load_kind(source.kind).place(source).startswith("https://")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_is_a_toml_string(text: str) -> None:
    """What is written comes back, whatever it holds; only lone surrogates, which no file can hold, become question marks."""
    assert tomllib.loads(f"a = {starting.toml_text(text)}")["a"] == text.encode("utf-8", "replace").decode()


def test_sources_need_no_account_and_speak_the_brands_language(tmp_path: Path) -> None:
    """Google News by edition, Mastodon by hashtag, Hacker News; what takes an account or traffic stands there as comments."""
    page = starting.brand_page(name="Molenaar Pompen", key="molenaar", language="nl", domain="", to=[])
    [one] = settings_of(tmp_path, molenaar=page).brands
    assert {source.key: (source.kind, source.address, source.language, source.country) for source in one.sources} == {
        "molenaar-google-news": ("google-news", "Molenaar Pompen", "nl", "NL"),
        "molenaar-hacker-news": ("hacker-news", "Molenaar Pompen", "nl", "NL"),
        "molenaar-mastodon": ("mastodon", "#molenaarpompen", "nl", "NL"),
    }
    assert one.digests == ()
    english = starting.brand_page(name="Miller Pumps", key="miller", language="en", domain="", to=[])
    assert '# kind = "bluesky"' in english
    assert '# kind = "google-alerts"' in english
    assert '# kind = "x"' in english


def test_what_stands_in_comments_works_when_the_signs_are_taken_away(tmp_path: Path) -> None:
    """A person who follows the comments gets a configuration that is right."""
    page = starting.brand_page(name="Molenaar Pompen", key="molenaar", language="nl", domain="", to=[])
    starts = ("# [[", "# key =", "# kind =", "# address =", "# every =", "# to =", "# at =", "# language =")
    lines = [line.removeprefix("# ") if line.startswith(starts) else line for line in page.splitlines()]
    [one] = settings_of(tmp_path, molenaar="\n".join(lines)).brands
    assert [source.kind for source in one.sources] == ["google-news", "hacker-news", "mastodon", "bluesky", "google-alerts", "x"]
    assert one.sources[-1].address == '"Molenaar Pompen"'
    assert one.digests[0].to == ("you@example.org",)


@pytest.mark.parametrize(
    ("name", "domain", "query"),
    [
        ("Molenaar Pompen", "molenaarpompen.nl", '"Molenaar Pompen" OR molenaarpompen OR molenaarpompen.nl'),
        ("Acme", "", '"Acme"'),
        ("bol.com", "bol.com", '"bol.com"'),
        ("C++", "", '"C++"'),
    ],
)
def test_the_first_query(name: str, domain: str, query: str) -> None:
    """The phrase, the name written as one word, and the site, each once."""
    assert starting.query_for(name, domain) == query
    assert parse_query(query).text == query


def test_a_name_without_letters_has_no_hashtag() -> None:
    """Mastodon knows no tags of digits or signs."""
    assert starting.joined("24 7") == ""
    assert 'kind = "mastodon"' not in starting.brand_page(name="24/7", key="b", language="nl", domain="", to=[])


def test_the_checked_in_example_can_be_read() -> None:
    """What stands in the repository's config/ is right, and says every brand's sources and digests."""
    example = load(Path(__file__).parents[3] / "config", {}, kinds=KINDS)
    assert example.sources
    assert example.digests
    assert Path(__file__).parents[3].joinpath("config/listener.toml").read_text(encoding="utf-8") == starting.operator_page(
        "nl", "example.org"
    )

"""`listener why`: why an item is in, or is not, or was never seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from listener.cli.why import addresses
from tests.databases import fresh_sqlite
from tests.e2e.house import Feeds, configure, listener, rows

NEITHER = "<item><guid>7</guid><title>Iets anders</title><link>https://forum.example/7</link><description>Pompen van een molenaar</description></item>"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A household that has heard a feed with a mention and something else."""
    with Feeds() as feeds:
        feeds.show("/feed", 1)
        feeds.pages["/feed"] = feeds.pages["/feed"].replace(b"</channel>", NEITHER.encode() + b"</channel>")
        made = configure(tmp_path, ("forum", feeds.address("/feed")))
        fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
        assert listener(made, "collect").returncode == 0
    return made


def requery(config: Path, query: str) -> None:
    """Change the brand's query."""
    file = config / "brands" / "molenaar.toml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(f"query = '{query}'" if line.startswith("query") else line for line in lines))


def test_a_mention_is_explained_by_its_clause(config: Path) -> None:
    """By which clause of which version, when, and by which source."""
    words = listener(config, "why", "http://www.forum.example/1?utm_source=mail").stdout
    assert 'molenaar: a mention, by "Molenaar Pompen" (query version ' in words
    assert "shown by forum, first seen " in words
    (entry,) = json.loads(listener(config, "why", "https://forum.example/1", "--json").stdout)["entries"]
    (brand,) = entry["brands"]
    assert (brand["mention"], brand["would_match"], brand["clause"], brand["media"]) == (True, True, '"Molenaar Pompen"', "earned")
    assert brand["query_version"] == brand["version_now"]


def test_what_a_mention_wants_is_explained(tmp_path: Path) -> None:
    """The words that make it a complaint, and who judged it; an item that wants nothing says only who judged."""
    angry = (
        "<item><guid>8</guid><title>Molenaar Pompen</title><link>https://forum.example/8</link><description>{}</description></item>"
    )
    with Feeds() as feeds:
        feeds.show("/feed", 1)
        said = angry.format("Al drie weken wacht ik op Molenaar Pompen, en geen reactie op mijn mail.")
        feeds.pages["/feed"] = feeds.pages["/feed"].replace(b"</channel>", said.encode() + b"</channel>")
        made = configure(tmp_path, ("forum", feeds.address("/feed")))
        fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
        assert listener(made, "collect").returncode == 0
    words = listener(made, "why", "https://forum.example/8").stdout
    assert "complaint, for “al drie weken” + " in words
    assert "“geen reactie”" in words
    assert "intent rules " in words
    (entry,) = json.loads(listener(made, "why", "https://forum.example/8", "--json").stdout)["entries"]
    (brand,) = entry["brands"]
    assert brand["intent"] == "complaint"
    assert "geen reactie" in brand["intent_reasons"]


def test_what_failed_is_named(config: Path) -> None:
    """An item that is stored and no mention."""
    result = listener(config, "why", "https://forum.example/7")
    assert result.returncode == 0
    assert "molenaar: no mention (query version " in result.stdout
    assert '- "Molenaar Pompen": not in title or text' in result.stdout


def test_a_query_that_has_changed_since_is_told_apart(config: Path) -> None:
    """What stands there, and what today's query would do."""
    requery(config, "pompen AND NOT Molenaar")
    words = listener(config, "why", "https://forum.example/1").stdout
    assert "a mention, by" in words
    assert "would not catch it:" in words
    assert "excluded by NOT Molenaar: Molenaar is there" in words
    requery(config, "pompen")
    words = listener(config, "why", "https://forum.example/7").stdout
    assert "no mention; today's query" in words
    assert "would catch it, by pompen" in words


def test_what_nobody_has_shown_says_who_was_heard(config: Path) -> None:
    """And what a person can do about it."""
    words = listener(config, "why", "https://elders.example/9").stdout
    assert "No source has shown https://elders.example/9." in words
    assert "forum (rss): 1 of 1 visits, last heard " in words
    assert "no source listens to elders.example itself" in words
    row = json.loads(listener(config, "why", "nothing", "--json").stdout)
    assert (row["stored"], row["entries"], row["advice"]) == (False, [], [])


def test_a_source_that_listens_there_is_named(tmp_path: Path) -> None:
    """Its feed may have dropped the item; and one that fails is named."""
    made = configure(tmp_path, ("nu", "http://127.0.0.1:1/feed"))
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    listener(made, "collect")
    words = listener(made, "why", "http://127.0.0.1/oud").stdout
    assert "nu listens to 127.0.0.1" in words
    assert "nu could not be heard lately" in words
    assert "nu (rss): 0 of 1 visits, never heard" in words


def test_a_source_of_words_listens_to_its_places(tmp_path: Path) -> None:
    """Of X the address is a search; its posts stand on x.com all the same."""
    config = configure(tmp_path)
    page = config / "brands" / "molenaar.toml"
    page.write_text(page.read_text() + '[[sources]]\nkey = "op-x"\nkind = "x"\naddress = "pomp"\n')
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    words = listener(config, "why", "https://x.com/i/status/1").stdout
    assert "op-x listens to x.com" in words
    assert "or was taken back" in words


def test_without_sources_that_is_the_reason(tmp_path: Path) -> None:
    """Nothing listens."""
    made = configure(tmp_path)
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    assert "no source is configured" in listener(made, "why", "https://nu.nl/1").stdout


def test_an_address_has_several_forms() -> None:
    """As given, its key, and the key of a post on X."""
    assert list(addresses("https://www.nu.nl/1?utm_source=x")) == ["https://www.nu.nl/1?utm_source=x", "https://nu.nl/1"]
    assert list(addresses("nu.nl/1")) == ["nu.nl/1", "https://nu.nl/1"]
    assert list(addresses("https://twitter.com/acme/status/12"))[-1] == "https://x.com/i/status/12"
    assert list(addresses("tag:nothing here")) == ["tag:nothing here"]


def test_a_near_miss_is_remembered_without_its_entry(config: Path, tmp_path: Path) -> None:
    """Which part kept it out, and when, also once the entry itself is gone."""
    requery(config, "Molenaar NOT doet")
    with Feeds() as feeds:
        feeds.show("/feed", 8)
        page = config / "brands" / "molenaar.toml"
        page.write_text(
            page.read_text().rstrip() + f'\n[[sources]]\nkey = "two"\nkind = "rss"\naddress = "{feeds.address("/feed")}"\n'
        )
        assert listener(config, "collect", "two").returncode == 0
    rows(config, "DELETE FROM entry WHERE link LIKE '%/8'")
    words = listener(config, "why", "https://forum.example/8").stdout
    assert "molenaar: only just no mention on " in words
    assert "excluded by NOT doet: doet is there" in words
    (row,) = json.loads(listener(config, "why", "https://forum.example/8", "--json").stdout)["near_misses"]
    assert (row["failure"], row["part"]) == ("excluded", "NOT doet")

"""`listener query`: check, preview and translate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from listener.cli.query import command
from listener.core.errors import ConfigError, QueryError
from tests.databases import fresh_sqlite
from tests.e2e.house import Feeds, configure, listener


def asked(*arguments: str) -> Result:
    """What the verb answers."""
    return CliRunner().invoke(command, arguments)


def test_a_query_is_checked_in_words_and_as_json() -> None:
    """Its normal form, its version, its terms, and what is probably not meant."""
    query = "bol OR Molenaar  NEAR/5 (pomp* OR {ING}) AND NOT lang:en OR pom* OR po*"
    row = json.loads(asked("check", query, "--json").stdout)
    assert row["query"] == "bol OR Molenaar NEAR/5 (pomp* OR {ING}) AND NOT lang:en OR pom* OR po*"
    assert row["terms"] == ["bol", "Molenaar", "pomp*", "{ING}", "pom*", "po*"]
    assert len(row["version"]) == 12
    assert [warning.split()[0] for warning in row["warnings"]] == ["column", "NOT", "bol", "pom*"]
    assert '"po*" fits very many words' in row["warnings"][0]
    assert "{Bol}" in row["warnings"][2]
    words = asked("check", query).stdout.splitlines()
    assert words[0] == row["query"]
    assert words[1] == f"version  {row['version']}"
    assert sum(line.startswith("warning") for line in words) == 4
    assert '"and" is looked for as a word' in asked("check", "acme and pomp").stdout
    assert "{ING}" in asked("check", "ING").stdout
    assert "terms    none" in asked("check", "site:nu.nl").stdout


def test_a_fault_is_exit_code_two_with_a_caret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the command line, and from a file."""
    assert isinstance(asked("check", "foo OR NOT bar").exception, QueryError)
    assert asked("check").exit_code == 2
    file = tmp_path / "query.txt"
    file.write_text("\ufefffoo\n", encoding="utf-8")
    assert asked("check", "--query-file", str(file)).stdout.splitlines()[0] == "foo"
    assert asked("check", "bar", "--query-file", str(file)).exit_code == 2
    assert asked("check", "--query", "foo").stdout.splitlines()[0] == "foo"
    assert asked("check", "bar", "--query", "foo").exit_code == 2
    file.write_bytes(b"\xff")
    assert isinstance(asked("check", "--query-file", str(file)).exception, ConfigError)


def test_a_query_of_another_tool_is_translated() -> None:
    """The query, then what was lost; or both as JSON."""
    query = "acme AND sourcetype:ONLINENEWS"
    row = json.loads(asked("translate", "--from", "talkwalker", query, "--json").stdout)
    assert row["query"] == "acme"
    assert [sorted(one) for one in row["lost"]] == [["column", "effect", "part", "why"]]
    assert (row["lost"][0]["part"], row["lost"][0]["column"]) == ("sourcetype:ONLINENEWS", 10)
    words = asked("translate", "--from", "talkwalker", query).stdout
    assert words.startswith("acme\n")
    assert "column 10: sourcetype:ONLINENEWS" in words
    assert asked("translate", "--from", "x", "acme").stdout == "acme\n"
    assert isinstance(asked("translate", "--from", "x", "-acme").exception, QueryError)


def test_the_dialect_is_never_guessed() -> None:
    """Without a name there is no translation."""
    assert asked("translate", "acme").exit_code == 2
    assert asked("translate", "--from", "nobody", "acme").exit_code == 2


def test_our_query_goes_out_as_well() -> None:
    """To X, Google Alerts and Brandwatch, or from one of them to another."""
    assert asked("translate", "--to", "google-alerts", "a1 OR b1 NEAR/3 c1").stdout == "a1 OR (b1 AROUND(3) c1)\n"
    assert asked("translate", "--to", "brandwatch", "a1 AND NOT b1").stdout == "a1 NOT b1\n"
    assert asked("translate", "--from", "meltwater", "--to", "x", "a1 and b1").stdout == "a1 b1\n"
    row = json.loads(asked("translate", "--to", "x", "acme NEAR pump", "--json").stdout)
    assert (row["query"], row["queries"], row["longest"]) == ("acme pump", ["acme pump"], 512)
    assert row["lost"][0]["part"] == "acme NEAR/4 pump"


def test_a_query_that_is_too_long_for_x_is_several() -> None:
    """Each on a line of its own, and told why."""
    query = " OR ".join(f"leverancier{number}" for number in range(90))
    result = asked("translate", "--to", "x", query)
    assert len(result.stdout.splitlines()) == 3
    assert "512 characters" in result.stderr
    assert len(json.loads(asked("translate", "--to", "x", query, "--json").stdout)["queries"]) == 3


def test_a_query_is_tried_on_what_is_stored(tmp_path: Path) -> None:
    """What it would gain and lose, in words and as JSON; nothing changes."""
    with Feeds() as feeds:
        feeds.show("/feed", 1, 2, 3)
        config = configure(tmp_path, ("forum", feeds.address("/feed")))
        fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
        assert listener(config, "collect").returncode == 0
    narrow = listener(config, "query", "preview", "molenaar", "--query", "doet AND title:2", "--json")
    row = json.loads(narrow.stdout)
    assert (row["entries"], row["stored"], row["matched"], row["gained"], row["lost"]) == (3, 3, 1, 0, 2)
    assert {one["title"] for one in row["losses"]} == {"Bericht 1", "Bericht 3"}
    assert row["losses"][0]["clause"] == '"Molenaar Pompen"'
    assert row["per_week"] == {"stored": 21.0, "matched": 7.0}
    words = listener(config, "query", "preview", "molenaar", "--query", "doet AND title:2").stdout
    assert "+0 / \u22122" in words
    assert "Gone (the newest 2 of 2):" in words
    later = listener(config, "query", "preview", "molenaar", "--query", "doet", "--since", "2999-01-01", "--json")
    assert json.loads(later.stdout)["entries"] == 0
    assert listener(config, "query", "preview", "nobody", "--query", "doet").returncode == 2
    fault = listener(config, "query", "preview", "molenaar", "--query", "NOT doet")
    assert (fault.returncode, fault.stderr.splitlines()[-1]) == (2, "  ^")


def test_a_tried_query_is_put_to_work(tmp_path: Path) -> None:
    """Written into the page with its comments, a version from then on, asked of the archive; a second time nothing changes."""
    with Feeds() as feeds:
        feeds.show("/feed", 1, 2, 3)
        config = configure(tmp_path, ("forum", feeds.address("/feed")))
        fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
        assert listener(config, "collect").returncode == 0
    page = config / "brands" / "molenaar.toml"
    page.write_text("# ours\n" + page.read_text())
    applying = ("query", "preview", "molenaar", "--query", "doet AND title:2", "--apply")
    row = json.loads(listener(config, *applying, "--json").stdout)
    assert (row["gained"], row["lost"]) == (0, 2)
    assert (row["applied"]["written"], row["applied"]["gained"], row["applied"]["lost"], row["applied"]["done"]) == (
        True,
        0,
        2,
        True,
    )
    assert page.read_text().startswith("# ours\n")
    assert "query = 'doet AND title:2'" in page.read_text()
    again = json.loads(listener(config, *applying, "--json").stdout)
    assert (again["stored"], again["gained"], again["lost"]) == (1, 0, 0)
    assert (again["applied"]["written"], again["applied"]["version"]) == (False, row["applied"]["version"])
    words = listener(config, "why", "https://forum.example/1").stdout
    assert "was a mention (query version " in words
    assert "title:2: not in the title" in words or "title:2" in words
    back = listener(config, "query", "preview", "molenaar", "--query", '"Molenaar Pompen"', "--apply").stdout
    assert "In the archive: 2 mentions more, 0 put away." in back
    assert listener(config, "query", "preview", "molenaar", "--query", "NOT a", "--apply").returncode == 2
    assert "query = '\"Molenaar Pompen\"'" in page.read_text()


def test_exclusions_are_proposed_from_labelled_items(tmp_path: Path) -> None:
    """In words and as JSON, with the line of a file that is no labelled item."""
    config = configure(tmp_path)
    file = tmp_path / "labels.jsonl"
    rows_ = [{"text": f"Molenaar Pompen in het cafe {n}", "about_us": False} for n in range(5)]
    rows_ += [{"title": f"Molenaar Pompen levert {n}", "about_us": True} for n in range(5)]
    file.write_text("\n".join(map(json.dumps, rows_)) + "\n\n")
    words = listener(config, "query", "suggest", "molenaar", "--labelled", str(file)).stdout
    assert "NOT cafe\n      would remove 5 of 5 rightly, 0 of 5 wrongly" in words
    assert "listener query preview molenaar --query '(\"Molenaar Pompen\") NOT (cafe)'" in words
    row = json.loads(listener(config, "query", "suggest", "molenaar", "--labelled", str(file), "--json").stdout)
    assert row["exclusions"][0]["part"] == "NOT cafe"
    file.write_text('{"text": "x", "about_us": true}\n')
    assert "Nothing can be said yet" in listener(config, "query", "suggest", "molenaar", "--labelled", str(file)).stdout
    file.write_text("".join(json.dumps({"text": "Molenaar Pompen", "about_us": n % 2 == 0}) + "\n" for n in range(20)))
    assert "No phrase tells them apart" in listener(config, "query", "suggest", "molenaar", "--labelled", str(file)).stdout
    assert listener(config, "query", "suggest", "nobody", "--labelled", str(file)).returncode == 2
    for line, why in (
        ("{", "not a JSON"),
        ("[]", "not a JSON object"),
        ('{"text": 1, "about_us": true}', '"text"'),
        ('{"text": "x", "about_us": 1}', '"about_us"'),
    ):
        file.write_text(f'{{"text": "x", "about_us": true}}\n{line}\n')
        fault = listener(config, "query", "suggest", "molenaar", "--labelled", str(file))
        assert (fault.returncode, "line 2" in fault.stderr, why in fault.stderr) == (2, True, True), fault.stderr

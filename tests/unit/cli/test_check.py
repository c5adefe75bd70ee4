"""`listener check`: what would be listened to, in words and as JSON, without touching a source."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from listener.cli import main
from listener.cli.check import command
from listener.core.errors import ConfigError
from tests.databases import fresh_sqlite
from tests.unit.config.config_folders import BRAND, folder_of

MOLENAAR = r"""
name = "Molenaar Pompen"
query = '"Molenaar Pompen"   OR   molenaarpompen.nl'
owned = { domains = ["molenaarpompen.nl"], x = ["1234567"] }
[[sources]]
key = "molenaar-news"
kind = "rss"
address = "https://news.example/feed?q=pomp&token=geheim"
every = "90m"
[[sources]]
key = "molenaar-x"
kind = "x"
address = '"Molenaar Pompen"'
every = "1d"
[[digests]]
key = "daily"
to = ["a@molenaar.example", "b@molenaar.example"]
at = "07:30"
"""

ALL_WELL = """
[listener]
base_url = "https://listen.example"
[smtp]
host = "mail.molenaar.example"
sender = "Listener <listener@molenaar.example>"
[network]
contact = "listener@molenaar.example"
[x]
monthly_budget = 25
"""


def checked(folder: Path, *flags: str, environ: dict[str, str] | None = None) -> Result:
    """The command on a folder."""
    return CliRunner().invoke(command, ["--config", str(folder), *flags], env=environ, catch_exceptions=False)


def found(folder: Path, **environ: str) -> dict[str, Any]:
    """What it finds, as a program reads it."""
    result = checked(folder, "--json", environ=environ)
    assert result.exit_code == 0
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture(autouse=True)
def _nothing_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here may leave the machine, nor even look up a name."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a place was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_it_says_in_words_what_would_be_listened_to(tmp_path: Path) -> None:
    """Brand, query in normal form, sources with their pace, digests with their next hour, the most that X may cost."""
    folder = folder_of(tmp_path, main=ALL_WELL, molenaar=MOLENAAR)
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    result = checked(folder, environ={"LISTENER_X_BEARER_TOKEN": "t"})
    assert result.exit_code == 0
    text = result.stdout
    assert text.startswith("Molenaar Pompen (molenaar, Dutch)\n  query    ")
    assert "  owned    molenaarpompen.nl, x:1234567\n" in text
    assert "  sources  molenaar-news  rss  every 90m  https://news.example/feed?q=pomp&token=***\n" in text
    assert '           molenaar-x     x    every 1d   "Molenaar Pompen"\n' in text
    assert "  digests  molenaar/daily  daily  next " in text
    assert " 07:30  Europe/Amsterdam  to a@molenaar.example, b@molenaar.example\n" in text
    assert "X costs  US$ 25.00 a month at most, for molenaar-x\n" in text
    assert "1 brand, 2 sources, 1 digest" in text
    assert text.endswith("Nothing is missing.\n")
    assert "geheim" not in text
    assert "\x1b" not in text


def test_it_says_the_same_to_programs(tmp_path: Path) -> None:
    """With --json the whole survey is one object."""
    answer = found(folder_of(tmp_path, main=ALL_WELL, molenaar=MOLENAAR), LISTENER_X_BEARER_TOKEN="t")
    [brand] = answer["brands"]
    assert (brand["key"], brand["language"], brand["owned"]) == ("molenaar", "nl", ["molenaarpompen.nl", "x:1234567"])
    assert [source["every"] for source in brand["sources"]] == ["90m", "1d"]
    assert brand["digests"][0]["next_at"][11:16] == "07:30"
    assert answer["x"] == {"sources": 1, "monthly_budget": 25.0}
    assert answer["missing"] == ["the database does not exist yet: `listener db upgrade` makes it"]
    assert answer["doubts"] == []


def test_an_address_that_would_never_be_visited_is_said_beforehand(tmp_path: Path) -> None:
    """A password in it, a closed network, another port, the example's own dots: the guard's words, without dialling."""
    bad = ("http://u:geheim@x.example/f", "http://10.0.0.1/f", "http://x.example:8080/f", "https://www.google.nl/alerts/feeds/…/…")
    sources = "".join(f"\n[[sources]]\nkey = 's{n}'\nkind = 'rss'\naddress = '{one}'\n" for n, one in enumerate(bad))
    folder = folder_of(tmp_path, main=ALL_WELL, brand=f"name = 'Acme'\nquery = 'acme'\n{sources}")
    said = [line.partition(": source ")[2] for line in found(folder)["missing"] if ": source " in line]
    assert [line[:2] for line in said] == ["s0", "s1", "s2", "s3"]
    assert "user name or password" in said[0]
    assert "allow_private" in said[1]
    assert "only 80 and 443" in said[2]
    assert "copy the whole address" in said[3]
    opened = ALL_WELL.replace("[network]", '[network]\nallow_private = ["10.0.0.0/8"]')
    open_ = found(folder_of(tmp_path / "open", main=opened, brand=f"name = 'Acme'\nquery = 'acme'\n{sources}"))["missing"]
    assert [line.partition(": source ")[2][:2] for line in open_ if ": source " in line] == ["s0", "s3"]


def test_a_database_that_cannot_be_used_yet_is_said(tmp_path: Path) -> None:
    """One without a schema: what to do about it."""
    folder = folder_of(tmp_path, main=ALL_WELL, brand=BRAND)
    (tmp_path / "listener.db").touch()
    assert any("has no schema yet: run `listener db upgrade`" in line for line in found(folder)["missing"])


def test_what_is_missing_is_listed(tmp_path: Path) -> None:
    """No source, no digest, no token, no budget, a kind that cannot be loaded: each is a line, and none is a fault."""
    lonely = 'name = "Lonely"\nquery = \'"Lonely Planet Pumps"\'\n'
    own = BRAND.replace('kind = "rss"', 'kind = "no.such.module:Kind"')
    folder = folder_of(tmp_path, acme=own, lonely=lonely, molenaar=MOLENAAR)
    missing = "\n".join(found(folder)["missing"])
    assert "lonely.toml: nothing is listened to: it has no [[sources]]" in missing
    assert "lonely.toml: nobody is told: it has no [[digests]]" in missing
    assert "acme.toml: source acme-news: the kind 'no.such.module:Kind' cannot be loaded" in missing
    assert "x.bearer_token: the environment variable LISTENER_X_BEARER_TOKEN is not set" in missing
    assert "x: monthly_budget is 0, so nothing is bought and molenaar-x brings nothing" in missing
    text = checked(folder).stdout
    assert "  sources  none\n" in text
    assert "  digests  none\n" in text
    assert "Missing:\n  - " in text


def test_a_kind_of_ones_own_that_loads_is_fine(tmp_path: Path) -> None:
    """A dotted path is tried, since a typing error in it would otherwise show in the night."""
    own = BRAND.replace('kind = "rss"', 'kind = "listener.core.model:Source"')
    assert "acme-news" not in "".join(found(folder_of(tmp_path, acme=own))["missing"])


def test_what_a_recipe_asks_is_shown(tmp_path: Path) -> None:
    """The address that a kind makes of plain words stands behind them, secrets masked; one that it cannot use is missing."""
    recipe = BRAND.replace('kind = "rss"', 'kind = "google-news"').replace("https://news.example/feed", "Acme Pumps")
    folder = folder_of(tmp_path, acme=recipe)
    [source] = found(folder)["brands"][0]["sources"]
    assert source["asks"] == "https://news.google.com/rss/search?q=%22Acme+Pumps%22+when%3A7d&hl=nl&gl=NL&ceid=NL:nl"
    assert "Acme Pumps → https://news.google.com/rss/search?q=" in checked(folder).stdout
    private = "https://www.reddit.com/.rss?feed=abcdefabcdefabcdefab&user=acme"
    reddit = BRAND.replace('kind = "rss"', 'kind = "reddit"').replace("https://news.example/feed", private)
    folder = folder_of(tmp_path, acme=reddit)
    assert "abcdefabcdef" not in checked(folder).stdout + checked(folder, "--json").stdout
    wrong = BRAND.replace('kind = "rss"', 'kind = "youtube"')
    assert "source acme-news: youtube: write a channel's id" in "\n".join(found(folder_of(tmp_path, acme=wrong))["missing"])


def test_a_token_of_another_name_is_missed_under_that_name(tmp_path: Path) -> None:
    """The variable that the file names is the one that is looked for."""
    folder = folder_of(tmp_path, main="[x]\nmonthly_budget = 5\nbearer_token_env = 'X'", molenaar=MOLENAAR)
    assert "x.bearer_token: the environment variable X is not set" in found(folder)["missing"]


def test_what_is_probably_not_meant_is_said(tmp_path: Path) -> None:
    """Defaults that rarely work beyond one machine."""
    doubts = "\n".join(found(folder_of(tmp_path))["doubts"])
    assert "mail is handed to localhost:25: is a mail server running there?" in doubts
    assert "mail comes from Listener <listener@localhost>: most servers refuse that" in doubts
    assert "links in the mail lead to http://127.0.0.1:8000, which works on this machine only" in doubts
    open_login = "[smtp]\nhost = 'mail.acme.example'\nusername = 'u'\npassword_env = 'P'\n[network]\nallow_private = ['0.0.0.0/0']"
    doubts = "\n".join(found(folder_of(tmp_path, main=open_login))["doubts"])
    assert "the mail password travels to mail.acme.example in the open" in doubts
    assert "[network] allow_private lets every address through" in doubts
    quiet = BRAND.partition("[[digests]]")[0]
    assert "places we visit cannot reach you" in doubts
    contact = "[network]\ncontact = 'a@acme.example'"
    assert found(folder_of(tmp_path, main=contact, acme=quiet))["doubts"] == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Apple", ["Apple"]),
        ('"Shell" OR shell.nl OR bol', ["Shell", "bol"]),
        ("Coolblue OR coolblue.nl", []),
        ("Apple AND iphone", []),
        ("{Apple}", []),
        ("title:Apple", []),
        ("Apple NEAR/3 iphone", []),
        ('"Apple Computer"', []),
    ],
)
def test_a_lone_everyday_word_is_doubted(tmp_path: Path, query: str, words: list[str]) -> None:
    """A brand that is also a word hears everything; a query that narrows it down is left in peace."""
    quiet = f"name = 'Brand'\nquery = '''{query}'''\n"
    doubts = found(folder_of(tmp_path, brand=quiet))["doubts"]
    assert len(doubts) == len(words)
    assert all(f"the word {word} by itself" in doubt for word, doubt in zip(words, doubts, strict=True))


def test_what_a_query_probably_does_not_mean_is_said(tmp_path: Path) -> None:
    """Operators in lower case, words of every text, languages nobody knows: each with its column."""
    doubts = found(folder_of(tmp_path, brand="name = 'Brand'\nquery = 'molenaar and de NOT lang:en'\n"))["doubts"]
    assert doubts == [
        'Brand: query: column 10: "and" is looked for as a word; as an operator it is AND, in capitals',
        'Brand: query: column 14: "de" is in nearly every text, and tells nothing apart',
        "Brand: query: NOT lang:en keeps items whose language is not known",
    ]


def test_faults_are_all_named_and_the_exit_code_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through the program's own door: every fault a line on stderr, nothing on stdout."""
    folder = folder_of(tmp_path, main="[listener]\nport = 1\n", acme=BRAND.replace('"rss"', '"rrs"'))
    with pytest.raises(SystemExit) as exit_:
        main(["check", "--config", str(folder)])
    out, err = capsys.readouterr()
    assert (exit_.value.code, out) == (2, "")
    assert err.splitlines() == [
        f"{folder}/listener.toml: listener.port: unknown key, known are database, language, timezone, base_url, engine, operator, operator_channels, secret_env, secret_file",
        f"{folder}/brands/acme.toml: sources[0].kind: unknown kind 'rrs' (did you mean 'rss'?)",
    ]


def test_an_analyser_that_is_not_there_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An analyser whose library is missing is found here, and not in the night."""
    monkeypatch.setattr("listener.understanding.multilingual.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"needs .*onnxruntime"):
        checked(folder_of(tmp_path, main="[understanding]\nsentiment = 'multilingual'"))

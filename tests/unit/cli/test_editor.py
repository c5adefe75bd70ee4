"""`listener editor`, and the way in that `listener run` shows when there is none yet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from listener.cli.inviting import invite, nobody_yet
from listener.cli.session import open_app, page_of
from listener.core.deeds import Deed
from tests.e2e.house import configure, listener
from tests.unit.web.browser import PASSWORD, Browser

LINK = re.compile(r"^http://127\.0\.0\.1:8000(/welcome/[A-Za-z0-9_-]{43})$", re.MULTILINE)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a database."""
    made = configure(tmp_path)
    listener(made, "db", "upgrade")
    return made


def path_in(text: str) -> str:
    """The one-time link in an answer."""
    found = LINK.search(text)
    assert found is not None, text
    return found[1]


def test_somebody_is_invited_comes_in_and_is_let_go(config: Path) -> None:
    """By the links that the command prints; what was done stands in the trail."""
    added = listener(config, "editor", "add", "Els  de Vries", "--brand", "molenaar")
    assert added.returncode == 0, added.stderr
    with open_app(config) as app:
        assert nobody_yet(app)
        browser = Browser(page_of(app))
        entered = browser.send(path_in(added.stdout), {"password": PASSWORD, "again": PASSWORD})
        assert entered.status_code == 303
        assert not nobody_yet(app)
        assert browser.get("/shares").status_code == 200
        assert "Els de Vries: molenaar, since 20" in listener(config, "editor", "list").stdout
        twice = listener(config, "editor", "add", "ELS de vries")
        assert twice.returncode == 1
        assert "there is an editor ELS de vries already" in twice.stderr
        reset = listener(config, "editor", "reset", "els de vries")
        assert browser.get("/shares").status_code == 200, "until the link is used, the old password counts"
        other = Browser(page_of(app))
        assert other.send(path_in(reset.stdout), {"password": PASSWORD + "!", "again": PASSWORD + "!"}).status_code == 303
        assert browser.get("/shares").status_code == 303
        assert "signed out everywhere" in listener(config, "editor", "remove", "Els de Vries").stdout
        assert other.get("/shares").status_code == 303
        whats = [one.what for one in app.archive.deeds()]
    assert whats == ["editor removed", "password set", "password reset", "password set", "editor invited"]
    assert "Nobody can sign in yet" in listener(config, "editor", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("reset", "Piet"), "there is no editor Piet (there is: none)"),
        (("remove", "Piet"), "there is no editor Piet (there is: none)"),
        (("add", " "), "a name has 1 to 100 letters"),
        (("add", "x" * 101), "a name has 1 to 100 letters"),
        (("add", "Piet", "--brand", "nobody"), "no brand 'nobody' (there is: molenaar)"),
    ],
)
def test_what_cannot_be_done_is_one_line(config: Path, arguments: tuple[str, ...], words: str) -> None:
    """With what there is."""
    done = listener(config, "editor", *arguments)
    assert done.returncode in {1, 2}
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_link_leads_to_where_the_page_is(config: Path) -> None:
    """To base_url; a page on this machine that answers at another port is named instead."""
    with open_app(config) as app:
        assert invite(app).startswith("http://127.0.0.1:8000/welcome/")
        assert invite(app, page="http://127.0.0.1:4711/").startswith("http://127.0.0.1:4711/welcome/")
    main = config / "listener.toml"
    main.write_text(main.read_text().replace("[listener]\n", '[listener]\nbase_url = "https://intra.example/l"\n', 1))
    with open_app(config) as app:
        assert invite(app, page="http://127.0.0.1:4711/").startswith("https://intra.example/l/welcome/")


def test_what_was_changed_is_said_the_latest_first(config: Path) -> None:
    """For people and for programs."""
    assert "Nothing was changed here yet." in listener(config, "changes").stdout
    listener(config, "editor", "add", "Els")
    with open_app(config) as app:
        app.archive.note(Deed(who="Els", what="query changed", subject="molenaar", before="a", after="b\n\x1b[2J", at=app.clock()))
    lines = listener(config, "changes").stdout.splitlines()
    assert lines[0].endswith("Els: query changed, molenaar  [a -> b [2J]")
    assert lines[1].endswith("editor invited, Els")
    assert listener(config, "changes", "--json", "--limit", "1").stdout.count("\n") == 1
    assert json.loads(listener(config, "changes", "--json").stdout.splitlines()[0])["what"] == "query changed"

"""Each way in which X refuses or stumbles, as the person at the terminal is told of it: `collect`, `status` and `check --price`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from listener.demo.x import Bill, Dialect
from tests.databases import fresh_sqlite
from tests.e2e.house import configure, listener, rows
from tests.fakes.x_server import TOKEN, Fault, XServer

pytestmark = pytest.mark.e2e


def clock() -> datetime:
    """The real one: what a command does now is about now."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is in the environment, as a person would put it there; and a terminal wide enough for a sentence."""
    monkeypatch.setenv("LISTENER_X_BEARER_TOKEN", TOKEN)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def x() -> Iterator[XServer]:
    """An X on which fourteen posts speak of the brand."""
    with XServer(clock=clock, pause=0.001) as server:
        say(server, 14)
        yield server


def say(x: XServer, count: int) -> None:
    """That many posts of the last hours."""
    for number in range(count):
        x.world.say("700", f"Molenaar Pompen {number}", clock() - timedelta(hours=1, minutes=number), language="nl")


@cache
def template() -> bytes:
    """An empty database with this program's schema."""
    with TemporaryDirectory() as folder:
        fresh_sqlite(f"sqlite:///{folder}/listener.db")
        return (Path(folder) / "listener.db").read_bytes()


def household(folder: Path, x: XServer, budget: str = "5.00", extra: str = "") -> Path:
    """A configuration that listens on this X only, and its database."""
    config = configure(folder, extra=f'[x]\napi_url = "{x.address}"\nmonthly_budget = {budget}\n{extra}')
    brand = config / "brands" / "molenaar.toml"
    brand.write_text(
        brand.read_text() + '[[sources]]\nkey = "molenaar-x"\nkind = "x"\naddress = \'"Molenaar Pompen"\'\nevery = "30m"\n'
    )
    (folder / "listener.db").write_bytes(template())
    return config


# fault -> how the visit ended, the words that say what is wrong, the words that say what to do or when it goes on
TOLD: tuple[tuple[Fault, str, str, str], ...] = (
    (Fault.BAD_QUERY, "refused", "cannot work with this query (400)", "change the source's address"),
    (Fault.BAD_FIELD, "refused", "does not take tweet.fields as Listener asks for it (400)", "update Listener"),
    (Fault.UNAUTHORIZED, "refused", "does not know our token (401)", "make a new one and set it"),
    (Fault.NO_CREDITS, "stopped", "no credits left (402)", "buy credits in X's console"),
    (Fault.NOT_ENROLLED, "refused", "belongs to no project", "enrol it in X's console"),
    (Fault.NO_ACCESS, "refused", "access level does not include search", "453"),
    (Fault.NOT_PERMITTED, "refused", "account is not permitted", "X's console says why"),
    (Fault.SPEND_CAP, "stopped", "spending limit set in X's console is reached (403)", "raise it there"),
    (Fault.LIMITED, "limited", "too many requests for now (429)", "goes on at"),
    (Fault.LIMITED_BARE, "limited", "too many requests for now (429)", ""),
    (Fault.LIMITED_OLD, "limited", "too many requests for now (429)", "goes on at"),
    (Fault.CAPPED, "stopped", "monthly cap of posts is reached (429)", "billing period"),
    (Fault.OVERLOADED, "limited", "overloaded (503)", ""),
    (Fault.BROKEN, "failed", "a fault of its own (500)", ""),
    (Fault.WEB_PAGE, "unreadable", "an HTML page where a page of posts should be", ""),
    (Fault.NOT_JSON_OBJECT, "unreadable", "JSON that is no page of posts", ""),
    (Fault.TRUNCATED, "unreadable", "something that is not JSON", ""),
    (Fault.CUT_OFF, "failed", "the answer broke off", "counts as bought"),
    (Fault.DRIFTED, "unreadable", "format has changed: created_at", "listener resume"),
)
# Buying stands still for every search, not for this one alone.
HALTS = {
    Fault.NO_CREDITS,
    Fault.SPEND_CAP,
    Fault.CAPPED,
    Fault.LIMITED,
    Fault.LIMITED_BARE,
    Fault.LIMITED_OLD,
    Fault.DRIFTED,
}
# One of each behaviour is followed further: what the next visit does, and that every post is there in the end.
FOLLOWED = {Fault.NO_CREDITS, Fault.LIMITED, Fault.DRIFTED, Fault.UNAUTHORIZED, Fault.TRUNCATED}
UNKNOWN = {Fault.WEB_PAGE, Fault.NOT_JSON_OBJECT, Fault.TRUNCATED, Fault.CUT_OFF}


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told[0].name)
def test_each_refusal_is_one_line_with_a_remedy(tmp_path: Path, x: XServer, told: tuple[Fault, str, str, str]) -> None:
    """What is wrong and what to do, in one line; status repeats it, says whether buying stands still and what it may have cost."""
    fault, ended, wrong, remedy = told
    config = household(tmp_path, x)
    x.next(fault)
    done = listener(config, "collect")
    assert (done.returncode, done.stderr) == (1, "")
    line, summary = done.stdout.splitlines()
    assert line.startswith(f"molenaar-x: {ended}")
    assert wrong in line
    assert remedy in line
    assert TOKEN not in line
    assert summary.startswith("0 of 1 source heard")
    status = listener(config, "status").stdout
    assert wrong in status
    assert ("buying stands still" in status) is (fault in HALTS)
    assert ("whose outcome nobody knows" in status) is (fault in UNKNOWN)
    spent = "0.50" if fault in UNKNOWN else "0.07" if fault is Fault.DRIFTED else "0.00"
    assert f"US$ {spent} of 5.00 this month" in status
    if fault not in FOLLOWED:
        return
    asked = len(x.answered)
    again = listener(config, "collect")
    if fault in HALTS:
        assert len(x.answered) == asked, "while buying stands still nothing is asked"
        assert listener(config, "resume").returncode == 0
        again = listener(config, "collect")
    assert again.returncode == 0, again.stdout
    assert rows(config, "SELECT count(*), count(DISTINCT guid) FROM entry") == [(14, 14)]


def test_every_sentence_is_another() -> None:
    """No two refusals that need different remedies are told in the same words."""
    sentences = [(wrong, remedy) for fault, _, wrong, remedy in TOLD if fault not in {Fault.LIMITED_BARE, Fault.LIMITED_OLD}]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.TOKEN_LOOP, Fault.EMPTY_WITH_TOKEN, Fault.DUPLICATE])
def test_what_only_stumbles_is_no_failure(tmp_path: Path, x: XServer, fault: Fault) -> None:
    """Slow bodies and pages that do not move on cost no post and no second purchase."""
    config = household(tmp_path, x)
    x.next(fault)
    assert listener(config, "collect").returncode == 0
    assert listener(config, "collect").returncode == 0
    assert rows(config, "SELECT count(*), count(DISTINCT guid) FROM entry") == [(14, 14)]
    assert x.network.cost == pytest.approx(14 * 0.005)
    assert rows(config, "SELECT micros FROM purse WHERE length(period) = 7") == [(70_000,)]


def test_a_page_that_comes_again_is_left_for_later(tmp_path: Path, x: XServer) -> None:
    """The page before, where an older one should be: nothing is bought twice, and the gap is filled at the next visit."""
    x.network.page_limit = 10
    config = household(tmp_path, x)
    x.next(None, Fault.DUPLICATE)
    listener(config, "collect")
    assert rows(config, "SELECT count(*) FROM entry") == [(10,)]
    assert rows(config, "SELECT lost FROM hole") == [(0,)]
    assert listener(config, "collect").returncode == 0
    assert rows(config, "SELECT count(*), count(DISTINCT guid) FROM entry") == [(14, 14)]
    assert rows(config, "SELECT count(*) FROM hole WHERE NOT lost") == [(0,)]
    assert x.network.cost == pytest.approx(14 * 0.005)


def test_an_id_that_is_too_old_is_a_hole_and_no_restart(tmp_path: Path, x: XServer) -> None:
    """X sees the seven days more strictly than we do: the rest is read at once, and the ledger has the hole."""
    config = household(tmp_path, x)
    assert listener(config, "collect").returncode == 0
    say(x, 3)
    x.next(Fault.STALE)
    assert listener(config, "collect").returncode == 0
    assert rows(config, "SELECT count(*), count(DISTINCT guid) FROM entry") == [(17, 17)]
    assert rows(config, "SELECT lost, reason FROM hole") == [(1, "older than X's search reaches")]


def test_both_dialects_are_read(tmp_path: Path) -> None:
    """A server that speaks of posts is read as well as one that speaks of tweets."""
    with XServer(clock=clock, dialect=Dialect.POST) as x:
        say(x, 14)
        config = household(tmp_path, x, extra='names = "post"\n')
        done = listener(config, "collect")
        assert done.returncode == 0, done.stdout
        assert rows(config, "SELECT count(*), count(likes) FROM entry") == [(14, 14)]


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"credits": 0.0}, "no credits left (402)"),
        ({"spending_limit": 0.0}, "spending limit set in X's console is reached (403)"),
        ({"cap": 0}, "monthly cap of posts is reached (429)"),
    ],
)
def test_a_price_that_x_will_not_name_is_told_too(tmp_path: Path, bounds: dict[str, float], words: str) -> None:
    """`check --price` says what is wrong with the same words, costs nothing, and still checks the rest."""
    with XServer(clock=clock, bill=Bill(**bounds)) as x:  # type: ignore[arg-type]  # each bound is one of its numbers
        config = household(tmp_path, x)
        done = listener(config, "check", "--price")
    assert done.returncode == 0
    assert words in done.stdout
    assert x.network.cost == 0
    # A cap that is reached makes it worth to ask when X counts anew, which is free.
    assert [one.path for one in x.answered][:1] == ["/2/tweets/counts/recent"]
    assert {one.path for one in x.answered} <= {"/2/tweets/counts/recent", "/2/usage/tweets"}


def test_a_price_costs_one_call_and_says_what_a_month_costs(tmp_path: Path, x: XServer) -> None:
    """About N posts, so many dollars a month; without --price nothing is asked; with no budget nothing is bought."""
    config = household(tmp_path, x)
    assert listener(config, "check").returncode == 0
    assert x.answered == []
    done = listener(config, "check", "--price")
    assert "about 61 posts, $0.30 a month" in done.stdout
    assert x.network.cost == pytest.approx(0.005)
    [price] = json.loads(listener(config, "check", "--price", "--json").stdout)["x"]["prices"]
    assert (price["posts_in_seven_days"], price["posts_a_month"]) == (14, 61)
    assert rows(config, "SELECT micros FROM purse WHERE length(period) = 7") == [(10_000,)]
    poor = household(tmp_path / "poor", x, budget="0")
    asked = len(x.answered)
    assert "nothing is bought" in listener(poor, "check", "--price").stdout
    assert listener(poor, "collect").returncode == 1
    assert len(x.answered) == asked

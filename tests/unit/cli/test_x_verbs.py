"""The verbs around X: what queries cost, what stands still, who is forgotten, what is let go."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from listener.core.coverage import Coverage, Hole, Stretch
from listener.core.model import Author
from listener.core.purchases import Halt, Purpose, allowances
from listener.core.visits import Outcome, Run
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from tests.builders import document, entry, judged, mention
from tests.e2e.house import configure, listener
from tests.fakes_http import page, serving

COUNTS = "/2/tweets/counts/recent"
HOUR = timedelta(hours=1)
POST = "2090000000000000001"


@pytest.fixture
def now() -> datetime:
    """The hour that runs, since the commands look at the clock on the wall."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def home(tmp_path: Path, extra: str = "", query: str = "pomp") -> Path:
    """A configuration with a source on X, and its database."""
    config = configure(tmp_path, extra=f"[x]\nmonthly_budget = 25.00\n{extra}")
    brand = config / "brands" / "molenaar.toml"
    brand.write_text(brand.read_text() + f'[[sources]]\nkey = "molenaar-x"\nkind = "x"\naddress = \'{query}\'\nevery = "1h"\n')
    assert listener(config, "db", "upgrade").returncode == 0
    listener(config, "status")  # the archive knows the source from here on
    return config


def archive(config: Path) -> SqlArchive:
    """The archive of a configuration."""
    return SqlArchive(f"sqlite:///{config.parent / 'listener.db'}")


def keep(config: Path, at: datetime, coverage: Coverage | None = None) -> None:
    """Keep one post of Jan's."""
    post = entry(
        source="molenaar-x",
        guid=POST,
        url=f"https://x.com/i/status/{POST}",
        author=Author(id="77", handle="jan"),
        first_seen_at=at,
        published_at=at,
    )
    with archive(config) as opened:
        [state] = opened.states(["molenaar-x"])
        opened.keep(
            state,
            Run(source="molenaar-x", started_at=at, outcome=Outcome.NEW),
            next_due_at=at,
            document=document(source="molenaar-x"),
            entries=[post],
            mentions=[judged(mention=mention(entry=post))],
            coverage=coverage,
        )


def test_prices_are_asked_for_only_when_somebody_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One paid call for each query: about so many posts, so many dollars a month; for programs as JSON."""
    monkeypatch.setenv("LISTENER_X_BEARER_TOKEN", "t")
    answer = {"data": [{"start": "2026-11-20T10:00:00.000Z", "tweet_count": 700}], "meta": {"total_tweet_count": 700}}
    query = " OR ".join(f'"merk nummer {number}"' for number in range(40))
    with serving({COUNTS: page(json.dumps(answer).encode())}) as server:
        config = home(tmp_path, f'api_url = "{server.url("")}"\n', query)
        assert listener(config, "check").returncode == 0
        assert server.asked == []
        said = listener(config, "check", "--price")
        assert len(server.asked) == 2
        assert "about 3,044 posts, $15.22 a month" in said.stdout
        assert "together: about 6,088 posts, $30.44 a month" in said.stdout
        assert "Asking cost $0.01." in said.stdout
        rows = json.loads(listener(config, "check", "--price", "--json").stdout)["x"]
    assert rows["prices_as_of"] == "2026-08-13"
    assert [one["posts_a_month"] for one in rows["prices"]] == [3044, 3044]
    assert rows["prices"][0]["paid"] == 0.005


def test_a_price_that_cannot_be_had_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token nothing is asked."""
    monkeypatch.delenv("LISTENER_X_BEARER_TOKEN", raising=False)
    config = home(tmp_path)
    said = listener(config, "check", "--price")
    assert said.returncode == 0
    assert "molenaar-x: X: there is no token" in said.stdout
    assert json.loads(listener(config, "check", "--price", "--json").stdout)["x"]["prices"][0]["error"].startswith(
        "X: there is no token"
    )


def test_status_says_what_was_covered_spent_and_stopped(tmp_path: Path, now: datetime) -> None:
    """Hours by how they were heard, holes with their ids, the month's money, and every halt with its reason."""
    config = home(tmp_path)
    assert "of the last 7 days" not in listener(config, "status").stdout
    assert "X: US$ 0.00 of 25.00 this month" in listener(config, "status").stdout
    hole = Hole(part="p", low=5, high=9, since=now - 3 * HOUR, until=now - 2 * HOUR, reason="not read yet", opened_at=now)
    stretch = Stretch(part="p", words="pomp" * 30, since=now - 10 * HOUR, until=now)
    keep(config, now, Coverage(stretches=(stretch,), holes=(hole,)))
    with archive(config) as opened:
        opened.reserve(Purpose.PAGE, "molenaar-x", 500_000, allowances(now, monthly=25_000_000), now)
        opened.halt(Halt(name="cap", since=now, until=now + 48 * HOUR, reason="the cap is reached"))
        opened.halt(Halt(name="accepted", since=now, until=now, reason="", missing=("lang",)))
        opened.halt(Halt(name="rate", since=now, until=now - HOUR, reason="over"))
    said = listener(config, "status").stdout
    assert "of the last 7 days 9 h complete, 1 h in part, 158 h unknown: pomppomp" in said
    assert "in part: not read yet, ids 5 to 9" in said
    assert "X: US$ 0.50 of 25.00 this month, US$ 0.50 today; US$ 0.50 of it is kept for 1 call whose outcome nobody knows." in said
    assert "buying stands still since" in said
    assert "the cap is reached." in said
    assert "posts come without lang" in said
    assert "over" not in said
    rows = json.loads(listener(config, "status", "--json").stdout)
    mine = next(one for one in rows if one["source"] == "molenaar-x")
    [part] = mine["coverage"]
    assert [one["cover"] for one in part["hours"][-10:]].count("partial") == 1
    assert part["holes"][0]["low"] == "5"


def test_holes_that_follow_each_other_are_one_line(tmp_path: Path, now: datetime) -> None:
    """And the oldest of many are counted, not listed."""
    config = home(tmp_path)
    spans = [(30, 27), (25, 24), (20, 19), (15, 14), (10, 9), (5, 4)]
    holes = tuple(
        Hole(part="p", low=n, high=n + 1, since=now - a * HOUR, until=now - b * HOUR, reason="not read yet", opened_at=now)
        for n, (a, b) in enumerate(spans)
    )
    keep(config, now, Coverage(stretches=(Stretch(part="p", words="pomp", since=now - 100 * HOUR, until=now),), holes=holes))
    said = listener(config, "status").stdout
    assert said.count("in part: not read yet") == 4
    assert "and 2 stretches before that" in said


def test_a_person_says_that_buying_goes_on(tmp_path: Path, now: datetime) -> None:
    """Every halt ends; said twice, nothing stood still."""
    config = home(tmp_path)
    with archive(config) as opened:
        opened.halt(Halt(name="credits", since=now, until=now + HOUR, reason="none left"))
    assert listener(config, "resume").stdout == "Buying on X goes on (1 halt ended).\n"
    assert listener(config, "resume").stdout == "Nothing stood still.\n"


def test_forgetting_says_what_would_go_before_it_goes(tmp_path: Path, now: datetime) -> None:
    """Without --yes nothing goes; what is not here is exit code 1."""
    config = home(tmp_path)
    keep(config, now)
    said = listener(config, "forget", "@jan")
    assert (said.returncode, said.stdout) == (0, "@jan: 1 item, and everything of x:77 would go; say --yes to do it\n")
    said = listener(config, "forget", "@jan", "@piet", "--yes")
    assert (said.returncode, said.stdout) == (1, "@jan: 1 item and 1 mention are gone\n@piet: nothing of it is here\n")
    with archive(config) as opened:
        assert opened.mentions("molenaar") == []


def test_forgetting_names_what_is_out_of_reach_and_leaves_a_trail(tmp_path: Path, now: datetime) -> None:
    """Bundles about that time and the last backup are listed; the trail says how much was forgotten, and not who."""
    config = home(tmp_path)
    keep(config, now)
    assert listener(config, "db", "backup", str(tmp_path / "kopie.db")).returncode == 0
    with archive(config) as opened, opened.together() as connection:
        brand_id = connection.execute(text("SELECT id FROM brand")).scalar_one()
        for number, (report, ago) in enumerate((("held", 1), ("long before", 90)), start=1):
            row = {
                "id": number,
                "brand_id": brand_id,
                "report": report,
                "month": None,
                "since_at": now - timedelta(days=ago + 30),
                "until_at": now - timedelta(days=ago) + timedelta(days=2 if ago == 1 else 0),
                "made_at": now,
                "snapshot": "{}",
            }
            connection.execute(insert(t.evidence), [row])
    said = listener(config, "forget", "@jan", "--yes").stdout.splitlines()
    assert said[0] == "@jan: 1 item and 1 mention are gone"
    assert ["held" in line for line in said[1:2]] == [True]
    assert "kopie.db" in said[2]
    assert len(said) == 3
    with archive(config) as opened:
        (deed,) = opened.deeds()
    assert (deed.who, deed.what, deed.subject, deed.after) == ("listener forget", "forgotten", "", "1 item and 1 mention")


def test_pruning_does_what_retention_says(tmp_path: Path, now: datetime) -> None:
    """Nothing while everything is kept for ever."""
    config = home(tmp_path)
    assert listener(config, "prune").stdout.startswith("Nothing is let go")
    keep(config, now - timedelta(days=40))
    (config / "listener.toml").write_text((config / "listener.toml").read_text() + "[retention]\nx = 30\n")
    assert listener(config, "prune").stdout == "1 entries were kept as long as [retention] says, and went.\n"

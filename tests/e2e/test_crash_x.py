"""Killing the program at any point of buying loses no post, buys none twice and never overspends."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from listener.sources.x_gaps import id_at
from tests.e2e.house import configure, listener, process, rows
from tests.fakes_http import Asked, Line, page, serving

pytestmark = pytest.mark.e2e

SEARCH = "/2/tweets/search/recent"
# The points in between, and all others, are lived through in the worlds of X; these are the three ways in which it can end.
POINTS = ["x.answered", "x.kept", "collect.before_commit"]


class Posts:
    """A search that answers as X does, five posts a page at most, newest first, by ids."""

    def __init__(self, count: int) -> None:
        first = id_at(datetime.now(UTC) - timedelta(hours=3))
        self.ids = [first + number * (60_000 << 22) for number in range(count)]
        self.sold: list[int] = []

    def __call__(self, asked: Asked, line: Line) -> None:
        """One page."""
        wanted = {name: value[0] for name, value in parse_qs(urlsplit(asked.path).query).items()}
        low, high = int(wanted.get("since_id", 0)), int(wanted.get("until_id", 2**62))
        found = sorted((one for one in self.ids if low < one < high), reverse=True)
        self.sold += found[:5]
        data = [
            {
                "id": str(one),
                "text": f"Molenaar Pompen {one}",
                "created_at": "2026-11-20T11:00:00.000Z",
                "author_id": "7",
                "conversation_id": str(one),
                "public_metrics": {},
                "lang": "nl",
            }
            for one in found[:5]
        ]
        meta = {"result_count": len(data), **({"next_token": "more"} if found[5:] else {})}
        page(json.dumps({"data": data, "meta": meta}).encode())(asked, line)


def settle_in(tmp_path: Path, address: str, budget: str = "1.00") -> Path:
    """A configuration that listens on X only."""
    config = configure(
        tmp_path, extra=f'[x]\napi_url = "{address}"\nmonthly_budget = {budget}\n[understanding]\nsentiment = "light"\n'
    )
    brand = config / "brands" / "molenaar.toml"
    brand.write_text(
        brand.read_text() + '[[sources]]\nkey = "molenaar-x"\nkind = "x"\naddress = \'"Molenaar Pompen"\'\nevery = "30m"\n'
    )
    return config


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_purchase_loses_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    """Killed at its second page and run again: every post once, each page asked for once but for one whose answer died unkept."""
    monkeypatch.setenv("LISTENER_X_BEARER_TOKEN", "token")
    posts = Posts(12)
    with serving({SEARCH: posts}) as server:
        config = settle_in(tmp_path, server.url(""))
        assert listener(config, "db", "upgrade").returncode == 0
        killed = process(config, "collect", LISTENER_FAILPOINT=f"{point}:2")
        assert killed.returncode == -signal.SIGKILL, killed
        again = listener(config, "collect")
        assert again.returncode == 0, again.stderr
        # The first page of a new run looks again at what is newest, on purpose; everything else is sold once.
        twice = [one for one in posts.sold if posts.sold.count(one) > 1]
        relooked = {one for one in posts.ids if one > max(posts.ids) - (15 * 60_000 << 22)}
        assert set(posts.sold) == set(posts.ids)
        assert {one for one in twice if one not in relooked} <= (set(posts.ids[2:7]) if point == "x.answered" else set())
    assert sorted(int(guid) for (guid,) in rows(config, "SELECT guid FROM entry")) == posts.ids
    assert rows(config, "SELECT count(*), count(DISTINCT entry_id) FROM mention") == [(12, 12)]
    # What passed the seven days' edge between two visits of a first reading is said; nothing that was there is missing.
    assert all(lost and high < min(posts.ids) for lost, high in rows(config, "SELECT lost, high FROM hole"))
    [(spent,)] = rows(config, "SELECT micros FROM purse WHERE length(period) = 7")
    unknown = 500_000 if point == "x.answered" else 0
    assert spent == 12 * 5_000 + unknown
    [(reserved,)] = rows(config, "SELECT sum(coalesce(settled, micros)) FROM reservation")
    assert reserved == spent

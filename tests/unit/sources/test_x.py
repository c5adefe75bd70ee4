"""The kind `x` against a server of the X API on loopback."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from listener.core.errors import AccessDenied, OutOfBudget, ParseError, Postponed, RateLimited, SourceError, TooLarge, Unreachable
from listener.core.model import Cursor
from listener.core.purchases import micros
from listener.sources.means import Means, XAccess
from listener.sources.x import XKind
from listener.sources.x_api import resume
from listener.sources.x_gaps import REACH, Reach, id_at
from listener.sources.x_queries import parts_of
from listener.sources.x_state import State
from listener.sources.x_usage import Usage, usage_of
from tests.builders import NOON, document, source
from tests.fakes_http import Asked, Line, Script, Server, in_turn, page, raw, serving, silent, stalled
from tests.fakes_purchases import FakePurchases

SEARCH = "/2/tweets/search/recent"
QUERY = source(key="molenaar-x", kind="x", address='"Molenaar Pompen" OR @molenaarpompen')
TOKEN = "AAAA-s3cret"
NEW = id_at(NOON) - 1000


def post(id: int, **changes: Any) -> dict[str, Any]:  # noqa: A002 - the field's word
    """A post as X gives it, with every field that every post has."""
    whole = {
        "id": str(id),
        "text": f"pomp {id}",
        "created_at": "2026-11-20T11:00:00.000Z",
        "author_id": "7",
        "conversation_id": str(id),
        "public_metrics": {"like_count": 1},
        "lang": "nl",
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def reach_of(cursor: Cursor, query: str = QUERY.address) -> Reach:
    """Where a search of one part stands."""
    [reach] = State.of(cursor, parts_of(query)).parts.values()
    return reach


def posts(*ids: int, token: str = "") -> Script:
    """A page with these posts."""
    data = [post(one) for one in ids]
    return page(json.dumps({"data": data, "meta": {"result_count": len(ids), **({"next_token": token} if token else {})}}).encode())


@contextmanager
def buying(
    script: Script, budget: float = 25.0, spent: float = 0.0, purse: FakePurchases | None = None, **access: Any
) -> Iterator[tuple[XKind, Server]]:
    """The kind with a token and a budget, and the server it buys from."""
    with serving({SEARCH: script}) as server:
        mine = XAccess(api_url=server.url("/"), bearer_token=TOKEN, monthly=micros(budget), **access)
        purse = FakePurchases() if purse is None else purse
        purse.used["2026-11"] = micros(spent)
        kind = XKind(mine, purse, timeouts=(2.0, 0.3))
        try:
            yield kind, server
        finally:
            kind.close()


def asked(server: Server, at: int = -1) -> dict[str, str]:
    """The parameters of a request."""
    return {name: value[0] for name, value in parse_qs(urlsplit(server.asked[at].path).query).items()}


def test_one_page_is_bought() -> None:
    """The query as it stands, a hundred posts, the fields we need and no expansions; the cost is by the posts that came."""
    with buying(posts(NEW, NEW - 5)) as (kind, server):
        fetched = kind.fetch(QUERY, None, NOON)
        assert fetched.document is not None
        assert [entry.guid for entry in kind.parse(fetched.document)] == [str(NEW), str(NEW - 5)]
    assert (fetched.more, fetched.status) == (False, 200)
    assert fetched.cost == pytest.approx(0.01)
    assert fetched.document.source == "molenaar-x"
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert server.asked[0].headers["user-agent"].startswith("Listener/")
    sent = asked(server)
    assert sent.pop("tweet.fields").split(",")[:2] == ["created_at", "author_id"]
    assert sent == {"query": QUERY.address, "max_results": "100", "start_time": "2026-11-13T13:00:00Z"}
    assert reach_of(fetched.cursor).since_id == NEW


def test_page_by_page_nothing_is_left_out() -> None:
    """The newest page leaves a gap; the next visits fill it by ids, and say when there is nothing more to ask."""
    script = in_turn(posts(NEW, NEW - 1, token="t1"), posts(NEW - 2, NEW - 3, token="t2"), posts(NEW - 4))
    old = Cursor({"since_id": str(NEW - 100)})
    with buying(script, relook=timedelta()) as (kind, server):
        first = kind.fetch(QUERY, old, NOON)
        second = kind.fetch(QUERY, first.cursor, NOON)
        third = kind.fetch(QUERY, second.cursor, NOON)
    assert [one.more for one in (first, second, third)] == [True, True, False]
    sent = [asked(server, n) for n in range(3)]
    assert [(one.get("since_id"), one.get("until_id"), one.get("start_time")) for one in sent] == [
        (str(NEW - 100), None, None),
        (str(NEW - 100), str(NEW - 1), None),
        (str(NEW - 100), str(NEW - 3), None),
    ]


def test_an_empty_page_is_nothing_new_and_free() -> None:
    """Nothing was found: no document, no cost."""
    with buying(posts()) as (kind, _):
        fetched = kind.fetch(QUERY, None, NOON)
    assert (fetched.document, fetched.cost, fetched.more) == (None, 0.0, False)


def test_an_id_that_x_calls_too_old_is_left_out_next_time() -> None:
    """A 400 about since_id is no failure: the hole is noted, and the rest is asked for at once."""
    message = "'since_id' must be a tweet id created after 2026-11-13T11:45Z. Please use a 'since_id' that is larger than 1"
    stale = page(json.dumps({"errors": [{"message": message}], "title": "Invalid Request"}).encode(), status=400)
    old = Cursor({"since_id": str(id_at(NOON - REACH) + 5)})
    with buying(in_turn(stale, posts(NEW))) as (kind, server):
        first = kind.fetch(QUERY, old, NOON)
        assert (first.document, first.more, first.cost) == (None, True, 0.0)
        kind.fetch(QUERY, first.cursor, NOON)
        assert "since_id" not in asked(server)
    with buying(stale) as (kind, _), pytest.raises(AccessDenied, match="cannot work with this query"):
        kind.fetch(QUERY, None, NOON)


def test_without_money_nothing_is_asked() -> None:
    """A budget of nothing, and one that is used up."""
    for budget, spent in ((0.0, 0.0), (25.0, 24.99)):
        with buying(posts(NEW), budget, spent) as (kind, server), pytest.raises(OutOfBudget):
            kind.fetch(QUERY, None, NOON)
        assert server.asked == []


def test_the_last_money_buys_a_smaller_page() -> None:
    """What is left decides the size of the page."""
    with buying(posts(NEW), 25.0, 24.9) as (kind, server):
        kind.fetch(QUERY, None, NOON)
    assert asked(server)["max_results"] == "20"


@pytest.mark.parametrize(
    ("token", "words"), [(None, "LISTENER_X_BEARER_TOKEN"), ("  ", "there is no token"), ("a b", "a space"), ("a\nb", "a space")]
)
def test_a_token_that_is_none_is_named(token: str | None, words: str) -> None:
    """What to set is in the line; the token is not."""
    kind = XKind(XAccess(bearer_token=token, monthly=1_000_000), FakePurchases())
    with pytest.raises(AccessDenied) as caught:
        kind.fetch(QUERY, None, NOON)
    assert words in caught.value.detail


def test_a_refusal_costs_nothing() -> None:
    """Rate limits and the like leave the purse as it was."""
    reset = str(int((NOON + timedelta(minutes=5)).timestamp()))
    limited = page(b"{}", status=429, x_rate_limit_reset=reset)
    with buying(in_turn(limited, posts(NEW)), budget=0.5) as (kind, _):
        with pytest.raises(RateLimited) as caught:
            kind.fetch(QUERY, None, NOON)
        assert caught.value.until == NOON + timedelta(minutes=5)
        with pytest.raises(Postponed, match="too many requests") as waiting:
            kind.fetch(QUERY, None, NOON + timedelta(minutes=4))
        assert waiting.value.until == NOON + timedelta(minutes=5)
        assert kind.fetch(QUERY, None, NOON + timedelta(minutes=5)).document is not None


def test_redirects_are_not_followed() -> None:
    """The token goes where the configuration says, and nowhere else."""
    with serving({SEARCH: posts(NEW)}) as other, buying(page(status=302, location=other.url(SEARCH))) as (kind, _):
        with pytest.raises(AccessDenied, match="redirect"):
            kind.fetch(QUERY, None, NOON)
        assert other.asked == []


@pytest.mark.parametrize("script", [silent, stalled, raw(b""), raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")])
def test_what_may_have_been_billed_counts_in_full(script: Script) -> None:
    """The request went out and no whole answer came: nobody knows, so all of it counts."""
    with buying(script, budget=0.5) as (kind, _):
        with pytest.raises(Unreachable, match="counts as bought") as caught:
            kind.fetch(QUERY, None, NOON)
        assert caught.value.cost == pytest.approx(0.5)
        with pytest.raises(OutOfBudget):
            kind.fetch(QUERY, None, NOON)


def test_what_was_never_sent_costs_nothing() -> None:
    """Nobody listens there: the purse is as it was."""
    with serving({}) as gone:
        address = gone.url()
    kind = XKind(XAccess(api_url=address, bearer_token=TOKEN, monthly=500_000), FakePurchases())
    for _ in range(2):
        with pytest.raises(Unreachable, match="X cannot be reached") as caught:
            kind.fetch(QUERY, None, NOON)
        assert caught.value.cost == 0.0
    kind.close()


@pytest.mark.parametrize(
    ("fault", "cost"),
    [
        (requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), 0.0),
        (requests.exceptions.SSLError("EOF occurred in violation of protocol"), 0.5),
        (requests.exceptions.ConnectTimeout("slow"), 0.0),
        (requests.exceptions.InvalidURL("http://"), 0.0),
        (requests.exceptions.ChunkedEncodingError("cut"), 0.5),
        (requests.exceptions.ConnectionError(), 0.5),
    ],
)
def test_each_fault_on_the_way_is_paid_for_as_it_must(
    monkeypatch: pytest.MonkeyPatch, fault: requests.RequestException, cost: float
) -> None:
    """Free only where nothing can have reached X."""

    def fail(*_: object, **__: object) -> None:
        raise fault

    with buying(posts(NEW)) as (kind, _):
        monkeypatch.setattr(kind._api._client().session, "request", fail)
        with pytest.raises(Unreachable) as caught:
            kind.fetch(QUERY, None, NOON)
    assert caught.value.cost == pytest.approx(cost)


@pytest.mark.parametrize("answer", [b"<html>maintenance", b'{"data": [{"id": "1"', b"[]"])
def test_a_page_that_cannot_be_read_is_kept(answer: bytes) -> None:
    """The bytes are handed over with the cursor as it was, and count as bought; parsing says what is wrong."""
    cursor = Cursor({"since_id": str(NEW), "gaps": "[]", "lost": "[]"})
    with buying(page(answer)) as (kind, _):
        fetched = kind.fetch(QUERY, cursor, NOON)
        assert fetched.document is not None
        assert fetched.document.body == answer
        assert (reach_of(fetched.cursor), fetched.more) == (reach_of(cursor), False)
        assert fetched.cost == pytest.approx(0.5)
        with pytest.raises(ParseError, match="X answered with"):
            kind.parse(fetched.document)


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much, and too slow: both end, and count as bought."""

    def drip(_: Asked, line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while line.send(b"x") and not line.over.wait(0.02):
            pass

    monkeypatch.setattr("listener.sources.x_client._SIZE", 1000)
    with buying(page(b"x" * 200_000)) as (kind, _), pytest.raises(TooLarge) as caught:
        kind.fetch(QUERY, None, NOON)
    assert caught.value.cost == pytest.approx(0.5)
    monkeypatch.setattr("listener.sources.x_client._CHUNK", 1)
    with buying(drip) as (kind, _), pytest.raises((Unreachable, TooLarge)) as slow:
        client = kind._api._client()
        client._total = 0.1
        kind.fetch(QUERY, None, NOON)
    assert slow.value.cost == pytest.approx(0.5)
    assert "no whole answer within 0.1 s" in slow.value.detail


def test_the_token_is_in_no_log_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    """Even with every log wide open."""
    caplog.set_level(logging.DEBUG)
    with buying(posts(NEW)) as (kind, _):
        kind.fetch(QUERY, None, NOON)
        assert TOKEN not in repr(kind._access)
    assert TOKEN not in caplog.text


def test_the_environments_proxy_and_netrc_are_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Neither may see, or replace, the token."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with buying(posts(NEW)) as (kind, server):
        kind.fetch(QUERY, None, NOON)
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_the_page_is_kept_before_anything_reads_it(points: list[str]) -> None:
    """Money aside, the answer, the page as it came, and only then what it cost."""
    purse = FakePurchases()
    with buying(posts(NEW), purse=purse) as (kind, _):
        fetched = kind.fetch(QUERY, None, NOON)
    assert points == ["x.reserved", "x.answered", "x.kept", "x.settled"]
    [kept] = purse.pages
    assert fetched.document is not None
    assert kept.body == fetched.document.body
    assert (kept.source, kept.after, kept.asked["query"]) == ("molenaar-x", 0, QUERY.address)
    assert State.of(fetched.cursor, parts_of(QUERY.address)).page == kept.id
    assert purse.used == {"2026-11": 5_000, "2026-11-20": 5_000, "2026-11 page": 5_000}


def test_a_page_that_waits_is_taken_up_and_nothing_is_asked() -> None:
    """After a crash between keeping the page and storing its posts: the same posts, the same checkpoint, paid once."""
    purse = FakePurchases()
    with buying(posts(NEW, NEW - 5, token="t"), purse=purse, relook=timedelta()) as (kind, server):
        first = kind.fetch(QUERY, None, NOON)
        spent = dict(purse.used)
        purse.settled.clear()  # it died before it was paid, too
        purse.used |= dict.fromkeys(spent, 500000)
        purse.billed.clear()
        again = kind.fetch(QUERY, None, NOON + timedelta(hours=2))
        assert len(server.asked) == 1
        assert (again.document, again.cursor, again.cost) == (first.document, first.cursor, 0.0)
        assert again.more
        assert purse.used == spent
        later = kind.fetch(QUERY, again.cursor, NOON + timedelta(hours=2))
        assert len(server.asked) == 2
    assert "since_id" in asked(server)
    assert later.document is not None


def test_a_page_that_another_process_was_faster_with_is_left() -> None:
    """What it brought came to the archive by the other's page: its question knew of an older checkpoint."""
    purse = FakePurchases()
    with buying(posts(NEW), purse=purse) as (kind, server):
        first = kind.fetch(QUERY, None, NOON)
        purse.keep_page(replace(purse.pages[0], id=0))
        kind.fetch(QUERY, first.cursor, NOON + timedelta(hours=1))
    assert len(server.asked) == 2


def test_a_format_that_changed_stops_buying_and_keeps_the_page() -> None:
    """A field of every post is on none: the page waits, nothing more is bought, and a person reads what to do."""
    purse = FakePurchases()
    changed = page(json.dumps({"data": [post(NEW, lang=None), post(NEW - 1, lang=None)], "meta": {}}).encode())
    with buying(in_turn(changed, posts(NEW)), purse=purse) as (kind, server):
        with pytest.raises(ParseError, match="lang came with no post") as caught:
            kind.fetch(QUERY, None, NOON)
        assert caught.value.cost == pytest.approx(0.01)
        with pytest.raises(OutOfBudget, match="listener resume"):
            kind.fetch(QUERY, None, NOON + timedelta(hours=23))
        assert len(server.asked) == 1
        assert purse.pages[0].state == "drifted"
        # A person says that it goes on: the page that was bought is read now, and nothing is bought for it.
        assert resume(purse, NOON) == 1
        fetched = kind.fetch(QUERY, None, NOON + timedelta(hours=23))
        assert len(server.asked) == 1
        assert fetched.document is not None
        assert [entry.guid for entry in kind.parse(fetched.document)] == [str(NEW), str(NEW - 1)]
        assert [one.name for one in purse.halts()] == ["accepted"]
        # It came back by itself later: what a person allowed is over.
        kind.fetch(QUERY, fetched.cursor, NOON + timedelta(days=2))
        assert purse.halts() == []
        assert resume(purse, NOON) == 0


def test_fields_that_are_back_let_buying_go_on() -> None:
    """A small page a day looks; while they are away it stays at that."""
    purse = FakePurchases()
    changed = page(json.dumps({"data": [post(NEW, public_metrics=None)], "meta": {}}).encode())
    with buying(in_turn(changed, changed, posts(NEW + 9)), purse=purse) as (kind, server):
        for day in range(2):
            with pytest.raises(ParseError, match="public_metrics"):
                kind.fetch(QUERY, None, NOON + timedelta(days=day))
        assert kind.fetch(QUERY, None, NOON + timedelta(days=2)).document is not None
        assert purse.halts() == []
    assert [asked(server, n)["max_results"] for n in range(3)] == ["100", "10", "10"]


def test_posts_named_otherwise_are_asked_for_otherwise() -> None:
    """Where posts are no tweets, fields have other names, and nothing that is billed beside them is asked for."""
    bare = {"data": [post(NEW, author_id=None, note_post={"text": "lang verhaal"})], "meta": {}}
    with buying(page(json.dumps(bare).encode()), names="post") as (kind, server):
        fetched = kind.fetch(QUERY, None, NOON)
        assert fetched.document is not None
        assert kind.parse(fetched.document)[0].text == "lang verhaal"
    sent = asked(server)
    assert "tweet.fields" not in sent
    assert "expansions" not in sent
    assert set(sent["post.fields"].split(",")) >= {"created_at", "note_post", "public_metrics"}
    assert "author_id" not in sent["post.fields"]


def test_what_came_beside_the_posts_is_paid_too() -> None:
    """A server that sends expansions bills them, whether we asked or not."""
    value = {
        "data": [post(NEW)],
        "includes": {"users": [{"id": "7"}, {"id": "7"}], "tweets": [{"id": str(NEW)}, {"id": "99"}], "posts": "?"},
        "meta": {},
    }
    with buying(page(json.dumps(value).encode())) as (kind, _):
        assert kind.fetch(QUERY, None, NOON).cost == pytest.approx(0.005 + 0.005 + 0.010)


def test_a_query_in_several_parts_is_asked_part_by_part() -> None:
    """Each has its own place in the cursor, and its own stretch in the ledger; the run goes on until all were asked."""
    words = " OR ".join(f'"merk nummer {number}"' for number in range(40))
    split = source(key="molenaar-x", kind="x", address=words)
    with buying(posts(NEW)) as (kind, server):
        assert kind.place(split).count(" | ") == 1
        first = kind.fetch(split, None, NOON)
        second = kind.fetch(split, first.cursor, NOON)
    assert (first.more, second.more) == (True, False)
    assert len({asked(server, n)["query"] for n in range(2)}) == 2
    assert second.coverage is not None
    assert [one.since for one in second.coverage.stretches] == [NOON - REACH] * 2
    assert second.coverage.stretches[0].until == NOON - timedelta(seconds=30)


def test_what_a_wider_question_brought_must_match_here() -> None:
    """X has no wildcards: posts that it found by less are not vouched for."""
    wider = source(key="molenaar-x", kind="x", address="Molenaar NEAR/5 pomp*")
    with buying(posts(NEW)) as (kind, server):
        fetched = kind.fetch(wider, None, NOON)
        assert fetched.document is not None
        assert [one.vouched for one in kind.parse(fetched.document)] == [False]
        exact = kind.fetch(QUERY, None, NOON)
        assert exact.document is not None
        assert [one.vouched for one in kind.parse(exact.document)] == [True]
    assert asked(server, 0)["query"] == "Molenaar"


REFUSALS = [
    (402, {"title": "CreditsDepleted"}, {}, "credits", timedelta(hours=1)),
    (403, {"title": "SpendCapReached"}, {}, "spending", timedelta(hours=12)),
    (429, {"title": "UsageCapExceeded"}, {"x_rate_limit_reset": "1"}, "cap", timedelta(hours=12)),
    (429, {"title": "Too Many Requests"}, {}, "rate", timedelta(minutes=1)),
]


@pytest.mark.parametrize(("status", "body", "headers", "name", "lasts"), REFUSALS)
def test_each_refusal_stops_all_buying_for_as_long_as_it_may_last(
    status: int, body: dict[str, str], headers: dict[str, str], name: str, lasts: timedelta
) -> None:
    """Nothing is asked while it lasts, by any source; the first answer afterwards ends it."""
    purse = FakePurchases()
    other = source(key="another-x", kind="x", address="Hydrovalk")
    refused = page(json.dumps(body).encode(), status=status, **headers)
    with buying(in_turn(refused, posts(NEW)), purse=purse) as (kind, server):
        with pytest.raises((OutOfBudget, RateLimited)):
            kind.fetch(QUERY, None, NOON)
        [halt] = purse.halts()
        assert (halt.name, halt.since, halt.until) == (name, NOON, NOON + lasts)
        with pytest.raises((OutOfBudget, Postponed)):
            kind.fetch(other, None, NOON + lasts - timedelta(seconds=1))
        assert [one.path.partition("?")[0] for one in server.asked if "usage" not in one.path] == [SEARCH]
        kind.fetch(other, None, NOON + lasts)
        assert purse.halts() == []
    assert purse.used["2026-11"] == 5_000


def test_the_monthly_cap_lasts_until_x_counts_anew() -> None:
    """The day of the month is X's to say, and asking for it is free."""
    purse = FakePurchases()
    capped = page(json.dumps({"title": "UsageCapExceeded"}).encode(), status=429)
    used = page(json.dumps({"data": {"cap_reset_day": 28, "project_cap": "3000000", "project_usage": "3000000"}}).encode())
    with serving({SEARCH: capped, "/2/usage/tweets": used}) as server:
        kind = XKind(XAccess(api_url=server.url("/"), bearer_token=TOKEN, monthly=1_000_000), purse)
        with pytest.raises(OutOfBudget, match="monthly cap"):
            kind.fetch(QUERY, None, NOON)
        kind.close()
    assert purse.halts()[0].until == datetime(2026, 11, 28, tzinfo=UTC)
    assert purse.used["2026-11"] == 0


@pytest.mark.parametrize(
    ("day", "begins"), [(20, "2026-12-20"), (21, "2026-11-21"), (31, "2026-12-01"), (1, "2026-12-01"), (30, "2026-11-30")]
)
def test_a_period_begins_on_its_day_of_the_month(day: int, begins: str) -> None:
    """A month without that day hands it to the first of the next."""
    assert Usage(used=1, cap=2, resets_on=day).begins_anew(NOON).date().isoformat() == begins


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"data": []}',
        b'{"data": {"cap_reset_day": 40, "project_cap": "1", "project_usage": "1"}}',
        b'{"data": {"project_cap": true}}',
    ],
)
def test_a_usage_that_is_none_is_not_believed(body: bytes) -> None:
    """Then the cap is looked at again on the next day."""
    assert usage_of(body) is None


def test_a_rate_limit_without_a_time_lasts_longer_each_time() -> None:
    """A minute, then as long as it has lasted, up to a quarter of an hour."""
    purse, now, waits = FakePurchases(), NOON, []
    with buying(page(b"{}", status=429), purse=purse) as (kind, _):
        for _ in range(7):
            with pytest.raises(RateLimited):
                kind.fetch(QUERY, None, now)
            until = purse.halts()[0].until
            assert until is not None
            waits.append((until - now) // timedelta(minutes=1))
            now = until
    assert waits == [1, 1, 2, 4, 8, 15, 15]


def test_a_refusal_of_one_query_stops_no_other() -> None:
    """A wrong query, and an account that lacks access, are for a person; the clock only slows down."""
    purse = FakePurchases()
    for status in (400, 401, 403, 500, 503):
        with buying(page(b"{}", status=status), purse=purse) as (kind, _), pytest.raises(SourceError):
            kind.fetch(QUERY, None, NOON)
        assert purse.halts() == []


def test_a_day_may_have_a_budget_of_its_own() -> None:
    """When it is spent, buying goes on at midnight UTC; the sentence says so."""
    with buying(posts(NEW), daily=60_000) as (kind, server):
        first = kind.fetch(QUERY, None, NOON)
        assert asked(server)["max_results"] == "12"
        second = kind.fetch(QUERY, first.cursor, NOON)
        with pytest.raises(OutOfBudget, match=r"\$0.015 of today's \$0.06 is spent .* 00:00 UTC"):
            many = FakePurchases(used={"2026-11-20": 15_000})
            with buying(posts(NEW), purse=many, daily=60_000) as (poorer, _):
                poorer.fetch(QUERY, None, NOON)
        assert kind.fetch(QUERY, second.cursor, NOON + timedelta(days=1)).cost == pytest.approx(0.005)


def test_without_an_archive_nothing_is_bought() -> None:
    """The kind by itself, as `listener parse` and the like load it, has no purse; it reads all the same."""
    kind = XKind.equip(Means(fetcher=None, read=None))  # type: ignore[arg-type]
    with pytest.raises(AccessDenied, match="no archive remembers"):
        kind.fetch(QUERY, None, NOON)
    body = json.dumps({"data": [post(NEW)], "meta": {}}).encode()
    assert [one.guid for one in kind.parse(document(body=body))] == [str(NEW)]
    assert kind.place(QUERY) == QUERY.address
    kind.close()

"""The tests' door to the demo's X: its clock is in our hand, and it can be told to refuse, to stumble and to lie.

with XServer() as x:
    x.world.say("7", "Mijn pomp lekt", NOON - timedelta(minutes=5))
    x.next(Fault.OVERLOADED, Fault.TRUNCATED)
    ... x.address ... x.answered ... x.network.bill.cost ...
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from listener.demo.serving import Answer, Door
from listener.demo.x import Account, Bill, Dialect, Network, World, refusals
from listener.demo.x.network import SEARCH
from listener.demo.x.refusals import Invalid, Refusal
from listener.demo.x.search import INDEXING, Search

TOKEN = "AAAA-fictional-bearer"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PEOPLE = tuple(
    Account(id=str(700 + number), handle=handle, name=handle.title(), followers=number * 37)
    for number, handle in enumerate(("sanne", "joris", "femke", "bram", "lotte", "driss", "marit", "teun"))
)


class Fault(Enum):
    """What the next answer may be instead of the right one."""

    BAD_QUERY = "400: the query"
    BAD_FIELD = "400: a field"
    STALE = "400: the since_id is too old"
    UNAUTHORIZED = "401"
    NO_CREDITS = "402"
    NOT_ENROLLED = "403: the app is in no project"
    NO_ACCESS = "403: the level of access, code 453"
    NOT_PERMITTED = "403: the account"
    SPEND_CAP = "403: the spending limit"
    LIMITED = "429 with headers"
    LIMITED_BARE = "429 without headers"
    LIMITED_OLD = "429 in the old words, code 88"
    CAPPED = "429: the monthly cap, with the headers of a rate limit"
    OVERLOADED = "503 in HTML"
    BROKEN = "500 in JSON"
    WEB_PAGE = "200 in HTML"
    NOT_JSON_OBJECT = "200 with a list"
    TRUNCATED = "200 with half the JSON"
    CUT_OFF = "200, and the connection ends half-way"
    SLOW = "200, a few bytes at a time"
    SILENT = "the headers, and then nothing"
    DUPLICATE = "the page before, once more"
    TOKEN_LOOP = "a next_token that leads back to itself"
    EMPTY_WITH_TOKEN = "no posts, and a next_token"
    DRIFTED = "posts without the fields that were asked for"


# These are answered before anything was read, so nothing is billed.
_REFUSALS: Mapping[Fault, Callable[[str], Refusal]] = {
    Fault.UNAUTHORIZED: lambda _: refusals.generic(401, "Unauthorized"),
    Fault.NO_CREDITS: refusals.no_credits,
    Fault.NOT_ENROLLED: refusals.not_enrolled,
    Fault.NO_ACCESS: lambda _: refusals.no_access(),
    Fault.NOT_PERMITTED: lambda _: refusals.not_permitted(),
    Fault.SPEND_CAP: refusals.spend_cap,
    Fault.LIMITED: lambda _: refusals.too_many(),
    Fault.LIMITED_BARE: lambda _: refusals.too_many(),
    Fault.LIMITED_OLD: lambda _: refusals.too_many_in_old_words(),
    Fault.CAPPED: refusals.usage_capped,
    Fault.OVERLOADED: lambda _: refusals.overloaded(),
    Fault.BROKEN: lambda _: refusals.generic(500, "Internal Server Error"),
    Fault.WEB_PAGE: lambda _: refusals.web_page(),
}
_FOR_EVER = 3600.0  # seconds, longer than any patience
# What was read and billed, and does not arrive whole.
DESTRUCTIVE = frozenset({Fault.TRUNCATED, Fault.CUT_OFF, Fault.SILENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One request and what it got; `posts` are the ids that really went out, `fault` what went wrong on purpose."""

    at: datetime
    path: str
    asked: Mapping[str, str]
    status: int
    posts: tuple[int, ...]
    fault: Fault | None


class XServer:
    """An X on loopback while it is open; `now` is its time, and moves only by our hand.

    `pause` is how long a slow answer waits before each few bytes, in seconds.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        now: datetime = NOW,
        dialect: Dialect = Dialect.TWEET,
        bill: Bill | None = None,
        is_strict: bool = True,
        page_limit: int = 100,
        indexing: timedelta = INDEXING,
        pause: float = 0.2,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.world = world or World(PEOPLE)
        self.network = Network(
            self.world, TOKEN, dialect=dialect, bill=bill, is_strict=is_strict, page_limit=page_limit, indexing=indexing
        )
        self.now = now
        self.answered: list[Answered] = []
        self._clock = clock or (lambda: self.now)
        self._pause = pause
        self._lock = threading.Lock()
        self._faults: deque[Fault | None] = deque()
        self._pages: dict[str, Answer] = {}
        self._door = Door(self, "fake-x")

    @property
    def address(self) -> str:
        """What to give as api_url."""
        return self._door.address

    def next(self, *faults: Fault | None) -> None:
        """Have the next searches go wrong, one each; None is one that goes well."""
        with self._lock:
            self._faults.extend(faults)

    def well(self) -> None:
        """Forget the faults that did not happen yet."""
        with self._lock:
            self._faults.clear()

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer a GET, with the next fault when it is a search."""
        parts = urlsplit(target)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        authorization = headers.get("Authorization") or ""
        with self._lock:
            now = self._clock()
            fault = self._faults.popleft() if self._faults and parts.path == SEARCH else None
            if fault is None:
                made = self.network.answer(parts.path, asked, authorization, now)
                if made.status == 200 and parts.path == SEARCH:
                    self._pages[asked.get("query", "")] = made
            else:
                made = self._wrong(fault, asked, authorization, now)
            self.answered.append(Answered(at=now, path=parts.path, asked=asked, status=made.status, posts=_ids(made), fault=fault))
            return made

    def _wrong(self, fault: Fault, asked: Mapping[str, str], authorization: str, now: datetime) -> Answer:
        if fault in _REFUSALS:
            return _REFUSALS[fault](self.network.dialect.host).answer(self._headers(fault, now))
        if fault in {Fault.BAD_QUERY, Fault.BAD_FIELD, Fault.STALE}:
            return self._invalid(fault, asked, now)
        before = self._pages.get(asked.get("query", ""))
        if fault is Fault.DUPLICATE and before is not None:
            self.network.bill.read(_ids(before), (), now)  # what is sent is billed
            return before
        if fault is Fault.EMPTY_WITH_TOKEN:
            meta = {"result_count": 0, "next_token": self._token(asked, now)}
            return Answer(200, json.dumps({"meta": meta}).encode(), self._headers(fault, now))
        made = self.network.answer(SEARCH, asked, authorization, now)
        return self._spoilt(fault, made, asked, now) if made.status == 200 else made

    def _headers(self, fault: Fault, now: datetime) -> dict[str, str]:
        headers = self.network.headers(SEARCH, now)
        if fault in {Fault.LIMITED, Fault.LIMITED_OLD}:
            headers["x-rate-limit-remaining"] = "0"
        elif fault is Fault.CAPPED:
            headers["x-rate-limit-remaining"] = "39999"  # as it was seen: the rate limit is not what is reached
        elif fault is Fault.LIMITED_BARE:
            headers = {}
        return headers

    def _token(self, asked: Mapping[str, str], now: datetime) -> str:
        """The token that was sent, or one that leads to the page that was asked for."""
        search = Search.of(asked, now, self.network.indexing)
        return asked.get("next_token") or search.token(search.high, now)

    def _invalid(self, fault: Fault, asked: Mapping[str, str], now: datetime) -> Answer:
        oldest = now - timedelta(days=7)
        said = {
            Fault.BAD_QUERY: Invalid("There were errors processing your request: no viable alternative (at position 3)", query="?"),
            Fault.BAD_FIELD: Invalid(
                "The `tweet.fields` query parameter value [mood] is not one of [id,text]", **{"tweet.fields": "mood"}
            ),
            Fault.STALE: Invalid(
                f"'since_id' must be a tweet id created after {oldest:%Y-%m-%dT%H:%MZ}. Please use a 'since_id' that is larger than 17",
                since_id=asked.get("since_id", ""),
            ),
        }
        return refusals.invalid(said[fault], self.network.dialect.host).answer(self.network.headers(SEARCH, now))

    def _spoilt(self, fault: Fault, made: Answer, asked: Mapping[str, str], now: datetime) -> Answer:
        """A right answer, gone wrong on its way."""
        half = len(made.body) // 2
        match fault:
            case Fault.NOT_JSON_OBJECT:
                return replace(made, body=b"[]")
            case Fault.TRUNCATED:
                return replace(made, body=made.body[:half])
            case Fault.CUT_OFF:
                return replace(made, cut=half)
            case Fault.SLOW:
                return replace(made, pauses=self._pause, piece=40)
            case Fault.SILENT:
                return replace(made, pauses=_FOR_EVER)
        body = json.loads(made.body)
        if fault is Fault.TOKEN_LOOP:
            body["meta"]["next_token"] = self._token(asked, now)
        elif fault is Fault.DRIFTED:
            body["data"] = [{name: post[name] for name in ("id", "text")} for post in body.get("data", [])]
        return replace(made, body=json.dumps(body).encode())

    def __enter__(self) -> Self:
        self._door.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._door.close()


def _ids(made: Answer) -> tuple[int, ...]:
    """The posts of an answer, where it can be read to its end."""
    if made.status != 200 or made.cut is not None or made.pauses == _FOR_EVER:
        return ()
    try:
        body = json.loads(made.body)
    except ValueError:
        return ()
    data = body.get("data", []) if isinstance(body, dict) else []
    return tuple(int(one["id"]) for one in data if isinstance(one, dict) and str(one.get("id", "")).isdigit())

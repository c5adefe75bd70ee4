"""The kind `x`: recent search on X, one page a visit, within a budget.

`address` is the query. Money is set aside, one page is bought, kept as it came, paid, and only then read; the cursor says what was
read and what was not (x_state.py), so that storing page by page loses nothing and buys nothing twice. docs/explanation/x.md draws
the whole way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from listener.core.errors import AccessDenied, ParseError
from listener.core.failpoint import point
from listener.core.model import Cursor, Document, Entry, Fetched, Source
from listener.core.purchases import MICROS, BoughtPage, Good, Prices, Purchases, Purpose
from listener.sources import x_posts
from listener.sources.means import Means, XAccess
from listener.sources.x_api import ACCEPTED, FIELDS, Api
from listener.sources.x_gaps import Window
from listener.sources.x_purse import LARGEST_PAGE, SMALLEST_PAGE
from listener.sources.x_queries import Part, parts_of
from listener.sources.x_refusals import is_stale, refusal
from listener.sources.x_state import State

__all__ = ["SEARCH_FIELDS", "XAccess", "XKind"]

SEARCH_FIELDS = (
    "created_at",
    "author_id",
    "conversation_id",
    "in_reply_to_user_id",
    "referenced_tweets",
    "public_metrics",
    "lang",
    "entities",
    "note_tweet",
    "edit_history_tweet_ids",
    "possibly_sensitive",
    "withheld",
)
# Where posts are no longer called tweets, who wrote them is an expansion, which is billed, and is not asked for.
_POST_NAMES_LACK = frozenset({"author_id"})


class XKind:
    """Recent search with one bearer token; `purchases` is the archive's memory of money and pages."""

    def __init__(
        self,
        access: XAccess,
        purchases: Purchases,
        *,
        timeouts: tuple[float, float] = (10.0, 30.0),
        agent: str = "",
    ) -> None:
        self._api = Api(access, purchases, timeouts=timeouts, agent=agent)
        self._access = access
        self._purchases = purchases
        self._fields = frozenset(SEARCH_FIELDS) - (_POST_NAMES_LACK if access.names == "post" else frozenset())

    @classmethod
    def equip(cls, means: Means) -> XKind:
        """The kind with the means of a running Listener; where no archive remembers what is bought it only reads."""
        if means.purchases is None:
            return _Reader()
        return cls(means.x or XAccess(), means.purchases, agent=means.user_agent)

    @staticmethod
    def place(source: Source) -> str:
        """What X is asked for a source, a query or several; raises AccessDenied when it cannot be said."""
        return " | ".join(one.query for one in parts_of(source.address))

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Take up a page that waits, or buy one; raises SourceError, whose cost is what may have been spent."""
        parts = parts_of(source.address)
        before = State.of(cursor, parts)
        waiting = self._purchases.page_after(source.key, before.page)
        if waiting is not None and waiting.part in before.parts:
            # As it was when the page was asked for, whatever has passed out of reach since.
            taken = self._taken(source, parts, before.trimmed(waiting.received_at), waiting, now)
            if taken is not None:
                return taken
        state = before.trimmed(now)
        probing = self._api.ready(now)
        key, window = state.next(now, self._access.relook)
        part = next(one for one in parts if one.key == key)
        return self._buy(source, parts, state, part, window, now, probing=probing)

    def parse(self, document: Document) -> Sequence[Entry]:
        """The posts of a page, in either dialect; raises ParseError when it is none."""
        return x_posts.entries(document)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._api.close()

    def _buy(  # noqa: PLR0917 - one page has that many circumstances
        self, source: Source, parts: Sequence[Part], state: State, part: Part, window: Window, now: datetime, *, probing: bool
    ) -> Fetched:
        reservation = self._api.purse.reserve(
            Purpose.PAGE,
            source.key,
            now,
            price=self._access.prices.post,
            most=SMALLEST_PAGE if probing else LARGEST_PAGE,
            least=SMALLEST_PAGE,
        )
        asked = {
            "max_results": reservation.units,
            "since_id": window.since_id or None,
            "until_id": window.until_id or None,
            "start_time": window.start_at,
            "next_token": window.token or None,
            "tweet_fields": list(SEARCH_FIELDS),
        }
        if probing:
            self._api.drifted(next(one.missing for one in self._purchases.halts() if one.name == FIELDS), now)
        answer = self._api.call(reservation, lambda client: client.search_recent_tweets(part.query, **asked), now)
        if is_stale(answer.status_code, answer.content):
            if not (window.since_id or window.until_id):
                raise refusal(answer.status_code, answer.headers, answer.content, now)
            # Not a failure of the search: what X no longer shows is noted, and the rest is asked for at once.
            after = state.with_part(part.key, state.parts[part.key].without(window, now))
            return Fetched(
                document=None, cursor=after.cursor(), more=True, status=answer.status_code, coverage=after.coverage(parts, now)
            )
        page = BoughtPage(
            source=source.key,
            reservation=reservation.number,
            after=state.page,
            part=part.key,
            asked=_written(window, part),
            status=answer.status_code,
            media_type=answer.headers.get("Content-Type", ""),
            body=answer.content,
            received_at=now,
        )
        number = self._purchases.keep_page(page)
        point("x.kept")
        taken = self._taken(source, parts, state, replace(page, id=number), now, amount=reservation.amount)
        assert taken is not None
        return taken

    def _taken(
        self, source: Source, parts: Sequence[Part], state: State, kept: BoughtPage, now: datetime, *, amount: int | None = None
    ) -> Fetched | None:
        """What a kept page brings; `amount` is what was set aside for it now, None for a page that had waited.

        None when a page that had waited holds posts in a format that changed: nobody reads it before a person says so.
        """
        part = next(one for one in parts if one.key == kept.part)
        document = Document(
            source=source.key,
            url=f"{self._access.api_url.rstrip('/')}/2/tweets/search/recent?query={quote(part.query)}{x_posts.WIDER * part.wider}",
            media_type=kept.media_type,
            body=kept.body,
            fetched_at=kept.received_at,
        )
        try:
            page = x_posts.page(kept.body)
        except ParseError:
            # The bytes are kept and `parse` will say what is wrong with them; what they cost, nobody knows.
            self._purchases.mark_page(kept.id, "unreadable")
            return Fetched(document=document, cursor=state.cursor(), cost=(amount or 0) / MICROS, status=kept.status)
        cost = self._purchases.settle(kept.reservation, goods(page, self._access.prices), kept.received_at)
        point("x.settled")
        missing = tuple(name for name in page.missing(self._fields) if name not in self._api.accepted())
        if missing:
            if amount is None:
                return None
            self._purchases.mark_page(kept.id, "drifted")
            reason = self._api.drifted(missing, now).reason
            raise ParseError(reason, status=kept.status, size=len(kept.body), cost=cost / MICROS)
        if page.posts and not page.missing(self._fields):
            self._fields_are_back()
        window = _read(kept, state)
        reach = state.parts[part.key].after(window, page.ids, page.next_token, kept.received_at)
        after = state.with_part(part.key, reach, kept.id)
        return Fetched(
            document=document if page.posts else None,
            cursor=after.cursor(),
            more=after.unfinished(now),
            cost=cost / MICROS if amount is not None else 0.0,
            status=kept.status,
            coverage=after.coverage(parts, now),
        )

    def _fields_are_back(self) -> None:
        for one in self._purchases.halts():
            if one.name in {FIELDS, ACCEPTED}:
                self._purchases.resume(one.name)


class _Reader(XKind):
    """The kind where no archive remembers what is bought: it reads what somebody kept, and buys nothing."""

    def __init__(self) -> None:
        pass

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:  # noqa: ARG002 - the port's signature
        """Raise AccessDenied."""
        raise AccessDenied("X: nothing is bought where no archive remembers what it cost")

    def close(self) -> None:
        """Nothing is open."""


def goods(page: x_posts.Page, prices: Prices) -> list[Good]:
    """What of a page is billed: its posts, and whatever came beside them."""
    made = [Good(what="post", ref=str(one), price=prices.post) for one in dict.fromkeys(page.ids)]
    made += [Good(what="post", ref=one, price=prices.post) for one in dict.fromkeys(page.others) if int(one) not in page.ids]
    return made + [Good(what="user", ref=one, price=prices.user) for one in dict.fromkeys(page.users)]


def _written(window: Window, part: Part) -> dict[str, str]:
    """What was asked, as text: enough to take the page up later."""
    asked = {"query": part.query, "since_id": str(window.since_id), "until_id": str(window.until_id), "token": window.token}
    if window.start_at is not None:
        asked["start_at"] = window.start_at.isoformat()
    if window.gap is not None:
        asked["gap"] = f"{window.gap.low}-{window.gap.high}"
    return asked


def _read(kept: BoughtPage, state: State) -> Window:
    """The window that a kept page answers; its gap is still open, since the page is the next after the state."""
    asked = kept.asked
    gap = next((one for one in state.parts[kept.part].gaps if f"{one.low}-{one.high}" == asked.get("gap")), None)
    start = asked.get("start_at")
    return Window(
        since_id=int(asked["since_id"]),
        until_id=int(asked["until_id"]),
        token=asked["token"],
        start_at=datetime.fromisoformat(start) if start else None,
        gap=gap,
    )

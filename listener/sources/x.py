"""The kind `x`: recent search on X, one page a visit, within a budget.

`address` is the query. The page is bought after its money was set aside; the cursor says what was read and what was not
(x_gaps.py), so that storing page by page loses nothing and buys nothing twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import requests

from listener.core.errors import AccessDenied, ParseError, SourceError, Unreachable
from listener.core.model import Cursor, Document, Entry, Fetched, Source
from listener.sources import x_posts
from listener.sources.http import user_agent
from listener.sources.means import Means, XAccess
from listener.sources.x_gaps import Reach, Window
from listener.sources.x_purse import Purse, Reservation
from listener.sources.x_refusals import is_stale, refusal

if TYPE_CHECKING:
    from listener.sources.x_client import Client

__all__ = ["XAccess", "XKind"]

_FIELDS = [
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
]
_NO_TOKEN = "X: there is no token; put it into the environment variable that [x] bearer_token_env names (LISTENER_X_BEARER_TOKEN)"  # noqa: S105 - a sentence


class XKind:
    """Recent search with one bearer token; `spent(now)` is the ledger's sum of US dollars for the month of `now`."""

    def __init__(
        self,
        access: XAccess,
        spent: Callable[[datetime], float],
        *,
        timeouts: tuple[float, float] = (10.0, 30.0),
        agent: str = "",
    ) -> None:
        self._access = access
        self._purse = Purse(access.monthly_budget, spent)
        self._timeouts = timeouts
        self._user_agent = agent or user_agent()
        self._here = threading.local()
        self._lock = threading.Lock()
        self._clients: list[Client] = []

    @classmethod
    def equip(cls, means: Means) -> XKind:
        """The kind with the means of a running Listener."""
        return cls(means.x or XAccess(), means.spent, agent=means.user_agent)

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Buy one page; raises SourceError, whose cost is what may have been spent."""
        token = (self._access.bearer_token or "").strip()
        if not token:
            raise AccessDenied(_NO_TOKEN)
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise AccessDenied("X: the token holds a space or a sign that no token has; set it again")
        reach = Reach.of(cursor).trimmed(now)
        window = reach.window(now)
        with self._purse.reserve(now) as reservation:
            return self._buy(source, reach, window, reservation, now)

    def parse(self, document: Document) -> Sequence[Entry]:
        """The posts of a page, in either dialect; raises ParseError when it is none."""
        return x_posts.entries(document)

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.session.close()
        self._here = threading.local()

    def _buy(self, source: Source, reach: Reach, window: Window, reservation: Reservation, now: datetime) -> Fetched:
        answer = self._ask(source.address, window, reservation)
        status, body = answer.status_code, answer.content
        if status != 200:
            reservation.settle(0)
            if is_stale(status, body) and (window.since_id or window.until_id):
                # Not a failure of the search: what X no longer shows is noted, and the rest is asked for at once.
                return Fetched(document=None, cursor=reach.without(window, now).cursor(), more=True, status=status)
            raise refusal(status, answer.headers, body, now)
        document = Document(
            source=source.key,
            url=f"{self._access.api_url.rstrip('/')}/2/tweets/search/recent",
            media_type=answer.headers.get("Content-Type", ""),
            body=body,
            fetched_at=now,
        )
        try:
            page = x_posts.page(body)
        except ParseError:
            # The bytes are kept and `parse` will say what is wrong with them; what they cost, nobody knows.
            return Fetched(document=document, cursor=reach.cursor(), cost=reservation.cost, status=status)
        after = reach.after(window, page.ids, page.next_token, now)
        cost = reservation.settle(len(page.posts))
        return Fetched(
            document=document if page.posts else None, cursor=after.cursor(), more=bool(after.gaps), cost=cost, status=status
        )

    def _ask(self, query: str, window: Window, reservation: Reservation) -> requests.Response:
        asked = {
            "max_results": reservation.posts,
            "since_id": window.since_id or None,
            "until_id": window.until_id or None,
            "start_time": window.start_at,
            "next_token": window.token or None,
            "tweet_fields": list(_FIELDS),
        }
        try:
            answer: requests.Response = self._client().search_recent_tweets(query, **asked)
        except SourceError as error:
            error.cost = reservation.cost
            raise
        except requests.RequestException as fault:
            if _never_sent(fault):
                reservation.settle(0)
                raise Unreachable(f"X cannot be reached: {_words(fault)}") from fault
            raise Unreachable(
                f"X did not answer wholly ({_words(fault)}); its page counts as bought", cost=reservation.cost
            ) from fault
        return answer

    def _client(self) -> Client:
        client: Client | None = getattr(self._here, "client", None)
        if client is None:
            from listener.sources.x_client import Client  # noqa: PLC0415 - tweepy is loaded when X is used, not when it is named

            client = Client(
                self._access.api_url, (self._access.bearer_token or "").strip(), self._user_agent, timeouts=self._timeouts
            )
            self._here.client = client
            with self._lock:
                self._clients.append(client)
        return client


def _never_sent(fault: requests.RequestException) -> bool:
    """Whether the request surely did not reach X, so that it cannot cost anything."""
    if isinstance(fault, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(fault)  # before anything was sent; other faults of TLS may come later
    if isinstance(fault, (requests.exceptions.ConnectTimeout, ValueError)):
        return True
    reason = getattr(fault.args[0], "reason", None) if fault.args else None
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


def _words(fault: requests.RequestException) -> str:
    names = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "silent for too long",
        "SSLError": "its certificate or encryption is not valid",
        "ConnectionError": "the connection failed",
        "ChunkedEncodingError": "the answer broke off",
        "ContentDecodingError": "the compressed answer is damaged",
    }
    return names.get(type(fault).__name__, type(fault).__name__)

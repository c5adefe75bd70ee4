"""Calls to X's API that cost money: never without a token, a budget and a reservation, and never while buying stands still."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import requests

from listener.core.errors import AccessDenied, OutOfBudget, Postponed, SourceError, Unreachable
from listener.core.failpoint import point
from listener.core.purchases import MICROS, Halt, Purchases
from listener.sources.http import user_agent
from listener.sources.means import XAccess
from listener.sources.x_purse import Purse, Reservation
from listener.sources.x_refusals import halt_for, halt_name, is_stale, refusal
from listener.sources.x_usage import Usage, usage_of

# tweepy is loaded when X is used, not when it is named.
if TYPE_CHECKING:
    from listener.sources.x_client import Client

FIELDS = "fields"  # the halt of a format that changed
ACCEPTED = "accepted"  # the fields that a person said may be missing; no halt in itself
# How often one small page is bought to see whether fields that were missing are back.
PROBE_EVERY = timedelta(days=1)
_NO_TOKEN = "X: there is no token; put it into the environment variable that [x] bearer_token_env names (LISTENER_X_BEARER_TOKEN)"  # noqa: S105 - a sentence


class Api:
    """One bearer token's access, for all threads; `timeouts` are connect and idle read, in seconds."""

    def __init__(
        self, access: XAccess, purchases: Purchases, *, timeouts: tuple[float, float] = (10.0, 30.0), agent: str = ""
    ) -> None:
        self.access = access
        self.purchases = purchases
        self.purse = Purse(access, purchases)
        self._timeouts = timeouts
        self._user_agent = agent or user_agent()
        self._here = threading.local()
        self._lock = threading.Lock()
        self._clients: list[Client] = []

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.session.close()
        self._here = threading.local()

    def ready(self, now: datetime) -> bool:
        """Whether a call may be made now, and if so whether it is a probe for missing fields; raises SourceError when none may."""
        token = (self.access.bearer_token or "").strip()
        if not token:
            raise AccessDenied(_NO_TOKEN)
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise AccessDenied("X: the token holds a space or a sign that no token has; set it again")
        probing = False
        for halt in self.purchases.halts():
            if halt.name == ACCEPTED:
                continue
            if halt.until is None or halt.until > now:
                if halt.name == "rate" and halt.until is not None:
                    raise Postponed(halt.reason, until=halt.until)
                raise OutOfBudget(halt.reason)
            probing |= halt.name == FIELDS
        return probing

    def call(self, reservation: Reservation, ask: Callable[[Client], requests.Response], now: datetime) -> requests.Response:
        """One call that money was set aside for; the answer when it is 200, or 400 about an id that is too old.

        Raises SourceError, whose cost is what may have been spent: nothing where X refused or was not reached, all of it where
        nobody knows.
        """
        point("x.reserved")
        try:
            answer = ask(self._client())
        except SourceError as error:
            error.cost = reservation.amount / MICROS
            raise
        except requests.RequestException as fault:
            if _never_sent(fault):
                reservation.settle((), now)
                raise Unreachable(f"X cannot be reached: {_words(fault)}") from fault
            raise Unreachable(
                f"X did not answer wholly ({_words(fault)}); its page counts as bought", cost=reservation.amount / MICROS
            ) from fault
        point("x.answered")
        if answer.status_code == 200:
            self._goes_on()
            return answer
        reservation.settle((), now)
        if is_stale(answer.status_code, answer.content):
            return answer
        refused = refusal(answer.status_code, answer.headers, answer.content, now)
        self._pause(refused, now)
        raise refused

    def _pause(self, error: SourceError, now: datetime) -> None:
        name = halt_name(error)
        standing = next((one for one in self.purchases.halts() if one.name == name), None)
        halt = halt_for(error, standing.since if standing else now, now)
        if halt is not None and halt.name == "cap" and (used := self._usage()) is not None:
            halt = replace(halt, until=used.begins_anew(now))
        if halt is not None:
            self.purchases.halt(halt)

    def _usage(self) -> Usage | None:
        """What X has counted in its billing period, which costs nothing to ask; None where it does not say."""
        try:
            fields = "cap_reset_day,project_cap,project_usage"
            answer = self._client().request("GET", "/2/usage/tweets", params={"usage.fields": fields})
        except (SourceError, requests.RequestException):
            return None
        return usage_of(answer.content) if answer.status_code == 200 else None

    def _goes_on(self) -> None:
        """X sells again: what had stopped it is over, but for a format that changed."""
        for one in self.purchases.halts():
            if one.name not in {FIELDS, ACCEPTED}:
                self.purchases.resume(one.name)

    def drifted(self, missing: tuple[str, ...], now: datetime) -> Halt:
        """Stop buying, since fields that every post has came with none; a person is told, and a small page a day looks again."""
        names = ", ".join(missing)
        reason = (
            f"X's format has changed: {names} came with no post of a whole page. The page is kept and nothing more is bought; "
            "a small page each day sees whether it is back. `listener resume` goes on without it"
        )
        halt = Halt(name=FIELDS, since=now, until=now + PROBE_EVERY, reason=reason, missing=missing)
        self.purchases.halt(halt)
        return halt

    def accepted(self) -> frozenset[str]:
        """The fields that a person said may be missing."""
        return frozenset(name for one in self.purchases.halts() if one.name == ACCEPTED for name in one.missing)

    def _client(self) -> Client:
        client: Client | None = getattr(self._here, "client", None)
        if client is None:
            from listener.sources.x_client import Client  # noqa: PLC0415 - see above

            client = Client(
                self.access.api_url,
                (self.access.bearer_token or "").strip(),
                self._user_agent,
                timeouts=self._timeouts,
                names=self.access.names,
            )
            self._here.client = client
            with self._lock:
                self._clients.append(client)
        return client


def resume(purchases: Purchases, now: datetime) -> int:
    """A person says that buying goes on: every halt ends, and fields that were missing may stay away; how many halts there were."""
    halts = purchases.halts()
    missing = {name for one in halts if one.name in {FIELDS, ACCEPTED} for name in one.missing}
    ended = purchases.resume()
    if missing:
        purchases.halt(
            Halt(name=ACCEPTED, since=now, until=now, reason="a person goes on without these", missing=tuple(sorted(missing)))
        )
    return ended - any(one.name == ACCEPTED for one in halts)


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

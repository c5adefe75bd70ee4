"""X's refusals in words: what each means, and the error whose type says what to do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.core.errors import AccessDenied, OutOfBudget, RateLimited, SourceError, Unreachable
from listener.core.purchases import Halt
from listener.core.text import tidy
from listener.sources.manners import retry_at

_STALE = "must be a tweet id created after"
_STALE_POST = "must be a post id created after"
# The statuses that the ends of problem types, and their titles, come with.
_STATUS = {
    "invalid-request": 400,
    "Invalid Request": 400,
    "Unauthorized": 401,
    "credits": 402,
    "CreditsDepleted": 402,
    "client-forbidden": 403,
    "Client Forbidden": 403,
    "Forbidden": 403,
    "SpendCapReached": 403,
    "usage-capped": 429,
    "UsageCapExceeded": 429,
    "Too Many Requests": 429,
    "Service Unavailable": 503,
    "Internal Server Error": 500,
}
_LONGEST_WAIT = timedelta(days=1)
# Without a time of X's own: a minute, then as long again as it has lasted, up to a quarter of an hour.
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
# A call that is refused costs nothing: so often it is looked whether somebody has bought credits.
_CREDITS_AGAIN = timedelta(hours=1)


def is_stale(status: int, body: bytes) -> bool:
    """Whether X says that an id we sent is too old for its search (400)."""
    return status == 400 and any(words in message for message in _messages(_problem(body)) for words in (_STALE, _STALE_POST))


def refusal(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> SourceError:
    """The error that an answer other than 200 stands for. Failed answers are not billed, so it costs nothing."""
    problem = _problem(body)
    said = _said(problem)
    if status == 400:
        return AccessDenied(_invalid(problem, said), status=400, size=len(body))
    if status == 401:
        return AccessDenied("X does not know our token (401); make a new one and set it", status=401, size=len(body))
    if status == 402:
        words = "X: the account has no credits left (402); buy credits in X's console, then `listener resume` and `collect`"
        return OutOfBudget(words, status=402, size=len(body))
    if status == 403:
        return _forbidden(problem, said, len(body))
    if status == 429:
        return _too_much(problem, headers, now)
    if 300 <= status < 400:
        return AccessDenied(
            f"X answered with a redirect ({status}), which is not followed; check [x] api_url", status=status, size=len(body)
        )
    if status == 404:
        return AccessDenied("there is no recent search at this address (404); check [x] api_url", status=404, size=len(body))
    if status == 503:
        return RateLimited("X is overloaded (503)", until=retry_at(headers.get("Retry-After", ""), now), status=503)
    if status >= 500:
        return Unreachable(f"X has a fault of its own ({status})", status=status, size=len(body))
    return Unreachable(f"X answered {status}{said}", status=status, size=len(body))


def halt_for(error: SourceError, since: datetime, now: datetime) -> Halt | None:
    """How all buying on X pauses after a refusal, or None where it concerns one search alone; `since` is when its kind began.

    * a rate limit: until X says, else a minute and longer each time, up to 15 minutes
    * no credits (402): looked at again each hour, since a person may have bought some
    * the spending limit of X's console (403), the account's monthly cap (429): until the next UTC day, when it may have been
      raised or its period be over; asking sooner would change nothing. Where X says when the cap's period ends: until then
    """
    if isinstance(error, RateLimited):
        if error.status == 503 and error.until is None:
            return None  # a fault of the moment, and of one machine of theirs
        until = error.until or now + min(max(now - since, _SHORTEST_PAUSE), _LONGEST_PAUSE)
        return Halt(name="rate", since=since, until=until, reason=error.detail)
    if not isinstance(error, OutOfBudget):
        return None
    if error.status == 402:
        return Halt(name="credits", since=since, until=now + _CREDITS_AGAIN, reason=error.detail)
    tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Halt(name="spending" if error.status == 403 else "cap", since=since, until=tomorrow, reason=error.detail)


def halt_name(error: SourceError) -> str:
    """The name of the halt that a refusal begins, "" when it begins none."""
    if isinstance(error, RateLimited):
        return "rate"
    if not isinstance(error, OutOfBudget):
        return ""
    return {402: "credits", 403: "spending"}.get(error.status or 0, "cap")


def of_body(body: bytes, now: datetime) -> SourceError | None:
    """The error that a body stands for whose status is not known (a file somebody kept); None when it is no problem of X's."""
    problem = _problem(body)
    if "data" in problem or "meta" in problem:
        return None
    given = problem.get("status")
    kind = str(problem.get("type", "")).rstrip("/").rsplit("/", 1)[-1]
    named = _STATUS.get(kind) or _STATUS.get(str(problem.get("title")))
    status = given if isinstance(given, int) and 400 <= given <= 599 else named
    if status is None and any(isinstance(one.get("code"), int) for one in _errors(problem)):
        status = 429 if any(one.get("code") == 88 for one in _errors(problem)) else 403
    if status is None:
        return None
    if is_stale(status, body):
        return AccessDenied(f"X searches seven days back, and was asked for what lies before (400){_said(problem)}", status=400)
    return refusal(status, {}, body, now)


def _too_much(problem: Mapping[str, Any], headers: Mapping[str, str], now: datetime) -> SourceError:
    # Hosts of problem types differ (api.twitter.com, api.x.com); their last part does not.
    kind = str(problem.get("type", "")).rstrip("/").rsplit("/", 1)[-1]
    if problem.get("title") == "UsageCapExceeded" or kind == "usage-capped":
        # Its rate-limit headers promise 15 minutes; the cap ends with the billing period.
        return OutOfBudget(
            f"X: the account's monthly cap of posts is reached (429){_said(problem)}; X counts anew when its billing period ends",
            status=429,
        )
    until = _reset_at(headers, now)
    back = f"; it goes on at {until:%H:%M} UTC" if until else ""
    return RateLimited(f"X: too many requests for now (429){back}", until=until, status=429)


def _invalid(problem: Mapping[str, Any], said: str) -> str:
    given = [one.get("parameters") for one in _errors(problem)]
    names = {str(name) for one in given if isinstance(one, dict) for name in one}
    if names and "query" not in names:
        # What is wrong is how we ask, not what for: no person's query can mend that.
        some = ", ".join(sorted(names)[:3])[:100]
        return f"X does not take {some} as Listener asks for it (400){said}; see [x] names and api_url, or update Listener"
    return f"X cannot work with this query (400){said}; change the source's address"


def _forbidden(problem: Mapping[str, Any], said: str, size: int) -> SourceError:
    everything = json.dumps(problem).lower()
    if "spendcap" in everything or "spend cap" in everything or "spending limit" in everything:
        words = "X: the spending limit set in X's console is reached (403); raise it there, or wait for the next billing period"
        return OutOfBudget(words, status=403, size=size)
    if "client-not-enrolled" in everything:
        words = "X: the app belongs to no project with access to this API (403); enrol it in X's console"
    elif any(str(one.get("code")) == "453" for one in _errors(problem)):
        words = "X: the account's access level does not include search (403, code 453)"
    elif "not permitted" in everything:
        words = "X: this account is not permitted to do this (403); X's console says why"
    else:
        words = f"X refuses (403){said}"
    return AccessDenied(words, status=403, size=size)


def _reset_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    given = headers.get("x-rate-limit-reset", "").strip()
    if given.isascii() and given.isdigit() and len(given) <= 11:
        at = datetime.fromtimestamp(int(given), tz=UTC)
        return min(max(at, now), now + _LONGEST_WAIT)
    return retry_at(headers.get("Retry-After", ""), now)


def _problem(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _errors(problem: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = problem.get("errors")
    return [one for one in (given if isinstance(given, list) else []) if isinstance(one, dict)]


def _messages(problem: Mapping[str, Any]) -> list[str]:
    given = [*(one.get("message") for one in _errors(problem)), problem.get("detail"), problem.get("title")]
    return [tidy(one) for one in given if isinstance(one, str) and one.strip()]


def _said(problem: Mapping[str, Any]) -> str:
    messages = _messages(problem)
    return f": {messages[0][:200]}" if messages else ""

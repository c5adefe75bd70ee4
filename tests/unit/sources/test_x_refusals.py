"""X's refusals in words; the bodies are shaped like X's and written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from listener.core.errors import AccessDenied, OutOfBudget, RateLimited, SourceError, Unreachable
from listener.sources.x_refusals import is_stale, of_body, refusal
from tests.builders import NOON


def body(value: object) -> bytes:
    """A body in JSON."""
    return json.dumps(value).encode()


CASES: list[tuple[int, bytes, type[SourceError], str]] = [
    (400, body({"errors": [{"message": "no viable alternative"}], "title": "Invalid Request"}), AccessDenied, "query (400): no viable"),
    (
        400,
        body({"errors": [{"message": "not one of", "parameters": {"tweet.fields": ["mood"]}}]}),
        AccessDenied,
        "X does not take tweet.fields as Listener asks for it (400): not one of; see [x] names",
    ),
    (400, body({"errors": [{"message": "no", "parameters": {"query": ["x"]}}, {"parameters": 7}]}), AccessDenied, "query (400): no"),
    (401, body({"title": "Unauthorized"}), AccessDenied, "does not know our token"),
    (402, body({"title": "CreditsDepleted", "account_id": 2**60, "type": "https://api.x.com/2/problems/credits"}), OutOfBudget, "no credits left"),
    (403, body({"reason": "client-not-enrolled", "title": "Client Forbidden"}), AccessDenied, "belongs to no project"),
    (403, body({"errors": [{"code": 453, "message": "subset of endpoints"}]}), AccessDenied, "code 453"),
    (403, body({"detail": "Your account is not permitted to access this feature"}), AccessDenied, "not permitted"),
    (403, body({"title": "SpendCapReached"}), OutOfBudget, "spending limit set in X's console"),
    (403, body({"detail": "Something new"}), AccessDenied, "X refuses (403): Something new"),
    (403, b"<html>", AccessDenied, "X refuses (403)"),
    (404, b"", AccessDenied, "check [x] api_url"),
    (301, b"", AccessDenied, "redirect (301)"),
    (429, body({"title": "UsageCapExceeded"}), OutOfBudget, "monthly cap"),
    (429, body({"type": "https://api.twitter.com/2/problems/usage-capped", "detail": "Usage cap exceeded"}), OutOfBudget, "Usage cap exceeded"),
    (429, body({"title": "Too Many Requests", "type": "about:blank"}), RateLimited, "too many requests"),
    (429, body({"errors": None}), RateLimited, "too many requests"),
    (500, body([1]), Unreachable, "fault of its own (500)"),
    (503, b"<html><h1>Over capacity", RateLimited, "overloaded (503)"),
    (418, body({"detail": "teapot"}), Unreachable, "X answered 418: teapot"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "answer", "error", "words"), CASES)
def test_each_refusal_has_its_own_sentence_and_type(status: int, answer: bytes, error: type[SourceError], words: str) -> None:
    """Who must act, and on what; and a refused call costs nothing."""
    fault = refusal(status, {}, answer, NOON)
    assert type(fault) is error
    assert words in fault.detail
    assert (fault.status, fault.cost) == (status, 0.0)


def test_no_two_refusals_sound_alike() -> None:
    """A person can tell from the line alone what happened."""
    lines = [refusal(status, {}, answer, NOON).detail for status, answer, _, _ in CASES if answer != body({"errors": None})]
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"x-rate-limit-reset": str(int(NOON.timestamp()) + 600)}, NOON + timedelta(minutes=10)),
        ({"x-rate-limit-reset": "5"}, NOON),
        ({"x-rate-limit-reset": "99999999999"}, NOON + timedelta(days=1)),
        ({"x-rate-limit-reset": "soon", "Retry-After": "60"}, NOON + timedelta(minutes=1)),
        ({}, None),
    ],
)
def test_a_rate_limit_says_when_it_goes_on(headers: Mapping[str, str], until: datetime | None) -> None:
    """X's own header first, then Retry-After; never in the past, never more than a day."""
    fault = refusal(429, headers, b"", NOON)
    assert isinstance(fault, RateLimited)
    assert fault.until == until


def test_too_old_an_id_is_told_from_any_other_400() -> None:
    """Both dialects; any other bad request is a person's to mend."""
    for word in ("tweet", "post"):
        message = f"'since_id' must be a {word} id created after 2026-11-13T11:45Z. Please use a 'since_id' that is larger"
        assert is_stale(400, body({"errors": [{"message": message}]}))
    assert not is_stale(400, body({"errors": [{"message": "bad query"}]}))
    assert not is_stale(403, body({"errors": [{"message": "must be a tweet id created after"}]}))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"title": "CreditsDepleted", "type": "https://api.twitter.com/2/problems/credits"}, "no credits left (402)"),
        ({"type": "https://api.x.com/2/problems/usage-capped"}, "monthly cap"),
        ({"title": "Too Many Requests", "status": 429, "type": "about:blank"}, "too many requests"),
        ({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, "too many requests"),
        ({"errors": [{"code": 453, "message": "subset"}]}, "code 453"),
        ({"title": "Invalid Request", "errors": [{"message": "no viable alternative"}]}, "cannot work with this query"),
        ({"title": "Invalid Request", "errors": [{"message": "'since_id' must be a tweet id created after x"}]}, "seven days back"),
        ({"title": "SpendCapReached"}, "spending limit"),
    ],
)
def test_a_body_that_somebody_kept_says_what_it_means(value: object, words: str) -> None:
    """Its status is read from its type, its title or its code."""
    found = of_body(body(value), NOON)
    assert found is not None
    assert words in found.detail


@pytest.mark.parametrize("value", [{"data": [], "title": "Forbidden"}, {"title": "Holiday"}, [], {"errors": [{"code": "x"}]}])
def test_what_is_no_problem_is_none(value: object) -> None:
    """A page is a page, whatever else it says."""
    assert of_body(body(value), NOON) is None

"""What this X says when it does not do what was asked: one body for each reason, as the real one writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from listener.core.values import dataclass
from listener.demo.serving import Answer

_ACCOUNT = 1_234_567_890_123_456_789  # a number beyond 2^53, as the real one is
_HTML = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>\n"


class Invalid(Exception):
    """A request that X answers with 400; `parameters` are the ones that are wrong."""

    def __init__(self, message: str, **parameters: str) -> None:
        super().__init__(message)
        self.error = {"parameters": {name: [value] for name, value in parameters.items()}, "message": message}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A body for a status."""

    status: int
    body: Mapping[str, Any] | str

    def answer(self, headers: Mapping[str, str] | None = None) -> Answer:
        """The refusal as it is sent."""
        if isinstance(self.body, str):
            return Answer(self.status, self.body.encode(), headers or {}, "text/html; charset=utf-8")
        kind = "application/problem+json" if "type" in self.body else "application/json"
        return Answer(self.status, json.dumps(self.body).encode(), headers or {}, f"{kind}; charset=utf-8")


def generic(status: int, title: str) -> Refusal:
    """A problem without a story."""
    return Refusal(status, {"title": title, "type": "about:blank", "status": status, "detail": title})


def invalid(fault: Invalid, host: str) -> Refusal:
    """400: the request itself is wrong."""
    return Refusal(
        400,
        {
            "errors": [fault.error],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": f"{host}/invalid-request",
        },
    )


def no_credits(host: str) -> Refusal:
    """402: what was paid in advance is used up."""
    return Refusal(
        402,
        {
            "account_id": _ACCOUNT,
            "title": "CreditsDepleted",
            "detail": f"Your enrolled account [{_ACCOUNT}] does not have any credits to fulfill this request.",
            "type": f"{host}/credits",
        },
    )


def not_enrolled(host: str) -> Refusal:
    """403: the app is in no project."""
    return Refusal(
        403,
        {
            "client_id": "29000001",
            "detail": "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer"
            " App that is attached to a Project. You can create a project via the developer portal.",
            "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
            "title": "Client Forbidden",
            "required_enrollment": "Appropriate Level of API Access",
            "reason": "client-not-enrolled",
            "type": f"{host}/client-forbidden",
        },
    )


def no_access() -> Refusal:
    """403, code 453: the app's level of access does not include the endpoint."""
    return Refusal(
        403,
        {
            "errors": [
                {
                    "message": "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints only. If you need"
                    " access to this endpoint, you may need a different access level.",
                    "code": 453,
                }
            ]
        },
    )


def not_permitted() -> Refusal:
    """403: the account itself may not."""
    return Refusal(
        403,
        {
            "title": "Forbidden",
            "status": 403,
            "detail": "Your account is not permitted to access this feature.",
            "type": "about:blank",
        },
    )


def spend_cap(host: str) -> Refusal:
    """403: the spending limit that the owner set in the console is reached."""
    return Refusal(
        403,
        {
            "title": "SpendCapReached",
            "detail": "Your enrolled account has reached its billing cycle spend cap. API requests will be blocked until the cycle resets or"
            " the spend cap is raised.",
            "status": 403,
            "type": f"{host}/credits",
        },
    )


def too_many() -> Refusal:
    """429: the rate limit of this quarter of an hour."""
    return generic(429, "Too Many Requests")


def too_many_in_old_words() -> Refusal:
    """429 as the older parts of X write it."""
    return Refusal(429, {"errors": [{"code": 88, "message": "Rate limit exceeded."}]})


def usage_capped(host: str) -> Refusal:
    """429: the posts of the billing cycle are used up."""
    return Refusal(
        429,
        {
            "title": "UsageCapExceeded",
            "detail": "Usage cap exceeded: Monthly product cap",
            "type": f"{host}/usage-capped",
            "period": "Monthly",
            "scope": "Product",
        },
    )


def overloaded() -> Refusal:
    """503 in HTML, from something that stands before the API."""
    return Refusal(503, _HTML.format("503 Service Temporarily Unavailable", "Over capacity."))


def web_page(status: int = 200) -> Refusal:
    """An HTML page where JSON should be: a login wall, or a proxy's own words."""
    return Refusal(status, _HTML.format("Just a moment...", "Checking your browser before you go on."))


def not_found(value: str, kind: str, parameter: str, host: str) -> dict[str, Any]:
    """The error beside other data: there is no such thing, or no more."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{host}/resource-not-found",
    }


def not_authorized(value: str, kind: str, parameter: str, host: str) -> dict[str, Any]:
    """The error beside other data: it is there, and not for us."""
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {kind.capitalize()} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "section": "data" if parameter in {"ids", "usernames"} else "includes",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{host}/not-authorized-for-resource",
    }

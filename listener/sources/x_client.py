"""tweepy's client, with its transport made ours: any server of the X API, time limits, no redirects, every answer raw.

tweepy contributes authentication and the encoding of parameters; every decision is the caller's. Its own `request` would write
the token into its debug log, so it is never called.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests
import tweepy

from listener.core.errors import TooLarge, Unreachable

# The names that fields have where posts are no longer called tweets (OpenAPI 2.167); "" for what is an expansion there, which
# would be billed, and is not asked for.
_POST_NAMES = {
    "note_tweet": "note_post",
    "referenced_tweets": "",
    "edit_history_tweet_ids": "",
    "author_id": "",
    "in_reply_to_user_id": "",
}
_SIZE = 10_000_000
_CHUNK = 64 * 1024


class Client(tweepy.Client):  # type: ignore[misc]  # tweepy is untyped
    """A client for one thread; `timeouts` are connect and idle read, `total` the whole answer, in seconds.

    `names` are those that fields are asked by: "tweet", or "post" for a server that knows no others.
    """

    def __init__(
        self,
        api_url: str,
        bearer_token: str,
        user_agent: str,
        *,
        timeouts: tuple[float, float] = (10.0, 30.0),
        total: float = 60.0,
        names: str = "tweet",
    ) -> None:
        super().__init__(bearer_token, return_type=requests.Response, wait_on_rate_limit=False)
        self.user_agent = user_agent
        self.session.trust_env = False
        self._api_url = api_url.rstrip("/")
        self._timeouts = timeouts
        self._total = total
        self._names = names

    def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        user_auth: bool = False,  # noqa: ARG002 - tweepy's signature; we only have a bearer token
    ) -> requests.Response:
        """One request; the answer as it came, whatever its status. Raises requests' errors, TooLarge or Unreachable."""
        headers = {"User-Agent": self.user_agent, "Authorization": f"Bearer {self.bearer_token}"}
        deadline = time.monotonic() + self._total
        answer: requests.Response = self.session.request(
            method,
            self._api_url + route,
            params=params if self._names == "tweet" else _renamed(params or {}),
            json=json,
            headers=headers,
            timeout=self._timeouts,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            body = bytearray()
            for piece in answer.iter_content(_CHUNK):
                body += piece
                if len(body) > _SIZE:
                    raise TooLarge(f"more than {_SIZE // 1_000_000} MB; cut off", status=answer.status_code, size=_SIZE)
                if time.monotonic() > deadline:
                    raise Unreachable(f"no whole answer within {self._total:g} s", status=answer.status_code, size=len(body))
        answer._content = bytes(body)  # noqa: SLF001 - read here with limits, so that `.content` never reads without them
        return answer


def _renamed(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as a server takes them that speaks of posts only; tweepy cannot."""
    made = dict(params)
    if fields := made.pop("tweet.fields", None):
        names = (_POST_NAMES.get(name, name) for name in str(fields).split(","))
        made["post.fields"] = ",".join(name for name in names if name)
    return made

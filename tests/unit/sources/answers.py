"""Answers of places as a kind gets them, without a network."""

from __future__ import annotations

import json

from multidict import CIMultiDict

from listener.core.model import Cursor
from listener.sources.http import Response


def answer(value: object, *, status: int = 200, url: str = "https://place.example/", **headers: str) -> Response:
    """An answer: bytes and text as they are, anything else as JSON; `retry_after="5"` becomes the header Retry-After."""
    text = value if isinstance(value, (bytes, str)) else json.dumps(value)
    body = text.encode() if isinstance(text, str) else text
    given = CIMultiDict({name.replace("_", "-"): words for name, words in headers.items()})
    return Response(url=url, status=status, headers=given, body=body, took=0.0)


def onward(cursor: Cursor) -> Cursor:
    """Where a cursor goes on, without the mark of the last answer."""
    return Cursor({name: value for name, value in cursor.value.items() if name != "body"})

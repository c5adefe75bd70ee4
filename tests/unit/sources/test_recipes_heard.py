"""Recipes as a running Listener uses them: through the shared ears, over loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from listener.core.errors import AccessDenied
from listener.core.model import Cursor, Fetched, Source
from listener.core.ports import Ask
from listener.sources import bluesky
from listener.sources.ears import Ears
from tests.builders import NOON, source
from tests.fakes_http import page, serving
from tests.fakes_jetstream import post, streaming
from tests.unit.sources.answers import onward

STATUS = {"id": "7", "uri": "https://x.example/7", "visibility": "public", "content": "<p>pomp</p>"}


@pytest.fixture(name="ears")
def _ears() -> Iterator[Ears]:
    """Ears that may listen to loopback."""
    with Ears(allow_private=["127.0.0.0/8"]) as ears:
        yield ears


def heard(ears: Ears, here: Source, cursor: Cursor | None = None) -> Fetched:
    """The answer of one place."""
    [one] = ears.listen([Ask(source=here, cursor=cursor)], NOON)
    assert isinstance(one.answer, Fetched), one.answer
    return one.answer


def test_a_hashtag_is_heard_in_pages(ears: Ears) -> None:
    """Asked as JSON, with what is newer behind a cursor."""
    body = json.dumps([STATUS]).encode()
    with serving({"/api/v1/timelines/tag/pomp": page(body, content_type="application/json")}) as server:
        here = source(kind="mastodon", address=server.url("/tags/pomp"))
        first = heard(ears, here)
        again = heard(ears, here, first.cursor)
    assert [one.path for one in server.asked] == [
        "/api/v1/timelines/tag/pomp?limit=40",
        "/api/v1/timelines/tag/pomp?limit=40&min_id=7",
    ]
    assert server.asked[0].headers["accept"] == "application/json"
    assert again.cursor == first.cursor
    assert onward(first.cursor) == Cursor({"min_id": "7"})
    assert again.document is None  # the same answer
    assert first.document is not None
    [entry] = ears.parse("mastodon", first.document)
    assert (entry.text, entry.outlet) == ("pomp", "x.example")


def test_a_stream_is_heard_behind_the_same_guard(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind is equipped with the ears' own guard and session."""
    now = int(NOON.timestamp()) * 1_000_000
    with streaming([post(now - 60_000_000, "een pomp"), post(now, "x", key="end")]) as stream:
        kind = ears._kind("bluesky")
        assert isinstance(kind, bluesky.BlueskyKind)
        monkeypatch.setattr(kind, "_servers", (stream.url,))
        fetched = heard(ears, source(kind="bluesky", address="pomp", every=timedelta(minutes=5)))
    assert fetched.document is not None
    assert [entry.text for entry in ears.parse("bluesky", fetched.document)] == ["een pomp"]


def test_an_address_that_is_none_is_an_answer_too(ears: Ears) -> None:
    """One bad address never silences the others."""
    asks = [
        Ask(source=source(key=kind, kind=kind, address="!"), cursor=None)
        for kind in ("youtube", "bluesky", "mastodon", "app-store")
    ]
    answers = list(ears.listen(asks, NOON))
    assert len(answers) == 4
    assert all(isinstance(one.answer, AccessDenied) for one in answers)

"""What kinds with a JSON interface share: one GET, its answer as a value, and entries one by one; a kind says the rest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, Self

from listener.core.errors import ParseError
from listener.core.model import Cursor, Document, Entry, Fetched, Source
from listener.core.text import plain, tidy
from listener.core.values import dataclass
from listener.sources.feed import refusal
from listener.sources.http import Fetcher, Request, Response
from listener.sources.json_feed import parsed_json
from listener.sources.markup import decoded, once
from listener.sources.means import Means

Record = Mapping[str, Any]
_TITLE = re.compile(r"<title[^<>]*>([^<]{1,200})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an answer means: where to go on, whether to ask again at once, and whether there is anything in it to read."""

    cursor: Mapping[str, str] = field(default_factory=dict)
    more: bool = False
    news: bool = True


class JsonKind:
    """A place that is asked with one GET and answers in JSON.

    A kind says `place` (what to ask), `items` (where in the answer its records are) and `entry` (what a record says); one that
    asks in pages, or from where it stopped, says `address` and `step` too. `get` performs one request (for `fetch`).
    """

    def __init__(self, get: Callable[[Request], Response] | None = None) -> None:
        self._get = get

    @classmethod
    def equip(cls, means: Means) -> Self:
        """The kind with the means of a running Listener."""
        return cls(means.fetcher.get)

    @staticmethod
    def place(source: Source) -> str:
        """The address to ask first; raises AccessDenied when the source's address is none of the forms."""
        raise NotImplementedError

    def address(self, source: Source, known: Mapping[str, str]) -> str:  # noqa: ARG002 - for a kind that goes on
        """The address to ask, from what the cursor knows; raises AccessDenied as `place` does."""
        return self.place(source)

    def items(self, value: object) -> Sequence[object]:
        """The records of an answer; raises ParseError when it is something else."""
        raise NotImplementedError

    def entry(self, item: Record, document: Document) -> Entry | None:
        """One record as an entry; None for what is no entry."""
        raise NotImplementedError

    def essence(self, value: object, response: Response) -> bytes:  # noqa: ARG002 - for a kind whose answers tell the time
        """What of an answer says whether anything changed since the last one: its bytes, unless a kind knows better."""
        return response.body

    def step(self, source: Source, known: Mapping[str, str], value: object, response: Response) -> Step:  # noqa: ARG002 - a kind's
        """What an answer means for the next question; may raise ParseError, and the bytes are kept."""
        return Step(cursor=known)

    def request(self, source: Source, cursor: Cursor | None) -> Request:
        """What to ask."""
        return Request(url=self.address(source, cursor.value if cursor else {}), headers={"Accept": "application/json"})

    def receive(self, source: Source, cursor: Cursor | None, response: Response, now: datetime) -> Fetched:
        """What the answer means: a document, nothing new, or a SourceError with one line for a person."""
        if response.status != 200:
            raise refusal(response, now)
        known = cursor.value if cursor else {}
        document = Document(
            source=source.key,
            url=response.url,
            media_type=response.headers.get("Content-Type", ""),
            body=response.body,
            fetched_at=now,
        )
        try:
            value = value_of(document)
            step = self.step(source, known, value, response)
        except ParseError:
            # The bytes go on, so that they are kept and `parse` says what is wrong with them.
            return Fetched(document=document, cursor=Cursor(known), status=response.status)
        if not step.news:
            return Fetched(document=None, cursor=Cursor(_going_on(known, step)), more=step.more, status=response.status)
        mark = hashlib.blake2b(self.essence(value, response), digest_size=16).hexdigest()
        return Fetched(
            document=None if mark == known.get("body") else document,
            cursor=Cursor({**step.cursor, "body": mark}),
            more=step.more,
            # What `parse` stumbles over must not pass for "unchanged" next time.
            unread=Cursor(known),
            status=response.status,
        )

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Ask the place once; raises SourceError when it cannot be heard."""
        request = self.request(source, cursor)
        if self._get is not None:
            return self.receive(source, cursor, self._get(request), now)
        with Fetcher() as fetcher:
            return self.receive(source, cursor, fetcher.get(request), now)

    def parse(self, document: Document) -> Sequence[Entry]:
        """The entries of an answer, in its order; raises ParseError when it is none."""
        found = (self.entry(one, document) for one in self.items(value_of(document)) if isinstance(one, dict))
        return [one for one in found if one is not None]


def _going_on(known: Mapping[str, str], step: Step) -> Mapping[str, str]:
    """Where a step leads, with the mark of the last answer that held something."""
    return {**step.cursor, "body": known["body"]} if "body" in known else step.cursor


def text_of(document: Document) -> str:
    """The text of a document that should be JSON; raises ParseError when it is empty or a page of HTML."""
    text = decoded(document.body, document.media_type).strip("\ufeff\0 \t\r\n")
    if not text:
        raise ParseError("the answer is empty")
    if text[0] == "<":
        title = _TITLE.search(text[:20_000])
        raise ParseError("a page of HTML, not JSON" + (f" (its title: {plain(title[1])[:80]})" if title else ""))
    return text


def value_of(document: Document) -> object:
    """The JSON value of a document; raises ParseError."""
    return parsed_json(text_of(document))


def said(record: object, *path: str) -> str:
    """The text at a place in a record, as it stands; numbers as text; "" for anything else."""
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    if isinstance(record, int) and not isinstance(record, bool):
        # Python refuses to write numbers of thousands of digits; no id has more than fifty.
        return str(record) if abs(record) < 10**50 else ""
    return record if isinstance(record, str) else ""


def line(record: object, *path: str) -> str:
    """The plain text at a place in a record, on one line."""
    return tidy(once(said(record, *path)))


def prose(record: object, *path: str) -> str:
    """The HTML at a place in a record, as plain text."""
    return plain(once(said(record, *path)))


def count(record: object, *path: str) -> int | None:
    """The count at a place in a record, a number or digits; None when it does not say."""
    text = said(record, *path).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None

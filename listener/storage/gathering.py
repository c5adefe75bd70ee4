"""The mentions of a brand and a period as numbers in columns: a million rows in a few seconds, and no word of anybody in them."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from listener.core.model import Intent, Tone
from listener.core.observed import Party
from listener.core.tellings import INTENTS, TONES, Row, Table
from listener.storage.bulk import moment

_PAGE = 20_000
_TONES = {tone.value: number for number, tone in enumerate(TONES)}
_INTENTS = {intent.value: number for number, intent in enumerate(INTENTS)}
_UNSURE, _OTHER = TONES.index(Tone.UNSURE), INTENTS.index(Intent.OTHER)
_ASKING = frozenset({_INTENTS["complaint"], _INTENTS["question"]})
# Only what is asked for is read, by the index on what was said when; an entry's text is never touched.
_ROWS = """
SELECT m.id, {at}, COALESCE(m.story_id, -m.id), COALESCE(m.voice, -m.id), e.url, e.conversation, {seen}, e.source_id, m.language,
       m.media, m.tone, m.intent, m.confidence, m.query_version, e.in_reply_to, e.guid, e.author_id
FROM mention m JOIN entry e ON e.id = m.entry_id
WHERE m.brand_id = {q} AND m.said_at >= {q} AND m.said_at < {q} AND m.put_away_at IS NULL
ORDER BY m.said_at, m.id
"""
_SECONDS = {
    "sqlite": "CAST(strftime('%s', {}) AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM {})) AS BIGINT)",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A complaint or a question as far as answers to it go; `row` is its place in the table."""

    row: int
    guid: str
    conversation: str
    at: int
    source: int
    voice: int


@dataclass(slots=True)
class Gathered:
    """What one pass over the mentions brought."""

    table: Table
    languages: tuple[str, ...]
    asking: list[Asking] = field(default_factory=list)
    replied: dict[str, tuple[int, int]] = field(default_factory=dict)  # what was replied to -> when first, and by which voice
    owned: list[tuple[int, int, int]] = field(default_factory=list)  # when, source, mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a pass must know: ids of sources to their places, which queries and places are neutral, our own posts, our staff.

    `salt` keeps the numbers in the table from being told back to names and addresses by whoever has only the table.
    """

    places: Mapping[int, int]
    neutral_versions: frozenset[str] = frozenset()
    neutral_places: frozenset[int] = frozenset()
    own_guids: frozenset[str] = frozenset()
    own_conversations: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    salt: int = 0


def gather(connection: Connection, brand_id: int, since: datetime, until: datetime, asked: Asked) -> Gathered:
    """Read a brand's mentions said in [since, until), those put away left out, by (second, id)."""
    columns: dict[str, array[int]] = {name: getattr(Table.of(()), name)[:] for name in Row._fields}
    languages: dict[str, int] = {}
    made = Gathered(Table.of(()), ())
    for page in _pages(connection, brand_id, since, until):
        _take(page, columns, languages, made, asked)
    made.table = Table(**columns)
    made.languages = tuple(languages) or ("und",)
    return made


def _pages(connection: Connection, brand_id: int, since: datetime, until: datetime) -> Iterator[list[Any]]:
    """Rows some at a time, by (second, id): within one second the database's order is by parts of it."""
    dialect, at = connection.dialect, moment(connection)
    seconds = _SECONDS[dialect.name]
    place = "?" if dialect.paramstyle == "qmark" else "%s"
    words = _ROWS.format(at=seconds.format("m.said_at"), seen=seconds.format("m.collected_at"), q=place)
    streaming = connection.execution_options(stream_results=True)
    found = streaming.exec_driver_sql(words, (brand_id, at(since), at(until)))
    held: list[Any] = []
    while rows := found.fetchmany(_PAGE):
        page = held + [tuple(one) for one in rows]
        page.sort(key=_order)
        last = page[-1][1]
        cut = len(page)
        while cut and page[cut - 1][1] == last:
            cut -= 1
        held = page[cut:]
        if cut:
            yield page[:cut]
    if held:
        yield held


def _order(row: Any) -> tuple[int, int]:
    return row[1], row[0]


def _take(page: Sequence[Any], columns: dict[str, array[int]], languages: dict[str, int], made: Gathered, asked: Asked) -> None:
    (
        ids,
        at,
        stories,
        voices,
        urls,
        talks,
        seen,
        sources,
        tongues,
        media,
        tones,
        intents,
        sure,
        versions,
        replies,
        guids,
        authors,
    ) = zip(*page, strict=True)
    salt, before = asked.salt, len(columns["id"])
    numbered = [_INTENTS.get(one, _OTHER) for one in intents]
    voiced = [hash((salt, one)) for one in voices]
    columns["id"].extend(ids)
    columns["story"].extend(stories)
    columns["voice"].extend(voiced)
    columns["item"].extend(_mark(salt, url) if url else -id_ for id_, url in zip(ids, urls, strict=True))
    columns["conversation"].extend(_mark(salt, talk) if talk else 0 for talk in talks)
    columns["at"].extend(at)
    columns["seen"].extend(seen)
    places = [asked.places[one] for one in sources]
    columns["source"].extend(places)
    # A column of one byte has room for so many languages; what comes after them is undetermined.
    columns["language"].extend(languages.setdefault(one, min(len(languages), 255)) for one in tongues)
    columns["party"].extend(
        _party(one, talk, reply, author, asked) for one, talk, reply, author in zip(media, talks, replies, authors, strict=True)
    )
    columns["tone"].extend(_TONES.get(one, _UNSURE) for one in tones)
    columns["intent"].extend(numbered)
    columns["certain"].extend(min(1000, max(0, round(one * 1000))) for one in sure)
    columns["neutral"].extend(
        version in asked.neutral_versions and place in asked.neutral_places for version, place in zip(versions, places, strict=True)
    )
    columns["reply"].extend(bytes(len(ids)))
    columns["reply_at"].extend([0] * len(ids))
    columns["relation"].extend([0] * len(ids))
    for number, (intent, guid, reply, medium) in enumerate(zip(numbered, guids, replies, media, strict=True)):
        if reply:
            made.replied.setdefault(reply, (at[number], voiced[number]))
        if medium == "owned":
            made.owned.append((at[number], places[number], ids[number]))
        elif intent in _ASKING:
            made.asking.append(Asking(before + number, guid, talks[number], at[number], places[number], voiced[number]))


def _party(media: str, talk: str, reply: str, author: str, asked: Asked) -> int:
    if media == "owned":
        return Party.OWNED
    if author and author in asked.staff:
        return Party.EMPLOYEE
    if (talk and talk in asked.own_conversations) or (reply and reply in asked.own_guids):
        return Party.REACTION
    return Party.INDEPENDENT


def _mark(salt: int, text: str) -> int:
    """A number that only says "the same": two sums of different make, mixed with the salt."""
    body = text.encode("utf-8", "surrogatepass")
    return hash((salt, zlib.crc32(body) << 32 | zlib.adler32(body))) or 1

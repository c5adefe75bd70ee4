"""The mentions of a brand and a period as numbers in columns: a million rows in a few seconds, and no word of anybody in them."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from listener.core.model import Intent, Tone
from listener.core.observed import Party
from listener.core.tellings import INTENTS, TONES, Row, Table
from listener.storage.bulk import moment

_PAGE = 10_000
_ORDER = itemgetter(1, 0)  # second, id
_TONES = {tone.value: number for number, tone in enumerate(TONES)}
_INTENTS = {intent.value: number for number, intent in enumerate(INTENTS)}
_UNSURE, _OTHER = TONES.index(Tone.UNSURE), INTENTS.index(Intent.OTHER)
_ASKING = frozenset({_INTENTS["complaint"], _INTENTS["question"]})
# Only what is asked for is read, by the index on what was said when; an entry's text is never touched.
_ROWS = """
SELECT m.id, {at}, COALESCE(m.story_id, -m.id), COALESCE(m.voice, -m.id), e.url, e.conversation, {seen}, e.source_id, m.language,
       m.media, m.tone, m.intent, CAST(ROUND(m.confidence * 1000) AS INTEGER), m.query_version, e.in_reply_to, e.guid, e.author_id
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
    words = _ROWS.format(
        at=seconds.format("m.said_at"), seen=seconds.format("m.collected_at"), q="?" if dialect.paramstyle == "qmark" else "%s"
    )
    # The driver's own cursor: dressing each of a million rows costs more than reading it. On PostgreSQL it stays at the server.
    driver: Any = connection.connection.dbapi_connection
    found = driver.cursor() if dialect.name == "sqlite" else driver.cursor(name="listener_gathering")
    found.execute(words, (brand_id, at(since), at(until)))
    held: list[Any] = []
    while rows := found.fetchmany(_PAGE):
        page = held + rows
        page.sort(key=_ORDER)
        last = page[-1][1]
        cut = len(page)
        while cut and page[cut - 1][1] == last:
            cut -= 1
        held = page[cut:]
        if cut:
            yield page[:cut]
    found.close()
    if held:
        yield held


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
    # A column of one byte has room for so many languages; what comes after them is undetermined.
    for tongue in dict.fromkeys(tongues):
        languages.setdefault(tongue, min(len(languages), 255))
    known = {pair: _is_neutral(pair, asked) for pair in set(zip(versions, sources, strict=True))}
    owned = [place for place, one in enumerate(media) if one == "owned"]
    placed = [asked.places[one] for one in sources]
    columns["id"].extend(ids)
    columns["story"].extend(stories)
    columns["voice"].extend(voiced)
    columns["item"].extend([_mark(salt, url) if url else -id_ for id_, url in zip(ids, urls, strict=True)])
    columns["conversation"].extend([_mark(salt, talk) if talk else 0 for talk in talks])
    columns["at"].extend(at)
    columns["seen"].extend(seen)
    columns["source"].extend(placed)
    columns["language"].extend([languages[one] for one in tongues])
    columns["party"].extend(_parties(owned, talks, replies, authors, asked))
    columns["tone"].extend([_TONES.get(one, _UNSURE) for one in tones])
    columns["intent"].extend(numbered)
    columns["certain"].extend([0 if one < 0 else min(one, 1000) for one in sure])
    columns["neutral"].extend([known[pair] for pair in zip(versions, sources, strict=True)])
    for name in ("reply", "reply_at", "relation"):
        columns[name].extend([0] * len(ids))
    for place, reply in enumerate(replies):
        if reply:
            made.replied.setdefault(reply, (at[place], voiced[place]))
    made.owned += [(at[place], placed[place], ids[place]) for place in owned]
    ours = set(owned)
    made.asking += [
        Asking(before + place, guids[place], talks[place], at[place], placed[place], voiced[place])
        for place, intent in enumerate(numbered)
        if intent in _ASKING and place not in ours
    ]


def _is_neutral(pair: tuple[str, int], asked: Asked) -> bool:
    version, source = pair
    return version in asked.neutral_versions and asked.places[source] in asked.neutral_places


def _parties(owned: Sequence[int], talks: Sequence[str], replies: Sequence[str], authors: Sequence[str], asked: Asked) -> list[int]:
    """Who began: most rows need no look beyond their being others'."""
    parties = [int(Party.INDEPENDENT)] * len(talks)
    if asked.own_guids or asked.own_conversations:
        for place, (talk, reply) in enumerate(zip(talks, replies, strict=True)):
            if (talk and talk in asked.own_conversations) or (reply and reply in asked.own_guids):
                parties[place] = Party.REACTION
    if asked.staff:
        for place, author in enumerate(authors):
            if author in asked.staff:
                parties[place] = Party.EMPLOYEE
    for place in owned:
        parties[place] = Party.OWNED
    return parties


def _mark(salt: int, text: str) -> int:
    """A number that only says "the same": two sums of different make, mixed with the salt."""
    body = text.encode("utf-8", "surrogatepass")
    return hash((salt, zlib.crc32(body) << 32 | zlib.adler32(body))) or 1

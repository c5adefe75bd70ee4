"""The mentions of a brand and a period as numbers in columns: a million rows in a few seconds, and no word of anybody in them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from listener.core.model import Intent, Tone
from listener.core.observed import Party
from listener.core.tellings import INTENTS, TONES, Row, Table
from listener.storage.bulk import moment
from listener.storage.columns import Marks, Numbers, in_order, seconds
from listener.storage.gathered import Asked, Gathered

_PAGE = 10_000
_TONES = {tone.value: number for number, tone in enumerate(TONES)}
_INTENTS = {intent.value: number for number, intent in enumerate(INTENTS)}
_UNSURE, _OTHER = TONES.index(Tone.UNSURE), INTENTS.index(Intent.OTHER)
_ASKING = frozenset({_INTENTS["complaint"], _INTENTS["question"]})
_LANGUAGES = 255  # a column of one byte has room for so many and one more; what comes after them is undetermined
# Only what is asked for is read, by the index on what was said when; an entry's text is never touched. What few words say comes as
# one text, since each cell of a row costs as much as reading the row; the language comes last, as others write it.
_ROWS = """
SELECT m.id, {at}, COALESCE(m.story_id, -m.id), COALESCE(m.voice, -m.id), e.url, e.conversation, e.in_reply_to, e.source_id,
       m.tone || '|' || m.intent || '|' || m.media || '|' || m.query_version || '|' || m.language,
       CASE WHEN m.intent IN ('complaint', 'question') THEN e.guid END, {author}
FROM mention m JOIN entry e ON e.id = m.entry_id
WHERE m.brand_id = {q} AND m.said_at >= {q} AND m.said_at < {q} AND m.put_away_at IS NULL
ORDER BY m.said_at, m.id
"""
_AT = {"sqlite": "m.said_at", "postgresql": "CAST(floor(extract(epoch FROM m.said_at)) AS BIGINT)"}


def gather(connection: Connection, brand_id: int, since: datetime, until: datetime, asked: Asked) -> Gathered:
    """Read a brand's mentions said in [since, until), those put away left out, by (second, id)."""
    taking = _Taking(asked, Marks(asked.salt), connection.dialect.name == "sqlite")
    for page in _pages(connection, brand_id, since, until, staff=bool(asked.staff)):
        taking.take(page)
    made, columns = taking.made, taking.columns
    placed = in_order(columns)
    if placed is not None:
        made.asking.rows = array("q", [int(placed[row]) for row in made.asking.rows])
    made.owned.sort()
    nothing = bytes(len(columns["id"]))
    columns["reply"] = array("B", nothing)
    columns["reply_at"], columns["relation"] = array("q", nothing * 8), array("q", nothing * 8)
    made.table = Table(**columns)
    made.languages = tuple(taking.languages) or ("und",)
    return made


def _pages(connection: Connection, brand_id: int, since: datetime, until: datetime, *, staff: bool) -> Iterator[list[Any]]:
    """Rows some at a time, by moment and id."""
    dialect, at = connection.dialect, moment(connection)
    words = _ROWS.format(
        at=_AT[dialect.name], author="e.author_id" if staff else "''", q="?" if dialect.paramstyle == "qmark" else "%s"
    )
    # The driver's own cursor: dressing each of a million rows costs more than reading it. On PostgreSQL it stays at the server.
    driver: Any = connection.connection.dbapi_connection
    found = driver.cursor() if dialect.name == "sqlite" else driver.cursor(name="listener_gathering")
    found.execute(words, (brand_id, at(since), at(until)))
    while rows := found.fetchmany(_PAGE):
        yield rows
    found.close()


class _Taking:
    """One pass over the rows: the columns as they grow, and what is said by few words, each of which is taken apart once."""

    def __init__(self, asked: Asked, marks: Marks, text_moments: bool) -> None:
        self._asked = asked
        self._marks = marks
        self._text_moments = text_moments
        self._codes: dict[str, int] = {}
        self._said: list[tuple[int, int, int, bool, bool]] = []  # tone, intent, language, owned, by a neutral query
        self.languages: dict[str, int] = {}
        self.columns: dict[str, array[int]] = {name: getattr(Table.of(()), name)[:] for name in Row._fields}
        self.made = Gathered(Table.of(()), ())

    def take(self, page: Sequence[Any]) -> None:
        """Add some rows."""
        ids, moments, stories, voices, urls, talks, replies, sources, words, guids, authors = zip(*page, strict=True)
        asked, before = self._asked, len(self.columns["id"])
        number = np.array(ids, np.int64)
        at = seconds(moments) if self._text_moments else np.array(moments, np.int64)
        voice = self._marks.numbers(np.array(voices, np.int64))
        code = self._coded(words)
        tone, intent, language, owned, neutral = np.array(self._said, np.int64).T[:, code]
        places = {one: asked.places[one] for one in set(sources)}
        place = np.fromiter(map(places.__getitem__, sources), np.int64, len(sources))
        heard_neutrally = np.isin(place, list(asked.neutral_places))
        added = {
            "id": number,
            "story": np.array(stories, np.int64),
            "voice": voice,
            "item": self._named(urls, -number),
            "conversation": self._named(talks, np.zeros(len(ids), np.int64)),
            "at": at,
            "source": place,
            "language": language,
            "party": self._parties(owned, talks, replies, authors),
            "tone": tone,
            "intent": intent,
            "neutral": neutral * heard_neutrally,
        }
        for name, column in added.items():
            mine = self.columns[name]
            mine.frombytes(column.astype(f"={mine.typecode}").tobytes())
        for row in [row for row, reply in enumerate(replies) if reply]:
            said = int(at[row]), ids[row], int(voice[row])
            self.made.replied[replies[row]] = min(said, self.made.replied.get(replies[row], said))
        ours = owned != 0
        self.made.owned += [(int(at[row]), ids[row], int(place[row])) for row in np.flatnonzero(ours)]
        asking = np.flatnonzero(np.isin(intent, list(_ASKING)) & ~ours)
        self.made.asking.rows.frombytes((asking + before).astype(np.int64).tobytes())
        self.made.asking.guids += [guids[row] for row in asking]
        self.made.asking.conversations += [talks[row] for row in asking]

    def _coded(self, words: Sequence[str]) -> Numbers:
        for word in dict.fromkeys(words):
            if word in self._codes:
                continue
            tone, intent, media, version, tongue = word.split("|", 4)
            language = self.languages.setdefault(tongue, min(len(self.languages), _LANGUAGES))
            self._codes[word] = len(self._said)
            self._said.append(
                (
                    _TONES.get(tone, _UNSURE),
                    _INTENTS.get(intent, _OTHER),
                    language,
                    media == "owned",
                    version in self._asked.neutral_versions,
                )
            )
        return np.fromiter(map(self._codes.__getitem__, words), np.int64, len(words))

    def _named(self, texts: Sequence[str], unnamed: Numbers) -> Numbers:
        """The marks of texts; `unnamed` stands where there is none."""
        if all(texts):
            return self._marks.texts(texts)
        rows = [row for row, text in enumerate(texts) if text]
        if rows:
            unnamed[np.array(rows)] = self._marks.texts([texts[row] for row in rows])
        return unnamed

    def _parties(self, owned: Numbers, talks: Sequence[str], replies: Sequence[str], authors: Sequence[str]) -> Numbers:
        """Who began: most rows need no look beyond their being others'."""
        asked = self._asked
        parties = np.full(len(owned), int(Party.INDEPENDENT), np.int64)
        if asked.own_guids or asked.own_conversations:
            reactions = [
                row
                for row, (talk, reply) in enumerate(zip(talks, replies, strict=True))
                if (talk and talk in asked.own_conversations) or (reply and reply in asked.own_guids)
            ]
            parties[np.array(reactions, np.int64)] = Party.REACTION
        if asked.staff:
            parties[np.array([row for row, author in enumerate(authors) if author in asked.staff], np.int64)] = Party.EMPLOYEE
        parties[owned != 0] = Party.OWNED
        return parties

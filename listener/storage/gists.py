"""Gists of mentions: what counting needs of thousands, read without the words of any."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from listener.core.kept import Gist, KeptMention
from listener.core.labels import NO, YES
from listener.core.model import Intent, Media, Tone
from listener.storage import tables as t
from listener.storage.bulk import ask, instant, moment
from listener.storage.chunks import chunks
from listener.storage.engine import reading
from listener.storage.labels import with_labels
from listener.storage.rows import kept_mentions

_TONES = {one.value: one for one in Tone}
_INTENTS = {one.value: one for one in Intent}
_MEDIA = {one.value: one for one in Media}
_ANSWERED = {None: None, YES: True, NO: False}

# Straight from the driver: SQLAlchemy's rows and moments cost as much as the database does.
_GISTS = """
SELECT m.id, coalesce(m.story_id, 0), m.said_at, coalesce(m.label_tone, m.tone), coalesce(m.label_intent, m.intent), m.media,
  m.label_about, m.label_answered, coalesce(m.voice, -m.id)
FROM mention AS m WHERE m.put_away_at IS NULL
"""
_COLLECTED = " AND m.brand_id = (SELECT id FROM brand WHERE key = ?) AND m.collected_at >= ? AND m.collected_at < ?"
_PRESSING = f"""
 AND m.media = '{Media.EARNED.value}' AND coalesce(m.label_about, '{YES}') = '{YES}' AND coalesce(m.label_answered, '{NO}') = '{NO}'
 AND coalesce(m.label_intent, m.intent) IN ('{Intent.COMPLAINT.value}', '{Intent.QUESTION.value}')
"""


class GistStore:
    """Gists, in SQL."""

    _engine: Engine

    def gists(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """The gist of every mention of a brand that was collected in [since, until), in no order."""
        return self._gists(_COLLECTED, brand, since, until)

    def pressing(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """Of others' complaints and questions collected in [since, until), those that nobody labelled as answered, in no order."""
        return self._gists(_COLLECTED + _PRESSING, brand, since, until)

    def story_gists(self, story: int, *, until: datetime) -> Sequence[Gist]:
        """The gist of every mention of a story that was collected before a moment, but for those put away, in no order."""
        return self._gists(" AND m.story_id = ? AND m.collected_at < ?", story, until)

    def whole(self, ids: Collection[int]) -> Mapping[int, KeptMention]:
        """These mentions, by their id; one that is gone is left out."""
        found: dict[int, KeptMention] = {}
        with reading(self._engine) as connection:
            for some in chunks(sorted(ids)):
                found |= {one.id: one for one in with_labels(connection, kept_mentions().where(t.mention.c.id.in_(some)))}
        return found

    def outlets(self, ids: Collection[int]) -> Mapping[int, str]:
        """The outlets of these mentions, by their id."""
        found: dict[int, str] = {}
        with reading(self._engine) as connection:
            for some in chunks(sorted(ids)):
                rows = select(t.mention.c.id, t.entry.c.outlet).join_from(t.mention, t.entry).where(t.mention.c.id.in_(some))
                found |= {row[0]: row[1] for row in connection.execute(rows)}
        return found

    def _gists(self, wanted: str, *values: Any) -> list[Gist]:
        with reading(self._engine) as connection:
            at = moment(connection)
            given = [at(one) if isinstance(one, datetime) else one for one in values]
            found = [_gist(row) for row in ask(connection, _GISTS + wanted, given)]
            # Only what nobody has grouped yet is told apart by its words.
            words = _words(connection, [one.id for one in found if not one.story])
        return [_worded(one, *words[one.id]) if one.id in words else one for one in found] if words else found


def _worded(one: Gist, url: str, title: str, outlet: str) -> Gist:
    return one._replace(url=url, title=title, outlet=outlet)


def _gist(row: Any) -> Gist:
    id_, story, at, tone, intent, media, about, answered, voice = row
    return Gist(id_, story, instant(at), _TONES[tone], _INTENTS[intent], _MEDIA[media], about != NO, _ANSWERED[answered], voice)


def _words(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    found: dict[int, tuple[str, str, str]] = {}
    for some in chunks(ids):
        rows = select(t.mention.c.id, t.entry.c.url, t.entry.c.title, t.entry.c.outlet).join_from(t.mention, t.entry)
        for row in connection.execute(rows.where(t.mention.c.id.in_(some))):
            found[row.id] = (row.url, row.title, row.outlet)
    return found

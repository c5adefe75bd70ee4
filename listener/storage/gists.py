"""Gists of mentions: what counting needs of thousands, read without the words of any."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select

from listener.core.kept import Gist, KeptMention
from listener.core.labels import NO, YES
from listener.core.model import Intent, Media, Tone
from listener.storage import tables as t
from listener.storage.chunks import chunks
from listener.storage.counting import ABOUT, COUNTS, INTENT, TONE, VOICE
from listener.storage.engine import reading
from listener.storage.labels import with_labels
from listener.storage.rows import kept_mentions

_PIECE = 500
_PRESSING = [Intent.COMPLAINT.value, Intent.QUESTION.value]
_TONES = {one.value: one for one in Tone}
_INTENTS = {one.value: one for one in Intent}
_MEDIA = {one.value: one for one in Media}
_ANSWERED = {None: None, YES: True, NO: False}

_gists = select(
    t.mention.c.id,
    func.coalesce(t.mention.c.story_id, 0),
    t.mention.c.said_at,
    TONE,
    INTENT,
    t.mention.c.media,
    t.mention.c.label_about,
    t.mention.c.label_answered,
    VOICE,
)


class GistStore:
    """Gists, in SQL."""

    _engine: Engine

    def gists(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """The gist of every mention of a brand that was collected in [since, until), in no order."""
        return self._gists(_mine(brand), t.mention.c.collected_at >= since, t.mention.c.collected_at < until)

    def pressing(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Gist]:
        """Of others' complaints and questions collected in [since, until), those that nobody labelled as answered, in no order."""
        return self._gists(
            _mine(brand),
            t.mention.c.collected_at >= since,
            t.mention.c.collected_at < until,
            t.mention.c.media == Media.EARNED.value,
            ABOUT,
            INTENT.in_(_PRESSING),
            func.coalesce(t.mention.c.label_answered, NO) == NO,
        )

    def story_gists(self, story: int, *, until: datetime) -> Sequence[Gist]:
        """The gist of every mention of a story that was collected before a moment, but for those put away, in no order."""
        return self._gists(t.mention.c.story_id == story, t.mention.c.collected_at < until)

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

    def _gists(self, *wanted: ColumnElement[bool]) -> list[Gist]:
        with reading(self._engine) as connection:
            # A piece at a time: rows that live on would have the collector of rubbish look through all of them.
            pieces = connection.execute(_gists.where(COUNTS, *wanted)).partitions(_PIECE)
            found = [_gist(row) for piece in pieces for row in piece]
            # Only what nobody has grouped yet is told apart by its words.
            words = _words(connection, [one.id for one in found if not one.story])
        return [_worded(one, *words[one.id]) if one.id in words else one for one in found] if words else found


def _worded(one: Gist, url: str, title: str, outlet: str) -> Gist:
    return one._replace(url=url, title=title, outlet=outlet)


def _gist(row: Any) -> Gist:
    id_, story, at, tone, intent, media, about, answered, voice = row
    return Gist(id_, story, at, _TONES[tone], _INTENTS[intent], _MEDIA[media], about != NO, _ANSWERED[answered], voice)


def _mine(brand: str) -> ColumnElement[bool]:
    return t.mention.c.brand_id == select(t.brand.c.id).where(t.brand.c.key == brand).scalar_subquery()


def _words(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    found: dict[int, tuple[str, str, str]] = {}
    for some in chunks(ids):
        rows = select(t.mention.c.id, t.entry.c.url, t.entry.c.title, t.entry.c.outlet).join_from(t.mention, t.entry)
        for row in connection.execute(rows.where(t.mention.c.id.in_(some))):
            found[row.id] = (row.url, row.title, row.outlet)
    return found

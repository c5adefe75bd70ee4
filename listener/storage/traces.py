"""Whatever else holds words of what is taken out, or points at it: pages, digests, alerts, themes, near misses and stories."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from listener.core.telling import address_mark
from listener.storage import tables as t
from listener.storage.bulk import insert_new
from listener.storage.chunks import chunks

# What a frozen digest or alert shows of a mention, and what stands there once it was taken back.
_SHOWN = ("title", "excerpt", "link", "author", "handle")
_GONE = {"nl": "(verwijderd)"}
_DAY = timedelta(days=1)
# How long after a mention was collected something may still show it: after an outage a digest reaches far back; a week's themes.
_LATEST_DIGEST, _LATEST_ALERT, _LATEST_THEME = 39 * _DAY, 8 * _DAY, 8 * _DAY


class Lost(NamedTuple):
    """A mention that is about to go."""

    id: int
    brand: int
    collected_at: datetime
    said_at: datetime
    story: int | None


def scrub(connection: Connection, ids: Sequence[int]) -> None:
    """Take the bytes out of every document and page, of the entries' own sources, that holds one of these entries.

    A search that looks again brings the same post in several pages, and a feed shows an item for days.
    """
    for some in chunks(list(dict.fromkeys(ids))):
        marks: dict[int, list[bytes]] = {}
        since: dict[int, datetime] = {}
        columns = (t.entry.c.source_id, t.entry.c.guid, t.entry.c.link, t.entry.c.url, t.entry.c.first_seen_at)
        for row in connection.execute(select(*columns).where(t.entry.c.id.in_(some))):
            # An address and an id are in the bytes as they are; text may be written in many ways there.
            signs = [one.encode() for one in (row.guid, row.link, row.url) if len(one) >= 5]
            marks.setdefault(row.source_id, []).extend(signs)
            since[row.source_id] = min(since.get(row.source_id, row.first_seen_at), row.first_seen_at)
        for source_id, signs in marks.items():
            held = and_(t.document.c.source_id == source_id, t.document.c.body.is_not(None))
            _clear(connection, t.document, and_(held, t.document.c.fetched_at >= since[source_id] - timedelta(days=1)), signs)
            key = connection.execute(select(t.source.c.key).where(t.source.c.id == source_id)).scalar_one()
            _clear(connection, t.page, and_(t.page.c.source == key, t.page.c.body.is_not(None)), signs)


def _clear(connection: Connection, table: Any, held: ColumnElement[bool], signs: Sequence[bytes]) -> None:
    ids = list(connection.execute(select(table.c.id).where(held)).scalars())
    for one in ids:
        body = zlib.decompress(connection.execute(select(table.c.body).where(table.c.id == one)).scalar_one())
        if any(sign in body for sign in signs):
            connection.execute(update(table).where(table.c.id == one).values(body=None))


def clear_told(connection: Connection, lost: Sequence[Lost]) -> None:
    """Take the words of these mentions out of the digests, alerts and themes that show them; numbers stay as they were counted."""
    for brand_id in sorted({one.brand for one in lost}):
        mine = [one for one in lost if one.brand == brand_id]
        ids, first, last = {one.id for one in mine}, min(one.collected_at for one in mine), max(one.collected_at for one in mine)
        on = t.digest.c.on
        digests = and_(t.digest.c.brand_id == brand_id, on >= (first - _DAY).date(), on <= (last + _LATEST_DIGEST).date())
        _clear_snapshots(connection, t.digest, digests, ids)
        raised = t.alert.c.raised_at
        _clear_snapshots(connection, t.alert, and_(raised >= first - _DAY, raised <= last + _LATEST_ALERT), ids)
        _clear_themes(connection, brand_id, (first - _DAY).date(), (last + _LATEST_THEME).date(), ids)


def _clear_snapshots(connection: Connection, table: Any, wanted: ColumnElement[bool], ids: set[int]) -> None:
    for row in connection.execute(select(table.c.id, table.c.snapshot).where(wanted)).all():
        snapshot = json.loads(row.snapshot)
        if _cleared(snapshot, ids, _GONE.get(str(snapshot.get("language")), "(removed)")):
            text = json.dumps(snapshot, indent=2)
            connection.execute(update(table).where(table.c.id == row.id).values(snapshot=text))


def _cleared(value: Any, mentions: set[int], word: str) -> bool:
    """Whether anything in a snapshot spoke of these mentions; what did is cleared in place."""
    if isinstance(value, list):
        return True in [_cleared(one, mentions, word) for one in value]  # each of them, not only the first
    if not isinstance(value, dict):
        return False
    inside = True in [_cleared(one, mentions, word) for one in value.values()]
    if value.get("mention") not in mentions:
        return inside
    value |= {name: "" for name in _SHOWN if isinstance(value.get(name), str)}
    value["title"] = word
    return True


def _clear_themes(connection: Connection, brand_id: int, first: date, last: date, ids: set[int]) -> None:
    """A theme that nothing left holds goes: its phrase stood in those texts alone."""
    on = t.theme.c.on
    for row in connection.execute(select(t.theme).where(t.theme.c.brand_id == brand_id, on >= first, on <= last)).all():
        held = json.loads(row.mentions)
        left = [one for one in held if one not in ids]
        mine = (t.theme.c.brand_id == brand_id, on == row.on, t.theme.c.place == row.place)
        if not left:
            connection.execute(delete(t.theme).where(*mine))
        elif len(left) < len(held):
            counts = {"stories": min(row.stories, len(left)), "voices": min(row.voices, len(left))}
            connection.execute(update(t.theme).where(*mine).values(mentions=json.dumps(left), **counts))


def drop_near_misses(connection: Connection, entries: Sequence[int]) -> None:
    """Forget that these entries were near misses: their links, and numbers that another entry may get."""
    for some in chunks(entries):
        connection.execute(delete(t.near_miss).where(t.near_miss.c.entry_id.in_(some)))


def leave_stories(connection: Connection, lost: Sequence[Lost]) -> None:
    """Take these mentions out of their stories: what is left of one is still one, is named after its oldest, and is found again."""
    going = {one.id for one in lost}
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in lost:
        days[one.brand, one.said_at.toordinal()].append(one.id)
    for (brand_id, day), ids in days.items():
        for some in chunks(ids):
            mark = t.story_mark.c
            mine = and_(mark.brand_id == brand_id, mark.day == day, mark.mention_id.in_(some))
            connection.execute(delete(t.story_mark).where(mine))
    for story in sorted({one.story for one in lost if one.story is not None}):
        brand_id = next(one.brand for one in lost if one.story == story)
        members = (
            select(t.mention.c.id, t.entry.c.url)
            .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
            .where(t.mention.c.story_id == story)
            .order_by(t.mention.c.id)
        )
        rows = connection.execute(members).all()
        # Its addresses are found by whoever is left at them.
        marks = {address: row.url for row in rows if row.id in going and row.url and (address := address_mark(row.url)) is not None}
        for address, url in marks.items():
            known = t.story_address.c
            at = and_(known.brand_id == brand_id, known.address == address, known.mention_id.in_(going))
            if connection.execute(delete(t.story_address).where(at)).rowcount:
                heir = next((row.id for row in rows if row.id not in going and row.url == url), None)
                if heir is not None:
                    insert_new(connection, t.story_address, [{"brand_id": brand_id, "address": address, "mention_id": heir}])
        left = [row.id for row in rows if row.id not in going]
        if story in going and left:
            connection.execute(update(t.mention).where(t.mention.c.story_id == story).values(story_id=left[0]))

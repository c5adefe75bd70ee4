"""Answers in SQL: what the brand itself said under the mentions of it, from its own posts that some source brings."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, or_, select

from listener.core.taking_part import Answer, Answered, Listening, Said, answers
from listener.storage import tables as t
from listener.storage.chunks import chunks
from listener.storage.counting import ABOUT, COUNTS
from listener.storage.engine import reading

_FROM = re.compile(r"(?<![-\w])from:")


_MENTIONS = (
    select(
        t.mention.c.id,
        t.mention.c.said_at.label("at"),
        t.entry.c.guid,
        t.entry.c.conversation,
        t.entry.c.in_reply_to,
        t.entry.c.link,
    )
    .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
    .join(t.source, t.entry.c.source_id == t.source.c.id)
)


class AnswerStore:
    """Answers, in SQL."""

    _engine: Engine

    def answers(self, brand: str, *, kind: str, since: datetime, until: datetime) -> Mapping[int, Answer]:
        """The brand's first answer to each earned mention of one kind that was collected in [since, until), by the mention's id.

        Its own posts are those of its accounts (`owned`, by immutable id) that any source of the kind brought; they were listened
        for where a search names such an account (`from:1234567`), or a handle that turned out to be its.
        """
        with reading(self._engine) as connection:
            row = connection.execute(select(t.brand.c.id, t.brand.c.owned_accounts).where(t.brand.c.key == brand)).first()
            if row is None:
                return {}
            accounts = _accounts(row.owned_accounts, kind)
            mentions = connection.execute(
                _MENTIONS.where(
                    t.mention.c.brand_id == row.id,
                    t.mention.c.media == "earned",
                    t.source.c.kind == kind,
                    t.mention.c.collected_at >= since,
                    t.mention.c.collected_at < until,
                    ABOUT,
                    COUNTS,
                )
            ).all()
            own = own_posts(connection, kind, accounts, _begin(mentions))
            heard = listening(connection, kind, accounts)
        found = answers([_said(one) for one in mentions], own, heard)
        return {one.id: found[one.guid] for one in mentions}

    def answered(self, brand: str, ids: Collection[int], *, kind: str) -> Collection[int]:
        """Those of a brand's mentions to which its own answer was seen, where they are of one kind."""
        found: set[int] = set()
        with reading(self._engine) as connection:
            owned = connection.execute(select(t.brand.c.owned_accounts).where(t.brand.c.key == brand)).scalar()
            accounts = _accounts(owned or "[]", kind)
            for some in chunks(sorted(ids) if accounts else ()):
                mentions = connection.execute(_MENTIONS.where(t.mention.c.id.in_(some), t.source.c.kind == kind)).all()
                seen = answers([_said(one) for one in mentions], own_posts(connection, kind, accounts, _begin(mentions)), ())
                found |= {one.id for one in mentions if seen[one.guid].state is Answered.ANSWERED}
        return found


def _accounts(owned: str, kind: str) -> list[str]:
    """The ids of a brand's accounts of one kind."""
    return [ref for place, _, ref in (one.partition(":") for one in json.loads(owned)) if place == kind]


def _begin(mentions: Sequence[Any]) -> datetime | None:
    return min((one.at for one in mentions), default=None)


def own_posts(connection: Connection, kind: str, accounts: Sequence[str], since: datetime | None) -> Sequence[Said]:
    """What these accounts of a kind of place posted since a moment, or at one that nobody knows; nothing without a moment."""
    if not accounts or since is None:
        return []
    own: list[Said] = []
    for some in chunks(accounts):
        posts = (
            select(
                t.entry.c.guid,
                t.entry.c.published_at,
                t.entry.c.first_seen_at,
                t.entry.c.conversation,
                t.entry.c.in_reply_to,
                t.entry.c.link,
            )
            .join_from(t.entry, t.source)
            .where(t.source.c.kind == kind, t.entry.c.author_id.in_(some), t.entry.c.author_id != "")
            .where(or_(t.entry.c.published_at >= since, t.entry.c.published_at.is_(None)))
        )
        own += [
            Said(
                guid=one.guid,
                at=one.published_at or one.first_seen_at,
                conversation=one.conversation,
                in_reply_to=one.in_reply_to,
                link=one.link,
            )
            for one in connection.execute(posts)
        ]
    return own


def listening(connection: Connection, kind: str, accounts: Sequence[str]) -> Sequence[Listening]:
    """When the brand's own accounts were listened to: what the searches that name one of them covered."""
    if not accounts:
        return []
    named = re.compile(rf"(?<!-)\bfrom:(?:{'|'.join(re.escape(one) for one in accounts)})\b")
    stretches = connection.execute(
        select(t.stretch).join_from(t.stretch, t.source).where(t.source.c.kind == kind).order_by(t.stretch.c.source_id)
    ).all()
    made = []
    for one in stretches:
        if not named.search(one.words) and not (_FROM.search(one.words) and _brought(connection, one.source_id, accounts)):
            continue
        holes = connection.execute(
            select(t.hole.c.since_at, t.hole.c.until_at).where(t.hole.c.source_id == one.source_id, t.hole.c.part == one.part)
        )
        made.append(Listening(since=one.since_at, until=one.until_at, holes=tuple((row.since_at, row.until_at) for row in holes)))
    return made


def _brought(connection: Connection, source_id: int, accounts: Sequence[str]) -> bool:
    """Whether a source has ever brought a post of these accounts."""
    theirs = select(t.entry.c.id).where(
        t.entry.c.author_id.in_(accounts), t.entry.c.author_id != "", t.entry.c.source_id == source_id
    )
    return connection.execute(theirs.limit(1)).first() is not None


def _said(one: Any) -> Said:
    return Said(guid=one.guid, at=one.at, conversation=one.conversation, in_reply_to=one.in_reply_to, link=one.link)

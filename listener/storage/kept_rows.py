"""Kept mentions out of their rows, by their numbers: the way that every list of the page goes, so it is a short one.

A row of some fifty columns through SQLAlchemy's names and types cost four times what the database took to find it; here the columns
stand in one order, and each value is made by hand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from listener.core.kept import KeptMention
from listener.core.labels import UNLABELLED, Labels
from listener.core.model import Author, Engagement, Entry, Intent, JudgedMention, Judgement, Media, Mention, Thread, Tone
from listener.storage.bulk import Among, ask, instant

_MENTION = (
    "id", "label_about", "label_tone", "label_intent", "label_answered", "excerpt", "spans", "clause", "query_version", "media",
    "language", "tone", "polarity", "confidence", "intent", "judge", "collected_at", "story_id", "put_away_at",
)  # fmt: skip
_ENTRY = (
    "guid", "url", "link", "title", "text", "outlet", "first_seen_at", "published_at", "stated_at", "language", "country",
    "vouched", "author_name", "author_handle", "author_id", "followers", "conversation", "in_reply_to",
    "likes", "reposts", "replies", "quotes", "views", "rating",
)  # fmt: skip
_COLUMNS = ", ".join([*(f"m.{one}" for one in _MENTION), *(f"e.{one}" for one in _ENTRY), "b.key, s.key, s.kind, d.fingerprint"])
_READ = f"""
SELECT {_COLUMNS} FROM mention AS m JOIN entry AS e ON e.id = m.entry_id JOIN brand AS b ON b.id = m.brand_id
JOIN source AS s ON s.id = e.source_id JOIN document AS d ON d.id = e.document_id WHERE m.id IN ?
"""  # noqa: S608 - our own words
_NO_THREAD, _NO_ENGAGEMENT = Thread(), Engagement()
_MEDIA = {one.value: one for one in Media}
_TONES = {one.value: one for one in Tone}
_INTENTS = {one.value: one for one in Intent}


def read_rows(connection: Connection, ids: Sequence[int]) -> list[Any]:
    """The rows of these mentions, in the order of their numbers here; of one that is gone there is none."""
    found = {row[0]: row for row in ask(connection, _READ, [Among(ids)])} if ids else {}
    return [found[one] for one in ids if one in found]


def is_labelled(row: Any) -> bool:
    """Whether people say anything of it now."""
    return row[1] is not None or row[2] is not None or row[3] is not None or row[4] is not None


def kept_of(row: Any, labels: Labels = UNLABELLED) -> KeptMention:
    """A kept mention from such a row, and what people say of it."""
    (
        id_, _, _, _, _, excerpt, spans, clause, query_version, media,
        judged_language, tone, polarity, confidence, intent, judge, collected_at, story_id, put_away_at,
        guid, url, link, title, text, outlet, first_seen_at, published_at, stated_at, language, country,
        vouched, author_name, author_handle, author_id, followers, conversation, in_reply_to,
        likes, reposts, replies, quotes, views, rating,
        brand, source, kind, fingerprint,
    ) = row  # fmt: skip
    counts = (likes, reposts, replies, quotes, views, rating)
    return KeptMention(
        id=id_,
        judged=JudgedMention(
            mention=Mention(
                brand=brand,
                entry=Entry(
                    document=fingerprint,
                    source=source,
                    guid=guid,
                    url=url,
                    link=link,
                    title=title,
                    text=text,
                    outlet=outlet,
                    first_seen_at=instant(first_seen_at),
                    published_at=None if published_at is None else instant(published_at),
                    stated_at=None if stated_at is None else instant(stated_at),
                    author=Author(name=author_name, handle=author_handle, id=author_id, followers=followers),
                    language=language,
                    country=country,
                    thread=Thread(conversation=conversation, in_reply_to=in_reply_to)
                    if conversation or in_reply_to
                    else _NO_THREAD,
                    engagement=_NO_ENGAGEMENT
                    if counts == _UNKNOWN
                    else Engagement(likes=likes, reposts=reposts, replies=replies, quotes=quotes, views=views, rating=rating),
                    vouched=bool(vouched),
                ),
                excerpt=excerpt,
                clause=clause,
                query_version=query_version,
                media=_MEDIA[media],
                spans=tuple([(start, end) for start, end in json.loads(spans)]),
            ),
            judgement=Judgement(
                language=judged_language,
                tone=_TONES[tone],
                polarity=polarity,
                confidence=confidence,
                intent=_INTENTS[intent],
                judge=judge,
            ),
        ),
        kind=kind,
        collected_at=instant(collected_at),
        labels=labels,
        story=story_id or 0,
        put_away_at=None if put_away_at is None else instant(put_away_at),
    )


_UNKNOWN = (None,) * 6

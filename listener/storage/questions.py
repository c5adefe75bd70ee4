"""Questions that several people ask: which belong together, and whether a page of the brand's own answers them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.process import extract
from sqlalchemy import Connection, func, select

from listener.core.evidence import Wanted
from listener.core.model import Intent, Media
from listener.core.observed import Asked
from listener.core.query.fold import fold
from listener.core.telling import _SMALL as SMALL
from listener.storage import tables as t

_MOST = 1_000  # questions, the newest: the work grows with their square
_PAGES = 500
_ALIKE = 72.0  # of 100
_ANSWERED = 0.6  # share of a question's words that a page has
_WORD = re.compile(r"[^\W\d_]{3,}")
_READ = 400  # characters


def asked_of(connection: Connection, brand_id: int, wanted: Wanted) -> tuple[tuple[Asked, ...], bool]:
    """The questions of a period by cluster, and whether any page of the brand's own was read at all."""
    intent = func.coalesce(t.mention.c.label_intent, t.mention.c.intent)
    questions = _texts(connection, brand_id, wanted, Media.EARNED, _MOST, intent == Intent.QUESTION.value)
    pages = [set(words) for _, words in _texts(connection, brand_id, None, Media.OWNED, _PAGES)]
    clusters: dict[str, str] = {}  # the words that stand for a cluster -> its name
    asked = []
    for mention, words in questions:
        if not words:
            continue
        said = " ".join(sorted(words))
        near = extract(said, clusters.keys(), scorer=token_set_ratio, score_cutoff=_ALIKE, limit=1)
        name = clusters[near[0][0]] if near else clusters.setdefault(said, f"q{len(clusters) + 1}")
        known = any(len(words & page) >= _ANSWERED * len(words) for page in pages)
        asked.append(Asked(mention=mention, cluster=name, answered=known))
    return tuple(sorted(asked, key=lambda one: one.mention)), bool(pages)


def _texts(
    connection: Connection, brand_id: int, wanted: Wanted | None, media: Media, most: int, *also: object
) -> Sequence[tuple[int, set[str]]]:
    m = t.mention.c
    rows = (
        select(m.id, t.entry.c.title, m.excerpt)
        .join_from(t.mention, t.entry, m.entry_id == t.entry.c.id)
        .where(m.brand_id == brand_id, m.media == media.value, m.put_away_at.is_(None), *also)  # type: ignore[arg-type]
    )
    if wanted is not None:
        rows = rows.where(m.said_at >= wanted.since, m.said_at < wanted.until)
    rows = rows.order_by(m.said_at.desc(), m.id.desc()).limit(most)
    name = set(_WORD.findall(fold(wanted.plan.brand))) if wanted is not None else set()
    return [
        (row.id, set(_WORD.findall(fold(f"{row.title} {row.excerpt}"[:_READ]))) - SMALL - name) for row in connection.execute(rows)
    ]

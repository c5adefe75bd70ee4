"""The pages' JSON twins: the same facts for programs, each field named as in core/model.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from starlette.responses import Response

from listener.core.kept import KeptMention
from listener.core.near import KeptNearMiss
from listener.core.report import DayCount
from listener.web.text import outward
from listener.web.views import SourceView

Json: TypeAlias = "str | int | float | bool | Mapping[str, Json] | list[Json] | None"


def answer(value: Mapping[str, Json], status: int = 200) -> Response:
    """A JSON answer; a lone surrogate, which UTF-8 cannot say, becomes a question mark."""
    body = json.dumps(value, ensure_ascii=False, indent=1).encode(errors="replace")
    return Response(body, status, media_type="application/json")


def mention(kept: KeptMention, permanent: str) -> dict[str, Json]:
    """A mention with all that proves it; texts as they came, the link only where it is safe to follow."""
    entry, found, judged = kept.entry, kept.judged.mention, kept.judged.judgement
    return {
        "id": kept.id,
        "url": permanent,
        "brand": found.brand,
        "source": entry.source,
        "kind": kept.kind,
        "guid": entry.guid,
        "link": outward(entry.link),
        "title": entry.title,
        "excerpt": found.excerpt,
        "spans": [[start, end] for start, end in found.spans],
        "clause": found.clause,
        "query_version": found.query_version,
        "media": found.media.value,
        "outlet": entry.outlet,
        "author": {"name": entry.author.name, "handle": entry.author.handle},
        "published_at": _at(entry.published_at),
        "stated_at": _at(entry.stated_at),
        "first_seen_at": _at(entry.first_seen_at),
        "collected_at": _at(kept.collected_at),
        "put_away_at": _at(kept.put_away_at),
        "language": judged.language,
        "tone": judged.tone.value,
        "polarity": judged.polarity,
        "confidence": judged.confidence,
        "intent": judged.intent.value,
        "judge": judged.judge,
        "document": entry.document,
        "counts": {"tone": kept.tone.value, "intent": kept.intent.value, "about": kept.about, "answered": kept.answered},
        "labels": [
            {"aspect": one.aspect.value, "value": one.value, "by": one.by, "at": _at(one.at)}
            for one in (kept.labels.about, kept.labels.tone, kept.labels.intent, kept.labels.answered)
            if one is not None
        ],
        "story": kept.story or None,
    }


def near_miss(kept: KeptNearMiss) -> dict[str, Json]:
    """What only just is no mention, and why; never who wrote it."""
    miss = kept.miss
    return {
        "title": kept.title,
        "link": outward(miss.link),
        "failure": miss.failure.value,
        "part": miss.part,
        "reason": miss.reason,
        "query_version": miss.query_version,
        "seen_at": _at(miss.seen_at),
    }


def day(count: DayCount) -> dict[str, Json]:
    """One local day; where nothing was heard its counts are null, never 0."""
    tones = count.tones
    return {
        "on": count.on.isoformat(),
        "heard": count.heard,
        "query_changed": count.changed,
        "mentions": tones.total if count.heard else None,
        "tones": {
            "negative": tones.negative,
            "neutral": tones.neutral,
            "positive": tones.positive,
            "unsure": tones.unsure,
        }
        if count.heard
        else None,
        "stories": count.stories if count.heard else None,
        "voices": count.voices if count.heard else None,
    }


def source(view: SourceView) -> dict[str, Json]:
    """A source and its health; the address without what may be secret."""
    state = view.state
    return {
        "key": state.source.key,
        "brand": state.source.brand,
        "kind": state.source.kind,
        "address": view.address,
        "outcome": view.outcome.value if view.outcome else None,
        "detail": view.detail,
        "failures": state.failures,
        "heard_at": _at(state.heard_at),
        "next_due_at": _at(state.next_due_at),
        "rested_at": _at(state.rested_at),
        "note": view.note,
        "silent": {"days": view.silence.lasting.days, "usual_per_day": round(view.silence.per_day, 3)} if view.silence else None,
        "days": [
            {
                "on": cell.on.isoformat(),
                "state": cell.state,
                "attempts": cell.attempts,
                "failed": cell.failed,
                "detail": cell.detail,
            }
            for cell in view.days
        ],
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""The pages' JSON twins: the same facts for programs, each field named as in core/model.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias

from starlette.responses import Response

from listener.core.kept import KeptMention
from listener.core.near import KeptNearMiss
from listener.core.report import DayCount, SourceCoverage
from listener.core.taking_part import Answer
from listener.core.themes import Theme
from listener.core.visits import Run
from listener.core.volume import Proof, StoryVolume, Volume
from listener.web.text import masked, outward, scrubbed
from listener.web.views import Cell, Ribbon, SourceView

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
        "days": [_cell(cell) for cell in view.days],
    }


def story_volume(one: StoryVolume, permanent: str) -> dict[str, Json]:
    """A story within a period, by its first mention there."""
    return {
        "id": one.story,
        "url": permanent if one.story > 0 else None,
        "items": one.items,
        "voices": one.voices,
        "negative": one.negative,
        "first": {
            "mention": one.first.id,
            "title": one.first.entry.title,
            "outlet": one.first.entry.outlet,
            "at": _at(one.first.at),
        },
        "last_at": _at(one.last_at),
    }


def theme(on: date, one: Theme) -> dict[str, Json]:
    """A theme of the week up to and including a day."""
    return {
        "on": on.isoformat(),
        "phrase": one.phrase,
        "language": one.language,
        "stories": one.stories,
        "voices": one.voices,
        "mentions": list(one.mentions),
    }


def coverage(one: SourceCoverage) -> dict[str, Json]:
    """How a source was heard in a period."""
    return {
        "source": one.source,
        "kind": one.kind,
        "heard": one.heard,
        "failed": one.failed,
        "mentions": one.mentions,
        "detail": scrubbed(one.detail),
    }


def ribbon(one: Ribbon) -> dict[str, Json]:
    """A source's days."""
    return {"source": one.source, "kind": one.kind, "mentions": one.mentions, "days": [_cell(cell) for cell in one.cells]}


def volume(one: Volume) -> dict[str, Json]:
    """How much was said."""
    return {"items": one.items, "stories": one.stories, "voices": one.voices, "negative": one.negative}


def proof(one: Proof | None, run: Run | None, answer: Answer | None) -> dict[str, Json]:
    """What stands behind a mention; the address without what may be secret."""
    return {
        "proof": None
        if one is None
        else {
            "fingerprint": one.document.fingerprint,
            "asked_at": masked(one.document.url),
            "media_type": one.document.media_type,
            "size": one.document.size,
            "fetched_at": _at(one.document.fetched_at),
            "bytes_kept": one.document.kept,
        },
        "judgements": [
            {
                "judge": said.judge,
                "at": _at(at),
                "language": said.language,
                "tone": said.tone.value,
                "polarity": said.polarity,
                "confidence": said.confidence,
                "intent": said.intent.value,
                "probabilities": None
                if said.probabilities is None
                else dict(zip(("negative", "neutral", "positive"), said.probabilities, strict=True)),
            }
            for at, said in (one.judgements if one else ())
        ],
        "run": None
        if run is None
        else {"started_at": _at(run.started_at), "outcome": run.outcome.value, "entries": run.entries, "new": run.new_entries},
        "answer": None
        if answer is None
        else {
            "state": answer.state.value,
            "how": answer.how.value,
            "at": _at(answer.at),
            "link": answer.link,
            "looked_until": _at(answer.looked_until),
        },
    }


def _cell(cell: Cell) -> dict[str, Json]:
    return {
        "on": cell.on.isoformat(),
        "state": cell.state,
        "attempts": cell.attempts,
        "failed": cell.failed,
        "detail": cell.detail,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""`listener why URL`: why an item is a mention, or is not, or was never seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listener.app import App
from listener.cli.options import config_option, json_option
from listener.cli.session import open_app
from listener.core.kept import KeptMention, StoredEntry
from listener.core.mentions import MentionFinder
from listener.core.model import Intent
from listener.core.near import KeptNearMiss
from listener.core.urls import canonical, host, within
from listener.core.visits import SourceState
from listener.understanding.judge import why_intended

_POST = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/[^/]+/status/([0-9]+)", re.IGNORECASE)
_DAY = timedelta(days=1)


@click.command(name="why")
@click.argument("url", metavar="URL")
@config_option
@json_option
def command(url: str, config: Path, *, as_json: bool) -> None:
    """Say why an item is in, or is not: which clause caught it, what of the query failed, or who should have shown it."""
    with open_app(config) as app:
        found = app.archive.entries_at(list(addresses(url)))
        row: dict[str, Any] = {"url": url, "stored": bool(found), "entries": [_entry(app, one) for one in found]}
        if not found:
            row |= {"near_misses": [_near(one) for one in app.archive.near_misses_at(list(addresses(url)))]}
            row |= _unseen(app, url)
        zone = ZoneInfo(app.settings.listener.timezone)
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=1))
        return
    for entry in row["entries"]:
        for line in _said(entry, zone):
            click.echo(line)
    if not found:
        for line in _said_unseen(row, zone):
            click.echo(line)


def addresses(url: str) -> Iterator[str]:
    """The forms under which an item may be kept: as given, its key, and the key that X's posts have."""
    yield url.strip()
    if key := canonical(url.strip()) or canonical(f"https://{url.strip()}"):
        yield key
    if post := _POST.match(key):
        yield canonical(f"https://x.com/i/status/{post[1]}")


def _near(one: KeptNearMiss) -> dict[str, Any]:
    miss = one.miss
    return {
        "brand": miss.brand,
        "link": miss.link,
        "failure": miss.failure.value,
        "part": miss.part,
        "reason": miss.reason,
        "query_version": miss.query_version,
        "seen_at": miss.seen_at.isoformat(),
    }


def _away(app: App, one: StoredEntry, brand: str) -> KeptMention | None:
    """The mention that an entry was, before a later version of the query did not catch it any more."""
    number, is_away = app.archive.asked_again(brand, [one.id]).get(one.id, (0, False))
    return app.archive.mention(number) if is_away else None


def _entry(app: App, one: StoredEntry) -> dict[str, Any]:
    finder = MentionFinder([brand.brand for brand in app.settings.brands])
    kept = {mention.judged.mention.brand: mention for _, mention in app.archive.mentions_in([one.id])}
    entry = one.entry
    return {
        "source": entry.source,
        "title": entry.title,
        "link": entry.link,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "stated_at": entry.stated_at.isoformat() if entry.stated_at else None,
        "first_seen_at": entry.first_seen_at.isoformat(),
        "language": entry.language,
        "vouched": entry.vouched,
        "brands": [_brand(app, finder, one, brand.brand.key, kept.get(brand.brand.key)) for brand in app.settings.brands],
    }


def _brand(app: App, finder: MentionFinder, one: StoredEntry, brand: str, kept: KeptMention | None) -> dict[str, Any]:
    """What one brand makes of an entry: what is stored, and what today's query says."""
    now = next((found for found in finder.find(one.entry, one.brand, one.kind) if found.brand == brand), None)
    row: dict[str, Any] = {
        "brand": brand,
        "mention": kept is not None,
        "would_match": now is not None,
        "version_now": finder.version(brand),
        "reasons": [] if now else [asdict(reason) for reason in finder.why_not(one.entry, brand, one.kind)],
    }
    if kept is not None:
        mention = kept.judged.mention
        row |= {"id": kept.id, "clause": mention.clause, "query_version": mention.query_version, "media": mention.media.value}
        row |= {"collected_at": kept.collected_at.isoformat(), "tone": kept.tone.value, "about": kept.about}
        row["spans"] = [list(span) for span in mention.spans]
        judgement = kept.judged.judgement
        row |= {"intent": kept.intent.value, "judge": judgement.judge, "confidence": round(judgement.confidence, 4)}
        name = next((one.brand.name for one in app.settings.brands if one.brand.key == brand), "")
        row["intent_reasons"] = [] if kept.labels.intent else list(why_intended(kept.judged, name=name, kind=kept.kind))
    elif now is not None:
        row["clause"] = now.clause
    if kept is None and (away := _away(app, one, brand)) is not None and away.put_away_at is not None:
        row |= {"put_away_at": away.put_away_at.isoformat(), "id": away.id, "query_version": away.judged.mention.query_version}
    return row


def _unseen(app: App, url: str) -> dict[str, Any]:
    """Who might have shown it: the sources, how they were heard this last day, and what a person can do."""
    now = app.clock()
    runs = app.archive.runs(since=now - _DAY, until=now + timedelta(seconds=1))
    place = host(url.strip())
    states = app.archive.states()
    near = [state.source.key for state in states if place and _on(state, place)]
    return {
        "sources": [
            {
                "source": state.source.key,
                "brand": state.source.brand,
                "kind": state.source.kind,
                "heard_at": state.heard_at.isoformat() if state.heard_at else None,
                "heard": sum(run.outcome.heard for run in runs if run.source == state.source.key),
                "visits": sum(run.source == state.source.key for run in runs),
                "detail": state.last_run.detail if state.last_run else "not visited yet",
            }
            for state in states
        ],
        "advice": _advice(near, place, states),
    }


# Where posts stand of kinds whose address is words or a name, not a place.
_PLACES = {
    "x": ("x.com", "twitter.com"),
    "bluesky": ("bsky.app",),
    "hacker-news": ("news.ycombinator.com",),
    "reddit": ("reddit.com",),
    "youtube": ("youtube.com",),
}


def _on(state: SourceState, place: str) -> bool:
    if place and any(within(place, one) for one in _PLACES.get(state.source.kind, ())):
        return True
    name = host(state.source.address)
    return bool(name) and (within(name, place) or within(place, name.removeprefix("www.")))


def _advice(near: Sequence[str], place: str, states: Sequence[SourceState]) -> list[str]:
    advice = []
    if near:
        advice.append(
            f"{', '.join(near)} listens to {place}: it shows its newest items only, so this one may be older, or was taken back"
        )
    elif place:
        advice.append(f"no source listens to {place} itself: if it has a feed, add it under [[sources]] of the brand")
    failing = [state.source.key for state in states if state.failures]
    if failing:
        advice.append(f"{', '.join(failing)} could not be heard lately: `listener status` says why")
    if not states:
        advice.append("no source is configured: `listener check` says what is missing")
    return advice


def _said(entry: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    yield f"{entry['title'] or entry['link']}"
    yield f"  shown by {entry['source']}, first seen {_moment(entry['first_seen_at'], zone)}"
    for brand in entry["brands"]:
        if brand["mention"]:
            yield f"  {brand['brand']}: a mention, by {brand['clause']} (query version {brand['query_version']}), {brand['tone']}"
            if brand["intent"] != Intent.OTHER:
                because = " + ".join(one if one.startswith("tone:") else f"\u201c{one}\u201d" for one in brand["intent_reasons"])
                yield f"    {brand['intent']}{f', for {because}' if because else ''}"
            yield f"    judged by {brand['judge']}"
            if not brand["would_match"]:
                yield f"    today's query ({brand['version_now']}) would not catch it:"
        elif "put_away_at" in brand:
            yield (
                f"  {brand['brand']}: was a mention (query version {brand['query_version']}), put away "
                f"{_moment(brand['put_away_at'], zone)}, when the query changed:"
            )
        elif brand["would_match"]:
            yield f"  {brand['brand']}: no mention; today's query ({brand['version_now']}) would catch it, by {brand['clause']}"
        else:
            yield f"  {brand['brand']}: no mention (query version {brand['version_now']}):"
        yield from (f"    - {reason['words']}" for reason in brand["reasons"])


def _said_unseen(row: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    for one in row["near_misses"]:
        yield f"{one['link']}\n  {one['brand']}: only just no mention on {_moment(one['seen_at'], zone)}: {one['reason']}"
    if row["near_misses"]:
        return
    yield f"No source has shown {row['url']}."
    if row["sources"]:
        yield "Heard in the last 24 hours:"
    for one in row["sources"]:
        last = f"last heard {_moment(one['heard_at'], zone)}" if one["heard_at"] else "never heard"
        yield f"  {one['source']} ({one['kind']}): {one['heard']} of {one['visits']} visits, {last}"
    yield from (f"- {line}" for line in row["advice"])


def _moment(at: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")

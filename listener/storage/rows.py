"""Rows to values and back, written out by hand in one place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping, Select, select

from listener.core.model import (
    Author,
    Brand,
    Cursor,
    Engagement,
    Entry,
    Intent,
    JudgedMention,
    Judgement,
    Mention,
    Owned,
    Source,
    Thread,
    Tone,
)
from listener.core.visits import Outcome, Run, SourceState
from listener.storage.engine import storable_text
from listener.storage.tables import brand, document, entry, mention, run, source

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def brand_of(row: RowMapping) -> Brand:
    """A brand from its row."""
    owned = _owned(row["owned_domains"], row["owned_accounts"])
    return Brand(key=row["key"], name=row["name"], query=row["query"], language=row["language"], owned=owned)


@lru_cache(1024)  # each page asks for all of them
def _owned(domains: str, accounts: str) -> Owned:
    return Owned(domains=tuple(json.loads(domains)), accounts=tuple(json.loads(accounts)))


def brand_row(value: Brand) -> dict[str, Any]:
    """What a brand's row holds."""
    return {
        "key": value.key,
        "name": value.name,
        "query": value.query,
        "language": value.language,
        "owned_domains": json.dumps(value.owned.domains, ensure_ascii=False),
        "owned_accounts": json.dumps(value.owned.accounts, ensure_ascii=False),
        "active": True,
    }


def source_row(value: Source) -> dict[str, Any]:
    """What a source's row holds of its configuration."""
    return {
        "key": value.key,
        "kind": value.kind,
        "address": value.address,
        "every_seconds": int(value.every.total_seconds()),
        "language": value.language,
        "country": value.country,
        "active": True,
    }


def cursor_of(text: str | None) -> Cursor | None:
    """A cursor from its column."""
    return None if text is None else Cursor(json.loads(text))


def cursor_text(value: Cursor) -> str:
    """A cursor as its column holds it."""
    return json.dumps(dict(value.value), ensure_ascii=False, sort_keys=True)


def recent_text(moments: Sequence[datetime]) -> str:
    """A source's latest moments as their column holds them."""
    return ",".join(str(int(one.timestamp())) for one in moments)


def recent_of(text: str) -> tuple[datetime, ...]:
    """A source's latest moments from their column."""
    return tuple(_EPOCH + timedelta(seconds=int(one)) for one in text.split(",")) if text else ()


def state_of(row: RowMapping | Mapping[str, Any], last_run: Run | None) -> SourceState:
    """A source's state from a row of source joined with its brand's key."""
    return SourceState(
        source=Source(
            key=row["key"],
            brand=row["brand_key"],
            kind=row["kind"],
            address=row["address"],
            every=timedelta(seconds=row["every_seconds"]),
            language=row["language"],
            country=row["country"],
        ),
        cursor=cursor_of(row["cursor"]),
        revision=row["revision"],
        failures=row["failures"],
        next_due_at=row["next_due_at"],
        heard_at=row["heard_at"],
        last_run=last_run,
        recent=recent_of(row["recent"]),
        note=row["note"],
        rested_at=row["rested_at"],
    )


def run_of(row: RowMapping | Mapping[str, Any]) -> Run:
    """A row of the ledger, joined with its source's key."""
    return Run(
        source=row["source_key"],
        started_at=row["started_at"],
        outcome=Outcome(row["outcome"]),
        entries=row["entries"],
        new_entries=row["new_entries"],
        new_mentions=row["new_mentions"],
        size=row["size"],
        took=row["took"],
        status=row["status"],
        cost=row["cost"],
        detail=row["detail"],
    )


def run_row(value: Run, source_id: int) -> dict[str, Any]:
    """What the ledger's row holds."""
    return {
        "source_id": source_id,
        "started_at": value.started_at,
        "outcome": value.outcome.value,
        "entries": value.entries,
        "new_entries": value.new_entries,
        "new_mentions": value.new_mentions,
        "size": value.size,
        "took": value.took,
        "status": value.status,
        "cost": value.cost,
        "detail": value.detail,
    }


def storable(value: Entry) -> Entry:
    """An entry as either database takes it; so what is worked out from its words is the same as from its row."""
    author, thread = value.author, value.thread
    texts = (value.guid, value.url, value.link, value.title, value.text, value.outlet, author.name, author.handle, author.id)
    said = "\n".join((*texts, thread.conversation, thread.in_reply_to))
    if storable_text(said) == said:
        return value
    of = storable_text
    return replace(
        value,
        guid=of(value.guid),
        url=of(value.url),
        link=of(value.link),
        title=of(value.title),
        text=of(value.text),
        outlet=of(value.outlet),
        author=replace(author, name=of(author.name), handle=of(author.handle), id=of(author.id)),
        thread=Thread(conversation=of(thread.conversation), in_reply_to=of(thread.in_reply_to)),
    )


def entry_row(value: Entry, source_id: int, document_id: int, identity: bytes) -> dict[str, Any]:
    """What an entry's row holds."""
    return {
        "source_id": source_id,
        "identity": identity,
        "document_id": document_id,
        "guid": value.guid,
        "url": value.url,
        "link": value.link,
        "title": value.title,
        "text": value.text,
        "outlet": value.outlet,
        "author_name": value.author.name,
        "author_handle": value.author.handle,
        "author_id": value.author.id,
        "followers": value.author.followers,
        "published_at": value.published_at,
        "stated_at": value.stated_at,
        "first_seen_at": value.first_seen_at,
        "language": value.language,
        "country": value.country,
        "conversation": value.thread.conversation,
        "in_reply_to": value.thread.in_reply_to,
        "likes": value.engagement.likes,
        "reposts": value.engagement.reposts,
        "replies": value.engagement.replies,
        "quotes": value.engagement.quotes,
        "views": value.engagement.views,
        "rating": value.engagement.rating,
        "vouched": value.vouched,
    }


def judgement_row(value: Judgement) -> dict[str, Any]:
    """What a judgement adds to a row."""
    return {
        "language": value.language,
        "tone": value.tone.value,
        "polarity": value.polarity,
        "confidence": value.confidence,
        "intent": value.intent.value,
        "judge": value.judge,
    }


def proof_row(value: Judgement) -> dict[str, Any]:
    """What a judgement adds to a row of its own, where its probabilities are kept too."""
    thousandths = (None, None) if value.probabilities is None else (round(1000 * value.probabilities[n]) for n in (0, 2))
    return {**judgement_row(value), **dict(zip(("negative", "positive"), thousandths, strict=True))}


def judgement_of(row: Any) -> Judgement:
    """The judgement in a row of its own."""
    given = None if row.negative is None else (row.negative, 1000 - row.negative - row.positive, row.positive)
    return Judgement(
        language=row.language,
        tone=Tone(row.tone),
        polarity=row.polarity,
        confidence=row.confidence,
        intent=Intent(row.intent),
        judge=row.judge,
        probabilities=None if given is None else (given[0] / 1000, max(given[1], 0) / 1000, given[2] / 1000),
    )


# What `entry_of` reads: the entry's own columns under names that clash with no other table's, and where it came from.
_ENTRY = (
    *(column.label(f"entry_{column.name}") for column in entry.c),
    brand.c.key.label("brand_key"),
    source.c.key.label("source_key"),
    source.c.kind.label("source_kind"),
    document.c.fingerprint.label("fingerprint"),
)


def kept_mentions() -> Select[Any]:
    """The statement whose numbers `labels.with_labels` reads, those put away among them; add where, order and limit."""
    return select(mention.c.id)


def stored_entries() -> Select[Any]:
    """The statement whose rows `entry_of` reads; add where, order and limit."""
    return (
        select(
            *_ENTRY,
        )
        .join_from(entry, source, entry.c.source_id == source.c.id)
        .join(brand, source.c.brand_id == brand.c.id)
        .join(document, entry.c.document_id == document.c.id)
    )


def entry_of(row: RowMapping) -> Entry:
    """An entry from a row of `stored_entries`."""
    return Entry(
        document=row["fingerprint"],
        source=row["source_key"],
        guid=row["entry_guid"],
        url=row["entry_url"],
        link=row["entry_link"],
        title=row["entry_title"],
        text=row["entry_text"],
        outlet=row["entry_outlet"],
        first_seen_at=row["entry_first_seen_at"],
        published_at=row["entry_published_at"],
        stated_at=row["entry_stated_at"],
        author=Author(
            name=row["entry_author_name"],
            handle=row["entry_author_handle"],
            id=row["entry_author_id"],
            followers=row["entry_followers"],
        ),
        language=row["entry_language"],
        country=row["entry_country"],
        thread=Thread(conversation=row["entry_conversation"], in_reply_to=row["entry_in_reply_to"]),
        engagement=Engagement(
            likes=row["entry_likes"],
            reposts=row["entry_reposts"],
            replies=row["entry_replies"],
            quotes=row["entry_quotes"],
            views=row["entry_views"],
            rating=row["entry_rating"],
        ),
        vouched=row["entry_vouched"],
    )


def runs_with_source() -> Select[Any]:
    """The statement whose rows `run_of` reads; add where, order and limit."""
    return select(*run.c, source.c.key.label("source_key")).join_from(run, source, run.c.source_id == source.c.id)


def found_row(value: Mention) -> dict[str, Any]:
    """What a mention's row holds of how a query found it."""
    return {
        "excerpt": value.excerpt,
        "spans": json.dumps(value.spans),
        "clause": value.clause,
        "query_version": value.query_version,
        "media": value.media.value,
    }


def mention_row(value: JudgedMention, brand_id: int, entry_id: int) -> dict[str, Any]:
    """What a mention's row holds; collected means when our own visit first saw the entry."""
    one = value.mention
    return {
        "brand_id": brand_id,
        "entry_id": entry_id,
        **found_row(one),
        "said_at": one.entry.published_at or one.entry.first_seen_at,
        "collected_at": one.entry.first_seen_at,
        **judgement_row(value.judgement),
    }

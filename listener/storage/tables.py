"""The schema, said once (by noun in schema/); alembic/versions brings a database here, and a test proves that it does."""

from __future__ import annotations

from listener.storage.schema.admitted import attempt, deed, editor, invitation, session, share, undertaking, worked
from listener.storage.schema.base import Id, Instant, metadata
from listener.storage.schema.bought import account, billed, chore, counted, halt, hole, page, purse, recheck, reservation, stretch
from listener.storage.schema.derived import filling, hour_count
from listener.storage.schema.heard import brand, document, entry, host, query_version, run, seen, source, tombstone, turn
from listener.storage.schema.proof import checked, sample
from listener.storage.schema.proven import (
    conversion,
    evidence,
    evidence_delivery,
    evidence_note,
    found_word,
    listed,
    looked_through,
)
from listener.storage.schema.sent import alert, alert_delivery, alert_rule, delivery, digest, digest_schedule, matter, subscription
from listener.storage.schema.signed import sign
from listener.storage.schema.spoken import (
    former_label,
    judgement,
    label,
    lost_mention,
    mention,
    near_miss,
    story_address,
    story_mark,
    telling,
    theme,
)

__all__ = [
    "HEAD",
    "Id",
    "Instant",
    "account",
    "alert",
    "alert_delivery",
    "alert_rule",
    "attempt",
    "billed",
    "brand",
    "checked",
    "chore",
    "conversion",
    "counted",
    "deed",
    "delivery",
    "digest",
    "digest_schedule",
    "document",
    "editor",
    "entry",
    "evidence",
    "evidence_delivery",
    "evidence_note",
    "filling",
    "former_label",
    "found_word",
    "halt",
    "hole",
    "host",
    "hour_count",
    "invitation",
    "is_table",
    "judgement",
    "label",
    "listed",
    "looked_through",
    "lost_mention",
    "matter",
    "mention",
    "metadata",
    "near_miss",
    "page",
    "purse",
    "query_version",
    "recheck",
    "reservation",
    "run",
    "sample",
    "seen",
    "session",
    "share",
    "sign",
    "source",
    "story_address",
    "story_mark",
    "stretch",
    "subscription",
    "telling",
    "theme",
    "tombstone",
    "turn",
    "undertaking",
    "worked",
]

# The revision that this program's tables equal; a constant, so that starting up need not load Alembic (a test compares them).
HEAD = "0020"


def is_table(name: str | None, kind: str, parents: object) -> bool:  # noqa: ARG001 - Alembic's signature
    """Whether this is one of the tables above; the search index, of a kind for each database, and the queue's own are not."""
    return kind != "table" or name is None or name.partition("_")[0] not in {"search", "procrastinate"}

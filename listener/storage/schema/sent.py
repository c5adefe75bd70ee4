"""What is sent: digests, alerts, their outboxes, and who wants what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from listener.storage.schema.base import Id, Instant, id_column, metadata

_BOXES = {"digest": "delivery", "alert": "alert_delivery", "evidence": "evidence_delivery"}


def outbox_columns(parent: str) -> list[Any]:
    """The columns of an outbox: a row for each recipient of a parent, whose frozen text it sends."""
    return [
        id_column(),
        Column(f"{parent}_id", Id, ForeignKey(f"{parent}.id"), nullable=False),
        Column("recipient", Text, nullable=False),
        Column("message_id", Text, nullable=False),
        Column("state", String(8), nullable=False),  # waiting, sending, sent, dropped, unknown
        Column("attempt", Integer, nullable=False),
        Column("retry_at", Instant, nullable=False),
        Column("lease_until", Instant),
        Column("sent_at", Instant),
        Column("error", Text, nullable=False),
        Column("handed_at", Instant),  # set just before the text leaves: from then on nobody knows, until the row is settled
        Column("unknowns", Integer, nullable=False, server_default="0"),  # attempts of which nobody knows how they ended
        UniqueConstraint(f"{parent}_id", "recipient"),
        Index(f"ix_{_BOXES[parent]}_state_retry_at", "state", "retry_at"),
    ]


digest_schedule = Table(
    "digest_schedule",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("at", String(5), nullable=False),  # "07:30", wall time
    Column("timezone", String(64), nullable=False),
    Column("next_due_at", Instant, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("days", String(7), nullable=False, server_default="0123456"),  # of the week; 0 is Monday
)


digest = Table(
    "digest",
    metadata,
    id_column(),
    Column("key", String(200), nullable=False),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("on", Date, nullable=False),
    Column("snapshot", Text, nullable=False),  # JSON, core.snapshot
    Column("composed_at", Instant, nullable=False),
    UniqueConstraint("key", "on"),
)


delivery = Table("delivery", metadata, *outbox_columns("digest"))


# What a person, or a server that knows no such person, has said about a digest to an address; "*" stands for every digest.
subscription = Table(
    "subscription",
    metadata,
    Column("digest", String(200), primary_key=True),
    Column("address", String(320), primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("language", String(8), nullable=False),  # "" for the digest's own
    Column("reason", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)


# Since when a rule stands: what was said before is no news to it.
alert_rule = Table(
    "alert_rule",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("since_at", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
)


# What a rule has seen, and what was told of it: one row for a matter, however often it is seen.
matter = Table(
    "matter",
    metadata,
    id_column(),
    Column("rule", String(200), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("told_size", Integer, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("rule", "subject"),
)


alert = Table(
    "alert",
    metadata,
    id_column(),
    Column("key", String(300), nullable=False, unique=True),  # the matter, and which word on it this is
    Column("rule", String(200), nullable=False),
    Column("snapshot", Text, nullable=False),  # JSON, core.alert_snapshot
    Column("raised_at", Instant, nullable=False),
)


alert_delivery = Table("alert_delivery", metadata, *outbox_columns("alert"))

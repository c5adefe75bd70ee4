"""What is bought on X and wherever else bills (docs/explanation/x.md), and the chores that come round."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from listener.storage.schema.base import Id, Instant, id_column, metadata

# Money per period in micro-dollars: what is set aside and what is settled. A period is a month, a day, or a purpose's month.
purse = Table(
    "purse",
    metadata,
    Column("period", String(40), primary_key=True),
    Column("micros", BigInteger, nullable=False),
)


reservation = Table(
    "reservation",
    metadata,
    id_column(),
    Column("source", String(100), nullable=False),  # its key; "" for what no source asked
    Column("purpose", String(12), nullable=False),
    Column("periods", Text, nullable=False),  # JSON list
    Column("micros", BigInteger, nullable=False),  # set aside
    Column("made_at", Instant, nullable=False),
    Column("settled", BigInteger),  # None: nobody knows what came of it, so it stays spent in full
    Column("settled_at", Instant),
    Index("ix_reservation_made_at", "made_at"),
)


# What was billed on a UTC day: the same thing is billed once.
billed = Table(
    "billed",
    metadata,
    Column("on", Date, primary_key=True),
    Column("what", String(8), primary_key=True),
    Column("ref", String(24), primary_key=True),
)


# Pages as they came, kept before they are read. Once taken up, a page's bytes are the document's.
page = Table(
    "page",
    metadata,
    id_column(),
    Column("source", String(100), nullable=False),
    Column("reservation_id", Id, ForeignKey("reservation.id"), nullable=False),
    Column("after", BigInteger, nullable=False),  # the page its question came after
    Column("part", String(16), nullable=False),
    Column("asked", Text, nullable=False),  # JSON object
    Column("status", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),  # new, unreadable, drifted
    Column("body", LargeBinary),  # zlib
    Index("ix_page_source", "source", "after"),
)


halt = Table(
    "halt",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant),
    Column("reason", Text, nullable=False),
    Column("missing", Text, nullable=False),  # JSON list
)


# How far each part of a source was asked for, and what in it was not read.
stretch = Table(
    "stretch",
    metadata,
    Column("source_id", Id, ForeignKey("source.id"), primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("words", Text, nullable=False),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
)


hole = Table(
    "hole",
    metadata,
    id_column(),
    Column("source_id", Id, ForeignKey("source.id"), nullable=False),
    Column("part", String(16), nullable=False),
    Column("low", BigInteger, nullable=False),
    Column("high", BigInteger, nullable=False),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("lost", Boolean, nullable=False),
    UniqueConstraint("source_id", "part", "lost", "low", "high"),
)


# The place's own counts, where they were bought: a yardstick for coverage.
counted = Table(
    "counted",
    metadata,
    Column("source_id", Id, ForeignKey("source.id"), primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("since_at", Instant, primary_key=True),
    Column("posts", Integer, nullable=False),
    Column("asked_at", Instant, nullable=False),
)


# Accounts that were bought because what they wrote matters.
account = Table(
    "account",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("ref", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("followers", BigInteger),
    Column("fetched_at", Instant, nullable=False),
)


# When an entry was last looked at again at its place; no row: not since it was collected.
recheck = Table(
    "recheck",
    metadata,
    Column("entry_id", Id, ForeignKey("entry.id"), primary_key=True),
    Column("checked_at", Instant, nullable=False),
    Index("ix_recheck_checked_at", "checked_at"),
)


# Work that comes round by itself: when each kind of it is due again.
chore = Table(
    "chore",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("next_due_at", Instant, nullable=False),
)

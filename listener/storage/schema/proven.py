"""What evidence reports are made of besides mentions: lists that people bring, their checks and notes, and what was reported."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from listener.storage.schema import spoken  # noqa: F401 - the tables that are pointed at
from listener.storage.schema.base import Id, Instant, id_column, metadata
from listener.storage.schema.sent import outbox_columns

# A report as it was made. Of mentions it holds their numbers alone, so that nothing in it must go when a mention goes.
evidence = Table(
    "evidence",
    metadata,
    id_column(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("report", String(64), nullable=False, unique=True),  # the report's id: a sum over all that it was made of
    Column("month", String(7)),  # "2026-11" for the one that goes out by itself; one stands for ever
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("snapshot", Text, nullable=False),  # JSON, core.frozen
    UniqueConstraint("brand_id", "month"),
)


evidence_delivery = Table("evidence_delivery", metadata, *outbox_columns("evidence"))


# An editor's word on a figure or an objection; the newest of each `about` counts, "" takes it back.
evidence_note = Table(
    "evidence_note",
    metadata,
    id_column(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("about", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("seal", String(64), nullable=False),  # HMAC-SHA256 over the rest of the row
    Index("ix_evidence_note_brand_id", "brand_id", "id"),
)


# Names on lists that people bring, as keyed hashes: no name can be read here, and none is ever sent anywhere.
listed = Table(
    "listed",
    metadata,
    Column("brand_id", Id, ForeignKey("brand.id"), primary_key=True),
    Column("list", String(10), primary_key=True),  # relations, code words
    Column("mark", LargeBinary(16), primary_key=True),
    Column("number", Integer, nullable=False),  # names of one row share it
    Column("kind", String(10), nullable=False),
    Column("words", Integer, nullable=False),  # of which it consists: so many in a row are looked at together
    Column("listed_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)


# Mentions in whose words something was found that only evidence asks for, and how far they were looked through.
found_word = Table(
    "found_word",
    metadata,
    Column("mention_id", Id, ForeignKey("mention.id"), primary_key=True, autoincrement=False),
    Column("what", String(10), primary_key=True),  # claim, code
    sqlite_with_rowid=False,
)


looked_through = Table(
    "looked_through",
    metadata,
    Column("brand_id", Id, ForeignKey("brand.id"), primary_key=True, autoincrement=False),
    Column("what", String(10), primary_key=True),
    Column("upto", Id, nullable=False),
    Column("version", String(16), nullable=False),  # of the words that were looked for
)


conversion = Table(
    "conversion",
    metadata,
    id_column(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("identity", LargeBinary(16), nullable=False),  # of its row, so that importing twice counts once
    Column("converted_at", Instant, nullable=False),
    Column("euros", Float, nullable=False),
    Column("what", String(100), nullable=False),
    Column("mention", Id, nullable=False),  # 0: not known
    UniqueConstraint("brand_id", "identity"),
    Index("ix_conversion_brand_id_converted_at", "brand_id", "converted_at"),
)

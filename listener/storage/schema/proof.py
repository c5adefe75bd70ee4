"""What the dossier stands on besides mentions and labels: the weekly samples, and people's answers for the dossier alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint

from listener.storage.schema import spoken  # noqa: F401 - the tables that are pointed at
from listener.storage.schema.base import Id, Instant, id_column, metadata

# A week is drawn once: what stands there stays, whatever is found later.
sample = Table(
    "sample",
    metadata,
    id_column(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("week", Date, nullable=False),  # its Monday, in the brand's zone
    Column("seed", BigInteger, nullable=False),
    Column("strata", Text, nullable=False),  # JSON list of [name, stories, [mention, …]]; a mention may have gone since
    UniqueConstraint("brand_id", "week"),
)


checked = Table(
    "checked",
    metadata,
    id_column(),
    Column("mention_id", Id, ForeignKey("mention.id"), nullable=False),
    Column("question", String(12), nullable=False),
    Column("answer", String(12), nullable=False),
    Column("by", String(100), nullable=False),
    Column("checked_at", Instant, nullable=False),
    Index("ix_checked_mention_id", "mention_id", "id"),
)

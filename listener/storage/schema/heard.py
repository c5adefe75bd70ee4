"""Who listens, where, and what came of it: brands, sources, documents, entries, the ledger."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from listener.storage.schema.base import Id, Instant, id_column, metadata

_NAMED = text("author_id <> ''")

brand = Table(
    "brand",
    metadata,
    id_column(),
    Column("key", String(100), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("owned_domains", Text, nullable=False),  # JSON list
    Column("owned_accounts", Text, nullable=False),  # JSON list
    Column("active", Boolean, nullable=False),
)


query_version = Table(
    "query_version",
    metadata,
    id_column(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("version", String(12), nullable=False),
    Column("query", Text, nullable=False),
    Column("since_at", Instant, nullable=False),
    # How far the stored entries were asked again with this version: null until somebody wants that.
    Column("matched_to", Id),  # the last entry that was asked
    Column("matched_at", Instant),  # when it was done with all of them
    Column("gained", Integer, nullable=False, server_default="0"),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Index("ix_query_version_brand_id_since_at", "brand_id", "since_at"),
)


source = Table(
    "source",
    metadata,
    id_column(),
    Column("key", String(100), nullable=False, unique=True),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("kind", String(200), nullable=False),
    Column("address", Text, nullable=False),
    Column("every_seconds", Integer, nullable=False),
    Column("language", String(8), nullable=False, server_default=""),  # the brand's, for places that have editions
    Column("country", String(2), nullable=False, server_default=""),
    Column("active", Boolean, nullable=False),
    Column("cursor", Text),  # JSON object of strings, opaque to all but the kind
    Column("revision", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next_due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("heard_at", Instant),
    # The host that was asked last, as the table `host` names it; "" for what is not on the web.
    Column("host", String(300), nullable=False, server_default=""),
    Column("recent", Text, nullable=False, server_default=""),  # seconds since 1970 of its latest entries, newest first
    Column("note", Text, nullable=False, server_default=""),
    Column("rested_at", Instant),
    Index("ix_source_next_due_at", "next_due_at"),
)


# Hosts that asked to be left alone, with 429, 503 or in their own way; all processes keep to it.
host = Table(
    "host",
    metadata,
    Column("host", String(300), primary_key=True),
    Column("next_allowed_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)


# Whose turn it is at a host, so that processes do not ask it at the same time, nor sooner than its gap.
turn = Table(
    "turn",
    metadata,
    Column("host", String(300), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("until", Instant, nullable=False),
)


document = Table(
    "document",
    metadata,
    id_column(),
    Column("source_id", Id, ForeignKey("source.id"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),  # bytes, as decoded
    Column("fetched_at", Instant, nullable=False),
    Column("body", LargeBinary),  # zlib; only when it carried a mention or could not be read
    UniqueConstraint("source_id", "fingerprint"),
)


entry = Table(
    "entry",
    metadata,
    id_column(),
    Column("source_id", Id, ForeignKey("source.id"), nullable=False),
    Column("identity", LargeBinary(16), nullable=False),  # core.identity
    Column("document_id", Id, ForeignKey("document.id"), nullable=False),
    Column("guid", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_handle", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("followers", BigInteger),
    Column("published_at", Instant),
    Column("stated_at", Instant),  # by the place, where it lay in the future
    Column("first_seen_at", Instant, nullable=False),
    Column("language", String(16), nullable=False),
    Column("country", String(16), nullable=False),
    Column("conversation", Text, nullable=False),
    Column("in_reply_to", Text, nullable=False),
    Column("likes", BigInteger),
    Column("reposts", BigInteger),
    Column("replies", BigInteger),
    Column("quotes", BigInteger),
    Column("views", BigInteger),
    Column("rating", Float),
    Column("vouched", Boolean, nullable=False),
    # A source's keys lie together, which is what a visit looks up (miniflux has the same key).
    UniqueConstraint("source_id", "identity"),
)
# To forget somebody; feeds name no ids, and cost nothing here.
_by_author = Index("ix_entry_author_id", entry.c.author_id, sqlite_where=_NAMED)


def spell_out_postgresql() -> None:
    """Tell the tables what only PostgreSQL asks: to say so above loads its dialect, 4 MB and a tenth of the time to start."""
    _by_author.dialect_options["postgresql"]["where"] = _NAMED


# By which entries are known again when their feed changed their ids (core.likeness): marks of the latest, eight bytes each.
seen = Table(
    "seen",
    metadata,
    Column("source_id", Id, ForeignKey("source.id"), primary_key=True, autoincrement=False),
    Column("marks", LargeBinary, nullable=False),
)


# What went, so that it never comes back. No word of it is left.
tombstone = Table(
    "tombstone",
    metadata,
    id_column(),
    Column("source_id", Id, ForeignKey("source.id"), nullable=False),
    Column("identity", LargeBinary(16), nullable=False),
    Column("removed_at", Instant, nullable=False),
    Column("cause", String(12), nullable=False),
    UniqueConstraint("source_id", "identity"),
)


run = Table(
    "run",
    metadata,
    id_column(),
    Column("source_id", Id, ForeignKey("source.id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("new_entries", Integer, nullable=False),
    Column("new_mentions", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("took", Float, nullable=False),
    Column("status", Integer),
    Column("cost", Float, nullable=False),
    Column("detail", Text, nullable=False),
    # What is counted of a source's visits stands in the index itself: a quarter of a brand is some 20,000 of them.
    Index("ix_run_source_id_started_at", "source_id", "started_at", "outcome", "new_entries", "new_mentions"),
    Index("ix_run_started_at", "started_at"),
)

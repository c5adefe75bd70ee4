"""The schema, said once; alembic/versions brings a database here, and a test proves that it does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

# The revision that this program's tables equal; a constant, so that starting up need not load Alembic (a test compares them).
HEAD = "0008"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite has no zones, so there it is written without one and read back with UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive datetimes: they would be stored as another instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Read back as aware UTC."""
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Integer keys everywhere: random keys cost SQLite five to nine times its bulk speed (docs/explanation/decisions.md).
# On SQLite only INTEGER PRIMARY KEY is the row's own number, hence the variant.
Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


brand = Table(
    "brand",
    metadata,
    _id(),
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
    _id(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("version", String(12), nullable=False),
    Column("query", Text, nullable=False),
    Column("since_at", Instant, nullable=False),
    Index("ix_query_version_brand_id_since_at", "brand_id", "since_at"),
)

source = Table(
    "source",
    metadata,
    _id(),
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

document = Table(
    "document",
    metadata,
    _id(),
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
    _id(),
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

mention = Table(
    "mention",
    metadata,
    _id(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("entry_id", Id, ForeignKey("entry.id"), nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("spans", Text, nullable=False),  # JSON list of [start, end)
    Column("clause", Text, nullable=False),
    Column("query_version", String(12), nullable=False),
    Column("media", String(8), nullable=False),
    Column("said_at", Instant, nullable=False),  # published, else first seen
    Column("collected_at", Instant, nullable=False),
    # The judgement that counts now, repeated here so that lists and counts need no join; all of them stand in `judgement`.
    Column("language", String(16), nullable=False),
    Column("tone", String(8), nullable=False),
    Column("polarity", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("intent", String(12), nullable=False),
    Column("judge", Text, nullable=False),
    UniqueConstraint("brand_id", "entry_id"),
    Index("ix_mention_entry_id", "entry_id"),
    # A digest reads its day, not the history: 2.3 ms at five million rows against six seconds without (research, measured).
    Index("ix_mention_brand_id_collected_at", "brand_id", "collected_at", "said_at", "media", "tone"),
    Index("ix_mention_brand_id_said_at", "brand_id", "said_at", "id"),
)

judgement = Table(
    "judgement",
    metadata,
    _id(),
    Column("mention_id", Id, ForeignKey("mention.id"), nullable=False),
    Column("judge", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("tone", String(8), nullable=False),
    Column("polarity", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("intent", String(12), nullable=False),
    Column("judged_at", Instant, nullable=False),
    UniqueConstraint("mention_id", "judge"),
)

run = Table(
    "run",
    metadata,
    _id(),
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
    Index("ix_run_source_id_started_at", "source_id", "started_at"),
    Index("ix_run_started_at", "started_at"),
)

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
    _id(),
    Column("key", String(200), nullable=False),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("on", Date, nullable=False),
    Column("snapshot", Text, nullable=False),  # JSON, core.snapshot
    Column("composed_at", Instant, nullable=False),
    UniqueConstraint("key", "on"),
)


_BOXES = {"digest": "delivery", "alert": "alert_delivery"}


def _outbox(parent: str) -> list[Any]:
    """The columns of an outbox: a row for each recipient of a parent, whose frozen text it sends."""
    return [
        _id(),
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


delivery = Table("delivery", metadata, *_outbox("digest"))

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
    _id(),
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
    _id(),
    Column("key", String(300), nullable=False, unique=True),  # the matter, and which word on it this is
    Column("rule", String(200), nullable=False),
    Column("snapshot", Text, nullable=False),  # JSON, core.alert_snapshot
    Column("raised_at", Instant, nullable=False),
)

alert_delivery = Table("alert_delivery", metadata, *_outbox("alert"))

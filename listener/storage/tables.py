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
    text,
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


_NAMED = text("author_id <> ''")


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
    # To forget somebody; feeds name no ids, and cost nothing here.
    Index("ix_entry_author_id", "author_id", sqlite_where=_NAMED, postgresql_where=_NAMED),
)

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
    _id(),
    Column("source_id", Id, ForeignKey("source.id"), nullable=False),
    Column("identity", LargeBinary(16), nullable=False),
    Column("removed_at", Instant, nullable=False),
    Column("cause", String(12), nullable=False),
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
    # What people say of it now (core.labels), None where nobody did; all that they ever said stands in `label`.
    Column("label_about", String(3)),
    Column("label_tone", String(8)),
    Column("label_intent", String(12)),
    Column("label_answered", String(3)),
    # The id of the mention that stands for its story, and who speaks (core.telling.voice_mark); None while not grouped yet.
    Column("story_id", Id),
    Column("voice", BigInteger),
    # A later version of the query does not catch it any more: it stays, and counts nowhere.
    Column("put_away_at", Instant),
    UniqueConstraint("brand_id", "entry_id"),
    Index("ix_mention_entry_id", "entry_id"),
    # A digest reads its day, not the history: 2.3 ms at five million rows against six seconds without (research, measured).
    # What is counted stands in the index itself.
    Index(
        "ix_mention_brand_id_collected_at",
        "brand_id",
        "collected_at",
        "said_at",
        "media",
        "tone",
        "label_tone",
        "label_about",
        "story_id",
        "voice",
        "put_away_at",
    ),
    Index("ix_mention_brand_id_said_at", "brand_id", "said_at", "id"),
    Index("ix_mention_story_id", "story_id", "said_at"),
)

label = Table(
    "label",
    metadata,
    _id(),
    Column("mention_id", Id, ForeignKey("mention.id"), nullable=False),
    Column("aspect", String(8), nullable=False),
    Column("value", String(12), nullable=False),  # "" takes the one before back
    Column("by", String(100), nullable=False),
    Column("labelled_at", Instant, nullable=False),
    Index("ix_label_mention_id", "mention_id", "id"),
)

# What a new mention's story is found by (core.telling): canonical addresses for ever, marks of titles and texts by day. The days
# come before the marks, so that what is written lies together and what is old can go at one sweep.
story_address = Table(
    "story_address",
    metadata,
    Column("brand_id", Id, ForeignKey("brand.id"), primary_key=True),
    Column("address", BigInteger, primary_key=True, autoincrement=False),
    Column("mention_id", Id, nullable=False),
    sqlite_with_rowid=False,
)

story_mark = Table(
    "story_mark",
    metadata,
    Column("brand_id", Id, ForeignKey("brand.id"), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # of our era, in UTC, on which it was said
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("mention_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

theme = Table(
    "theme",
    metadata,
    Column("brand_id", Id, ForeignKey("brand.id"), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # 0 is the day's first
    Column("phrase", String(100), nullable=False),
    Column("language", String(16), nullable=False),
    Column("mentions", Text, nullable=False),  # JSON list of ids
    Column("stories", Integer, nullable=False),
    Column("voices", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Mentions that went with their entries: their permanent ids, and enough to say how many a count has lost.
lost_mention = Table(
    "lost_mention",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("collected_at", Instant, nullable=False),
    Column("removed_at", Instant, nullable=False),
    Column("cause", String(12), nullable=False),
    Index("ix_lost_mention_brand_id_collected_at", "brand_id", "collected_at"),
)

# What only just is no mention, for some days (core.near); no author, and no key to an entry that may go before it.
near_miss = Table(
    "near_miss",
    metadata,
    _id(),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("entry_id", Id, nullable=False),
    Column("identity", LargeBinary(16), nullable=False),
    Column("link", Text, nullable=False),
    Column("failure", String(12), nullable=False),
    Column("part", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("query_version", String(12), nullable=False),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("brand_id", "entry_id"),
    Index("ix_near_miss_brand_id_seen_at", "brand_id", "seen_at", "id"),
    Index("ix_near_miss_seen_at", "seen_at"),
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

# --- X and whatever else bills: see docs/explanation/x.md ---

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
    _id(),
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
    _id(),
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
    _id(),
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

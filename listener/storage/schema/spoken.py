"""What speaks of a brand: mentions, judgements, labels, stories, themes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from listener.storage.schema import heard  # noqa: F401 - the tables that are pointed at
from listener.storage.schema.base import Id, Instant, id_column, metadata

mention = Table(
    "mention",
    metadata,
    id_column(),
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
    # What is counted, and the gist of what is told, stands in the index itself.
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
        "intent",
        "label_intent",
        "label_answered",
    ),
    Index("ix_mention_brand_id_said_at", "brand_id", "said_at", "id"),
    Index("ix_mention_story_id", "story_id", "said_at"),
)


judgement = Table(
    "judgement",
    metadata,
    id_column(),
    Column("mention_id", Id, ForeignKey("mention.id"), nullable=False),
    Column("judge", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("tone", String(8), nullable=False),
    Column("polarity", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("intent", String(12), nullable=False),
    Column("judged_at", Instant, nullable=False),
    # What the analyser held each tone's chance to be, in thousandths (the rest was neutral); NULL where it says nothing of that.
    Column("negative", SmallInteger, nullable=True),
    Column("positive", SmallInteger, nullable=True),
    UniqueConstraint("mention_id", "judge"),
)


label = Table(
    "label",
    metadata,
    id_column(),
    Column("mention_id", Id, ForeignKey("mention.id"), nullable=False),
    Column("aspect", String(8), nullable=False),
    Column("value", String(12), nullable=False),  # "" takes the one before back
    Column("by", String(100), nullable=False),
    Column("labelled_at", Instant, nullable=False),
    Index("ix_label_mention_id", "mention_id", "id"),
)


# Labels of mentions that went because their entry was rewritten, until it is heard again; no word of it is here.
former_label = Table(
    "former_label",
    metadata,
    id_column(),
    Column("source_id", Id, ForeignKey("source.id"), nullable=False),
    Column("identity", LargeBinary(16), nullable=False),
    Column("brand_id", Id, ForeignKey("brand.id"), nullable=False),
    Column("aspect", String(8), nullable=False),
    Column("value", String(12), nullable=False),
    Column("by", String(100), nullable=False),
    Column("labelled_at", Instant, nullable=False),
    Column("rewritten_at", Instant, nullable=False),
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


# What of a mention is compared with those that come within days of it (core.telling.Telling), so that it need not be read and told
# again. It holds words, so it goes with the mention whoever takes that out; what is older goes too, and is told again if need be.
telling = Table(
    "telling",
    metadata,
    Column("mention_id", Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("said_at", Instant, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("person", Text, nullable=False),
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
    id_column(),
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

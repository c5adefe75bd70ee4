"""Who gets in, by what, and what they changed; words that open something are kept as their sha256 only."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from listener.storage.schema import proven  # noqa: F401 - the table that is pointed at
from listener.storage.schema.base import Id, Instant, id_column, metadata

editor = Table(
    "editor",
    metadata,
    id_column(),
    Column("key", String(400), nullable=False, unique=True),  # core.access.same_name
    Column("name", String(100), nullable=False),
    Column("password", Text, nullable=False),  # argon2; "" while there is none
    Column("brands", Text, nullable=False),  # JSON list of keys; empty is every brand
    Column("made_at", Instant, nullable=False),
)


invitation = Table(
    "invitation",
    metadata,
    Column("word", LargeBinary(32), primary_key=True),
    Column("name", String(100), nullable=False),  # "" where the person chooses it
    Column("brands", Text, nullable=False),
    Column("until_at", Instant, nullable=False),
)


session = Table(
    "session",
    metadata,
    Column("word", LargeBinary(32), primary_key=True),
    Column("editor_id", Id, ForeignKey("editor.id"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Index("ix_session_editor_id", "editor_id"),
)


# Failed sign-ins in a row, by account and by address (a keyed hash of it: nobody needs to read where people sit).
attempt = Table(
    "attempt",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
)


share = Table(
    "share",
    metadata,
    id_column(),
    Column("brand", String(100), nullable=False),
    Column("evidence_id", Id, ForeignKey("evidence.id")),  # the one report that it opens; null where it opens the brand's pages
    Column("since", Date),
    Column("until", Date),
    Column("note", Text, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
    Column("uses", Integer, nullable=False),
)


deed = Table(
    "deed",
    metadata,
    id_column(),
    Column("at", Instant, nullable=False),
    Column("who", String(100), nullable=False),
    Column("what", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
)


# Seconds that somebody worked on the page, by local day: what listening costs in time.
worked = Table(
    "worked",
    metadata,
    Column("on", Date, primary_key=True),
    Column("who", String(100), primary_key=True),
    Column("what", String(20), primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("handled", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)


# Long work that is under way, in whichever process; others see it here, and ask it to stop.
undertaking = Table(
    "undertaking",
    metadata,
    id_column(),
    Column("brand", String(64), nullable=False),
    Column("what", String(20), nullable=False),
    Column("about", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
    Column("is_stopping", Boolean, nullable=False),
)

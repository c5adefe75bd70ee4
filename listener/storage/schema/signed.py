"""Signs of life: who works on this archive, since when, and when it was last seen."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from listener.storage.schema.base import Instant, metadata

# A row for the clock, for each worker, and for the last backup; who stops in order takes his away.
sign = Table(
    "sign",
    metadata,
    Column("post", String(16), primary_key=True),  # core.standing.Post
    Column("name", String(200), primary_key=True),  # "machine:process"; "" for what there is one of
    Column("version", String(32), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("detail", Text, nullable=False),
)

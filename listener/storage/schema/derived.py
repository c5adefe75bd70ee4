"""What is worked out from the rows and can be built anew: counts of each hour, and how far old rows were taken into them.

The search index stands beside these and has no table here, since each database has a kind of its own (storage/search.py).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from listener.storage.schema import heard  # noqa: F401 - the tables that are pointed at
from listener.storage.schema.base import Id, metadata

# Mentions that count, by the hour in which they were collected (hours since 1970, UTC).
hour_count = Table(
    "hour_count",
    metadata,
    Column("brand_id", Id, ForeignKey("brand.id"), primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("media", String(8), primary_key=True),
    Column("tone", String(8), primary_key=True),
    # The quarter of an hour in which they were said, where that was so long before that a day might not count them; else 0.
    Column("said", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),  # of rows that are there
    Column("expired", Integer, nullable=False),  # of rows that retention let go: no rebuilding brings these back
    sqlite_with_rowid=False,
)


# One row: mentions with numbers in (after, upto] wait to be counted and to be found.
filling = Table(
    "filling",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("form", Integer, nullable=False),  # core.finding.FORM of what stands in the index
    Column("after", Id, nullable=False),
    Column("upto", Id, nullable=False),
    Column("dropped", Boolean, nullable=False),  # something was taken out since the index was last put in order
    # Mentions up to `checked` are known to be in the index; those up to `settled` were there a round ago: nobody still stores one.
    Column("checked", Id, nullable=False, server_default="0"),
    Column("settled", Id, nullable=False, server_default="0"),
)

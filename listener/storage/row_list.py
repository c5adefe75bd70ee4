"""The list of the mentions behind a report: what each is and where it stands, without a word of it, and the sum of what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from sqlalchemy import Connection

from listener.storage.bulk import moment

_PAGE = 2_000
_ROWS = """
SELECT m.id, s.kind, s."key", e.outlet, e.guid, e.url, e.link, m.said_at, m.collected_at, d.fingerprint, e.title, e.text,
       e.author_id, e.published_at
FROM mention m
JOIN entry e ON e.id = m.entry_id
JOIN source s ON s.id = e.source_id
JOIN document d ON d.id = e.document_id
JOIN brand b ON b.id = m.brand_id
WHERE b."key" = {q} AND m.said_at >= {q} AND m.said_at < {q} AND m.put_away_at IS NULL
ORDER BY m.said_at, m.id
"""


def row_list(connection: Connection, brand: str, since: datetime, until: datetime) -> Iterator[tuple[str, ...]]:
    """Every mention of a brand said in [since, until), oldest first.

    (id, kind, source, outlet, guid, link, said, collected, sha256 of its document, sha256 of what it says); moments in UTC.
    """
    dialect, at = connection.dialect, moment(connection)
    told: Callable[[Any], str] = _of_text if dialect.name == "sqlite" else _of_moment
    # The driver's own cursor: dressing each of a million rows costs more than reading it. On PostgreSQL it stays at the server.
    driver: Any = connection.connection.dbapi_connection
    found = driver.cursor() if dialect.name == "sqlite" else driver.cursor(name="listener_row_list")
    found.execute(_ROWS.format(q="?" if dialect.paramstyle == "qmark" else "%s"), (brand, at(since), at(until)))
    while rows := found.fetchmany(_PAGE):
        for id_, kind, key, outlet, guid, url, link, said, collected, document, title, text, author, published in rows:
            sum_ = _sum((guid, url, title, text, author), None if published is None else told(published))
            yield str(id_), kind, key, outlet, guid, link, told(said), told(collected), document, sum_
    found.close()


def _sum(said: tuple[str, ...], published: str | None) -> str:
    """The sha256 over what an item says and who it is, as canonical JSON; so a kept item can be shown to be the one in a list."""
    words = ",".join([quoted(one) for one in said])
    when = "null" if published is None else quoted(published)
    return hashlib.sha256(f"[{words},{when}]".encode()).hexdigest()


def _of_text(moment: str) -> str:
    """A moment as SQLite holds it, in ISO 8601."""
    return f"{moment[:10]}T{moment[11:].removesuffix('.000000')}+00:00"


def _of_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()

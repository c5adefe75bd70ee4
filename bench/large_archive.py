"""A large archive, written fast: one brand, so many mentions a day, with stories and voices as a collector would have given."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from listener.core.model import Intent, Tone
from listener.core.visits import Outcome, Run
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.bulk import insert_new, moment
from listener.storage.engine import writing
from listener.storage.rows import entry_row, judgement_row, mention_row, run_row
from tests.builders import brand, entry, judged, judgement, mention, source

# The day is UTC's and the digest Amsterdam's: the hours in which both are the same day are those that are written.
BEGIN, HOURS = 1, 21
BATCH = 20_000
_TONES = [one.value for one in Tone for _ in range({"neutral": 55, "unsure": 5}.get(one.value, 20))]
_INTENTS = [one.value for one in Intent for _ in range({"complaint": 12, "question": 10, "praise": 10}.get(one.value, 30))]
_KINDS = ("rss", "google-news", "x", "bluesky", "mastodon")
_TIMES = 48  # visits of each source a day
_LAST = 70  # days that have their visits written down
_TEXT = "De pomp van het bedrijf is weer stil en niemand neemt op, terwijl de levering al weken te laat komt. "


def fill(archive: SqlArchive, stored: int, a_day: int, last: date, seed: int = 3) -> None:
    """Store so many mentions, `a_day` on each of the days up to `last`, oldest first as they would have come."""
    places = tuple(source(key=f"{kind}-{number}", kind=kind) for kind in _KINDS for number in range(2))
    archive.sync((brand(),), places, (), datetime(2020, 1, 1, tzinfo=UTC))
    chance = random.Random(seed)
    with writing(archive.outbox.engine) as connection:
        ids = dict(connection.execute(select(t.source.c.key, t.source.c.id)).tuples().all())
        home = connection.execute(select(t.brand.c.id)).scalar_one()
        sources = list(ids.values())
        documents = [
            {
                "id": number,
                "source_id": one,
                "fingerprint": f"{number:064x}",
                "url": "https://vakblad.example/feed",
                "media_type": "application/rss+xml",
                "size": 1,
                "fetched_at": moment(connection)(datetime(2020, 1, 1, tzinfo=UTC)),
            }
            for number, one in enumerate(sources, start=1)
        ]
        _write(connection, t.document, documents)
        _write(connection, t.run, list(_visits(connection, sources, last)))
    days = -(-stored // a_day)
    rows = _mentions(stored, a_day, last - timedelta(days=days - 1), sources, home, chance)
    while some := list(itertools.islice(rows, BATCH)):
        with writing(archive.outbox.engine) as connection:
            at = moment(connection)
            for table, place in ((t.entry, 0), (t.mention, 1), (t.judgement, 2)):
                dated = [{key: at(one) if isinstance(one, datetime) else one for key, one in row[place].items()} for row in some]
                _write(connection, table, dated)
    with writing(archive.outbox.engine) as connection:
        if connection.dialect.name == "postgresql":  # its autovacuum would have, and its sequences would know
            for table in (t.document, t.entry, t.mention, t.run, t.judgement):
                highest = select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery()
                connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))
            connection.execute(text("ANALYZE"))


def _visits(connection: Connection, sources: Sequence[int], last: date) -> Iterator[dict[str, Any]]:
    at = moment(connection)
    begin = datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(days=_LAST)
    for number in range(_LAST * _TIMES + _TIMES):
        when = begin + number * timedelta(days=1) / _TIMES
        for one in sources:
            heard = Outcome.NEW if number % 3 else Outcome.UNCHANGED
            row = run_row(Run(source="", started_at=when, outcome=heard, entries=10, new_entries=3, new_mentions=1), one)
            yield {**row, "started_at": at(when)}


def _mentions(  # noqa: PLR0917 - a bench's own
    stored: int, a_day: int, first: date, sources: Sequence[int], home: int, chance: random.Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    item = entry(text=_TEXT * 6, title="")
    one = judged(mention=mention(entry=item), judgement=judgement())
    plain, found = entry_row(item, 1, 1, b""), mention_row(one, home, 0)
    judged_row = judgement_row(one.judgement)
    stories: list[int] = []
    for number in range(1, stored + 1):
        day, place = divmod(number - 1, a_day)
        midnight = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=day, hours=BEGIN)
        at = midnight + timedelta(seconds=place * HOURS * 3600 // a_day)
        if not place:
            stories = stories[-50:]
        # Two of three tell something new; the others repeat what is of today or yesterday.
        story = number if chance.random() < 0.67 or not stories else chance.choice(stories)
        if story == number:
            stories.append(number)
        where = chance.randrange(len(sources))
        said = {"tone": chance.choice(_TONES), "intent": chance.choice(_INTENTS)}
        outlet = f"plaats{chance.randrange(300)}.example"
        link = f"https://{outlet}/{number}"
        yield (
            {
                **plain,
                "id": number,
                "source_id": sources[where],
                "document_id": where + 1,
                "identity": number.to_bytes(16, "big"),
                "guid": str(number),
                "url": link,
                "link": link,
                "title": f"Bericht {story} over pompen die stilstaan",
                "outlet": outlet,
                "author_name": f"Schrijver {chance.randrange(100_000)}",
                "published_at": at,
                "first_seen_at": at,
            },
            {
                **found,
                "id": number,
                "entry_id": number,
                "said_at": at,
                "collected_at": at,
                "story_id": story,
                "voice": chance.randrange(100_000),
                **said,
            },
            {"mention_id": number, "judged_at": at, **judged_row, **said},
        )


def _write(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if connection.dialect.name != "postgresql":
        insert_new(connection, table, rows)
        return
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(list(row.values()))

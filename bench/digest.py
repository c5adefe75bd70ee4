"""How long a digest takes: its snapshot and its dress in a large archive, and a thousand mails over one connection.

python bench/digest.py [--stored 1000000] [--day 5000] [--mails 1000]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from listener.core.links import Links  # noqa: E402 - after the path
from listener.core.model import DigestPlan, Intent, Tone  # noqa: E402
from listener.core.visits import Outcome, Run  # noqa: E402
from listener.delivery.email import SmtpNotifier  # noqa: E402
from listener.jobs.digest import Digester  # noqa: E402
from listener.reports.render import Renderer  # noqa: E402
from listener.storage import tables as t  # noqa: E402
from listener.storage.archive import SqlArchive  # noqa: E402
from listener.storage.bulk import insert_new, moment  # noqa: E402
from listener.storage.engine import writing  # noqa: E402
from listener.storage.migrations import upgrade  # noqa: E402
from listener.storage.rows import entry_row, judgement_row, mention_row  # noqa: E402
from tests.builders import brand, document, entry, judged, judgement, mention, source  # noqa: E402
from tests.fakes_smtp import SmtpServer  # noqa: E402

ON = date(2026, 11, 20)
MORNING = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BATCH = 20_000
TONES = [Tone(one) for one in ("neutral", "neutral", "negative", "positive", "unsure")]
INTENTS = [Intent(one) for one in ("other", "other", "complaint", "question", "praise")]


def fill(archive: SqlArchive, stored: int, on_the_day: int, seed: int = 3) -> None:
    """Store so many mentions, the day's among them and the others in the year before it."""
    archive.sync((brand(),), (source(),), (), NOON - timedelta(days=1))
    (state,) = archive.states()
    for back in range(60):
        at = NOON - timedelta(days=60 - back)
        (state,) = archive.states()
        archive.keep(state, Run(source="vakblad", started_at=at, outcome=Outcome.NEW, entries=0), next_due_at=at)
    (state,) = archive.states()
    archive.keep(
        state,
        Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW, entries=1),
        next_due_at=NOON,
        document=document(),
        entries=[entry()],
        mentions=[judged()],
    )
    chance = random.Random(seed)
    tables: dict[str, tuple[Any, list[dict[str, Any]]]] = {}

    def flush(archive: SqlArchive) -> None:
        with writing(archive.outbox.engine) as connection:
            for table, rows in tables.values():
                insert_new(connection, table, rows)
        tables.clear()

    with writing(archive.outbox.engine) as connection:
        at_ = moment(connection)
    for number, at in enumerate(moments(stored, on_the_day, chance), start=2):
        item = entry(
            guid=str(number), title=f"Bericht {number} over {chance.randrange(400)} pompen", first_seen_at=at, published_at=at
        )
        one = judged(
            mention=mention(entry=item),
            judgement=judgement(tone=chance.choice(TONES), intent=chance.choice(INTENTS)),
        )
        made = {
            "entry": (t.entry, {"id": number, **entry_row(item, 1, 1, number.to_bytes(16, "big"))}),
            "mention": (t.mention, {"id": number, **mention_row(one, 1, number)}),
            "judgement": (t.judgement, {"mention_id": number, "judged_at": at, **judgement_row(one.judgement)}),
        }
        for name, (table, row) in made.items():
            dated = {key: at_(value) if isinstance(value, datetime) else value for key, value in row.items()}
            tables.setdefault(name, (table, []))[1].append(dated)
        if not number % BATCH:
            flush(archive)
    flush(archive)


def moments(stored: int, on_the_day: int, chance: random.Random) -> Iterator[datetime]:
    """When each was collected."""
    for number in range(stored):
        if number < on_the_day:
            yield NOON + timedelta(seconds=chance.randrange(-12 * 3600, 10 * 3600))
        else:
            yield NOON - timedelta(days=1, seconds=chance.randrange(3600 * 13, 365 * 86400))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--day", type=int, default=5000)
    parser.add_argument("--mails", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, SmtpServer() as server:
        address = f"sqlite:///{folder}/listener.db"
        upgrade(address)
        to = tuple(f"r{number}@x.example" for number in range(asked.mails))
        plan = DigestPlan(
            key="molenaar/daily", brand="molenaar", to=to, at=wall_time(7, 30), timezone="Europe/Amsterdam", language="nl"
        )
        with SqlArchive(address) as archive, SmtpNotifier(server.host, server.port) as notifier:
            began = time.monotonic()
            fill(archive, asked.stored, asked.day)
            print(f"stored {asked.stored} in {time.monotonic() - began:.0f} s", flush=True)
            digester = Digester(
                archive=archive,
                dress=Renderer(),
                notifier=notifier,
                sender="Listener <l@x.example>",
                page="https://listener.example",
                clock=lambda: MORNING,
                links=Links(page="https://listener.example", secret=b"s" * 32),
            )
            took, cpu = [], []
            for _ in range(5):
                wall, used = time.perf_counter(), time.process_time()
                made = digester.compose(plan, brand(), ON, MORNING)
                dressed = digester.dress(made)
                took.append(time.perf_counter() - wall)
                cpu.append(time.process_time() - used)
            sent, used = time.perf_counter(), time.process_time()
            ended = digester.send(plan, brand(), ON)
            sent, used = time.perf_counter() - sent, time.process_time() - used
        print(
            json.dumps(
                {
                    "stored": asked.stored,
                    "mentions in the digest": made.tones.total,
                    "snapshot and dress, CPU ms (median of 5)": round(1000 * statistics.median(cpu)),
                    "snapshot and dress, wall ms (median of 5)": round(1000 * statistics.median(took)),
                    "html bytes": len(dressed.html.encode()),
                    "mails": sum(not one.error for one in ended),
                    "mails a second, wall": round(len(ended) / sent),
                    "mails a second of CPU (the receiving server's included)": round(len(ended) / used),
                    "connections": server.connections,
                },
                indent=1,
            )
        )


if __name__ == "__main__":
    main()

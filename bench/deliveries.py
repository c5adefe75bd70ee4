"""Kill workers at named points while they send, and account for every mail: lost, doubled, undecidable.

    python bench/deliveries.py [--kills 1000] [--workers 4] [--database sqlite|postgresql] [--seed 7] [--minutes 60]

A real SMTP server (aiosmtpd) takes the mails; workers are processes that share one database and kill themselves with SIGKILL at a
named point that is drawn by chance; a new one takes each one's place. Leases are short, so that what a dead worker held comes back
within the run. At the end workers without failpoints send what is left. Then each row is compared with what the server took.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from sqlalchemy import delete, select  # noqa: E402 - after the path

from bench.mail_server import mail_server  # noqa: E402
from listener.app.rubbish import seldom  # noqa: E402
from listener.core import failpoint  # noqa: E402
from listener.core.mail import Delivery, Message  # noqa: E402
from listener.delivery.email import SmtpNotifier  # noqa: E402
from listener.jobs import sending  # noqa: E402
from listener.storage import tables as t  # noqa: E402
from listener.storage.archive import SqlArchive  # noqa: E402
from listener.storage.engine import reading, writing  # noqa: E402
from listener.storage.migrations import upgrade  # noqa: E402
from tests.builders import brand, digest  # noqa: E402
from tests.e2e.lives import OUTBOX as POINTS  # noqa: E402
from tests.fakes_postgres import postgres  # noqa: E402

# The server may have the mail, and nobody wrote that down.
UNDECIDABLE = frozenset({"outbox.handed", "smtp.mail_sent", "smtp.after_accept", "outbox.before_commit"})
LEASE = timedelta(seconds=30)  # longer than a loaded machine keeps a living worker waiting
MAILS = 6  # for each kill, about
DAY = date(2026, 11, 20)


@dataclass(frozen=True, kw_only=True)
class Account:
    """How every mail of a run ended."""

    kills: int
    at: dict[str, int]
    mails: int
    once: int
    doubled: int  # the server has it twice, after a kill in the undecidable window
    doubled_by_us: int  # twice without such a kill, or more than twice: a fault
    lost: int  # the row says sent, or nothing at all, and the server never had it
    told: int  # rows that were given up as unknown, and said so: killed in the window twice
    told_and_never_there: int  # of those, that the server did not have
    other_ids: int  # a repeat under another Message-ID: a fault
    seconds: float


def work(  # noqa: PLR0917 - a process is given them by place
    archive: SqlArchive, port: int, parents: list[int], point: str, nth: int, lease: timedelta
) -> None:
    """One worker: send until nothing is left, or until the nth time that it reaches the point."""
    left = nth

    def hook(reached: str) -> None:
        nonlocal left
        if reached == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    failpoint.arm(hook if point else None)
    sending.LEASE = lease
    with SmtpNotifier("127.0.0.1", port, timeout=10) as notifier:

        def hand(delivery: Delivery, handing: Callable[[], None]) -> str:
            message = Message(
                sender="Listener <l@x.example>",
                to=delivery.recipient,
                subject="s",
                text=f"row {delivery.id}",
                html="",
                message_id=delivery.message_id,
                date=datetime(2026, 11, 21, tzinfo=UTC),
            )
            notifier.send(message, handing)
            return ""

        until = datetime.now(UTC) + timedelta(days=1)
        while True:
            for parent in parents:
                for _ in sending.empty(archive.outbox, parent, hand, lambda: datetime.now(UTC), until=until):
                    pass
            if not point or not open_rows(archive):
                return


def forked(  # noqa: PLR0917 - as above
    archive: SqlArchive, port: int, parents: list[int], point: str, nth: int, lease: timedelta
) -> None:
    """A worker in a fork of a process that has sent a mail, so that it costs no new interpreter; connections are its own."""
    archive.outbox.engine.dispose(close=False)
    work(archive, port, parents, point, nth, lease)


def open_rows(archive: SqlArchive) -> int:
    """Rows that have not ended."""
    with reading(archive.outbox.engine) as connection:
        states = select(t.delivery.c.id).where(t.delivery.c.state.in_(["waiting", "sending"]))
        return len(connection.execute(states).all())


def leave_out_the_rest(archive: SqlArchive, *, early: bool) -> None:
    """Take out the rows that no worker has touched, where the time was over before the kills were."""
    if not early:
        return
    with writing(archive.outbox.engine) as connection:
        connection.execute(delete(t.delivery).where(t.delivery.c.attempt == 0))


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A fresh database, in a file or on a server of its own."""
    if kind == "sqlite":
        address = f"sqlite:///{folder / 'listener.db'}"
        upgrade(address)
        yield address
    else:
        with postgres() as server:
            yield server.fresh()


def run(kind: str, *, kills: int, workers: int, seed: int, minutes: float = 60, lease: timedelta = LEASE) -> Account:
    """Kill so many workers, or as many as can be in so many minutes, let the rest be sent, and account for it."""
    chance, began, killed = random.Random(seed), time.monotonic(), Counter[str]()
    context = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory() as folder,
        database(kind, Path(folder)) as address,
        mail_server() as server,
        SqlArchive(address) as archive,
    ):
        archive.sync((brand(),), (), (), datetime.now(UTC))
        parents = []
        for number in range(5):
            made = digest(digest=f"molenaar/{number}", on=DAY, composed_at=datetime.now(UTC))
            mails = max(1, kills * MAILS // 4) if number else 1
            to = {f"r{number}-{row}@x.example": f"<{number}.{row}@x>" for row in range(mails)}
            parents.append(archive.keep_digest(replace(made, digest=f"molenaar/{number}"), to))
        work(archive, server.port, parents[:1], "", 0, lease)  # so that the forks are warm
        archive.outbox.engine.dispose()
        seldom()
        running: dict[Any, str] = {}
        while sum(killed.values()) < kills and time.monotonic() - began < 60 * minutes:
            while len(running) < workers:
                point = chance.choice(POINTS)
                some = chance.sample(parents, len(parents))
                one = context.Process(target=forked, args=(archive, server.port, some, point, chance.randint(1, 8), lease))
                one.start()
                running[one] = point
            for one in list(running):
                one.join(0.005)
                if one.exitcode is not None:
                    point = running.pop(one)
                    if one.exitcode == -signal.SIGKILL:
                        killed[point] += 1
                        if not sum(killed.values()) % 50:
                            print(f"{kind}: {sum(killed.values())} kills", file=sys.stderr, flush=True)
                    else:
                        raise SystemExit(f"a worker ended by itself ({one.exitcode}): too few mails for so many kills")
        for one, point in running.items():
            one.kill()
            one.join()
            killed[f"{point} (at the end, anywhere)"] += 1
        leave_out_the_rest(archive, early=sum(killed.values()) < kills)
        # What is left is sent by workers that nobody kills, once the dead ones' leases are over.
        while open_rows(archive):
            archive.outbox.engine.dispose()
            last = [context.Process(target=forked, args=(archive, server.port, parents, "", 0, lease)) for _ in range(workers)]
            for one in last:
                one.start()
            for one in last:
                one.join()
            time.sleep(0.2)
        with reading(archive.outbox.engine) as connection:
            rows = connection.execute(select(t.delivery)).all()
        _, taken = server.end()
        received = Counter(to for to, _ in taken)
        ids = set(taken)
    unknown = {row.recipient for row in rows if row.state == "unknown"}
    return Account(
        kills=sum(killed.values()),
        at=dict(sorted(killed.items())),
        mails=len(rows),
        once=sum(count == 1 for count in received.values()),
        doubled=sum(count == 2 for count in received.values()),
        doubled_by_us=sum(count > 2 or (count == 2 and not row_unknowns(rows, to)) for to, count in received.items()),
        lost=sum(row.recipient not in received and row.recipient not in unknown for row in rows),
        told=len(unknown),
        told_and_never_there=sum(to not in received for to in unknown),
        other_ids=len(ids) - len(received),
        seconds=round(time.monotonic() - began, 1),
    )


def row_unknowns(rows: Any, to: str) -> int:
    """How often nobody knew how an attempt at this recipient ended."""
    return int(next(row.unknowns for row in rows if row.recipient == to))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=60)
    asked = parser.parse_args()
    for kind in asked.database or ["sqlite", "postgresql"]:
        account = run(kind, kills=asked.kills, workers=asked.workers, seed=asked.seed, minutes=asked.minutes)
        print(json.dumps({"database": kind, **account.__dict__}, indent=1), flush=True)


if __name__ == "__main__":
    main()

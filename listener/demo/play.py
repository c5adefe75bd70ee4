"""The whole program let loose in the fictional world, day by day, with the clock in our hand."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from listener.app import App
from listener.config import load
from listener.core.schedule import instant
from listener.core.values import dataclass
from listener.demo.item import Story
from listener.demo.world import World
from listener.sources import KINDS
from listener.storage.migrations import upgrade

ZONE = ZoneInfo("Europe/Amsterdam")
PORT = 8000
# Late enough that a day's items are found on that day, as a program that listens all day would.
_VISIT = time(23, 45)
_MAIL = time(7, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the demo left behind."""

    app: App
    folder: Path
    on: date  # the day the digest is about
    mails: tuple[Path, ...]
    entries: int
    mentions: int
    story: Story
    failed: int  # visits that did not hear their place: the story has some

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "listener.db"


@contextmanager
def play(
    folder: Path,
    *,
    today: date,
    days: int = 90,
    port: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Played]:
    """Live through `days` days that end yesterday, then send the digest about yesterday at half past seven this morning.

    Everything it makes lies under `folder`, which may hold an earlier demo: that one is replaced. The yielded app stays open,
    its clock at this morning, until the context ends.
    """
    _clear(folder)
    until = instant(today, time(8), ZONE)
    with World(folder, until=until, days=days, base_url=f"http://127.0.0.1:{port or free_port()}") as world:
        settings = load(world.config, os.environ, kinds=tuple(KINDS))
        upgrade(settings.listener.database)
        world.now = instant(today - timedelta(days=days), time(0), ZONE)
        with App(settings, clock=lambda: world.now) as app:
            entries = mentions = failed = 0
            for number, moment in enumerate(_visits(today, days), start=1):
                world.now = moment
                for run in app.collect(app.archive.states()):
                    entries += run.new_entries
                    mentions += run.new_mentions
                    failed += not run.outcome.heard
                if progress is not None:
                    progress(number, days)
            world.now = instant(today, _MAIL, ZONE)
            for key, on in app.archive.claim_due_digests(world.now):
                plan = app.plan(key)
                assert plan is not None
                app.digester.send(plan, app.brand(plan.brand), on)
            world.now = until
            yield Played(
                app=app,
                folder=folder,
                on=today - timedelta(days=1),
                mails=tuple(sorted(world.mailbox.glob("*.eml"))),
                entries=entries,
                mentions=mentions,
                failed=failed,
                story=world.story,
            )


def _visits(today: date, days: int) -> Iterator[datetime]:
    for back in range(days, 0, -1):
        yield instant(today - timedelta(days=back), _VISIT, ZONE)


def _clear(folder: Path) -> None:
    """Take away what an earlier demo made, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("listener.db", "listener.db-wal", "listener.db-shm"):
        (folder / name).unlink(missing_ok=True)
    for old in (folder / "mail").glob("*.eml"):
        old.unlink()


def free_port() -> int:
    """The page's usual port, or any free one when that is taken."""
    for port in (PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return 0

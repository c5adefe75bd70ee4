"""One machine: APScheduler beats, a thread pool works, and a watchdog sees to it that the heart does not stop unnoticed.

APScheduler 3.11 is a heartbeat only (UTC interval, memory store): its persistent stores run jobs twice, its cron trigger loses
whole days at a daylight-saving switch, and a fault in a store kills its thread while `running` stays true (all measured). What
is due stands in our own tables.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from apscheduler.executors.pool import ThreadPoolExecutor as BeatExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from listener.app import App
from listener.core.change import QueryVersion
from listener.core.errors import ListenerError, StorageError
from listener.core.job import Collect, Job, Look, Rematch, SendDigest, Tend
from listener.core.standing import SIGNS_EVERY, Post
from listener.core.upkeep import Tended
from listener.core.visits import Run
from listener.engines.watchdog import notify
from listener.jobs.sending import Sent

try:
    import fcntl
except ImportError:  # pragma: no cover - not on Windows
    fcntl = None  # type: ignore[assignment]

BEAT_SECONDS = 15.0
# Beats that may be missed before the heart counts as stopped.
_MISSED = 4

log = logging.getLogger("listener")


class AlreadyRunning(ListenerError):
    """Another `listener run` works on this database."""


class InstanceLock:
    """One clock for one SQLite file: an flock beside it, which the system frees however the process ends (never a PID file)."""

    def __init__(self, database: str) -> None:
        place = database.removeprefix("sqlite:///").partition("?")[0] if database.startswith("sqlite:///") else ""
        self._database = Path(place) if place and place != ":memory:" else None
        self._path = None if self._database is None else Path(f"{place}.lock")
        self._file: Any = None
        self._is: tuple[int, int] | None = None  # which file the database was when we began

    def __enter__(self) -> Self:
        if self._path is None or fcntl is None:
            return self
        try:
            self._file = self._path.open("a")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            self._file.close()
            raise AlreadyRunning(
                f"another `listener run` works on this database already ({self._path} is locked); stop that one first"
            ) from fault
        except OSError as fault:
            raise AlreadyRunning(f"{self._path}: cannot be locked: {fault.strerror}") from fault
        self._is = _file_of(self._database)
        return self

    def alive(self) -> bool:
        """Whether it is still ours: the system takes it from nobody.

        Raises StorageError when the database's file is no longer the one we opened: what we wrote there would be lost.
        """
        if self._is is not None and _file_of(self._database) != self._is:
            raise StorageError(f"the file {self._database} was moved or replaced while it was in use: start `listener run` again")
        return True

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _file_of(path: Path | None) -> tuple[int, int] | None:
    """Which file stands there, None where none does."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


class LocalEngine:
    """Beats until it is stopped; jobs run in a small pool, digests apart from collecting so that neither waits for the other."""

    def __init__(
        self,
        app: App,
        *,
        beat: float = BEAT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        held: Callable[[], bool] = lambda: True,
        heed: Callable[[], object] = lambda: None,
    ) -> None:
        self._app = app
        self._held = held  # whether the lock that makes us the only clock is still ours
        self._heed = heed  # looks for changed files before each beat
        self._beat_seconds = beat
        self._monotonic = monotonic
        self._stop = threading.Event()
        self._collecting = ThreadPoolExecutor(max_workers=2, thread_name_prefix="collect")
        self._sending = ThreadPoolExecutor(max_workers=1, thread_name_prefix="digest")
        self._running: set[Job] = set()
        self._guard = threading.Lock()
        self._last_beat = monotonic()
        self._attended_at: datetime | None = None
        self._scheduler = self._new_scheduler()

    def run(self) -> None:
        """Beat until `stop` is called; work in hand is finished first."""
        self._begin()
        self._scheduler.start()
        notify("READY=1")
        log.info("started every=%ss sources=%d digests=%d", self._beat_seconds, len(self._app.sources), len(self._app.plans))
        try:
            while not self._stop.wait(self._beat_seconds):
                self._watch()
        finally:
            notify("STOPPING=1")
            self._scheduler.shutdown(wait=True)
            self._collecting.shutdown(wait=True, cancel_futures=True)
            self._sending.shutdown(wait=True, cancel_futures=True)
            if self._attended_at is not None:
                with contextlib.suppress(ListenerError):
                    self._app.sign_off(Post.CLOCK)
            log.info("stopped")

    def _begin(self) -> None:
        self._app.prepare()
        self._app.archive.release()

    @property
    def silent(self) -> float:
        """Seconds since the clock last beat."""
        return self._monotonic() - self._last_beat

    def stop(self) -> None:
        """Ask `run` to end; safe from a signal handler and from any thread."""
        self._stop.set()

    def beat(self) -> None:
        """Ask the app what is due, and hand it over; a fault costs one beat, never the heart."""
        self._last_beat = self._monotonic()
        try:
            if self._held():
                self._attend()
                self._heed()
                self._tick()
            else:
                log.critical("the clock of this database is another's: nothing is begun")
        except ListenerError as fault:
            log.error("tick failed: %s", fault)  # noqa: TRY400 - one line, without a trace, is what an operator reads
        except Exception:
            log.exception("tick failed")

    def _tick(self) -> None:
        self._app.tick(self._dispatch)

    def _attend(self) -> None:
        """Each minute: look whether a part has fallen silent, and leave a sign of life. First the look: it finds our own last sign.

        What this makes is sent from here, and by no worker: it may be the workers that are silent.
        """
        now = self._app.clock()
        if self._attended_at is not None and timedelta(0) <= now - self._attended_at < SIGNS_EVERY:
            return
        try:
            if made := self._app.attend():
                self._sending.submit(self._tell, made)
        except ListenerError as fault:
            log.error("looking after the parts failed: %s", fault)  # noqa: TRY400 - as above
        self._app.sign(Post.CLOCK)
        self._attended_at = now

    def _tell(self, alerts: Sequence[int]) -> None:
        try:
            for done in self._app.tell(alerts):
                say(Look(rules=(), alerts=tuple(alerts)), done)
        except ListenerError as fault:
            log.error("telling failed: %s", fault)  # noqa: TRY400 - as above
        except Exception:
            log.exception("telling failed")

    def _watch(self) -> None:
        silent = self._monotonic() - self._last_beat
        if silent <= self._beat_seconds * _MISSED:
            notify("WATCHDOG=1")
            return
        log.critical("the clock has been silent for %.0f s: starting a new one", silent)
        dead, self._scheduler = self._scheduler, self._new_scheduler()
        dead.shutdown(wait=False)
        self._last_beat = self._monotonic()
        self._scheduler.start()

    def _new_scheduler(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()}, executors={"default": BeatExecutor(1)}, timezone=UTC
        )
        scheduler.add_job(
            self.beat,
            IntervalTrigger(seconds=self._beat_seconds, timezone=UTC),
            next_run_time=self._app.clock(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        return scheduler

    def _dispatch(self, job: Job) -> None:
        with self._guard:
            if job in self._running or self._stop.is_set():
                return
            self._running.add(job)
        pool = self._collecting if isinstance(job, (Collect, Rematch)) else self._sending
        pool.submit(self._work, job)

    def _work(self, job: Job) -> None:
        begun, outcome = self._monotonic(), "failed"
        try:
            for done in self._app.run(job):
                say(job, done)
            outcome = "done"
        except ListenerError as fault:
            log.error("%s failed: %s", type(job).__name__, fault)  # noqa: TRY400 - as above
        except Exception:
            log.exception("%s failed", type(job).__name__)
        finally:
            log.info("%s", job_line(job, outcome, self._monotonic() - begun))
            with self._guard:
                self._running.discard(job)


def job_line(job: Job, outcome: str, took: float) -> str:
    """One line for each job: which, how it ended, how long it took, and fields that are ours; no text, address or secret."""
    match job:
        case Collect(sources=sources):
            about = f"sources={len(sources)}"
        case SendDigest(digest=digest, on=on):
            about = f"digest={digest} on={on}"
        case Tend(chore=chore):
            about = f"chore={chore.value}"
        case Rematch(brand=brand):
            about = f"brand={brand}"
        case Look(rules=rules, alerts=alerts):
            about = f"rules={len(rules)} alerts={len(alerts)}"
    return f"job={type(job).__name__} outcome={outcome} took={took:.2f}s {about}"


def say(job: Job, done: Run | Sent | Tended | QueryVersion) -> None:
    """One line for each thing done, of fields that are ours; never the text of a mention."""
    if isinstance(done, Run):
        log.info(
            "collected source=%s outcome=%r new=%d mentions=%d took=%.2fs detail=%r",
            done.source,
            done.outcome.value,
            done.new_entries,
            done.new_mentions,
            done.took,
            done.detail,
        )
    elif isinstance(done, Tended):
        log.info("chore=%r done=%r detail=%r", done.chore.value, done.said, done.error)
    elif isinstance(done, QueryVersion):
        if done.is_done:
            log.info("rematched brand=%s version=%s gained=%d lost=%d", done.brand, done.version, done.gained, done.lost)
    else:
        state = "sent" if not done.error else "will try again" if done.again else "given up"
        about = f"digest={job.digest} on={job.on}" if isinstance(job, SendDigest) else "alert"
        # What a person must see to stands out: an address that is no more, a mail that may or may not have arrived.
        level = logging.WARNING if done.gone or done.unknown else logging.INFO
        log.log(level, "%s to=%s state=%r detail=%r", about, done.recipient, state, done.error)

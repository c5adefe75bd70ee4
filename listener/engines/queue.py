"""Many machines: the clock defers what is due into procrastinate's tables, in the transaction that claims it, and workers do it.

The queue is never the truth: leases and unique keys are, so a job that is lost, doubled or done twice costs a visit at most. Its
known holes are kept away from: a job is never retried by the queue itself (1446 and 1543 at
https://github.com/procrastinate-org/procrastinate/issues), whoever sweeps takes no job of the queue for it (1408), and jobs that
ended are deleted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, assert_never

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from listener.app import App
from listener.app.work import BATCH
from listener.core.errors import ConfigError, Fault, ListenerError
from listener.core.failpoint import point
from listener.core.job import Collect, Job, Look, Rematch, SendDigest, SendEvidence, Tend
from listener.core.standing import SIGNS_EVERY, Post
from listener.core.upkeep import Chore
from listener.engines.local import LocalEngine, job_line, say
from listener.engines.watchdog import notify
from listener.storage.engine import open_engine, writing

if TYPE_CHECKING:
    import procrastinate

_TASK = "listener.work"
_QUEUE = "listener"
# Sources of one Collect: many enough that a job is worth its row, few enough that every worker gets some.
_SOURCES = 25
_TRIES = 3  # of a job whose worker died: one that kills its worker must not kill them all
_BURST = 50  # batches of due sources that one beat hands over
HEARTBEAT = 5.0  # seconds between two signs of life of a worker
STALLED = 20.0  # seconds without one after which its jobs are another's
SWEEP = 10.0  # seconds between two looks for such jobs
_KEPT_HOURS = 24  # failed jobs are kept so long, to be looked at

log = logging.getLogger("listener")

_STALLED_JOBS = text(
    """
    DELETE FROM procrastinate_jobs WHERE id IN (
        SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.status = 'doing' AND j.queue_name = :queue
        AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => :silent))
        FOR UPDATE OF j SKIP LOCKED)
    RETURNING id, args
    """
)
_OLD_JOBS = text(
    """
    DELETE FROM procrastinate_jobs j WHERE j.queue_name = :queue AND j.status NOT IN ('todo', 'doing') AND NOT EXISTS (
        SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - make_interval(hours => :hours))
    """
)


def packed(job: Job) -> dict[str, Any]:
    """A job as plain JSON."""
    match job:
        case Collect(sources=sources):
            return {"job": "collect", "sources": list(sources)}
        case SendDigest(digest=digest, on=on):
            return {"job": "digest", "digest": digest, "on": on.isoformat()}
        case Tend(chore=chore):
            return {"job": "tend", "chore": chore.value}
        case Rematch(brand=brand):
            return {"job": "rematch", "brand": brand}
        case Look(rules=rules, alerts=alerts):
            return {"job": "look", "rules": list(rules), "alerts": list(alerts)}
        case SendEvidence(brand=brand):
            return {"job": "evidence", "brand": brand}
    assert_never(job)


def unpacked(args: Mapping[str, Any]) -> Job:
    """The job again; raises ValueError for one that this program does not know: a newer clock made it, and it comes again."""
    try:
        match args["job"]:
            case "collect":
                return Collect(sources=tuple(args["sources"]))
            case "digest":
                return SendDigest(digest=args["digest"], on=date.fromisoformat(args["on"]))
            case "tend":
                return Tend(chore=Chore(args["chore"]))
            case "rematch":
                return Rematch(brand=args["brand"])
            case "look":
                return Look(rules=tuple(args["rules"]), alerts=tuple(args["alerts"]))
            case "evidence":
                return SendEvidence(brand=args["brand"])
    except (KeyError, TypeError) as fault:
        raise ValueError(f"a job without its {fault}") from fault
    raise ValueError(f"a job of a kind that this program does not know: {args['job']!r}")


def pieces(job: Job) -> Iterator[Job]:
    """What one job is handed over as: sources some at a time, so that every worker gets some."""
    if isinstance(job, Collect):
        for start in range(0, len(job.sources), _SOURCES):
            yield replace(job, sources=job.sources[start : start + _SOURCES])
    else:
        yield job


def waits_once(job: Job) -> str | None:
    """The name by which one such job at most waits; None for those whose claim sees to that."""
    match job:
        case SendDigest(digest=digest, on=on):
            return f"digest {digest} {on}"
        case Look():
            return "look"
        case Tend(chore=chore):
            return f"tend {chore.value}"
        case Rematch(brand=brand):
            return f"rematch {brand}"
        case SendEvidence(brand=brand):
            return f"evidence {brand}"
        case Collect():
            return None
    assert_never(job)


def queue_of(database: str) -> procrastinate.App:
    """The queue on a database of PostgreSQL; raises ConfigError for another, and where its library is not installed."""
    if not database.startswith("postgresql"):
        what = 'engine = "queue" needs PostgreSQL: change `database`, and move the archive with `listener db copy`'
        raise ConfigError([Fault("config/listener.toml", "listener.engine", what)])
    try:
        import procrastinate  # noqa: PLC0415 - an extra
    except ImportError as fault:
        what = 'engine = "queue" needs a library more: pip install "listener-monitor[queue]"'
        raise ConfigError([Fault("config/listener.toml", "listener.engine", what)]) from fault
    address = make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=4)
    return procrastinate.App(connector=connector)


def install(database: str) -> bool:
    """Make the queue's own tables where they are not there yet; whether they were made."""
    queue = queue_of(database)
    engine = open_engine(database)
    try:
        with writing(engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x6C69_7374})
            if inspect(connection).has_table("procrastinate_jobs"):
                return False
            raw: Any = connection.connection.dbapi_connection
            raw.execute(queue.schema_manager.get_schema())
            return True
    finally:
        engine.dispose()


class Deferrer:
    """Puts jobs into the queue's tables by the connection whose transaction claimed them."""

    def __init__(self, database: str) -> None:
        queue = queue_of(database)
        self._task = queue.task(name=_TASK, queue=_QUEUE)(_nobody)

    def defer(self, connection: Connection, job: Job, tries: int = 1) -> None:
        """Have a job done by some worker; one that waits already is enough."""
        import procrastinate.exceptions  # noqa: PLC0415 - an extra

        for one in pieces(job):
            raw: Any = connection.connection.dbapi_connection
            ready = self._task.configure(connection=raw, queueing_lock=waits_once(one))
            # A job that waits already is a fault to the queue: only this step is undone by it.
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued), connection.begin_nested():
                ready.defer(args=packed(one) | {"tries": tries})


def _nobody(args: Mapping[str, Any]) -> None:
    """The clock's end of the task: it does no work, and names what a worker is to do."""
    raise NotImplementedError(str(args))  # pragma: no cover - only workers run tasks


class QueueEngine(LocalEngine):
    """The clock of many machines: claims what is due and hands it over in one transaction; workers do the rest."""

    def __init__(self, app: App, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._deferrer = Deferrer(app.settings.listener.database)

    def _tick(self) -> None:
        """Hand over what is due, until nothing is; a fault undoes the claims of its round with it."""
        for _ in range(_BURST):
            if not self._round():
                break
        sweep(self._app, self._deferrer)

    def _round(self) -> bool:
        """One claim and handing over; whether there may be more sources that are due."""
        is_full = False

        def dispatch(job: Job) -> None:
            nonlocal is_full
            is_full |= isinstance(job, Collect) and len(job.sources) >= BATCH
            self._deferrer.defer(connection, job)

        with self._app.archive.together() as connection:
            self._app.tick(dispatch)
            point("queue.before_commit")
        point("queue.after_commit")
        return is_full

    def _begin(self) -> None:
        """Nothing is wired and no lease is ended: workers do the work, and hold theirs."""


def sweep(app: App, deferrer: Deferrer, *, silent: float = STALLED) -> int:
    """Hand over anew what dead workers had in hand, and delete what ended long ago; how many jobs were another's.

    A job that was in hand is deleted and deferred as a new one: the queue's own retrying may leave it held for ever.
    """
    found = 0
    with app.archive.together() as connection:
        for row in connection.execute(_STALLED_JOBS, {"queue": _QUEUE, "silent": silent}).all():
            found += 1
            args = row.args["args"]
            tries = int(args.get("tries", 1))
            if tries >= _TRIES:
                log.error("job=%s tries=%d state='given up' detail='its worker died each time'", args.get("job"), tries)
                continue
            with contextlib.suppress(ValueError):
                deferrer.defer(connection, unpacked(args), tries + 1)
                log.warning("job=%s tries=%d state='handed over anew' detail='its worker died'", args.get("job"), tries)
        connection.execute(_OLD_JOBS, {"queue": _QUEUE, "hours": _KEPT_HOURS})
    return found


class Worker:
    """Does what the clock hands over, some jobs at a time, until it is stopped; what is in hand is finished first."""

    def __init__(
        self, app: App, *, at_once: int = 3, heartbeat: float = HEARTBEAT, stalled: float = STALLED, every: float = SWEEP
    ) -> None:
        self._app, self._at_once = app, at_once
        self._heartbeat, self._stalled, self._every = heartbeat, stalled, every
        database = app.settings.listener.database
        self._deferrer = Deferrer(database)
        self._queue = queue_of(database)
        self._queue.task(name=_TASK, queue=_QUEUE)(self._work)
        self._ended = threading.Event()
        self._guard = threading.Lock()
        self._in_hand = 0
        self._attended_at = -math.inf

    def run(self, *, for_ever: bool = True) -> None:
        """Work until SIGTERM or SIGINT, or until nothing waits any more."""
        self._app.prepare()
        self._app.sign(Post.WORKER, "0")
        sweeping = threading.Thread(target=self._sweep, name="sweep", daemon=True)
        sweeping.start()
        log.info("worker started at_once=%d", self._at_once)
        try:
            asyncio.run(self._serve(for_ever=for_ever))
        finally:
            self._ended.set()
            sweeping.join()
            with contextlib.suppress(ListenerError):
                self._app.sign_off(Post.WORKER)
            log.info("worker stopped")

    async def _serve(self, *, for_ever: bool) -> None:
        async with self._queue.open_async():
            notify("READY=1")
            # From the loop that takes the jobs: when it hangs, systemd hears no more of us.
            beating = asyncio.create_task(self._beat()) if for_ever else None
            await self._queue.run_worker_async(
                queues=[_QUEUE],
                concurrency=self._at_once,
                install_signal_handlers=for_ever,
                wait=for_ever,
                delete_jobs="successful",
                update_heartbeat_interval=self._heartbeat,
                stalled_worker_timeout=self._stalled,
            )
            notify("STOPPING=1")
            if beating is not None:
                beating.cancel()

    async def _beat(self) -> None:
        while True:
            notify("WATCHDOG=1")
            await asyncio.sleep(self._every)

    def _sweep(self) -> None:
        while not self._ended.wait(self._every):
            try:
                sweep(self._app, self._deferrer, silent=self._stalled)
                self._attend()
            except ListenerError as fault:
                log.error("sweep failed: %s", fault)  # noqa: TRY400 - as above
            except Exception:
                log.exception("sweep failed")

    def _attend(self) -> None:
        """Each minute: a sign of life, and a look at the other parts, of which the clock may be the silent one."""
        if time.monotonic() - self._attended_at < SIGNS_EVERY.total_seconds():
            return
        self._attended_at = time.monotonic()
        self._app.sign(Post.WORKER, str(self._in_hand))
        for done in self._app.tell(self._app.attend()):
            say(Look(rules=()), done)

    def _work(self, args: Mapping[str, Any]) -> None:
        with self._guard:
            self._in_hand += 1
        try:
            self._do(unpacked(args))
        finally:
            with self._guard:
                self._in_hand -= 1

    def _do(self, job: Job) -> None:
        point("queue.taken")
        begun, outcome = time.monotonic(), "failed"
        try:
            for done in self._app.run(job):
                say(job, done)
            outcome = "done"
        except ListenerError as fault:
            log.error("%s failed: %s", type(job).__name__, fault)  # noqa: TRY400 - as above
            raise
        finally:
            log.info("%s", job_line(job, outcome, time.monotonic() - begun))

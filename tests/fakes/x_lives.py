"""A listener's life in a world of X, lived through for real: processes of their own, killed with kill -9, and audited after each step.

Each run is a forked process with an App of its own on the same database, asking a server over HTTP, so a killed one leaves behind what a
killed program leaves behind: no `finally` runs, no lock is given back by hand.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from listener.app import App
from listener.config import Settings, load
from listener.core import failpoint
from listener.core.coverage import Coverage
from listener.core.errors import ListenerError
from listener.demo.x.posts import Post, first_id
from listener.demo.x.query import understand
from listener.demo.x.search import searchable
from listener.demo.x.world import World
from listener.sources import KINDS
from listener.storage import archive
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine
from listener.storage.migrations import upgrade
from tests.fakes import FakeJudge
from tests.fakes.x_server import DESTRUCTIVE, NOW, PEOPLE, TOKEN, Answered, Fault, XServer
from tests.fakes.x_worlds import Plan, Step

SOURCE = "molenaar-x"
REACH = timedelta(days=6, hours=23)  # a listener does not count on the last hour of X's seven days
INDEXING = timedelta(seconds=30)
OVERLAP = timedelta(minutes=15)  # how far back it looks for late posts
_PASSES = 60
_PATIENCE = 120  # seconds for a child; far more than it ever needs


@dataclass(kw_only=True)
class Audit:
    """What a life came to. `faults` is empty when every promise was kept; money is in US dollars.

    `reads` are the posts that arrived whole; `again` those of them that the listener had already, outside the deliberate look back for
    late posts (`relooked`) and apart from processes that ran at the same time (`at_once`). `lost` are reads that never arrived, or
    arrived in a process that died before it could keep them.
    """

    seed: int
    faults: list[str] = field(default_factory=list)
    unique: int = 0
    reads: int = 0
    again: int = 0
    relooked: int = 0
    at_once: int = 0
    lost: int = 0
    stored: int = 0
    expired: int = 0  # posts that nobody can read any more, and that lie in a hole of the ledger
    killed: int = 0
    stumbled: int = 0
    steps: int = 0
    bill: float = 0.0
    ledger: float = 0.0


@dataclass
class _Clock:
    """The server's: it goes on a little with each request, while the listener's stands still for a whole run."""

    now: datetime
    haste: timedelta

    def __call__(self) -> datetime:
        self.now += self.haste
        return self.now


def live(plan: Plan, folder: Path, template: Path) -> Audit:
    """Live through a plan in a folder, which is emptied, beginning with a copy of an empty database, and audit every step of it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(template, folder / "listener.db")
    audit = Audit(seed=plan.seed, steps=len(plan.steps))
    clock = _Clock(plan.steps[0].at, timedelta(seconds=plan.haste))
    with XServer(plan.world, page_limit=plan.page_limit, pause=0.002, clock=clock) as x:
        settings = _settings(folder, x.address, plan.words, plan.monthly, plan.daily)
        ledger = _Ledger(folder, plan, x)
        for step in plan.steps:
            clock.now = step.at
            _step(settings, step, x, ledger, audit)
            audit.faults += [f"at {step.at:%d %H:%M} ({step.point or 'alive'}): {one}" for one in ledger.wrong(step.at)]
        audit.faults += ledger.overspent(plan.monthly, plan.daily)
        clock.now = plan.ends_at
        x.well()
        _clean(_settings(folder, x.address, plan.words, 1000.0, None), plan.ends_at, x, ledger, audit)
        audit.faults += [f"at the end: {one}" for one in (*ledger.wrong(plan.ends_at), *ledger.missing(plan.ends_at, audit))]
    ledger.count(audit)
    ledger.close()
    return audit


@contextmanager
def warmed(folder: Path) -> Iterator[Path]:
    """An empty database to begin lives with; what every child needs is loaded in this process, so that a fork has it.

    Lives in one folder share an engine, and so what SQLAlchemy compiled; connections are each process's own.
    """
    template, trial = folder / "empty.db", folder / "trial"
    template.unlink(missing_ok=True)
    upgrade(f"sqlite:///{template}")
    trial.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, trial / "listener.db")
    before = vars(archive)["open_engine"]
    vars(archive)["open_engine"] = _engine_of
    try:
        with XServer() as x:
            x.world.say(PEOPLE[0].id, "De pomp lekt", NOW - timedelta(hours=1), language="nl")
            _collect(_settings(trial, x.address, "pomp", 1.0, None), NOW, "")
        yield template
    finally:
        vars(archive)["open_engine"] = before
        for made in _engines.values():
            made.dispose()
        _engines.clear()


_engines: dict[str, Engine] = {}


def _engine_of(address: str) -> Engine:
    if address not in _engines:
        _engines[address] = open_engine(address)
    return _engines[address]


def _settings(folder: Path, address: str, words: str, monthly: float, daily: float | None) -> Settings:
    config = folder / "config"
    (config / "brands").mkdir(parents=True, exist_ok=True)
    (config / "listener.toml").write_text(
        '[listener]\ndatabase = "sqlite:///listener.db"\n[network]\nallow_private = ["127.0.0.0/8"]\n'
        '[understanding]\nsentiment = "light"\n[smtp]\nsender = "Listener <a@b.example>"\n'
        f'[x]\napi_url = "{address}"\nbearer_token_env = "X_TOKEN"\nmonthly_budget = {monthly}\n'
        + (f"daily_budget = {daily}\n" if daily is not None else "")
    )
    (config / "brands" / "molenaar.toml").write_text(
        f'name = "Molenaar"\nquery = \'{words}\'\n[[sources]]\nkey = "{SOURCE}"\nkind = "x"\naddress = \'{words}\'\nevery = "30m"\n'
    )
    return load(config, {"X_TOKEN": TOKEN}, kinds=tuple(KINDS))


def _step(settings: Settings, step: Step, x: XServer, ledger: _Ledger, audit: Audit) -> None:
    if step.mended:
        ledger.resume()
    x.well()
    x.next(*step.faults)
    begun = len(x.answered)
    name = step.point.partition(":")[0]
    point = step.point if name in failpoint.POINTS else ""
    children = [_forked(lambda: _collect(settings, step.at, point))]
    if step.twins:
        children.append(_forked(lambda: _collect(settings, step.at, "")))
    ends = [_ended(child) for child in children]
    audit.killed += ends.count(-signal.SIGKILL)
    audit.faults += [f"at {step.at:%d %H:%M}: a run ended with {end}" for end in ends if end not in {0, -signal.SIGKILL}]
    answers = x.answered[begun:]
    audit.stumbled += sum(one.fault is not None for one in answers)
    # Of a process that died with an answer in hand and nothing kept, the last answer was lost.
    died = -signal.SIGKILL in ends and name == "x.answered"
    ledger.note(answers, lost_last=died, at_once=step.twins)


def _clean(settings: Settings, now: datetime, x: XServer, ledger: _Ledger, audit: Audit) -> None:
    """One clean run, with money enough and nothing in the way; a visit takes twenty pages, so it may be several visits."""
    ledger.resume()
    begun = len(x.answered)
    end = _ended(_forked(lambda: _collect(settings, now, "", passes=_PASSES)))
    if end:
        audit.faults.append(f"the clean run ended with {end}")
    ledger.note(x.answered[begun:])


def _collect(settings: Settings, now: datetime, point: str, passes: int = 1) -> None:
    """What one process does: collect, and again while the clean run has open gaps."""
    with App(settings, clock=lambda: now, environ={"X_TOKEN": TOKEN, "LISTENER_FAILPOINT": point}) as app:
        # Tone is not what is looked at here.
        app.__dict__["collector"] = replace(app.collector, judge=FakeJudge())
        for _ in range(passes):
            try:
                runs = list(app.collect(app.archive.states()))
            except ListenerError:
                return  # Overtaken by its twin: nothing was lost
            still = [hole for hole in app.archive.covered(SOURCE).holes if not hole.lost]
            if not still and runs and runs[-1].outcome.heard:
                return


def _forked(work: Callable[[], None]) -> int:
    """Do something in a child process, which ends without a word and without tidying up; its number."""
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # The server's threads stay behind in the parent; the child asks them over HTTP only.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.alarm(_PATIENCE)
        for made in _engines.values():
            made.dispose(close=False)  # the connections are the parent's
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent shall know, and no test framework of the child
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class _Ledger:
    """The archive, the server and the plan side by side."""

    def __init__(self, folder: Path, plan: Plan, x: XServer) -> None:
        self._database = folder / "listener.db"
        self._archive = SqlArchive(f"sqlite:///{self._database}")
        self._plan = plan
        self._x = x
        self._had: dict[str, set[int]] = {}
        self._tallied = Audit(seed=plan.seed)
        # An old empty page in place of the newest posts: no client can tell it from "nothing new", so until it is asked again in
        # earnest the ledger believes what X said.
        self._deceived: set[str] = set()

    def resume(self) -> None:
        """A person looks, and buying goes on."""
        self._archive.resume()

    def note(self, answers: Sequence[Answered], *, lost_last: bool = False, at_once: bool = False) -> None:
        """Keep count of what arrived."""
        tally = self._tallied
        for at, answer in enumerate(answers):
            if answer.fault in DESTRUCTIVE or answer.fault is Fault.NOT_JSON_OBJECT or (lost_last and at == len(answers) - 1):
                tally.lost += len(answer.posts)
                continue
            words = answer.asked.get("query", "")
            if answer.fault is Fault.DUPLICATE and not answer.posts:
                self._deceived.add(words)
            elif answer.fault is None and answer.status == 200:
                self._deceived.discard(words)
            had = self._had.setdefault(words, set())
            # It looks back from the newest post it had, so what it had lies this near to where it asks from.
            relook = int(answer.asked.get("since_id", "0")) + (round(OVERLAP.total_seconds() * 1000) << 22)
            for number in answer.posts:
                tally.reads += 1
                if number not in had:
                    tally.unique += 1
                elif at_once:
                    tally.at_once += 1
                elif number <= relook:
                    tally.relooked += 1
                elif answer.fault is not Fault.DUPLICATE:
                    tally.again += 1
            had.update(answer.posts)

    def count(self, audit: Audit) -> None:
        """Hand the counts over."""
        for name in ("unique", "reads", "again", "relooked", "at_once", "lost"):
            setattr(audit, name, getattr(self._tallied, name))
        audit.bill = self._x.network.cost
        audit.ledger = self._spent()
        audit.stored = len(self._stored())

    def wrong(self, now: datetime) -> list[str]:
        """What is not as promised: doubles, posts that nobody wrote, holes that no ledger knows, a bill above the ledger."""
        faults = []
        stored = self._stored()
        if len(stored) != len(set(stored)):
            faults.append(f"{len(stored) - len(set(stored))} posts are stored twice")
        world = self._plan.world
        strange = [guid for guid in set(stored) if (post := world.post(int(guid))) is None or post.history[0] != post.id]
        if strange:
            faults.append(f"posts are stored that are none: {strange[:3]}")
        have = set(stored)
        coverage = self._covered()
        loose = [
            post
            for post, where in _demanded(world, coverage, now)
            if str(post.history[0]) not in have and not where and post.indexed_at is None
        ]
        if not self._deceived:
            faults += _told(loose, "neither stored nor in a hole")
        # Tenths of a cent are whole numbers in both.
        bill, spent = self._x.network.cost, self._spent()
        if spent + 1e-9 < bill:
            faults.append(f"the ledger says ${spent:.3f}, the bill ${bill:.3f}")
        return faults

    def missing(self, now: datetime, audit: Audit) -> list[str]:
        """After the clean run: what X still shows and is not stored; gaps that stand open; a search that was not asked to its end."""
        faults = []
        have = set(self._stored())
        coverage = self._covered()
        faults += [f"a gap stands open: {hole.reason}" for hole in coverage.holes if not hole.lost]
        faults += [
            f"it was asked until {one.until:%d %H:%M} only" for one in coverage.stretches if one.until < now - timedelta(minutes=2)
        ]
        if not coverage.stretches:
            faults.append("nothing was asked")
        absent = [(post, where) for post, where in _demanded(self._plan.world, coverage, now) if str(post.history[0]) not in have]
        reachable = [post for post, _ in absent if post.at >= now - REACH]
        faults += _told(reachable, "can be read and not stored")
        faults += _told([post for post, where in absent if post not in reachable and not where], "passed by, and in no hole")
        audit.expired += sum(post not in reachable and bool(where) for post, where in absent)
        return faults

    def overspent(self, monthly: float, daily: float | None) -> list[str]:
        """Months and days on which the server billed more than the budgets allow."""
        months: dict[str, int] = {}
        days: dict[str, int] = {}
        for read in self._x.network.read:
            months[f"{read.at:%Y-%m}"] = months.get(f"{read.at:%Y-%m}", 0) + read.mills
            days[f"{read.at:%Y-%m-%d}"] = days.get(f"{read.at:%Y-%m-%d}", 0) + read.mills
        over = [
            f"{month} cost ${mills / 1000:.3f} of {monthly}" for month, mills in months.items() if mills > monthly * 1000 + 1e-6
        ]
        if daily is not None:
            over += [f"{day} cost ${mills / 1000:.3f} of {daily}" for day, mills in days.items() if mills > daily * 1000 + 1e-6]
        return over

    def _covered(self) -> Coverage:
        return self._archive.covered(SOURCE)

    def _spent(self) -> float:
        months = sorted({f"{at:%Y-%m}" for at in (*(step.at for step in self._plan.steps), self._plan.ends_at)})
        spent: Mapping[str, int] = self._archive.spending(months)
        return sum(spent.values()) / 1_000_000

    def close(self) -> None:
        """Let go of the archive."""
        self._archive.close()

    def _stored(self) -> list[str]:
        connection = sqlite3.connect(self._database)
        try:
            return [guid for (guid,) in connection.execute("SELECT guid FROM entry")]
        finally:
            connection.close()


def _demanded(world: World, coverage: Coverage, now: datetime) -> list[tuple[Post, str]]:
    """The posts that X shows at `now` within what was asked for, each with the hole it lies in ("" for none)."""
    found: dict[int, tuple[Post, str]] = {}
    for stretch in coverage.stretches:
        test = understand(stretch.words)
        holes = [hole for hole in coverage.holes if hole.part == stretch.part]
        for post in world.newest_first(first_id(stretch.since), first_id(stretch.until), now, now):
            if test(searchable(post, world)):
                where = next((hole.reason for hole in holes if hole.low < post.id < hole.high), "")
                found.setdefault(post.id, (post, where))
    return list(found.values())


def _told(posts: Sequence[Post], what: str) -> list[str]:
    if not posts:
        return []
    some = ", ".join(f"{post.id} of {post.at:%d %H:%M:%S}" for post in posts[:2])
    return [f"{len(posts)} posts are {what} ({some})"]

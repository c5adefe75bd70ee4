"""Random worlds of X and random lives of a listener in them: what is said, when it is listened to, and what goes wrong meanwhile.

A plan is made from its seed alone, so a world that shows a fault can be lived through again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from listener.demo.x import World
from listener.demo.x.posts import EDITABLE, Post
from tests.fakes.x_server import PEOPLE, Fault

# Where the process is ended by kill -9; the names of core/failpoint.py, of which those that exist are used.
POINTS = (
    "x.reserved",
    "x.answered",
    "x.kept",
    "x.settled",
    "collect.fetched",
    "collect.before_commit",
    "collect.after_commit",
)
# Faults that pass by themselves, and those that a person must mend. A since_id that X calls too old although it is young is no fault
# that was ever seen, so Fault.STALE is not among them: the outages make real ones.
PASSING = (
    Fault.LIMITED,
    Fault.LIMITED_BARE,
    Fault.LIMITED_OLD,
    Fault.OVERLOADED,
    Fault.BROKEN,
    Fault.WEB_PAGE,
    Fault.NOT_JSON_OBJECT,
    Fault.TRUNCATED,
    Fault.CUT_OFF,
    Fault.SLOW,
    Fault.DUPLICATE,
    Fault.TOKEN_LOOP,
    Fault.EMPTY_WITH_TOKEN,
)
STANDING = (
    Fault.UNAUTHORIZED,
    Fault.NO_CREDITS,
    Fault.NOT_ENROLLED,
    Fault.NO_ACCESS,
    Fault.NOT_PERMITTED,
    Fault.SPEND_CAP,
    Fault.CAPPED,
    Fault.BAD_QUERY,
    Fault.BAD_FIELD,
    Fault.DRIFTED,
)
_WORDS = ("lekt", "is stil", "maakt lawaai", "doet het weer", "bevalt goed", "komt morgen", "staat te koop", "is geplaatst")
_START = datetime(2026, 10, 24, tzinfo=UTC)
# Posts come late by at most this much; a listener looks back further than that.
LATEST = timedelta(minutes=10)
_MOST = 320  # posts of a world, so that a thousand worlds are lived through in minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One time that the listener runs: when, where it is killed ("" nowhere), what goes wrong, and who is there besides.

    `point` may name the how-manieth time ("x.kept:2"). `twins` are two processes at once. `mended` says that a person looked before it:
    whatever stands still goes on.
    """

    at: datetime
    point: str = ""
    faults: tuple[Fault | None, ...] = ()
    twins: bool = False
    mended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A world and a listener's life in it; money is in US dollars, `daily` None is no daily budget.

    `haste` is how many seconds of the world each request takes. `words` is the query.
    """

    seed: int
    world: World = field(repr=False)
    steps: tuple[Step, ...]
    ends_at: datetime
    page_limit: int
    monthly: float
    daily: float | None
    haste: float
    words: str

    @property
    def outage(self) -> timedelta:
        """The longest time that nobody listened."""
        moments = [*(step.at for step in self.steps), self.ends_at]
        return max((late - early for early, late in pairwise(moments)), default=timedelta())


def plan(seed: int) -> Plan:
    """The world and the life of a seed."""
    rng = Random(seed)
    since = _START + timedelta(hours=rng.uniform(0, 24 * 20))
    days = rng.choice((0.2, 1.0, 2.5, 5.0, 9.0))
    is_long = rng.random() < 0.1
    names = [f"pompmerk{number}" for number in range(55)] if is_long else []
    words = " OR ".join(["pomp", *names])
    world, ends_at = _world(rng, since, timedelta(days=days), names)
    steps = tuple(_steps(rng, since, ends_at))
    return Plan(
        seed=seed,
        world=world,
        steps=steps,
        ends_at=max(ends_at, steps[-1].at) + timedelta(hours=rng.uniform(1, 12)),
        page_limit=rng.choice((10, 10, 25, 100)),
        monthly=rng.choice((50.0, 50.0, 50.0, round(rng.uniform(0.05, 2.0), 3))),
        daily=rng.choice((None, None, None, round(rng.uniform(0.05, 0.6), 3))),
        haste=rng.choice((0.0, 0.0, 1.5)),
        words=words,
    )


def _world(rng: Random, since: datetime, span: timedelta, names: list[str]) -> tuple[World, datetime]:
    """Everything that is ever said: a trickle, bursts above any page, and what becomes of it; and when the last of it is over."""
    world = World(PEOPLE)
    trickle = rng.choice((0, 5, 20, 60))
    moments = [since + span * rng.random() for _ in range(trickle)]
    for _ in range(rng.randrange(4)):
        burst = since + span * rng.random()
        width = timedelta(minutes=rng.choice((1, 20, 180)))
        moments += [burst + width * rng.random() for _ in range(rng.choice((12, 35, 110)))]
    posts: list[Post] = []
    for at in sorted(moments)[:_MOST]:
        posts.append(_say(rng, world, posts, at, names))
    for post in posts:
        if post.reposted:
            continue
        if rng.random() < 0.05:
            for _ in range(rng.randrange(1, 3)):
                at = max(world.latest(post.id).at, post.at) + EDITABLE * rng.uniform(0.01, 0.4)
                if at < post.at + EDITABLE:
                    world.edit(post.id, f"{post.text} (gewijzigd)", at, indexed_at=_indexed(rng, at))
        if rng.random() < 0.05:
            world.delete(post.id, post.at + span * rng.random() + timedelta(seconds=40))
        elif rng.random() < 0.02:
            world.withhold(post.id, post.at + span * rng.random(), rng.choice((("XX",), ("DE",), ("FR", "TR"))))
    for account in PEOPLE[-2:]:
        if rng.random() < 0.3:
            rng.choice((world.protect, world.suspend))(account.id, since + span * rng.random())
    return world, since + span + EDITABLE + LATEST


def _say(rng: Random, world: World, posts: list[Post], at: datetime, names: list[str]) -> Post:
    author = rng.choice(PEOPLE).id
    about = rng.choice([*names, "pomp"]) if names else "pomp"
    text = f"De {about} {rng.choice(_WORDS)}" if rng.random() < 0.92 else f"De fiets {rng.choice(_WORDS)}"
    lot, before = rng.random(), rng.choice(posts) if posts else None
    if before is not None and lot < 0.05:
        return world.say(author, f"RT @{before.author}: {before.text}", at, reposted=before.id)
    if before is not None and lot < 0.1:
        return world.say(author, f"{text}, kijk", at, quoted=before.id, indexed_at=_indexed(rng, at))
    if before is not None and lot < 0.2:
        return world.say(author, f"@iemand {text}", at, replied_to=before.id, indexed_at=_indexed(rng, at))
    return world.say(author, text, at, language="nl", indexed_at=_indexed(rng, at))


def _indexed(rng: Random, at: datetime) -> datetime | None:
    return at + LATEST * rng.random() if rng.random() < 0.05 else None


def _steps(rng: Random, since: datetime, until: datetime) -> Iterator[Step]:
    """When the listener runs: by the half-hour, now and then, or hardly; now and then it is off for more than seven days."""
    # It began to listen while people already spoke, within X's reach.
    at = since + timedelta(hours=rng.uniform(0, min(100.0, (until - since).total_seconds() / 3600)))
    pace = rng.choice((0.5, 3.0, 12.0))
    wrong = rng.choice((0.0, 0.3, 0.6))
    off = rng.random() < 0.12
    for number in range(rng.randrange(2, 12)):
        yield Step(
            at=at,
            point=f"{rng.choice(POINTS)}:{rng.choice((1, 1, 1, 2))}" if rng.random() < wrong else "",
            faults=tuple(_faults(rng)) if rng.random() < wrong else (),
            twins=rng.random() < 0.1,
            mended=rng.random() < 0.7,
        )
        at += timedelta(hours=pace * rng.uniform(0.2, 3.0))
        if off and number == 1:
            at += timedelta(days=rng.uniform(6.5, 10))


def _faults(rng: Random) -> Iterator[Fault | None]:
    for _ in range(rng.randrange(1, 4)):
        lot = rng.random()
        yield None if lot < 0.3 else rng.choice(PASSING if lot < 0.85 else STANDING)

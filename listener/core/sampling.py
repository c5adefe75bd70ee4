"""The weekly random sample that people check by hand: drawn by stratum with a stored seed, so that anybody can draw it again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from random import Random

from listener.core.values import dataclass

SIZE = 30  # stories a week: a quarter of an hour's work
_FEWEST = 3  # of each stratum, where it has so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mention that may be drawn: the first telling of a story in its week; `stratum` is the machine's word (see `stratum_of`)."""

    mention: int
    story: int
    voice: int
    stratum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """One part of what was found in a week: how many stories it held, and which mentions were drawn to stand for them."""

    name: str
    stories: int
    drawn: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is to be checked of a brand's week (its Monday, in the brand's zone), and the seed it was drawn with."""

    brand: str
    week: date
    seed: int
    strata: tuple[Stratum, ...]

    @property
    def mentions(self) -> tuple[int, ...]:
        """All that was drawn, stratum by stratum."""
        return tuple(mention for one in self.strata for mention in one.drawn)


def stratum_of(*, neutral: bool, complaint: bool, negative: bool) -> str:
    """The stratum of a mention by what kind of query found it and what the machine says of it ("neutral/complaint").

    Rare words get strata of their own, so that a small sample still says something of them; what pointed queries found ("klacht")
    stands apart, since it can say nothing about how usual complaints are.
    """
    word = "complaint" if complaint else "negative" if negative else "other"
    return f"{'neutral' if neutral else 'pointed'}/{word}"


def seed_of(brand: str, week: date) -> int:
    """The seed for a brand's week where nobody gives another, from 0 to 2^31-1: known beforehand, so that nobody can pick one."""
    return int.from_bytes(hashlib.sha256(f"{brand}\0{week.isoformat()}".encode()).digest()[:4], "big") >> 1


def draw(brand: str, week: date, candidates: Iterable[Candidate], *, seed: int | None = None, size: int = SIZE) -> Sample:
    """Draw a week's sample: one mention of a story and one of a voice at most, whatever order they come in.

    A stratum's share goes with the root of its size, at least three where it has so many (Cochran (1977), Sampling Techniques,
    5A.7: a compromise between saying something of all and something of each). Raises ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError(f"a sample of {size} is none")
    chosen = seed_of(brand, week) if seed is None else seed
    frame: dict[str, list[int]] = defaultdict(list)
    stories: set[int] = set()
    voices: set[int] = set()
    for one in sorted(candidates, key=lambda candidate: candidate.mention):
        if one.story not in stories and one.voice not in voices:
            stories.add(one.story)
            voices.add(one.voice)
            frame[one.stratum].append(one.mention)
    shares = _shares({name: len(found) for name, found in frame.items()}, size)
    strata = []
    for name, found in sorted(frame.items()):
        # Each stratum has a stream of its own: one more story in another does not change what is drawn here.
        random = Random(f"{chosen}/{name}")  # noqa: S311 - a seeded draw is the point
        strata.append(Stratum(name=name, stories=len(found), drawn=tuple(sorted(random.sample(found, shares[name])))))
    return Sample(brand=brand, week=week, seed=chosen, strata=tuple(strata))


def _shares(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each stratum, never more than it has; together `size`, or all where there are fewer."""
    if sum(sizes.values()) <= size:
        return dict(sizes)
    given = dict.fromkeys(sizes, 0)
    least = {name: min(count, _FEWEST) for name, count in sizes.items()}
    for _ in range(size):
        open_ones = [name for name in sorted(sizes) if given[name] < sizes[name]]
        wanting = [name for name in open_ones if given[name] < least[name]]
        # The next goes to whoever is furthest below its due (Webster's method, on the roots of the sizes).
        next_one = max(wanting or open_ones, key=lambda name: (sizes[name] ** 0.5) / (given[name] + 0.5))
        given[next_one] += 1
    return given

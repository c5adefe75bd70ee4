"""The spike alarm on simulated brand-years, beside the fixed-multiple rules of others, in the same run.

    python bench/alarms.py [--brands 1000] [--seed 5] [--processes 2]

A brand-year is 365 days of hourly counts of negative stories, after eight weeks to learn from: a level (0.5 to 300 a day, by
chance), a weekly and a daily rhythm of its own (from none to nights and weekends without a word), a slow drift, holidays (most
quiet, some busy), more spread than Poisson's (an hour's mean is itself drawn, and lasts for hours), and, in four of five
brands, twelve real spikes of known size: 3, 5 or 10 times the usual, for six hours. Every fifth brand is quiet all year. Alarms
within twelve hours of each other are one, for every rule. An alarm from a spike's first hour to six hours after its end is
true; a spike is found when an alarm is raised within three hours of its beginning, that is after one, two or three hours of it.

The rules of others, as far as they are published: Meltwater compares the last hour of social posts with the mean of the twelve
before, and editorial with one day against fourteen; the multiple is not published, so 2 and 3 times are run, with at least five
items. obsei compares a week with the seven weeks before it, as a z-score (2 is run).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from listener.core.rhythm import WEEK, WINDOWS, fit  # noqa: E402 - after the path

LEARNT = 8 * WEEK
YEAR = 365 * 24
REFIT = 2 * WEEK  # hours; Listener learns anew each time that it looks, which can only help
APART, AFTER, FOUND = 12, 6, 3
SPIKE = 6
MONTHS = 12
# What three hours usually bring, where a spike began.
STEPS = (0, 1, 3, 5, 8, 12, 20, 1e9)


@dataclass
class Year:
    """One simulated brand."""

    counts: Any
    usual: Any  # the true mean without spikes
    spread: float  # of its hours, beyond Poisson: variance = mean + spread * mean^2
    spikes: list[tuple[int, int]] = field(default_factory=list)  # when it began, and its size


def simulate(seed: int) -> Year:
    """A brand-year, with the weeks before it."""
    chance = np.random.default_rng(seed)
    hours = LEARNT + YEAR
    at = np.arange(hours)
    level = np.exp(chance.uniform(np.log(0.5), np.log(300))) / 24
    strength = chance.uniform(0, 1)
    day = 1 + strength * 0.95 * np.cos(2 * np.pi * (at % 24 - chance.uniform(10, 20)) / 24)
    weekend = np.where((at // 24) % 7 >= 5, chance.uniform(0.2, 1.1), 1.0)
    walk = np.cumsum(chance.normal(0, 0.03, hours // 24 + 1))
    drift = np.exp(walk - walk.mean())[at // 24]
    holidays = np.ones(hours // 24 + 1)
    for size, number in ((0.4, 10), (1.5, 3)):
        holidays[chance.integers(0, len(holidays), number)] = size
    usual = level * day * weekend * drift * holidays[at // 24]
    # An hour's own mean: gamma, correlated over about four hours.
    spread = chance.choice([0.0, 0.05, 0.15, 0.3])
    if spread:
        noise, shape = np.empty(hours), 1 / spread
        noise[0] = chance.gamma(shape, spread)
        fresh, keep = chance.gamma(shape, spread, hours), chance.random(hours) < 0.75
        for hour in range(1, hours):
            noise[hour] = noise[hour - 1] if keep[hour] else fresh[hour]
    else:
        noise = np.ones(hours)
    mean, spikes = usual * noise, []
    if seed % 5:
        for month in range(MONTHS):
            start = LEARNT + month * 730 + int(chance.integers(24, 700))
            size = int(chance.choice([3, 5, 10]))
            mean[start : start + SPIKE] *= size
            spikes.append((start, size))
    return Year(chance.poisson(mean), usual, float(spread), spikes)


def ours(counts: Any) -> list[int]:
    """The hours in which Listener's model is surprised."""
    raised = []
    seen = [int(one) for one in counts]
    for begin in range(LEARNT, LEARNT + YEAR, REFIT):
        first = begin - LEARNT
        rhythm = fit(seen[first:begin], first % WEEK)
        assert rhythm is not None
        for window in WINDOWS:
            usual = [rhythm.usual(hour, window) for hour in range(WEEK)]
            for place in range(begin, min(begin + REFIT, LEARNT + YEAR)):
                count = sum(seen[place - window + 1 : place + 1])
                if count > usual[place % WEEK] and rhythm.is_surprising(place % WEEK, window, count):
                    raised.append(place)
    return sorted(set(raised))


def multiple(times: float) -> Any:
    """The last hour against the mean of the twelve before it."""

    def rule(counts: Any) -> list[int]:
        sums = np.concatenate([[0], np.cumsum(counts)])
        at = np.arange(LEARNT, LEARNT + YEAR)
        before = (sums[at] - sums[at - 12]) / 12
        return [int(one) for one in at[(counts[at] >= 5) & (counts[at] > times * before)]]

    return rule


def daily(counts: Any) -> list[int]:
    """One day against the mean of the fourteen before it, twice as many."""
    sums = np.concatenate([[0], np.cumsum(counts)])
    at = np.arange(LEARNT, LEARNT + YEAR)
    today, before = sums[at + 1] - sums[at - 23], (sums[at - 23] - sums[at - 23 - 14 * 24]) / 14
    return [int(one) for one in at[(today >= 5) & (today > 2 * before)]]


def weekly(counts: Any) -> list[int]:
    """obsei: a week against the seven before it, two standard deviations."""
    sums = np.concatenate([[0], np.cumsum(counts)])
    at = np.arange(LEARNT, LEARNT + YEAR)
    weeks = np.stack([sums[at + 1 - back * WEEK] - sums[at + 1 - (back + 1) * WEEK] for back in range(8)])
    mean, deviation = weeks[1:].mean(axis=0), weeks[1:].std(axis=0)
    return [int(one) for one in at[(weeks[0] - mean) > 2 * np.maximum(deviation, 1e-9)]]


RULES = {
    "Listener": ours,
    "Meltwater, an hour over 2 x the 12 before": multiple(2),
    "Meltwater, an hour over 3 x the 12 before": multiple(3),
    "Meltwater, a day over 2 x the 14 before": daily,
    "obsei, a week over z = 2 of the 7 before": weekly,
}


def grouped(raised: Sequence[int]) -> list[int]:
    """The first of each group."""
    kept: list[int] = []
    last = -APART
    for place in raised:
        if place - last >= APART:
            kept.append(place)
        last = place
    return kept


def judge(seed: int) -> dict[str, Counter[str]]:
    """One brand-year under every rule."""
    year, found = simulate(seed), {}
    for name, rule in RULES.items():
        raised, counted = rule(year.counts), Counter[str]()
        hours = set(raised)
        inside = {hour for start, _ in year.spikes for hour in range(start, start + SPIKE + AFTER + APART)}
        counted["false"] = sum(place not in inside for place in grouped(raised))
        counted["false, quiet brand"] = 0 if year.spikes else counted["false"]
        for start, size in year.spikes:
            usual = float(year.usual[start : start + FOUND].sum())
            step = next(number for number in range(len(STEPS)) if usual < STEPS[number + 1])
            bursts = "even" if year.spread < 0.1 else "bursty"
            bucket = f"{bursts} {size}x {STEPS[step]:g}-{STEPS[step + 1]:g}"
            counted[f"spikes {bucket}"] += 1
            counted[f"found {bucket}"] += bool(hours & set(range(start, start + FOUND)))
        found[name] = counted
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brands", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    began = time.monotonic()
    totals: dict[str, Counter[str]] = {name: Counter() for name in RULES}
    worst: dict[str, list[int]] = {name: [] for name in RULES}
    with ProcessPoolExecutor(asked.processes) as pool:
        for found in pool.map(judge, range(asked.seed * 100_000, asked.seed * 100_000 + asked.brands), chunksize=10):
            for name, counted in found.items():
                totals[name] += counted
                worst[name].append(counted["false"])
    print(f"{asked.brands} brand-years, seed {asked.seed}, {time.monotonic() - began:.0f} s")
    for name, counted in totals.items():
        months = asked.brands * MONTHS
        row = {
            "rule": name,
            "false alarms a brand-month": round(counted["false"] / months, 3),
            "brands above one a month": sum(one > MONTHS for one in worst[name]),
        }
        for size in ("even 3", "bursty 3", "even 5", "bursty 5", "even 10", "bursty 10"):
            for low, high in pairwise(STEPS):
                bucket = f"{size}x {low:g}-{high:g}"
                if counted[f"spikes {bucket}"]:
                    row[bucket] = f"{counted[f'found {bucket}'] / counted[f'spikes {bucket}']:.3f} of {counted[f'spikes {bucket}']}"
        print(json.dumps(row, indent=1), flush=True)


if __name__ == "__main__":
    main()

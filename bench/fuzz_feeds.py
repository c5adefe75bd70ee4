"""Read mutants of feed documents and check the promise: entries or ParseError, in time, and alike by both readers.

Usage: python bench/fuzz_feeds.py [FOLDER] [--count 100000] [--seed 1] [--minutes 60] [--compare 20]

Mutants are made of the files in FOLDER below 64 KB, or of the tests' own documents (see tests/unit/sources/mutants.py); the same
seed makes the same mutants. Each is read by the quick reader and then, as the program does, by the repairing one in this process;
every --compare'th that the quick reader took is read by both and compared. Stops early after --minutes. Exits with 1, and leaves
the bytes beside itself in fuzz-NUMBER.bin, for every mutant that broke the promise.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from listener.core.errors import ParseError
from listener.sources import quick, reading
from listener.sources.items import Reading
from listener.sources.markup import decoded
from tests.unit.sources.mutants import mutants
from tests.unit.sources.test_hostile import OURS

AT = "https://feeds.example/feed"
QUICK_SECONDS = 0.5  # of CPU, for at most 512 KB
SECONDS = 10.0


def check(body: bytes, *, compare: bool) -> tuple[str, str]:
    """What became of a mutant ("quick", "repaired", "refused"), and what was wrong with that ("" for nothing)."""
    began = time.process_time()
    found, outcome = None, "quick"
    try:
        found = quick.read(body, AT, "")
        if (took := time.process_time() - began) > QUICK_SECONDS:
            return outcome, f"the quick reader took {took:.2f} s"
        if found is None:
            outcome = "repaired"
            found = reading.read(body, AT, "")
        elif compare and found != slowly(body, found):
            return outcome, "the two readers differ"
    except ParseError:
        outcome = "refused"
    except Exception as fault:  # noqa: BLE001 - this is what is looked for
        return outcome, f"{type(fault).__name__}: {fault}"
    if (took := time.process_time() - began) > SECONDS:
        return outcome, f"it took {took:.2f} s"
    bad = [one.link for one in found.items if one.link and not one.link.startswith(("http://", "https://"))] if found else []
    return outcome, f"links that are none: {bad}" if bad else ""


def slowly(body: bytes, quickly: Reading) -> Reading:
    """What the repairing reader makes of it; where feedparser falls over its own feet there is nothing to compare."""
    text = decoded(body).strip("\ufeff\0 \t\r\n")
    if text[0] in "{[":
        return quickly
    try:
        return reading.repaired(text, AT)
    except ParseError as fault:
        if "stumbled" in fault.detail:
            return quickly
        raise AssertionError(f"the repairing reader refused it: {fault.detail}") from fault


def documents(folder: pathlib.Path | None) -> list[bytes]:
    """What mutants are made of."""
    if folder is None:
        return [one.encode() for one in OURS]
    paths = sorted(one for one in folder.iterdir() if one.is_file() and one.suffix != ".csv")
    return [body for path in paths if len(body := path.read_bytes()) < 65_536]


def main() -> None:
    """Make mutants, check them, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, nargs="?", help="captured documents; the tests' own when left out")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--compare", type=int, default=20, help="compare every so many'th that the quick reader took")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    bodies = documents(options.folder)
    outcomes: collections.Counter[str] = collections.Counter()
    began, wrong = time.monotonic(), 0
    for number, body in mutants(bodies, options.count, options.seed):
        outcome, fault = check(body, compare=number % options.compare == 0)
        outcomes[outcome] += 1
        if fault:
            wrong += 1
            pathlib.Path(f"fuzz-{number}.bin").write_bytes(body)
            print(f"mutant {number}: {fault}")
        if time.monotonic() - began > options.minutes * 60:
            print(f"stopped after {options.minutes:g} minutes")
            break
    print(f"{sum(outcomes.values())} mutants of {len(bodies)} documents: {dict(outcomes)}; {wrong} broke the promise")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()

"""Makes the dossier of many random worlds whose truth is known, and says how often it was right.

    python bench/worlds_evidence.py --worlds 1000 [--first SEED] [--jobs 2] [--log FILE] [--bend]

For each figure: how often its 95 % interval holds the truth. For each objection: how often it was decided, and how often wrongly.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from listener.core.proving import dossier
from tests.worlds.audit import Audit, audit
from tests.worlds.bent import turned
from tests.worlds.drawn import drawn, live


def main() -> int:
    """Print the calibration table; 1 when a world with nothing to find was said to have something."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--worlds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--log", type=Path, help="add each world as a line of JSON, and begin with those it has")
    parser.add_argument("--bend", action="store_true", help="bend each world in ways that must not matter, and say what it changed")
    asked = parser.parse_args()
    if asked.bend:
        return _bend(asked.first, asked.worlds, asked.jobs)
    known: dict[int, Audit] = {}
    if asked.log and asked.log.exists():
        known = {one.seed: one for one in (Audit(**json.loads(line)) for line in asked.log.read_text("utf-8").splitlines())}
    seeds = [seed for seed in range(asked.first, asked.first + asked.worlds) if seed not in known]
    begun = time.monotonic()
    with multiprocessing.Pool(asked.jobs) as pool:
        for one in pool.imap_unordered(_lived, seeds, chunksize=4):
            known[one.seed] = one
            if asked.log:
                with asked.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(asdict(one)) + "\n")
    audits = [known[seed] for seed in sorted(known) if asked.first <= seed < asked.first + asked.worlds]
    _say(audits)
    print(f"\n{len(audits)} worlds, {len(seeds)} of them now in {time.monotonic() - begun:.0f} s")
    return int(any(one.too_much for one in audits))


def _bend(first: int, worlds: int, jobs: int) -> int:
    with multiprocessing.Pool(jobs) as pool:
        faults = [fault for some in pool.imap(_bent, range(first, first + worlds)) for fault in some]
    print(f"{worlds} worlds bent in four ways, {len(faults)} verdicts changed that must not", *faults, sep="\n")
    return int(bool(faults))


def _bent(seed: int) -> list[str]:
    observed = live(drawn(seed)).observed
    return [f"{seed} {fault}" for fault in turned(observed, dossier(observed))]


def _lived(seed: int) -> Audit:
    lived = live(drawn(seed))
    return audit(lived, dossier(lived.observed))


def _share(held: int, of: int) -> str:
    return f"{100 * held / of:.1f} %" if of else "-"


def _say(audits: list[Audit]) -> None:
    hits: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    edge_hits: Counter[str] = Counter()
    edge: Counter[str] = Counter()
    for one in audits:
        for key, covered in one.covered.items():
            worlds, held = (edge, edge_hits) if key in one.edge else (seen, hits)
            worlds[key] += 1
            held[key] += covered
    print("| figure | worlds | 95 % intervals that hold the truth | worlds where it is 0 or 100 % | held there |")
    print("|---|---|---|---|---|")
    for key in sorted(seen | edge):
        inside, outside = _share(hits[key], seen[key]), _share(edge_hits[key], edge[key])
        print(f"| `{key}` | {seen[key]} | {inside} | {edge[key]} | {outside} |")
    every, there = (_share(some.total(), of.total()) for some, of in ((hits, seen), (edge_hits, edge)))
    print(f"| all | {seen.total()} | {every} | {edge.total()} | {there} |")
    wordings: dict[str, Counter[str]] = {}
    wrong: Counter[str] = Counter()
    for one in audits:
        for key, wording in one.wordings.items():
            wordings.setdefault(key, Counter())[wording] += 1
        wrong.update(fault.split(":")[0] for fault in one.wrong)
    words = ("contradicted", "supported", "mixed")
    print(
        "\n| objection | contradicted | supported | mixed | left open | wrong | of those decided |\n|---|---|---|---|---|---|---|"
    )
    for key, counts in wordings.items():
        decided = sum(counts[word] for word in words)
        share = f"{100 * wrong[key] / decided:.1f} %" if decided else "-"
        cells = " | ".join(str(counts[word]) for word in words)
        print(f"| `{key}` | {cells} | {counts.total() - decided} | {wrong[key]} | {share} |")
    decided = sum(len(one.decided) for one in audits)
    print(f"\ndecided: {decided}, wrong: {wrong.total()} ({100 * wrong.total() / max(1, decided):.2f} %)")
    print("worst:", [fault for one in audits for fault in (f"{one.seed} {text}" for text in one.wrong)][:20])
    print("said too much:", [f"{one.seed} {text}" for one in audits for text in one.too_much])


if __name__ == "__main__":
    sys.exit(main())

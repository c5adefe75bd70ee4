"""Lives a listener through many random worlds of X, with crashes, faults, budgets and outages, and says what it came to.

    python bench/x_worlds.py --worlds 1000 [--jobs 4] [--first SEED] [--keep FOLDER]

Each world is lived through by real processes that ask the demo's own X over HTTP (tests/fakes/x_lives.py), on loopback only.
A world that breaks a promise is printed with its seed: `--first SEED --worlds 1` lives through it again.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fakes.x_lives import Audit, live, warmed
from tests.fakes.x_worlds import plan


def main() -> int:
    """Live through the worlds and print a summary; 1 when any broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--worlds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--keep", type=Path, help="keep the databases of worlds that broke a promise under this folder")
    parser.add_argument("--jobs", type=int, default=1, help="how many worlds are lived through at the same time")
    parser.add_argument(
        "--minutes", type=float, default=1e9, help="begin no new world after so long; the summary is of those lived"
    )
    parser.add_argument(
        "--log", type=Path, help="add what each world came to, as a line of JSON, and begin with the worlds it has already"
    )
    parser.add_argument("--verbose", action="store_true", help="say of each world what it was and what it came to")
    asked = parser.parse_args()
    begun, cpu = time.monotonic(), sum(os.times()[:4])
    with tempfile.TemporaryDirectory() as folder:
        root = asked.keep or Path(folder)
        root.mkdir(parents=True, exist_ok=True)
        known = _known(asked.log)
        seeds = [seed for seed in range(asked.first, asked.first + asked.worlds) if seed not in known]
        shares = [(seeds[job :: asked.jobs], root / f"job{job}", asked) for job in range(asked.jobs)]
        # Each job forks many times itself, so none of them may begin as a fork of a process with threads.
        with multiprocessing.get_context("spawn").Pool(asked.jobs) as pool:
            lived = [one for some in pool.imap_unordered(_lived, shares) for one in some]
        audits = sorted([*known.values(), *lived], key=lambda one: one.seed)
        _say(audits, time.monotonic() - begun, sum(os.times()[:4]) - cpu)
    return int(any(audit.faults for audit in audits))


def _known(log: Path | None) -> dict[int, Audit]:
    """The worlds that an earlier run lived through."""
    lines = log.read_text().splitlines() if log and log.exists() else []
    return {audit.seed: audit for audit in (Audit(**json.loads(line)) for line in lines)}


def _lived(share: tuple[list[int], Path, argparse.Namespace]) -> list[Audit]:
    """Live through some worlds, one after the other, each in the folder of the one before."""
    seeds, folder, asked = share
    here = folder / "world"
    audits: list[Audit] = []
    until = time.monotonic() + asked.minutes * 60
    folder.mkdir(parents=True, exist_ok=True)
    with warmed(folder) as template:
        gc.freeze()  # so that a fork copies little
        for seed in seeds:
            if time.monotonic() > until:
                break
            audit = live(plan(seed), here, template)
            audits.append(audit)
            if asked.log:
                with asked.log.open("a") as log:
                    log.write(json.dumps(asdict(audit)) + "\n")
            if asked.verbose:
                print(plan(seed))
                print(audit)
            for fault in audit.faults:
                print(f"world {seed}: {fault}", flush=True)
            if audit.faults and asked.keep:
                shutil.copytree(here, asked.keep / str(seed), dirs_exist_ok=True)
    return audits


def _say(audits: list[Audit], wall: float, cpu: float) -> None:
    def total(name: str) -> float:
        return sum(getattr(audit, name) for audit in audits)

    plans = [plan(audit.seed) for audit in audits]
    unique = total("unique") or 1
    worst = max(audits, key=lambda one: one.again / max(1, one.unique))
    rows = {
        "worlds": len(audits),
        "worlds that broke a promise": sum(bool(audit.faults) for audit in audits),
        "runs of the listener": total("steps") + len(audits),
        "of them killed with kill -9": total("killed"),
        "answers that went wrong": total("stumbled"),
        "worlds with an outage beyond seven days": sum(one.outage.days >= 7 for one in plans),
        "worlds with a budget that may stop": sum(one.monthly < 50 or one.daily is not None for one in plans),
        "posts stored": total("stored"),
        "posts that passed beyond reach, all in a hole of the ledger": total("expired"),
        "different posts read": total("unique"),
        "reads per post, outside the look back": f"{(unique + total('again')) / unique:.4f}",
        "the same in the worst world": f"{(worst.unique + worst.again) / max(1, worst.unique):.3f} (seed {worst.seed})",
        "reads in the look back, per post": f"{total('relooked') / unique:.3f}",
        "reads by two processes at once, per post": f"{total('at_once') / unique:.3f}",
        "reads that never arrived or died with their process, per post": f"{total('lost') / unique:.3f}",
        "bill, US dollars": f"{total('bill'):.2f}",
        "ledger, US dollars": f"{total('ledger'):.2f}",
        "wall / CPU seconds": f"{wall:.0f} / {cpu:.0f}",
    }
    for name, value in rows.items():
        print(f"| {name} | {value:,.0f} |" if isinstance(value, (int, float)) else f"| {name} | {value} |")


if __name__ == "__main__":
    sys.exit(main())

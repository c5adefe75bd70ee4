"""Run the lower layers once over the texts, and keep what they say: the upper layers and the heads are then trained on that.

    python -m bench.training.multilingual.states --data FOLDER --encoder FOLDER --work FOLDER

FOLDER with the encoder is the one that `convert` wrote. Some ten minutes on two cores, about a gigabyte in the work folder.
"""

from __future__ import annotations

import argparse
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from bench.training.multilingual import corpus, encoder
from bench.training.multilingual.shape import LOWER
from listener.understanding.multilingual import Encoder


@cache
def _tools(folder: Path, graph: Path) -> tuple[Encoder, Any]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return Encoder(folder), onnxruntime.InferenceSession(str(graph), options)


def _states(job: tuple[Path, Path, str]) -> tuple[np.ndarray, np.ndarray]:
    folder, graph, text = job
    reader, lower = _tools(folder, graph)
    pooled, states = lower.run(["pooled", "states"], {"x": reader.embedded(reader.tokens(text))})
    return pooled[0], states[0].astype(np.float16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--data", "--encoder", "--work"):
        parser.add_argument(name, type=Path, required=True)
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    base = encoder.read_base()
    graph = asked.work / "lower.onnx"
    arrays = encoder.layer_arrays(base, LOWER)
    encoder.write_graph(arrays, base, graph, first=0, last=LOWER, pools=(LOWER,), states=True)
    rows = corpus.select(corpus.read(asked.data))
    print(f"{len(rows)} texts")
    with get_context("spawn").Pool(2) as pool:
        answers = pool.map(_states, [(asked.encoder, graph, row.text) for row in rows], chunksize=200)
    ends = np.cumsum([0, *(len(states) for _, states in answers)])
    np.save(asked.work / "states.npy", np.concatenate([states for _, states in answers]))
    np.savez(
        asked.work / "rows.npz",
        ids=np.array([f"{row.source}/{row.language}/{row.id}" for row in rows]),
        ends=ends,
        pooled=np.stack([pooled for pooled, _ in answers]),
        labels=np.array([row.label for row in rows]),
        languages=np.array([row.language for row in rows]),
        sources=np.array([row.source for row in rows]),
        parts=np.array([row.part for row in rows]),
    )


if __name__ == "__main__":
    main()

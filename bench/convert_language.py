"""Write py3langid's model as listener/understanding/weights/language: the same answers, in a tenth of the memory.

    python bench/convert_language.py [--out FOLDER]

Reads the model of the installed py3langid (BSD-3-Clause) and writes the tables that `listener/understanding/language_model.py`
describes. Nothing is trained, rounded or left out: every transition of the automaton and every weight is compared afterwards. Two
runs write the same bytes. To be run again when py3langid brings another model.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import pathlib
import sys
import zipfile

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from listener.understanding.language_model import REACH, WEIGHTS, LanguageModel

BYTE = np.arange(256, dtype=np.uint64)
# A feature that differs from the usual in more columns is stored whole: that costs three megabytes and saves half of a text's time.
FEW = 30
TOP = np.uint64(8 * (REACH - 1))


def main() -> None:
    """Convert, write, read back and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=WEIGHTS)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    moves = np.asarray(theirs.tk_nextmove).reshape(-1, 256)[np.asarray(theirs.tk_row)]
    features = np.asarray(theirs.tk_output, np.int32)
    codes, depths = stretches(moves)
    bounds, owners = ranges(codes, depths)
    check_moves(moves, codes, bounds, owners)
    weights = np.asarray(theirs.nb_ptc, np.float16)
    halves = weights.view(np.uint16) & 0x7FFF
    usual = np.array([commonest(column) for column in halves.T], np.uint16)
    differ = halves != usual
    rare = differ.sum(axis=1) <= FEW
    order = np.argsort(rare, kind="stable")
    renumbered = np.append(np.argsort(order), -1)  # the last is nobody's
    whose = renumbered[features[owners]].astype(np.int32)
    first = np.concatenate([[True], whose[1:] != whose[:-1]])  # neighbours of one feature are one range
    tables = {
        "bounds": bounds[first],
        "features": whose[first],
        "whole": halves[~rare],
        "kept": np.packbits(differ[rare], axis=1),
        "starts": np.concatenate([[0], np.cumsum(differ[rare].sum(axis=1))]).astype(np.uint32),
        "values": halves[rare][differ[rare]],
    }
    for name, table in tables.items():
        np.save(folder / f"{name}.npy", table, allow_pickle=False)
    save_small(folder / "columns.npz", columns=np.array(theirs.nb_classes), prior=np.asarray(theirs.nb_pc, np.float32), usual=usual)
    ours = LanguageModel.load(folder)
    for start in range(0, len(weights), 5_000):
        some = np.arange(start, min(start + 5_000, len(weights)))
        if not np.array_equal(ours.rows(some), weights[order[some]].astype(np.float32)):
            raise SystemExit(f"a weight of the features {start} to {some[-1]} is not what it was")
    size = sum(one.stat().st_size for one in folder.glob("*.np?"))
    print(f"py3langid {importlib.metadata.version('py3langid')}: {len(ours.labels)} languages, {len(weights):,} features, ", end="")
    print(f"{len(ours.bounds):,} ranges, {len(ours.whole):,} of them whole; {size / 1e6:.1f} MB in {folder}")


def stretches(moves: NDArray[np.uint32]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """What each state stands for: the shortest bytes that lead there, last one first as a number of eight bytes, and how many."""
    codes = np.zeros(len(moves), np.uint64)
    depths = np.full(len(moves), -1)
    depths[0] = 0
    front = np.array([0])
    for depth in range(1, REACH + 2):
        targets, place = np.unique(moves[front].ravel(), return_index=True)
        new = depths[targets] < 0
        targets, place = targets[new], place[new]
        if not len(targets):
            break
        if depth > REACH:
            raise SystemExit("a feature is longer than eight bytes")
        codes[targets] = (BYTE[place % 256] << TOP) | (codes[front[place // 256]] >> np.uint64(8))
        depths[targets] = depth
        front = targets
    if (depths < 0).any():
        raise SystemExit("a state is never reached")
    inner = codes[:, None] >> (np.uint64(8) * BYTE[:REACH]) & np.uint64(255)
    if ((inner != 0).sum(axis=1) != depths).any():
        raise SystemExit("a feature holds a zero byte, which stands for 'before the text'")
    return codes, depths


def ranges(codes: NDArray[np.uint64], depths: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Where ranges of codes begin, and the state of each: the longest stretch that all codes of the range end in."""
    begins: list[int] = []
    owners: list[int] = []
    open_: list[tuple[int, int]] = []  # where it ends, and the state

    def put(at: int, state: int) -> None:
        if begins and begins[-1] == at:
            owners[-1] = state
        else:
            begins.append(at)
            owners.append(state)

    for state in np.lexsort((depths, codes)).tolist():
        begin = int(codes[state])
        while open_ and open_[-1][0] <= begin:
            end, _ = open_.pop()
            put(end, open_[-1][1])
        put(begin, state)
        open_.append((begin + (1 << 8 * (REACH - int(depths[state]))), state))
    while len(open_) > 1:
        end, _ = open_.pop()
        put(end, open_[-1][1])
    return np.array(begins, np.uint64), np.array(owners)


def check_moves(
    moves: NDArray[np.uint32], codes: NDArray[np.uint64], bounds: NDArray[np.uint64], owners: NDArray[np.int64]
) -> None:
    """Every state goes, with every byte, where the ranges say; else the automaton is of another kind than this conversion knows."""
    for start in range(0, len(moves), 4_096):
        after = (BYTE << TOP) | (codes[start : start + 4_096, None] >> np.uint64(8))
        if not np.array_equal(owners[np.searchsorted(bounds, after, side="right") - 1], moves[start : start + 4_096]):
            raise SystemExit("the automaton does not go by the longest stretch")


def commonest(column: NDArray[np.uint16]) -> int:
    """The value that stands in most rows, the smallest of these."""
    found, counts = np.unique(column, return_counts=True)
    return int(found[counts.argmax()])


def save_small(path: pathlib.Path, **arrays: NDArray[np.generic]) -> None:
    """An .npz with a fixed date, so that two runs write the same bytes."""
    with zipfile.ZipFile(path, "w") as whole:
        for name, array in arrays.items():
            with whole.open(zipfile.ZipInfo(f"{name}.npy"), "w") as one:
                np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)


if __name__ == "__main__":
    main()

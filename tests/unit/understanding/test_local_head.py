"""What is learned from one's own labels: kept only if it helps, named in every judgement, harmless when it is damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from listener.core.model import Sentiment, Text, Tone
from listener.understanding import load_analyser
from listener.understanding.local_head import FEWEST, Corrected, Lesson, from_bytes, learn, save, seen_by, to_bytes

ON = date(2026, 11, 22)
TONES = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)


class Wavering:
    """An analyser that never knows, with a slight leaning to neutral; of an empty text it can tell nothing."""

    name = "wavering 1"

    def __call__(self, texts: Sequence[Text]) -> Sequence[Sentiment]:
        """The same word on each."""
        said = Sentiment(tone=Tone.UNSURE, polarity=0.0, confidence=0.4, analyser=self.name, probabilities=(0.3, 0.4, 0.3))
        return [said if text.words else replace(said, confidence=0.0, probabilities=None) for text in texts]


class Seeing(Wavering):
    """One that has vectors: which of three words stand in a text."""

    def vectors(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Three numbers for each text."""
        return np.array([[word in text.words for word in ("lekt", "draait", "blij")] for text in texts], np.float32)


def lessons(count: int, *, noise: int = 0) -> tuple[list[Text], list[Tone]]:
    """Texts whose third word says the tone, all but every `noise`-th; each text another one."""
    words = ("lekt", "draait", "blij")
    texts = [Text(words=f"zaak {n} pomp {words[n % 3]} a{'b' * (n % 3)}", language="nl") for n in range(count)]
    return texts, [TONES[(n + (1 if noise and n % noise == 0 else 0)) % 3] for n in range(count)]


@pytest.mark.parametrize("analyser", [Wavering(), Seeing()])
def test_what_people_consistently_say_is_learned(analyser: Wavering, tmp_path: Path) -> None:
    """From words or from vectors; unseen texts get their tone, and the judgement names both makers."""
    lesson = learn(analyser, *lessons(90), ON)
    assert lesson.head is not None, lesson
    assert (lesson.count, lesson.why) == (90, "")
    assert lesson.recall_after > 0.9 > lesson.recall_before
    assert lesson.loss_after < lesson.loss_before
    save(lesson.head, tmp_path / "head.npz")
    texts, labels = lessons(120)
    corrected = Corrected(analyser, tmp_path / "head.npz")
    said = corrected(texts[90:])
    assert (
        sum(
            one.probabilities is not None and TONES[int(np.argmax(one.probabilities))] is label
            for one, label in zip(said, labels[90:], strict=True)
        )
        > 25
    )
    assert {one.analyser for one in said} == {"wavering 1 + local 2026-11-22"}
    assert all(one.probabilities is not None and abs(sum(one.probabilities) - 1) < 1e-9 for one in said)
    (nothing,) = corrected([Text(words="", language="nl")])
    assert (nothing.analyser, nothing.probabilities) == ("wavering 1", None)
    assert corrected([]) == []


def test_labels_without_sense_change_nothing() -> None:
    """Chance is no lesson."""
    texts, labels = lessons(90)
    shuffled = [labels[(7 * n * n + n // 5) % 90] for n in range(90)]
    lesson = learn(Wavering(), [replace(text, words=f"zaak {n}") for n, text in enumerate(texts)], shuffled, ON)
    assert lesson.head is None
    assert "not better" in lesson.why


@pytest.mark.parametrize("count", [0, 1, 20, FEWEST - 1])
def test_a_few_labels_never_change_anything(count: int) -> None:
    """However consistent they are; and one tone's labels teach nothing about the others."""
    lesson = learn(Wavering(), *lessons(count), ON)
    assert lesson.head is None
    assert "it takes" in lesson.why
    texts, _ = lessons(90)
    assert "too few are neutral and positive" in learn(Wavering(), texts, [Tone.NEGATIVE] * 90, ON).why


def test_a_reprint_is_one_text() -> None:
    """The same words under another number would be learned by heart."""
    texts, labels = lessons(30)
    assert learn(Wavering(), texts * 4, labels * 4, ON).count == 30


def kept(folder: Path) -> tuple[Path, Lesson]:
    """A head that was learned and saved."""
    lesson = learn(Seeing(), *lessons(90), ON)
    assert lesson.head is not None
    save(lesson.head, folder / "head.npz")
    return folder / "head.npz", lesson


def test_a_head_survives_its_file(tmp_path: Path) -> None:
    """What is read is what was written, as numbers of single precision, and nothing is left lying about."""
    file, lesson = kept(tmp_path)
    assert lesson.head is not None
    read = from_bytes(file.read_bytes())
    assert (read.analyser, read.on, read.count) == ("wavering 1", ON, 90)
    np.testing.assert_allclose(read.weights, lesson.head.weights, atol=1e-6)
    assert list(tmp_path.iterdir()) == [file]


def test_damage_another_version_and_another_analyser_leave_the_analyser_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Said once in the log, and tones are judged all the same."""
    file, lesson = kept(tmp_path)
    assert lesson.head is not None
    whole = file.read_bytes()
    text = [Text(words="pomp lekt a", language="nl")]
    plain = Seeing()(text)
    bad = replace(lesson.head, weights=np.full((3, 3), np.nan))
    narrow = replace(lesson.head, weights=np.zeros((2, 3)))
    older = replace(lesson.head, analyser="wavering 0")
    for body in (b"", b"no zip", whole[: len(whole) // 2], to_bytes(bad), to_bytes(older), to_bytes(narrow)):
        file.write_bytes(body)
        assert Corrected(Seeing(), file)(text) == plain
    assert "listener learn" in caplog.text
    file.unlink()
    assert Corrected(Seeing(), file)(text) == plain
    with pytest.raises(ValueError, match="damaged"):
        from_bytes(whole[:100])


def test_what_is_learned_meanwhile_counts_from_then_on(tmp_path: Path) -> None:
    """A running program sees the file come and go."""
    text = [Text(words="pomp lekt a", language="nl")]
    corrected = Corrected(Seeing(), tmp_path / "head.npz")
    assert corrected(text)[0].analyser == corrected.name == "wavering 1"
    file, _ = kept(tmp_path)
    assert corrected(text)[0].analyser == "wavering 1 + local 2026-11-22"
    file.unlink()
    assert corrected(text)[0].analyser == "wavering 1"
    assert corrected.plain.name == "wavering 1"


def test_a_version_that_we_do_not_know_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers may mean something else."""
    file, _ = kept(tmp_path)
    monkeypatch.setattr("listener.understanding.local_head.VERSION", 2)
    with pytest.raises(ValueError, match="version 1 is not 2"):
        from_bytes(file.read_bytes())


def test_analysers_are_loaded_with_their_head(tmp_path: Path) -> None:
    """One that is there and one that is not; the light one's texts are seen by their words."""
    analyser = load_analyser("light", head=tmp_path / "head.npz")
    assert isinstance(analyser, Corrected)
    assert not isinstance(load_analyser("light"), Corrected)
    rows = seen_by(analyser.plain, [Text(words="pomp lekt", language="nl"), Text(words="", language="nl")])
    assert rows.shape == (2, 1024)
    assert np.linalg.norm(rows[0]) == pytest.approx(1)
    assert not rows[1].any()

"""The model answers as py3langid does, whose model it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from listener.understanding.language import Languages, identifier
from listener.understanding.language_model import LanguageModel

# The same notice in languages of many families and scripts, written for this test.
TEXTS = {
    "af": "Hierdie is 'n baie slegte diens en ek sal nooit weer terugkom nie.",
    "ar": "هذه خدمة سيئة جدا ولن أعود مرة أخرى",
    "bg": "Обслужването беше много лошо и няма да дойда пак.",
    "cs": "Obsluha byla velmi špatná a už nikdy nepřijdu.",
    "da": "Betjeningen var meget dårlig, og jeg kommer aldrig igen.",
    "de": "Die Bedienung war sehr schlecht, und ich komme nie wieder.",
    "el": "Η εξυπηρέτηση ήταν πολύ κακή και δεν θα ξαναπάω ποτέ.",
    "en": "The service was very bad and I shall never come back.",
    "es": "El servicio fue muy malo y no volveré nunca más.",
    "fi": "Palvelu oli todella huonoa, enkä tule enää koskaan takaisin.",
    "fr": "Le service était très mauvais et je ne reviendrai jamais.",
    "fy": "De tsjinst wie hiel min en ik kom noait wer werom.",
    "he": "השירות היה גרוע מאוד ולא אחזור לעולם",
    "hi": "सेवा बहुत खराब थी और मैं फिर कभी नहीं आऊंगा",
    "hu": "A kiszolgálás nagyon rossz volt, soha többé nem jövök.",
    "it": "Il servizio era pessimo e non tornerò mai più.",
    "ja": "サービスがとても悪かったので、二度と来ません。",
    "ko": "서비스가 너무 나빠서 다시는 오지 않겠습니다.",
    "nl": "De bediening was erg slecht en ik kom nooit meer terug.",
    "pl": "Obsługa była bardzo zła i nigdy więcej tu nie wrócę.",
    "pt": "O serviço foi muito mau e nunca mais voltarei.",
    "ru": "Обслуживание было очень плохим, и я больше не приду.",
    "sr": "Услуга је била веома лоша и никада се нећу вратити. Usluga je bila veoma loša.",
    "sv": "Betjäningen var mycket dålig och jag kommer aldrig tillbaka.",
    "th": "บริการแย่มากและฉันจะไม่กลับมาอีก",
    "tr": "Hizmet çok kötüydü ve bir daha asla gelmeyeceğim.",
    "uk": "Обслуговування було дуже поганим, і я більше не прийду.",
    "uz": "Xizmat juda yomon edi va men boshqa hech qachon kelmayman.",
    "zh": "服务非常糟糕，我再也不会来了。",
}
ODD = [
    "",
    " ",
    "\x00",
    "a\x00b de het",
    "\ud800",
    "1",
    "é",
    "e\u0301t e\u0301",
    "DE HET EEN",
    "ﬁ",
    "😀",
    "\U0010ffff",
    "x" * 2_000,
    "ij ",
]

# Pieces that mix scripts, so that generated texts hold what the model knows.
_PIECES = st.one_of(st.sampled_from([word for text in TEXTS.values() for word in text.split()]), st.text(max_size=12))


@pytest.fixture(scope="module")
def theirs() -> LanguageIdentifier:
    """py3langid itself, with its own model."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def same(text: str, theirs: LanguageIdentifier) -> bool:
    """Whether all shares are equal, but for the last digits (adding up in another order on several cores)."""
    asked, ours = dict(theirs.rank(text)), identifier().shares(text)
    return asked.keys() == ours.keys() and all(
        share == pytest.approx(asked[code], rel=1e-3, abs=1e-9) for code, share in ours.items()
    )


@pytest.mark.parametrize("text", [*TEXTS.values(), " ".join(TEXTS.values()), *ODD])
def test_our_answer_is_py3langids(text: str, theirs: LanguageIdentifier) -> None:
    """For texts in any script, for none, and for broken ones."""
    assert same(text, theirs)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=60).map(" ".join))
@example("")
def test_any_text_gets_py3langids_answer(theirs: LanguageIdentifier, text: str) -> None:
    """Whatever is mixed."""
    assert same(text, theirs)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_the_same_stretches_count(theirs: LanguageIdentifier, data: bytes) -> None:
    """Over any bytes our look-up finds what their automaton's walk finds, in the same order, with its weights."""
    state, walked = 0, []
    for byte in data:
        state = theirs.tk_nextmove[theirs._rowbase[state] + byte]
        if theirs.tk_output[state] >= 0:
            walked.append(theirs.tk_output[state])
    model = identifier()
    rows = model.rows(np.array(model.stretches(data), np.intp))
    assert np.array_equal(rows, theirs.nb_ptc[walked].astype(np.float32))


def test_every_weight_is_theirs(theirs: LanguageIdentifier) -> None:
    """No weight was rounded or lost, and the columns stand in their order."""
    model = identifier()
    assert list(model.columns) == theirs.nb_classes
    assert np.array_equal(model.prior, theirs.nb_pc)
    few = np.diff(model.starts).max()
    unusual = (theirs.nb_ptc != model.usual).sum(axis=1)
    order = np.argsort(unusual <= few, kind="stable")  # ours begin with what many languages have
    for start in range(0, len(order), 10_000):
        some = np.arange(start, min(start + 10_000, len(order)))
        assert np.array_equal(model.rows(some), theirs.nb_ptc[order[some]].astype(np.float32))


@pytest.mark.parametrize("code", ["de", "en", "es", "fr", "it", "nl"])
def test_the_words_decide_as_before(code: str, theirs: LanguageIdentifier, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person gets is the same with either."""
    languages = Languages(("nl", "en", "de", "fr", "es", "it"))
    words = TEXTS[code].split()
    parts = [" ".join(words[:count]) for count in range(1, len(words) + 1)]
    ours = [languages.of(part) for part in parts]

    class Theirs:
        def among(self, text: str, codes: tuple[str, ...]) -> dict[str, float]:
            shares = dict(theirs.rank(text))
            return {code: shares.get(code, 0.0) for code in codes}

    monkeypatch.setattr("listener.understanding.language.identifier", Theirs)
    assert [languages.of(part) for part in parts] == ours
    assert ours[-1] == code


def test_missing_tables_are_said(tmp_path: Path) -> None:
    """A damaged installation ends with the file's name, not with a strange answer."""
    with pytest.raises(OSError, match="columns"):
        LanguageModel.load(tmp_path)

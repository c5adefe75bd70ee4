"""Odd texts through every analyser and through the judge: an honest unsure or a tone, never an exception."""

from __future__ import annotations

import math

import pytest

from listener.core.model import Intent, Text, Tone
from listener.core.ports import Analyser
from listener.understanding import load_analyser
from listener.understanding.judge import Judge
from listener.understanding.language import Languages
from tests.builders import entry, mention

ODD = {
    "empty": "",
    "blank": " \t\n\u200b\ufeff",
    "one emoji": "\U0001f600",
    "a flag of emoji": "\U0001f3f4\u200d\u2620\ufe0f" * 50,
    "control characters": "".join(map(chr, range(32))) + "\x7f\x9f niet goed",
    "half a character": "mooi \ud800 weer \udfff",
    "a megabyte of one word": "waardeloos " * 95_000,
    "a megabyte of quotation marks": '"' * 1_000_000,
    "handles without end": "@a " * 20_000,
    "numbers": "12.345,67 -- 89%",
    "an address": "https://example.org/waardeloos?niet=goed",
    "handles": "@jan @piet",
    "Chinese": "\u8fd9\u4e2a\u6cf5\u592a\u5dee\u4e86\uff0c\u518d\u4e5f\u4e0d\u4e70",
    "Arabic": "\u0647\u0630\u0627 \u0633\u064a\u0621",
    "combining marks": "a" + "\u0301" * 5_000,
    "code-switched": "Echt zo annoying die app, literally elke dag down en customer service zegt niks",
    "without the brand": "Hier staat de naam van niemand in, zoals bij Google Alerts",
}
SILENT = ("empty", "blank", "numbers", "an address", "handles")


@pytest.fixture(scope="module", params=["textblob", "light", "multilingual"])
def analyser(request: pytest.FixtureRequest) -> Analyser:
    """Each of the analysers, as the program loads it."""
    return load_analyser(request.param)


@pytest.mark.parametrize("language", ["nl", "en", "xx"])
def test_an_analyser_answers_whatever_it_is_asked(analyser: Analyser, language: str) -> None:
    """One answer for each text, in order, with finite numbers; of nothing it knows nothing."""
    said = analyser([Text(words=words, language=language) for words in ODD.values()])
    assert len(said) == len(ODD)
    for name, one in zip(ODD, said, strict=True):
        assert math.isfinite(one.polarity), name
        assert 0 <= one.confidence <= 1, name
        assert one.probabilities is None or math.isclose(sum(one.probabilities), 1, abs_tol=1e-4), name
        if name in SILENT or language not in {"nl", "en"}:
            assert one.tone is Tone.UNSURE, name


@pytest.mark.parametrize("name", ODD)
def test_a_judge_loses_no_mention(analyser: Analyser, name: str) -> None:
    """Wherever the odd text stands, and when its place declares a language nobody configured."""
    judge = Judge(Languages(("nl", "en")), analyser, names={"molenaar": "Molenaar Pompen"})
    words = ODD[name]
    found = [
        mention(entry=entry(title="", text=words, language=declared), excerpt=excerpt, spans=())
        for declared, excerpt in (("", words), ("nl", words[:280]), ("xx", ""))
    ]
    said = judge([*found, mention(entry=entry(title=words[:2_000], text="", language="nl"), excerpt="", spans=())])
    assert len(said) == 4
    assert not [one.judge for one in said if one.judge.startswith("failed")]
    if name in SILENT:
        assert {(one.tone, one.intent) for one in said} == {(Tone.UNSURE, Intent.OTHER)}


def test_code_switching_makes_no_third_language() -> None:
    """Dutch full of English is Dutch or English."""
    assert Languages(("nl", "en", "de", "fr", "es", "it")).of(ODD["code-switched"]) in {"nl", "en"}

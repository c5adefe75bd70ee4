"""An alert in words: numbers in the subject, everybody else's words made harmless, and JSON for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from typing import Any

import pytest

from listener.core.alert import Alert, Line, Stage, Watch
from listener.core.model import Tone
from listener.delivery.message import build
from listener.reports.alert import note
from tests.builders import NOON, message
from tests.hostile import BAD


def alert(**changes: Any) -> Alert:
    """A negative spike."""
    made = Alert(
        key="k",
        rule="molenaar/crisis",
        brand="molenaar",
        brand_name="Molenaar Pompen",
        watch=Watch.NEGATIVE,
        stage=Stage.NEW,
        size=12,
        usual=2.5,
        hours=3,
        lines=(line("De pomp lekt"),),
        detail="",
        language="nl",
        timezone="Europe/Amsterdam",
        page="https://listener.example/brands/molenaar",
        raised_at=NOON,
    )
    return replace(made, **changes)


def line(words: str, at: datetime = NOON) -> Line:
    """An item in which everything is these words."""
    return Line(title=words, outlet=words, link=words, at=at, tone=Tone.NEGATIVE)


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, "Molenaar Pompen: 12 negatieve vermeldingen in 3 uur (gewoonlijk 2,5)"),
        ({"language": "en"}, "Molenaar Pompen: 12 negative mentions in 3 h (usually 2.5)"),
        (
            {"stage": Stage.MORE},
            "Molenaar Pompen: verdubbeld sinds de vorige waarschuwing, 12 negatieve vermeldingen in 3 uur (gewoonlijk 2,5)",
        ),
        ({"stage": Stage.OVER}, "Molenaar Pompen: voorbij, het is weer als gewoonlijk"),
        ({"watch": Watch.VOLUME, "size": 1, "hours": 1}, "Molenaar Pompen: 1 vermelding in 1 uur (gewoonlijk 2,5)"),
        ({"watch": Watch.COMPLAINT, "size": 1, "usual": None}, "Molenaar Pompen: 1 ernstige klacht"),
        ({"watch": Watch.PHRASE, "usual": None}, "Molenaar Pompen: 12 vermeldingen waarop u let"),
        ({"watch": Watch.SILENCE, "size": 2, "usual": None}, "Molenaar Pompen: 2 bronnen zwijgen"),
        ({"stage": Stage.TEST, "language": "en"}, "Molenaar Pompen: a test of the alert molenaar/crisis"),
    ],
)
def test_the_subject_is_the_finding(changes: dict[str, Any], subject: str) -> None:
    """Numbers and the brand, in both languages."""
    assert note(alert(**changes), "<1@x>").subject == subject


@pytest.mark.parametrize("words", BAD)
def test_hostile_words_call_nobody_and_break_nothing(words: str) -> None:
    """They go through mail and JSON whole: no further header, no line of their own, no name that is called."""
    made = note(alert(lines=(line(words),), brand_name=f"Molenaar {words}", detail=words), "<1@x>")
    assert "@everyone" not in made.text
    assert "<!" not in made.text.replace("<!\u200b", "")
    assert "\n" not in made.subject
    mail = build(message(subject=made.subject, text=made.text, html=""))
    assert message_from_bytes(mail)["Bcc"] is None
    assert json.loads(made.payload)["items"][0]["title"] == words
    made.payload.encode()


def test_the_text_says_why_shows_the_items_and_leads_on() -> None:
    """What is usual, the sign beside the tone, the address of the page, and which rule spoke."""
    said = note(alert(lines=(replace(line("De pomp lekt"), link="https://forum.example/1", outlet="forum.example"),)), "<1@x>").text
    assert "Gewoonlijk 2,5 op dit moment van deze dag van de week, over 3 uur." in said
    assert "[\N{MINUS SIGN}] negatief · forum.example" in said
    assert "https://forum.example/1" in said
    assert "Lees verder: https://listener.example/brands/molenaar" in said
    assert "molenaar/crisis" in said
    assert "Gewoonlijk" not in note(alert(stage=Stage.OVER), "<1@x>").text
    assert "Dit zijn er 1 van de 12." in said
    assert "Dit zijn er" not in note(alert(size=1, lines=(line("De pomp lekt"),)), "<1@x>").text


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (
            "vakblad; 2026-11-18 12:00 UTC; HTTP 500 @everyone",
            "vakblad: voor het laatst gehoord op 18 nov, 13:00 · HTTP 500 @\u200beveryone",
        ),
        ("vakblad; ; HTTP 404", "vakblad: nooit gehoord · HTTP 404"),
        ("vakblad; 2026-11-18 12:00 UTC; ", "vakblad: voor het laatst gehoord op 18 nov, 13:00"),
        ("vakblad", "vakblad"),
    ],
)
def test_a_silent_source_is_told_with_since_when_and_why(detail: str, said: str) -> None:
    """In the reader's time."""
    made = note(alert(watch=Watch.SILENCE, size=1, usual=None, lines=(), detail=detail), "<1@x>").text
    assert said in made.splitlines()

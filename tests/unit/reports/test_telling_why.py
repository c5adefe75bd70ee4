"""The words for why, for what waits and for what goes on, and the addresses under which a reader answers back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.core.model import Intent, Tone
from listener.core.report import Beginning, Finding, LeftOut, ToneCount, Usual
from listener.core.themes import Theme
from listener.reports import words
from listener.reports.locale import load
from listener.reports.render import Renderer
from listener.reports.room import Room
from listener.reports.view import SOURCES, view
from tests.builders import NOON, digest, item

NL, EN = load("nl", "Europe/Amsterdam"), load("en", "Europe/Amsterdam")
ROOM = Room(items=9, waiting=9, sources=SOURCES)
THEMES = tuple(
    Theme(phrase=phrase, language="nl", mentions=(1,), stories=n, voices=n) for phrase, n in (("levertijd", 4), ("app", 1))
)
BEGINNING = Beginning(mention=1, outlet="nu.nl", kind="rss", link="", at=NOON, dated=True, items=12, outlets=9)


def test_why_names_the_themes_and_where_it_began() -> None:
    """In the reader's language, before how many stories there are; a place without a name is called by its kind."""
    made = digest(themes=THEMES, beginning=BEGINNING, left_out=LeftOut(copies=2), stories=2)
    assert words.why(made, NL) == (
        "Wat deze zeven dagen negatief was, gaat over “levertijd” (4 verhalen) en “app” (1 verhaal). "
        "Het grootste negatieve verhaal begon bij nu.nl (20 nov, 13:00) en werd 12 keer gevonden. "
        "Samen vormen ze 2 verschillende verhalen."
    )
    assert "began at feed (20 Nov, 13:00) and was found 12 times" in words.why(
        replace(made, beginning=replace(BEGINNING, outlet="")), EN
    )


@pytest.mark.parametrize(
    ("back", "dutch", "english"),
    [
        (timedelta(minutes=-5), "minder dan een uur", "less than an hour"),
        (timedelta(minutes=59), "minder dan een uur", "less than an hour"),
        (timedelta(hours=1), "1 uur", "1 hour"),
        (timedelta(hours=3, minutes=59), "3 uur", "3 hours"),
        (timedelta(hours=47), "47 uur", "47 hours"),
        (timedelta(hours=48), "2 dagen", "2 days"),
    ],
)
def test_an_age_is_in_hours_and_then_in_days(back: timedelta, dutch: str, english: str) -> None:
    """Never more than it is."""
    assert words.age(NOON - back, NOON, NL) == dutch
    assert words.age(NOON - back, NOON, EN) == english


def test_what_goes_on_is_one_line() -> None:
    """Also where no new story is left to list."""
    made = digest(items=(), ongoing=3, ongoing_items=12, stories=3, tones=ToneCount(neutral=12))
    assert words.ongoing(made, NL) == "3 eerdere verhalen gingen door, met nog 12 vermeldingen."
    assert words.ongoing(digest(), NL) == ""
    text = Renderer()(made).text
    assert "Geen nieuw verhaal om te noemen." in text
    assert "3 eerdere verhalen gingen door" in text


def test_a_label_says_whose_word_it_is() -> None:
    """A person's, named or not; the machine's goes without saying."""
    assert words.whose(None, NL) == ""
    assert words.whose("", NL) == "volgens een lezer"
    assert words.whose("els@x.example", EN) == "according to els@x.example"
    made = Renderer()(digest(items=(item(tone_by="els@x.example"),)))
    assert "volgens els@x.example" in made.html
    assert "[=] neutraal (volgens els@x.example)" in made.text


def test_each_story_can_be_answered_back() -> None:
    """Three things of a complaint or a question, two of the rest; without an address for labels, nothing."""
    press = item(mention=8, intent=Intent.QUESTION, tone=Tone.NEGATIVE)
    seen = view(digest(waiting=(press,), waiting_in_all=3), NL, ROOM, ("", ""), "l://")
    assert [address for address, _ in seen.waiting[0].labels] == ["l://8?about=about", "l://8?about=tone", "l://8?about=answered"]
    assert [word for _, word in seen.items[0].labels] == ["Gaat niet over ons", "Toon klopt niet"]
    assert seen.waiting_counted.startswith("1 van 3 klachten en vragen")
    assert view(digest(), NL, ROOM).items[0].labels == ()


def test_a_blind_day_asks_for_no_answers() -> None:
    """It prints no number at all."""
    assert view(digest(finding=Finding.BLIND, items=(), waiting=(item(),), waiting_in_all=1), NL, ROOM).waiting == ()


def test_voices_are_compared_where_their_habit_is_known() -> None:
    """Else it says in how many stories they speak."""
    usual = Usual(mentions=1, negative=0, weeks=4, voices=3)
    assert view(digest(usual=usual, voices=5), NL, ROOM).figures[2].compare == "gewoonlijk 3 (+2)"
    assert view(digest(usual=replace(usual, voices=None)), NL, ROOM).figures[2].compare == "in 1 verhaal"

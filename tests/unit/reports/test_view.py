"""What a view computes once for the HTML and the text: figures, pieces, bars, rows and the words around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.mentions import VOUCHED
from listener.core.model import Intent, Tone
from listener.core.report import DigestItem, Finding, LeftOut, ToneCount, Usual
from listener.core.visits import Outcome
from listener.reports.locale import load
from listener.reports.render import Renderer
from listener.reports.room import Room
from listener.reports.view import SOURCES, Piece, View, view
from tests.builders import FRIDAY, coverage, day, digest, item, unheard


def seen(language: str = "nl", shown: int = 10, **changes: Any) -> View:
    """The view of a digest with these changes."""
    return view(digest(**changes), load(language, "Europe/Amsterdam"), Room(items=shown, waiting=9, sources=SOURCES))


def piece(**changes: Any) -> Piece:
    """The one piece of a digest with one item."""
    return seen(items=(item(**changes),)).items[0]


def test_three_figures_stand_beside_what_is_usual() -> None:
    """Mentions and negative ones are compared, voices are set against stories, and two lead to their rows."""
    made = seen(tones=ToneCount(negative=17, neutral=1217), usual=Usual(mentions=1234, negative=6, weeks=6), voices=41, stories=38)
    assert [(one.value, one.label, one.compare) for one in made.figures] == [
        ("1.234", "vermeldingen", "zoals gewoonlijk"),
        ("17", "negatief", "gewoonlijk 6 (+11)"),
        ("41", "auteurs", "in 38 verhalen"),
    ]
    assert [one.link for one in made.figures] == [
        "https://listener.example.org/molenaar?on=2026-11-20",
        "https://listener.example.org/molenaar?on=2026-11-20&tone=negative",
        "",
    ]
    assert made.usual == "Gewoonlijk: de mediaan van deze dag van de week in 6 eerdere weken."


def test_without_a_habit_nothing_is_compared() -> None:
    """A first week says that it cannot compare yet, and a page without a query still gets its filter."""
    made = seen(page="https://listener.example.org/molenaar")
    assert [one.compare for one in made.figures] == ["", "", "in 1 verhaal"]
    assert made.figures[1].link == "https://listener.example.org/molenaar?tone=negative"
    assert made.usual.startswith("Vergelijken kan nog niet")


def test_an_address_that_is_not_web_becomes_no_link() -> None:
    """Neither a feed nor a configuration can put a script behind a word."""
    made = seen(page="javascript:alert(1)", items=(item(link="javascript:alert(1)"),))
    assert made.page == ""
    assert {one.link for one in made.figures} == {""}
    assert made.items[0].link == ""


@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_is_a_sign_and_a_word(tone: Tone) -> None:
    """Colour is only a third way of saying it."""
    made = piece(tone=tone, intent=Intent.COMPLAINT)
    assert made.sign
    assert made.tone_word
    assert made.intent == "klacht"


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({}, "13:00"),
        ({"at": datetime(2026, 11, 18, 19, 40, tzinfo=UTC)}, "18 nov, 20:40"),
        ({"dated": False}, "gezien 13:00, datum onbekend"),
    ],
)
def test_a_time_says_which_day_and_whether_it_is_known(changes: dict[str, Any], when: str) -> None:
    """Within the day a time is enough; a date that nobody gave is not made up."""
    assert piece(**changes).when == when


@pytest.mark.parametrize(
    ("also", "copies", "said"),
    [
        ((), 0, ""),
        ((), 1, "en 1 kopie"),
        (("nu.nl", "ad.nl"), 3, "Ook in nu.nl en ad.nl"),
        (tuple("abcdefgh"), 8, "Ook in a, b, c, d, e en 3 andere"),
    ],
)
def test_copies_are_named_where_they_have_a_name(also: tuple[str, ...], copies: int, said: str) -> None:
    """Other outlets are named, at most five, and copies within one place are counted."""
    assert piece(also=also, copies=copies).also == said


def test_small_things_that_are_missing_leave_no_hole() -> None:
    """Without an outlet the kind stands there; without a clause nothing does; an odd language is undetermined."""
    made = piece(outlet="", kind="google-alerts", clause="", language='"><script>', title="")
    assert (made.outlet, made.clause, made.language) == ("Google Alerts-feed", "", "und")
    assert made.read == "Lees het bericht op Google Alerts-feed"
    assert piece(language="pt-BR").language == "pt-BR"
    assert piece().clause == 'Gevonden met: "Molenaar Pompen"'


def test_the_list_says_n_of_n_and_what_people_want() -> None:
    """What is not shown is not hidden, and answers that are waited for are counted."""
    wants = (Intent.COMPLAINT, Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.JOB)
    items: tuple[DigestItem, ...] = tuple(item(intent=one) for one in wants)
    made = seen(items=items, stories=38, left_out=LeftOut(beyond=33))
    assert made.counted == "5 van 38 verhalen · 2 klachten · 1 vraag · 1 compliment"
    fewer = seen(items=items, stories=38, left_out=LeftOut(beyond=33), shown=2)
    assert fewer.counted == "2 van 38 verhalen · 2 klachten"
    assert fewer.left_out == ("36 verhalen meer, te lezen op de pagina",)


def test_bars_share_one_scale_and_gaps_have_none() -> None:
    """The busiest day that was heard is the whole width; a day that was not heard has words, never a zero."""
    week = (
        day(FRIDAY - timedelta(days=2), neutral=30, negative=30),
        day(FRIDAY - timedelta(days=1), heard=False, neutral=99),
        day(neutral=1),
    )
    made = seen(week=week).bars
    assert [(one.label, one.heard, one.red, one.grey, one.rest) for one in made] == [
        ("wo 18", True, 50.0, 50.0, 0.0),
        ("do 19", False, 0.0, 0.0, 100.0),
        ("vr 20", True, 0.0, 1.7, 98.3),
    ]
    assert [(one.total, one.negative) for one in made][::2] == [("60", "30"), ("1", "0")]


def test_a_week_without_a_mention_has_empty_bars() -> None:
    """Nothing is divided by nothing."""
    assert [(one.red, one.grey, one.rest) for one in seen(week=(day(),)).bars] == [(0.0, 0.0, 100.0)]


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=7))
@settings(max_examples=50, deadline=None)
def test_bars_are_honest(counts: list[tuple[int, int]]) -> None:
    """Every edge lies where its number says, to a tenth of a percent of the width, and the parts make the whole."""
    most = max(red + grey for red, grey in counts) or 1
    for (red, grey), bar in zip(counts, seen(week=tuple(day(negative=r, neutral=g) for r, g in counts)).bars, strict=True):
        assert abs(bar.red - 100 * red / most) < 0.051
        assert abs(bar.red + bar.grey - 100 * (red + grey) / most) < 0.051
        assert bar.rest >= 0
        assert abs(bar.red + bar.grey + bar.rest - 100) < 0.01


def test_sources_that_were_not_heard_come_first_with_their_reason() -> None:
    """A failure is in words, with the time beside it, and in English with the ledger's reason; half a failure is a note."""
    failed_before = datetime(2026, 11, 18, 19, 40, tzinfo=UTC)
    ledger = (
        coverage("a", mentions=1, failed=3),
        unheard("b"),
        unheard("c", last_outcome=None, failed=0, detail="", failed_at=None),
        unheard("d", last_outcome=Outcome.UNREADABLE, detail="x" * 500, failed_at=failed_before),
    )
    rows = seen(coverage=ledger).rows
    assert [(one.source, one.kind, one.words, one.trouble) for one in rows] == [
        ("b", "X", "niet gehoord: weigerde ons", True),
        ("c", "X", "niet gehoord: geen poging gedaan", True),
        ("d", "X", "niet gehoord: het antwoord was onleesbaar", True),
        ("a", "feed", "1 vermelding", False),
    ]
    assert [one.note for one in rows] == ["13:00", "", "18 nov, 20:40", "3 pogingen mislukt"]
    english = seen(coverage=ledger, language="en").rows
    assert [one.note for one in english[:2]] == ["HTTP 403 Forbidden · 13:00", ""]
    assert "x… · 18 Nov" in english[2].note


def test_what_the_place_found_by_itself_is_said_in_the_readers_language() -> None:
    """A clause is the query's own words, but this one is ours."""
    assert piece(clause=VOUCHED).clause == "Door de bron zelf gevonden; onze eigen zoekwoorden staan er niet in"


def test_older_finds_are_counted_under_what_was_left_out() -> None:
    """The first visit to a source brings its history, which is not listed."""
    assert "1 ouder bericht, nu pas gevonden en meer dan een week eerder geplaatst" in seen(left_out=LeftOut(older=1)).left_out


@pytest.mark.parametrize(
    ("failed", "heard", "named", "further"),
    [
        (0, 12, 12, ""),
        (2, 20, 12, "en nog 10 bronnen, alle gehoord"),
        (20, 1, 20, "en nog 1 bron, gehoord"),
        (30, 5, 24, "en nog 11 bronnen"),
    ],
)
def test_hundreds_of_sources_do_not_fill_the_mail(failed: int, heard: int, named: int, further: str) -> None:
    """What fails is named first; the rest is counted."""
    ledger = tuple(unheard(f"f{n}") for n in range(failed)) + tuple(coverage(f"h{n}") for n in range(heard))
    made = seen(coverage=ledger)
    assert (len(made.rows), made.further) == (named, further)
    assert made.trouble is bool(failed)


@pytest.mark.parametrize("finding", [Finding.QUIET, Finding.PARTLY, Finding.BLIND])
def test_only_news_has_figures_and_only_a_blind_day_no_week(finding: Finding) -> None:
    """Three zeros in large type say nothing; a day on which we could not look gets no numbers at all."""
    made = seen(finding=finding, items=(), tones=ToneCount(), stories=0)
    assert made.figures == ()
    assert (made.usual, made.counted) == ("", "")
    assert bool(made.bars) is (finding is not Finding.BLIND)
    assert made.button == "Open Listener"


def test_the_mail_says_why_it_came_and_what_its_day_is() -> None:
    """A reader who wonders finds the digest's name, the day, the zone and what is not in it."""
    why = " ".join(seen().because)
    for part in ("molenaar/daily", "20 november 2026", "Europe/Amsterdam", "geen volgpixels"):
        assert part in why


def test_an_inbox_shows_what_the_headline_means() -> None:
    """The preheader repeats why and coverage, since the subject has the numbers already."""
    assert seen().preheader == "De enige bron is gehoord."
    assert seen(finding=Finding.QUIET).preheader.startswith("Niemand sprak over Molenaar Pompen")


def test_a_changed_query_is_marked_between_the_bars() -> None:
    """In the mail's two forms, above the day on which other things began to be counted."""
    week = (day(neutral=1), replace(day(neutral=2), changed=True))
    assert [one.changed for one in seen(week=week).bars] == [False, True]
    dressed = Renderer()(digest(week=week))
    for text in (dressed.html, dressed.text):
        assert text.count("hier is de zoekvraag gewijzigd") == 1

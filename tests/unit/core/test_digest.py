"""What compose makes of a day: the finding, the numbers, what is listed and in which order, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.digest import EXCERPT, compose, one_line
from listener.core.kept import KeptMention
from listener.core.model import Intent, Media, Tone
from listener.core.report import Digest, Finding, ToneCount, Usual
from listener.core.visits import Outcome
from tests.builders import FRIDAY, NOON, brand, coverage, day, kept, unheard

REPRINT = "Molenaar Pompen opent vestiging in Gent"


def composed(*mentions: KeptMention, **changes: Any) -> Digest:
    """A digest of these mentions, one source heard, unless the test says otherwise."""
    given_: dict[str, Any] = {
        "key": "molenaar/daily",
        "brand": brand(),
        "on": FRIDAY,
        "since": datetime(2026, 11, 19, 23, tzinfo=UTC),
        "until": datetime(2026, 11, 20, 23, tzinfo=UTC),
        "timezone": "Europe/Amsterdam",
        "language": "nl",
        "week": (day(),),
        "same_weekdays": (),
        "coverage": (coverage(),),
        "cap": 10,
        "page": "https://listener.example.org/",
        "now": NOON,
    }
    return compose(mentions=mentions, **(given_ | changes))


@pytest.mark.parametrize(
    ("mentions", "ledger", "finding"),
    [
        ([kept()], [coverage(), unheard()], Finding.NEWS),
        ([], [coverage(), coverage("b")], Finding.QUIET),
        ([], [coverage(), unheard()], Finding.PARTLY),
        ([], [coverage(), unheard(failed=0, last_outcome=None)], Finding.PARTLY),
        ([], [unheard(), unheard("b")], Finding.BLIND),
        ([], [], Finding.BLIND),
        ([kept(media=Media.OWNED)], [coverage()], Finding.QUIET),
    ],
)
def test_the_finding_says_whether_a_zero_may_be_believed(mentions: list[KeptMention], ledger: list[Any], finding: Finding) -> None:
    """News, quiet, a zero with a hole in it, and not having looked are four different days; no attempt is not heard."""
    assert composed(*mentions, coverage=ledger).finding is finding


def test_numbers_count_earned_mentions_and_owned_ones_only_as_left_out() -> None:
    """The brand's own posts are no conversation about it."""
    made = composed(
        kept(1, tone=Tone.NEGATIVE),
        kept(2, tone=Tone.POSITIVE),
        kept(3, tone=Tone.UNSURE),
        kept(4, media=Media.OWNED, tone=Tone.POSITIVE),
    )
    assert made.tones == ToneCount(negative=1, positive=1, unsure=1)
    assert (made.stories, made.voices, made.left_out.owned) == (3, 3, 1)
    assert 4 not in [item.mention for item in made.items]


def test_what_presses_comes_first() -> None:
    """Negative complaints and questions, then negative, then the rest; each by size, then the newest, and nothing else counts."""
    hour = timedelta(hours=1)
    made = composed(
        kept(1, at=NOON - hour),
        kept(2, at=NOON),
        kept(3, title=REPRINT, at=NOON - 5 * hour),
        kept(4, title=REPRINT, at=NOON - 4 * hour),
        kept(5, tone=Tone.NEGATIVE, at=NOON - 2 * hour),
        kept(6, tone=Tone.NEGATIVE, intent=Intent.QUESTION, at=NOON - 3 * hour),
        kept(7, tone=Tone.NEGATIVE, intent=Intent.COMPLAINT, at=NOON - 2 * hour),
        kept(8, tone=Tone.POSITIVE, intent=Intent.QUESTION, at=NOON - 3 * hour),
        kept(9, tone=Tone.UNSURE, intent=Intent.COMPLAINT, at=NOON - 4 * hour),
    )
    assert [item.mention for item in made.items] == [7, 6, 5, 9, 3, 2, 1, 8]


@pytest.mark.parametrize(("cap", "shown"), [(10, 5), (2, 2), (0, 0), (-1, 0)])
def test_everything_is_listed_or_counted(cap: int, shown: int) -> None:
    """Items, folded copies and stories beyond the cap add up to every mention of the day."""
    made = composed(*(kept(n) for n in range(4)), kept(4, title=REPRINT), kept(5, title=REPRINT), cap=cap)
    assert len(made.items) == shown
    assert made.stories == shown + made.left_out.beyond
    assert made.tones.total == made.stories + made.left_out.copies


def test_what_was_said_long_before_is_counted_and_not_listed() -> None:
    """The first visit to a source brings its history: a digest about yesterday must not be filled with it."""
    made = composed(kept(1), kept(2, at=NOON - timedelta(days=6)), kept(3, at=NOON - timedelta(days=30)))
    assert [item.mention for item in made.items] == [1, 2]
    assert (made.tones.total, made.left_out.older) == (2, 1)


def test_an_item_is_the_first_mention_and_names_the_other_outlets_once() -> None:
    """Reprints become names in the order in which they came, the first outlet's own is not repeated."""
    outlets = ("nu.nl", "gent.example", "NU.nl", "GENT.example", "breda.example")
    (item,) = composed(*(kept(n, title=REPRINT, outlet=o, at=NOON + timedelta(minutes=n)) for n, o in enumerate(outlets))).items
    assert (item.mention, item.outlet, item.copies) == (0, "nu.nl", 4)
    assert item.also == ("gent.example", "breda.example")


def test_an_item_without_a_date_says_so() -> None:
    """A date that the place did not give is never invented: the time is when we first saw it."""
    (item,) = composed(kept(published_at=None)).items
    assert not item.dated
    assert item.at == NOON


@pytest.mark.parametrize(
    ("days", "usual"),
    [
        ([], None),
        ([day(negative=4)], None),
        ([day(negative=4), day(heard=False, negative=9)], None),
        ([day(negative=4), day(neutral=1)], Usual(mentions=3, negative=2, weeks=2)),
        ([day(negative=n, neutral=1) for n in (1, 2, 30)], Usual(mentions=3, negative=2, weeks=3)),
    ],
)
def test_usual_is_the_median_of_the_days_that_were_heard(days: list[Any], usual: Usual | None) -> None:
    """One day is no habit, an unheard day is no zero, and half a mention is rounded up."""
    assert composed(kept(), same_weekdays=days).usual == usual


def test_what_the_caller_knows_is_kept_as_it_is() -> None:
    """The week, the ledger and the frame of the day go into the snapshot unchanged."""
    ledger = (coverage(), unheard(last_outcome=Outcome.FAILED))
    made = composed(kept(), coverage=ledger)
    assert made.coverage == ledger
    assert made.failed == (ledger[1],)
    assert (made.week, made.brand, made.brand_name, made.digest) == ((day(),), "molenaar", "Molenaar Pompen", "molenaar/daily")
    assert (made.on, made.composed_at, made.page) == (FRIDAY, NOON, "https://listener.example.org/")


@pytest.mark.parametrize(
    ("title", "excerpt", "text", "expected"),
    [
        ("Titel", "De woorden die het bewijzen.", "x", "De woorden die het bewijzen."),
        ("Molenaar wint een prijs", "MOLENAAR wint een prijs. De jury was lovend.", "x", "De jury was lovend."),
        ("Molenaar wint een prijs", "wint een prijs", "De jury was lovend.", "De jury was lovend."),
        ("Molenaar wint een prijs", "Molenaar wint een prijs", "Molenaar wint een prijs!", ""),
        ("", "Wie kent een alternatief?", "x", "Wie kent een alternatief?"),
        ("Titel", " \u202e twee\nregels \ud800 ", "x", "twee regels"),
        ("Titel", "", "", ""),
    ],
)
def test_an_excerpt_adds_to_the_title(title: str, excerpt: str, text: str, expected: str) -> None:
    """The words that prove the mention, without what the title said already, on one tidy line."""
    (item,) = composed(kept(title=title, excerpt=excerpt, text=text, spans=())).items
    assert item.excerpt == expected


def test_a_long_excerpt_keeps_the_words_that_matched() -> None:
    """The window stands around the match, is cut between words, and shows where something is missing."""
    before = "woord " * 100
    excerpt = f"{before}Molenaar Pompen {before}"
    (item,) = composed(kept(title="", excerpt=excerpt, spans=((600, 615),))).items
    assert "Molenaar Pompen" in item.excerpt
    assert item.excerpt.startswith("…woord ")
    assert item.excerpt.endswith(" woord…")
    assert len(item.excerpt) <= EXCERPT


def test_a_match_at_the_very_end_is_kept() -> None:
    """Nothing is missing behind it, so no ellipsis stands there."""
    excerpt = "woord " * 100 + "Molenaar Pompen"
    (item,) = composed(kept(title="", excerpt=excerpt, spans=((600, 615),))).items
    assert item.excerpt.startswith("…woord ")
    assert item.excerpt.endswith("woord Molenaar Pompen")


@given(st.text(max_size=700) | st.text(alphabet="ab \u0301\ud800\u202e", max_size=900), st.integers(0, 899))
def test_no_excerpt_is_too_long_or_unprintable(text: str, start: int) -> None:
    """Whatever a feed holds, and wherever the match is, an item's words fit and can be written as UTF-8."""
    spans = ((min(start, len(text)), len(text)),)
    (item,) = composed(kept(title=text, excerpt=text, text=text, spans=spans, outlet=text, clause=text)).items
    assert len(item.excerpt) <= EXCERPT
    assert len(item.title) <= 200
    for words in (item.title, item.excerpt, item.outlet, item.clause):
        assert "\n" not in words
        words.encode()


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("kort", 10, "kort"),
        ("a" * 20, 10, "aaaaaaaaa…"),
        ("een twee drie vier", 14, "een twee drie…"),
        ("een twee drievier", 14, "een twee…"),
    ],
)
def test_a_line_is_cut_between_words_where_it_can_be(text: str, limit: int, line: str) -> None:
    """A word is cut only when there is no other place."""
    assert one_line(text, limit) == line


def test_composing_twice_gives_the_same_digest_whatever_the_order() -> None:
    """A snapshot depends on the facts alone."""
    mentions = [kept(n, title=REPRINT if n % 3 else "", tone=Tone.NEGATIVE if n % 2 else Tone.NEUTRAL) for n in range(9)]
    assert composed(*mentions) == composed(*reversed(mentions))
    assert composed(*mentions) == replace(composed(*mentions))

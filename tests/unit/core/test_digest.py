"""What compose makes of a day: the finding, the numbers, what is listed and in which order, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.digest import EXCERPT, WAITING, compose, one_line
from listener.core.kept import KeptMention
from listener.core.labels import Aspect, Label, Labels
from listener.core.model import Intent, Media, Tone
from listener.core.report import Digest, Finding, ToneCount, Usual
from listener.core.themes import Theme
from listener.core.visits import Outcome
from tests.builders import FRIDAY, NOON, brand, coverage, day, kept, unheard
from tests.fakes_archive import FakeArchive, gist

REPRINT = "Molenaar Pompen opent vestiging in Gent"


def composed(
    *mentions: KeptMention, pressing: Sequence[KeptMention] = (), earlier: Sequence[KeptMention] = (), **changes: Any
) -> Digest:
    """A digest of these mentions, one source heard, unless the test says otherwise; `earlier` ones are only in the archive."""
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
    given_ |= changes
    return compose(
        mentions=[gist(one) for one in mentions],
        pressing=[gist(one) for one in pressing if one.collected_at < given_["until"]],
        shelf=FakeArchive(kept=[*mentions, *pressing, *earlier]),
        **given_,
    )


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


def asking(id_: int, *, back: timedelta = timedelta(), story: int = 0, **changes: Any) -> KeptMention:
    """A negative complaint, said and collected so long ago."""
    made = kept(
        id_, at=NOON - back, intent=changes.pop("intent", Intent.COMPLAINT), tone=changes.pop("tone", Tone.NEGATIVE), **changes
    )
    return replace(made, story=story, collected_at=NOON - back)


def labelled(one: KeptMention, aspect: Aspect, value: str) -> KeptMention:
    """The same, with a person's word on it."""
    return replace(one, labels=Labels.of([Label(mention=one.id, aspect=aspect, value=value, by="Els", at=NOON)]))


def test_a_story_that_was_listed_before_only_goes_on() -> None:
    """It is counted and not listed again, by its story's id or by its own; everything still adds up."""
    mentions = [
        replace(kept(n, title=f"Bericht {n} over de pomp"), story=story) for n, story in ((1, 9), (2, 9), (3, 3), (4, 0), (5, 5))
    ]
    made = composed(*mentions, told={9, 4})
    assert sorted(item.mention for item in made.items) == [3, 5]
    assert (made.ongoing, made.ongoing_items, made.stories) == (2, 3, 4)
    assert made.tones.total == len(made.items) + made.left_out.beyond + made.left_out.copies + made.ongoing_items


def test_what_nobody_answered_waits_and_stands_only_there() -> None:
    """Of the last days too; what was answered, is not about us, is our own or is something else does not wait."""
    today = asking(1)
    waiting = [
        today,
        asking(2, back=timedelta(days=3), tone=Tone.NEUTRAL, intent=Intent.QUESTION),
        labelled(asking(3, tone=Tone.POSITIVE, intent=Intent.PRAISE), Aspect.INTENT, "question"),
        labelled(asking(4), Aspect.ANSWERED, "no"),
        labelled(asking(5), Aspect.ANSWERED, "yes"),
        labelled(asking(6), Aspect.ABOUT, "no"),
        labelled(asking(7), Aspect.INTENT, "praise"),
        asking(8, media=Media.OWNED),
        asking(9, back=timedelta(days=9)),
        asking(10, back=timedelta(days=-1)),
    ]
    made = composed(today, kept(20), pressing=waiting)
    assert [item.mention for item in made.waiting] == [1, 4, 3, 2]
    assert (made.waiting_in_all, made.new_waiting) == (4, 1)
    assert [item.mention for item in made.items] == [20]
    assert made.stories == 2


def test_only_some_wait_in_the_mail_and_all_are_counted() -> None:
    """So many of so many; those that are beyond it stand with the new stories, so that nothing is lost."""
    pressing = [asking(n) for n in range(1, 10)]
    made = composed(*pressing, pressing=pressing)
    assert (len(made.waiting), made.waiting_in_all, made.new_waiting) == (WAITING, 9, WAITING)
    assert len({item.mention for item in (*made.waiting, *made.items)}) == 9
    assert len(composed(*pressing, pressing=pressing, cap=2).waiting) == 2
    assert composed(*pressing, pressing=pressing, cap=0).waiting == ()


def test_what_waits_shows_the_whole_of_its_story() -> None:
    """The mention that asks stands first, and the reprints that ask nothing are counted behind it."""
    first = replace(kept(1, title="Een bericht over alle pompen", outlet="a.example", at=NOON - timedelta(hours=3)), story=1)
    ask = asking(2, story=1, title="Een bericht over alle pompen", outlet="b.example")
    made = composed(first, ask, pressing=[ask])
    (item,) = made.waiting
    assert (item.mention, item.copies, item.also, made.items) == (2, 1, ("a.example",), ())


def test_the_tones_of_a_digest_are_also_those_of_what_waits() -> None:
    """A digest of negative stories does not ask after a kind question."""
    pressing = [asking(1), asking(2, tone=Tone.NEUTRAL)]
    assert [item.mention for item in composed(*pressing, pressing=pressing, tones=(Tone.NEGATIVE,)).waiting] == [1]


def test_the_biggest_negative_story_is_traced_to_where_it_began() -> None:
    """Days before the digest perhaps; not to what is put away, not about us, our own, or found later; one mention has no beginning."""
    hour = timedelta(hours=1)
    mine = [replace(kept(n, tone=Tone.NEGATIVE, outlet=f"o{n}.example"), story=1) for n in (5, 6)]
    kind = [replace(kept(n, tone=Tone.POSITIVE), story=7) for n in (7, 8, 9)]
    before = [
        replace(kept(1, outlet="eerste.example", at=NOON - 40 * hour), story=1),
        replace(kept(2, at=NOON - 50 * hour, media=Media.OWNED), story=1),
        replace(kept(3, at=NOON - 60 * hour), story=1, put_away_at=NOON),
        labelled(kept(4, at=NOON - 70 * hour), Aspect.ABOUT, "no"),
        replace(kept(10, at=NOON - 80 * hour), story=1, collected_at=NOON + 48 * hour),
    ]
    beginning = composed(*kind, *mine, earlier=before).beginning
    assert beginning is not None
    assert (beginning.mention, beginning.outlet, beginning.items, beginning.outlets) == (1, "eerste.example", 3, 3)
    assert composed(*kind).beginning is None
    assert composed(kept(1, tone=Tone.NEGATIVE)).beginning is None


def test_themes_are_told_only_where_there_is_something_negative() -> None:
    """They explain the negative number; without it there is nothing to explain."""
    theme = Theme(phrase="levertijd", language="nl", mentions=(1, 2), stories=2, voices=2)
    assert composed(kept(1, tone=Tone.NEGATIVE), themes=[theme]).themes == (theme,)
    assert composed(kept(1), themes=[theme]).themes == ()


def test_voices_have_a_habit_only_where_they_were_counted() -> None:
    """The median of all compared days, or none."""
    one, other = replace(day(negative=4), voices=3), replace(day(neutral=1), voices=1)
    usual = composed(kept(), same_weekdays=[one, other]).usual
    assert usual is not None
    assert usual.voices == 2
    usual = composed(kept(), same_weekdays=[one, day()]).usual
    assert usual is not None
    assert usual.voices is None

"""What a Locale promises about words, dates and numbers, and that nothing in Dutch is missing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

import listener
from listener.reports.locale import HERE, Locale, catalogue, load, read

PACKAGE = Path(listener.__file__).parent
FILES = sorted(path.name for path in (HERE / "nl").glob("*.po"))
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "phrase": None}
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@cache
def extracted() -> Catalog:
    """Every message that the program shows to readers, as the sources and templates have it."""
    found = Catalog()
    for room in ("reports", "web"):
        for file, line, message, _, context in extract_from_dir(
            PACKAGE / room, METHODS, keywords=KEYWORDS, strip_comment_tags=True
        ):
            found.add(message, locations=[(f"{room}/{file}", line)], context=context)
    return found


def strings(value: object) -> tuple[str, ...]:
    """A message's forms, one or two."""
    return tuple(value) if isinstance(value, (tuple, list)) else (str(value),)


def names(text: str) -> set[str]:
    """The names that a message has filled in."""
    return set(re.findall(r"%\((\w+)\)", text))


def test_every_message_is_translated_into_dutch() -> None:
    """Whoever adds a word for readers adds it in both languages."""
    dutch = catalogue("nl")
    missing = []
    for message in extracted():
        if message.id:
            known = dutch.get(message.id, message.context)
            if known is None or known.fuzzy or not all(strings(known.string)):
                missing.append((message.id, message.locations))
    assert not missing


@pytest.mark.parametrize("file", FILES)
def test_translations_fill_in_the_same_names(file: str) -> None:
    """A placeholder that is missing or misspelt would fail a mail, or lose a number."""
    for message in read(HERE / "nl" / file):
        for source, form in zip(strings(message.id), strings(message.string), strict=True) if message.id else ():
            # A singular may say "the source" on one side and "1 source" on the other.
            assert names(form) | {"n"} == names(source) | {"n"}, source
            assert names(form) <= names(strings(message.id)[-1]), source
            assert re.findall(r"%(?!\(\w+\)s)", form) == re.findall(r"%(?!\(\w+\)s)", source), source


def test_the_digests_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    """A translation without a source string is a sentence that somebody changed on one side only."""
    said = extracted()
    assert not [message.id for message in read(HERE / "nl" / "digest.po") if message.id and said.get(message.id) is None]


def test_no_two_files_translate_one_message_differently() -> None:
    """The mail and the page use the same words for the same things."""
    merged = catalogue("nl")
    for file in FILES:
        for message in read(HERE / "nl" / file):
            if message.id:
                known = merged.get(message.id, message.context)
                assert known is not None
                assert known.string == message.string, f"{file}: {message.id}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            [
                "vrijdag 20 november 2026",
                "20 november 2026",
                "vr 20",
                "20 november",
                "20 nov, 13:00",
                "15–21 nov 2026",
                "a, b en c",
                "1.234",
                "17%",
            ],
        ),
        (
            "en",
            [
                "Friday, 20 November 2026",
                "20 November 2026",
                "Fri 20",
                "20 November",
                "20 Nov, 13:00",
                "15–21 Nov 2026",
                "a, b and c",
                "1,234",
                "17%",
            ],
        ),
    ],
)
def test_dates_times_and_numbers_are_written_as_the_language_writes_them(language: str, said: list[str]) -> None:
    """Dutch and English readers see their own forms, and times on the digest's own clock."""
    locale = load(language, "Europe/Amsterdam")
    on = NOON.date()
    assert [
        locale.date(on, "full"),
        locale.date(on),
        locale.day(on),
        locale.day_of_month(on),
        locale.datetime(NOON),
        locale.interval(date(2026, 11, 15), date(2026, 11, 22)),
        locale.list_of(["a", "b", "c"]),
        locale.number(1234),
        locale.percent(0.17),
    ] == said


def test_times_follow_the_zone() -> None:
    """An instant is shown on the clock of the digest, summer time and the day before midnight included."""
    amsterdam = load("nl", "Europe/Amsterdam")
    assert amsterdam.time(NOON) == "13:00"
    assert amsterdam.time(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "00:30"
    assert amsterdam.datetime(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)).startswith("2 jul")
    assert load("nl").time(NOON) == "12:00"


@pytest.mark.parametrize(("count", "said"), [(8, "+8"), (0, "0"), (-3, "\N{MINUS SIGN}3"), (1234, "+1.234")])
def test_a_difference_carries_its_sign(count: int, said: str) -> None:
    """A hyphen is no minus."""
    assert load("nl").difference(count) == said


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 vermeldingen"), (1, "1 vermelding"), (2, "2 vermeldingen"), (1234, "1.234 vermeldingen")]
)
def test_a_count_takes_its_form(n: int, said: str) -> None:
    """One is one, and nought is many."""
    assert load("nl").ngettext("%(n)s mention", "%(n)s mentions", n) == said


def test_a_message_without_values_keeps_its_percent_signs() -> None:
    """Only messages with values are filled in; an empty one is no door to the catalogue's header."""
    english = load("en")
    assert english.gettext("100 %") == "100 %"
    assert english.gettext("(usually %(n)s)", n=6) == "(usually 6)"
    assert load("nl").gettext("") == ""


def test_a_language_we_do_not_speak_is_answered_in_english() -> None:
    """A frozen digest is always shown, whatever its language says."""
    assert load("tlh").language == "en"
    assert load("en") is load("en")


def test_a_zone_that_does_not_exist_is_a_fault() -> None:
    """The configuration checks zones; here a wrong one is a bug, not a guess."""
    with pytest.raises(ZoneInfoNotFoundError):
        Locale("nl", "Mars/Olympus")

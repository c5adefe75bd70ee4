"""Dates beyond the standards, through the one door for moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from listener.sources.dates import month_of, written, zone
from listener.sources.moments import moment

# The twelve months as twenty languages write them, in full or as they are shortened in feeds.
YEARS = """
    januari februari maart april mei juni juli augustus september oktober november december
    jan. feb. mrt. apr. mei jun. jul. aug. sept. okt. nov. dec.
    Januar Februar März April Mai Juni Juli August September Oktober November Dezember
    Jän Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
    gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
    januar februar marts april maj juni juli august september oktober november december
    januari februari mars april maj juni juli augusti september oktober november december
    januar februar mars april mai juni juli august september oktober november desember
    tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
    ledna února března dubna května června července srpna září října listopadu prosince
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
    ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
    Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου
"""


@pytest.mark.parametrize("months", [line.split() for line in YEARS.strip().splitlines()], ids=lambda names: names[0])
def test_every_month_of_a_language_is_known(months: list[str]) -> None:
    """Behind the day, with a time and a zone, and joined by hyphens."""
    for number, name in enumerate(months, start=1):
        at = datetime(2026, number, 3, 9, 30, tzinfo=UTC)
        assert moment(f"3 {name} 2026 10:30:00 +0100") == at
        assert moment(f"03-{name}-2026 09:30") == at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21 Nov 2026", "2026-11-21T00:00:00"),
        ("Nov 21, 2026", "2026-11-21T00:00:00"),
        ("November 21st, 2026 at 9:05 pm", "2026-11-21T21:05:00"),
        ("zaterdag 21 november 2026 om 10:00 uur", "2026-11-21T10:00:00"),
        ("maandag 4 mei 2026, 12:30", "2026-05-04T12:30:00"),
        ("sabato 3 gennaio 2026 - 10.15", "2026-01-03T10:15:00"),
        ("3 de enero de 2026 10:00 +0100", "2026-01-03T09:00:00"),
        ("1er août 2026 à 14h05", "2026-08-01T14:05:00"),
        ("21-Nov-2026 10:00:00", "2026-11-21T10:00:00"),
        ("Sat Nov 21 10:00:00 CET 2026", "2026-11-21T09:00:00"),
        ("Sat Nov 21 2026 10:00:00 GMT+0100 (Central European Standard Time)", "2026-11-21T09:00:00"),
        ("Sat, 21 Nov 2026 10:00:00 GMT+0100", "2026-11-21T09:00:00"),
        ("Sat, 21 Nov 2026 10:00:00 UTC-3", "2026-11-21T13:00:00"),
        ("Sat, 21 Nov 2026 10:00:00 AEST", "2026-11-21T00:00:00"),
        ("Sat, 21 Nov 2026 10:00:00 IST", "2026-11-21T10:00:00"),
        ("21/11/2026 22:15", "2026-11-21T22:15:00"),
        ("11/21/2026 10:15:00 PM", "2026-11-21T22:15:00"),
        ("05/05/2026", "2026-05-05T00:00:00"),
        ("3.4.2026 10:00", "2026-04-03T10:00:00"),
        ("03-04-2026", "2026-04-03T00:00:00"),
        ("2026年11月21日 10:00", "2026-11-21T10:00:00"),
        ("2026년 11월 21일", "2026-11-21T00:00:00"),
        ("3 jan 99", "1999-01-03T00:00:00"),
    ],
)
def test_dates_as_people_write_them_are_read(text: str, expected: str) -> None:
    """With and without a time, words between, a zone in the middle, day or month first where that can be told."""
    assert moment(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["03/04/2026", "13/13/2026", "30 Feb 2026", "3 onzin 2026", "mei 2026", "12:30", "1.2.3", "3 ma 2026"]
)
def test_what_has_two_readings_or_none_is_not_read(text: str) -> None:
    """Never a guess."""
    assert moment(text) is None


def test_a_zone_is_read_from_what_stands_behind_the_time() -> None:
    """Numbers and names; nothing known is Greenwich."""
    found = [zone(text) for text in ("+01:00", "-0330", "GMT+1", "cet", "PM jst", "", "2026", "+9")]
    assert found == [timedelta(hours=hours) for hours in (1, -3.5, 1, 1, 9, 0, 0, 9)]
    assert month_of("maandag") == 3  # a beginning is all that is looked at: where it may stand decides
    assert month_of("xy") == 0


@given(some.text(alphabet="0123456789 .,-/:+apmdeNovmeiCETЯня年月日", max_size=80))
def test_nothing_is_too_odd(text: str) -> None:
    """An aware moment, None, or a ValueError that the door turns into None."""
    try:
        found = written(text)
    except (ValueError, OverflowError):
        found = None
    assert found is None or found.tzinfo is UTC
    assert moment(text) is None or moment(text).tzinfo is UTC  # type: ignore[union-attr]

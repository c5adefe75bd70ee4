"""What feeds and servers ask of a polite visitor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from listener.sources import manners
from listener.sources.http import Response
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RSS = b"<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>%s<item><ttl>1</ttl></item></channel></rss>"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (b"", None),
        (b"<ttl>60</ttl>", 3600),
        (b"<ttl> 60 </ttl>", 3600),
        (b"<ttl>999999</ttl>", 6 * 3600),
        (b"<ttl>soon</ttl>", None),
        (b"<ttl>0</ttl>", None),
        (b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        (b"<sy:updatePeriod>\n hourly </sy:updatePeriod>", 3600),
        (b"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 6 * 3600),
        (b"<sy:updatePeriod>often</sy:updatePeriod>", None),
        (b"<ttl>60</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 3600),
    ],
)
def test_a_feeds_pace_is_read_before_its_first_entry(said: bytes, seconds: int | None) -> None:
    """By ttl and the syndication module, the more patient of them, within six hours; what an entry says of itself is not meant."""
    assert manners.pace(RSS % said).get("pace") == (None if seconds is None else str(seconds))


def test_hours_and_days_to_skip_become_hours_of_the_week() -> None:
    """An hour to skip holds for every day, 24 is midnight; a day to skip for the whole day; nonsense and "always" are passed over."""
    said = (
        b"<skipHours><hour>24</hour><hour>7</hour><hour>99</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    )
    closed = manners.closed_hours(manners.pace(RSS % said))
    assert closed == {*(24 * day for day in range(7)), *(24 * day + 7 for day in range(7)), *range(144, 168)}
    always = b"<skipHours>" + b"".join(b"<hour>%d</hour>" % hour for hour in range(24)) + b"</skipHours>"
    assert manners.closed_hours(manners.pace(RSS % always)) == frozenset()


@pytest.mark.parametrize(
    ("headers", "known", "wait"),
    [
        ({}, {}, None),
        ({}, {"pace": "3600"}, HOUR),
        ({"Cache-Control": "public, max-age=7200"}, {}, 2 * HOUR),
        ({"Cache-Control": "s-maxage=7200"}, {}, None),
        ({"Cache-Control": "max-age=7200"}, {"pace": "3600"}, 2 * HOUR),
        ({"Cache-Control": "max-age=31536000"}, {}, 6 * HOUR),
        ({"Cache-Control": "no-cache, max-age=7200", "Expires": "Fri, 20 Nov 2026 14:00:00 GMT"}, {}, None),
        ({"Expires": "Fri, 20 Nov 2026 14:00:00 GMT"}, {}, 2 * HOUR),
        ({"Expires": "Fri, 20 Nov 2026 14:00:00 GMT", "Date": "Fri, 20 Nov 2026 13:00:00 GMT"}, {}, HOUR),
        ({"Expires": "Mon, 01 Jan 1990 00:00:00 GMT"}, {}, None),
        ({"Expires": "-1"}, {}, None),
        ({"Cache-Control": "max-age=0", "Expires": "Fri, 20 Nov 2026 14:00:00 GMT"}, {}, None),
    ],
)
def test_a_place_says_how_long_it_wants_to_be_left_alone(
    headers: Mapping[str, str], known: Mapping[str, str], wait: timedelta | None
) -> None:
    """max-age before Expires, Expires by the server's own clock, the feed's pace beside them; at most six hours."""
    assert manners.patience(headers, known, NOON) == wait


def test_validators_are_forgotten_after_eight_days() -> None:
    """A server that says 304 for ever is asked without conditions again; what else is known stays."""
    known = {"body": "0", **manners.validators({"ETag": 'W/"1"', "Last-Modified": "gisteren"}, NOON), "pace": "60"}
    assert known == {"body": "0", "etag": 'W/"1"', "last_modified": "gisteren", "validated_at": NOON.isoformat(), "pace": "60"}
    assert manners.still_valid(known, NOON + 8 * DAY - HOUR) == known
    assert manners.still_valid(known, NOON + 8 * DAY) == {"body": "0", "pace": "60"}
    assert manners.still_valid({"etag": "1"}, NOON) == {"etag": "1"}


def test_a_clock_that_is_set_back_does_not_make_validators_valid_for_years() -> None:
    """What was kept in the future is forgotten, so that the place is asked anew; a clock set forward only makes them old sooner."""
    known = {"body": "0", **manners.validators({"ETag": "1"}, NOON + 400 * DAY)}
    assert manners.still_valid(known, NOON) == {"body": "0"}
    assert manners.still_valid({"body": "0", **manners.validators({"ETag": "1"}, NOON)}, NOON + 400 * DAY) == {"body": "0"}


def moved(to: str) -> Response:
    """An answer to which permanent redirects led."""
    return Response(url=to or "https://a.example/", status=200, headers={}, body=b"", took=0.0, moved=to)


def told(times: int, every: timedelta, to: str = "https://b.example/") -> dict[str, str]:
    """What is known after so many answers that said so."""
    known: dict[str, str] = {}
    for number in range(times):
        known = manners.followed(known, moved(to), NOON + number * every)
    return known


def test_a_move_is_believed_after_five_times_and_seven_days() -> None:
    """Neither often nor long is enough by itself."""
    assert "address" not in told(4, 3 * DAY)
    assert "address" not in told(100, HOUR)
    assert told(5, 2 * DAY) == {"address": "https://b.example/"}
    assert told(200, HOUR)["address"] == "https://b.example/"


def test_a_clock_that_is_set_back_or_forward_makes_no_move_of_a_redirect() -> None:
    """Set back, the counting begins anew and ends; set forward, the number of times is still asked for."""
    ahead: dict[str, str] = {}
    for _ in range(3):
        ahead = manners.followed(ahead, moved("https://b.example/"), NOON + 400 * DAY)
    back = manners.followed(ahead, moved("https://b.example/"), NOON)
    assert (back["moved_count"], back["moved_since"]) == ("1", NOON.isoformat())
    assert "address" not in manners.followed(told(3, DAY), moved("https://b.example/"), NOON + 400 * DAY)


def test_a_move_that_changes_or_ends_is_counted_anew() -> None:
    """Another target, or an answer without a redirect: a load balancer, or a maintenance that is over."""
    known = told(4, 3 * DAY)
    other = manners.followed(known, moved("https://c.example/"), NOON + 20 * DAY)
    assert (other["moved_to"], other["moved_count"]) == ("https://c.example/", "1")
    assert manners.followed(known, moved(""), NOON + 20 * DAY) == {}


def test_a_move_is_said_and_can_be_undone() -> None:
    """A person should write the new address down; what turns out to be no feed leads back to the old one."""
    known = {"etag": "1", **told(5, 2 * DAY)}
    assert "moved for good to https://b.example/" in manners.note(known)
    assert manners.followed(known, moved(""), NOON) == {"address": "https://b.example/"}
    assert manners.unmoved({**known, **told(2, DAY)}) == {"etag": "1"}
    assert manners.note({}) == ""

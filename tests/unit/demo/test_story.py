"""The story: the same at every telling, with everything in it that a monitor must cope with."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.model import Intent, Media, Tone
from listener.demo.item import Item, Story
from listener.demo.places import PLACES, X
from listener.demo.scenes_crisis import HOSTILE_TITLE
from listener.demo.story import BRAND, RIVAL, tell

ZONE = ZoneInfo("Europe/Amsterdam")
MORNING = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@cache
def told(until: datetime = MORNING, days: int = 90) -> Story:
    """A story, told once for all tests."""
    return tell(until, days)


def on(item: Item) -> date:
    """The local day of an item."""
    return item.at.astimezone(ZONE).date()


def brand_items(story: Story) -> list[Item]:
    """What really speaks of the brand."""
    return [item for item in story.items if BRAND in item.about]


def day_of(story: Story, day: date) -> list[Item]:
    """What was said on a local day."""
    return [item for item in story.items if on(item) == day]


def test_two_tellings_are_equal() -> None:
    """The world is deterministic: no clock, no hash seed, no chance."""
    assert tell(MORNING) == told()


def test_the_story_ends_yesterday_and_lasts_the_days_asked_for() -> None:
    """Every item lies within the full local days before the end."""
    story = told()
    assert story.last_on == date(2026, 11, 20)
    assert {on(item) for item in story.items} == {story.last_on - timedelta(days=back) for back in range(90)}
    assert story.items == tuple(sorted(story.items, key=lambda item: (item.at, item.id)))
    assert all(story.since <= item.at < story.until for item in story.items)


@settings(max_examples=12, deadline=None)
@given(st.dates(date(2025, 1, 1), date(2028, 12, 31)), st.integers(1, 130))
def test_any_end_and_length_makes_a_story(end: date, days: int) -> None:
    """Whatever weekday it ends on, and across both daylight-saving switches, the last day is a good day for a digest."""
    story = told(datetime.combine(end, time(6), UTC), days)
    last = [item for item in day_of(story, story.last_on) if BRAND in item.about or (item.namesake and "alerts" in item.places)]
    assert 12 <= len(last) <= 18
    assert len({item.id for item in story.items}) == len(story.items)


@pytest.mark.parametrize("days", [0, -3, 367])
def test_a_length_out_of_bounds_is_refused(days: int) -> None:
    """A story takes 1 to 366 days."""
    with pytest.raises(ValueError, match="1 to 366 days"):
        tell(MORNING, days)


def test_a_naive_end_is_refused() -> None:
    """Time is always aware."""
    with pytest.raises(ValueError, match="aware"):
        tell(datetime(2026, 11, 21))


def test_a_year_can_be_told() -> None:
    """The words last for the longest story."""
    texts = Counter(item.text for item in told(MORNING, 366).items if not item.story)
    assert texts.most_common(1)[0][1] == 1


def test_weekdays_are_busy_and_weekends_quiet() -> None:
    """Before the crisis a working day brings 5 to 8 items on average, a weekend day clearly fewer."""
    story = told()
    assert story.crisis_on is not None
    daily = Counter(on(item) for item in brand_items(story) if on(item) < story.crisis_on)
    days = [story.last_on - timedelta(days=back) for back in range(10, 90)]
    weekdays = [daily[day] for day in days if day.weekday() < 5 and day != story.quiet_on]
    weekend = [daily[day] for day in days if day.weekday() > 4]
    assert 5 <= sum(weekdays) / len(weekdays) <= 8
    assert sum(weekend) / len(weekend) < 3


def test_one_day_is_quiet() -> None:
    """On one weekday nobody speaks of the brand, although the places go on talking."""
    story = told()
    assert story.quiet_on is not None
    assert story.quiet_on.weekday() < 5
    assert not [item for item in day_of(story, story.quiet_on) if BRAND in item.about]
    assert day_of(story, story.quiet_on)


@pytest.mark.parametrize("later", range(7))
def test_complaints_about_triple_in_the_crisis(later: int) -> None:
    """The last ten days are worth an alert, on whatever weekday they end."""
    story = told(MORNING + timedelta(days=later))
    complaints = Counter(on(item) for item in brand_items(story) if item.intent is Intent.COMPLAINT)
    before = sum(complaints[story.last_on - timedelta(days=back)] for back in range(10, 90)) / 80
    during = sum(complaints[story.last_on - timedelta(days=back)] for back in range(10)) / 10
    assert 2.2 <= during / before <= 4.2
    thread = [item for item in story.items if item.story == "lead-times"]
    assert len(thread) == 7
    assert {item.language for item in thread} == {"en"}


def test_every_language_tone_intent_and_place_is_there() -> None:
    """About three quarters is Dutch, the rest English; every intent and every place occurs."""
    story = told()
    items = brand_items(story)
    dutch = sum(item.language == "nl" for item in items) / len(items)
    assert 0.65 <= dutch <= 0.85
    assert {item.intent for item in items} == set(Intent)
    assert {item.tone for item in items} == set(Tone) - {Tone.UNSURE}
    assert {place for item in story.items for place in item.places} == {*PLACES, X}
    assert {intent for item in items if item.language == "en" for intent in [item.intent]} == set(Intent)


def test_no_two_items_use_the_same_words_unless_reprinted() -> None:
    """Each text occurs once; reprints share a story."""
    by_text: dict[str, list[Item]] = {}
    for item in told().items:
        by_text.setdefault(item.text, []).append(item)
    reprints = [items for items in by_text.values() if len(items) > 1]
    assert {items[0].story for items in reprints} == {"sweden", "sorry"}
    for items in reprints:
        assert len(items) == 3
        assert len({on(item) for item in items}) == 1
        assert len({item.url.split("/")[2] for item in items}) == 3
        assert sum(" - " in item.title for item in items) == 1


def test_nothing_of_the_workshop_is_left_in_the_words() -> None:
    """No bracket, slot or doubled space remains; a post fits its place."""
    for item in told(MORNING, 366).items:
        words = f"{item.title} {item.text}".replace("<script>", "").replace("</script>", "")
        assert not re.search(r"[\[\]<>|]", words.removeprefix("Zwolse Courant |")), words
        assert "  " not in words.strip()
        assert len(item.text) <= 280 or item.places != (X,)
        assert item.title or item.places[0] in {X, "social"}


def test_what_speaks_of_the_brand_says_its_name_and_namesakes_do_not() -> None:
    """The truth is in the words: a query can find all of the one and none of the other."""
    name = re.compile(r"molenaar ?pompen", re.IGNORECASE)
    for item in told().items:
        named = bool(name.search(f"{item.title} {item.text}"))
        if item.namesake:
            assert not named
            assert item.about == ()
            assert "molenaar" in f"{item.title} {item.text}".lower()
        elif BRAND in item.about and (item.media is Media.EARNED or item.places != (X,)):
            assert named, item
        elif BRAND not in item.about:
            assert not named


def test_google_brings_a_namesake_now_and_then() -> None:
    """A vouching source is wrong sometimes, on the last day too."""
    story = told()
    wrong = [item for item in story.items if item.namesake and "alerts" in item.places]
    assert 3 <= len(wrong) <= 20
    assert story.last_on in {on(item) for item in wrong}


def test_the_brand_and_its_rival_speak_for_themselves() -> None:
    """Owned items lie on the brand's own domain or account; some complaints on X were answered, most were not."""
    story = told()
    own = [item for item in story.items if item.media is Media.OWNED and BRAND in item.about]
    assert all("molenaarpompen.example" in item.url or item.author.id == "2890417733" for item in own)
    assert [item for item in story.items if item.media is Media.OWNED and RIVAL in item.about]
    answered = {item.reply_to for item in own if item.reply_to}
    complaints = {item.id for item in story.items if item.intent is Intent.COMPLAINT and X in item.places}
    assert answered <= complaints
    assert 0.05 < len(answered) / len(complaints) < 0.5
    by_id = {item.id: item for item in story.items}
    assert all(item.at > by_id[item.reply_to].at for item in own if item.reply_to)


def test_the_last_day_has_all_that_a_digest_shows() -> None:
    """Several negative items, a reprint chain, a question, praise, a purchase signal, an own answer, both languages."""
    story = told()
    last = day_of(story, story.last_on)
    ours = [item for item in last if BRAND in item.about]
    assert sum(item.tone is Tone.NEGATIVE for item in ours) >= 5
    assert sum(item.story == "sorry" for item in ours) == 3
    assert {Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.PURCHASE} <= {item.intent for item in ours}
    assert {item.language for item in ours} == {"nl", "en"}
    assert [item for item in ours if item.media is Media.OWNED and item.reply_to]


def test_hard_titles_are_told() -> None:
    """An ampersand, accents, an emoji, a script and an encoded header all occur as titles."""
    titles = [item.title for item in told().items]
    assert titles.count(HOSTILE_TITLE) == 1
    assert [title for title in titles if "Van Dijk & Zn." in title]
    assert [title for title in titles if "Zoë" in title and "💧" in title]


def test_places_break_down_as_told() -> None:
    """One place is down for one whole day, another is broken from the day before the last on."""
    story = told()
    forum, banen = story.outages
    down_on = story.last_on - timedelta(days=33)
    assert (forum.place, forum.status, forum.since.astimezone(ZONE).date()) == ("forum", 503, down_on)
    assert story.outage("forum", forum.since) is forum
    assert story.outage("forum", forum.until) is None
    assert (banen.place, banen.status) == ("banen", 404)
    assert story.outage("banen", story.until) is banen
    assert story.outage("banen", story.until - timedelta(days=4)) is None
    assert [one.place for one in told(MORNING, 20).outages] == ["banen"]


def test_a_place_shows_the_newest_first_and_no_more_than_its_window() -> None:
    """Nothing of tomorrow is shown, and old items fall off the end."""
    story = told()
    noon = story.until - timedelta(days=5)
    shown = story.shown("courant", noon)
    assert len(shown) == PLACES["courant"].window
    assert shown == sorted(shown, key=lambda item: (item.at, item.id), reverse=True)
    assert shown[0].at <= noon
    assert story.shown("courant", story.since - timedelta(days=1)) == []


def test_no_item_is_missed_by_a_daily_visit() -> None:
    """Whoever comes once a day sees everything: windows are large enough, also after the day of the outage."""
    story = told()
    seen: dict[str, set[str]] = {place: set() for place in PLACES}
    for back in range(90):
        moment = datetime.combine(story.last_on - timedelta(days=back), time(23, 45), ZONE).astimezone(UTC)
        for place in PLACES:
            if not (place == "forum" and story.outage(place, moment)):
                seen[place] |= {item.id for item in story.shown(place, moment)}
    for place in PLACES:
        assert seen[place] == {item.id for item in story.items if place in item.places}


def test_told_selects_by_time_and_brand() -> None:
    """Since is inclusive, until exclusive; a brand's items are those that really speak of it."""
    story = told()
    first, last = story.items[0], story.items[-1]
    assert story.told(since=first.at, until=last.at)[0] == first
    assert last not in story.told(since=first.at, until=last.at)
    assert story.told(since=story.since, until=story.until, about=BRAND) == brand_items(story)


def test_ids_of_posts_carry_their_time() -> None:
    """A snowflake is unique and can be turned back into the second it was made."""
    posts = [item for item in told().items if X in item.places]
    assert len({post.snowflake for post in posts}) == len(posts)
    for post in posts:
        assert (post.snowflake >> 22) + 1_288_834_974_657 == int(post.at.timestamp()) * 1000
        assert post.url.endswith(str(post.snowflake))

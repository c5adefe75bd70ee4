"""A colleague in the fictional world, who sorts each working day what came in: the truth, a label at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listener.app import App
from listener.core.labels import NO, YES, Aspect, Label
from listener.core.model import Media
from listener.core.schedule import instant
from listener.demo.item import Item, Story
from listener.demo.story import BRAND

NAME = "Sanne"
# Reading an item, thinking, and saying what it is.
_EACH = timedelta(seconds=105)
_BEGIN = time(9, 10)
_SATURDAY = 5


def sort_what_came_in(app: App, story: Story, zone: ZoneInfo, *, since: date, until: date) -> int:
    """Label what was collected on the days in [since, until), each on the next working morning; how many mentions were sorted."""
    truth = {item.url: item for item in story.items} | {str(item.snowflake): item for item in story.items}
    handled = 0
    for day, begin, end in _mornings(since, until, zone):
        at = instant(day, _BEGIN, zone)
        labels: list[Label] = []
        for one in app.archive.collected(BRAND, since=begin, until=end):
            item = truth.get(one.entry.url) or truth.get(one.entry.guid) or truth.get(one.entry.link)
            if item is None or one.judged.mention.media is Media.OWNED:
                continue
            labels += _said(one.id, item, at)
            at += _EACH
            handled += 1
        app.archive.keep_labels(labels)
    return handled


def _mornings(since: date, until: date, zone: ZoneInfo) -> Iterator[tuple[date, datetime, datetime]]:
    """The working days on which something is sorted, each with the stretch whose items are new by then."""
    begin = since
    day = since + timedelta(days=1)
    while day <= until:
        if day.weekday() < _SATURDAY:
            yield day, instant(begin, time(0), zone), instant(day, time(0), zone)
            begin = day
        day += timedelta(days=1)


def _said(mention: int, item: Item, at: datetime) -> list[Label]:
    about = BRAND in item.about
    said = [(Aspect.ABOUT, YES if about else NO)]
    if about:
        said += [(Aspect.TONE, item.tone.value), (Aspect.INTENT, item.intent.value)]
    return [Label(mention=mention, aspect=aspect, value=value, by=NAME, at=at) for aspect, value in said]

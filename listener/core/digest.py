"""Composing a digest: a day's mentions in, a frozen snapshot out; what is worth reading, and what is left out, counted.

Thousands of mentions are counted and a handful is shown, so the counting goes by gists, and only what is listed is read whole.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from listener.core.kept import Gist, KeptMention
from listener.core.model import Brand, Intent, Media, Tone
from listener.core.report import Beginning, DayCount, Digest, DigestItem, Finding, LeftOut, SourceCoverage, ToneCount, Usual
from listener.core.schedule import STALE
from listener.core.stories import grouped, words
from listener.core.text import tidy
from listener.core.themes import Theme

EXCERPT = 280  # characters
# How long a complaint or a question is asked after, and how many of them are listed: more would push the news out of sight.
ANSWERABLE = timedelta(days=7)
WAITING = 5
_TITLE = 200
_NAME = 100
_CLAUSE = 120
_ENOUGH = 4  # times a limit is enough to cut from; an entry's text may be a whole book
_FEWEST_WEEKS = 2
_PRESSING = frozenset({Intent.COMPLAINT, Intent.QUESTION})
_LATEST = datetime.max.replace(tzinfo=UTC)  # to sort moments backwards by what is left to it
_Told = tuple[Gist, ...]  # a story, oldest said first; never empty


class Shelf(Protocol):
    """Where what is listed is read whole."""

    def whole(self, ids: Collection[int]) -> Mapping[int, KeptMention]:
        """These mentions, by their id; one that is gone is left out."""
        ...

    def outlets(self, ids: Collection[int]) -> Mapping[int, str]:
        """The outlets of these mentions, by their id."""
        ...

    def story_gists(self, story: int, *, until: datetime) -> Sequence[Gist]:
        """The mentions of a story that were collected before a moment, but for those put away."""
        ...


def compose(
    *,
    key: str,
    brand: Brand,
    on: date,
    since: datetime,
    until: datetime,
    timezone: str,
    language: str,
    mentions: Sequence[Gist],
    shelf: Shelf,
    week: Sequence[DayCount],
    same_weekdays: Sequence[DayCount],
    coverage: Sequence[SourceCoverage],
    cap: int,
    page: str,
    now: datetime,
    first_on: date | None = None,
    late: bool = False,
    tones: Collection[Tone] = (),
    told: Collection[int] = (),
    themes: Sequence[Theme] = (),
    pressing: Sequence[Gist] = (),
) -> Digest:
    """Make the digest of one local day, or several from `first_on` on, [since, until), from what was collected in it.

    `mentions` are all of the brand's, owned ones too (they are only counted); `same_weekdays` are the same weekday of earlier
    weeks, or the same days where there are several; `cap` is the most stories that are listed, and `tones` theirs (all when
    there are none). Numbers count earned mentions that were said in the week before the day or in it: older ones are counted
    apart, and so are those that a person says are not about the brand. Stories come negative complaints and questions first,
    then what is a complaint or negative, then the rest, each the most repeated first and then the newest.

    `told` are the stories that earlier digests listed: they only go on. `pressing` are mentions of the last days, those of this
    period among them, that may want an answer.
    """
    others = [one for one in mentions if one.media is Media.EARNED]
    said = [one for one in others if one.about]
    earned = [one for one in said if one.at >= since - STALE]
    stories = grouped(earned)
    new = [story for story in stories if not any(one.id in told or one.story in told for one in story)]
    asking = [story for story in _asking(pressing, min(since, until - ANSWERABLE)) if not tones or story[0].tone in tones]
    today = {name: story for story in stories for one in story for name in _names(one)}
    waiting = [_whole(story, today) for story in sorted(asking, key=_urgency)[: min(max(cap, 0), WAITING)]]
    above = {today[name][0].id for story in waiting for one in story for name in _names(one) if name in today}
    rest = [story for story in new if story[0].id not in above]
    listed = [story for story in rest if not tones or story[0].tone in tones]
    shown = sorted(listed, key=_urgency)[: max(cap, 0)]
    made = _items([*waiting, *shown], shelf)
    items = tuple(made[story[0].id] for story in shown if story[0].id in made)
    count = _tones(earned)
    return Digest(
        digest=key,
        brand=brand.key,
        brand_name=brand.name,
        on=on,
        since=since,
        until=until,
        timezone=timezone,
        language=language,
        finding=_finding(earned, coverage),
        tones=count,
        stories=len(stories),
        voices=_voices(earned),
        usual=_usual(same_weekdays),
        items=items,
        week=tuple(week),
        coverage=tuple(coverage),
        left_out=LeftOut(
            copies=sum(len(story) - 1 for story in new),
            owned=len(mentions) - len(others),
            not_about=len(others) - len(said),
            beyond=len(listed) - len(items),
            older=len(said) - len(earned),
            filtered=len(rest) - len(listed),
        ),
        page=page,
        composed_at=now,
        first_on=first_on,
        late=late,
        themes=tuple(themes) if count.negative else (),
        beginning=_beginning(stories, shelf, until),
        waiting=tuple(made[story[0].id] for story in waiting if story[0].id in made),
        waiting_in_all=len(asking),
        new_waiting=len(new) - len(rest),
        ongoing=len(stories) - len(new),
        ongoing_items=sum(len(story) for story in stories) - sum(len(story) for story in new),
    )


def one_line(text: str, limit: int) -> str:
    """Somebody else's words on one tidy line of at most `limit` characters, cut at a word where possible."""
    return _window(tidy(text[: _ENOUGH * limit]), 0, limit)


def _finding(earned: Sequence[Gist], coverage: Sequence[SourceCoverage]) -> Finding:
    heard = [one.was_heard for one in coverage]
    if earned:
        return Finding.NEWS  # something in hand proves that we could look
    if not any(heard):
        return Finding.BLIND
    return Finding.QUIET if all(heard) else Finding.PARTLY


def _tones(mentions: Sequence[Gist]) -> ToneCount:
    count = Counter(one.tone for one in mentions)
    return ToneCount(
        negative=count[Tone.NEGATIVE], neutral=count[Tone.NEUTRAL], positive=count[Tone.POSITIVE], unsure=count[Tone.UNSURE]
    )


def _voices(mentions: Sequence[Gist]) -> int:
    return len({one.voice for one in mentions})


def _usual(days: Sequence[DayCount]) -> Usual | None:
    heard = [day.tones for day in days if day.heard]
    if len(heard) < _FEWEST_WEEKS:
        return None
    counted = [day.voices for day in days if day.heard and day.voices is not None]
    return Usual(
        mentions=_middle([tones.total for tones in heard]),
        negative=_middle([tones.negative for tones in heard]),
        weeks=len(heard),
        voices=_middle(counted) if len(counted) == len(heard) else None,
    )


def _middle(counts: Sequence[int]) -> int:
    # Half is rounded up: a median of 5.5 that is shown as 5 would make a day look busier than it is.
    return int(statistics.median(counts) + 0.5)


def _urgency(story: _Told) -> tuple[int, int, timedelta, int]:
    first = story[0]
    rank = 2
    if first.tone is Tone.NEGATIVE:
        rank = 0 if first.intent in _PRESSING else 1
    elif first.intent is Intent.COMPLAINT:
        rank = 1  # a complaint whose tone is unsure still wants to be read
    return rank, -len(story), _LATEST - first.at, first.id


def _asking(mentions: Sequence[Gist], since: datetime) -> list[_Told]:
    """The complaints and questions among these that were said since then and that nobody says to be answered, by story."""
    return grouped(
        [
            one
            for one in mentions
            if one.intent in _PRESSING and one.answered is not True and one.about and one.media is Media.EARNED and since <= one.at
        ]
    )


def _names(one: Gist) -> tuple[int, int]:
    return one.id, one.story or one.id


def _whole(asking: _Told, today: Mapping[int, _Told]) -> _Told:
    """A story that waits for an answer, with everything that the period brought of it behind the mention that asks."""
    mine = {name for one in asking for name in _names(one) if name in today}
    whole = {today[name][0].id: today[name] for name in mine}
    told = [one for story in whole.values() for one in story]
    others = {one.id: one for one in (*asking, *told) if one.id != asking[0].id}
    return (asking[0], *sorted(others.values(), key=lambda one: (one.at, one.id)))


def _beginning(stories: Sequence[_Told], shelf: Shelf, until: datetime) -> Beginning | None:
    """Where the biggest negative story began, which may be days before; None where there is none, or one mention is all of it."""

    def size(story: _Told) -> tuple[int, int, timedelta]:
        return sum(one.tone is Tone.NEGATIVE for one in story), len(story), _LATEST - story[0].at

    biggest = max(stories, key=size, default=None)
    if biggest is None or not size(biggest)[0]:
        return None
    earlier = shelf.story_gists(biggest[0].story, until=until) if biggest[0].story else ()
    counted = [one for one in earlier if one.about and one.media is Media.EARNED]
    whole = {one.id: one for one in (*counted, *biggest)}
    begun = min(whole.values(), key=lambda one: (one.at, one.id)).id
    first = shelf.whole([begun]).get(begun)
    if len(whole) == 1 or first is None:
        return None
    return Beginning(
        mention=first.id,
        outlet=one_line(first.outlet, _NAME),
        kind=first.kind,
        link=first.entry.link,
        at=first.at,
        dated=first.entry.published_at is not None,
        items=len(whole),
        outlets=len({outlet.casefold() for outlet in shelf.outlets(list(whole)).values()}),
    )


def _items(stories: Sequence[_Told], shelf: Shelf) -> dict[int, DigestItem]:
    """The items of these stories, by the id of the mention that stands for each; one that went meanwhile has none."""
    whole = shelf.whole([story[0].id for story in stories])
    outlets = shelf.outlets([one.id for story in stories for one in story])
    return {first.id: _item(first, story, outlets) for story in stories if (first := whole.get(story[0].id)) is not None}


def _item(kept: KeptMention, story: _Told, outlets: Mapping[int, str]) -> DigestItem:
    mention, judgement, entry = kept.judged.mention, kept.judged.judgement, kept.entry
    title, outlet = one_line(entry.title, _TITLE), one_line(entry.outlet, _NAME)
    others = {name.casefold(): name for one in reversed(story) if (name := one_line(outlets.get(one.id, ""), _NAME))}
    others.pop(outlet.casefold(), None)
    return DigestItem(
        mention=kept.id,
        title=title,
        excerpt=_excerpt(kept, title),
        outlet=outlet,
        kind=kept.kind,
        link=entry.link,
        at=kept.at,
        dated=entry.published_at is not None,
        tone=kept.tone,
        intent=kept.intent,
        language=judgement.language,
        clause=one_line(mention.clause, _CLAUSE),
        media=mention.media,
        also=tuple(reversed(others.values())),
        copies=len(story) - 1,
        tone_by=kept.labels.tone.by if kept.labels.tone else None,
        intent_by=kept.labels.intent.by if kept.labels.intent else None,
        voices=_voices(story),
    )


def _excerpt(kept: KeptMention, title: str) -> str:
    """The words that prove the mention, else the entry's first words; "" where they only repeat the title."""
    mention = kept.judged.mention
    start = mention.spans[0][0] if mention.spans else 0
    said = " ".join(words(title))
    for text, place in ((mention.excerpt, start), (mention.entry.text[: _ENOUGH * EXCERPT], 0)):
        line = tidy(text)
        at = len(tidy(text[:place]))
        if title and line[: len(title)].casefold() == title.casefold():
            rest = line[len(title) :].lstrip(" .,:;|…-")
            line, at = rest, max(0, at - (len(line) - len(rest)))
        found = " ".join(words(line))
        if found and found not in said:
            return _window(line, at, EXCERPT)
    return ""


def _window(text: str, place: int, limit: int) -> str:
    """At most `limit` characters of a line, around `place`, cut between words, with an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    begin = 0
    if place > limit * 2 // 3:
        begin = min(place - limit // 3, len(text) - limit + 1)
        begin = text.find(" ", begin, place) + 1 or begin
    end = begin + limit - (begin > 0)
    if end < len(text):
        end -= 1
        space = text.rfind(" ", begin + limit // 2, end + 1)
        end = space if space > 0 else end
    return ("…" if begin else "") + text[begin:end].strip() + ("…" if end < len(text) else "")

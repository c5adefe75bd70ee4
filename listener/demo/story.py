"""The story of Molenaar Pompen, a fictional pump maker in Zwolle: who said what, where and when, the same at every telling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from listener.core.model import Author, Intent, Media, Tone
from listener.core.values import dataclass
from listener.demo import scenes_beside as beside
from listener.demo import scenes_crisis as crisis
from listener.demo import scenes_dutch, scenes_english
from listener.demo import scenes_press as press
from listener.demo.item import Item, Outage, Story
from listener.demo.people import JOURNALISTS, OWN_ACCOUNT, RIVAL_ACCOUNT, people, somebody
from listener.demo.phrases import Deck, speak
from listener.demo.places import PLACES, X

__all__ = ["BRAND", "RIVAL", "Item", "Outage", "Story", "tell"]

BRAND = "molenaar"  # keys of the two brands' files
RIVAL = "hydrovalk"

_ZONE = ZoneInfo("Europe/Amsterdam")
_SEED = 19_531_201
_X_LENGTH = 280
_LONGEST = 366  # days
_TRIES = 400
_FORUM_DOWN = 33  # full days before the last one; so are the next
_QUIET = 22
_BANEN_DOWN = 1

_SPEAKS = re.compile(r"molenaar ?pompen", re.IGNORECASE)  # also in @molenaarpompen and molenaarpompen.example
_SLUG = re.compile(r"[^a-z0-9]+")
_SLOTS: Mapping[str, Mapping[str, Sequence[str]]] = {"nl": scenes_dutch.SLOTS, "en": scenes_english.SLOTS}
_POSTS = {"nl": scenes_dutch.POSTS, "en": scenes_english.POSTS}
_THREADS = {"nl": scenes_dutch.THREADS, "en": scenes_english.THREADS}
_ON_X = ("Molenaar Pompen", "Molenaar Pompen", "@molenaarpompen", "@molenaarpompen", "Molenaarpompen")
_OUTLETS = {
    "nl": ("installatiewereld.example", "overijsselvandaag.example", "agrarischnieuws.example", "bouwblik.example"),
    "en": ("processpost.example", "northseatrade.example"),
}
_ENGLISH = 0.26  # share of the brand's items
_TONES = {Intent.COMPLAINT: Tone.NEGATIVE, Intent.PRAISE: Tone.POSITIVE}
# How often each thing is said on an ordinary day, and where: shares, not chances.
_TALK: Mapping[str, float] = {
    Intent.COMPLAINT: 2.9, Intent.QUESTION: 2.6, Intent.PRAISE: 2.6, "press": 1.5,
    Intent.PURCHASE: 1.1, Intent.JOB: 0.9, Intent.OTHER: 1.4, "own": 0.9,
}  # fmt: skip
_WHERE: Mapping[tuple[str, str], Mapping[str, float]] = {
    (Intent.COMPLAINT, "nl"): {"forum": 4, X: 4, "social": 1.5, "blog": 0.4},
    (Intent.QUESTION, "nl"): {"forum": 5, X: 3, "social": 2},
    (Intent.PRAISE, "nl"): {"forum": 2.5, X: 4, "social": 2.5, "blog": 1},
    (Intent.PURCHASE, "nl"): {"forum": 3, X: 3, "social": 1},
    (Intent.JOB, "nl"): {"banen": 5, X: 1, "social": 1},
    (Intent.OTHER, "nl"): {"forum": 1, X: 3, "social": 3, "blog": 0.7},
    ("press", "nl"): {"vakblad": 4, "courant": 3, "alerts": 3},
    ("own", "nl"): {"nieuws": 2, X: 3},
    (Intent.COMPLAINT, "en"): {"pumptalk": 4, X: 4},
    (Intent.QUESTION, "en"): {"pumptalk": 4, X: 3},
    (Intent.PRAISE, "en"): {"pumptalk": 3, X: 4},
    (Intent.PURCHASE, "en"): {"pumptalk": 2, X: 2},
    (Intent.JOB, "en"): {X: 1},
    (Intent.OTHER, "en"): {"pumptalk": 1, X: 3},
    ("press", "en"): {"weekly": 3, "alerts": 1},
    ("own", "en"): {"nieuws": 2, X: 3},
}


def tell(until: datetime, days: int = 90) -> Story:
    """Tell the story of the `days` full local days (Europe/Amsterdam) before `until`; the same story at every telling.

    The last ten days are a crisis, and the last full day is scripted: a day for a digest. Raises ValueError for a naive `until`
    or a number of days outside 1 to 366.
    """
    if until.tzinfo is None:
        raise ValueError("until must be aware")
    if not 1 <= days <= _LONGEST:
        raise ValueError(f"a story takes 1 to {_LONGEST} days")
    last = until.astimezone(_ZONE).date() - timedelta(days=1)
    teller = _Teller(last, days)
    for ago in reversed(range(days)):
        teller.tell_day(ago)
    items = tuple(sorted(teller.items, key=lambda item: (item.at, item.id)))
    first = last - timedelta(days=days - 1)
    outages = [
        Outage(
            place="banen",
            since=_at(last - timedelta(days=_BANEN_DOWN), time()),
            until=_at(last + timedelta(days=3650), time()),
            status=404,
        )
    ]
    if days > _FORUM_DOWN:
        down = last - timedelta(days=_FORUM_DOWN)
        outages.insert(0, Outage(place="forum", since=_at(down, time()), until=_at(down + timedelta(days=1), time()), status=503))
    return Story(
        since=_at(first, time()),
        until=until,
        items=items,
        last_on=last,
        crisis_on=max(first, last - timedelta(days=crisis.DAYS - 1)),
        quiet_on=teller.quiet_on,
        outages=tuple(outages),
        windows={key: place.window for key, place in PLACES.items()},
    )


def _at(on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, _ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """Words before they have a place and a time."""

    title: str
    text: str
    tone: Tone


class _Teller:
    """Tells one day after the other, never the same words twice."""

    def __init__(self, last: date, days: int) -> None:
        self.items: list[Item] = []
        self._last = last
        self._rng = Random(_SEED)  # noqa: S311 - a told story, not a secret
        self._decks: dict[tuple[str, ...], Deck[press.Article]] = {}
        self._said: set[str] = set()
        self._people = {language: people(language, self._rng) for language in ("nl", "en")}
        midweek = [ago for ago in range(_QUIET, min(days, _QUIET + 7)) if self._on(ago).weekday() in {1, 2, 3}]
        self.quiet_on = self._on(midweek[0]) if midweek else None

    def tell_day(self, ago: int) -> None:
        """Everything that is said on the day `ago` full days before the last."""
        self._fixed(ago)
        if ago and self._on(ago) != self.quiet_on:
            self._about_the_brand(ago)
        self._beside(ago)

    def _on(self, ago: int) -> date:
        return self._last - timedelta(days=ago)

    def _moment(self, ago: int, first: int, last: int) -> datetime:
        second = self._rng.randrange(first * 3600, last * 3600)
        return _at(self._on(ago), time(second // 3600, second // 60 % 60, second % 60))

    def _about_the_brand(self, ago: int) -> None:
        weekday = self._on(ago).weekday()
        low, high = {5: (2, 4), 6: (1, 3)}.get(weekday, (5, 8))
        topics = self._rng.choices(list(_TALK), list(_TALK.values()), k=self._rng.randint(low, high))
        for topic in topics:
            if topic in {"press", "own", Intent.JOB} and weekday > 4:
                continue  # offices are closed
            language = "en" if self._rng.random() < _ENGLISH else "nl"
            self._say(ago, topic, language)
        if ago < crisis.DAYS:
            angry = 1 if weekday > 4 else self._rng.randint(1, 2)
            for _ in range(angry):
                self._say(ago, "crisis", "en" if self._rng.random() < _ENGLISH else "nl")
        for day, text in crisis.THREAD_ENGLISH:
            if day == ago:
                title = crisis.LEAD_TIMES if day == crisis.THREAD_ENGLISH[0][0] else f"Re: {crisis.LEAD_TIMES}"
                said = _Said(title=title, text=text, tone=Tone.NEGATIVE)
                self._put(said, "pumptalk", self._moment(ago, 8, 20), "en", intent=Intent.COMPLAINT, story="lead-times")

    def _say(self, ago: int, topic: str, language: str) -> None:
        intent = Intent.COMPLAINT if topic == "crisis" else Intent(topic) if topic in set(Intent) else Intent.OTHER
        where = _WHERE[intent if topic == "crisis" else topic, language]
        place = self._rng.choices(list(where), list(where.values()))[0]
        if place == "banen" and ago <= _BANEN_DOWN:
            place = X
        at = self._moment(ago, 7, 22) if topic not in {"press", "own"} else self._moment(ago, 8, 17)
        said = self._words(self._cards(topic, intent, language, place), language, place)
        media = Media.OWNED if topic == "own" else Media.EARNED
        if topic == "press" or place == "banen":
            self._publish(said, place, at, language, Intent.JOB if topic == Intent.JOB else Intent.OTHER)
            return
        item = self._put(said, place, at, language, intent=intent, media=media)
        if place == X and intent is Intent.COMPLAINT:
            self._perhaps_answer(item, 0.1 if ago < crisis.DAYS else 0.3)

    def _cards(self, topic: str, intent: Intent, language: str, place: str) -> Deck[press.Article]:
        short = place in {X, "social"}
        key = (topic, language, "short" if short else place if topic == Intent.JOB else "long")
        if key not in self._decks:
            tone = _TONES.get(intent, Tone.NEUTRAL)
            cards: Sequence[press.Article]
            if topic == "press":
                cards = press.DUTCH if language == "nl" else press.ENGLISH
            elif topic == "own":
                cards = [press.Article("", text, Tone.POSITIVE) for text in press.OWN_POSTS] if short else press.OWN_NEWS
            elif place == "banen":
                cards = press.JOBS_DUTCH
            elif topic == "crisis" and short:
                cards = [
                    press.Article("", text, tone) for text in (crisis.POSTS_DUTCH if language == "nl" else crisis.POSTS_ENGLISH)
                ]
            elif topic == "crisis" and language == "nl":
                cards = [press.Article(title, text, tone) for title, text in crisis.THREADS_DUTCH]
            elif short:
                cards = [press.Article("", text, tone) for text in _POSTS[language][intent]]
            else:
                cards = [press.Article(title, text, tone) for title, text in _THREADS[language][intent]]
            self._decks[key] = Deck(cards, self._rng)
        return self._decks[key]

    def _words(self, deck: Deck[press.Article], language: str, place: str, address: str = "") -> _Said:
        slots = dict(_SLOTS[language])
        if place == X:
            slots["M"] = _ON_X
        for attempt in range(_TRIES + 1):
            card = deck.deal()
            title, text = (line[:1].upper() + line[1:] for line in speak((card.title, card.text), self._rng, slots))
            text = address + text
            fresh = text not in self._said or attempt == _TRIES  # when the words run out, people repeat themselves
            if fresh and (place != X or len(text) <= _X_LENGTH):
                break
        self._said.add(text)
        return _Said(title=title, text=text, tone=card.tone)

    def _publish(self, said: _Said, place: str, at: datetime, language: str, intent: Intent) -> None:
        """Print an article; Google finds some of the Dutch ones too, and those of outlets that have no feed here."""
        site = self._rng.choice(_OUTLETS[language]) if place == "alerts" else ""
        if site and self._rng.random() < 0.4:
            said = replace(said, title=f"{said.title} - {site.split('.')[0].capitalize()}")
        also = ("alerts",) if place in {"vakblad", "courant"} and self._rng.random() < 0.35 else ()
        self._put(said, place, at, language, intent=intent, site=site, also=also)

    def _perhaps_answer(self, item: Item, chance: float) -> None:
        at = item.at + timedelta(minutes=self._rng.randint(25, 1500))
        on = at.astimezone(_ZONE).date()
        if self._rng.random() >= chance or on >= self._last or on == self.quiet_on:
            return
        lines = press.OWN_REPLIES_DUTCH if item.language == "nl" else press.OWN_REPLIES_ENGLISH
        key = ("answer", item.language)
        self._decks.setdefault(key, Deck([press.Article("", line) for line in lines], self._rng))
        said = self._words(self._decks[key], item.language, X, f"@{item.author.handle} ")
        self._put(said, X, at, item.language, media=Media.OWNED, answers=item)

    def _fixed(self, ago: int) -> None:
        said_today: dict[str, Item] = {}
        for one in crisis.FIXED:
            if one.ago != ago:
                continue
            answers = said_today.get(one.answers)
            text = f"@{answers.author.handle} {one.text}" if answers else one.text
            self._said.add(text)
            said_today[one.clock] = self._put(
                _Said(title=one.title, text=text, tone=one.tone),
                one.place,
                _at(self._on(ago), time.fromisoformat(one.clock)),
                one.language,
                intent=one.intent,
                media=one.media,
                site=one.site,
                also=one.also,
                story=one.story,
                namesake=one.namesake,
                answers=answers,
            )

    def _beside(self, ago: int) -> None:
        weekend = self._on(ago).weekday() > 4
        for place, (language, articles, on_weekdays, on_weekend) in beside.BESIDE.items():
            for _ in range(self._count(on_weekend if weekend else on_weekdays)):
                self._aside(ago, ("beside", place), articles, place, language)
        for _ in range(self._count(0.5 if weekend else 1.1)):
            self._aside(ago, ("social",), [press.Article("", text) for text in beside.SOCIAL], "social")
        self._namesakes(ago)
        if not weekend:
            self._rival(ago)

    def _namesakes(self, ago: int) -> None:
        for _ in range(self._count(0.25)):
            self._aside(ago, ("namesake",), beside.NAMESAKES, "courant", namesake=True)
        if ago and self._rng.random() < 0.11:
            self._aside(ago, ("namesake",), beside.NAMESAKES, "alerts", namesake=True)
        for _ in range(self._count(0.3)):
            self._aside(ago, ("namesake", X), [press.Article("", text) for text in beside.NAMESAKE_POSTS], X, namesake=True)

    def _rival(self, ago: int) -> None:
        for _ in range(self._count(0.28)):
            self._aside(ago, ("rival", "nieuws"), beside.RIVAL_NEWS, "rival-nieuws")
        for _ in range(self._count(0.35)):
            self._aside(ago, ("rival", "press"), beside.RIVAL_PRESS, "rival-alerts")
        for _ in range(self._count(0.9)):
            self._aside(ago, ("rival", X), [press.Article("", text) for text in beside.RIVAL_POSTS], X)

    def _count(self, mean: float) -> int:
        whole = int(mean)
        return whole + (self._rng.random() < mean - whole)

    def _aside(
        self,
        ago: int,
        key: tuple[str, ...],
        articles: Sequence[press.Article],
        place: str,
        language: str = "nl",
        *,
        namesake: bool = False,
    ) -> None:
        deck = self._decks.setdefault(key, Deck(articles, self._rng))
        said = self._words(deck, language, place)
        site = self._rng.choice(_OUTLETS[language]) if place in {"alerts", "rival-alerts"} else ""
        media = Media.OWNED if place == "rival-nieuws" else Media.EARNED
        self._put(said, place, self._moment(ago, 7, 22), language, site=site, media=media, namesake=namesake)

    def _put(
        self,
        said: _Said,
        place: str,
        at: datetime,
        language: str,
        *,
        intent: Intent = Intent.OTHER,
        media: Media = Media.EARNED,
        site: str = "",
        also: tuple[str, ...] = (),
        story: str = "",
        namesake: bool = False,
        answers: Item | None = None,
    ) -> Item:
        words = f"{said.title}\n{said.text}"
        own = media is Media.OWNED and place != "rival-nieuws"
        ours = own or (not namesake and bool(_SPEAKS.search(words)))
        about = (*((BRAND,) if ours else ()), *((RIVAL,) if "Hydrovalk" in words else ()))
        serial = len(self.items) + 1
        item = Item(
            id=f"m{serial:05d}",
            places=(place, *also),
            at=at,
            title=said.title,
            text=said.text,
            author=self._author(place, language, media, site),
            language=language,
            url="",
            about=about,
            tone=said.tone,
            intent=intent,
            media=media,
            story=story,
            reply_to=answers.id if answers else "",
            namesake=namesake,
        )
        item = replace(item, url=_address(item, place, site or (PLACES[place].site if place in PLACES else ""), serial))
        self.items.append(item)
        return item

    def _author(self, place: str, language: str, media: Media, site: str) -> Author:
        if media is Media.OWNED:
            return RIVAL_ACCOUNT if place == "rival-nieuws" else OWN_ACCOUNT
        if place in {"courant", "banen"} or site:
            return Author(name="Redactie")
        if place in JOURNALISTS:
            return Author(name=self._rng.choice(JOURNALISTS[place]))
        return somebody(self._people[language], self._rng)


def _address(item: Item, place: str, site: str, serial: int) -> str:
    if place == X:
        return f"https://x.com/i/status/{item.snowflake}"
    if place == "social":
        return f"https://{site}/@{item.author.handle}/{112_000_000_000_000_000 + serial * 7_368_787}"
    plain = unicodedata.normalize("NFKD", item.title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(_SLUG.sub("-", plain).strip("-").split("-")[:8])
    return f"https://{site}/{slug}-{serial}"

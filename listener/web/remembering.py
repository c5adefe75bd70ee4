"""What the archive answered, for as long as nothing that it was made of changes.

A visit to a source changes something of one brand, from a day on that is mostly today. So each answer is kept with what it was
made of: which brand, what of it (core.pulse.Felt), and until which moment it counts. When the archive's pulse (core.ports.Browsing)
moves, the archive says what moved, and only answers made of that are asked anew. So nobody ever reads an old number; only the hour
of a source's next visit may be as old as the visit before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial, wraps
from inspect import Signature, signature
from threading import Lock
from typing import Any, TypeVar, cast

from starlette.responses import Response

from listener.core.finding import Wanted
from listener.core.kept import KeptMention
from listener.core.ports import Archive
from listener.core.pulse import Felt
from listener.core.visits import LedgerDay, SourceState
from listener.core.volume import BrandVolume
from listener.web.freshness import Answers, Changes, Made

_MOST = 512  # answers that may be long lists
_MOST_DAYS = 16_384  # answers about one day of a brand or of its sources
_MOST_PAGES = 256  # of some 25 kB

# What costs more to ask than to remember, and what of a brand each is made of.
_DEAR: Mapping[str, frozenset[Felt]] = {
    "count_found": frozenset({Felt.SAID}),
    "coverage": frozenset({Felt.HEARD}),
    "find": frozenset({Felt.SAID}),
    "kept_digest": frozenset(),
    "kept_digests": frozenset({Felt.SENT}),
    "kinds": frozenset(),
    "mentions": frozenset({Felt.SAID}),
    "near_misses": frozenset({Felt.NEAR}),
    "story_volumes": frozenset({Felt.SAID}),
    "themes": frozenset({Felt.SENT}),
}
# Questions about days, each of which is an answer by itself: of those that are over, most never change again.
_BY_DAY: Mapping[str, frozenset[Felt]] = {
    "days": frozenset({Felt.SAID, Felt.HEARD}),
    "ledger": frozenset({Felt.HEARD}),
    "trend": frozenset({Felt.SAID, Felt.HEARD}),
}
# What may change without a pulse, and is the same within one request.
_ONCE = frozenset({"brands"})
_WELL = 200  # the status of a page that is what was asked for
_NOTHING = Made(None, frozenset())

T = TypeVar("T")
_Bounds = tuple[date, datetime, datetime]


@dataclass(slots=True)
class _Request:
    """One request: the pulse that it felt, and what it asked only once."""

    at: int | None = None
    once: dict[Hashable, Any] = field(default_factory=dict)
    made: list[Made] | None = None  # what its page is made of, as far as it has come
    is_fleeting: bool = False  # it asked what nothing tells when it changes


class Remembering:
    """Stands before an archive, and remembers what it answered to dear questions.

    A page is made in a context of its own (Starlette's thread pool copies it), so what a context holds is a request's.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._lists, self._days, self._pages = Answers(_MOST), Answers(_MOST_DAYS), Answers(_MOST_PAGES)
        self._signatures: dict[str, Signature] = {}
        self._lock = Lock()
        self._feeling = Lock()
        self._pulse: Hashable = None
        self._changes = Changes()
        self._mine: ContextVar[_Request | None] = ContextVar("request", default=None)

    def __getattr__(self, name: str) -> Any:
        """A question: asked as it is, or answered from memory."""
        found = getattr(self._archive, name)
        if name in _ONCE:
            return lambda: self._once(name)
        if name in _DEAR:
            return self._remembered(name, found)
        self._request().is_fleeting = True
        return found

    def page(self, key: Hashable, make: Callable[[], Response]) -> Response:
        """A page as it was made before, if all that it was made of stands, else as it is made now; `key` is what else it hangs on.

        It is made of what it asks this archive meanwhile. One that asks for what nothing tells when it changes is made each time.
        """
        now, brands = self._felt(), tuple(self._once("brands"))
        with self._lock:
            known = self._pages.find(key)
            if known is not None and known[2][0] == brands and all(self._changes.stands(known[0], one) for one in known[2][1]):
                return copy(cast("Response", known[2][2]))
        mine = self._request()
        mine.made, mine.is_fleeting = [], False
        answer = make()
        made = tuple(dict.fromkeys(mine.made))
        if not mine.is_fleeting and answer.status_code == _WELL:
            with self._lock:
                self._pages.keep(key, now, _NOTHING, (brands, made, copy(answer)))
        return answer

    def mention(self, id: int) -> KeptMention | None:  # noqa: A002 - the port's word
        """A mention, asked for once in a request: all that is said of it asks whether it may be seen."""
        mine = self._request()
        mine.is_fleeting = True
        if ("mention", id) not in mine.once:
            mine.once["mention", id] = self._archive.mention(id)
        return cast("KeptMention | None", mine.once["mention", id])

    def days(self, brand: str, bounds: Sequence[_Bounds]) -> Sequence[Any]:
        """Days, each remembered by itself."""
        return self._each_day("days", (), bounds, brand, lambda some: self._archive.days(brand, some))

    def trend(self, brand: str, bounds: Sequence[_Bounds]) -> Sequence[Any]:
        """The same."""
        return self._each_day("trend", (), bounds, brand, lambda some: self._archive.trend(brand, some))

    def ledger(
        self, bounds: Sequence[_Bounds], sources: Sequence[str] | None = None, *, brand: str | None = None
    ) -> Sequence[LedgerDay]:
        """The ledger's days, each remembered by itself."""

        def ask(some: Sequence[_Bounds]) -> Sequence[Sequence[LedgerDay]]:
            found: dict[date, list[LedgerDay]] = defaultdict(list)
            for day in self._archive.ledger(some, sources, brand=brand):
                found[day.on].append(day)
            return [found[on] for on, _, _ in some]

        which = None if sources is None else tuple(sources)
        days = self._each_day("ledger", (which,), bounds, brand, ask)
        return sorted((day for some in days for day in some), key=lambda day: (day.source, day.on))

    def states(self, keys: Iterable[str] | None = None, *, brand: str | None = None) -> Sequence[SourceState]:
        """The sources; where all are asked for, only those of brands of which one was visited are asked for anew."""
        if keys is None and brand is not None:
            made = Made(brand, frozenset({Felt.HEARD}))
            return self._kept(("states", brand), made, lambda: list(self._archive.states(brand=brand)))[1]
        if keys is not None:
            self._request().is_fleeting = True
            return self._archive.states(list(keys), brand=brand)
        mine = frozenset({Felt.HEARD})
        whole = self._kept(("states",), Made(None, frozenset()), lambda: list(self._archive.states()))
        fresh: dict[str, SourceState] = {}
        with self._lock:
            brands = dict.fromkeys(state.source.brand for state in whole[1])
            visited = [key for key in brands if not self._changes.stands(whole[0], Made(key, mine))]

        def ask(key: str) -> list[SourceState]:
            return list(self._archive.states(brand=key))

        for key in visited:
            fresh |= {state.source.key: state for state in self._kept(("states", key), Made(key, mine), partial(ask, key))[1]}
        self._note(Made(None, mine))
        return [fresh.get(state.source.key, state) for state in whole[1]]

    def volumes(self, *, since: datetime, until: datetime, brands: Iterable[str] | None = None) -> Sequence[BrandVolume]:
        """Brands side by side, each remembered by itself."""
        keys = sorted(brands) if brands is not None else sorted(brand.key for brand in self._once("brands"))
        felt = frozenset({Felt.SAID})

        def ask(places: Sequence[int]) -> Sequence[BrandVolume | None]:
            some = [keys[place] for place in places]
            known = {one.brand: one for one in self._archive.volumes(since=since, until=until, brands=some)}
            return [known.get(key) for key in some]

        found = self._several([(("volumes", key, since, until), Made(key, felt, until)) for key in keys], ask)
        return [one for one in found if one is not None]

    def _each_day(
        self,
        name: str,
        which: tuple[Hashable, ...],
        bounds: Sequence[_Bounds],
        brand: str | None,
        ask: Callable[[Sequence[_Bounds]], Sequence[Any]],
    ) -> list[Any]:
        return self._several(
            [((name, which, brand, bound), Made(brand, _BY_DAY[name], bound[2])) for bound in bounds],
            lambda places: ask([bounds[place] for place in places]),
        )

    def _once(self, name: str) -> Any:
        mine = self._request()
        if name not in mine.once:
            mine.once[name] = getattr(self._archive, name)()
        return mine.once[name]

    def _request(self) -> _Request:
        mine = self._mine.get()
        if mine is None:
            mine = _Request()
            self._mine.set(mine)
        return mine

    def _felt(self) -> int:
        """The moment that this request is at: what is asked from here on is as new as the pulse that it felt."""
        mine = self._request()
        if mine.at is None:
            # One after the other, so that no pulse is taken for newer than one that was felt after it.
            with self._feeling:
                pulse = self._archive.pulse()
                if pulse != self._pulse:
                    moved = self._archive.moved(self._pulse, pulse)
                    with self._lock:
                        self._changes.feel(moved)
                    self._pulse = pulse
                mine.at = self._changes.now
        return mine.at

    def _several(self, wanted: Sequence[tuple[Hashable, Made]], ask: Callable[[Sequence[int]], Sequence[Any]]) -> list[Any]:
        """Answers to questions of which those not known are asked together, by their places."""
        now = self._felt()
        self._note(*(made for _, made in wanted))
        with self._lock:
            known = [self._known(self._days, key) for key, _ in wanted]
        places = [place for place, one in enumerate(known) if one is None]
        answers = [None if one is None else one[1] for one in known]
        if places:
            asked = ask(places)
            with self._lock:
                for place, answer in zip(places, asked, strict=True):
                    answers[place] = answer
                    self._days.keep(wanted[place][0], now, wanted[place][1], answer)
        return answers

    def _kept(self, key: Hashable, made: Made, ask: Callable[[], T]) -> tuple[int, T]:
        """An answer, and the moment from which it is."""
        now = self._felt()
        self._note(made)
        with self._lock:
            known = self._known(self._lists, key)
        if known is None:
            known = now, ask()
            with self._lock:
                self._lists.keep(key, now, made, known[1])
        return known

    def _note(self, *made: Made) -> None:
        """What is asked within a page is what the page is made of."""
        page = self._request().made
        if page is not None:
            page.extend(made)

    def _known(self, answers: Answers, key: Hashable) -> tuple[int, Any] | None:
        known = answers.find(key)
        return (known[0], known[2]) if known is not None and self._changes.stands(known[0], known[1]) else None

    def _remembered(self, name: str, found: Callable[..., Any]) -> Callable[..., Any]:
        asked = self._signatures.get(name) or self._signatures.setdefault(name, signature(found))

        @wraps(found)  # whoever cuts questions to what somebody may see reads their signature
        def ask(*given: Any, **named: Any) -> Any:
            bound = asked.bind(*given, **named)
            bound.apply_defaults()
            about = bound.arguments
            wanted = about.get("wanted")
            brand = wanted.brand if isinstance(wanted, Wanted) else about.get("brand")
            until = about.get("until") if isinstance(about.get("until"), datetime) else None
            key = (name, *(_fixed(value) for value in about.values()))
            return self._kept(key, Made(brand, _DEAR[name], until), lambda: found(*given, **named))[1]

        return ask


def _fixed(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, list) else cast("Hashable", value)

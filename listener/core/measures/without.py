"""Without you: who begins the conversation, what complaints exist that nobody of the brand provoked, and how long they wait."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import partial

from listener.core.dossier import Measure, Phrase, Unit
from listener.core.labels import Aspect
from listener.core.measures.grounds import Grounds
from listener.core.model import Intent
from listener.core.observed import Party, Reply
from listener.core.saying import figure, say
from listener.core.statistics.interval import Interval
from listener.core.statistics.rates import tail
from listener.core.statistics.shares import newcombe, wilson
from listener.core.statistics.survival import Curve, kaplan_meier
from listener.core.tellings import COMPLAINT
from listener.core.values import dataclass

_BEFORE = 30 * 86_400  # seconds: an own post in the same kind of place in so long before is taking part there
_NEVER_BY_CHANCE = 0.001
_FEW = 20  # voices, below which a difference says nothing
TRIVIAL = say(
    "U hebt geen eigen accounts: dit aandeel is per definitie 100% en bewijst niets. Alleen aantallen en stemmen tellen.",
    "You have no accounts of your own: this share is 100% by definition and proves nothing. Only counts and voices matter.",
)
_PARTIES: dict[Party, tuple[str, Phrase]] = {
    Party.OWNED: ("owned", say("Door uzelf begonnen", "Begun by you")),
    Party.REACTION: ("reaction", say("Reactie op iets van u", "Reaction to something of yours")),
    Party.EMPLOYEE: ("employee", say("Door medewerkers begonnen", "Begun by staff")),
    Party.INDEPENDENT: ("independent", say("Zonder u begonnen", "Begun without you")),
}


@dataclass(frozen=True, slots=True)
class Complaints:
    """Complaints that two witnesses call one, each the first of its voice: without you, in your own threads, and all of them.

    A witness is a person, or the machine; a person is always one of the two. `doubtful` are called so by one person only.
    `slips` is how many of them are to be expected from slips of the hand alone.
    """

    all: tuple[int, ...]
    without: tuple[int, ...]
    inside: tuple[int, ...]
    doubtful: tuple[int, ...]
    slips: float

    def beyond_chance(self, count: int) -> bool:
        """Whether so many cannot come from slips of the hand."""
        return tail(count, self.slips) < _NEVER_BY_CHANCE


def verified_complaints(grounds: Grounds) -> Complaints:
    """The complaints that stand, of all mentions that anybody labelled."""
    return grounds.once("complaints", lambda: _verified(grounds))


def _verified(grounds: Grounds) -> Complaints:
    table = grounds.table
    seen: set[int] = set()
    sure: list[int] = []
    doubtful: list[int] = []
    slip = grounds.slips.value
    expected = 0.0
    for (mention, aspect), word in grounds.spoken.words.items():
        row = grounds.places.get(mention)
        if aspect != Aspect.INTENT.value or row is None or grounds.about(row) is False:
            continue
        machine = table.intent[row] == COMPLAINT or grounds.is_negative(row)
        if word.people > 1:
            expected += slip * slip
        elif machine:
            expected += slip
        if word.value != Intent.COMPLAINT.value:
            continue
        first = grounds.first_of(row)
        if word.people > 1 or machine:
            sure.append(first)
        else:
            doubtful.append(first)
    one_each = grounds.by_voice(sorted({row for row in sure if table.party[row] != Party.OWNED}))
    seen.update(one_each)
    silent = partial(_silent, _own_by_kind(grounds), grounds)
    independent = [row for row in one_each if table.party[row] == Party.INDEPENDENT]
    return Complaints(
        all=tuple(one_each),
        without=tuple(row for row in independent if silent(row)),
        inside=tuple(row for row in one_each if table.party[row] == Party.REACTION),
        doubtful=tuple(sorted(set(doubtful) - seen)),
        slips=expected,
    )


def _own_by_kind(grounds: Grounds) -> dict[str, list[float]]:
    own: dict[str, list[float]] = defaultdict(list)
    for post in grounds.observed.own:
        own[post.kind].append(post.at.timestamp())
    for some in own.values():
        some.sort()
    return own


def _silent(own: dict[str, list[float]], grounds: Grounds, row: int) -> bool:
    """Whether the brand posted nothing in that kind of place in the thirty days before."""
    places = grounds.observed.places
    source = grounds.table.source[row]
    posts = own.get(places[source].kind, []) if source < len(places) else []
    at = grounds.table.at[row]
    after = bisect_left(posts, at)
    return after == 0 or posts[after - 1] < at - _BEFORE


def waiting(grounds: Grounds) -> tuple[Curve, Curve, int]:
    """How long complaints wait for a public answer, by the brand and by anybody, in hours; and how many nobody can observe.

    A story counts once; where an answer would not be seen nothing is said. An answer from before the complaint is none.
    """
    return grounds.once("waiting", lambda: _waiting(grounds))


def _waiting(grounds: Grounds) -> tuple[Curve, Curve, int]:
    table = grounds.table
    now = grounds.observed.made_at.timestamp()
    brand: list[tuple[float, bool]] = []
    anybody: list[tuple[float, bool]] = []
    blind = 0
    unseen, own, other = Reply.NOT_OBSERVABLE.value, Reply.BRAND.value, Reply.OTHER.value
    for row in grounds.complaints:
        if not table.neutral[row] or grounds.about(row) is False:
            continue
        reply = table.reply[row]
        end = min(table.reply_at[row] or now, now)
        hours = (end - table.at[row]) / 3600
        if reply == unseen or hours < 0:
            blind += 1
            continue
        brand.append((hours, reply == own))
        anybody.append((hours, reply in {own, other}))
    return kaplan_meier(brand), kaplan_meier(anybody), blind


def without(grounds: Grounds) -> Measure:
    """Who begins the conversation, whether the brand is in it at all, and who was first."""
    o = grounds.observed
    parties = {party: len(grounds.begun_by(party)) for party in Party}
    whole = len(grounds.firsts)
    alone = grounds.alone
    complaints = verified_complaints(grounds)
    brand, anybody, blind = waiting(grounds)
    figures = [
        figure(f"without.{key}", name, wilson(parties[party], whole) if whole else None, n=whole, unit=Unit.SHARE, method="wilson")
        for party, (key, name) in _PARTIES.items()
        if party is not Party.EMPLOYEE or o.staff
    ]
    figures += [
        figure(
            "without.alone",
            say("Gesprekken zonder een bericht van u", "Conversations without a post of yours"),
            wilson(len(alone), whole) if whole else None,
            n=whole,
            unit=Unit.SHARE,
            method="wilson",
            rows=grounds.ids(alone),
        ),
        figure(
            "without.complaints",
            say("Nagekeken klachten die zonder u bestaan", "Checked complaints that exist without you"),
            float(len(complaints.without)),
            n=len(complaints.all),
            unit=Unit.VOICES,
            method="count",
            rows=grounds.ids(complaints.without),
        ),
        figure(
            "without.darker",
            say("Negatief: zonder u, min onder uw eigen berichten", "Negative: without you, less under your own posts"),
            _darker(grounds),
            n=len(grounds.strangers),
            unit=Unit.SHARE,
            method="newcombe",
            note=say("Volgens de machine, niet nagekeken.", "By the machine, not checked."),
        ),
        figure(
            "clock.three_days",
            say(
                "Klachten die na drie dagen nog op uw antwoord wachten", "Complaints still waiting for your answer after three days"
            ),
            brand.at(72.0),
            n=brand.n,
            unit=Unit.SHARE,
            method="kaplan-meier",
        ),
        figure(
            "clock.half",
            say("Tijd tot de helft openbaar antwoord van u heeft", "Time until half have a public answer of yours"),
            brand.half(),
            n=brand.n,
            unit=Unit.HOURS,
            method="kaplan-meier",
        ),
        figure(
            "clock.anybody",
            say(
                "Klachten die na drie dagen van niemand antwoord hebben",
                "Complaints that have an answer of nobody after three days",
            ),
            anybody.at(72.0),
            n=anybody.n,
            unit=Unit.SHARE,
            method="kaplan-meier",
        ),
    ]
    return Measure(
        key="without",
        title=say("Zonder u", "Without you"),
        figures=tuple(figures),
        notes=_notes(grounds, blind, complaints),
    )


def _darker(grounds: Grounds) -> Interval | None:
    """How much more of what is said without the brand is negative than of what reacts to it; None with few voices of either."""
    reactions = grounds.by_voice(grounds.begun_by(Party.REACTION))
    sides = [(len(grounds.negative_of(rows)), len(rows)) for rows in (grounds.strangers, reactions)]
    if min(n for _, n in sides) < _FEW:
        return None
    return newcombe(*(wilson(negative, n) for negative, n in sides))


def _notes(grounds: Grounds, blind: int, complaints: Complaints) -> tuple[Phrase, ...]:
    o = grounds.observed
    notes = [TRIVIAL] if not o.accounts else []
    if o.first_independent_at is not None:
        first = o.first_independent_at.astimezone(grounds.zone).date().isoformat()
        if o.first_own_at is None:
            notes.append(
                say(
                    "Het eerste bericht van een ander dat Listener kent is van {first}; een eigen bericht van u kent het niet.",
                    "The first post by somebody else that Listener knows is of {first}; it knows none of your own.",
                    first=first,
                )
            )
        else:
            notes.append(
                say(
                    "Het eerste bericht van een ander dat Listener kent is van {first}, uw eerste eigen bericht van {own}.",
                    "The first post by somebody else that Listener knows is of {first}, your first own post of {own}.",
                    first=first,
                    own=o.first_own_at.astimezone(grounds.zone).date().isoformat(),
                )
            )
    if blind:
        notes.append(
            say(
                "Van {n:n} klachten is niet te zien of u antwoordde: die tellen niet mee als onbeantwoord.",
                "Of {n:n} complaints nobody can see whether you answered: they do not count as unanswered.",
                n=blind,
            )
        )
    if complaints.doubtful:
        notes.append(
            say(
                "{n:n} klachten berusten op het woord van één persoon en tellen pas mee als een tweede dat bevestigt.",
                "{n:n} complaints rest on one person's word and count once a second person confirms it.",
                n=len(complaints.doubtful),
            )
        )
    return tuple(notes)

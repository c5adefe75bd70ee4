"""Worlds drawn at random, whose truth is known: what really goes on, what a listener catches of it, and what people say of that."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from listener.core.labels import NO, YES, Aspect, Label
from listener.core.model import Intent, Tone
from listener.core.observed import (
    ANSWERS,
    Check,
    ControlDay,
    Conversion,
    Gap,
    Observed,
    OwnPost,
    Party,
    Place,
    QueryChange,
    Question,
    Relation,
    RelationKind,
    Reply,
    Rival,
    Sitting,
    Spent,
)
from listener.core.sampling import Candidate, Sample, draw, stratum_of
from listener.core.tellings import COMPLAINT, INTENTS, TONES, Row, Table

START = datetime(2025, 1, 5, 23, tzinfo=UTC)  # a Monday's midnight in Amsterdam
DAY = 86_400
X, FORUM, TRADE, ALERTS, POINTED = range(5)
_KINDS = (("x", "x"), ("forum", "feeds"), ("rss", "feeds"), ("google-alerts", "alerts"), ("x-complaints", "x"))


@dataclass(frozen=True)
class World:
    """What is really so in one world; shares from 0 to 1, rates a day, growth a month on the logarithm."""

    seed: int
    days: int
    rate: float
    growth: float
    relevant: float  # share of stories that are not about a namesake
    complaints: float
    business: float
    unknown: float
    present: float
    names: int
    accounts: int
    active: bool  # the brand posts on X all the time
    reacting: float  # share of what is said on X that reacts to the brand
    answered: float
    patience: float  # hours, of an answer
    finds: float  # how much of what stands elsewhere than on X the feeds find
    alerts: float  # and Google Alerts
    sensitivity: float
    false_alarms: float
    slips: float
    doubles: float
    weekly: int  # checked each week; 0: nobody checks
    voices: int
    reprints: float
    rival: float
    minutes: float
    spread: float
    noise: float
    euros: float
    worth: float
    conversions: float
    pointed: bool
    claim: bool
    nothing: bool


def drawn(seed: int) -> World:
    """A world of this seed; one in ten has nothing to find at all, one in four no complaints."""
    r = Random(f"world/{seed}")
    nothing = r.random() < 0.1
    accounts = r.randrange(2)
    return World(
        seed=seed,
        days=r.choice((91, 91, 91, 371)),
        rate=math.exp(r.uniform(math.log(0.5), math.log(9))),
        growth=r.uniform(-0.12, 0.12),
        relevant=0.0 if nothing else r.uniform(0.25, 1.0),
        complaints=0.0 if nothing or r.random() < 0.25 else r.uniform(0.01, 0.35),
        business=r.choice((r.uniform(0.0, 0.12), r.uniform(0.1, 0.9))),
        unknown=r.choice((r.uniform(0.0, 0.06), r.uniform(0.1, 0.9))),
        present=r.choice((r.uniform(0.0, 0.15), r.uniform(0.1, 0.9))),
        names=0 if nothing else r.choice((0, 20, 60, 200)),
        accounts=accounts,
        active=bool(accounts and r.randrange(2)),
        reacting=r.uniform(0.0, 0.95) if accounts else 0.0,
        answered=r.uniform(0.1, 0.95) if accounts else 0.0,
        patience=math.exp(r.uniform(math.log(4), math.log(200))),
        finds=r.uniform(0.3, 0.9),
        alerts=r.uniform(0.1, 0.7),
        sensitivity=r.uniform(0.4, 0.95),
        false_alarms=r.uniform(0.0, 0.15),
        slips=r.uniform(0.0, 0.02),
        doubles=r.uniform(0.2, 1.0),
        weekly=r.choice((0, 10, 20, 40)),
        voices=round(math.exp(r.uniform(math.log(60), math.log(4000)))),
        reprints=r.uniform(0.0, 2.0),
        rival=math.exp(r.uniform(-1.5, 1.5)),
        minutes=0.0 if nothing else math.exp(r.uniform(math.log(4), math.log(40))),
        spread=r.uniform(0.1, 0.6),
        noise=r.uniform(0.05, 0.6),
        euros=r.uniform(1, 40),
        worth=math.exp(r.uniform(math.log(5), math.log(500))),
        conversions=0.0 if nothing else r.choice((0.0, r.uniform(0.05, 0.8))),
        pointed=r.random() < 0.3,
        claim=r.random() < 0.1 and not nothing,
        nothing=nothing,
    )


@dataclass(frozen=True)
class Lived:
    """A world as the archive has it, and the truth of each figure by its key; `facts` are what verdicts are held against."""

    world: World
    observed: Observed
    truth: dict[str, float]
    facts: dict[str, float]


@dataclass(frozen=True)
class _Story:
    number: int
    at: int
    kind: int
    about: bool
    voice: int
    party: Party
    complaint: bool
    tone: Tone
    business: bool
    answer: float  # hours, infinite for never


def live(world: World) -> Lived:
    """Let a world happen and a listener hear of it."""
    r = Random(f"life/{world.seed}")
    end = START + timedelta(days=world.days)
    made = end + timedelta(days=r.choice((0, 1, 20)))
    gaps, deaf = _outages(world, r)
    changes = sorted(r.sample(range(10, world.days - 10), r.choice((0, 0, 1, 2))))
    factors = [1.0]
    for _ in changes:
        factors.append(factors[-1] * r.uniform(0.6, 1.6))
    pools = _Voices(world, r)
    happened = _Happened(gaps, deaf, changes, factors, [], {"x": 0.0, "elsewhere": 0.0, "unbroken": 0.0})
    _happen(world, r, pools, happened)
    rows = _heard(world, r, pools, happened, made)
    firsts: dict[int, Row] = {}
    for row in sorted(rows, key=lambda one: (one.at, one.id)):
        firsts.setdefault(row.story, row)
    by_number = {one.number: one for one in happened.stories}
    samples = _samples(world, firsts)
    labels, checks = _said(world, r, {row.id: by_number[row.story] for row in firsts.values()}, samples)
    control = tuple(ControlDay(on=_local(d), stories=_poisson(r, 12.0 * _heard_share(deaf, d))) for d in range(world.days))
    rival = _rival(world, r, happened)
    sittings, spent, conversions = _ledger(world, r)
    case = tuple(row.id for row in list(firsts.values())[:2]) if world.claim else ()
    checks += [Check(mention=one, question=Question.CLAIM, answer="own", by=by, at=made) for one in case for by in ("Ann", "Bob")]
    own = tuple(OwnPost(at=START + timedelta(days=d, hours=9), kind="x") for d in range(-30, world.days, 3)) if world.active else ()
    observed = Observed(
        brand="molenaar",
        brand_name="Molenaar Pompen",
        language="nl",
        timezone="Europe/Amsterdam",
        since=START,
        until=end,
        made_at=made,
        table=Table.of(rows),
        places=tuple(
            Place(key=f"{kind}-{n}", kind=kind, route=route, since=START, until=end, social=n != TRADE, trade=n == TRADE)
            for n, (kind, route) in enumerate(_KINDS)
            if n != POINTED or world.pointed
        ),
        gaps=gaps,
        accounts=world.accounts,
        own_heard=bool(world.accounts),
        own=own,
        changes=tuple(QueryChange(at=START + timedelta(days=d), version=f"v{d}") for d in changes),
        rivals=(rival,),
        control=control,
        relations=tuple(
            Relation(mark=n + 1, kind=RelationKind.CUSTOMER, present=r.random() < world.present) for n in range(world.names)
        ),
        sittings=sittings,
        spent=spent,
        conversions=conversions,
        claim_terms=case,
        samples=samples,
        labels=tuple(labels),
        checks=tuple(checks),
        seed=world.seed,
    )
    heard = [(row, by_number[story]) for story, row in firsts.items()]
    truth = _truth(world, pools, heard, happened.expected)
    frame = {((row.at - int(START.timestamp())) // (7 * DAY), row.voice): one.about for row, one in heard}
    truth["precision"], truth["real"] = sum(frame.values()) / max(1, len(frame)), float(sum(frame.values()))
    truth["volume.trend"] = _trend(world, pools)
    if not deaf[ALERTS]:  # one of two routes must find all alike, at all times
        there = sum(one.kind != X for one in happened.stories)
        truth["missed.share"] = 1 - sum(one.kind != X for _, one in heard) / max(1, there)
    heard_part = (happened.expected["x"] + happened.expected["elsewhere"]) / happened.expected["unbroken"]
    return Lived(world, observed, truth, _facts(world, heard, observed, heard_part))


def _outages(world: World, r: Random) -> tuple[tuple[Gap, ...], dict[int, set[int]]]:
    gaps: list[Gap] = []
    deaf: dict[int, set[int]] = defaultdict(set)
    for place in range(5 if world.pointed else 4):
        for _ in range(r.choice((0, 0, 1, 2))):
            first, length = r.randrange(world.days), r.choice((1, 3, 14, 60))
            last = min(world.days, first + length)
            gaps.append(Gap(place=place, since=START + timedelta(days=first), until=START + timedelta(days=last), why="HTTP 503"))
            deaf[place] |= set(range(first, last))
    return tuple(gaps), deaf


def _heard_share(deaf: dict[int, set[int]], day: int) -> float:
    """The control series comes through X and the forum alike."""
    return sum(day not in deaf[place] for place in (X, FORUM)) / 2


@dataclass
class _Happened:
    """What happened: outages, changes of the query with what they do to what is found, stories, and how many were to be expected."""

    gaps: tuple[Gap, ...]
    deaf: dict[int, set[int]]
    changes: list[int]
    factors: list[float]
    stories: list[_Story]
    expected: dict[str, float]

    def rate(self, world: World, day: int) -> float:
        """How many stories a day brings, by the growth and the query of that day."""
        factor = self.factors[sum(one <= day for one in self.changes)]
        return world.rate * factor * math.exp(world.growth * (day + 0.5 - world.days / 2) / 30)


class _Voices:
    """Who may speak: a few often, most seldom; a namesake's voices are others."""

    def __init__(self, world: World, r: Random) -> None:
        self.weights = [1 / (n + 3) ** 0.8 for n in range(world.voices)]
        self.whole = sum(self.weights)
        self.known = [r.random() >= world.unknown for _ in range(world.voices)]
        self.numbers = range(world.voices)

    def pick(self, r: Random, about: bool) -> int:
        (one,) = r.choices(self.numbers, self.weights)
        return one + 1 if about else one + 1 + 1_000_000

    def share(self, voice: int, relevant: float) -> float:
        """How likely the next story is this voice's."""
        about = voice <= 1_000_000
        n = voice - 1 if about else voice - 1 - 1_000_000
        return float(self.weights[n] / self.whole * (relevant if about else 1 - relevant))


def _happen(world: World, r: Random, pools: _Voices, happened: _Happened) -> None:
    made, expected, deaf = happened.stories, happened.expected, happened.deaf
    for d in range(world.days):
        rate = happened.rate(world, d)
        alert = world.alerts * (d not in deaf[ALERTS])
        found = 0.0
        for place, share in ((FORUM, 0.4), (TRADE, 0.2)):
            found += share * (1 - (1 - world.finds * (d not in deaf[place])) * (1 - alert))
        expected["x"] += rate * 0.4 * (d not in deaf[X])
        expected["elsewhere"] += rate * found
        expected["unbroken"] += rate * (0.4 + 0.6 * (1 - (1 - world.finds) * (1 - world.alerts)))
        for _ in range(_poisson(r, rate)):
            about = r.random() < world.relevant
            kind = r.choices((X, FORUM, TRADE), (0.4, 0.4, 0.2))[0]
            complaint = about and r.random() < world.complaints
            reacts = about and kind == X and r.random() < world.reacting
            tone = Tone.NEGATIVE if complaint else r.choices((Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE), (0.1, 0.6, 0.3))[0]
            made.append(
                _Story(
                    number=len(made) + 1,
                    at=int(START.timestamp()) + d * DAY + r.randrange(DAY),
                    kind=kind,
                    about=about,
                    voice=pools.pick(r, about),
                    party=Party.REACTION if reacts else Party.INDEPENDENT,
                    complaint=complaint,
                    tone=tone,
                    business=r.random() < world.business,
                    answer=r.expovariate(1 / world.patience) if r.random() < world.answered else math.inf,
                )
            )


def _heard(world: World, r: Random, pools: _Voices, happened: _Happened, made: datetime) -> list[Row]:
    rows: list[Row] = []
    stories, deaf = happened.stories, happened.deaf
    now = int(made.timestamp())
    first = int(START.timestamp())
    for one in stories:
        day = (one.at - first) // DAY
        found = []
        if one.kind == X:
            found += [X] if day not in deaf[X] else []
            if world.pointed and one.complaint and day not in deaf[POINTED] and r.random() < 0.8 and not found:
                found.append(POINTED)
        else:
            found += [one.kind] if day not in deaf[one.kind] and r.random() < world.finds else []
            found += [ALERTS] if day not in deaf[ALERTS] and r.random() < world.alerts else []
        if not found:
            continue
        is_complaint = r.random() < (world.sensitivity if one.complaint else world.false_alarms)
        tone = one.tone if r.random() < 0.8 else r.choice((Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE, Tone.UNSURE))
        answer_at = one.at + int(one.answer * 3600) if one.answer < 1e6 else now + 1
        reply = Reply.BRAND if answer_at <= now else Reply.NOT_SEEN
        known = one.about and pools.known[one.voice - 1]
        base = Row(
            id=0,
            story=one.number,
            voice=one.voice,
            item=one.number * 7919,
            conversation=0,
            at=one.at,
            source=0,
            language=0,
            party=one.party,
            tone=TONES.index(tone),
            intent=COMPLAINT if is_complaint else INTENTS.index(Intent.OTHER),
            neutral=1,
            reply=reply,
            reply_at=min(answer_at, now),
            relation=int(known),
        )
        rows += [base._replace(id=len(rows) + 1 + n, source=place, neutral=int(place != POINTED)) for n, place in enumerate(found)]
        for n in range(min(20, int(r.expovariate(1.0) * world.reprints))):
            again = {"source": found[0], "neutral": int(found[0] != POINTED), "at": one.at + 60 * (n + 1), "voice": 2_000_000 + n}
            item = base.item + (n + 1) * (one.kind == X)  # elsewhere the routes would have to find each by itself
            rows.append(base._replace(id=len(rows) + 1, item=item, **again))
    return rows


def _local(day: int) -> date:
    return date(2025, 1, 6) + timedelta(days=day)


def _samples(world: World, firsts: dict[int, Row]) -> tuple[Sample, ...]:
    if not world.weekly:
        return ()
    weeks: dict[int, list[Candidate]] = defaultdict(list)
    for row in firsts.values():
        name = stratum_of(neutral=bool(row.neutral), complaint=row.intent == COMPLAINT, negative=TONES[row.tone] is Tone.NEGATIVE)
        week = (row.at - int(START.timestamp())) // (7 * DAY)
        weeks[week].append(Candidate(mention=row.id, story=row.story, voice=row.voice, stratum=name))
    return tuple(draw("molenaar", _local(7 * week), some, size=world.weekly) for week, some in sorted(weeks.items()))


def _said(world: World, r: Random, stories: dict[int, _Story], samples: tuple[Sample, ...]) -> tuple[list[Label], list[Check]]:
    labels: list[Label] = []
    checks: list[Check] = []
    made = START + timedelta(days=world.days)

    def slip(right: str, among: tuple[str, ...]) -> str:
        return right if r.random() >= world.slips else r.choice([one for one in among if one != right])

    for mention in (one for sample in samples for one in sample.mentions):
        story = stories[mention]
        for by in ("Ann", "Bob")[: 2 if r.random() < world.doubles else 1]:
            about = slip(YES if story.about else NO, (YES, NO))
            labels.append(Label(mention=mention, aspect=Aspect.ABOUT, value=about, by=by, at=made))
            if about == NO:
                continue
            tone = slip(story.tone.value, tuple(one.value for one in Tone))
            intent = slip((Intent.COMPLAINT if story.complaint else Intent.OTHER).value, tuple(one.value for one in Intent))
            labels.append(Label(mention=mention, aspect=Aspect.TONE, value=tone, by=by, at=made))
            labels.append(Label(mention=mention, aspect=Aspect.INTENT, value=intent, by=by, at=made))
            market = slip("b2b" if story.business else "b2c", ANSWERS[Question.MARKET])
            checks.append(Check(mention=mention, question=Question.MARKET, answer=market, by=by, at=made))
            checks.append(Check(mention=mention, question=Question.WORTH, answer=slip("yes", ("yes", "no")), by=by, at=made))
    return labels, checks


def _rival(world: World, r: Random, happened: _Happened) -> Rival:
    rows: list[Row] = []
    deaf = happened.deaf
    for d in range(world.days):
        rate = world.rival * happened.rate(world, d)
        for _ in range(_poisson(r, rate)):
            kind = r.choices((X, FORUM, TRADE), (0.4, 0.4, 0.2))[0]
            alert = kind != X and d not in deaf[ALERTS] and r.random() < world.alerts
            if not alert and (d in deaf[kind] or (kind != X and r.random() >= world.finds)):
                continue
            at = int(START.timestamp()) + d * DAY + r.randrange(DAY)
            n = len(rows) + 1
            rows.append(Row(n, n, n, n, 0, at, kind, 0, 0, 1, 5, 1, 0, 0, 0))
    return Rival(key="pompstra", name="Pompstra", table=Table.of(rows))


def _ledger(world: World, r: Random) -> tuple[tuple[Sitting, ...], tuple[Spent, ...], tuple[Conversion, ...] | None]:
    if not world.minutes:
        return (), (), None
    sittings = []
    for d in range(world.days):
        if d % 7 < 5:
            minutes = world.minutes * math.exp(r.gauss(0, world.spread))
            at = START + timedelta(days=d, hours=9)
            sittings.append(Sitting(at=at, minutes=minutes, handled=10, acted=1, on_noise=minutes * world.noise))
    spent = [Spent(at=START + timedelta(days=d), euros=r.uniform(0, 2 * world.euros), what="x") for d in range(0, world.days, 7)]
    conversions = [
        Conversion(at=START + timedelta(days=d, hours=12), euros=r.expovariate(1 / world.worth))
        for d in range(world.days)
        for _ in range(_poisson(r, world.conversions))
    ]
    return tuple(sittings), tuple(spent), tuple(conversions) if world.conversions else None


Heard = list[tuple[Row, _Story]]


def _trend(world: World, pools: _Voices) -> float:
    """The change a month of the voices that are to be expected in a week: where the same speak every week it cannot be seen."""
    if world.rate * 7 * 20 < world.voices:
        return math.expm1(world.growth)
    chances = [pools.share(n + 1, 1.0) for n in range(world.voices)]

    def expected(day: float) -> float:
        stories = 5 * world.rate * math.exp(world.growth * (day - world.days / 2) / 30)
        parts = (world.relevant, 1 - world.relevant)
        return sum(-math.expm1(-stories * part * chance) for part in parts for chance in chances)

    months = (world.days - 7) / 30
    return math.expm1((math.log(expected(world.days - 3.5)) - math.log(expected(3.5))) / months)


def _truth(world: World, pools: _Voices, heard: Heard, expected: dict[str, float]) -> dict[str, float]:
    alone = expected["elsewhere"] + expected["x"] * (1 - world.reacting) * (not world.active)
    both = expected["elsewhere"] + expected["x"]
    tones = 0.9 * (1 - world.complaints)
    hour = 50.0
    month = (world.euros + 5 * world.minutes * math.exp(world.spread**2 / 2) / 60 * hour) * 30 / 7
    mean = world.minutes * math.exp(world.spread**2 / 2)
    spoken = {row.voice for row, one in heard if one.party is Party.INDEPENDENT}
    truth = {
        "intent.complaint": world.complaints,
        "tone.negative": 1 - tones,
        "tone.positive": 0.3 * (1 - world.complaints),
        "negative.share": alone / both if both else 0.0,
        "b2c.business": world.business,
        "market.strangers": world.unknown,
        "presence.all": world.present,
        "clock.three_days": 1 - world.answered * (1 - math.exp(-72 / world.patience)),
        "voice.pompstra": world.rival / (1 + world.rival),
        "time.median": world.minutes,
        "time.busiest": world.minutes * math.exp(1.2815515655 * world.spread),
        "effort.month": month,
        "waste.minutes": mean * world.noise,
        "returns.brought": world.conversions * world.worth * world.days,
    }
    if not world.reacting:
        truth["market.unheard"] = 1 - sum(pools.share(voice, world.relevant) for voice in spoken)
    return truth


def _facts(world: World, heard: Heard, observed: Observed, part: float) -> dict[str, float]:
    about = [one for _, one in heard if one.about]
    voices = {one.voice for one in about if one.party is Party.INDEPENDENT}
    days = len(range(0, world.days, 3)) if world.active else 0
    return {
        "voices": len(voices) / (world.days / 30) / max(0.01, part),
        "independent": len(voices) / (len(voices) + days) if voices or days else 0.0,
        "complained": float(len({one.voice for one in about if one.complaint})),
        "cost": sum(one.euros for one in observed.spent) + sum(one.minutes for one in observed.sittings) / 60 * 50.0,
    }


def _poisson(r: Random, mean: float) -> int:
    if mean <= 0:
        return 0
    n, waited = 0, r.expovariate(1.0)
    while waited < mean:
        n += 1
        waited += r.expovariate(1.0)
    return n

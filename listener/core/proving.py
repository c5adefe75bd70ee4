"""The dossier as a pure function of what was observed: the same numbers in, the same dossier out, wherever it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from listener.core.dossier import (
    Certainty,
    Checked,
    Dossier,
    Earlier,
    Figure,
    Finding,
    Measure,
    Phrase,
    Verdict,
)
from listener.core.measures.asked import questions
from listener.core.measures.checked import checked
from listener.core.measures.effort import ledger
from listener.core.measures.grounds import Grounds, grounds
from listener.core.measures.market import market, missed, presence
from listener.core.measures.tongues import tongues
from listener.core.measures.volume import share_of_voice, volume, weeks
from listener.core.measures.without import without
from listener.core.objections.arguments import ARGUMENTS
from listener.core.objections.entry import Objection, certainty, counter, examples, rules
from listener.core.objections.fears import FEARS
from listener.core.observed import Observed
from listener.core.saying import say
from listener.core.thresholds import SHIPPED, Thresholds

OBJECTIONS: tuple[Objection, ...] = (*ARGUMENTS, *FEARS)
_HEADLINE = ("real", "volume.stories", "volume.voices", "without.complaints", "clock.three_days", "precision", "volume.trend")
_SIX = 6


def dossier(observed: Observed, thresholds: Sequence[Thresholds] = SHIPPED) -> Dossier:
    """The dossier of what was observed, by the newest of the thresholds; what the earlier ones would have said stands beside it.

    Takes time in proportion to the mentions of the period (a million: see bench/README.md). Raises ValueError without thresholds.
    """
    if not thresholds:
        raise ValueError("a dossier needs thresholds")
    newest, earlier = thresholds[-1], tuple(thresholds[:-1])
    ground = grounds(observed, newest)
    hand = checked(ground, newest)
    measures = (
        volume(ground),
        share_of_voice(ground),
        without(ground),
        market(ground),
        presence(ground),
        missed(ground),
        ledger(ground, newest),
        questions(ground, newest),
        tongues(ground, newest),
    )
    findings = tuple(_finding(one, ground, newest, earlier) for one in OBJECTIONS)
    return Dossier(
        brand=observed.brand,
        brand_name=observed.brand_name,
        language=observed.language,
        timezone=observed.timezone,
        since=observed.since,
        until=observed.until,
        made_at=observed.made_at,
        question=say(
            "Wordt er over {name} gesproken als u niet meedoet, en welke bezwaren tegen meedoen spreken de gegevens tegen?",
            "Is {name} spoken of when you do not take part, and which objections to taking part do the data contradict?",
            name=observed.brand_name,
        ),
        answer=_answer(ground, hand, findings),
        certainty=_firmness(ground, hand),
        headline=_headline(hand, measures),
        cover=ground.cover,
        checked=hand,
        findings=findings,
        measures=measures,
        weeks=weeks(ground),
        thresholds=newest,
        earlier=earlier,
        versions=observed.versions,
        cautions=_cautions(ground, hand),
        removed=observed.removed,
    )


def _finding(one: Objection, ground: Grounds, newest: Thresholds, earlier: Sequence[Thresholds]) -> Finding:
    made = one.rule(ground, newest)
    metric = made.metric or one.metric
    before = [(version, one.rule(ground, version)) for version in earlier]
    return Finding(
        key=one.key,
        title=one.title,
        claim=one.claim,
        metric=metric,
        measures=one.measures,
        contradicted_if=rules(one.contradicted_if, newest),
        supported_if=rules(one.supported_if, newest),
        figures=made.figures,
        verdict=made.verdict,
        wording=made.wording,
        certainty=certainty(ground, made, metric),
        reason=made.reason,
        examples=() if made.private else examples(ground, [*made.side.against, *made.side.towards]),
        counter=counter(ground, made),
        cannot_tell=one.cannot_tell,
        trivial=made.trivial,
        needs=made.needs,
        earlier=tuple(
            Earlier(version=t.version, on=t.on, author=t.author, verdict=was.verdict, wording=was.wording) for t, was in before
        ),
    )


def _answer(ground: Grounds, hand: Checked, findings: Sequence[Finding]) -> Phrase:
    """One paragraph: whether there is a conversation, and what became of the objections."""
    if not ground.cover.covered:
        return say(
            "In deze periode is niet geluisterd. Er valt dus niets te zeggen.",
            "Nobody listened in this period. So nothing can be said.",
        )
    counts = Counter(one.verdict for one in findings)
    voices = len(ground.strangers)
    talk = say(
        "Er is {days:n} {days:dag|dagen} geluisterd. In die tijd {voices:begon|begonnen} {voices:n} {voices:stem|stemmen} zonder u "
        "een verhaal waarin {name} voorkomt.",
        "In {days:n} {days:day|days} heard, {voices:n} {voices:voice|voices} began a story without you in which {name} was found.",
        days=ground.cover.covered,
        voices=voices,
        name=ground.observed.brand_name,
    )
    real = hand.real
    if real.value is not None and real.low is not None and real.high is not None:
        talk = say(
            "{talk} Van de {found:n} gevonden verhalen gaan er ongeveer {low:n} tot {high:n} echt over u.",
            "{talk} Of the {found:n} stories found, about {low:n} to {high:n} are really about you.",
            talk=talk,
            found=real.n,
            low=real.low,
            high=real.high,
        )
    return say(
        "{talk} Van de {all:n} bezwaren spreken de gegevens er {against:n} tegen en steunen ze er {towards:n}; "
        "{mixed:n} {mixed:is|zijn} gemengd en {left:n} {left:is|zijn} niet vast te stellen.",
        "{talk} Of the {all:n} objections the data contradict {against:n} and support {towards:n}; "
        "{mixed:n} {mixed:is|are} mixed and {left:n} cannot be determined.",
        talk=talk,
        all=len(findings),
        against=counts[Verdict.CONTRADICTED],
        towards=counts[Verdict.SUPPORTED],
        mixed=counts[Verdict.MIXED],
        left=counts[Verdict.UNDETERMINED],
    )


def _firmness(ground: Grounds, hand: Checked) -> Certainty:
    steps = (ground.cover.share < 0.9) + (ground.cover.share < 2 / 3) + (not hand.enough)
    return (Certainty.HIGH, Certainty.MODERATE, Certainty.LOW)[min(steps, 2)]


def _headline(hand: Checked, measures: Sequence[Measure]) -> tuple[Figure, ...]:
    """The six figures of page one, the first of a fixed order that have a value."""
    known = {one.key: one for one in (hand.real, hand.precision, *(one for measure in measures for one in measure.figures))}
    chosen = [known[key] for key in _HEADLINE if known[key].value is not None]
    return tuple(chosen[:_SIX])


def _cautions(ground: Grounds, hand: Checked) -> tuple[Phrase, ...]:
    """What must be said whatever comes out, and what of the input was strange."""
    made = [
        say(
            "Feeds, Google Alerts en X zijn niet het hele publiek. LinkedIn, WhatsApp, besloten groepen en de telefoon "
            "hoort Listener niet. Wie ontevreden is schrijft vaker.",
            "Feeds, Google Alerts and X are not all of the public. Listener does not hear LinkedIn, WhatsApp, closed groups and "
            "the telephone. Whoever is dissatisfied writes more often.",
        ),
        say(
            "Een verhaal telt één keer, hoe vaak het ook is overgenomen; een stem telt één keer, hoe vaak zij het ook herhaalt.",
            "A story counts once, however often it was reprinted; a voice counts once, however often it repeats itself.",
        ),
    ]
    if ground.future:
        made.append(
            say(
                "{n:n} berichten hebben een datum in de toekomst en tellen niet mee.",
                "{n:n} items are dated in the future and do not count.",
                n=ground.future,
            )
        )
    if ground.observed.until > ground.observed.made_at:
        made.append(
            say(
                "De periode was nog niet voorbij; alles na {at} ontbreekt.",
                "The period was not over yet; everything after {at} is missing.",
                at=ground.observed.made_at.astimezone(ground.zone).strftime("%Y-%m-%d %H:%M"),
            )
        )
    if not ground.zone_known:
        made.append(
            say(
                "De tijdzone {zone} is onbekend; dagen zijn in UTC geteld.",
                "The time zone {zone} is unknown; days are counted in UTC.",
                zone=ground.observed.timezone,
            )
        )
    if hand.contested:
        made.append(
            say(
                "Over {n:n} {n:beoordeling|beoordelingen} spreken mensen elkaar tegen; die {n:telt|tellen} niet mee.",
                "On {n:n} {n:label|labels} people contradict one another; {n:it does|they do} not count.",
                n=hand.contested,
            )
        )
    if ground.spoken.doubles[0] < 20 and hand.checked:
        made.append(
            say(
                "Bijna niets is door twee mensen beoordeeld; aangenomen is dat {slips:share} van de oordelen een vergissing is.",
                "Hardly anything was labelled by two people; it is assumed that {slips:share} of the labels are slips.",
                slips=ground.slips.value,
            )
        )
    return tuple(made)

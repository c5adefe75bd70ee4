"""Rules about who is out there: only consumers, a market that is known already, nothing to say to anybody."""

from __future__ import annotations

from functools import partial

from listener.core.dossier import Unit, Verdict
from listener.core.measures.asked import open_questions
from listener.core.measures.grounds import Grounds
from listener.core.measures.listened import overlap
from listener.core.objections.entry import Ruling, Side, open_ruling, points, ruling
from listener.core.objections.reasons import CHECK, UPLOAD, WIDE
from listener.core.observed import Party, Question
from listener.core.saying import figure, say
from listener.core.statistics.interval import Interval
from listener.core.statistics.rates import poisson
from listener.core.thresholds import Thresholds


def b2c(grounds: Grounds, t: Thresholds) -> Ruling:
    """Only for B2C: the share of relevant stories that people say are of business; what is unclear counts against either side."""
    answer = partial(_market, grounds)
    cells = grounds.cells(lambda _: True, lambda row: answer(row) == "b2b", known=lambda row: answer(row) != "")
    loose = grounds.cells(lambda _: True, lambda row: answer(row) in {"b2b", "unclear"}, known=lambda row: answer(row) != "")
    least = grounds.share(cells, "b2c", aspect=Question.MARKET, classes=3)
    most = grounds.share(loose, "b2c", aspect=Question.MARKET, classes=3)
    share = Interval(least.value, least.low, most.high) if least is not None and most is not None else None
    coded = cells.base
    enough = coded >= t["b2b_checked"]
    figures = (
        figure(
            "b2c.business",
            say("Zakelijk, van de verhalen over u", "Business, of the stories about you"),
            share if enough else None,
            n=coded,
            unit=Unit.SHARE,
            method="double-sampling",
            rows=grounds.ids(cells.rows),
        ),
    )
    business = [row for row in cells.rows if answer(row) == "b2b"]
    consumers = [row for row in cells.rows if answer(row) == "b2c"]
    side = Side(against=business, towards=consumers)
    if share is None or not enough:
        few = say(
            "Van {n:n} {n:nagekeken verhaal|nagekeken verhalen} is gezegd of {n:het zakelijk is|ze zakelijk zijn};"
            " nodig zijn er {needed:n}.",
            "Of {n:n} checked {n:story|stories} somebody said whether {n:it is|they are} business; {needed:n} are needed.",
            n=coded,
            needed=t["b2b_checked"],
        )
        return ruling(Verdict.UNDETERMINED, few, figures=figures, side=side, needs=(CHECK,))
    if share.low > t["b2b_present"]:
        many = say("Een flink deel van het gesprek over u is zakelijk.", "A good part of the conversation about you is business.")
        return ruling(Verdict.CONTRADICTED, many, figures=figures, side=side)
    if share.high < t["b2b_absent"]:
        if _trade_heard(grounds):
            none = say(
                "Vrijwel alles wat over u gezegd wordt komt van consumenten.",
                "Nearly all that is said of you comes from consumers.",
            )
            return ruling(Verdict.SUPPORTED, none, figures=figures, side=side)
        deaf = say("Er is niet naar vakmedia geluisterd.", "No trade press was listened to.")
        add = say("Voeg vakmedia toe aan de bronnen.", "Add trade press to the sources.")
        return ruling(Verdict.UNDETERMINED, deaf, figures=figures, side=side, needs=(add,))
    return ruling(Verdict.UNDETERMINED, WIDE, figures=figures, side=side)


def _market(grounds: Grounds, row: int) -> str:
    """What people agree a row's market to be; "" where nobody said, or they contradict one another."""
    return grounds.spoken.of(grounds.table.id[row], Question.MARKET).value or ""


def _trade_heard(grounds: Grounds) -> bool:
    """Whether any trade press was heard for at least half of the period."""
    whole = grounds.until - grounds.since
    return any(
        place.trade and overlap(some, grounds.since, grounds.until) >= whole / 2
        for place, some in zip(grounds.observed.places, grounds.stretches, strict=True)
    )


def market(grounds: Grounds, t: Thresholds) -> Ruling:
    """I know my whole market: how many of the voices that people checked are not on the uploaded list, and matter."""
    table = grounds.table
    if not grounds.observed.relations:
        none = say("Er is geen lijst met relaties ingelezen.", "No list of relations was imported.")
        return ruling(Verdict.UNDETERMINED, none, needs=(UPLOAD,))
    voices: dict[int, int] = {}

    def independent(row: int) -> bool:
        return table.party[row] == Party.INDEPENDENT and voices.setdefault(table.voice[row], row) == row

    cells = grounds.cells(independent, lambda row: not table.relation[row])
    share = grounds.share(cells, "market") if cells.base >= t["market_voices"] else None
    known = [row for row in voices.values() if table.relation[row]]
    strangers = [row for row in voices.values() if not table.relation[row]]
    worth = grounds.by_voice(
        sorted(
            row
            for row in grounds.places.values()
            if grounds.spoken.of(table.id[row], Question.WORTH).value == "yes"
            and not table.relation[row]
            and grounds.about(row) is not False
        )
    )
    figures = (
        figure(
            "market.strangers",
            say("Nagekeken stemmen die niet op uw lijst staan", "Checked voices that are not on your list"),
            share,
            n=cells.base,
            unit=Unit.SHARE,
            method="double-sampling",
            rows=grounds.ids(cells.rows),
        ),
        figure(
            "market.worth",
            say("Daarvan volgens u commercieel van belang", "Of commercial interest, as you say"),
            float(len(worth)),
            n=len(worth),
            unit=Unit.VOICES,
            method="count",
            rows=grounds.ids(worth),
        ),
    )
    side = Side(against=strangers, towards=known)
    if share is None:
        few = say(
            "Er {n:is|zijn} {n:n} onafhankelijke {n:stem|stemmen} nagekeken; nodig zijn er {needed:n}.",
            "{n:n} independent {n:voice has|voices have} been checked; {needed:n} are needed.",
            n=cells.base,
            needed=t["market_voices"],
        )
        return ruling(Verdict.UNDETERMINED, few, figures=figures, side=side, needs=(CHECK,))
    if share.low > t["market_unknown"]:
        if len(worth) >= t["market_worth"]:
            many = say(
                "Er spreken mensen over u die u niet kent, en die ertoe doen.",
                "People speak of you whom you do not know, and who matter.",
            )
            return ruling(Verdict.CONTRADICTED, many, figures=figures, side=side)
        ask = say(
            "Zeg van de onbekende stemmen welke commercieel van belang zijn.",
            "Say which of the unknown voices matter commercially.",
        )
        open_ = say(
            "Er zijn onbekende stemmen; of zij ertoe doen heeft niemand gezegd.",
            "There are unknown voices; nobody said whether they matter.",
        )
        return ruling(Verdict.UNDETERMINED, open_, figures=figures, side=side, needs=(ask,))
    if share.high < t["market_known"] and grounds.cover.share >= t["least_coverage"]:
        all_known = say(
            "Vrijwel iedereen die over u spreekt staat op uw lijst.", "Nearly everybody who speaks of you is on your list."
        )
        return ruling(Verdict.SUPPORTED, all_known, figures=figures, side=side)
    return ruling(Verdict.UNDETERMINED, WIDE, figures=figures, side=side)


def content(grounds: Grounds, t: Thresholds) -> Ruling:
    """We have no content: questions that several voices ask and no own page answers, a proxy for something to say."""
    found = open_questions(grounds, t)
    quarters = grounds.months / 3
    rate = poisson(len(found), quarters) if grounds.observed.pages_known and quarters > 0 else None
    figures = (
        figure(
            "content.open",
            say("Open vragen per kwartaal", "Open questions a quarter"),
            rate,
            n=len(found),
            unit=Unit.COUNT,
            method="poisson",
            rows=grounds.ids(row for rows in found.values() for row in rows),
        ),
    )
    if rate is None:
        unread = say("Uw eigen pagina's zijn niet gelezen.", "Your own pages have not been read.")
        return ruling(Verdict.UNDETERMINED, unread, figures=figures)
    heard = grounds.cover.share >= t["least_coverage"]
    wording = points(against=rate.low >= t["content_many"], towards=rate.high < t["content_few"] and heard)
    only = say("Vragen zijn een aanleiding, nog geen inhoud.", "Questions are an occasion, not content yet.")
    return open_ruling(wording, only, figures=figures)

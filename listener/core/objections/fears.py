"""Six fears that stand beside the ten arguments; words and rules fixed beforehand."""

from __future__ import annotations

from listener.core.dossier import Metric, Phrase
from listener.core.objections import conversation, costs, risks
from listener.core.objections.entry import Objection
from listener.core.saying import say

BUDGET = Objection(
    key="budget",
    title=say(
        "Er is geen budget voor",
        "There is no budget for it",
    ),
    claim=say(
        "“Dat kunnen wij niet betalen.”",
        "“We cannot afford that.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Wat luisteren per maand kost: betaalde bronnen, hosting en bijgehouden uren.",
        "What listening costs a month: paid sources, hosting and logged hours.",
    ),
    contradicted_if=Phrase(
        "de bovengrens onder {budget_month:eur} per maand ligt (een uur telt voor {budget_hour:eur})",
        "the upper bound is below {budget_month:eur} a month (an hour counts for {budget_hour:eur})",
    ),
    supported_if=Phrase(
        "de ondergrens boven {budget_month:eur} per maand ligt",
        "the lower bound is above {budget_month:eur} a month",
    ),
    cannot_tell=say(
        "Wat meedoen kost, bureaus en advertenties.",
        "What taking part costs, agencies and advertising.",
    ),
    rule=costs.budget,
)
SUED = Objection(
    key="sued",
    title=say(
        "Wij worden aangeklaagd",
        "We will be sued",
    ),
    claim=say(
        "“Straks krijgen wij een claim.”",
        "“We will end up with a claim.”",
    ),
    metric=Metric.PROXY,
    measures=say(
        "Of er gevallen te zien zijn waarin een eigen bericht tot een claim leidde, door twee mensen bevestigd.",
        "Whether cases can be seen in which an own post led to a claim, confirmed by two people.",
    ),
    contradicted_if=Phrase(
        "nooit",
        "never",
    ),
    supported_if=Phrase(
        "minstens één geval bevestigd is",
        "at least one case is confirmed",
    ),
    cannot_tell=say(
        "Juridisch risico, en wat buiten het openbaar gebeurt. Vraag dat een jurist.",
        "Legal risk, and what happens out of public sight. Ask counsel.",
    ),
    rule=risks.sued,
)
SECRETS = Objection(
    key="secrets",
    title=say(
        "Bedrijfsgeheimen lekken uit",
        "Trade secrets will leak",
    ),
    claim=say(
        "“Straks staat onze kennis op straat.”",
        "“Our knowledge will be out in the open.”",
    ),
    metric=Metric.PROXY,
    measures=say(
        "Of codewoorden van uw lijst in openbare berichten van u of uw medewerkers staan, door twee mensen bevestigd. De woorden zelf verlaten Listener niet.",
        "Whether code words from your list stand in public posts of yours or your staff, confirmed by two people. The words themselves never leave Listener.",
    ),
    contradicted_if=Phrase(
        "nooit",
        "never",
    ),
    supported_if=Phrase(
        "minstens één lek bevestigd is",
        "at least one leak is confirmed",
    ),
    cannot_tell=say(
        "Wat langs besloten wegen gaat, en woorden die niet op de lijst staan. Een treffer is nog geen geheim.",
        "What goes by closed ways, and words that are not on the list. A hit is not yet a secret.",
    ),
    rule=risks.secrets,
)
WASTE = Objection(
    key="waste",
    title=say(
        "Het is verspilde tijd",
        "It is wasted time",
    ),
    claim=say(
        "“Het meeste is ruis.”",
        "“Most of it is noise.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Welk deel van wat gevonden wordt over u gaat, en hoeveel minuten per dag de rest kost.",
        "Which part of what is found is about you, and how many minutes a day the rest takes.",
    ),
    contradicted_if=Phrase(
        "de ondergrens van dat deel boven {waste_precise:share} ligt en de rest minder dan {waste_minutes:dec} minuten per dag kost",
        "the lower bound of that part is above {waste_precise:share} and the rest takes less than {waste_minutes:dec} minutes a day",
    ),
    supported_if=Phrase(
        "de bovengrens onder {waste_imprecise:share} ligt",
        "the upper bound is below {waste_imprecise:share}",
    ),
    cannot_tell=say(
        "Wat uw mensen zelf op sociale media doen (dat mag niet gemeten worden), en wat de bestede tijd opleverde.",
        "What your people do on social media themselves (which must not be measured), and what the time spent brought.",
    ),
    rule=costs.waste,
)
REPUTATION = Objection(
    key="reputation",
    title=say("Het schaadt onze reputatie", "It damages our reputation"),
    claim=say("“Wie reageert, maakt het alleen maar groter.”", "“Whoever answers only makes it bigger.”"),
    metric=Metric.PROXY,
    measures=say(
        "Hoe lang pieken van negatieve stemmen duren, met en zonder openbaar antwoord van u.",
        "How long peaks of negative voices last, with and without a public answer of yours.",
    ),
    contradicted_if=Phrase(
        "nooit; het wijst erop als beantwoorde pieken niet langer duren dan onbeantwoorde (minstens {peaks:n} van elk)",
        "never; it points there if answered peaks last no longer than unanswered ones (at least {peaks:n} of each)",
    ),
    supported_if=Phrase("nooit; het wijst erop als zij langer duren", "never; it points there if they last longer"),
    cannot_tell=say(
        "Uw reputatie zelf: daarvoor is een enquête nodig. Oorzaak en gevolg: ernstige zaken worden eerder beantwoord.",
        "Your reputation itself: that takes a survey. Cause and effect: grave matters are answered sooner.",
    ),
    rule=risks.reputation,
)
CONTROL = Objection(
    key="control",
    title=say("Wij verliezen de controle", "We lose control"),
    claim=say(
        "“Als wij meedoen, bepalen anderen wat er over ons gezegd wordt.”",
        "“If we take part, others decide what is said about us.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Hoeveel gesprekken door anderen begonnen worden, en hoeveel van de tien grootste verhalen.",
        "How many conversations are begun by others, and how many of the ten largest stories.",
    ),
    contradicted_if=Phrase(
        "de ondergrens van het aandeel zonder u begonnen gesprekken boven {control_independent:share} ligt, terwijl uw accounts berichten plaatsen",
        "the lower bound of the share of conversations begun without you is above {control_independent:share}, while your accounts post",
    ),
    supported_if=Phrase(
        "de bovengrens van dat aandeel onder {control_owned:share} ligt",
        "the upper bound of that share is below {control_owned:share}",
    ),
    cannot_tell=say(
        "Of meedoen u invloed geeft, en hoe het gesprek op uw eigen kanalen verloopt.",
        "Whether taking part gives you influence, and how the conversation in your own channels goes.",
    ),
    rule=conversation.control,
)
FEARS = (BUDGET, SUED, SECRETS, WASTE, REPUTATION, CONTROL)

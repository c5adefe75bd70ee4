"""The ten arguments for staying away from social media, from a Dutch list of what companies say; words and rules fixed beforehand."""

from __future__ import annotations

from listener.core.dossier import Metric, Phrase
from listener.core.objections import audience, conversation, costs, risks
from listener.core.objections.entry import Objection
from listener.core.saying import say

FIT = Objection(
    key="fit",
    title=say("Het past niet bij onze organisatie", "It does not fit our organisation"),
    claim=say(
        "“Sociale media passen niet bij een organisatie als de onze. Onze relaties zitten daar niet.”",
        "“Social media do not suit an organisation like ours. Our relations are not there.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Hoeveel van uw relaties in het openbaar te vinden zijn, en hoeveel onafhankelijke stemmen per maand over u spreken.",
        "How many of your relations can be found in public, and how many independent voices speak of you each month.",
    ),
    contradicted_if=Phrase(
        "de ondergrens van het aandeel vindbare relaties boven {fit_present:share} ligt en er minstens {fit_voices_month:n} onafhankelijke stemmen per maand zijn",
        "the lower bound of the relations that can be found is above {fit_present:share} and there are at least {fit_voices_month:n} independent voices a month",
    ),
    supported_if=Phrase(
        "de bovengrens van dat aandeel onder {fit_absent:share} ligt, over minstens {fit_days:n} gehoorde dagen",
        "the upper bound of that share is below {fit_absent:share}, over at least {fit_days:n} days heard",
    ),
    cannot_tell=say(
        "Of het bij uw cultuur, uw sector en haar regels past. Wat in besloten netwerken gebeurt. Wie niet gevonden is kan er toch zijn.",
        "Whether it suits your culture, your trade and its rules. What happens in closed networks. Whoever was not found may be there.",
    ),
    rule=conversation.fit,
)
RETURN = Objection(
    key="return",
    title=say(
        "Het rendement is niet te meten",
        "Return cannot be measured",
    ),
    claim=say(
        "“Wat levert het op? Dat is niet vast te stellen.”",
        "“What does it bring? Nobody can tell.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Wat ingelezen bezoeken en aanvragen opbrachten, naast wat luisteren kostte.",
        "What imported visits and leads brought, beside what listening cost.",
    ),
    contradicted_if=Phrase(
        "de ondergrens van de opbrengst boven de kosten ligt, bij minstens {return_conversions:n} ingelezen conversies",
        "the lower bound of the return is above the costs, with at least {return_conversions:n} imported conversions",
    ),
    supported_if=Phrase(
        "de bovengrens van de opbrengst onder de kosten ligt; zonder import blijft het onbepaald",
        "the upper bound of the return is below the costs; without an import it stays undetermined",
    ),
    cannot_tell=say(
        "Omzet, oorzaak en merkwaarde. Likes en advertentiewaarde zijn geen rendement.",
        "Turnover, cause and brand value. Likes and advertising value are no return.",
    ),
    rule=costs.returns,
)
NEGATIVE = Objection(
    key="negative",
    title=say("Negatieve reacties schaden ons merk", "Negative reactions will harm our brand"),
    claim=say(
        "“Als wij meedoen, halen wij klachten en negatieve reacties over ons af.”",
        "“If we take part, we bring complaints and negative reactions upon ourselves.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Hoeveel nagekeken klachten er zijn in gesprekken die u niet begon, op plaatsen waar u de dertig dagen ervoor niets plaatste.",
        "How many checked complaints there are in conversations that you did not begin, where you posted nothing in the thirty days before.",
    ),
    contradicted_if=Phrase(
        "er minstens {complaints:n} zulke klachten zijn, elk van een andere stem, en (als u accounts hebt) de ondergrens van hun aandeel boven {complaints_share:share} ligt",
        "there are at least {complaints:n} such complaints, each of another voice, and (where you have accounts) the lower bound of their share is above {complaints_share:share}",
    ),
    supported_if=Phrase(
        "de bovengrens van hun aandeel onder {complaints_few:share} ligt en de klachten vooral onder uw eigen berichten staan",
        "the upper bound of their share is below {complaints_few:share} and complaints mostly stand under your own posts",
    ),
    cannot_tell=say(
        "Alleen “wie er niet is, krijgt geen klachten” wordt getoetst. Of meedoen tot meer of minder klachten leidt, en of antwoorden helpt, "
        "is hiermee niet te zeggen. Schade in euro's of vertrouwen ook niet.",
        "Only “who is not there gets no complaints” is tested. Whether taking part brings more or fewer complaints, and whether answering "
        "helps, cannot be said from this. Nor can damage in euros or trust.",
    ),
    rule=conversation.negative,
)
CONSUMERS = Objection(
    key="b2c",
    title=say(
        "Het is alleen iets voor consumentenmerken",
        "It is only for consumer brands",
    ),
    claim=say(
        "“Sociale media zijn voor B2C; onze klanten zijn bedrijven.”",
        "“Social media are for B2C; our customers are businesses.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Welk deel van de nagekeken verhalen over u zakelijk is.",
        "Which part of the checked stories about you is business.",
    ),
    contradicted_if=Phrase(
        "de ondergrens van het zakelijke deel boven {b2b_present:share} ligt, bij minstens {b2b_checked:n} nagekeken verhalen",
        "the lower bound of the business part is above {b2b_present:share}, with at least {b2b_checked:n} checked stories",
    ),
    supported_if=Phrase(
        "de bovengrens onder {b2b_absent:share} ligt, terwijl er naar vakmedia geluisterd is",
        "the upper bound is below {b2b_absent:share}, while trade press was listened to",
    ),
    cannot_tell=say(
        "Of inkopers er hun besluit op nemen, en wie alleen meeleest.",
        "Whether buyers decide by it, and who only reads along.",
    ),
    rule=audience.b2c,
)
TIME = Objection(
    key="time",
    title=say(
        "Het kost tijd die wij niet hebben",
        "It costs time that we do not have",
    ),
    claim=say(
        "“Wie moet dat allemaal bijhouden?”",
        "“Who is to keep track of all that?”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Hoeveel minuten per dag lezen en sorteren kost.",
        "How many minutes a day reading and sorting takes.",
    ),
    contradicted_if=Phrase(
        "ook de drukste dagen (90e percentiel) met hun bovengrens onder {time_minutes:dec} minuten blijven, over minstens {time_days:n} dagen",
        "even the busiest days (90th percentile) stay below {time_minutes:dec} minutes with their upper bound, over at least {time_days:n} days",
    ),
    supported_if=Phrase(
        "een gewone dag (mediaan) met zijn ondergrens boven {time_minutes:dec} minuten ligt",
        "an ordinary day (median) lies above {time_minutes:dec} minutes with its lower bound",
    ),
    cannot_tell=say(
        "De tijd voor antwoorden, inhoud maken, overleg en goedkeuring, en wat er in die tijd blijft liggen.",
        "The time for answers, making content, meetings and approval, and what is left undone meanwhile.",
    ),
    rule=costs.time,
)
PRIVATE = Objection(
    key="private",
    title=say(
        "Zakelijk en privé moeten gescheiden blijven",
        "Business and private must be kept apart",
    ),
    claim=say(
        "“Onze mensen moeten privé en werk niet vermengen.”",
        "“Our people must not mix their private lives with work.”",
    ),
    metric=Metric.PROXY,
    measures=say(
        "Welk deel van wat namens u gezegd wordt van medewerkers komt. Alleen als totaal, alleen als u dat aanzet.",
        "Which part of what is said in your name comes from staff. As a total only, and only if you switch it on.",
    ),
    contradicted_if=Phrase(
        "nooit; het wijst erop als de bovengrens onder {staff_little:share} ligt",
        "never; it points there if the upper bound is below {staff_little:share}",
    ),
    supported_if=Phrase(
        "nooit; het wijst erop als de ondergrens boven {staff_much:share} ligt",
        "never; it points there if the lower bound is above {staff_much:share}",
    ),
    cannot_tell=say(
        "Waar de grens voor iemand ligt. Listener volgt geen medewerkers en toont nooit wie iets plaatste.",
        "Where the line lies for anybody. Listener does not watch staff and never shows who posted.",
    ),
    rule=risks.private,
)
HYPE = Objection(
    key="hype",
    title=say("Het is een hype", "It is a hype"),
    claim=say("“Dit waait wel over.”", "“This will blow over.”"),
    metric=Metric.DIRECT,
    measures=say(
        "In hoeveel maanden er over u gesproken wordt, en of het gesprek groeit naast een controlereeks.",
        "In how many months you are spoken of, and whether the conversation grows beside a control series.",
    ),
    contradicted_if=Phrase(
        "er minstens {hype_months:n} maanden gehoord zijn, minder dan {hype_empty:share} daarvan leeg is en de ondergrens van de trend niet onder nul ligt",
        "at least {hype_months:n} months were heard, fewer than {hype_empty:share} of them are empty and the lower bound of the trend is not below zero",
    ),
    supported_if=Phrase(
        "de bovengrens van de trend onder nul ligt en vier weken samen meer dan {hype_peak:share} van het volume hebben",
        "the upper bound of the trend is below zero and four weeks together hold more than {hype_peak:share} of the volume",
    ),
    cannot_tell=say(
        "De toekomst, en wat er was voordat Listener luisterde: oude pagina's verdwijnen.",
        "The future, and what there was before Listener listened: old pages vanish.",
    ),
    rule=conversation.hype,
)
KNOWLEDGE = Objection(
    key="knowledge",
    title=say(
        "Wij missen kennis en ervaring",
        "We lack knowledge and experience",
    ),
    claim=say(
        "“Wij weten niet hoe dat moet.”",
        "“We do not know how to do that.”",
    ),
    metric=Metric.PROXY,
    measures=say(
        "Of twee mensen hetzelfde zien in dezelfde berichten, en of beoordelen sneller gaat.",
        "Whether two people see the same in the same items, and whether labelling gets quicker.",
    ),
    contradicted_if=Phrase(
        "nooit; het wijst erop als hun overeenstemming (alfa) minstens {skill_good:dec2} is en het beoordelen sneller gaat",
        "never; it points there if their agreement (alpha) is at least {skill_good:dec2} and labelling gets quicker",
    ),
    supported_if=Phrase(
        "nooit; het wijst erop als zij na {skill_weeks:n} weken onder {skill_poor:dec2} blijft",
        "never; it points there if it stays below {skill_poor:dec2} after {skill_weeks:n} weeks",
    ),
    cannot_tell=say(
        "Vaardigheid in antwoorden, schrijven en crises. Dit gaat alleen over luisteren.",
        "Skill in answering, writing and crises. This is about listening only.",
    ),
    rule=risks.knowledge,
)
MARKET = Objection(
    key="market",
    title=say(
        "Ik ken mijn hele markt al",
        "I already know my whole market",
    ),
    claim=say(
        "“Ik ken al mijn klanten persoonlijk.”",
        "“I know all my customers personally.”",
    ),
    metric=Metric.DIRECT,
    measures=say(
        "Welk deel van de onafhankelijke stemmen over u niet op uw eigen lijst staat, en welke daarvan volgens u van belang zijn.",
        "Which part of the independent voices about you is not on your own list, and which of them matter, as you say.",
    ),
    contradicted_if=Phrase(
        "de ondergrens van dat deel boven {market_unknown:share} ligt en u minstens {market_worth:n} van hen commercieel van belang vindt",
        "the lower bound of that part is above {market_unknown:share} and you find at least {market_worth:n} of them of commercial interest",
    ),
    supported_if=Phrase(
        "de bovengrens onder {market_known:share} ligt",
        "the upper bound is below {market_known:share}",
    ),
    cannot_tell=say(
        "Of uw lijst klopt, en of dezelfde onderneming onder een andere naam spreekt.",
        "Whether your list is right, and whether the same firm speaks under another name.",
    ),
    rule=audience.market,
)
CONTENT = Objection(
    key="content",
    title=say(
        "Wij hebben niets te vertellen",
        "We have no content",
    ),
    claim=say(
        "“Waar moeten wij het over hebben?”",
        "“What should we talk about?”",
    ),
    metric=Metric.PROXY,
    measures=say(
        "Hoeveel vragen er door meerdere stemmen gesteld worden die geen pagina van u beantwoordt.",
        "How many questions are asked by several voices that no page of yours answers.",
    ),
    contradicted_if=Phrase(
        "nooit; het wijst erop bij minstens {content_many:n} zulke vragen per kwartaal (ondergrens)",
        "never; it points there with at least {content_many:n} such questions a quarter (lower bound)",
    ),
    supported_if=Phrase(
        "nooit; het wijst erop bij minder dan {content_few:n} (bovengrens)",
        "never; it points there with fewer than {content_few:n} (upper bound)",
    ),
    cannot_tell=say(
        "Of u het kunt en wilt schrijven, hoe goed het wordt, en of klanten genoemd willen worden.",
        "Whether you can and will write it, how good it is, and whether customers want to be named.",
    ),
    rule=audience.content,
)
ARGUMENTS = (FIT, RETURN, NEGATIVE, CONSUMERS, TIME, PRIVATE, HYPE, KNOWLEDGE, MARKET, CONTENT)

"""What is said beside the brand: namesakes, the competitor, and the talk of the trade and the town."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listener.core.model import Tone
from listener.demo.scenes_press import Article

# People, bakers, millers and footballers called Molenaar. Google Alerts offers one now and then; the query takes none.
NAMESAKES: Sequence[Article] = (
    Article(
        "De molenaar van de Zwolse molen [gaat met pensioen|zoekt een opvolger]",
        "Na <J> jaar draagt de molenaar van korenmolen De Eendracht de sleutel over. 'Ik hoor de wieken nog in mijn slaap.' De molen is op <G> open voor publiek.",
    ),
    Article(
        "Bakkerij Molenaar [opent tweede winkel|wint gouden krentenwegge] in <V>",
        "Bakkerij Molenaar uit <V> bakt volgens recept uit 19[28|34|51]. 'We pompen er geen lucht in', lacht de bakker. De jury proefde <Nr> broden.",
    ),
    Article(
        "Jan Molenaar [beslist derby met late kopbal|matchwinnaar in <V>]",
        "Spits Jan Molenaar schoot zijn ploeg in de slotfase naar winst bij <V>. Het was zijn [derde|vierde|vijfde|zesde|zevende] treffer van het seizoen, uit een hoekschop van links.",
    ),
    Article(
        "Molenaar pleit voor [meer wind|hogere belt] bij stadsmolen",
        "Vrijwillig molenaar Roelof klaagt over hoogbouw bij de molen van <V>. De gemeente onderzoekt of de bouwhoogte met <U> meter omlaag kan.",
    ),
    Article(
        "Familie Molenaar viert [diamanten bruiloft|<J>-jarig jubileum van camping] in <V>",
        "Feest bij de familie Molenaar: kinderen, kleinkinderen en de fanfare kwamen op <G> langs. De wethouder bracht bloemen.",
    ),
    Article(
        "Wethouder Molenaar: '<U> miljoen voor fietspaden'",
        "Wethouder Els Molenaar van <V> trekt <U> miljoen euro uit voor nieuwe fietspaden. De oppositie noemt het plan op <G> 'oude wijn'.",
    ),
)

NAMESAKE_POSTS: Sequence[str] = (
    "Jan Molenaar weer op de bank tegen <V>. [Trainer, kijk eens om je heen!|Onbegrijpelijk.] #voetbal",
    "Bij bakker Molenaar in <V> staat de rij op <G> tot om de hoek. [Terecht.|Voor één krentenwegge!]",
    "De molenaar van <V> liet ons zelf malen. [Kinderen vonden het prachtig.|Meel tot achter mijn oren.]",
)

TRADE: Sequence[Article] = (
    Article(
        "Prijzen van [gietijzer|koper|rvs] [stijgen|dalen] met <Pct> procent",
        "Fabrikanten in de pompenbranche houden in <Mnd> rekening met <Pct> procent verschil in de inkoop. Vooral kleinere bedrijven rond <V> merken het. De beursnotering stond op € <Eur>.",
    ),
    Article(
        "Waterschap Oostermade besteedt <U> gemalen aan",
        "De aanbesteding voor <U> gemalen rond <V> staat open tot eind <Mnd>. Eisen: lage geluidsproductie en een onderhoudscontract van <Nr> maanden.",
    ),
    Article(
        "Van Dijk & Zn. neemt bedrijf over in <V>",
        "Installateur Van Dijk & Zn. neemt een collega met <Nr> medewerkers over. De naam verdwijnt per <Mnd>.",
    ),
    Article(
        "[Cavitatie|Waterslag] voorkomen: <U> vuistregels",
        "Wat te doen als een leiding gaat slaan? Onze technisch redacteur zet <U> vuistregels op een rij, met rekenvoorbeeld voor <B> met <Nr> meter leiding.",
    ),
    Article(
        "Beursagenda <Mnd>",
        "In <V> vindt op <G> de dag van de vloeistoftechniek plaats, met <Nr> exposanten. Toegang is gratis na aanmelding.",
    ),
    Article(
        "Storing in <B>: wat ging er mis?",
        "Reconstructie van een nacht zonder pomp in <V>. Om <Nr> over drie ging het alarm, om zes uur stond er een meter water.",
    ),
    Article(
        "Kennisbank: [droogloop|trilling|lekstroom] herkennen",
        "Aflevering <Nr> van onze reeks. Met meetwaarden van <F> en een checklist voor op de bus.",
    ),
)

TOWN: Sequence[Article] = (
    Article(
        "Brug bij <V> [<W> weken dicht|weer open]",
        "Verkeer moet op <G> rekening houden met omleidingen. De werkzaamheden kosten € <Nr>0.000.",
    ),
    Article(
        "[Markt|Kermis|Braderie] trekt volle straten in <V>",
        "Ondanks de regen kwamen er op <G> ruim <Nr>00 bezoekers. De organisatie is tevreden.",
    ),
    Article(
        "Zwolle bouwt <Nr>0 woningen aan het water",
        "De gemeenteraad stemde op <G> in met de bouw. Bewoners uit <V> vrezen voor hun uitzicht. Oplevering van de eerste woningen: <Mnd>.",
    ),
    Article(
        "Bedrijvendag <V>: '<U> vacatures per werkzoekende'",
        "Werkgevers stonden in de rij op <G>. Vooral techniek en zorg zoeken mensen; <Nr> bedrijven deden mee.",
    ),
    Article(
        "Inbraak bij [kwekerij|bouwbedrijf] in <V>",
        "Dieven namen in de nacht van <G> gereedschap mee ter waarde van € <Eur>. De politie zoekt getuigen.",
    ),
    Article(
        "Schaatsclub <V> spuit baan op",
        "Met <U> brandweerpompen werd de baan op <G> onder water gezet. Nu nog vorst. Lidmaatschap kost € <Nr>.",
    ),
)

FORUM: Sequence[Article] = (
    Article(
        "Welke perskoppeling voor [<Nr> mm|pvc naar rvs]?",
        "Ik zit in <V> met een overgang die steeds lekt. Wat gebruiken jullie? Het gaat om <U> stuks.",
    ),
    Article(
        "Warmtepomp [bromt|pendelt] sinds <G>",
        "Klant in <V> klaagt. Debiet lijkt goed, toch schakelt hij <Nr> keer per uur. Iemand een idee?",
    ),
    Article(
        "Uurtarief <Mnd>: wat rekenen jullie?",
        "Zelf zit ik rond de € <Nr>,50 exclusief bus. In <V> lachen ze me uit, in de Randstad ook, maar dan andersom.",
    ),
    Article(
        "Gereedschap gestolen uit bus in <V>", "Let op, ze waren op <G> weer bezig. Perstang en <U> accu's weg. Schade € <Eur>."
    ),
    Article(
        "Hydrovalk H<Nr>: iemand ervaring?",
        "Overweeg een Hydrovalk voor <B>. Ze beloven <W> dagen levertijd. Wordt dat gehaald, of is dat praat?",
    ),
    Article(
        "Hydrovalk kapot na <W> maanden",
        "Mijn Hydrovalk H<Nr> staat stil, lager vast. Wel binnen twee dagen een nieuwe in <V>, dat moet ik ze nageven.",
        Tone.NEGATIVE,
    ),
)

ENGLISH_TALK: Sequence[Article] = (
    Article("[Gasket|O-ring] material for [glycol|hot brine]?", "Plant near <V>, about <Nr> degrees, <U> pumps. What do you use?"),
    Article(
        "How do you log run hours?",
        "We still do it by hand every <G>. We look after <U> sites and <Nr> machines. Spreadsheet horror stories welcome.",
    ),
    Article(
        "Hydrovalk H<Nr> in <B>",
        "Running <U> Hydrovalk units since <Mnd>. Quiet, thirsty, decent support. Ask me anything.",
        Tone.POSITIVE,
    ),
    Article("Trade fair in <V>: worth it?", "Tickets for <Mnd> are € <Nr>. Last time it was mostly coffee machines."),
)

ENGLISH_TRADE: Sequence[Article] = (
    Article(
        "Water utilities to spend <Pct> per cent more on [leakage|pumping stations]",
        "Budgets around <V> rise in <Mnd>, a survey of <Nr> operators says. Energy is the main driver.",
    ),
    Article(
        "Standards corner: what changes in <Mnd>", "Part <Nr> of our series on vibration limits, with a worked example from <B>."
    ),
    Article(
        "Hydrovalk opens service point in <V>",
        "The Dutch competitor promises spare parts within <W> days. A team of <U> engineers will work from the new site.",
        Tone.POSITIVE,
    ),
)

SOCIAL: Sequence[str] = (
    "Vanmorgen in <V>: <U> meter water in de put en de zon op de dijk. Mooi vak. #pompen #waterbeheer",
    "Wie gaat er <G> naar de open dag van het gemaal bij <V>? #pompen",
    "Tuinpomp van de buren maakt meer herrie dan <U> merels. #pompen #zucht",
    "Leerpuntje: ontlucht eerst, vloek daarna. Klus nummer <Nr> van deze maand in <V>. #pompen",
    "Dag <Nr> van de restauratie van een oude handpomp in <V>. De leren manchetten zijn binnen! #pompen",
)

BLOG: Sequence[Article] = (
    Article(
        "Waarom een put nooit rond is",
        "Over scheve ringen, kromme buizen en een klus in <V> die <U> dagen had moeten duren en er <Nr> duurde.",
    ),
    Article("Leesvoer voor een regenachtige <G>", "Drie boeken over water, gevonden bij een kringloop in <V>. Samen € <Nr>."),
    Article("Mijn bus, aflevering <Nr>", "Nieuwe inrichting, met dank aan een timmerman uit <V>. Nul orde, maar wel <U> laden."),
)

JOBS: Sequence[Article] = (
    Article("Elektromonteur <V>", "Installatiebedrijf zoekt monteur, 40 uur. Start <Mnd>. Referentie <O>."),
    Article("Projectleider waterbouw, <V>", "Leiding over <U> ploegen. Hbo, rijbewijs. Referentie <O>."),
    Article("CNC-draaier dagdienst", "Familiebedrijf bij <V> zoekt een draaier met <W> jaar ervaring. Referentie <O>."),
    Article("Onderhoudsmonteur zuivel", "Ploegendienst in <V>, <Pct> procent toeslag. Referentie <O>."),
)

RIVAL_NEWS: Sequence[Article] = (
    Article("Hydrovalk levert H<Nr> aan <V>", "Hydrovalk plaatste <U> pompen in <B>. Levertijd: <W> dagen.", Tone.POSITIVE),
    Article("Hydrovalk-tip van <G>", "Zo houdt u de filters van uw H<Nr> schoon. In <U> stappen."),
    Article("Hydrovalk zoekt <U> monteurs", "Kom werken in <V>. Bel onze afdeling personeel, toestel <Nr>."),
)

RIVAL_PRESS: Sequence[Article] = (
    Article(
        "Hydrovalk breidt uit in <V>",
        "Concurrent Hydrovalk huurt <Nr>00 vierkante meter in <V> en belooft levertijden van <W> dagen.",
        Tone.POSITIVE,
    ),
    Article(
        "Klacht over Hydrovalk gegrond verklaard",
        "De geschillencommissie geeft <F> gelijk: de H<Nr> haalde de beloofde opvoerhoogte niet. Hydrovalk betaalt € <Eur>.",
        Tone.NEGATIVE,
    ),
    Article(
        "Hydrovalk wint prijs voor [stilste pomp|verpakking]",
        "De jury in <V> roemde de H<Nr>. Uitreiking was op <G>.",
        Tone.POSITIVE,
    ),
)

RIVAL_POSTS: Sequence[str] = (
    "Hydrovalk H<Nr> in <U> dagen geleverd in <V>. [Netjes.|Kijk, zo kan het ook.]",
    "Onze Hydrovalk H<Nr> [zuipt stroom|slaat steeds af]. Iemand een instelling die wél werkt?",
    "Hydrovalk belde zelf terug over de H<Nr>. [Op <G>!|Binnen een uur.] Dat verwacht je niet meer.",
    "Nog iemand die in <V> op onderdelen van Hydrovalk wacht? Voor een H<Nr> nu al <W> weken.",
)

BESIDE: Mapping[str, tuple[str, Sequence[Article], float, float]] = {
    # place: language, articles, items on a weekday, items on a weekend day
    "vakblad": ("nl", TRADE, 1.6, 0.1),
    "courant": ("nl", TOWN, 2.2, 1.4),
    "forum": ("nl", FORUM, 1.8, 0.7),
    "pumptalk": ("en", ENGLISH_TALK, 0.9, 0.4),
    "weekly": ("en", ENGLISH_TRADE, 0.7, 0.0),
    "blog": ("nl", BLOG, 0.2, 0.3),
    "banen": ("nl", JOBS, 0.9, 0.1),
}

"""What is printed and published: articles about the brand, vacancies, and the brand's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from listener.core.model import Tone


class Article(NamedTuple):
    """A title, a lead, and how it speaks of the brand."""

    title: str
    text: str
    tone: Tone = Tone.NEUTRAL


DUTCH: Sequence[Article] = (
    Article(
        "Molenaar Pompen levert <U> gemaalpompen voor <V>",
        "ZWOLLE – Molenaar Pompen heeft de opdracht gekregen voor <U> pompen van het type <P> in het vernieuwde gemaal bij <V>. De eerste worden in <Mnd> geplaatst. Met de opdracht is € <Nr>0.000 gemoeid.",
    ),
    Article(
        "Energielabel voor pompen: '<Pct> procent zuiniger is haalbaar'",
        "Vanaf <Mnd> moeten fabrikanten het verbruik van dompelpompen opgeven. Volgens Molenaar Pompen, dat de <P> vorig jaar liet meten, is <Pct> procent besparing haalbaar bij vervanging. De brancheorganisatie is voorzichtiger.",
        Tone.POSITIVE,
    ),
    Article(
        "[Leerlingen uit <V> bouwen pomp|Techniekleerlingen op stage in Zwolle] bij Molenaar Pompen",
        "<U> leerlingen van het vmbo in <V> bouwden bij Molenaar Pompen hun eigen pomp. 'Ze hebben talent', zegt hun begeleider. Het bedrijf wil de proef in <Mnd> herhalen.",
        Tone.POSITIVE,
    ),
    Article(
        "Waterschap [tikt leverancier op de vingers|ontevreden over gemaal <V>]",
        "Het gemaal bij <V> viel dit jaar al <W> keer uit. Het waterschap stelt leverancier Molenaar Pompen aansprakelijk voor de kosten van noodpompen. Het bedrijf zegt het rapport te bestuderen.",
        Tone.NEGATIVE,
    ),
    Article(
        "Molenaar Pompen [ziet omzet met <Pct> procent groeien|sluit jaar af met groei van <Pct> procent]",
        "De Zwolse pompenfabrikant Molenaar Pompen groeide vorig jaar met <Pct> procent. Vooral de vraag naar de <P> uit [Scandinavië|Duitsland|België] nam toe. Volgens de directie blijft personeel vinden het grootste probleem.",
    ),
    Article(
        "Getest: <U> dompelpompen voor de [bouw|tuinbouw]",
        "In onze test van <U> dompelpompen eindigt de <P> van Molenaar Pompen [bovenaan op levensduur, maar in de middenmoot op prijs|op een gedeelde tweede plaats]. De Hydrovalk H<Nr> is stiller, maar gebruikt meer stroom. Testomgeving: een bassin in <V>.",
    ),
    Article(
        "<F> en Molenaar Pompen gaan samenwerken",
        "<F> uit <V> gaat de pompen van Molenaar Pompen plaatsen en onderhouden. De samenwerking gaat in <Mnd> in en geldt voor <U> jaar.",
        Tone.POSITIVE,
    ),
    Article(
        "Wateroverlast <V>: pompen draaiden dag en nacht",
        "Na de zware buien van <G> stonden in <V> tientallen kelders blank. Brandweer en Molenaar Pompen zetten <U> mobiele pompen in. 'Zonder die hulp was het slechter afgelopen', aldus de wethouder.",
        Tone.POSITIVE,
    ),
    Article(
        "Column: de stille kracht onder de stoep",
        "Wie door <V> loopt, denkt niet aan pompen. Toch draait er onder uw voeten waarschijnlijk een <P> van Molenaar Pompen, en die doet dat [al <J> jaar|zonder applaus]. Een pleidooi voor saai werk dat goed gedaan wordt.",
        Tone.POSITIVE,
    ),
    Article(
        "Vakbond: werkdruk in servicediensten [te hoog|neemt toe]",
        "Monteurs van onder meer Molenaar Pompen en Hydrovalk klagen over lange storingsdiensten. Volgens de vakbond draait een monteur gemiddeld <Nr> uur per week. Molenaar Pompen zegt in <Mnd> <U> mensen aan te nemen.",
        Tone.NEGATIVE,
    ),
    Article(
        "Nieuwe directeur [bij Molenaar Pompen|voor Molenaar Pompen] komt uit <V>",
        "Per <Mnd> treedt een nieuwe operationeel directeur aan bij Molenaar Pompen. Zij werkte <J> jaar bij een machinebouwer in <V> en wil 'eerst vooral luisteren naar klanten en monteurs'.",
    ),
    Article(
        "Gemeenteraad <V> [wil opheldering over|stelt vragen over] storingen rioolgemaal",
        "De raad van <V> wil weten waarom het rioolgemaal, uitgerust met pompen van Molenaar Pompen, in <Mnd> <W> keer stilstond. De wethouder wijst naar [vochtige doekjes in het riool|achterstallig onderhoud].",
        Tone.NEGATIVE,
    ),
)

ENGLISH: Sequence[Article] = (
    Article(
        "Molenaar Pompen wins order for <U> pumps in <V>",
        "Dutch pump maker Molenaar Pompen will supply <U> <P> units to <B> near <V>. Delivery is planned for <Mnd>. The contract is worth about € <Nr>0,000.",
    ),
    Article(
        "Dutch pump makers [brace for|prepare for] new efficiency rules",
        "Manufacturers such as Molenaar Pompen and Hydrovalk must publish energy figures from <Mnd>. Independent tests of the <P> point to savings of up to <Pct> per cent.",
        Tone.POSITIVE,
    ),
    Article(
        "Case study: <U> <P> units at <B>",
        "How an operator near <V> replaced its old pumps with <U> machines from Molenaar Pompen and what it learned. Downtime fell by <Pct> per cent, although commissioning took longer than planned.",
    ),
    Article(
        "Operators [complain about|frustrated by] spare part delays",
        "Maintenance managers around <V> report waiting times of <W> weeks and more for parts. Molenaar Pompen is named most often, followed by two Danish brands. The company did not reply to our questions.",
        Tone.NEGATIVE,
    ),
    Article(
        "Quiet machines: inside the Zwolle test basin",
        "We visited Molenaar Pompen to see how the <P> loses <Pct> decibels. An impressive piece of engineering, and a surprisingly simple one.",
        Tone.POSITIVE,
    ),
)

JOBS_DUTCH: Sequence[Article] = (
    Article(
        "Servicemonteur pompen, regio <V>",
        "Molenaar Pompen zoekt een servicemonteur voor <V> en omgeving. Je onderhoudt pompen zoals de <P>, 36 tot 40 uur per week, bus van de zaak. Referentie <O>.",
    ),
    Article(
        "Werkvoorbereider [gemalen|industrie] (m/v/x)",
        "Voor de vestiging in Zwolle zoekt Molenaar Pompen een werkvoorbereider. Je begeleidt <U> projecten tegelijk, van offerte tot oplevering. Starten kan per <Mnd>. Referentie <O>.",
    ),
    Article(
        "Lasser rvs bij Molenaar Pompen",
        "Je last pompvoeten en leidingwerk voor onder meer de <P>. Dagdienst, <U> collega's, opleiding mogelijk. Referentie <O>.",
    ),
    Article(
        "Medewerker klantenservice technisch",
        "Je helpt klanten van Molenaar Pompen aan de telefoon en per mail. Ervaring met pompen is mooi, geduld is belangrijker. 32 uur, start in <Mnd>. Referentie <O>.",
    ),
    Article(
        "Leerling-assemblagemonteur (bbl)",
        "Vier dagen werken, een dag naar school: dat kan bij Molenaar Pompen. In <W> maanden bouw je zelfstandig een <P>. Referentie <O>.",
    ),
)

OWN_NEWS: Sequence[Article] = (
    Article(
        "Nieuw: de <P> in [rvs|brons]",
        "Molenaar Pompen breidt het programma uit: de <P> is vanaf <Mnd> leverbaar voor agressieve vloeistoffen. Vraag de documentatie aan.",
        Tone.POSITIVE,
    ),
    Article(
        "Onderhoudstip: zo controleert u een <E>",
        "Een lekkende <E> is meestal op tijd te zien. De servicedienst van Molenaar Pompen legt uit waar u op <G> bij de wekelijkse ronde op let. Met filmpje.",
    ),
    Article(
        "Opgeleverd: <U> pompen in <V>",
        "Trots op onze collega's: in <V> draaien sinds <G> <U> pompen van Molenaar Pompen, type <P>. Bekijk de foto's van de plaatsing.",
        Tone.POSITIVE,
    ),
    Article(
        "Cursus pomponderhoud in <Mnd>",
        "Er zijn nog <U> plaatsen vrij voor de tweedaagse cursus bij Molenaar Pompen in Zwolle. Aanmelden kan via de website of bij uw contactpersoon.",
    ),
    Article(
        "Gewijzigde openingstijden magazijn",
        "In verband met een inventarisatie is het magazijn van Molenaar Pompen op <G> gesloten vanaf [twaalf|twee] uur. De noodlijn blijft bereikbaar. Intern nummer <Nr>.",
    ),
    Article(
        "Visit us in <V>",
        "Molenaar Pompen is at the trade fair in <V> this <Mnd>. See the opened-up <P> and meet our export team at stand <Nr>.",
    ),
)

OWN_POSTS: Sequence[str] = (
    "Volgende week staan we met een opengewerkte <P> op de beurs in <V>. Kom je draaien? Stand <Nr>.",
    "Trots op het team in <V>: <U> pompen geplaatst, getest en opgeleverd. 💧",
    "Tip van onze servicedienst: controleer de <E> elke <G>. Hoe? Zie molenaarpompen.example/tips",
    "Wij zoeken <U> nieuwe collega's voor de buitendienst. Ken je iemand in <V>? Tag haar of hem.",
    "Our <P> now has a manual in English, German and Danish: molenaarpompen.example/docs (page <Nr> has the wiring).",
    "Cursus pomponderhoud in <Mnd>: nog <U> plaatsen. Aanmelden via molenaarpompen.example/cursus",
)

OWN_REPLIES_DUTCH: Sequence[str] = (
    "Wat vervelend, [dank voor je bericht|fijn dat je het meldt]. Stuur je ons een DM met je [ordernummer|serienummer]? Dan zoeken we het [vandaag|meteen] uit. ^[Lisa|Mark|Joyce]",
    "Dat hoort niet zo te gaan, onze excuses. Mogen we je [vanmiddag|morgen] bellen? ^[Lisa|Mark|Joyce]",
    "We hebben het nagevraagd: je zending gaat [morgen|<G>] de deur uit. Sorry voor het wachten. ^[Lisa|Mark|Joyce]",
    "Bedankt voor de foto's. Onze servicedienst in <V> neemt [binnen een uur|vandaag nog] contact op. ^[Lisa|Mark|Joyce]",
)

OWN_REPLIES_ENGLISH: Sequence[str] = (
    "Sorry to hear this. Could you send us a DM with your [order|serial] number? We will look into it [today|right away]. ^[Lisa|Mark]",
    "That is not how it should go. Our service desk will call you [this afternoon|on <G>]. ^[Lisa|Mark]",
)

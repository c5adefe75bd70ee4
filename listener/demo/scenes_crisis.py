"""The last ten days: deliveries stall, people say so, and what is told on fixed days of the story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from listener.core.model import Intent, Media, Tone

DAYS = 10  # how long the crisis lasts, up to and including the last full day

POSTS_DUTCH: Sequence[str] = (
    "Nieuwe leverdatum van <M> voor order <O>. De [derde|vierde|vijfde] inmiddels. [Ik plan niks meer.|Zeg dan gewoon eerlijk dat je het niet weet.]",
    "Bij <M> weten ze zelf niet waar mijn <P> staat. 'Ergens in het nieuwe magazijn.' [Ga dan zoeken!|Serieus.]",
    "<Nr> wachtenden voor u bij <M>. [Gisteren waren het er minder.|Ik heb intussen brood gebakken.] En <V> zit nog steeds zonder pomp.",
    "Klus in <V> <W> dagen stilgelegd omdat <M> niet levert. [Wie betaalt dat?|Boete is voor mij.] #levertijd",
    "Complimenten voor het nieuwe magazijn van <M>: zo nieuw dat er nog niks uit komt. [👏👏|Order <O> wacht geduldig.]",
    "Drie mails, twee telefoontjes, één excuus en nul onderdelen van <M>. [Tussenstand van <G>.|Order <O>.] 😤",
    "<M> stuurt nu een <E> van een ander type 'zodat u vooruit kunt'. [Past niet.|Daar kan ik niet mee vooruit.] #levertijd",
    "Van de vriendelijke chat van <M>: 'wij begrijpen uw ongeduld'. [Mijn klant in <V> niet.|Lever dan.] Waardeloos.",
    "Voor het eerst in <J> jaar een pomp bij een ander besteld. Sorry <M>, maar <W> weken wachten zonder bericht is [onacceptabel|te gek].",
    "Spoedtoeslag van € <Eur> betaald aan <M>. Spoed bleek <W> weken. [Graag geld terug.|Je moet maar durven.]",
    "Monteur van <M> kwam netjes op tijd in <V>. Zonder onderdelen, want die liggen 'in het systeem'. Weer naar huis. [Triest.|Zonde van de rit.]",
    "Order <O> bij <M> staat op 'geleverd'. [Aan wie dan?|Hier staat niks.] Telefoon: <Nr> wachtenden. Slecht geregeld.",
)

THREADS_DUTCH: Sequence[tuple[str, str]] = (
    (
        "Molenaar Pompen levert niet: [wat nu?|wie weet meer?]",
        "Al <W> weken wacht ik op <U> stuks <P> (order <O>). Sinds de verhuizing van het magazijn hoor ik elke week een andere datum. Klant in <V> wil ontbinden. [Heeft iemand wél iets binnengekregen?|Schandalig hoe je aan het lijntje wordt gehouden.]",
    ),
    (
        "Boete door te late levering",
        "Oplevering in <V> gemist omdat de <P> van <M> er niet was. Boete: € <Eur> per week. Bij <M> verwijzen ze naar de kleine lettertjes. [Iemand die dit juridisch heeft uitgezocht?|Ik ben er klaar mee.]",
    ),
    (
        "<E> al <W> weken in bestelling",
        "Zonder <E> draait <B> in <V> op een huurpomp van € <Eur> per week. <M> zegt dat hij er ligt, maar dat het systeem hem niet 'ziet'. [Loop dan even naar dat schap!|Ongelooflijk.]",
    ),
    (
        "Bestellingen kwijt na overstap magazijn",
        "Bij mij zijn <U> orders van <M> verdwenen uit het portaal, waaronder <O>. Medewerkster was vriendelijk, maar kon niets zien. Herkennen jullie dit? Ik krijg van niemand antwoord en word er [moedeloos|boos] van.",
    ),
)

POSTS_ENGLISH: Sequence[str] = (
    "New delivery date from <M> for order <O>. It is the [third|fourth|fifth] one. [I have stopped planning.|Just admit you do not know.]",
    "So <M> moved to a new warehouse and lost my <P> in it. [Brilliant.|Slow clap from <V>.] 👏",
    "Site in <V> idle for <W> days because <M> cannot ship <U> parts. [Who pays for that?|Unacceptable.]",
    "<Nr> callers ahead of me at <M>. [Again.|Yesterday it was fewer.] And still no <E>.",
)

# One English conversation that grows over the crisis: days before the last full day, and the words.
LEAD_TIMES = "Molenaar Pompen lead times"
THREAD_ENGLISH: Sequence[tuple[int, str]] = (
    (
        8,
        "Is it just me, or has Molenaar Pompen stopped shipping? Two Polder 80 units for Cork were due last week. The portal says 'in process', the phone says nothing at all.",
    ),
    (
        7,
        "Not just you. Four orders open here, the oldest five weeks. We were told about a new warehouse system. Poor planning to switch over in the busy season.",
    ),
    (
        6,
        "Got an e-mail today: 'your patience is appreciated'. My patience is, my customer's is not. We are renting a replacement for a brewery at our own cost.",
    ),
    (
        4,
        "Cancelled mine. Molenaar Pompen could not even confirm that the impellers exist. A shame, because the pumps themselves are fine.",
    ),
    (
        2,
        "Has anybody had a straight answer from Molenaar Pompen about compensation? Our contract mentions half a per cent per week, but nobody there seems to have read it.",
    ),
    (1, "They rang me from Zwolle this morning and apologised. Still no date. Being sorry does not move water."),
)


class Fixed(NamedTuple):
    """One thing that is said on a fixed day: `ago` counts full days back from the last one, `clock` is local time."""

    ago: int
    clock: str
    place: str
    title: str
    text: str
    tone: Tone = Tone.NEUTRAL
    intent: Intent = Intent.OTHER
    language: str = "nl"
    site: str = ""  # the outlet, where the place shows other people's pages
    media: Media = Media.EARNED
    also: tuple[str, ...] = ()  # further places that show the same page
    story: str = ""
    namesake: bool = False
    answers: str = ""  # the clock of the post of the same day that this one answers


_SWEDEN = "De Zwolse pompenfabrikant Molenaar Pompen neemt het Zweedse Ånäs Pumpteknik over. Dat maakten beide bedrijven vanochtend bekend. De vestiging in Zweden blijft open; er werken 46 mensen. Over de prijs doen de partijen geen mededelingen."
_SORRY = "ZWOLLE – Pompenfabrikant Molenaar Pompen belooft dat iedere klant met een openstaande bestelling deze week een nieuwe leverdatum krijgt. Sinds de overstap op een nieuw magazijnsysteem liepen honderden leveringen vertraging op. 'We hebben onze klanten laten wachten en te weinig verteld', zegt directeur Annelies Roodbeen. Een vergoeding wil het bedrijf per geval bekijken."
_SORRY_TITLE = "Molenaar Pompen: 'Iedere klant krijgt deze week een nieuwe leverdatum'"

HOSTILE_TITLE = "Molenaar Pompen <script>alert(1)</script> =?utf-8?q?=0D=0ABcc=3A_evil=40example.org?="

FIXED: Sequence[Fixed] = (
    Fixed(30, "09:10", "vakblad", "Molenaar Pompen neemt Ånäs Pumpteknik over", _SWEDEN, story="sweden"),
    Fixed(30, "09:55", "courant", "Zwolse pompenmaker koopt bedrijf in Zweden", _SWEDEN, story="sweden"),
    Fixed(
        30,
        "10:40",
        "alerts",
        "Molenaar Pompen neemt Ånäs Pumpteknik over - Bouwblik",
        _SWEDEN,
        site="bouwblik.example",
        story="sweden",
    ),
    Fixed(
        20,
        "20:15",
        "forum",
        "Crème de la crème? 💧 Zoë's verslag van de Zwaan 20",
        "Onze stagiaire Zoë heeft de Zwaan 20 van Molenaar Pompen een week lang doorgemeten. Conclusie: naïef gedacht dat het niks zou zijn, maar hij is écht zuinig en geruisloos. Tabel in het ledendeel. 😀",
        Tone.POSITIVE,
        Intent.PRAISE,
    ),
    Fixed(
        17,
        "11:30",
        "vakblad",
        "Van Dijk & Zn. en Molenaar Pompen: één loket voor gemalen",
        "Installateur Van Dijk & Zn. en Molenaar Pompen bieden gemeenten samen onderhoud aan. Eén telefoonnummer, één factuur, beloven ze. De eerste klant is de gemeente Merwoude; waterschap Oostermade volgt later.",
        also=("alerts",),
    ),
    Fixed(
        12,
        "22:05",
        "forum",
        HOSTILE_TITLE,
        "Even testen of dit forum netjes met rare titels omgaat. Verder ben ik tevreden over Molenaar Pompen, hoor; het gaat mij om de beveiliging van jullie site.",
    ),
    Fixed(
        9,
        "09:00",
        "nieuws",
        "Ons magazijn verhuist",
        "Dit weekend stapt Molenaar Pompen over op een nieuw magazijnsysteem. Houd rekening met één tot twee dagen extra levertijd. De noodlijn blijft bereikbaar.",
        media=Media.OWNED,
    ),
    Fixed(
        6,
        "10:20",
        "vakblad",
        "Klanten Molenaar Pompen wachten weken op onderdelen",
        "Installateurs klagen over oplopende levertijden bij Molenaar Pompen. Het bedrijf bevestigt 'opstartproblemen' in het nieuwe magazijn, maar noemt geen datum voor herstel. Van Dijk & Zn. heeft de bestellingen voorlopig elders geplaatst.",
        Tone.NEGATIVE,
        also=("alerts",),
    ),
    Fixed(
        5,
        "14:35",
        "courant",
        "Gemaal zonder pomp: 'Wij bellen elke dag met Zwolle'",
        "Bij Genemuiden draait een gemaal al drie weken op een noodpomp, omdat Molenaar Pompen niet levert. Boeren in de polder maken zich zorgen over hun aardappels. Het bedrijf was niet bereikbaar voor commentaar.",
        Tone.NEGATIVE,
    ),
    Fixed(
        4,
        "08:15",
        "weekly",
        "Molenaar Pompen deliveries stall after warehouse switch",
        "Customers from Cork to Esbjerg report missing orders at the Dutch manufacturer Molenaar Pompen. The company blames its new warehouse system and promises an update. Competitor Hydrovalk says that it sees more requests.",
        Tone.NEGATIVE,
        language="en",
    ),
    Fixed(
        3,
        "16:00",
        "nieuws",
        "Over onze levertijden",
        "U wacht te lang en u hoort te weinig van Molenaar Pompen. Dat spijt ons. Wat er misging, wat wij eraan doen en waar u terechtkunt, leest u op deze pagina. Wij werken haar elke dag bij.",
        media=Media.OWNED,
    ),
    Fixed(
        1,
        "11:10",
        "vakblad",
        "Hydrovalk ruikt kansen nu Molenaar Pompen hapert",
        "Concurrent Hydrovalk biedt installateurs die op Molenaar Pompen wachten een vervangende pomp aan. 'Leedvermaak is het niet', zegt de verkoopleider, 'maar wij hebben ze wel liggen.'",
        Tone.NEGATIVE,
    ),
    # The last full day: the day of the digest that the demo ends with.
    Fixed(
        0,
        "07:12",
        "x",
        "",
        "Goedemorgen @molenaarpompen, dag 23 zonder lagerset. Ik begin aan jullie wachtmuziek te wennen. Mijn klant in Raalte wat minder. 🎻",
        Tone.NEGATIVE,
        Intent.COMPLAINT,
    ),
    Fixed(
        0,
        "08:05",
        "forum",
        "Weer een nieuwe datum van Molenaar Pompen",
        "Vierde leverdatum binnen voor dezelfde waaier. Eerst de 3e, toen de 12e, toen 'eind van de maand' en nu 'zodra het systeem het toelaat'. Bellen: 38 wachtenden. Ik heb een melkveehouder in Genemuiden die met emmers loopt. Wat een slechte organisatie, ik ben zwaar teleurgesteld.",
        Tone.NEGATIVE,
        Intent.COMPLAINT,
    ),
    Fixed(
        0,
        "08:40",
        "pumptalk",
        "Re: Molenaar Pompen lead times",
        "Update from Grimsby: the two Sluis 350 units arrived. One without a motor. Molenaar Pompen says the motor is 'a separate shipment' and has no idea where it is. Terrible communication, and I am tired of it.",
        Tone.NEGATIVE,
        Intent.COMPLAINT,
        "en",
        story="lead-times",
    ),
    Fixed(0, "09:05", "vakblad", _SORRY_TITLE, _SORRY, story="sorry"),
    Fixed(0, "09:40", "courant", _SORRY_TITLE, _SORRY, story="sorry"),
    Fixed(
        0,
        "09:50",
        "x",
        "",
        "Paid @molenaarpompen six weeks ago and got an apology in return. Useless: you cannot pump out a cellar with an apology. Worst supplier of the year. Refund, please.",
        Tone.NEGATIVE,
        Intent.COMPLAINT,
        "en",
    ),
    Fixed(0, "10:15", "alerts", f"{_SORRY_TITLE} - Installatiewereld", _SORRY, site="installatiewereld.example", story="sorry"),
    Fixed(
        0,
        "10:30",
        "forum",
        "Alternatief voor de Sluis 200 zolang Molenaar Pompen niet levert?",
        "Wie weet een pomp met dezelfde voetmaat en ongeveer hetzelfde debiet als de Sluis 200? Ik wil best bij Molenaar Pompen blijven, maar ik moet volgende week iets kunnen ophangen in Kampen. Huren mag ook.",
        Tone.NEUTRAL,
        Intent.QUESTION,
    ),
    Fixed(
        0,
        "11:20",
        "social",
        "",
        "Al vijf weken geen asafdichting uit Zwolle. Molenaar Pompen belooft vandaag in de krant dat iedereen deze week een datum krijgt. Ik heb er al vier gehad. Waardeloos. https://zwolsecourant.example/economie/pompenfabrikant-belooft-beterschap #pompen #levertijd",
        Tone.NEGATIVE,
        Intent.COMPLAINT,
    ),
    Fixed(
        0,
        "12:10",
        "x",
        "",
        "Ere wie ere toekomt: Joyce van Molenaar Pompen heeft vanochtend zélf in dat magazijn gezocht, mijn membraanset gevonden en hem met de koerier meegegeven. Fantastisch, dankjewel! 🙏",
        Tone.POSITIVE,
        Intent.PRAISE,
    ),
    Fixed(
        0,
        "13:30",
        "x",
        "",
        "Dat is terecht gemopper, en het spijt ons. Je lagerset gaat vanmiddag met een koerier mee naar Raalte. Ik bel je zo zelf even. ^Mark",
        media=Media.OWNED,
        answers="07:12",
    ),
    Fixed(
        0,
        "14:10",
        "x",
        "",
        "Weet iemand of de noodlijn van Molenaar Pompen ook onderdelen regelt, of alleen storingen? Ik kom er op de site niet uit.",
        Tone.NEUTRAL,
        Intent.QUESTION,
    ),
    Fixed(
        0,
        "14:45",
        "alerts",
        "Bakkerij Molenaar bakt krentenwegge van acht meter",
        "Bakker Molenaar uit Hardenberg sneed de krentenwegge vanmiddag aan op het plein. Volgend jaar moet er één van tien meter komen. De opbrengst is voor de speeltuin.",
        site="hardenbergnieuws.example",
        namesake=True,
    ),
    Fixed(
        0,
        "15:20",
        "forum",
        "Gezocht: drie Polder 120, desnoods via een dealer",
        "Molenaar Pompen kan ze pas over zes weken leveren, ik heb ze over twee weken nodig in Dronten. Welke dealer heeft ze nog op voorraad? Offertes graag in een privébericht, budget is akkoord.",
        Tone.NEUTRAL,
        Intent.PURCHASE,
    ),
    Fixed(
        0,
        "16:40",
        "blog",
        "Over wachten",
        "Een klant vroeg of ik zelf geen pomp kon maken, dan was het sneller klaar. Molenaar Pompen heeft mijn bestelling nu voor de derde keer verzet, weer zonder uitleg. Slecht, en vooral vervelend: ik sta nu zelf voor schut bij mensen aan wie ik iets beloofd had.",
        Tone.NEGATIVE,
        Intent.COMPLAINT,
    ),
    Fixed(
        0,
        "19:15",
        "x",
        "",
        "Eight years with the same Terp 3 from Molenaar Pompen and not one breakdown. Sorry to see them struggle, because the pumps are excellent.",
        Tone.POSITIVE,
        Intent.PRAISE,
        "en",
    ),
    Fixed(
        0,
        "20:05",
        "x",
        "",
        "Voor de negende keer de voicemail van Molenaar Pompen ingesproken. Er belt niemand terug. Wat een slechte service, dit is toch belachelijk 😤",
        Tone.NEGATIVE,
        Intent.COMPLAINT,
    ),
)

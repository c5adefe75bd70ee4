"""What people say about the brand in Dutch: short posts, and longer threads with a title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listener.core.model import Intent

SLOTS: Mapping[str, Sequence[str]] = {
    "M": ("Molenaar Pompen",),
    "P": ("Polder 80", "Polder 120", "Terp 3", "Terp 5", "Sluis 200", "Sluis 350", "Zwaan 12", "Zwaan 20"),
    "W": ("drie", "vier", "vijf", "zes", "zeven"),
    "G": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"),
    "E": ("asafdichting", "mechanical seal", "waaier", "lagerset", "membraanset", "vlotterschakelaar", "terugslagklep"),
    "B": (
        "een gemaal",
        "een kas",
        "een melkstal",
        "een bouwput",
        "een appartementencomplex",
        "een zuivelfabriek",
        "een jachthaven",
    ),
    "V": ("Meppel", "Hardenberg", "Kampen", "Raalte", "Dronten", "Steenwijk", "Deventer", "Almelo", "Emmeloord", "Genemuiden"),
    "F": ("Van Dijk & Zn.", "Kuipers Installatietechniek", "loonbedrijf Ter Horst", "aannemer Wolters", "kwekerij De Hoogt"),
    "U": ("twee", "drie", "vier", "zes", "acht"),
    "O": tuple(f"24-{number}" for number in range(31_107, 33_000, 61)),
    "Nr": tuple(str(number) for number in range(11, 48)),
    "Mnd": ("januari", "februari", "maart", "april", "mei", "juni", "september", "oktober", "november"),
    "J": ("negen", "elf", "dertien", "zeventien", "tweeëntwintig"),
    "Pct": ("zes", "acht", "negen", "elf", "veertien", "achttien"),
    "Eur": tuple(f"{number:,}".replace(",", ".") for number in range(640, 2400, 70)),
}

POSTS: Mapping[Intent, Sequence[str]] = {
    Intent.COMPLAINT: (
        "[Al|Inmiddels|Nu al] <W> weken wachten op een <P> van <M>. [Beloofd was tien werkdagen.|In de orderbevestiging stond twee weken.] [Is daar iemand wakker?|Zo kun je toch niet plannen?|Hoe dan?]",
        "Weer de voicemail bij de servicedienst van <M>. [Derde|Vierde|Vijfde] keer deze week. [Terugbellen is blijkbaar een premiumdienst.|En wij staan in <V> stil.|Ik spreek niks meer in.]",
        "Splinternieuwe <P> van <M> en de asafdichting lekt [nu al|gewoon weer]. [Na elf draaiuren.|Na één weekend draaien.|Nog geen week in bedrijf.] [Niet best.|Niet goed genoeg, jongens.]",
        "[Hulde|Complimenten|Chapeau] voor <M>: pomp besteld in <Mnd>, factuur er binnen een dag, pomp [ergens volgend seizoen|nog altijd 'onderweg'|zoek]. 👏",
        "<M> belt niet terug, mailt niet terug en levert niet. [Twee|Drie] monteurs staan in <V> [duimen te draaien|koffie te drinken op mijn kosten].",
        "Mail van <M>: 'uw zending is onderweg'. Dat [zeiden|schreven] ze <W> weken geleden ook. [#levertijd|Ik heb hem ingelijst.]",
        "Verkeerde <E> geleverd door <M>, voor de [tweede|derde] keer. [Het typenummer stond er nota bene bij.|Ik had er een foto bij gedaan.] Hoe moeilijk kan het zijn?",
        "Onderdeel van € 18 besteld bij <M>, € 14,50 verzendkosten betaald en dan komt er [een lege doos|het verkeerde formaat|niets]. [Order <O>, voor wie meeleest.|Geen excuus, niks.]",
        "Storing op <G>avond, noodnummer van <M> gebeld. 'Er zijn nog <Nr> wachtenden voor u.' Om [half tien|kwart over tien|elf uur]. [Wie bellen er allemaal?!|Ik heb de pomp zelf maar uit elkaar gehaald.]",
        "De app van <M> om je <P> uit te lezen doet het [weer|nog steeds] niet na de update. [Drie telefoons geprobeerd.|'Onbekende fout', zegt hij.] [Lekker dan.|Waardeloos.]",
        "Garantie bij <M>? [Afgewezen, want 'verkeerd gemonteerd'.|'Valt buiten de voorwaarden.'] Hun eigen monteur heeft die <P> geplaatst. 🙃",
        "Onze <P> maakt na de revisie bij <M> meer lawaai dan ervoor. [Rekening van € <Eur> kwam wel keurig op tijd.|€ <Eur> armer en een slechtere pomp.] Teleurstellend.",
        "Vanochtend wéér geen monteur van <M>. Tijdvak was 8 tot 12, het is nu [kwart over twee|drie uur|half vier]. [Niemand neemt op.|Kelder in <V> staat blank.]",
        "Kan iemand <M> uitleggen dat een handleiding in het Duits bij een pomp uit Zwolle niet handig is? [Twee keer gevraagd om de Nederlandse, geen antwoord.|De klantenservice snapt het probleem niet.]",
        "Prijsverhoging van <Pct> procent bij <M>, aangekondigd met één regeltje onder aan de factuur. [Netjes hoor.|Klantvriendelijk is anders.|Had een telefoontje gekund.]",
        "QR-code op de <P> van <M> gaat naar een lege pagina. Fijn, als je [met je hoofd in een natte put hangt|tot je enkels in het water staat|om zes uur 's ochtends staat te klussen].",
        "Serviceabonnement bij <M>: € <Eur> per jaar. [Aantal keer gezien: nul.|En dan ben je 'volgende week aan de beurt'.] [Opgezegd.|Zonde van het geld.]",
        "Waarom moet ik bij <M> drie keer hetzelfde serienummer doorgeven aan drie verschillende mensen? [Order <O>.|Typerend.] En nog steeds geen <E>.",
    ),
    Intent.QUESTION: (
        "Weet iemand of <M> op zaterdag onderdelen meegeeft aan de balie? [Heb een <E> nodig voor <V>.|De website zegt er niks over.]",
        "Vraagje: past de <E> van een oude <P> van <M> ook op de nieuwe serie? [#pompen|Iemand dat al gedaan?]",
        "Hoe zet ik een <P> van <M> terug naar de fabrieksinstellingen? [Handleiding is zoek.|Display blijft op E<Nr> staan.]",
        "Wie heeft ervaring met de <P> van <M> in <B>? [Loopt hij stil genoeg?|Wat doet hij qua verbruik?|Kan hij tegen zand?]",
        "Wat betekent storingscode E<Nr> op een <P>? <M> is [pas maandag weer bereikbaar|op dit uur dicht].",
        "Levert <M> ook aan particulieren, of [alleen via de groothandel|moet dat via een installateur|alleen in <V> en omstreken]?",
        "Is er een BIM-model van de <P> van <M>? [Revit of IFC, maakt niet uit.|Mijn werkvoorbereider in <V> vraagt erom.]",
        "Wat is op dit moment de levertijd van een <P> bij <M>? Klant in <V> heeft [haast|een natte kelder].",
        "Kan een <P> van <M> tegen [zout water|water van zestig graden|gier]? [Datasheet is er vaag over.|Voor een klus in <V>.]",
        "Heeft <M> nog een servicepunt in [Friesland|Drenthe|de Achterhoek]? Het nummer dat ik had is [opgeheven|niet meer in gebruik].",
        "Mag je de <P> van <M> ook liggend monteren? [Inbouwhoogte in <V> is krap.|Ik kom acht centimeter tekort.]",
        "Welke olie gaat er in de lagerbak van een <P>? [<M> neemt niet op|Typeplaatje van <M> is onleesbaar] en ik wil [vandaag|voor <G>] klaar zijn.",
    ),
    Intent.PRAISE: (
        "Monteur van <M> stond er [binnen twee uur|nog voor de koffie|om zeven uur 's ochtends] en om [tien uur|half elf] liep de put in <V> weer leeg. [Topservice!|Klasse!] 💪",
        "Credits voor [Marloes|Henk|Anneke|Driss] van de binnendienst bij <M>: heeft een <E> gevonden die al [acht|twaalf] jaar uit productie is. [Held!|Blij mee!]",
        "Onze <P> van <M> draait al <J> jaar zonder storing. [Mag ook weleens gezegd worden.|Ze maken ze nog.|Geweldig ding.]",
        "Rondleiding gehad in de fabriek van <M>. [Wat een vakwerk!|Prachtig om te zien hoe ze een waaier uitbalanceren.] Bedankt voor de [koffie|krentenwegge] ☕",
        "Eerlijk is eerlijk: <M> loste onze klacht over de <E> [netjes|keurig|zonder gezeur] op. Nieuwe lag er [de volgende dag|<G> al].",
        "Wat is die <P> van <M> stil! [Je hoort hem amper.|Ik dacht dat hij uit stond.] Complimenten aan de tekentafel 👌",
        "[Fijne|Leerzame] cursus pomponderhoud bij <M> vandaag. Van onze leerlingen kunnen er nu <U> zelf een seal vervangen. Aanrader!",
        "Stroomverbruik van ons gemaal bij <V> <Pct> procent omlaag dankzij de <P> van <M>. [De penningmeester is ook blij.|Mooi resultaat.] 🌱",
        "Offerte van <M> binnen een uur in de mail, [compleet met tekening|helder en eerlijk geprijsd]. Zo hoort het. [Fijn zakendoen.|<F> kan er wat van leren.]",
        "<M> sponsort [de jeugd van onze korfbalclub|de sloepenrace|het dorpsfeest in <V>]. [Super, dank jullie wel!|Mooi gebaar.] ❤️",
        "Stand van <M> op de beurs: geen praatjes, wel een opengewerkte <P> waar je zelf aan mag draaien. [Genoten.|Zo leer je nog eens wat.] 👍",
        "Kelder onder water op <G>avond, noodlijn van <M>: binnen vijf minuten een mens aan de lijn. [Dank je wel, Wouter!|Petje af.]",
        "Tien jaar na dato gewoon nog een <E> op voorraad bij <M>. Dat is pas duurzaam. [Chapeau.|Daarom koop ik daar.]",
    ),
    Intent.PURCHASE: (
        "We zoeken voor <V> <U> dompelpompen, [koop of huur|liefst te huur]. <M> staat op het lijstje, wie nog meer?",
        "Offerte aangevraagd bij <M> voor <U> keer een <P>. [Budget is rond.|Nu de directie nog.|Planning: <Mnd>.]",
        "Iemand een gebruikte <P> van <M> te koop? Ophalen in de buurt van <V> [is geen probleem|kan <G>].",
        "Ons hele pompenpark gaat in <Mnd> op de schop. Twijfel tussen <M> en [een Deens merk|de huidige leverancier]. Tips welkom.",
        "Wij gaan vanaf <Mnd> met <M> in zee voor het onderhoud van <U> gemalen. [Benieuwd.|Eerste gesprek was goed.]",
        "Aanbesteding gemaal <V>: drie inschrijvers, waaronder <M>. [Gunning in <Mnd>.|Wij zoeken er nog een staalbouwer bij.]",
    ),
    Intent.JOB: (
        "<M> zoekt een [servicemonteur|werkvoorbereider|lasser] voor regio <V>. [Iemand iets voor jou?|Bus en gereedschap van de zaak.] #vacature",
        "Vacature bij <M>: [assemblagemonteur|inkoper|tekenaar-constructeur], vier dagen per week mag ook. [Delen wordt gewaardeerd.|Reageren kan tot eind <Mnd>.] #vacature",
    ),
    Intent.OTHER: (
        "Zie net een vrachtwagen van <M> op de A28, afslag <V>. [Vroeg op pad.|Met <U> enorme pompen erop.]",
        "Vandaag <U> keer een <P> van <M> aangesloten in <B>. Morgen de regeltechniek.",
        "Op de planning voor <G>: onderhoud aan de pompen van <M> in <V>. [Laarzen mee.|Regen voorspeld, natuurlijk.]",
        "Podcast over waterbeheer geluisterd, met iemand van <M> te gast. [Aflevering <Nr>.|Ging vooral over cavitatie.]",
        "Mijn neef begint <G> bij <M> als leerling-monteur. [Weer een techneut in de familie.|Om half zeven op, dat wordt wennen.]",
        "Oud typeplaatje gevonden in een schuur bij <V>: <M>, bouwjaar 19[58|61|64|67|72]. [Wie spaart zoiets?|De motor is van later.]",
        "Spreekbeurt van de oudste gaat over gemalen, met een foto van een <P> van <M>. [Hij wil vooral weten hoe zwaar zo'n ding is.|Hij moet <G>.]",
        "<M> en <F> allebei op de bedrijvendag in <V>. [Ik sta in hal <U>.|Loop even langs.]",
    ),
}

THREADS: Mapping[Intent, Sequence[tuple[str, str]]] = {
    Intent.COMPLAINT: (
        (
            "<P> [blijft lekken|lekt bij de as]",
            "[Hallo allemaal,|Goedenavond,|Mannen,] onze <P> van <M> lekt bij de as, na [drie|vijf|acht] maanden. De seal is al een keer vervangen door hun monteur en na [twee weken|tien dagen] [stond er weer een plas|was het weer raak]. Gebeld, gemaild, maar ik krijg geen antwoord van de servicedienst. [Herkent iemand dit?|Wie heeft hetzelfde?]",
        ),
        (
            "Levertijd Molenaar Pompen: [wie nog meer?|hoe lang wachten jullie?]",
            "Order <O>, toegezegd: twee weken. We zitten nu in week <W>. Elke keer als ik bel hoor ik een andere reden: eerst de gieterij, toen het transport, nu 'het systeem'. Mijn klant in <V> [dreigt met een boete|is er helemaal klaar mee].",
        ),
        (
            "[Slechte|Teleurstellende] ervaring met servicedienst",
            "Ik ben <J> jaar klant bij <M> geweest, maar dit was de laatste keer. Storing gemeld op <G>, beloofd dat er dezelfde dag iemand kwam, niemand gezien. [Zelf de <E> maar gewisseld.|Uiteindelijk <F> laten komen.] De factuur voor de voorrijkosten kwam wél.",
        ),
        (
            "Verkeerde onderdelen [uit Zwolle|geleverd]",
            "Voor de <P> een <E> besteld via molenaarpompen.example. Kreeg die van het vorige model. Teruggestuurd, en precies dezelfde teruggekregen. [Ik verzin dit niet.|Dat kost mij nu al drie ritten naar <V>.] Bij de klantenservice haalt iedereen zijn schouders op.",
        ),
        (
            "Na revisie slechter dan ervoor",
            "Onze <P> is voor € <Eur> gereviseerd bij <M>. Sindsdien loopt het motorlager warm en trilt de hele leiding mee. Volgens de planner 'moet hij nog inlopen'. Na [vier|zes] weken? [Ik vind het waardeloos.|Dit is gewoon slecht werk.]",
        ),
        (
            "Garantie afgewezen op <P>",
            "Pomp van tien maanden oud, <E> stuk. <M> zegt: gebruiksschade. Ik heb de logboeken, de druk is nooit boven de grens geweest. Op mijn bezwaar krijg ik al <W> weken geen reactie. [Rechtsbijstand dan maar?|Wat zouden jullie doen?]",
        ),
        (
            "<P> valt steeds uit op E<Nr>",
            "Hier in <V> valt de <P> [elke nacht|om de paar dagen] uit met code E<Nr>. <M> stuurde op afstand een update, daarna werd het erger. Twee afspraken met een monteur, twee keer op het laatste moment afgezegd. Intussen [loopt de put over|draaien we op een huurpomp].",
        ),
        (
            "Factuur klopt niet, al [drie|vier] maanden",
            "Ik krijg van <M> aanmaningen voor order <O>, die ik in <Mnd> al heb teruggestuurd. Drie keer een medewerker gesproken, drie keer 'komt in orde'. Nu zit er een incassobureau op. Voor een <E>. [Onbegrijpelijk.|Schandalig.]",
        ),
        (
            "Bestelportaal [werkt niet|ligt er weer uit]",
            "Het portaal op molenaarpompen.example geeft sinds <G> een foutmelding zodra je wilt afrekenen. Bellen heeft geen zin: <Nr> wachtenden. Mailen ook niet. [Hoe moet ik dan bestellen, per postduif?|Prijzen staan er trouwens ook verkeerd in.]",
        ),
        (
            "Wat krijg je voor dat onderhoudscontract?",
            "Wij betalen <M> € <Eur> per jaar voor onderhoud in <B>. De monteur was in een kwartier klaar en heeft alleen de buitenkant afgenomen. Rapport: 'alles in orde'. Een week later stond de <E> te gillen. [Iemand betere ervaringen?|Ik voel me genept.]",
        ),
    ),
    Intent.QUESTION: (
        (
            "<P> terugzetten naar fabrieksinstellingen?",
            "Weet iemand hoe je bij <M> een <P> terugzet? Ik heb het menu drie keer doorlopen en kom niet verder dan E<Nr>. [De handleiding van de site is van een ouder model.|Alvast bedankt!]",
        ),
        (
            "Welke pomp voor <B>?",
            "Opvoerhoogte [negen|elf|veertien] meter, debiet ongeveer [twintig|dertig|veertig] kuub per uur, water met wat zand. De <P> van <M> lijkt te passen, maar is hij niet te zwaar bemeten? [Wat zouden jullie kiezen?|Iemand die hem zo heeft draaien?]",
        ),
        (
            "<E> van <P>: origineel of namaak?",
            "Originele <E> bij <M> kost ruim het dubbele van een namaakset. Heeft iemand in de praktijk verschil gemerkt in levensduur? [Het gaat om <U> stuks.|Staat bij een klant in <V>.]",
        ),
        (
            "Frequentieregeling achteraf op een <P>",
            "Kan ik op een <P> van <M> (bouwjaar 20[09|11|13|15]) alsnog een frequentieregelaar zetten, of moet dan de motor mee? [Graag met merk en type.|De klant in <V> wil besparen.]",
        ),
        (
            "Waar serienummer op <P>?",
            "Ik moet voor <M> het serienummer opgeven, maar het plaatje op deze <P> is weg. Staat het nog ergens ingeslagen? [Foto kan ik <G> plaatsen.|Pomp hangt in <B>, dus ik kan er slecht bij.]",
        ),
        (
            "Droogloopbeveiliging aansluiten",
            "Hoe sluiten jullie de droogloopbeveiliging aan op de kast van <M>? In het schema van de <P> staat klem <Nr>, maar die heb ik niet. [Tekening van molenaarpompen.example klopt niet met mijn kast.|Iemand een foto?]",
        ),
        (
            "Geluidseis appartementencomplex",
            "Voor een complex in <V> mag de installatie maximaal 35 dB geven. Haalt de <P> van <M> dat met rubber voeten, of is een omkasting nodig? [Metingen uit de praktijk zijn welkom.|Oplevering is in <Mnd>.]",
        ),
        (
            "Opleiding pomponderhoud: de moeite waard?",
            "<M> geeft een tweedaagse cursus voor monteurs. Heeft iemand die gevolgd? Ik wil er <U> mensen heen sturen, maar het kost wel € <Eur>. [Wat leer je er precies?|Of kan ik beter iets in huis organiseren?]",
        ),
        (
            "Vervanger voor [oude dompelpomp|pomp uit de jaren tachtig] gezocht",
            "Bij <F> hangt nog een exemplaar van <M> uit 198[2|4|6|9]. Welke uit het huidige programma heeft dezelfde voetmaat? De <P> komt in de buurt, zie ik. [Adapter mag ook.|Flens is DN 80.]",
        ),
    ),
    Intent.PRAISE: (
        (
            "Pluim voor de servicedienst",
            "Er wordt hier vaak gemopperd, dus nu eens andersom. In de nacht van <G> storing in <B>, de noodlijn van <M> nam meteen op en om vijf uur draaide alles weer. Monteur legde ook nog uit hoe het kwam. [Heel tevreden!|Top.]",
        ),
        (
            "<P> na <J> jaar: kort verslag",
            "Vandaag onze <P> van <M> open gehad na <J> jaar. Waaier als nieuw, alleen de <E> preventief vervangen. [Wat een degelijke pomp.|Zo koop je ze niet vaak.] Foto's volgen.",
        ),
        (
            "Goede ervaring met advies",
            "<M> raadde ons een kleinere en goedkopere pomp aan dan we zelf in gedachten hadden. De <P> doet het prima in <V>. [Dat noem ik eerlijk advies.|Fijn bedrijf, blij mee.]",
        ),
        (
            "Cursus bij Molenaar Pompen: aanrader",
            "<U> man heen gestuurd, alle <U> enthousiast terug. Veel zelf doen, weinig sheets, en prima lunch. [Volgend jaar weer.|Complimenten aan de docent.]",
        ),
        (
            "Snelle levering <E>",
            "Ere wie ere toekomt: op <G> voor elven besteld op molenaarpompen.example, volgende ochtend om zeven uur in <V>. [Perfect geregeld.|Zo kan het dus ook.]",
        ),
    ),
    Intent.PURCHASE: (
        (
            "Gezocht: <U> dompelpompen voor [bouwput|gemaal] in <V>",
            "Voor een klus vanaf <Mnd> zoeken wij <U> pompen, minimaal tien meter opvoerhoogte. Denken aan de <P> van <M>, kopen of huren. [Wie kan ze leveren?|Prijsopgave graag in een privébericht.]",
        ),
        (
            "Te koop gevraagd: <P>",
            "Zoek een gebruikte maar goede <P> van <M>, met of zonder kast. Budget rond € <Eur>. [Omgeving <V>.|Kan <G> ophalen.]",
        ),
        (
            "Offertes vergelijken: waar let je op?",
            "Wij vervangen de installatie in <B> en vragen offerte aan bij <M> en nog <U> partijen. Waar letten jullie op in het onderhoudsdeel? [Beslissing valt in <Mnd>.|Budget is goedgekeurd.]",
        ),
    ),
    Intent.OTHER: (
        (
            "Dagje [gemalen|pompen] kijken in <V>",
            "Met de vrijwilligers een oud gemaal bezocht. Er staat een pomp van <M> naast een stoommachine van [1911|1922]; de conservator draait hem elke eerste <G> van de maand. Kaartje kost vier euro.",
        ),
        (
            "Verslag bijeenkomst <V>",
            "Gisteren bijeenkomst over energielabels voor pompen. Sprekers van <M> en het waterschap. Kern: vanaf <Mnd> meer papierwerk, en reken op <Pct> procent minder verbruik bij vervanging. Presentatie staat in het ledendeel.",
        ),
        (
            "Montageverslag: <P> in <B>",
            "Deze week <U> stuks geplaatst voor <F>. Leidingwerk in rvs, kast van <M>, regeling van derden. In het kort: dag een slopen, dag twee fundatie, dag drie aansluiten en testen.",
        ),
    ),
}

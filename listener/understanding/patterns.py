"""What items say in two places at once: groups of words near each other, in Dutch and English, each with its weight.

A line, which may go on in the next, is `weight: left ~n right`: a word of the left group, then within one sentence, after at
most n other words, one of the right. Groups are divided by `|`, a trailing `*` takes any ending, `#` is a number in digits or
words. The reason a person sees is "left … right". Whoever changes a line raises VERSION of `phrases`.
"""

from __future__ import annotations

from collections.abc import Mapping

from listener.core.model import Intent

_DUTCH_RETURNED = (
    "antwoord|antwoorden|reactie|gehoor|oplossing|excuses|contact|terugbetaling|teruggebeld|reageert|reageren|opgelost|opgenomen|"
    "ontvangen|gekregen|gezien|gehoord|aangekomen|bezorgd|geleverd|hulp|geholpen|informatie|uitleg|bereikbaar|vergoed|vergoeding"
)
_ENGLISH_RETURNED = (
    "answer|answers|answered|reply|replies|replied|response|responded|solution|apology|apologies|refund|refunded|explanation|"
    "information|delivered|received|arrived|fixed|solved|resolved|help|helped|update|contact|called back|compensation"
)
_DUTCH_THINGS = "app|site|website|webshop|internet|wifi|tv|modem|verbinding|systeem|apparaat|toestel|pinautomaat|portaal|account"
_ENGLISH_THINGS = "app|site|website|internet|wifi|broadband|tv|router|connection|system|device|phone|portal|account|signal"
_DUTCH_STAFF = (
    "personeel|medewerker|medewerkers|medewerkster|bediening|klantenservice|helpdesk|bezorger|chauffeur|monteur|balie|verkoper|"
    "winkel|bedrijf|bank|verzekeraar|gemeente|ze"
)
_ENGLISH_STAFF = (
    "staff|agent|agents|employee|employees|waiter|waitress|customer service|helpdesk|helpline|driver|engineer|desk|shop|company|"
    "bank|insurer|council|they|support"
)
_DUTCH_TRADES = (
    "collega*|medewerker*|monteur*|developer*|programmeur*|chauffeur*|verpleegkundige*|stagiair*|zaterdaghulp*|kandidaat|"
    "kandidaten|vakman|vakmensen|timmerman|planner|vrijwilliger*|personeel|hulpkracht*|bijverdienste|docent*|kok|verkoper*|"
    "adviseur|talent|bijbaan|baan|functie|accountmanager|administratief*"
)
_ENGLISH_TRADES = (
    "colleague*|engineer*|developer*|driver*|nurse*|intern|interns|saturday staff|candidate*|carpenter|planner|volunteer*|staff|"
    "teacher*|chef|assistant*|adviser*|talent|weekend job|job|team member*|manager*|technician*"
)

Patterns = Mapping[Intent, str]

DUTCH: Patterns = {
    Intent.COMPLAINT: f"""
        1.0: geen|geen enkel|geen enkele|nooit|niemand|niets|niks|nog geen ~3 {_DUTCH_RETURNED}
        0.7: niet ~3 {_DUTCH_RETURNED}|terugbetaald|serieus|teruggenomen|teruggegeven|nagekomen
        1.0: wil|wilt|willen|wilde|wilden|weigert|weigeren|weigerde ~8 niet terugnemen|terugnemen|terugbetalen|vergoeden|
            helpen|ruilen
        1.0: {_DUTCH_THINGS} ~6 crasht*|loopt vast|constant vast|vastloopt|loopt steeds vast|hapert|eruit|er uit|plat|
            valt uit|foutmelding*|hopeloos
        1.0: {_DUTCH_THINGS} ~5 werkt niet|werkt weer niet|werkt nooit|doet het niet|doet het nooit|doet het weer niet|
            werkt voor geen meter
        0.7: voor de tweede|voor de derde|voor de vierde|voor de vijfde|voor de zoveelste ~0 keer|maal
        0.7: # ~0 maand op rij|week op rij|dag op rij|keer op rij|keer deze maand|keer deze week|keer dit jaar
        0.8: weer|alweer|opnieuw|steeds ~3 vertraagd|vertraging|storing*|kapot|mis|te laat|verkeerd*|prijsverhoging|dicht|
            stil|stuk|plat|fout
        0.6: al|inmiddels|pas|na|al meer dan|ruim ~1 # uur|# uren|# dagen|# weken|# maanden|# mails|# keer
        1.0: wacht|wachten|gewacht|wachttijd|vertraging ~5 # minuten|# uur|# dagen|# weken|# maanden|sinds
        1.0: # minuten|# uur|# kwartier|# dagen|# weken ~4 in de wacht|aan de lijn|gewacht|wachten|vertraging|te laat
        0.7: factuur|rekening|bestelling|pakket|pakje|levering|maat|afspraak|administratie ~4 klopt niet|klopt weer niet|
            verkeerd*|kwijt|zoek|te laat|niet
        0.7: verkeerde|foute|kapotte|halve|beschadigde|lekkende ~1 maat|artikel|product|bestelling|doos|levering|
            verpakking|rekening|factuur
        0.7: toch|onterecht|dubbel|wel|maar ~4 afgeschreven|incasseren|incasseert|geïncasseerd|in rekening|gefactureerd|
            factureren|een rekening
        0.7: beloofd*|belooft|beloofde|beloofden|zou|zouden ~9 maandag|dinsdag|nog steeds|nooit|vorige week|niet|geen
        1.0: {_DUTCH_STAFF} ~5 onbeschoft*|onvriendelijk*|ongeïnteresseerd*|arrogant*|brutaal|hangt gewoon op|hangt op|
            hing op|gooide|gooit|liegt|negeert
        0.7: te ~0 lang|duur|laat|weinig|veel|koud|hard|traag
        0.7: niet|nooit|niemand ~5 opdagen|opgedaagd|kunnen inloggen|inloggen|betalen|bellen|bereiken|openen|vooruit|
            verder|komen
        0.7: lekt|lekken|rookt|rook|vlam|stinkt|schimmel|beschimmeld|bedorven|scheur*|slag ~6 na # dagen|na een week|uit|in|al
        0.7: na een dag|na een week|na een maand|na # dagen|na # weken|na # maanden|na # jaar ~1 al|alweer|kapot|stuk|
            slag|lek|versleten
        0.8: waarom|wanneer|hoe kan het|hoe moeilijk|hoe vaak|hoe lang|is er|wordt er ~12 eindelijk|telkens|alweer|elke keer|
            iedere keer|eruit ligt|er uit ligt|er altijd uit
        1.0: waarom|wanneer|gaan jullie|gaat u|kunnen jullie|kunt u|kan iemand|kan er iemand|is er|is daar ~12 nou eens|
            nu eens|eindelijk eens|
            nou eindelijk|eens een keer|überhaupt
        0.8: # ~1 oud en nu al|oud en al|oud en weer
        0.7: beloven|belooft|beloofde|adverteren|adverteert ~9 wij kregen|ik kreeg|we kregen|maar
        1.0: wat moet|wat moeten|hoe vaak moet|hoeveel keer moet ~6 doen om|nog bellen|nog mailen|nog vragen|nog uitleggen
        0.8: hoe lang|hoelang ~5 nog wachten|nog op|nog duren|duurt dit|duurt het nog
        0.7: voor dat geld|voor die prijs|voor dit bedrag|voor zoveel geld ~4 verwacht*|mag je|zou je|toch
        0.7: moeten|moest|mag ik|mogen wij ~6 uitleggen|mijn verhaal|bellen|mailen|doorgeven|wachten|betalen
    """,
    Intent.QUESTION: """
        1.0: weet|kent|heeft|kan|is er|zijn er|wie ~1 iemand|er iemand|hier iemand|weet
        1.0: ik zoek|zoek|op zoek naar ~4 handleiding|informatie|adres|telefoonnummer|uitleg|link|tips|advies
        1.0: iemand ~2 idee|ervaring|tips|tip|advies|suggesties
        0.8: zie nergens|kan nergens|vind nergens|nergens ~2 vinden|staan|terugvinden
    """,
    Intent.PRAISE: """
        1.0: vriendelijk|netjes|snel|goed|keurig|fijn|prima|perfect|super|correct ~1 geholpen|opgelost|verpakt|ingepakt|
            bezorgd|geleverd|behandeld|ontvangen|uitgelegd
        1.0: zo|heel|erg|zeer|super|dik|echt|ontzettend|enorm|reuze ~1 blij|tevreden|fijn|mooi|lekker|vriendelijk|lief|
            te spreken|goed
        1.0: lekkerste|beste|mooiste|fijnste|leukste|vriendelijkste|snelste ~4 stad|land|wereld|nederland|ooit|jaren
        0.8: bedankt|dank|dankjewel|compliment|complimenten|pluim|hulde|respect|applaus|petje af ~2 aan|voor|jongens|team|mensen
        1.0: eerder|sneller|beter ~0 dan beloofd|dan verwacht|dan gedacht
        1.0: kon|kan|had|kunnen ~1 niet beter|niet mooier|niet fijner
        1.0: wat een|wat zijn ~1 service|lieve|fijne|heerlijke|geweldige|mooie|prachtige|topper|toppers|held|helden|vakmensen
        1.0: altijd|overal|nog nooit ~2 vriendelijk*|behulpzaam|goed|netjes|problemen|correct
    """,
    Intent.PURCHASE: """
        1.0: wil|willen|ga|gaan|zou|zouden|van plan|overweeg|overwegen|denk|denken|twijfel|zit te denken|plan|
            plannen ~9 kopen|bestellen|aanschaffen|aan te schaffen|vervangen|af te sluiten|afsluiten|over te stappen|
            overstappen|te nemen|huren|laten plaatsen
        1.0: waar|wie ~6 kopen|bestellen|te koop|verkoopt|offerte
        1.0: zoek|zoeken|op zoek naar ~3 leverancier|tweedehands|aanbieder|betrouwbare|nieuwe auto|nieuwe laptop|
            nieuwe fiets|nieuwe tv|nieuwe telefoon
        0.8: nieuw|nieuwe|andere ~3 nodig
        0.8: beste|goede ~1 deal|aanbieding|prijs
        1.0: korting|prijs|prijzen|levertijd|kosten ~6 afname|stuks|honderd|bestel|bestellen|bestelling|aanschaf
        1.0: toe aan|tijd voor|aan vervanging toe|behoefte aan ~2 andere|nieuwe|nieuw|vervanging
        1.0: lijkt|lijken ~1 me wel wat|ons wel wat|me een goede|mij wel wat|me wel iets
        1.0: boven|of|tussen ~6 moet beslissen|beslissen|kiezen|knoop doorhakken
        1.0: aanraden ~2 boven|in plaats van
        1.0: afspraak|adviesgesprek|proefrit|rondleiding ~6 nieuwe keuken|nieuwe auto|nieuwe badkamer|kopen|aanschaf|offerte|advies
        1.0: dan|meteen|direct ~3 schrijf ik|schrijven wij|teken ik|meld ik|bestel ik
        1.0: mijn volgende|onze volgende ~3 wordt|gaat worden
        1.0: is|zijn ~6 geld waard|de prijs waard|het waard
        0.6: we|wij|ik|voor ons kantoor ~3 zoek|zoeken|nodig
        0.8: budget|budget is ~3 # euro|#
    """,
    Intent.JOB: f"""
        1.0: zoekt|zoeken|gezocht|gevraagd|op zoek naar|zoekt een|versterken|zoek jij|zoek je|zoeken wij ~4 {_DUTCH_TRADES}
        1.0: {_DUTCH_TRADES} ~3 gezocht|gevraagd|m/v|m/v/x|aangeboden
        0.8: ben jij|word jij|wil jij|heb jij ~8 team|ons|onze|salaris|baan|collega
        0.8: nieuwe|mijn nieuwe|leuke ~1 baan|bijbaan|job
        0.6: # tot #|# ~0 uur per week|uur
        0.8: # ~1 per maand|per uur|bruto|bruto per maand
        1.0: klik|kijk|check ~3 link in mijn bio|link in bio|link in de bio
        1.0: verdien|verdienen ~5 per dag|per week|vanuit huis|thuis
        1.0: gratis|win|maak kans ~5 winnen|cadeaukaart|cadeaubon|iphone|giveaway|waardebon
        1.0: stuur|dm ~3 dm|voor info|bericht voor info
        1.0: zoeken|zoekt|zoek ~1 versterking|vakmensen|handjes|personeel
        1.0: verdubbel|verdubbelt|verdien|win ~3 bitcoin|geld|inkomen|euro
        1.0: ruimte|plaats|plek ~3 stagiair*|stage|student*|trainee*|afstudeer*
        1.0: team|ploeg|gelederen ~7 versterken|versterkt
        1.0: volg|volgen|like|liken|deel|delen ~4 tag|taggen|win|winnen|maak kans|vrienden
        1.0: altijd|dringend|snel|nog ~2 op zoek naar nieuwe|op zoek naar mensen|op zoek naar handjes|op zoek naar vakmensen
        0.8: plek|plekje|plaats ~1 vrij voor|vrij als|vrij in
    """,
}

ENGLISH: Patterns = {
    Intent.COMPLAINT: f"""
        1.0: no|never|nobody|no one|nothing|not a single|not one|without any|without a|zero ~3 {_ENGLISH_RETURNED}
        0.7: not|hasn't|haven't|isn't|wasn't|didn't|never ~3 {_ENGLISH_RETURNED}|working|ready|turn up|turned up
        1.0: won't|refuse*|will not|would not|wouldn't ~6 take it back|take them back|refund*|give my money|help|exchange|
            fix|replace|my money|money back
        1.0: {_ENGLISH_THINGS} ~5 crash*|keeps crashing|keeps freezing|freez*|keeps dropping|drops|hopeless|error*|useless
        1.0: {_ENGLISH_THINGS} ~5 been down|is down|doesn't work|not working|stopped working|won't load|won't open|won't start
        0.7: for the second|for the third|for the fourth|for the fifth|for the umpteenth|second|third|fourth ~0 time
        0.7: # ~0 month in a row|week in a row|day in a row|times in a row|times this month|times this week|times this year
        0.8: again ~1 late|delayed|broken|down|wrong|cancelled|crashed
        0.8: late|delayed|broken|down|wrong|cancelled|another price hike|another delay|another outage ~1 again
        0.6: after|for|already|over|nearly|almost ~1 # hours|# minutes|# days|# weeks|# months|# emails|# calls
        1.0: wait|waited|waiting|delay|delayed|late ~5 # minutes|# hours|# days|# weeks|# months|since
        1.0: # minutes|# hours|# hour|# days|# weeks|an hour|hours ~4 on hold|waiting|late|delayed|in the queue|in the cold
        0.8: bill|invoice|order|parcel|package|delivery|size|appointment|bag|luggage ~4 is wrong|wrong|lost|missing|late|
            not|cancelled|never
        0.8: wrong|broken|damaged|leaking|half|faulty ~1 size|item|product|order|box|delivery|bottle|bill|parcel|one
        0.8: charged|charging|billed|bill|taking|take|took ~5 twice|again|anyway|money|double|for nothing
        0.7: promised|promise|promises|supposed|said ~9 monday|friday|still|never|last week|not|nothing
        1.0: {_ENGLISH_STAFF} ~6 rude|unhelpful|couldn't care less|arrogant|hangs up|hung up|hang up|shouted|shrugged|
            lied|lie|ignore*|cut me off|threw|blame
        0.6: too ~0 long|expensive|late|little|cold|loud|slow
        0.7: can't|cannot|couldn't|unable to ~4 log in|login|pay|call|reach|open|get through|access|use
        0.8: fell|falls|fall|came|dies|died|bent|cracked|smoke|leak* ~4 apart|off|after # days|after a week|
            after # months|out of
        0.8: why|when|how come|how hard|how often|how many times ~10 finally|always down|down again|going to fix|going to sort
        1.0: does anyone|does anybody|is anyone|can someone|can anyone|do you|can you|will you|when are you|
            when will you ~10 ever pick up|ever answer|
            ever reply|ever respond|for once|bother*|finally going|finally fix|finally sort|finally tell|finally explain
        0.8: # ~1 old and already|old and it
        0.7: promised|promises|advertised|advertises ~9 we got|i got|but
        1.0: what does|what do|how often do|how many times do ~5 have to do|need to do|have to ask|have to call|have to explain
        0.8: how long|how much longer ~5 wait|take|be without|until
        0.7: for that money|for that price|at that price|at this price ~4 expect|you would|you'd|at least
        0.7: having to|had to|have to|made to ~5 explain|repeat|call|ring|chase|wait
        0.8: been|spent|still ~3 chasing|chasing up|trying to get
        0.8: keep|keeps|kept ~3 taking|charging|asking|breaking|freezing|crashing|dropping|blaming|sending|losing|cancelling
        0.8: gone|going|goes ~2 downhill|down in quality|from bad to worse
        0.7: cancelled|lost|ruined|broken|smashed|missed ~6 shrugged|refuse*|my|refund|contents|nothing
    """,
    Intent.QUESTION: """
        1.0: does|has|can|could|is there|are there|do ~1 anyone|anybody|someone|somebody
        1.0: looking for|searching for ~4 manual|information|address|phone number|link|tips|advice
        1.0: any|got any ~1 idea|ideas|tips|tip|advice|suggestions|recommendations|experience
    """,
    Intent.PRAISE: """
        1.0: quickly|neatly|super quick|super fast|well|kindly|perfectly|beautifully|promptly|always ~1 delivered|
            delivery|packed|handled|treated|helped|sorted|fixed|resolved|kindly|helpful
        1.0: so|very|really|super|absolutely|totally|extremely|well ~1 happy|pleased|satisfied|grateful|friendly|helpful|
            kind|patient|lovely|good|nice|delighted|much clearer
        1.0: best|nicest|loveliest|tastiest|friendliest ~5 city|country|world|town|ever|years
        0.8: thanks|thank you|compliments|kudos|respect|cheers|hats off|applause|credit ~1 to|for|guys|team|everyone
        1.0: earlier|sooner|faster|better ~0 than promised|than expected|than i thought
        1.0: couldn't|could not|can't ~2 be better|ask for more|fault them|fault it|be happier
        1.0: what a|what an|such ~1 service|lovely|wonderful|kind|great|amazing|fantastic|hero|heroes|star|stars|treat
        0.8: wholeheartedly|definitely|highly|happily ~0 recommend
        0.8: never|without ~2 problem|problems|hitch|issue|issues|fault
    """,
    Intent.PURCHASE: """
        1.0: want|going|plan|planning|thinking|consider*|looking|need|ready|decided|about|hoping|would like ~5 buy|buying|
            order|purchase|replace|switch|switching|take out|get one|getting one|upgrade|sign up
        1.0: where|who ~6 buy|order|for sale|sells|quote for
        1.0: looking for|searching for|need|in need of ~3 supplier|second-hand|used car|reliable|provider|new laptop|
            new phone|new boiler|new car
        0.8: need|needs ~3 new|another|quote
        0.8: best|good ~1 deal|offer|price
        1.0: discount|price|prices|lead time|cost|quote ~6 units|pieces|hundred|order|bulk|buying|purchase
        1.0: time for|need|ready for|due for ~1 another|a new|a different|a replacement
        1.0: looks|seems|sounds ~1 a good fit|a good option|good value|right for us|right for me
        1.0: pick|choose|recommend|go for ~5 over the|over a|instead of
        1.0: book|arrange|schedule|make ~2 consultation|test drive|viewing|fitting
        1.0: i'll|we'll|i will|we will ~2 sign us|sign me|sign up|order|take it|take one|buy
        1.0: my next|our next ~3 will be|will definitely be|is going to be
        1.0: is|are ~6 worth the money|worth it|worth buying
        0.8: in my|in the ~0 basket|shopping cart|cart
        1.0: send|give|get ~2 prices|a quote|price list|quotation
        0.8: budget ~3 #
    """,
    Intent.JOB: f"""
        1.0: looking for|seeking|seeks|hiring|wanted|needs|need|recruiting|searching for ~4 {_ENGLISH_TRADES}
        1.0: {_ENGLISH_TRADES} ~3 wanted|needed|required|to join
        0.8: are you|want to be ~8 team|crew|pay|salary|join us
        0.8: my new|new|weekend|saturday ~1 job
        0.6: # ~0 hours|hours a week|hours per week
        0.8: # ~1 a year|per annum|an hour|per hour|per month
        1.0: click|check|see ~3 link in my bio|link in bio|link in the bio
        1.0: earn|make ~5 a day|per day|a week|from home
        1.0: free|win|chance to win ~5 gift card|voucher|iphone|giveaway
        1.0: dm ~1 me|for info
        1.0: double|make|earn ~2 bitcoin|money|income
        1.0: room|place|opening ~3 intern|interns|trainee*|student*|apprentice*
        0.8: experience in|experience with|licence|degree ~5 a plus|is a plus|an advantage|required
        1.0: join|joining|strengthen|become part of ~4 team|crew|family
        1.0: follow|like|share ~4 tag|win|to win|friends
        1.0: always|urgently|currently ~2 after|looking for more|on the lookout
        0.8: opening|vacancy|place|position ~1 for a|for an
    """,
}

# Whoever names one of these speaks of something bought, used or waited for: with a clear tone, that is a complaint or praise.
DUTCH_CUSTOMER = """
    abonnement|account|afspraak|app|balie|bank|bediening|bestelling|bestelde|bestellen|bezorger|bezorgd|betaald|
    betaal|bus|chauffeur|contract|factuur|fiets|gekocht|geleverd|garantie|helpdesk|hotel|internet|kamer|kassa|klant|
    klanten|klantenservice|kaartje|ticket|koffie|kwaliteit|lekker|levering|maaltijd|medewerker|medewerkers|
    medewerkster|monteur|personeel|pakket|pakje|prijs|product|rekening|restaurant|reparatie|service|site|telefoon|
    trein|verzekering|vlucht|webshop|website|winkel|toestel|machine|apparaat|pomp|brood|schoenen|zonnepanelen|
    ziekenhuis|arts|apotheek|keuken|auto|eten|gegeten|museum|camping|voorstelling|concert|uitleg|update|wachtrij|
    wachttijd|verpakking|maat|doos|boodschappen|lijn|loket|jullie|
    soep|gerecht|voorgerecht|hoofdgerecht|toetje|menu|tafel|bed|bedden|jas|broek|trui|jurk|kleding|wasbeurt|taxi|rij|instappen|
    incasseert|incasso|afschrijving|voorschot|tarief|korting|kassabon|bon|retour|omruilen|aankoop|aangeschaft|besteld|betaalden|
    monteurs|technicus|installateur|gemonteerd|geplaatst|geïnstalleerd|vakman|schilder|fysiotherapeut|tandarts|huisarts|
    verpleegkundige|
    opname|behandeling|scherm|tv|laptop|tablet|wasmachine|droger|koelkast|oven|stofzuiger|stoel|kast|matras|huurauto|koffer|bagage|
    stoelen|perron|halte|metro|tram|boot|veerboot|parkeerplaats|boete|zwembad|kaartjes|voorstellingen|leraar|docent|cursus|
    les|lessen|
    opleiding|verhuurder|huur|huisbaas|woning|buren|bezorging|bezorgers|postbode|brief|brieven|formulier|aanvraag|paspoort|
    vergunning|
    storing|netwerk|bereik|glasvezel|wifi|modem|provider|software|knop|wachtwoord|chat|chatbot
"""
ENGLISH_CUSTOMER = """
    account|agent|app|appointment|bank|bike|bill|booking|bought|branch|broadband|bus|contract|customer|customers|
    customer service|delivery|delivered|desk|driver|engineer|flight|food|meal|hotel|room|invoice|internet|manager|
    order|ordered|paid|pay|parcel|package|phone|price|product|purchase|purchased|quality|refund|repair|restaurant|
    service|shop|site|staff|store|subscription|support|ticket|train|warranty|website|waiter|machine|device|pump|bread|
    shoes|panels|hospital|doctor|pharmacy|kitchen|car|museum|concert|update|queue|size|box|luggage|bag|plane|seat|
    airline|gate|crew|till|counter|
    soup|dish|starter|dessert|menu|table|bed|beds|coat|trousers|dress|jumper|clothes|wash|taxi|cab|line|boarding|
    payment|payments|direct debit|fee|fare|discount|receipt|return|exchange|paying|purchases|
    technician|installer|plumber|fitted|installed|builder|painter|physio|dentist|nurse|treatment|screen|tv|laptop|tablet|
    washing machine|
    dryer|fridge|oven|vacuum|sofa|chair|wardrobe|mattress|hire car|rental|suitcase|platform|stop|tube|tram|ferry|parking|
    parking fine|pool|
    teacher|course|lesson|lessons|landlord|rent|flat|neighbours|courier|postman|letter|letters|form|application|passport|permit|
    outage|network|signal|fibre|wifi|modem|provider|software|button|password|chat|chatbot|helpline
"""

# Praise in these words mostly means its opposite; the tone is then unsure, unless it is heard as negative already.
IRONY = {
    "nl": """
        lekker dan|nou bedankt|nou lekker|nou fijn|nou mooi|top hoor|fijn hoor|mooi hoor|leuk hoor|lekker hoor|goed hoor|
        prima hoor|geweldig hoor|handig hoor|super hoor|supersnel hoor|knap hoor|service hoor|ja hoor|wel ja|hulde hoor|
        hartelijk bedankt weer|weer voor elkaar|lekker bedrijf|lekker bezig|daar word je blij van|echt genieten|kuch
    """,
    "en": """
        thanks for nothing|thanks a lot for|thanks a bunch|thanks a million for|just great|oh great|oh wonderful|oh joy|
        oh lovely|just what i wanted|just what i needed|yeah right|way to go|slow clap|how nice of|great job as always|
        so much for|love how|nice one|big surprise|what a surprise|good luck with that|lightning fast
    """,
}

# What befalls people: nobody who praises a brand in the same breath means it, but for those whom it helped.
MISFORTUNE = {
    "nl": """
        kapot*|storing|storingen|stuk|brak|gebroken|boete|muis|muizen|rat|ratten|kakkerlak*|schimmel*|bedwantsen|haar in|haren in|
        vuilnis*|vuilcontainer*|sloot|plas|doorweekt|drilboor|lege accu|vluchtstrook|pech|file|lekke|leeg|kwijt|verdwenen|
            zoekgeraakt|
        verhoogt de prijs|verhoogt de prijzen|prijsverhoging|duurder|gaat omlaag|overleden|verkeerde adres|derde brief|
            weer een brief|
        geblokkeerd|afgewezen|geweigerd|geannuleerd|vervalt|uitgevallen|gestrand|gemist|voor niets|tevergeefs|naast de pot
    """,
    "en": """
        broke|broken|outage|outages|fined|a fine from|parking fine|mouse|mice|rat|rats|cockroach*|mould*|bedbugs|hair in|
            hairs in|bins|dumpster|ditch|
            puddle|soaked|
        drill at|drilling|dead battery|flat battery|hard shoulder|breakdown|flat tyre|empty|lost|vanished|went missing|
            raises the price|
        raised the price|price hike|lowers the|late father|late mother|wrong address|third letter|another letter|blocking my|
            blocked my|
        declined|rejected|refused|cancelled|stranded|missed my|for nothing|in vain|no tv|no internet|no signal|no heating|no water
    """,
}
# But these say that the brand was the rescue: "supersnel hersteld", "fixed within the hour".
RESCUED = """
    verholpen|opgelost|hersteld|gerepareerd|gevonden door|vergoed|teruggevonden|geholpen|gered|toch nog|gratis|
    fixed|solved|repaired|resolved|refunded|found my|rescued|saved|helped|after all|free
"""

"""The phrases by which an item shows what it wants, in Dutch and English, each with its weight.

A phrase is matched on casefolded text at word boundaries; a trailing `*` takes any ending of the word. A weight of 1 is enough by
itself; a negative weight takes back what the same words seem to say ("geen klachten"). Whoever changes a phrase raises VERSION:
it travels with every judgement.
"""

from __future__ import annotations

from collections.abc import Mapping

from listener.core.model import Intent

VERSION = "5"

Phrases = Mapping[Intent, Mapping[float, tuple[str, ...]]]


def _listed(phrases: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in phrases.split(","))


DUTCH: Phrases = {
    Intent.COMPLAINT: {
        1.0: _listed("""
            klacht ingediend, dien een klacht, klacht indienen, waardeloos, waardeloze, schandalig*, belachelijk*,
            oplichter*, oplichting, nooit meer, geld terug, werkt niet meer, doet het niet meer, doet het weer niet, nog
            steeds geen, nog steeds niet, nog altijd geen, nog altijd niet, al weer kapot, alweer kapot, weer kapot, weer
            stuk, alweer stuk, geen reactie, geen antwoord, reageert niet, reageren niet, reageert niemand, neemt niemand
            op, niet bereikbaar, onbereikbaar, slechte service, slechte ervaring, slechte kwaliteit, slechtste, wat een
            slecht*, om te huilen, teleurgesteld, teleurstellend*, wanprestatie, wat een drama, dramatisch*, kan echt niet,
            ontevreden, prutswerk, nooit aangekomen, niet geleverd, niet aangekomen, verkeerd geleverd, te laat geleverd,
            spuugzat, helemaal klaar met, kastje naar de muur, niet thuis geven, geeft niet thuis, raad ik niemand aan, raad
            iedereen af, afrader,
            misleidend*, misleiding, diefstal, bedrog, blamage, schaam je, schaam jullie, schaamteloos*, walgelijk*,
            levensgevaarlijk*, bergafwaarts, achteruitgegaan, belabberd*, bedroevend*, abominabel*, erbarmelijk*,
            klantonvriendelijk*, spijt van, voor geen meter, lekker bedrijf, niet serieus genomen, werkt niet naar behoren,
            doet er niets aan, doen er niets aan, doet er niks aan, echt klaar mee, zo klaar mee, alles moet over,
            niet opgelost, laat te wensen over, onbeschoft*, respectloos*, wanbeleid, zat van, gênant*, te gek voor woorden,
            om gek van te worden, er klopt niets van, niks klopt, diep treurig, dieptriest, wat een puinhoop, puinhoop,
            chaos bij, geldklopperij, zakkenvullers, flutservice,
            van de zotte, te zot voor woorden, niet te eten, niet te vreten, niet te drinken, niet te verteren, niet te doen,
            straal voorbij, nul sterren, een ster, 1 ster, van de pot gerukt, wat een aanfluiting, aanfluiting, blijf weg bij,
            zwaar onder de maat, onder de maat, beneden peil, ver beneden, viel vies tegen, valt vies tegen
        """),
        0.6: _listed("""
            klacht, klachten, kapot, defect, stuk gegaan, lekt, lekkage, storing, vertraging, wachten, wacht al, al drie
            weken, al twee weken, al weken, al maanden, al dagen, maanden, weken, slecht, slechte, irritant*, jammer,
            frustrerend*, balen, drama, niet te geloven, werkt niet, doet het niet, onacceptabel, garantie, te duur, fout,
            verkeerde, beloofd, beloofde, eindeloos, niemand, bagger,
            hopeloos, slordig, rommel, troep, irriteert, ergernis, erger me, boos, woedend, herrie, te lang, niet serieus,
            achteruit, oneerlijk, onbegrijpelijk, onduidelijk, niet normaal, zonde van, mislukt, gevaarlijk, duurder, chatbot,
            ik stap over, stap over, zucht, helaas, misser, in de steek,
            overlast, verhoogt, doorweekt, roest, roestplekken, gescheurd, scheur, riool, stonk, stinkt, automatische mailtjes,
            zonder iets te laten weten, zonder overleg, zonder waarschuwing, ongevraagd, verbroken, foutmelding, maak dit ongedaan,
            zegt dat dat normaal is, twee sterren, tegenvaller, viel tegen
        """),
        -1.0: _listed("""
            geen klacht, geen klachten, niets te klagen, niks te klagen, zonder problemen, geen enkel probleem, niet
            teleurgesteld, niet slecht, niet duur, nooit kapot, geen storing, geen storingen, nooit storing, nooit een storing
        """),
    },
    Intent.QUESTION: {
        1.0: _listed("""
            weet iemand, weten jullie, heeft iemand, kan iemand, kent iemand, wie weet, wie kan, wie heeft, hoe kan ik, hoe
            krijg ik, hoe moet ik, hoe werkt, waar kan ik, waar vind ik, waar koop ik, kunnen jullie, hebben jullie, leveren
            jullie, is het mogelijk, wanneer komt, iemand ervaring, iemand tips, tips gevraagd, vraagje, ik heb een vraag,
            vraag aan, klopt het dat,
            wie kan mij vertellen, ik ben benieuwd of, kan iemand mij uitleggen, heb een vraagje,
            vroeg me af, vraag me af of, benieuwd of, benieuwd welke, benieuwd hoe, benieuwd wanneer, benieuwd wat, weet u,
            weet jij,
            weet u of, kunt u mij vertellen, kun je mij vertellen, zou u mij kunnen vertellen, zijn er mensen die, iemand die weet,
            mijn vraag is, ik zou graag weten, graag zou ik weten, nog een vraag
        """),
        0.6: _listed("""
            wat is, welke, waarom, hoe, wanneer, waar, wie, hoeveel, wat kost, iemand, ik vraag me af, kan ik, mag ik, moet
            ik, wanneer is
        """),
    },
    Intent.PRAISE: {
        1.0: _listed("""
            aanrader, raad ik iedereen aan, raad ik aan, zeer tevreden, heel tevreden, erg tevreden, super tevreden, dik
            tevreden, top service, topservice, goede service, geweldige service, uitstekende service, super service, fijne
            service, goed geholpen, netjes geholpen, fantastisch*, geweldig, geweldige, uitstekend*, complimenten,
            compliment, chapeau, hulde, petje af, wat een verademing, niets dan lof, niks dan lof, blij mee, blij met, toppers,
            wat een service, heerlijk*, perfect geholpen, werkt perfect, werkt uitstekend, mooi werk, goed bezig,
            van harte aanbevelen, harte aanbevolen, vijf sterren, 5 sterren, genoten van, onverwoestbaar*, dikke pluim,
            niet beter kunnen, klasse, helden, held, vakwerk, kanjers, kanjer, bravo, top geregeld, goed geregeld,
            blij verrast, aangenaam verrast, smullen, als een zonnetje, dank jullie wel,
            zo hoort het, zo kan het dus ook, oersterk, oersterke, muisstil, enorme verbetering, grote verbetering, verademing,
            de tijd voor, niets op aan te merken, top opgelost, kunnen anderen een voorbeeld aan nemen, een genot
        """),
        0.6: _listed("""
            bedankt, dank, dankjewel, tevreden, top, super, prachtig*, mooi, mooie, fijn, fijne, snel, netjes, goed, goede,
            perfect, vriendelijk*, keurig, blij, compleet, eindelijk,
            wauw, wow, vakmensen, lief, lieve, lekker, lekkere, behulpzaam, attent, prettig, zonder problemen, aanbevolen, 👏,
            😍, ❤️, 👍, 🙏, 😊, vlot, leuk, leuke, overzichtelijker, enthousiast, verrast
        """),
        -1.0: _listed("""
            niet tevreden, niet goed, niet blij, niet top, niet snel, geen aanrader, niet fijn, nou bedankt, lekker dan,
            fijn hoor, top hoor, verre van, was goed, geen goed, geen goede, niet zo goed, niet echt, goed geregeld hoor
        """),
    },
    Intent.PURCHASE: {
        1.0: _listed("""
            wil kopen, wil ik kopen, willen kopen, ga kopen, gaan kopen, overweeg, overwegen om, op zoek naar een, zoek een
            nieuwe, wij zoeken een leverancier, offerte, aan te schaffen, aanschaffen, wil bestellen, te koop gevraagd, kan
            iemand een goede, welke kan ik het beste, kopen of niet, twijfel tussen, aanrader om te kopen, prijsopgave,
            prijsindicatie, in mijn winkelmandje, winkelmandje, aan het oriënteren, oriënteren op, wie heeft de beste,
            offertes, kijk rond naar, rondkijken naar, even rondkijken, te denken aan, wil er een, wil ik er een, wil overstappen,
            willen overstappen, goede keus, goede keuze, goede koop, de moeite waard om
        """),
        0.6: _listed("""
            kopen, bestellen, aanschaf, leverancier, wat kost, prijs van, levertijd, op zoek naar,
            budget, korting, aanbieding, uitverkocht, tweedehands
        """),
        -1.0: _listed("""
            heb gekocht, hebben gekocht, had gekocht, nooit meer, werknemer, collega's
        """),
    },
    Intent.JOB: {
        1.0: _listed("""
            vacature, vacatures, wij zoeken een collega, nieuwe collega, solliciteer, solliciteren, kom werken bij, werken
            bij, word jij onze, kom jij ons team, versterken ons team, ons team versterken, stagiair*, stageplek,
            stageplaats, fulltime, parttime, leuke baan, traineeship, we zijn op zoek naar een collega,
            openstaande functies, nieuwe baan, bijbaan, uitzendbureau, klik op de link, link in mijn bio, link in bio,
            volg voor volg, terugvolgen, stuur mij een dm, dm voor info, nieuwe medewerkers, vacaturebank, werken als,
            carrière bij,
            sollicitatie, sollicitaties, open sollicitatie, sollicitatiebrief, like en deel, liken en delen, volg en like,
            maak kans op, maak nu kans, kans op een gratis, tag drie, tag twee, tag een, deel en win, verdien geld
        """),
        0.6: _listed("""
            baan, functie, salaris, team, uur per week, m/v, m/v/x, collega's, hbo, mbo, enthousiaste,
            per direct, hybride werken, inschrijven, cv, winactie, gratis
        """),
    },
}

ENGLISH: Phrases = {
    Intent.COMPLAINT: {
        1.0: _listed("""
            filed a complaint, file a complaint, formal complaint, worst, terrible, horrible, awful, appalling*, disgrace*,
            unacceptable, rip off, ripoff, scam, scammers, never again, never buying, never order*, want my money back, want
            a refund, still no refund, refuse to refund, still no reply, still no answer, still no response, still nothing,
            still not fixed, still not working, still waiting, still hasn't, still haven't, no response, no reply, no
            answer, never replied, never responded, nobody answers, doesn't work, does not work, stopped working, not
            working, broke after, broken again, keeps breaking, poor service, poor quality, bad service, bad experience,
            disappointed, disappointing, useless, joke of a, waste of money, waste of time, never arrived, never delivered,
            fed up, avoid this, stay away from, do not buy, don't buy, on hold for, ruined, let down by, pathetic, rude,
            misleading, theft, shame on you, shame on them, disgusting, dangerous, downhill, regret buying, last time i buy,
            sloppy, shambles, ridiculous, outrageous, what a joke, total mess, absolute mess, complete mess, no-show,
            no-shows, nobody knows, no luck, so done, taken seriously, daylight robbery, unreliable,
            appallingly, atrocious, dreadful, abysmal, hopeless, incompetent, sort it out, gone downhill, not fit for purpose,
            no information, no apology, going nowhere,
            beyond a joke, inedible, stone cold, zero stars, cut off again, straight past me, how hard can it be,
            avoid at all costs,
            avoid like the plague, a nightmare, absolute nightmare, not acceptable, poor show, left in the dark, kept in the dark
        """),
        0.6: _listed("""
            still no, still not, complaint, complaints, broken, faulty, leaks, leaking, delay, delayed, weeks, months,
            waiting, bad, poor, poorly, slow, late, annoying, frustrat*, refund, ignored, promised, cancelled, overpriced,
            nobody,
            shame, gutted, mould, mouldy, smashed, cold, chatbot, price hike, misled, damp, wrong,
            cheers for sigh, unfortunately, angry, furious, hangs up, one star, 1 star, nothing, no use, wasted,
            soaked, rust, split seam, smelled, smells, roll it back, automated emails, without so much as, without warning,
            without notice, says that's normal, still nobody, two stars, let-down, cutting out, cuts out, never showed up,
            cut off, put up by
        """),
        -1.0: _listed("""
            no complaints, no complaint, can't complain, cannot complain, no problems, not bad, not too bad, didn't
            disappoint, not disappointed, never disappoint*
        """),
    },
    Intent.QUESTION: {
        1.0: _listed("""
            does anyone, does anybody, has anyone, has anybody, can anyone, can someone, anyone know, anybody know, anyone
            know if, anyone else, how do i, how can i, where can i, where do i, is it possible, when will, when does, quick
            question, i have a question, question for, any tips, any advice, any recommendations,
            any idea, could you tell me, can you tell me, wondering if, not sure if, quick one,
            wondering whether, wondering how, wondering when, wondering what, curious whether, curious if, curious how,
            just curious, do you know, does someone, would like to know, i'd like to know, love to know, my question is
        """),
        0.6: _listed("""
            what, which, why, how, when, where, who, anyone, wondering, i wonder, how does, what is the, is there a, is
            there any, do you, can you, could you, can i, should i
        """),
    },
    Intent.PRAISE: {
        1.0: _listed("""
            highly recommend, would recommend, can recommend, i recommend, recommended to, great service, excellent*,
            fantastic, amazing, awesome, brilliant, outstanding, superb, great job, great work, well done, kudos, shout out
            to, shoutout to, love my, love the, love this, love it, love these, very happy with, so happy with, really happy
            with, very pleased, so pleased, hats off, thank you so much, works perfectly, best service, great experience,
            impressed,
            couldn't be better, couldn't ask for more, five stars, 5 stars, thumbs up, stunning, indestructible, spot on,
            top class, delighted, wonderful, delicious, my compliments, works like a charm,
            like a dream, without a hitch, what service,
            rock solid, dead quiet, huge improvement, big improvement, massive improvement, that's how it's done,
            deserves a mention,
            brilliantly sorted, nothing but praise, can't fault, couldn't fault, went above and beyond, above and beyond,
            a pleasure
        """),
        0.6: _listed("""
            thanks, thank you, great, good, nice, happy, perfect, friendly, helpful, quick, fast, best, love, pleased,
            recommend,
            lovely, kind, wow, respect, appreciated, patient, neatly, enjoyed, compliments, 👏, 😍, ❤️, 👍, 🙏, 😊, smooth,
            cheerful, beautiful, clear, clearer, fun, tasty
        """),
        -1.0: _listed("""
            not great, not good, not happy, not impressed, wouldn't recommend, would not recommend, not recommend, can't
            recommend, cannot recommend, don't recommend, thanks for nothing, no thanks to, unimpressed, not amazing, not
            fantastic, not helpful, not particularly helpful, yeah great, oh great, was good, used to be
        """),
    },
    Intent.PURCHASE: {
        1.0: _listed("""
            want to buy, looking to buy, going to buy, thinking of buying, thinking about buying, planning to buy,
            considering buying, about to order, in the market for, request a quote, get a quote, a quote for, worth buying,
            should i buy, where can i buy, where to buy, looking for a supplier, ready to order, torn between,
            in my basket, switching to, second-hand, going to order, who can quote,
            shopping around, thinking of getting, thinking about getting, quotes via, a quotation, quotation for, good deals on,
            good deal on, want to pick one up, pick one up, want to switch to, looking to switch, looking to replace,
            a good choice, a good buy, worth getting, worth it
        """),
        0.6: _listed("""
            buy, buying, order one, price of, how much is, how much does, supplier, lead time, looking for a,
            budget, discount, quote, sold out, on sale, offer
        """),
        -1.0: _listed("""
            don't buy, do not buy, never buying, never buy, regret buying
        """),
    },
    Intent.JOB: {
        1.0: _listed("""
            we're hiring, we are hiring, is hiring, now hiring, job opening, job openings, vacancy, vacancies, apply now,
            apply today, join our team, join the team, open position, open positions, internship, full-time, part-time, job
            alert, job offer, new job at, career opportunit*, we're looking for a new colleague,
            open roles, new job, graduate scheme, recruitment day, recruitment, link in my bio, link in bio,
            follow for follow, follow back, dm me, staffing agency, we are looking for enthusiastic, immediate start,
            saturday staff,
            apply by, apply before, apply online, applications close, speculative application, speculative applications,
            has an opening for, have an opening for, fancy joining, joining the team, joining our team, like and tag,
            like and share, follow and like, tag three, tag two, tag a friend, win a free, enter to win
        """),
        0.6: _listed("""
            hiring, job, salary, cv, role, position, recruit*, career, careers, per hour, team,
            hybrid, apply, good pay, earn, gift card, giveaway, crew
        """),
    },
}

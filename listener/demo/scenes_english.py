"""What people say about the brand in English: short posts, and longer threads with a title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listener.core.model import Intent

SLOTS: Mapping[str, Sequence[str]] = {
    "M": ("Molenaar Pompen",),
    "P": ("Polder 80", "Polder 120", "Terp 3", "Terp 5", "Sluis 200", "Sluis 350", "Zwaan 12", "Zwaan 20"),
    "W": ("three", "four", "five", "six", "seven"),
    "G": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "E": ("shaft seal", "mechanical seal", "impeller", "bearing kit", "diaphragm kit", "float switch", "check valve"),
    "B": ("a brewery", "a salmon farm", "a dairy plant", "a basement car park", "a quarry", "a marina"),
    "V": ("Antwerp", "Grimsby", "Esbjerg", "Cork", "Emden", "Norwich", "Ghent", "Aberdeen"),
    "U": ("two", "three", "four", "six", "eight"),
    "O": tuple(f"24-{number}" for number in range(31_119, 33_000, 67)),
    "Nr": tuple(str(number) for number in range(11, 48)),
    "Mnd": ("January", "March", "April", "May", "June", "September", "October", "November"),
    "J": ("nine", "eleven", "fourteen", "nineteen"),
    "Pct": ("six", "eight", "nine", "eleven", "fourteen"),
    "Eur": tuple(f"{number:,}" for number in range(640, 2400, 70)),
}

POSTS: Mapping[Intent, Sequence[str]] = {
    Intent.COMPLAINT: (
        "<W> weeks and counting for a <P> from <M>. The quote said ten working days. [Nobody picks up the phone.|Does anyone there read e-mail?]",
        "Brand new <P> from <M> and the <E> is [already leaking|weeping after one weekend]. Not what we paid € <Eur> for.",
        "Love how <M> invoices within the hour and ships within the [season|decade]. [Slow clap.|Order <O>, in case anyone cares.] 👏",
        "Third wrong <E> in a row from <M>. The part number is [on the order|printed on the photo I sent]. [How hard can it be?|We are down in <V> because of this.]",
        "On hold with <M> support for [forty|fifty-five] minutes, then cut off. [Twice.|Pump still dead.] Terrible service.",
        "Warranty claim with <M> rejected as 'installation error'. Their own engineer installed the <P>. [Unbelievable.|You could not make it up.]",
        "Software update from <M> bricked the controller on our <P>. [No apology, no fix.|Error E<Nr> ever since.] Awful.",
    ),
    Intent.QUESTION: (
        "Does anyone know if the <E> of the old <P> from <M> fits the new series?",
        "Is there an English manual for the <P>? <M> only seems to have Dutch and German [online|on the website].",
        "Anybody running a <P> from <M> in <B>? [How does it cope with grit?|What is the real power draw?]",
        "What does error E<Nr> mean on a <M> <P>? [Support opens on Monday.|Asking from a flooded basement in <V>.]",
        "Who services <M> pumps around <V>? [The number I had is dead.|Need someone by <G>.]",
    ),
    Intent.PRAISE: (
        "Shout-out to the <M> engineer who drove to <V> on a Sunday to swap our <E>. [Brilliant service.|We owe you a beer.] 🍺",
        "<J> years on one <P> from <M> and it still runs like new. [Great kit.|They do build them well.]",
        "Great factory tour at <M> in Zwolle. [Lovely people, serious engineering.|The test basin is very impressive.]",
        "Honest advice is rare: <M> talked us into a smaller, cheaper <P>. Works perfectly in <B>. Happy customer.",
        "Our new <P> from <M> is so quiet that we thought it had tripped. [Excellent job.|Love it.]",
    ),
    Intent.PURCHASE: (
        "Looking for <U> submersible pumps for a job near <V> in <Mnd>. <M> is on the list, who else should be?",
        "Asked <M> for a quote on <U> <P> units. [Budget is approved.|Decision in <Mnd>.]",
    ),
    Intent.JOB: (
        "<M> is hiring a field service engineer based near <V>. [Dutch not required.|Van included.] #hiring",
        "Export sales role open at <M>, covering <V> and beyond. [Apply before the end of <Mnd>.|Part-time possible.] #hiring",
    ),
    Intent.OTHER: (
        "Spotted a <M> lorry on the ferry to <V> this morning with <U> very large pumps on it.",
        "Reading the <M> paper on cavitation in the <P>. [Page <Nr> has the curve everybody asks for.|Slides from <Mnd>.]",
        "Commissioning <U> <M> units at <B> this week. Controls on <G>.",
    ),
}

THREADS: Mapping[Intent, Sequence[tuple[str, str]]] = {
    Intent.COMPLAINT: (
        (
            "<P> seal keeps failing",
            "We run a <P> from <M> in <B>. Third seal in [seven|nine] months, all fitted by the book, the last one by their own engineer from <V>. Support promised to call back on <G> and never did. [Has anyone solved this?|I am close to ripping it out.]",
        ),
        (
            "Spare parts: <W> weeks for one <E>",
            "Order <O> placed with <M>, confirmed for two weeks. It is now week <W>. Every time I phone there is a different story. Our client in <V> is furious, and frankly so am I.",
        ),
        (
            "No answer from service",
            "Reported a breakdown of a <P> on <G>. <M> opened a ticket, closed it without a visit and sent a bill for € <Eur>. [Very poor.|Not acceptable for a supplier of this size.]",
        ),
        (
            "Controller dead after update",
            "<M> pushed an update to our <P> and it has shown E<Nr> ever since. They asked us to ship the controller from <V> at our own cost. [Ridiculous.|Avoid updating if you can.]",
        ),
    ),
    Intent.QUESTION: (
        (
            "Sizing a pump for <B>",
            "Head is [nine|eleven|fifteen] metres, about [twenty|thirty|forty] cubic metres an hour, some sand. Would the <P> from <M> do, or is it oversized? What would you pick?",
        ),
        (
            "Retrofitting a VFD on a <P>",
            "Can I put a variable frequency drive on a [2009|2011|2014] <P> from <M>, or does the motor have to go too? Client in <V> wants to save energy.",
        ),
        (
            "English documentation for <P>?",
            "The only manual I can find on molenaarpompen.example is in Dutch. Does anyone have the English PDF for the <P>, in particular the wiring on terminal <Nr>?",
        ),
        (
            "Original or aftermarket <E>?",
            "<M> charges about double for the original <E>. Has anyone compared the life of both on a <P>? We need <U> of them.",
        ),
    ),
    Intent.PRAISE: (
        (
            "<P>: a <J>-year report",
            "Opened our <P> from <M> after <J> years in <B>. Impeller like new, replaced the <E> as a precaution. Excellent pump, would buy again.",
        ),
        (
            "Good experience with support",
            "Credit where it is due: <M> answered within the hour, walked us through error E<Nr> and sent a new <E> to <V> overnight. Really pleased.",
        ),
        (
            "Training at Molenaar Pompen",
            "Sent <U> people from <V> to the two-day maintenance course. All hands-on, hardly any slides. Great value at € <Eur>.",
        ),
    ),
    Intent.PURCHASE: (
        (
            "Wanted: <U> x <P>",
            "We need <U> units for a job near <V> starting in <Mnd>, new or used. <M> quoted, but I am looking for a dealer with stock. Prices by private message, please.",
        ),
        (
            "Comparing quotes for <B>",
            "Replacing everything this year, budget of € <Eur> per unit approved. <M> and two others are in. What should I look for in the maintenance part of the offer?",
        ),
    ),
    Intent.OTHER: (
        (
            "Installation notes: <P> in <B>",
            "Three days, <U> units from <M>. Day one stripping out, day two foundation, day three connections and testing. Stainless pipework, third-party controls, handed over in <V> on <G>.",
        ),
        (
            "Notes from the energy label meeting in <V>",
            "Speakers from <M> and two utilities. In short: more paperwork from <Mnd>, and count on <Pct> per cent less power when you replace an old pump. Slides are in the members' section.",
        ),
        (
            "Old pump on display near <V>",
            "Visited a pumping station museum. A <M> unit stands next to a steam engine from 19[08|11|22]; the volunteers start it on the first <G> of the month.",
        ),
    ),
}

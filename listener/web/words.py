"""What the program's own words are called on the page; source strings are English, the Dutch ones stand in page.po."""

from __future__ import annotations

from collections.abc import Mapping

from listener.core.labels import NO, WITHDRAWN, YES, Aspect
from listener.core.ledger import SIGNS as SIGNS_OF_DAYS
from listener.core.ledger import Hearing
from listener.core.model import Intent, Media, Tone
from listener.core.observed import Question
from listener.core.places import PLACES
from listener.core.reprints import Tie
from listener.core.standing import Part
from listener.core.taking_part import Answered, How
from listener.core.visits import Outcome


def phrase(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


# The sign stands beside the word everywhere, so that neither colour nor language is needed to tell tones apart.
SIGNS: Mapping[Tone, str] = {Tone.NEGATIVE: "\N{MINUS SIGN}", Tone.NEUTRAL: "=", Tone.POSITIVE: "+", Tone.UNSURE: "?"}

TONES: Mapping[Tone, str] = {
    Tone.NEGATIVE: phrase("negative"),
    Tone.NEUTRAL: phrase("neutral"),
    Tone.POSITIVE: phrase("positive"),
    Tone.UNSURE: phrase("unsure"),
}

INTENTS: Mapping[Intent, str] = {
    Intent.COMPLAINT: phrase("complaint"),
    Intent.QUESTION: phrase("question"),
    Intent.PRAISE: phrase("praise"),
    Intent.PURCHASE: phrase("purchase"),
    Intent.JOB: phrase("job opening"),
    Intent.OTHER: phrase("other"),
}

# What a label is about, and what each of its values is called.
ASPECTS: Mapping[Aspect, str] = {
    Aspect.ABOUT: phrase("About us"),
    Aspect.TONE: phrase("Tone"),
    Aspect.INTENT: phrase("Intent"),
    Aspect.ANSWERED: phrase("Answered"),
}
LABELS: Mapping[tuple[Aspect, str], str] = {
    **{(Aspect.TONE, tone.value): word for tone, word in TONES.items()},
    **{(Aspect.INTENT, intent.value): word for intent, word in INTENTS.items()},
    **{(aspect, YES): phrase("yes") for aspect in (Aspect.ABOUT, Aspect.ANSWERED)},
    **{(aspect, NO): phrase("no") for aspect in (Aspect.ABOUT, Aspect.ANSWERED)},
    **{(aspect, WITHDRAWN): phrase("taken back") for aspect in Aspect},
}

# What a person answers for the dossier alone, by question and answer.
CHECKS: Mapping[tuple[str, str], str] = {
    (Question.MARKET.value, "b2b"): phrase("a business"),
    (Question.MARKET.value, "b2c"): phrase("a consumer"),
    (Question.MARKET.value, "unclear"): phrase("cannot be told"),
    (Question.WORTH.value, "yes"): phrase("yes"),
    (Question.WORTH.value, "no"): phrase("no"),
    (Question.CLAIM.value, "none"): phrase("no claim"),
    (Question.CLAIM.value, "own"): phrase("yes, through a post of our own"),
    (Question.CLAIM.value, "other"): phrase("yes, through something else"),
    (Question.LEAK.value, "none"): phrase("nothing given away"),
    (Question.LEAK.value, "own"): phrase("yes, by a post of ours or of our staff"),
    (Question.LEAK.value, "other"): phrase("yes, from elsewhere"),
}

MEDIA: Mapping[Media, str] = {
    Media.EARNED: phrase("by others (earned)"),
    Media.OWNED: phrase("by the brand itself (owned)"),
}

# A kind that is not here is shown by its own key: kinds grow, one file each.
KINDS: Mapping[str, str] = {
    "rss": phrase("feed"),
    "google-alerts": phrase("Google Alerts feed"),
    "x": phrase("search on X"),
    **PLACES,
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.NEW: phrase("heard, with something new"),
    Outcome.UNCHANGED: phrase("heard, nothing changed"),
    Outcome.KNOWN: phrase("heard, nothing we did not have"),
    Outcome.EMPTY: phrase("heard, an empty list"),
    Outcome.UNREADABLE: phrase("not heard: the answer cannot be read"),
    Outcome.TOO_LARGE: phrase("not heard: the answer is too large"),
    Outcome.FAILED: phrase("not heard: the place could not be reached"),
    Outcome.REFUSED: phrase("not heard: access was refused"),
    Outcome.LIMITED: phrase("not heard: the place asks us to come back later"),
    Outcome.STOPPED: phrase("not heard: our own budget is spent"),
    Outcome.POSTPONED: phrase("not asked yet"),
    Outcome.OVERTAKEN: phrase("left to another process that was collecting it"),
}

# What a person can do about a source that is not heard; the outcomes that mend themselves have no advice.
ADVICE: Mapping[Outcome, str] = {
    Outcome.UNREADABLE: phrase("Open the address in a browser: is it still a feed? Its last answer is kept."),
    Outcome.TOO_LARGE: phrase("Look for a smaller feed of the same place."),
    Outcome.REFUSED: phrase("Renew the credential or change the address in the brand's file."),
    Outcome.STOPPED: phrase("Raise monthly_budget in listener.toml, or wait for the next month."),
}

# How a day of one source is drawn and said in the ledger.
CELLS: Mapping[str, tuple[str, str]] = {
    Hearing.HEARD.value: (SIGNS_OF_DAYS[Hearing.HEARD], phrase("heard")),
    Hearing.PARTLY.value: (SIGNS_OF_DAYS[Hearing.PARTLY], phrase("partly heard")),
    Hearing.NOT.value: (SIGNS_OF_DAYS[Hearing.NOT], phrase("not heard")),
    Hearing.NONE.value: (SIGNS_OF_DAYS[Hearing.NONE], phrase("no attempt")),
}

# What ties a mention of a story to the one above it.
TIES: Mapping[Tie, str] = {
    Tie.FIRST: phrase("said first, as far as we know"),
    Tie.REPLY: phrase("in reply"),
    Tie.ADDRESS: phrase("same address, another source"),
    Tie.TITLE: phrase("same title"),
    Tie.VOICE: phrase("same author"),
    Tie.TEXT: phrase("tells the same"),
}

ANSWERS: Mapping[Answered, str] = {
    Answered.ANSWERED: phrase("The brand answered."),
    Answered.NOT_SEEN: phrase("Not answered, as far as we looked."),
    Answered.NOT_OBSERVABLE: phrase("Whether the brand answered cannot be seen from here."),
}
ANSWERED_HOW: Mapping[How, str] = {
    How.REPLY: phrase("with a reply"),
    How.CONVERSATION: phrase("in the same conversation"),
}

# Under which tab of its brand a page stands that has none of its own.
ROOMS: Mapping[str, str] = {
    "mention": "mentions",
    "document": "mentions",
    "story": "stories",
    "digest": "digests",
}

# A part of the program that fell silent, and what to look at.
PARTS: Mapping[Part, tuple[str, str]] = {
    Part.CLOCK: (
        phrase("The clock"),
        phrase("Nothing is collected and nothing is sent. Look whether listener run runs, and restart it."),
    ),
    Part.WORKER: (
        phrase("A worker"),
        phrase("What it had in hand is done by another. Restart it, or stop it in order if it should be gone."),
    ),
    Part.QUEUE: (phrase("The queue"), phrase("Nobody takes what is to be done. Look whether listener worker runs somewhere.")),
    Part.MAIL: (
        phrase("The mail"),
        phrase("Mails wait and are tried again. Look at [smtp] in listener.toml and at the mail server."),
    ),
    Part.SOURCE: (phrase("A source"), phrase("Its address may have changed, or it refuses us; the page of sources says more.")),
}
BOXES: Mapping[str, str] = {
    "digest": phrase("Digests"),
    "alert": phrase("Alerts by mail"),
    "channel": phrase("Alerts by other ways"),
    "evidence": phrase("Evidence reports"),
}
JOBS: Mapping[str, str] = {
    "todo": phrase("waiting"),
    "doing": phrase("in hand"),
    "failed": phrase("failed"),
    "succeeded": phrase("done"),
    "cancelled": phrase("cancelled"),
    "aborted": phrase("broken off"),
}

STRANGER = phrase("This server does not go by that name. Use the address that base_url in listener.toml gives.")

FORGED = phrase("This link was not made here, or was changed or cut off on its way. Use the one in the mail as it stands.")
EXPIRED = phrase("The time of this link is over. Use the same link in a newer mail.")
GONE = phrase("This mention is no longer there: it was taken back, forgotten or kept as long as it may be.")

# What the guard says when it lets nobody through.
SIGN_IN_FIRST = phrase("Sign in first: this is not open to everybody.")
NOT_YOURS = phrase("This page is not yours to open. Sign in with another name, or ask the operator.")
FOREIGN = phrase("This did not come from a page of ours, so nothing was changed. Open the page here and try again.")
OLD_FORM = phrase(
    "This form is too old, or your browser keeps no cookies. Nothing was changed: go back, reload the page and try again."
)
SPENT = phrase("This link was used already, its time is over, or it was not copied whole. Ask whoever gave it for a new one.")
SHARE_OVER = phrase("The time of this shared link is over, or it was revoked. Ask whoever sent it for a new one.")

LINKS = frozenset({FORGED, EXPIRED, GONE, SPENT, SHARE_OVER})

CHANGED_MEANWHILE = phrase(
    "The file was changed by somebody else since you opened this page, so nothing was kept. What you wrote is still here: look at "
    "what it says now, and keep it again if it is still right."
)
BUSY = phrase("Others are trying a query too. Wait a moment and try again.")

# What the page calls the fields of a brand's file, where a fault is about one.
FIELDS: Mapping[str, str] = {
    "name": phrase("Name"),
    "query": phrase("Query"),
    "key": phrase("Key"),
    "kind": phrase("Kind"),
    "address": phrase("Address or words"),
    "every": phrase("How often"),
    "to": phrase("Who gets it"),
    "at": phrase("At"),
    "language": phrase("Language"),
    "days": phrase("Days"),
}

MAIL_DAYS: Mapping[str, str] = {
    "daily": phrase("every day"),
    "weekdays": phrase("on working days"),
    "weekly": phrase("on Mondays"),
}

# Long work that may be under way.
WORKS: Mapping[str, str] = {"import": phrase("Taking over an archive")}

# What people do that stands in the trail; the archive keeps the keys.
ACTS: Mapping[str, str] = {
    "editor invited": phrase("Editor invited"),
    "editor added": phrase("Editor added"),
    "editor removed": phrase("Editor removed"),
    "invitation withdrawn": phrase("Invitation withdrawn"),
    "password set": phrase("Password set"),
    "password reset": phrase("New link for a password"),
    "link shared": phrase("Link shared"),
    "link revoked": phrase("Link revoked"),
    "brand added": phrase("Brand added"),
    "name changed": phrase("Name changed"),
    "query changed": phrase("Query changed"),
    "asked again": phrase("Stored items asked again"),
    "asking stopped": phrase("Asking stored items stopped"),
    "work stopped": phrase("Long work stopped"),
    "source added": phrase("Source added"),
    "source changed": phrase("Source changed"),
    "source removed": phrase("Source removed"),
    "digest added": phrase("Digest added"),
    "digest changed": phrase("Digest changed"),
    "digest removed": phrase("Digest removed"),
    "forgotten": phrase("Somebody or something forgotten"),
}

# What is wrong with a new password, with an invitation, and with a link to be shared.
WELCOME: Mapping[str, str] = {
    "name": phrase("Give a name of at most 100 letters."),
    "password": phrase("Choose a longer password, of 12 to 200 characters, that is not your name: a few words in a row are good."),
    "again": phrase("The two passwords differ."),
    "taken": phrase("Somebody has that name already. Choose another."),
}
PEOPLE: Mapping[str, str] = {
    "name": phrase("Give a name of at most 100 letters."),
    "there": phrase("Somebody has that name already: make them a new link below, or choose another name."),
    "reach": phrase("Choose every brand, or tick at least one."),
    "yourself": phrase("You cannot remove yourself: ask another editor to."),
}
SHARING: Mapping[str, str] = {
    "brand": phrase("Choose one of the brands."),
    "day": phrase("The day must be a date such as 2026-11-20."),
    "period": phrase("The last day comes before the first."),
    "lasting": phrase("Choose how long the link works."),
}

MALFORMED: Mapping[str, str] = {
    "tone": phrase("The tone must be negative, neutral, positive or unsure."),
    "intent": phrase("The intent must be complaint, question, praise, purchase, job or other."),
    "media": phrase("The side must be earned or owned."),
    "labelled": phrase("Labelled must be yes or no."),
    "kind": phrase("The kind of source must be a name such as rss."),
    "q": phrase("Those are too many words to look for: at most 20,000 characters are read."),
    "found": phrase("What was found on a day can be narrowed by tone only. Leave the day out to look for other things."),
    "day": phrase("The day must be a date such as 2026-11-20."),
    "before": phrase("The place in the list is damaged. Start again from the newest mentions."),
    "page": phrase("The page must be a number such as 2."),
}

# Heading and sentence of each page that says no, by HTTP status.
PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: (phrase("This address cannot be understood"), phrase("Something in it is damaged or was changed.")),
    401: (phrase("Sign in first"), SIGN_IN_FIRST),
    403: (phrase("This is not open to you"), NOT_YOURS),
    404: (
        phrase("There is nothing at this address"),
        phrase("Check the address, or start from the overview. A mention keeps its address until it is erased."),
    ),
    405: (phrase("This page can only be read"), phrase("Nothing can be sent to this address, so nothing was changed.")),
    410: (phrase("This link has expired"), phrase("Its time is over.")),
    413: (phrase("This is too much"), phrase("Nothing was changed.")),
    429: (phrase("Too many tries"), phrase("Wait a moment before the next one.")),
    500: (
        phrase("Something went wrong on our side"),
        phrase("It is written in the program's log. Nothing was lost: try again, and tell the operator if it stays."),
    ),
    503: (
        phrase("The archive cannot be read at the moment"),
        phrase("Nothing was lost. Try again in a minute; the operator finds the reason in the program's log."),
    ),
}

# How a near miss failed; what stands behind it is the part of the query.
FAILURES: Mapping[str, str] = {
    "excluded": phrase("Excluded by"),
    "language": phrase("Not in the language:"),
    "context": phrase("Without the context:"),
    "absent": phrase("Not there:"),
}

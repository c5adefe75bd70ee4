"""What is said by denying its opposite: "niets te klagen", "never lets me down", "allesbehalve handig", in Dutch and English.

Models read such turns by their words ("klagen", "down") and get them wrong; a list of idiom gets them right where it knows them.
"""

from __future__ import annotations

import re

from listener.understanding.turns import Turn

_NL_BAD = (
    "slecht|ontevreden|verkeerd|teleurgesteld|teleurstellend|onaardig|onvriendelijk|mis|gek|duur|moeilijk|lastig|vervelend|onhandig|"
    "ongelukkig|onverstandig|vies|lelijk"
)
_NL_GOOD = (
    "tevreden|blij|goed|handig|vriendelijk|behulpzaam|netjes|fijn|top|geweldig|best|slim|overzichtelijk|soepel|"
    "te spreken over|onder de indruk|aan te raden|de beste|een aanrader|een succes|een feest|een pretje|vers"
)
_EN_BAD = "bad|unhappy|dissatisfied|disappointed|disappointing|terrible|awful|expensive|rude|unhelpful|unpleasant|stale"
_EN_GOOD = (
    "happy|satisfied|pleased|impressed|good|helpful|friendly|handy|clean|fresh|reliable|useful|worth it|worth the money|"
    "recommended|a success|ideal|convenient"
)
_GOOD = re.compile(
    # Dutch
    r"\b(?:niets|niks|weinig|geen reden) (?:\w+ ){0,3}?(?:te klagen|te mopperen|te zeuren|aan te merken|op aan te merken)\b"
    r"|\b(?:niets|niks) mis (?:mee|met)\b|\b(?:niets|niks) dan (?:lof|goeds)\b|\bgeen kwaad woord\b"
    r"|\b(?:geen|nooit|nog nooit) (?:[\w-]+ ){0,2}?(?:spijt|minpunt(?:en)?|nadelen?|miskoop|misser|gedoe|problemen mee"
    r"|problemen gehad|probleem gehad|storing(?:en)? gehad|klachten? gehad|pech gehad)\b"
    rf"|\b(?:helemaal|zeker|absoluut|echt|beslist|bepaald) niet (?:{_NL_BAD})\b"
    rf"|\b(?:{_NL_BAD}) (?:is|zijn|was|waren|maakt|maken) (?:[\w@-]+ ){{1,4}}?niet\b"
    r"|\bv(?:ie|a)l(?:t|len)? (?:[\w@-]+ ){0,3}?(?:niet tegen|absoluut niet tegen|zeker niet tegen|reuze mee|alles mee)\b"
    r"|\b(?:nooit|nog nooit|niet) (?:\w+ )?teleur(?:gesteld)?\b"
    r"|\bzo weer (?:[\w@-]+ ){0,4}?(?:boeken|kopen|bestellen|doen|gaan|kiezen|huren|komen)\b"
    r"|\biedereen aan(?:raden|bevelen)?\b|\bklachten (?:[\w-]+ ){0,2}?serieus\b"
    # English
    r"|\b(?:nothing|not a thing|little) (?:\w+ ){0,3}?(?:to complain about|wrong with|to fault|to dislike)\b"
    r"|\bnothing but (?:praise|good|satisfied|happy|kind)\b"
    r"|\b(?:couldn't|could not|can't|cannot) find (?:a|one|any) (?:single )?(?:fault"
    r"|thing (?:wrong|to dislike|to fault|to complain))\b"
    r"|\b(?:never|not) (?:had |have |been )?(?:a |any |one )?(?:single )?(?:problem|issue|complaint|regret|fault|hiccup)s?\b"
    r"|\bno (?:complaints|problems|issues|regrets)\b|\bnever (?:regretted|looked back)\b"
    r"|\b(?:can't|cannot|can not|couldn't|you won't) (?:go wrong|fault|complain|say a bad word)\b"
    r"|\b(?:wouldn't|would not|won't) hesitate\b|\bagain in a heartbeat\b"
    rf"|\bnot (?:at all |a bit |in the least )?(?:{_EN_BAD})\b|\bnever (?:{_EN_BAD})\b"
    r"|\bnot make it (?:hard|difficult)\b"
    r"|\b(?:can't|cannot|couldn't) say (?:a|one) bad (?:thing|word)\b|\bnot leave you (?:hanging|in the lurch)\b"
    r"|\bnever (?:once )?(?:lets?|let) (?:me|us|you|anyone|people) down\b|\bnever (?:once )?(?:disappoints?|disappointed)\b"
    r"|\bwithout (?:a|any) (?:hitch|hiccup|fuss|problem|problems)\b|\btakes? complaints (?:[\w-]+ )?seriously\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    # Dutch
    rf"\b(?:niet|nooit|zelden|allesbehalve|verre van|allerminst|niet bepaald|nou niet|niet echt) (?:erg |heel |zo |echt "
    rf"|bepaald |een )?"
    rf"(?:{_NL_GOOD})\b"
    rf"|\b(?:{_NL_GOOD}|makkelijk) (?:is|zijn|was|waren|maakt|maken) (?:[\w@-]+ ){{1,6}}?(?:niet bepaald|allerminst|niet"
    rf"|allesbehalve)\b"
    r"|\b(?:geen|geen enkel|geen enkele) (?:aanrader|succes|feest|pretje|goed woord|pluspunt|pluspunten)\b"
    r"|\b(?:niets|niks) (?:goeds|positiefs)\b|\baltijd in de steek\b|\braad (?:[\w@-]+ ){1,3}?niemand aan\b"
    r"|\bnooit (?:meer )?(?:iets )?op tijd\b"
    r"|\bniet (?:[\w-]+ )?serieus genomen\b|\bneemt klachten niet\b|\bvanaf dag (?:één|een|1) spijt\b"
    # English
    rf"|\b(?:anything but|far from|not exactly|not particularly|hardly) (?:a |an |the )?(?:{_EN_GOOD}|easy|clear|great)\b"
    rf"|\bnot (?:very |really |at all |so |too |all that |certainly |entirely )?(?:{_EN_GOOD})\b|\bnever (?:{_EN_GOOD}|on time)\b"
    r"|\b(?:can't|cannot|couldn't) say (?:a|one) (?:single )?good (?:thing|word)\b|\bleaves? you (?:hanging|in the lurch)\b"
    r"|\bnothing good\b|\bfind (?:a|one|any) (?:single )?thing to (?:like|love|praise)\b|\balways (?:lets?|let) (?:me|us"
    r"|you|people) down\b"
    r"|\b(?:i|we) (?:wouldn't|would not|won't|will not) (?:\w+ )?(?:use|recommend|buy from|book|order|go back|return|come back)\b"
    r"|\bnot take (?:[\w-]+ ){1,2}?seriously\b|\bnot make it easy\b",
    re.IGNORECASE,
)
# What goes on to say the opposite: "nooit problemen gehad, tot gisteren".
_YET = re.compile(r"\b(?:maar|tot|totdat|helaas|behalve|alleen|but|until|except|unfortunately|however|though)\b", re.IGNORECASE)
_LONG = 30  # words; a longer text says more than one turn of phrase


def denied(words: str, language: str) -> Turn | None:
    """Whether a short text says good of something by denying the bad, or bad by denying the good; None where neither, or both."""
    if language not in {"nl", "en", "und"} or len(words.split()) > _LONG:
        return None
    plain = words.replace("\u2019", "'").replace("doesn't", "does not").replace("isn't", "is not").replace("wasn't", "was not")
    plain = (
        plain.replace("weren't", "were not").replace("don't", "do not").replace("aren't", "are not").replace("didn't", "did not")
    )
    good, bad = _GOOD.search(plain), _BAD.search(plain)
    if good and bad:  # of two that share words the longer one is the turn: "niet tevreden" is none in "zeker niet ontevreden"
        whole = [one for one, other in ((good, bad), (bad, good)) if _within(other, one)]
        good, bad = good if good in whole else None, bad if bad in whole else None
    found = good or bad
    if found is None or _YET.search(plain, found.end()):
        return None
    return Turn.BETTER if good else Turn.WORSE


def _within(one: re.Match[str], other: re.Match[str]) -> bool:
    return other.start() <= one.start() and one.end() <= other.end()

"""Towards whom a passage speaks: the brand's name hidden, the clauses that are about it, and who comes off worse in a comparison.

Rules for Dutch and English, about as much as a list can know; what they do is measured by `bench/behaviour.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from listener.understanding.light_words import sign_strengths
from listener.understanding.turns import Turn
from listener.understanding.words import is_everyday

NAME = "towards rules 3"
SIGNS = "signs 1"

# Of a text with few words beside the brand, a strong sign says more than the words do.
FEW_WORDS = 6

# Stands for the brand while a tone is sought. It has the form of a handle, which every analyser reads as a name without a tone, so
# that "Action", "Goed" and "Happy Socks" are no better liked than other brands, and no brand carries what was once said of it.
MASK = "@merk"

_LANGUAGES = frozenset({"nl", "en", "und"})  # German writes every noun with a capital: there a capital names nobody
_FEW = 2  # words; fewer after a "but" say nothing by themselves
_SENTENCE_START = re.compile(r"(?:^|[.!?\u2026:;]\s+|\n\s*)[\W_]*$")
_CLAUSE = re.compile(
    r"(?<=[.!?\u2026;])\s+|\n+|\s+(?=(?:terwijl|daarentegen|whereas|but)\b)|(?<!\d)[,:]\s+",
    re.IGNORECASE,
)
# A name: a capital within a sentence, or a handle or hashtag; common words with capitals of their own are none.
_NAME = re.compile(r"(?<![\w@#])(?:[@#]\w+|[A-Z\u00c0-\u00de][\w&'-]*)")
_NOTHING = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+")
_WORD = re.compile(r"\w+")
_QUOTE = re.compile(
    r"(?<!\w)[\"\u201c\u201d\u201e\u00ab\u00bb][^\"\u201c\u201d\u201e\u00ab\u00bb]{2,200}[\"\u201c\u201d\u00ab\u00bb]"
)
_AGREES = re.compile(
    r"\b(?:gelijk|mee eens|klopt|terecht|niet voor niets|agree|agrees|(?:is|was|he's|she's|they're|are) right|true|for nothing|"
    r"ik|wij|mijn|i|i'm|i've|we|my)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:zei|zeiden|zegt|zeggen|roept|roepen|beweert|beweren|beloofde|belooft|beloven|noemt|noemen|dacht|dachten|"
    r"said|says|say|claims?|claimed|promised|promises?|calls?|called|told|thought|everyone|iedereen)\b"
    r"[^.!?]*?[,;\u201d\"'] *(?:maar|toch|but|yet)\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ORDINARY = """
    i i'm i've i'll i'd ik u uw we wij ja nee ok oke wow xl tv nl uk us eu app not niet oh english dutch mr mrs ms dr dhr
    mevr hbo mbo wo monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december christmas easter wifi pdf sms btw bv nv
"""
_NOBODY = frozenset(_ORDINARY.split())


_SMALL = (
    "the|de|het|een|die|dat|deze|those|that|these|from|of|in|bij|van|voor|met|with|at|by|uit|mijn|my|onze|our|one|ones|winkel|store"
)
_B = rf"(?:(?:{_SMALL}) ){{0,4}}{MASK}\b"
_MORE = r"(?:beter|betere|better|more [\w-]+|\w{3,}(?<!ond)(?<!and)(?<!ev)ere?|meer [\w-]+|liever|rather|sooner)"
_SOME = r"(?:[\w'@-]+ ){0,4}?"
_CHANGED = (
    "overgestapt|overgegaan|overstappen|overgezet|gewisseld|veranderd|stap|stappen|ga|gaan|switched|switching|switch|moved|moving|"
    "changed|went"
)
_LEFT = (
    r"verlost van|af van|weg (?:ben |zijn )?bij|weg van|vertrokken bij|afscheid (?:genomen )?van|rid of|left|leaving|leave|quit|"
    r"quitting|ditched|dumped|goodbye to|done with|got away from|away from"
)
_COMPARED = re.compile(
    rf"\b(?:{_MORE}|net zo [\w-]+|even [\w-]+|as [\w-]+) (?:[\w'@-]+ ){{0,3}}?(?:dan|than|als|as)\b", re.IGNORECASE
)
_RELIEF = (
    "verademing|opluchting|wereld van verschil|wat een verschil|nooit meer|geen enkel probleem meer|"
    "relief|world of difference|what a difference|never looked back|no outages|no more"
)
_BETTER = re.compile(
    rf"\b(?:{_CHANGED}) [^.!?]{{0,60}}?\b(?:naar|to) {_B}[^.!?]{{0,40}}?\b(?:{_RELIEF})\b"
    rf"|\b(?:van|from) [^.!?,]{{1,40}} (?:naar|to) {_B}[^.!?]{{0,40}}?\b(?:{_RELIEF})\b"
    rf"|\b(?:verademing|opluchting|relief) (?:om |to )?(?:nu |now )?[^.!?]{{0,12}}?\b(?:bij|met|with|at|naar|to) {_B}"
    r"|\b(?:niets|niks|niemand|nergens|geen enkele?|geen|nothing|nobody|no one|none|no other|never)\b[^.!?]{0,40}?"
    rf"\b(?:dan|than|boven|beats?|tops|close to|compares to) {_B}"
    rf"|\b(?:geen|no|niemand|nobody|no other) [^.!?]{{0,40}}?(?:aan {_B} kan tippen|comes? close to {_B}|can match {_B}|"
    rf"zo [\w-]+ als {_B}|as [\w-]+ as {_B})"
    rf"|\b(?:liever|rather(?: have)?) {_B} (?:dan|than)\b|^\W*liever {_B}"
    rf"|\b(?:nu|now|voortaan) [^.!?]{{0,30}}?{_B} (?:in plaats van|instead of)\b|{MASK} (?:in plaats van"
    rf"|instead of) [^.!?]{{1,30}} (?:nu|now)\b"
    rf"|\b(?:was ik|had ik|waren we|hadden we) (?:toch |nou |nu )?maar {_SOME}{_B}"
    rf"|\b(?:i wish|if only|should have|should've|wish i|wish we) [^.!?,;]{{0,40}}?{_B}"
    rf"|\b(?:kan|kunnen|komt|can) (?:daar |er )?(?:geen|niet|niemand|not|no one)[^.!?]{{0,30}}?"
    rf"\b(?:tegen|tippen aan|match|compare to) {_B}",
    re.IGNORECASE,
)
_WORSE = re.compile(
    rf"\b(?:{_CHANGED}) {_SOME}(?:van|from) {_B}"
    rf"|(?:van|from) {_B} {_SOME}(?:naar|to) [^.!?,]{{1,40}}(?:overgestapt|gegaan|verhuisd|switched|moved)?"
    rf"|\b{_MORE} (?:[\w'-]+ ){{0,3}}?(?:dan|than) {_B}"
    r"|\b(?:in tegenstelling tot|anders dan|unlike|in contrast to|as opposed to|compared to|vergeleken met|in plaats van|"
    rf"instead of) {_B}"
    rf"|\b(?:{_LEFT}) {_B}"
    rf"|{MASK} (?:ingeruild|verlaten|verruild|opgezegd|gedumpt) (?:voor|en)\b"
    rf"|\b(?:alles|iedereen|anything|everything|anyone|everyone)\b[^.!?]{{0,20}}?\b(?:dan|than|beats) {_B}",
    re.IGNORECASE,
)
# "Goedkoper dan", "slower than": which of the two the word itself prefers.
_MINUS = (
    "slechter|slechtere|duurder|duurdere|trager|tragere|langzamer|viezer|viezere|onvriendelijker|kouder|ouder|drukker|rommeliger|moeilijker|"
    "worse|slower|pricier|dearer|dirtier|ruder|colder|noisier|later|harder|weaker|less [\\w-]+|minder [\\w-]+|more expensive"
)
_PLUS = (
    "beter|betere|\\w+vriendelijker|goedkoper|goedkopere|sneller|snellere|schoner|schonere|vriendelijker|netter|nettere|mooier|mooiere|fijner|lekkerder|"
    "makkelijker|betrouwbaarder|comfortabeler|handiger|better|cheaper|faster|quicker|cleaner|friendlier|nicer|tastier|easier|smoother|quieter|"
    "kinder|more (?:reliable|customer[ -]friendly|comfortable|helpful|convenient|polite|friendly)"
)
_FIRST = re.compile(
    rf"{MASK}\b [^.!?]{{0,60}}?\b(?:(?P<plus>{_PLUS})|(?P<minus>{_MINUS})) (?:[\w'-]+ ){{0,3}}?(?:dan|than) (?!{MASK})",
    re.IGNORECASE,
)
_SECOND = re.compile(rf"\b(?:(?P<plus>{_PLUS})|(?P<minus>{_MINUS})) (?:[\w'-]+ ){{0,3}}?(?:dan|than) {_B}", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:niet|nooit|geen|niets|niks|nergens|niemand|not|never|no|nothing|nobody|isn't|wasn't|aren't)\b", re.IGNORECASE
)
# Told of the brand itself in the same breath: then the comparison is not what sets the tone.
_TO = re.compile(rf"\b(?:naar|to) {_B}", re.IGNORECASE)


def masked(words: str, names: Sequence[str]) -> str:
    """The words with the brand's names hidden behind MASK, also as a handle or hashtag, in one word, or with an 's.

    A name that is an everyday word ("Goed", "Action") is hidden only where it is written as a name: with its capital, and not just
    at the beginning of a sentence, unless it stands nowhere else.
    """
    for name in names:
        if (pattern := _expression(name)) is None:
            continue
        found = list(pattern.finditer(words))
        if is_everyday(name):
            found = [one for one in found if one["name"][0] == name[0]]
            inside = [one for one in found if not _SENTENCE_START.search(words[max(0, one.start() - 20) : one.start()])]
            found = inside or found
        for one in reversed(found):
            words = f"{words[: one.start()]}{MASK}{words[one.end() :]}"
    return words


@lru_cache(maxsize=1_000)
def _expression(name: str) -> re.Pattern[str] | None:
    parts = re.findall(r"\w+", name)
    if len("".join(parts)) <= 1:  # one letter is no name
        return None
    # A name of a hundred words is nobody's; the first ones are enough to know it by.
    joined = r"[\s&.'\u2019_-]*".join(re.escape(part) for part in parts[:12])
    return re.compile(rf"(?<!\w)[#@]?(?P<name>{joined})(?:['\u2019]s\b|s['\u2019]|\b)", re.IGNORECASE)


def about(words: str, language: str) -> str:
    """The part of a masked passage that is about the brand: without the clauses that are about somebody else.

    A clause with another name and not the brand's goes, and what follows it up to the brand's next; all stays where nobody else is
    named, in a clause of its own, or where the brand is not named at all.
    """
    if language not in _LANGUAGES or MASK not in words or _COMPARED.search(words) or turn(words, language) is not None:
        return words  # a comparison is about both: half of it says nothing
    # "They said it never breaks, but mine broke": what others said is there to be denied.
    if (reported := _REPORTED.search(words)) is not None and len(reported["rest"].split()) > _FEW:
        return reported["rest"].strip()
    kept: list[str] = []
    dropped, theirs = False, False
    for clause in _clauses(words):
        if MASK in clause:
            theirs = False
        elif _others(clause):
            theirs = True
        if theirs:
            dropped = True
        else:
            kept.append(clause)
    # What stands before the brand's first clause and names nobody is kept: it mostly sets the scene for it.
    return " ".join(kept) if dropped else words


def _clauses(words: str) -> Iterator[str]:
    start = 0
    for cut in _CLAUSE.finditer(words):
        if clause := words[start : cut.end()].strip():
            yield clause
        start = cut.end()
    if clause := words[start:].strip():
        yield clause


def _others(clause: str) -> bool:
    """Whether a clause names somebody who is not the brand."""
    for name in _NAME.finditer(clause):
        if name[0] == MASK or name[0].casefold() in _NOBODY:
            continue
        # The first word of a clause may have its capital from that; it is a name only where no dictionary knows it.
        begins = name.start() == 0 and not name[0].startswith(("@", "#"))
        if not begins or not _is_word(name[0]):
            return True
    return False


def _is_word(word: str) -> bool:
    return is_everyday(word) or is_everyday(word.removesuffix("en")) or is_everyday(word.removesuffix("s"))


def signs(words: str) -> float | None:
    """What the emoji of a masked passage say of the brand, the mean in [-1, 1], where there is no word beside its name; else None.

    Only where the brand is named: a lone emoji is about nobody.
    """
    return None if any(sign.isalnum() for sign in _NOTHING.sub(" ", words)) else _signed(words)


def signs_beside(words: str) -> float | None:
    """The same where there are some words beside the name, but at most FEW_WORDS of them."""
    return _signed(words) if 0 < len(_WORD.findall(_NOTHING.sub(" ", words))) <= FEW_WORDS else None


def _signed(words: str) -> float | None:
    if MASK not in words:
        return None
    found = [strength for sign, strength in sign_strengths().items() if sign in words]
    return sum(found) / len(found) if found else None


def unquoted(words: str) -> str | None:
    """A text without what stands between quotation marks, where that may be somebody else's opinion; else None.

    Not where the writer agrees with it, nor where he says that he said it.
    """
    rest = _QUOTE.sub(" \u2026 ", words)
    if rest == words or _AGREES.search(rest) or len(_WORD.findall(rest)) <= _FEW:
        return None
    return " ".join(rest.split())


def turn(words: str, language: str) -> Turn | None:
    """Whether a comparison in a masked passage puts the brand below ("switched from …") or above ("nothing beats …") others."""
    if language not in _LANGUAGES or MASK not in words:
        return None
    if _BETTER.search(words):
        return Turn.BETTER
    if (preferred := _preferred(words)) is not None:
        return preferred
    if _WORSE.search(words) and not _TO.search(words):
        return Turn.WORSE
    return None


def _preferred(words: str) -> Turn | None:
    """Whom a comparative puts first, where it says so by itself and nobody denies it."""
    for pattern, plus, minus in ((_FIRST, Turn.BETTER, Turn.WORSE), (_SECOND, Turn.WORSE, Turn.BETTER)):
        if (found := pattern.search(words)) is not None and not _NOT.search(words, 0, found.end()):
            return plus if found["plus"] else minus
    return None

"""Whether two mentions tell the same thing: what of them is compared, by what they are found, and how alike they must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property, partial
from hashlib import blake2b
from itertools import groupby, pairwise
from struct import unpack

from listener.core.model import Entry
from listener.core.stories import title_key, voice, words

NEAR = timedelta(days=3)  # longer ago, the same words are another story
ALIKE = 90.0  # of 100: the share of words that are the same, in whatever order (rapidfuzz token_set_ratio)
LEAD = 60  # words of a text that are compared; newspapers keep an agency's first sentences and write their own end

# Two texts, each a string of words: how alike they are, from 0 to 100, where one that is part of the other counts as the same. What
# is below APART may be 0.
Likeness = Callable[[str, str], float]

_READ = 1_500  # characters of a text
_ENOUGH = 700  # of which so many mostly hold all the words that are compared
_OWN_WORDS = 12  # fewer words two people may well choose alike: "Storing!" said by many is many voices, not one story
_PASSAGE = 16  # words of a text, below which it says too little to tell a reprint by
_STRANGERS = 24  # the same where the titles have no word in common: "only for subscribers …" stands under many
_HEADLINE = 6  # words of a title that somebody passes on
_SHARED = 3  # words, besides small ones, that two titles must have in common
_CONTAINED = 4  # the same where one title says less than the other
_SAID_ALIKE = 0.6  # the share of the longer one that the shorter has, above which neither is only a part
_LONG = 8  # words of a title that nobody uses twice; a shorter one may be a heading ("Het nieuws van vandaag") …
APART = 50.0  # … and two texts under it that are less alike than this tell different things

_RUN = 5  # words in a mark of a text
_WINDOW = 10  # of such marks the smallest is kept: two texts that share _RUN + _WINDOW - 1 words in a row share a mark
_PAIRS = 12  # marks of a title

_HASH = partial(blake2b, digest_size=8)
_DIGIT = re.compile("[0-9]")
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<![\w@])@\w+|https?\b")
# "AMSTERDAM (ANP) - ", "Den Haag (ANP/AFP): ", "BRUSSEL (BELGA)": where it was written, and by whose agency.
_AGENCIES = (
    "ANP|AFP|AP|Belga|BELGA|BLOOMBERG|Bloomberg|DPA|dpa|EFE|ANSA|Novum|PA|PR Newswire|Reuters|REUTERS|GlobeNewswire|Business Wire"
)
_DATELINE = re.compile(rf"^.{{0,60}}?\(?\b(?:{_AGENCIES})(?:[/ -](?:{_AGENCIES}))*\b\)?[^\w]{{0,6}}\s*[-–—:]\s*", re.DOTALL)  # noqa: RUF001 - all dashes
_AGENCY = re.compile(_AGENCIES)
_CREDIT = re.compile(
    rf"\s*[-–—|(\[]+\s*(?:{_AGENCIES})\s*[)\]]?\s*$|^\s*(?:{_AGENCIES})\s*:\s*|\s*\((?:{_AGENCIES})\)\s*",  # noqa: RUF001 - all dashes
)

# What changes from one day or one case to the next under the same words: "three injured", "Monday", "third quarter", "higher".
_COUNTED = frozenset(
    """
    een één twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig vijftig honderd duizend
    eerste tweede derde vierde vijfde zesde zevende achtste negende tiende
    one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand
    first second third fourth fifth sixth seventh eighth ninth tenth
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag monday tuesday wednesday thursday friday saturday sunday
    januari februari maart april mei juni juli augustus september oktober november december
    january february march may june july august october
    hoger lager stijgt daalt stijgen dalen stijging daling meer minder winst verlies higher lower rises falls rise fall up down
    wint verliest wins loses
    """.split()  # noqa: SIM905 - a list of words reads best as words
) - {"een"}
_SMALL = frozenset(
    """
    de het een en van in op te om bij met voor naar uit aan door over is zijn was wordt worden na als dat die dit deze er ook nog
    niet the a an and of in on to at by with for from is are was be as that this it its his her their our your we you not no
    der die das und von im am mit für auf ist le la les un une et du des au aux en el los las una y del con por il lo gli di da
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


class Kin(IntEnum):
    """How one mention's words stand to another's: strangers, one a part of the other, or the same."""

    NONE = 0
    PART = 1
    SAME = 2


@dataclass(frozen=True)
class Telling:
    """What of a mention is compared: who says it where and when, its title's words and its text's first words.

    `person` is the voice of a person's own post, "" for what an outlet publishes; `rated` is a review, which stands for itself.
    """

    at: datetime
    source: str
    guid: str
    outlet: str
    title: str
    lead: str
    person: str = ""
    rated: bool = False

    @cached_property
    def matter(self) -> frozenset[str]:
        """The words of the title that say something."""
        return frozenset(self.title.split()) - _SMALL

    @cached_property
    def figures(self) -> frozenset[str]:
        """The numbers, days and directions in the title."""
        return frozenset(_figures(self.title.split(), digits=False))

    @cached_property
    def count(self) -> int:
        """How many words of the text are compared."""
        return self.lead.count(" ") + 1 if self.lead else 0

    @cached_property
    def said(self) -> list[str]:
        """All its words, as those of a post are compared."""
        return f"{self.title} {self.lead}".split()

    @cached_property
    def figures_said(self) -> frozenset[str]:
        """The numbers, days and directions in all of it."""
        return frozenset(_figures(self.said, digits=False))

    @property
    def marks(self) -> tuple[int, ...]:
        """What it is found by, as signed numbers of 64 bits: two that tell the same thing share one, most strangers none."""
        if self.rated:
            return ()
        own = [word for word in (self.title or self._post).split() if word not in _SMALL]
        # Neighbours in either order: an outlet may turn a headline round.
        turned = (f"t {one} {two}" if one < two else f"t {two} {one}" for one, two in pairwise(own) if one != two)
        found = [one.encode("utf-8", "replace") for one in dict.fromkeys(turned)][:_PAIRS]
        if self.count >= (_OWN_WORDS if self.person else _PASSAGE):
            found += dict.fromkeys(_winnowed(self.lead))
        return _numbers(found)

    @property
    def _post(self) -> str:
        """A post's words, where they may be a headline that it passes on."""
        return self.lead if self.person and _HEADLINE <= self.count <= LEAD // 2 else ""


def telling(entry: Entry, kind: str, at: datetime) -> Telling:
    """What of an entry is compared; `kind` is the kind of its source, `at` when it was said."""
    person = "\x1f".join(voice(entry, kind)) if entry.author.id or entry.author.handle else ""
    title = entry.title[:_READ]
    title = title_key(_CREDIT.sub(" ", title) if _AGENCY.search(title) else title, entry.outlet)
    text = entry.text[:_READ]
    if entry.title and text.startswith(entry.title):  # many feeds repeat the title
        text = text[len(entry.title) :]
    if person:
        text = _LINK.sub(" ", text)
    return Telling(
        at=at,
        source=entry.source,
        guid=entry.guid,
        outlet=entry.outlet.casefold().removeprefix("www."),
        title=title,
        lead=" ".join(_first_words(_without_dateline(text.lstrip()))),
        person=person,
        rated=entry.engagement.rating is not None,
    )


def _without_dateline(text: str) -> str:
    found = _DATELINE.match(text)
    return text if found is None else text[found.end() :]


def _first_words(text: str) -> list[str]:
    """As many words as are compared; most texts need not be read to their end for that."""
    found = words(text[:_ENOUGH])
    # The last one of a piece may be cut.
    return (found if len(found) > LEAD or len(text) <= _ENOUGH else words(text))[:LEAD]


def address_mark(url: str) -> int | None:
    """A canonical address as a signed number of 64 bits; None for a place's front page, under which anything may stand."""
    place = url.partition("://")[2]
    return _number(f"a {url}") if place.rstrip("/").find("/") > 0 or "?" in place else None


def voice_mark(entry: Entry, kind: str) -> int:
    """Who speaks (core.stories.voice), as a signed number of 64 bits."""
    return _number("\0".join(voice(entry, kind)))


def same_address(one: Telling, other: Telling) -> bool:
    """Whether two that share a canonical address tell the same thing.

    Reviews and the posts of different people do not, although a place gives them all its own address; neither do two items of one
    feed with other words.
    """
    if one.rated or other.rated or (one.person and other.person and one.person != other.person):
        return False
    if one.source == other.source and one.guid != other.guid:
        return (bool(one.title) and one.title == other.title) or (bool(one.lead) and one.lead == other.lead)
    return True


def kinship(one: Telling, other: Telling, likeness: Likeness) -> Kin:
    """Whether two tell the same thing within three days; the same either way round."""
    if one.rated or other.rated or abs(one.at - other.at) > NEAR:
        return Kin.NONE
    if one.person or other.person:
        return _among_people(one, other, likeness)
    kin = _by_title(one, other, likeness)
    return kin if kin is Kin.SAME else max(kin, _by_text(one, other, likeness))


def _among_people(one: Telling, other: Telling, likeness: Likeness) -> Kin:
    if one.person and other.person:
        first, second = one.said, other.said
        enough = _OWN_WORDS if one.person != other.person else 1
        if min(len(first), len(second)) < enough or _are_at_odds(one.figures_said, other.figures_said):
            return Kin.NONE
        if one.person == other.person:
            return Kin.SAME if first == second else Kin.NONE
        return _alike(" ".join(first), " ".join(second), len(first), len(second), likeness)
    post, press = (one, other) if one.person else (other, one)
    said, headline = (post.title or post.lead).split(), press.title.split()
    if not _HEADLINE <= len(headline) <= len(said) <= len(headline) + _HEADLINE or not press.matter <= set(said):
        return Kin.NONE
    if _contradict(said, headline) or likeness(" ".join(said), press.title) < ALIKE:
        return Kin.NONE
    return Kin.PART  # somebody passes a headline on: it belongs to the story, but proves nothing about two stories


def _by_title(one: Telling, other: Telling, likeness: Likeness) -> Kin:
    if not one.title or not other.title:
        return Kin.NONE
    # Most candidates are strangers that share some words: more is compared only when their titles are alike.
    kin = Kin.SAME if one.title == other.title else _by_words(one, other, likeness)
    if kin is Kin.NONE or _are_at_odds(one.figures, other.figures):
        return Kin.NONE
    texts = (
        None if min(one.count, other.count) < _OWN_WORDS else 100.0 if one.lead == other.lead else likeness(one.lead, other.lead)
    )
    if one.outlet == other.outlet and texts is not None and (texts < ALIKE or _contradict_in_text(one, other)):
        return Kin.NONE  # an outlet's heading for another text: an answer in its forum, tomorrow's "Weerbericht voor vandaag"
    if one.title == other.title:
        if one.outlet == other.outlet and texts is None and one.at.date() != other.at.date():
            return Kin.NONE  # nothing says that it is not a heading that comes back each day
        return Kin.NONE if texts is not None and texts < APART and len(one.matter) < _LONG else Kin.SAME
    return kin


def _by_words(one: Telling, other: Telling, likeness: Likeness) -> Kin:
    """How two different titles stand to each other."""
    shared = one.matter & other.matter
    if len(shared) < _SHARED or likeness(one.title, other.title) < ALIKE:
        return Kin.NONE
    mine, theirs = one.matter - shared, other.matter - shared
    if mine and theirs:
        # Each says something that the other does not: only another form of the same word ("opent", "opende") is no news.
        few, many = sorted((mine, theirs), key=len)
        if not all(any(_same_stem(word, like) for like in many) for word in few):
            return Kin.NONE
    if min(len(one.matter), len(other.matter)) >= _SAID_ALIKE * max(len(one.matter), len(other.matter)):
        return Kin.SAME
    return Kin.PART if len(shared) >= _CONTAINED else Kin.NONE


def _by_text(one: Telling, other: Telling, likeness: Likeness) -> Kin:
    if one.outlet == other.outlet and one.title and other.title and one.title != other.title:
        return Kin.NONE  # what an outlet writes under all its vacancies is no reprint of one of them
    least = min(one.count, other.count)
    if least < _STRANGERS and (least < _PASSAGE or (one.title and other.title and one.matter.isdisjoint(other.matter))):
        return Kin.NONE
    if one.lead == other.lead:
        return Kin.SAME
    kin = _alike(one.lead, other.lead, one.count, other.count, likeness)
    return Kin.NONE if kin is not Kin.NONE and _contradict_in_text(one, other) else kin


def _alike(one: str, other: str, one_count: int, other_count: int, likeness: Likeness) -> Kin:
    if likeness(one, other) < ALIKE:
        return Kin.NONE
    shorter, longer = sorted((one_count, other_count))
    return Kin.SAME if shorter >= _SAID_ALIKE * longer else Kin.PART


def _contradict(one: Sequence[str], other: Sequence[str], *, digits: bool = False) -> bool:
    """Whether each names a number, a day or a direction that the other does not ("Q3" and "Q4", "drie" and "vijf gewonden")."""
    return _are_at_odds(_figures(one, digits=digits), _figures(other, digits=digits))


def _contradict_in_text(one: Telling, other: Telling) -> bool:
    """The same in the first words of two texts, as many of each as the shorter has: what a snippet lacks is no contradiction."""
    if one.lead == other.lead:
        return False
    least = min(one.count, other.count)
    return _contradict(one.lead.split()[:least], other.lead.split()[:least], digits=True)


def _are_at_odds(one: AbstractSet[str], other: AbstractSet[str]) -> bool:
    return not (one <= other or other <= one)


def _figures(text: Sequence[str], *, digits: bool) -> set[str]:
    """The numbers, days and directions in a text; "8", "2", "0" in a row is one number, a version or an amount."""
    found: set[str] = set()
    if digits and (every := "".join(text)).isascii() and not _DIGIT.search(every):
        return found
    for is_number, some in groupby(text, str.isdigit):
        run = list(some)
        if is_number:
            found.add(".".join(run))
        else:
            found |= {word for word in run if _has_digit(word) or (not digits and word in _COUNTED)}
    return found


def _has_digit(word: str) -> bool:
    if word.isalpha():
        return False
    return _DIGIT.search(word) is not None if word.isascii() else any(map(str.isdigit, word))


def _same_stem(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    return shorter >= 4 and one[: max(4, shorter - 2)] == other[: max(4, shorter - 2)]


def _winnowed(text: str) -> list[bytes]:
    """Runs of words chosen by content, so that copies that begin or end elsewhere choose the same (Schleimer et al. 2003)."""
    said = text.encode("utf-8", "replace").split(b" ")
    runs = list(map(b" ".join, zip(*(said[start:] for start in range(_RUN)), strict=False)))
    keys = _numbers(runs)
    chosen = set()
    least = -1
    for start in range(max(1, len(keys) - _WINDOW + 1)):
        end = start + _WINDOW
        if least < start:
            least = keys.index(min(keys[start:end]), start)
        elif keys[end - 1] < keys[least]:
            least = end - 1
        chosen.add(least)
    return [b"x " + runs[place] for place in chosen]


def _number(text: str) -> int:
    return _numbers([text.encode("utf-8", "replace")])[0]


def _numbers(texts: Sequence[bytes]) -> tuple[int, ...]:
    """Signed numbers of 64 bits."""
    return unpack(f">{len(texts)}q", b"".join([one.digest() for one in map(_HASH, texts)]))

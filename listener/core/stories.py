"""Which mentions tell the same thing, and how many different people speak: items, stories and voices counted apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from listener.core.kept import KeptMention
from listener.core.model import Entry

_NEAR = timedelta(days=3)
_FEWEST_WORDS = 4  # "Nieuws van vandaag" is a heading that anyone may use; four words are seldom met twice by chance
_LONGEST_TAIL = 5  # words in a publisher's name
_LONGEST_TITLE = 500  # characters; two stories that differ only beyond them are one
_TAIL = re.compile(r"^(?P<head>.*\S)\s+[-–—|]\s+(?P<tail>[^-–—|]+)$", re.DOTALL)  # noqa: RUF001 - feeds use all three dashes
_DASH = re.compile("[-–—|]")  # noqa: RUF001 - the same
_WORD = re.compile(r"\w+")
_INVISIBLE = frozenset({"Mn", "Cf", "Cs"})
_MANY = 65_536  # signs; more are not remembered
_NUMERAL = re.compile(r"[IVX]+")
_OF_A_NAME = frozenset("de het van voor the of and en der la le les des du di del y und für &".split())  # noqa: SIM905 - words
# Bylines that name nobody.
_NOBODY = frozenset(
    {
        "redactie",
        "de redactie",
        "onze redactie",
        "van onze redactie",
        "webredactie",
        "online redactie",
        "nieuwsredactie",
        "redactie online",
        "redacteur",
        "admin",
        "administrator",
        "editor",
        "editors",
        "the editors",
        "editorial",
        "editorial staff",
        "editorial team",
        "staff",
        "staff writer",
        "newsroom",
        "news desk",
        "newsdesk",
        "webmaster",
        "author",
        "auteur",
        "unknown",
        "onbekend",
        "anonymous",
        "anoniem",
        "guest",
        "gast",
        "user",
        "root",
        "team",
        "nieuws",
        "news",
        "noreply",
        "info",
    }
)


class Tellable(Protocol):
    """What can be put together into stories."""

    @property
    def id(self) -> int:
        """Its permanent number."""
        ...

    @property
    def story(self) -> int:
        """Its story as the archive knows it; 0 where it was not grouped."""
        ...

    @property
    def at(self) -> datetime:
        """When it was said."""
        ...

    @property
    def url(self) -> str:
        """Its canonical address."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def outlet(self) -> str:
        """Who published it."""
        ...


Told = TypeVar("Told", bound=Tellable)


@dataclass(frozen=True, slots=True)
class Story:
    """Mentions that tell the same thing, oldest first; never empty."""

    mentions: tuple[KeptMention, ...]

    @property
    def first(self) -> KeptMention:
        """The mention that told it first."""
        return self.mentions[0]

    @property
    def copies(self) -> int:
        """How many others repeat it."""
        return len(self.mentions) - 1


def group_stories(mentions: Sequence[KeptMention]) -> tuple[Story, ...]:
    """Put mentions of one thing together, in the order in which their first mentions were said, as `grouped` does."""
    return tuple(Story(one) for one in grouped(mentions))


def grouped(mentions: Iterable[Told]) -> list[tuple[Told, ...]]:
    """Put what tells one thing together, oldest first, in the order in which the first of each was said.

    The archive knows the story of a mention (core.telling says how). What it has not grouped yet is one story with others where
    they share a canonical address, or a title (folded, without the publisher's name behind a dash, at least four words) said
    within three days of the first one with that title. Every mention ends in exactly one story, whatever the order of the input;
    entries without a title never meet by title.
    """
    ordered = sorted(mentions, key=lambda one: (one.at, one.id))
    members: dict[int, list[Told]] = {}
    first_of: dict[int, int] = {}
    loose: list[int] = []
    for place, one in enumerate(ordered):
        if one.story:
            members.setdefault(first_of.setdefault(one.story, place), []).append(one)
        else:
            loose.append(place)
    roots = _roots(ordered, loose)
    for place in loose:
        members.setdefault(roots[place], []).append(ordered[place])
    return [tuple(members[first]) for first in sorted(members)]


def _roots(ordered: Sequence[Told], places: Sequence[int]) -> dict[int, int]:
    """For each of these places the first one that tells the same."""
    parents = {place: place for place in places}

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    by_url: dict[str, int] = {}
    by_title: dict[str, int] = {}
    for place in places:
        one = ordered[place]
        url, title = one.url, title_key(one.title, one.outlet)
        # Roots are joined towards the older side, so a story's root is always its first mention.
        if url:
            _join(parents, root(by_url.setdefault(url, place)), root(place))
        if title:
            anchor = by_title.setdefault(title, place)
            if one.at - ordered[anchor].at > _NEAR:
                by_title[title] = place
            else:
                _join(parents, root(anchor), root(place))
    return {place: root(place) for place in places}


_WORD = re.compile(r"\w+")


def voices(mentions: Iterable[KeptMention]) -> int:
    """How many distinct authors speak: by id, else handle (both within one kind of place), else name, else outlet.

    One person under two names counts twice, and two people who share a name count once: a voice is not a person's identity.
    """
    return len({voice(one.entry, one.kind) for one in mentions})


def voice(entry: Entry, kind: str) -> tuple[str, str, str]:
    """Who speaks, as far as the place says; `kind` is the kind of its source."""
    author = entry.author
    if author.id:
        return "id", kind, author.id
    if author.handle:
        return "handle", kind, author.handle.lstrip("@").casefold()
    # A column that three papers print is one voice, so a name counts wherever it stands; "the editors" are each paper's own.
    name = " ".join(words(author.name[:_LONGEST_TITLE]))
    return ("name", "", name) if name and name not in _NOBODY else ("outlet", "", entry.outlet.casefold())


def words(text: str) -> list[str]:
    """The words of a text without case, accents, punctuation and invisible characters."""
    if text.isascii():  # nothing to take off: most texts, in a tenth of the time
        return _WORD.findall(text.lower())
    return _WORD.findall(unicodedata.normalize("NFKD", text).translate(_BARE).casefold())


class _Bare(dict[int, str | None]):
    """What each sign is without its accents: marks, invisible signs and half surrogates are nothing, others stay."""

    def __missing__(self, code: int) -> str | None:
        made = None if unicodedata.category(sign := chr(code)) in _INVISIBLE else sign
        if len(self) < _MANY:
            self[code] = made
        return made


_BARE = _Bare()


def title_key(title: str, outlet: str = "") -> str:
    """What two titles of one story have in common, or "" when a title is too short to tell.

    A last part behind a dash is taken for the publisher's name when it is the outlet's, or when it looks like a name (capitals
    or a dot, at most five words) and not like a part's number ("deel 2", "dag 1", "II").
    """
    title = title[:_LONGEST_TITLE]
    match = _TAIL.match(title) if _DASH.search(title) else None
    if match and _is_publisher(match["tail"], outlet):
        title = match["head"]
    found = words(title)
    return " ".join(found) if len(found) >= _FEWEST_WORDS else ""


def _is_publisher(tail: str, outlet: str) -> bool:
    name, host = "".join(words(tail)), outlet.casefold().removeprefix("www.")
    if name and name in {"".join(words(host)), "".join(words(host.rpartition(".")[0]))}:
        return True
    parts = tail.split()
    if len(parts) > _LONGEST_TAIL or any(_NUMERAL.fullmatch(part) or any(map(str.isdigit, part)) for part in parts):
        return False
    # "Het Nieuwsblad", "NU.nl", "de Volkskrant"; "Omzet daalt" is half a headline.
    own = [part for part in parts if part.casefold() not in _OF_A_NAME]
    return bool(own) and all(part[0].isupper() or "." in part.rstrip(".") for part in own)


def _join(parents: dict[int, int], one: int, other: int) -> None:
    parents[max(one, other)] = min(one, other)

"""Who speaks in the world: invented people, some of whom speak more often than others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from random import Random

from listener.core.model import Author

_DUTCH_FIRST = (
    "Sanne", "Joris", "Femke", "Bram", "Lotte", "Driss", "Marit", "Teun", "Yasmin", "Koen", "Wietske", "Ruben", "Anouk", "Mehmet",
    "Hilde", "Sjoerd", "Noor", "Gijs", "Fleur", "Tjeerd", "Ilse", "Rachid", "Maaike", "Wout", "Esmée", "Jelle", "Zoë", "Bart",
    "Chantal", "Niels", "Renée", "Harm", "Karin", "Dirk", "Truus", "Arjen",
)  # fmt: skip
_DUTCH_LAST = (
    "Veldkamp", "van Oosten", "Brinkhuis", "de Ruig", "El Amrani", "Terpstra", "Nijenkamp", "Bosscha", "ter Weele", "Hazelhof",
    "van Amstelrode", "Dijkmeijer", "Wijnbergen", "Kootstra", "Yildirim", "Pruimboom", "van Haersma", "Lubbinge", "Oldenhof",
    "Scholtenaar", "Roelfzema", "Kruiswijk", "Boerrigter", "Haverkate",
)  # fmt: skip
_ENGLISH_FIRST = (
    "Harriet", "Callum", "Priya", "Dominic", "Siobhan", "Marcus", "Ayesha", "Rhys", "Kirsten", "Oliver", "Nadia", "Gareth",
    "Lena", "Tobias", "Ewan", "Freya",
)  # fmt: skip
_ENGLISH_LAST = (
    "Ashdown", "Pellworth", "Okonjo", "Brackley", "Marsden-Hale", "Tregarth", "Lindqvist", "Whitmoor", "Farrowby", "Dunmere",
    "Castellan", "Ravenhill",
)  # fmt: skip

OWN_ACCOUNT = Author(name="Molenaar Pompen", handle="molenaarpompen", id="2890417733", followers=1874)
RIVAL_ACCOUNT = Author(name="Hydrovalk", handle="hydrovalk", id="3104556218", followers=2630)

# Who writes for which place; they do not speak elsewhere.
JOURNALISTS: Mapping[str, Sequence[str]] = {
    "vakblad": ("Marleen Duursma", "Pieter-Jan Hoekman", "Sylvia van den Elshout"),
    "weekly": ("Colin Haverstock", "Ruth Amberley"),
    "blog": ("Wessel Tichelaar",),
}


def _handle(first: str, last: str) -> str:
    plain = unicodedata.normalize("NFKD", f"{first}_{last.rsplit(maxsplit=1)[-1]}").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]", "", plain)[:15]


def people(language: str, rng: Random) -> tuple[Author, ...]:
    """A village of people who speak a language, each with one handle and one immutable id."""
    firsts, lasts = (_DUTCH_FIRST, _DUTCH_LAST) if language == "nl" else (_ENGLISH_FIRST, _ENGLISH_LAST)
    base = 410_000_000 if language == "nl" else 730_000_000
    village = []
    for number, first in enumerate(firsts * 2):
        last = lasts[(number * 7 + number // len(firsts)) % len(lasts)]
        followers = int(rng.lognormvariate(5.2, 1.1))
        village.append(
            Author(name=f"{first} {last}", handle=_handle(first, last), id=str(base + number * 7919), followers=followers)
        )
    return tuple(village)


def somebody(village: Sequence[Author], rng: Random) -> Author:
    """One of the village; the first in the row speak more often, as in every village."""
    return village[int(len(village) * rng.random() ** 1.6)]

"""Lists that people bring: relations and code words, known by keyed hashes alone, so that the list itself is nowhere to be read.

A keyed hash (HMAC-SHA256, RFC 2104) cannot be told back without the key, which lies outside the archive. Whoever has the key can
still try words: a short or common code word can be guessed, and the list should hold none.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from listener.core.observed import RelationKind
from listener.core.query.fold import fold
from listener.core.values import dataclass

MOST_ROWS = 10_000
_MOST_BYTES = 16 * 1024 * 1024
_LONGEST = 200  # characters of a name
_MOST_WORDS = 6
_SHORTEST_CODE = 5  # letters: fewer are in everybody's texts
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")  # noqa: RUF001 - a typographic apostrophe
_LEGAL = frozenset(
    "bv nv vof cv bvba sa sarl sas gmbh ag kg ohg ltd limited llc inc corp plc ab oy as aps srl spa holding group groep".split()  # noqa: SIM905
)
_KINDS: Mapping[str, RelationKind] = {
    **dict.fromkeys(("customer", "klant", "afnemer", "client"), RelationKind.CUSTOMER),
    **dict.fromkeys(("supplier", "leverancier"), RelationKind.SUPPLIER),
    **dict.fromkeys(("competitor", "concurrent"), RelationKind.COMPETITOR),
    **dict.fromkeys(("other", "overig", "anders", "partner", "prospect", ""), RelationKind.OTHER),
}
_NAMES = ("name", "naam", "company", "bedrijf", "bedrijfsnaam", "organisation", "organisatie", "relatie")
_SITES = ("domain", "domein", "website", "site", "url")
_HANDLES = ("handle", "account", "x", "twitter")
_KIND = ("kind", "soort", "type", "rol")


class List(StrEnum):
    """Which list a name stands on."""

    RELATIONS = "relations"
    CODE_WORDS = "codewords"


@dataclass(frozen=True, slots=True)
class Mark:
    """A name as a keyed hash of 16 bytes; `number` is its row's, `words` how many it consists of."""

    mark: bytes
    number: int
    kind: str
    words: int


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one row of a list; the first row of the file is 1."""

    row: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A row of imported conversions."""

    at: datetime
    euros: float
    what: str
    mention: int
    identity: bytes


Key = Callable[[str], bytes]


def key_of(secret: bytes, brand: str, list_: List) -> Key:
    """How names of one list of one brand are hashed: the same name on another list, or of another brand, has another hash."""

    def mark(name: str) -> bytes:
        return hmac.new(secret, f"listener {list_.value} {brand}\0{name}".encode(), hashlib.sha256).digest()[:16]

    return mark


def spoken(name: str) -> tuple[str, ...]:
    """The words by which a name is known: folded, without its legal form ("Jansen Pompen B.V." is "jansen pompen")."""
    words = [one.replace(".", "").replace("\u2019", "'") for one in _WORD.findall(fold(name))]
    bare = [one for one in words if one not in _LEGAL]
    return tuple(bare or words)[:_MOST_WORDS]


def site(address: str) -> str:
    """The host of an address or a mail address, without www; "" when there is none."""
    bare = address.strip().casefold().partition("://")[2] or address.strip().casefold()
    host = re.split(r"[/?#:]", bare.rpartition("@")[2])[0].removeprefix("www.").rstrip(".")
    return host if re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", host) else ""


def read_relations(text: str, key: Key) -> tuple[list[Mark], list[RowFault]]:
    """The names in a list with a heading (name; domain, handle and kind as wished; `,` or `;`), each with its faults by row.

    A row with a fault costs no other. A name that comes twice counts once, and is a fault of its second row.
    """
    rows, faults = _table(text, [*_NAMES, *_SITES, *_HANDLES])
    marks: dict[bytes, Mark] = {}
    for number, row in rows:
        if len(marks) >= 3 * MOST_ROWS or number > MOST_ROWS + 1:
            faults.append(RowFault(number, f"a list has at most {MOST_ROWS} rows; this one and those after it were left out"))
            break
        name, home, handle = (_cell(row, names) for names in (_NAMES, _SITES, _HANDLES))
        kind = _KINDS.get(_cell(row, _KIND).casefold())
        wrong = _fault_of(name, home, handle, _cell(row, _KIND) if kind is None else None)
        if wrong or kind is None:
            faults.append(RowFault(number, wrong))
            continue
        known = [" ".join(spoken(name))] if name else []
        known += [f"site:{site(home)}"] if home else []
        known += [f"handle:{handle.lstrip('@').casefold()}"] if handle else []
        mine = [Mark(key(one), number, kind.value, one.count(" ") + 1) for one in known]
        if mine[0].mark in marks:
            faults.append(RowFault(number, f"is the same as row {marks[mine[0].mark].number}"))
            continue
        for one in mine:
            marks.setdefault(one.mark, one)
    return list(marks.values()), faults


def read_code_words(text: str, key: Key) -> tuple[list[Mark], list[RowFault]]:
    """Code words, one a line; lines that begin with # are remarks."""
    marks: dict[bytes, Mark] = {}
    faults: list[RowFault] = []
    for number, line in enumerate(text[:_MOST_BYTES].splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if len(marks) >= MOST_ROWS:
            faults.append(RowFault(number, f"a list has at most {MOST_ROWS} words; this one and those after it were left out"))
            break
        words = tuple(one.replace(".", "") for one in _WORD.findall(fold(line)))
        if not words or sum(map(len, words)) < _SHORTEST_CODE:
            faults.append(
                RowFault(number, f"is too short: under {_SHORTEST_CODE} letters it would be found, and guessed, everywhere")
            )
        elif len(words) > _MOST_WORDS or len(line) > _LONGEST:
            faults.append(RowFault(number, f"is too long: at most {_MOST_WORDS} words"))
        else:
            mark = key(" ".join(words))
            if mark in marks:
                faults.append(RowFault(number, f"is the same as row {marks[mark].number}"))
            else:
                marks[mark] = Mark(mark, number, "", len(words))
    return list(marks.values()), faults


def read_sales(text: str) -> tuple[list[Sale], list[RowFault]]:
    """Conversions from a list with a heading: date, euros, and as wished what and mention (the number in its page's address)."""
    rows, faults = _table(text, ["date", "datum", "at", "when"])
    found: dict[bytes, Sale] = {}
    for number, row in rows:
        if len(found) >= 10 * MOST_ROWS:
            faults.append(RowFault(number, f"a list has at most {10 * MOST_ROWS} rows; this one and those after it were left out"))
            break
        try:
            at = _moment(_cell(row, ("date", "datum", "at", "when")))
            euros = _amount(_cell(row, ("euros", "euro", "amount", "bedrag", "value", "waarde")))
            mention = _cell(row, ("mention", "vermelding"))
            number_of = _number_of(mention)
        except ValueError as fault:
            faults.append(RowFault(number, str(fault)))
            continue
        what = _cell(row, ("what", "wat", "kind", "soort"))[:100]
        said = f"{at.isoformat()}|{euros!r}|{what}|{mention}"
        identity = hashlib.blake2b(said.encode(), digest_size=16).digest()
        if identity in found:
            faults.append(RowFault(number, "is the same as a row before it"))
        else:
            found[identity] = Sale(at=at, euros=euros, what=what, mention=number_of, identity=identity)
    return list(found.values()), faults


def names_in(author: str, handle: str, outlet: str) -> Iterator[str]:
    """All by which somebody who speaks may stand on a list of relations."""
    if words := spoken(author):
        yield " ".join(words)
    if handle:
        yield f"handle:{handle.lstrip('@').casefold()}"
    if home := site(outlet):
        yield f"site:{home}"
    elif words := spoken(outlet):
        yield " ".join(words)


def code_words_in(text: str, key: Key, marks: frozenset[bytes], lengths: Sequence[int], known: dict[str, bool]) -> bool:
    """Whether any code word stands in a text, all matched here; `known` remembers what was asked before."""
    words = [one.replace(".", "") for one in _WORD.findall(fold(text))]
    for length in lengths:
        for start in range(len(words) - length + 1):
            phrase = words[start] if length == 1 else " ".join(words[start : start + length])
            if len(phrase) < _SHORTEST_CODE:
                continue
            if phrase not in known:
                if len(known) > 500_000:
                    known.clear()
                known[phrase] = key(phrase) in marks
            if known[phrase]:
                return True
    return False


def _table(text: str, wanted: Sequence[str]) -> tuple[Iterator[tuple[int, dict[str, str]]], list[RowFault]]:
    """The rows of a list with a heading, each with its number in the file; a fault where there is no heading that we know."""
    lines = text.removeprefix("\ufeff")[:_MOST_BYTES]
    first = lines.partition("\n")[0]
    mark = max(";,\t", key=first.count) if any(one in first for one in ";,\t") else ","
    reader = csv.reader(io.StringIO(lines.replace("\0", "\ufffd")), delimiter=mark)
    try:
        heading = [one.strip().casefold() for one in next(reader, [])]
    except csv.Error as fault:
        return iter(()), [RowFault(1, f"cannot be read: {fault}")]
    if not set(heading) & set(wanted):
        return iter(()), [RowFault(1, f"is no heading: one of {', '.join(dict.fromkeys(wanted))} should stand in it")]
    faults: list[RowFault] = []
    return _rows(reader, heading, faults), faults


def _rows(reader: Iterator[list[str]], heading: Sequence[str], faults: list[RowFault]) -> Iterator[tuple[int, dict[str, str]]]:
    number = 1
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            faults.append(RowFault(number, f"cannot be read: {fault}"))
            continue
        if any(one.strip() for one in row):
            if len(row) > len(heading):
                faults.append(RowFault(number, f"has {len(row)} cells, and the heading {len(heading)}"))
                continue
            yield number, dict(zip(heading, (one.strip() for one in row), strict=False))


def _cell(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[one] for one in names if row.get(one)), "")


def _fault_of(name: str, home: str, handle: str, kind: str | None) -> str:
    if kind is not None:
        return f"'{kind[:40]}' is no kind of relation: customer, supplier, competitor or other"
    if not (name or home or handle):
        return "names nobody"
    if len(name) > _LONGEST:
        return f"the name is longer than {_LONGEST} characters"
    if name and not spoken(name):
        return f"'{name[:40]}' holds no word"
    if home and not site(home):
        return f"'{home[:60]}' is no address of a site"
    if handle and re.fullmatch(r"@?[\w.-]{1,64}", handle) is None:
        return f"'{handle[:40]}' is no account"
    return ""


def _number_of(mention: str) -> int:
    if mention and not re.fullmatch(r"[0-9]{1,18}", mention):
        raise ValueError(f"'{mention[:30]}' is not the number of a mention")
    return int(mention or 0)


def _moment(text: str) -> datetime:
    dutch = re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", text)
    try:
        found = datetime.fromisoformat(f"{dutch[3]}-{int(dutch[2]):02}-{int(dutch[1]):02}" if dutch else text)
    except ValueError:
        raise ValueError(f"'{text[:30]}' is no day: write 2026-11-20") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _amount(text: str) -> float:
    bare = re.sub(r"[€\s]|eur", "", text.casefold())
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".") if bare.rfind(",") > bare.rfind(".") else bare.replace(",", "")
    try:
        found = float(bare)
    except ValueError:
        raise ValueError(f"'{text[:30]}' is no amount in euros") from None
    if not math.isfinite(found) or abs(found) > 1e9:
        raise ValueError(f"'{text[:30]}' is no amount that anybody was paid")
    return found

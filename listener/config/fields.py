"""The kinds of value that stand in the files: how each is checked, and the words for what is wrong with it."""

from __future__ import annotations

import difflib
import ipaddress
import math
import re
import unicodedata
import zoneinfo
from collections.abc import Iterable
from datetime import time, timedelta
from decimal import Decimal
from email.utils import parseaddr
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from listener.config.masking import masked
from listener.core.errors import QueryError
from listener.core.query import parse_query
from listener.core.wording import worded

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_EVERY = re.compile(r"(\d{1,6})\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*")
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=7)
_LONGEST_RELOOK = timedelta(hours=6)

# Languages that can be recognised: what the identification model knows and has a two-letter code (a test holds them together).
LANGUAGES = frozenset(
    """
    af am an ar as az ba be bg bn br bs ca cs cy da de dz el en eo es et eu fa fi fo fr fy ga gd gl gu ha he hi hr ht hu hy
    id ig is it ja jv ka kk km kn ko ku ky la lb lg ln lo lt lv mg mk ml mn mr ms mt my ne nl nn no oc om or pa pl ps pt qu
    ro ru rw sa se si sk sl sn so sq sr st sv sw ta te tg th tk tl tr tt ug uk ur uz vi vo wa xh yo zh zu
    """.split()  # noqa: SIM905 - a hundred codes are read more easily than a hundred quoted codes
)

# Where a brand's language is at home, for places that have editions by country; another country is the brand's to say.
_HOMES = """
    af:ZA ar:EG bg:BG bn:BD ca:ES cs:CZ cy:GB da:DK de:DE el:GR en:GB es:ES et:EE eu:ES fa:IR fi:FI fr:FR fy:NL ga:IE gl:ES he:IL
    hi:IN hr:HR hu:HU id:ID is:IS it:IT ja:JP ko:KR lb:LU lt:LT lv:LV mk:MK ms:MY mt:MT nb:NO nl:NL nn:NO no:NO pl:PL pt:PT ro:RO
    ru:RU sk:SK sl:SI sq:AL sr:RS sv:SE ta:IN te:IN th:TH tr:TR uk:UA ur:PK vi:VN zh:CN
"""
COUNTRIES = dict(one.split(":") for one in _HOMES.split())


def guess(word: str, known: Iterable[str]) -> str:
    """What may have been meant, as " (did you mean 'rss'?)"; "" when nothing known comes near."""
    names = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word.casefold(), names, n=1)
    return worded(" (did you mean '{name}'?)", name=names[near[0]]) if near else ""


def slug(text: str) -> str:
    """The key nearest to some words; "" when they hold no letter or digit that a key could have."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:64].rstrip("-_")


def key(text: str) -> str:
    """A key: a word a person can type."""
    if KEY.fullmatch(text):
        return text
    hint = worded("; '{key}' would do", key=slug(text)) if slug(text) else ""
    raise ValueError(
        worded(
            "{value} is not a key: lower-case letters, digits, - and _, beginning with a letter or digit{hint}",
            value=repr(text),
            hint=hint,
        )
    )


def maybe_key(text: str) -> str:
    """A key, or "" for none."""
    return key(text) if text else text


def one_line(text: str) -> str:
    """Words on one line, without control characters."""
    if not text.strip():
        raise ValueError(worded("must not be empty"))
    if any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in text):
        raise ValueError(worded("must stand on one line, without control characters"))
    return text.strip()


def every(value: Any) -> timedelta:
    """How often: "30m", "2h" or "1d"; a minute to seven days."""
    found = _EVERY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(worded('{value} is not a time between two visits: write "30m", "2h" or "1d"', value=repr(value)))
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not _SHORTEST <= span <= _LONGEST:
        raise ValueError(worded('"{value}" is out of bounds: from "1m" to "7d"', value=value))
    return span


def relook(value: Any) -> timedelta:
    """How far back is looked again: "0m" (not at all), "15m" or "2h"; six hours at most."""
    found = _EVERY.fullmatch(value.strip()) if isinstance(value, str) else None
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else _LONGEST
    if span > _LONGEST_RELOOK:
        raise ValueError(
            worded(
                '{value} is not how far to look back: write "15m", "2h", or "0m" for not at all; "6h" at most', value=repr(value)
            )
        )
    return span


def price(value: Any) -> Decimal:
    """US dollars, exactly as written: 0.005."""
    written = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and math.isfinite(value)
    amount = Decimal(str(value)) if written else Decimal(-1)
    if not 0 <= amount <= 1000:
        raise ValueError(worded("{value} is not a price: US dollars, such as 0.005", value=repr(value)))
    return amount


def at(value: Any) -> time:
    """A wall time, "07:30"."""
    if isinstance(value, time) and value.tzinfo is None and not (value.second or value.microsecond):
        return value
    if not isinstance(value, str) or re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", value) is None:
        raise ValueError(worded('{value} is not a time of day: write "07:30"', value=repr(str(value))))
    return time.fromisoformat(value)


def timezone(name: str) -> str:
    """A name from the IANA time zone database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = guess(name, zoneinfo.available_timezones()) or worded(', such as "Europe/Amsterdam"')
        raise ValueError(worded("{value} is not a time zone{hint}", value=repr(name), hint=hint)) from None
    return name


def web_address(text: str) -> str:
    """An http or https address with a host."""
    if any(one.isspace() or unicodedata.category(one) == "Cc" for one in text):
        raise ValueError(worded("must not hold spaces or control characters"))
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(worded("'{value}' is not a web address", value=masked(text))) from None
    if parts.scheme not in {"http", "https"}:
        bare = "://" not in text and "." in text and _HOST.match(text)
        hint = worded(" (did you mean '{name}'?)", name=f"https://{masked(text)}") if bare else ""
        raise ValueError(
            worded("'{value}' is not a web address: it begins with http:// or https://{hint}", value=masked(text), hint=hint)
        )
    if not named:
        raise ValueError(worded("'{value}' is not a web address: it names no host", value=masked(text)))
    return text


def base_address(text: str) -> str:
    """A web address to which paths are appended: no query, no fragment, no slash at the end."""
    parts = urlsplit(web_address(text))
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(worded("must be a plain address: without '?' and '#', and without a name or password in it"))
    return text.rstrip("/")


def database(text: str) -> str:
    """A SQLite file or a PostgreSQL database; never quoted in a fault, since it may hold a password."""
    if text.startswith("sqlite://"):
        path = text.removeprefix("sqlite://").partition("?")[0]
        if not path.startswith("/") or path in {"/", "/:memory:"}:
            raise ValueError(worded('must name a file, such as "sqlite:///listener.db": a database in memory forgets everything'))
        return text
    if not text.startswith("postgresql+psycopg://"):
        hint = worded(" (did you mean '{name}'?)", name="postgresql+psycopg://…") if text.startswith("postgres") else ""
        raise ValueError(worded('must begin with "sqlite:///" or "postgresql+psycopg://"{hint}', hint=hint))
    try:
        urlsplit(text).port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise ValueError(worded("is not an address: write @ : and / in a password as %40, %3A and %2F")) from None
    return text


def mail_address(text: str) -> str:
    """A bare mail address, as it can be given to any mail server."""
    local, _, domain = text.rpartition("@")
    plain = local.isascii() and domain.isascii() and len(text) <= 254
    if plain and _LOCAL_PART.fullmatch(local) and _HOST.fullmatch(domain) and ".." not in f".{local}.":
        return text
    _, inner = parseaddr(text)
    hint = worded(" (did you mean '{name}'?)", name=inner) if inner != text and "@" in inner else ""
    raise ValueError(worded("{value} is not a mail address{hint}", value=repr(text), hint=hint))


def maybe_mail_address(text: str) -> str:
    """A bare mail address, or "" for none."""
    return mail_address(text) if text else text


def days(value: Any) -> tuple[int, ...]:
    """Days of the week, 0 is Monday: "daily", "weekdays", "weekly" (Mondays), a day's name, or a list of names."""
    named = {"daily": (0, 1, 2, 3, 4, 5, 6), "weekdays": (0, 1, 2, 3, 4), "weekly": (0,)}
    if isinstance(value, str) and value in named:
        return named[value]
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names:
        raise ValueError(
            worded(
                '{value} are no days: write "daily", "weekdays", "weekly", or names such as ["monday", "thursday"]',
                value=repr(value),
            )
        )
    found = set()
    for one in names:
        if one not in _WEEKDAYS:
            hint = guess(str(one), [*_WEEKDAYS, *named]) or worded(': write it in English, such as "monday"')
            raise ValueError(worded("{value} is not a day of the week{hint}", value=repr(one), hint=hint))
        found.add(_WEEKDAYS.index(one))
    return tuple(sorted(found))


def quiet(value: Any) -> tuple[time, time]:
    """A stretch of local time, "22:00-07:00"; it may span midnight."""
    begin, _, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        found = at(begin.strip()), at(end.strip())
    except ValueError:
        raise ValueError(worded('{value} is not a stretch of the day: write "22:00-07:00"', value=repr(value))) from None
    if found[0] == found[1]:
        raise ValueError(worded("{value} is the whole day or none of it", value=repr(value)))
    return found


def sender(text: str) -> str:
    """A mail address, bare or with a name before it: "Listener <listener@example.org>"."""
    one_line(text)
    _, address = parseaddr(text)
    if not address:
        raise ValueError(worded('{value} is not a sender: write "Listener <listener@example.org>"', value=repr(text)))
    mail_address(address)
    return text


def contact(text: str) -> str:
    """Whom a place can turn to: a mail address or the address of a page, since it travels in the User-Agent; "" for nobody."""
    if not text:
        return text
    if "://" in text:
        address = web_address(text)
        if not address.isascii() or set(address) & set('()<>\\"') or "@" in urlsplit(address).netloc:
            raise ValueError(
                worded("must be a plain address: letters of the alphabet, without brackets and without a name or password in it")
            )
        return address
    return mail_address(text)


def host(text: str) -> str:
    """A host name or address, without scheme, port or path."""
    bare = text.strip().rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(bare.strip("[]")))
    except ValueError:
        if _HOST.fullmatch(bare):
            return bare
    inner = urlsplit(bare if "://" in bare else f"//{bare}").netloc.rpartition("@")[2].partition(":")[0]
    hint = worded(" (did you mean '{name}'?)", name=inner) if _HOST.fullmatch(inner) else ""
    raise ValueError(worded("{value} is not a host name{hint}", value=repr(text), hint=hint))


def network(text: str) -> str:
    """A network or one address: "10.0.0.0/8", "::1"."""
    try:
        return str(ipaddress.ip_network(text.strip()))
    except ValueError:
        try:
            hint = worded(" (did you mean '{name}'?)", name=ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            hint = worded(', such as "10.0.0.0/8"')
        raise ValueError(worded("{value} is not a network{hint}", value=repr(text), hint=hint)) from None


def language(code: str) -> str:
    """A language that can be recognised, as a two-letter code."""
    if code not in LANGUAGES:
        raise ValueError(
            worded('{value} is not a language we can recognise: write two-letter codes, such as "nl" or "en"', value=repr(code))
        )
    return code


def country(code: str) -> str:
    """A country, as two capitals (ISO 3166-1)."""
    meant = {"UK": "GB", "EN": "GB"}.get(code.strip().upper(), code.strip().upper())
    if re.fullmatch(r"[A-Z]{2}", meant) is None:
        raise ValueError(worded('{value} is not a country: write two capitals, such as "NL" or "GB"', value=repr(code)))
    if meant != code:
        raise ValueError(
            worded("{value} is not a country{hint}", value=repr(code), hint=worded(" (did you mean '{name}'?)", name=meant))
        )
    return code


def query(text: str) -> str:
    """A query in Listener's own language."""
    try:
        parse_query(text)
    except QueryError as fault:
        raise ValueError(worded("{what} ({around})", what=fault.what, around=_around(text, fault.column))) from None
    return text


def _around(text: str, column: int) -> str:
    """The words at a column of a query, with a mark before them."""
    start = max(0, column - 13)
    return repr(" ".join(f"{text[start : column - 1]}»{text[column - 1 : column + 15]}".split()))


def budget(value: float) -> float:
    """US dollars, from 0 on."""
    if not math.isfinite(value) or value < 0:
        raise ValueError(worded("{value} is not an amount: US dollars, 0 (never buy) or more", value=value))
    return value


def some(values: tuple[str, ...]) -> tuple[str, ...]:
    """At least one value."""
    if not values:
        raise ValueError(worded("must not be empty"))
    return values


def distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    """Each value once, whatever its case."""
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise ValueError(worded("{value} stands here twice", value=repr(value)))
        seen.add(value.casefold())
    return values


Key = Annotated[str, AfterValidator(key)]
Line = Annotated[str, AfterValidator(one_line)]
Every = Annotated[timedelta, BeforeValidator(every)]
Days = Annotated[tuple[int, ...], BeforeValidator(days)]
Quiet = Annotated[tuple[time, time], BeforeValidator(quiet)]
At = Annotated[time, BeforeValidator(at)]
Zone = Annotated[str, AfterValidator(timezone)]
BaseAddress = Annotated[str, AfterValidator(base_address)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
Sender = Annotated[str, AfterValidator(sender)]
Contact = Annotated[str, AfterValidator(contact)]
Host = Annotated[str, AfterValidator(host)]
Network = Annotated[str, AfterValidator(network)]
Language = Annotated[str, AfterValidator(language)]
Query = Annotated[str, AfterValidator(query)]
Database = Annotated[str, AfterValidator(database)]
Budget = Annotated[float, AfterValidator(budget)]
Price = Annotated[Decimal, BeforeValidator(price)]
Relook = Annotated[timedelta, BeforeValidator(relook)]
# TOML has arrays, values have tuples.
AsTuple = Field(strict=False)

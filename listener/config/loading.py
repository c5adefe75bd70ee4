"""Reading a configuration folder: every fault of every file, named by file and place, all at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from listener.config import fields, words
from listener.config.files import (
    AlertTable,
    BrandFile,
    ChannelTable,
    DigestTable,
    EvidenceTable,
    ListenerFile,
    ListenerTable,
    known_kind,
)
from listener.config.settings import BrandSettings, Settings
from listener.config.thresholds import load_thresholds
from listener.core.alert import AlertRule, Watch
from listener.core.errors import ConfigError, Fault
from listener.core.evidence import EvidencePlan
from listener.core.model import IMPORT, Brand, DigestPlan, Source, Tone
from listener.core.thresholds import SHIPPED, Thresholds
from listener.core.values import dataclass
from listener.core.wording import worded

MAIN = "listener.toml"
BRANDS = "brands"
DATABASE = "LISTENER_DATABASE"

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Read(Generic[Shape]):
    """A file as it stands, and as its model unless it has faults."""

    path: Path
    tables: Mapping[str, Any]
    content: Shape | None


def load(folder: Path, environ: Mapping[str, str], *, kinds: Collection[str]) -> Settings:
    """Read `folder`/listener.toml and `folder`/brands/*.toml; raise ConfigError with every fault there is.

    `kinds` are the names of source kinds that exist; a dotted path ("package.module:Name") is taken as it is. Relative paths in
    the files (SQLite databases, secrets) are relative to the folder that holds `folder`. The environment variable
    LISTENER_DATABASE, where set, stands for `listener.database`, so that a password in it need not stand in a file.
    """
    found: list[Fault] = []
    if not folder.is_dir():
        raise ConfigError([Fault(str(folder), "", "there is no such folder: `listener init` makes one, --config names another")])
    main = _read(folder / MAIN, ListenerFile, found, kinds).content
    brands = _read_brands(folder / BRANDS, found, kinds)
    if main is not None:
        found.extend(_unknown_channels(brands, main.channels))
        found.extend(_unknown_operator_channels(folder / MAIN, main))
        found.extend(_unknown_kinds(folder / MAIN, main, (*kinds, IMPORT)))
    found.extend(_unknown_rivals(brands))
    thresholds = _thresholds(folder, found)
    given = environ.get(DATABASE, "")
    try:
        if given:
            fields.database(given)
    except ValueError as fault:
        found.append(Fault("environment", DATABASE, str(fault)))
    if found or main is None:
        raise ConfigError(found)
    base = folder.absolute().parent
    listener = main.listener.model_copy(
        update={
            "database": _placed_database(given or main.listener.database, base),
            "secret_file": _placed(main.listener.secret_file, base),
        }
    )
    return Settings(
        folder=folder,
        listener=listener,
        network=main.network,
        web=main.web,
        smtp=main.smtp.model_copy(update={"password_file": _placed(main.smtp.password_file, base)}),
        x=main.x.model_copy(update={"bearer_token_file": _placed(main.x.bearer_token_file, base)}),
        understanding=main.understanding,
        thresholds=thresholds,
        retention=main.retention,
        channels=tuple(
            one.model_copy(update={"address_file": _placed(one.address_file, base), "secret_file": _placed(one.secret_file, base)})
            for one in main.channels
        ),
        brands=tuple(_settled(one.path.stem, one.content, listener) for one in brands if one.content is not None),
    )


def _read(path: Path, shape: type[Shape], found: list[Fault], kinds: Collection[str]) -> _Read[Shape]:
    """One file; what is wrong with it is added to `found`."""
    tables: dict[str, Any] = {}
    try:
        # Not tomllib.load: editors on Windows begin a file with a byte order mark.
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
        return _Read(path, tables, shape.model_validate(tables, context={"kinds": kinds}))
    except FileNotFoundError:
        found.append(Fault(str(path), "", worded("there is no such file: `listener init` writes one")))
    except OSError as fault:
        found.append(Fault(str(path), "", worded("cannot be read: {why}", why=fault.strerror)))
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        found.append(Fault(str(path), f"line {line}", worded("is not UTF-8: save the file as UTF-8 text")))
    except tomllib.TOMLDecodeError as fault:
        found.append(_syntax(path, str(fault)))
    except RecursionError:
        found.append(Fault(str(path), "", worded("is nested too deeply to be a configuration")))
    except ValidationError as error:
        found.extend(words.faults(str(path), error, shape))
    return _Read(path, tables, None)


def _thresholds(folder: Path, found: list[Fault]) -> tuple[Thresholds, ...]:
    """Every version of the thresholds, oldest first; what is wrong with their file is added to `found`."""
    try:
        return load_thresholds(folder)
    except ConfigError as fault:
        found.extend(fault.faults)
        return SHIPPED


def _syntax(path: Path, message: str) -> Fault:
    match = _PLACE.fullmatch(message)
    if match is None:
        return Fault(str(path), "", worded("is not TOML: {why}", why=message))
    place = f"line {match[2]}, column {match[3]}" if match[2] else "at its end"
    return Fault(str(path), place, worded("is not TOML: {why}", why=f"{match[1][:1].lower()}{match[1][1:]}"))


def _read_brands(folder: Path, found: list[Fault], kinds: Collection[str]) -> list[_Read[BrandFile]]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    except FileNotFoundError:
        paths = []
    except OSError as fault:
        found.append(Fault(str(folder), "", worded("cannot be read: {why}", why=fault.strerror)))
        return []
    if not paths:
        found.append(Fault(str(folder), "", 'there is no brand yet: `listener init --name "Your brand"` writes one'))
    brands = []
    taken: dict[str, str] = {}
    for path in paths:
        try:
            fields.key(path.stem)
        except ValueError as fault:
            found.append(Fault(str(path), "", worded("the file's name is the brand's key, and {fault}", fault=fault.args[0])))
        brands.append(_read(path, BrandFile, found, kinds))
        found.extend(_taken_keys(str(path), brands[-1].tables, taken))
        found.extend(_platforms(str(path), brands[-1].tables))
    return brands


def _taken_keys(file: str, tables: Mapping[str, Any], taken: dict[str, str]) -> Iterator[Fault]:
    """Keys that stand somewhere already; `taken` holds the source keys of all files so far, and where they stand.

    Works on the tables as they stand, so that another fault in the file does not hide these.
    """
    mine: dict[str, str] = {}
    for number, key in _keys(tables, "sources"):
        if key in taken:
            what = worded("'{key}' is taken by {other}: keys of sources are unique over all brands", key=key, other=taken[key])
            yield Fault(file, f"sources[{number}].key", what)
        taken.setdefault(key, f"{file}: sources[{number}]")
    for number, key in _keys(tables, "digests"):
        if key in mine:
            yield Fault(file, f"digests[{number}].key", worded("'{key}' is taken by {other}", key=key, other=mine[key]))
        mine.setdefault(key, f"digests[{number}]")
    told: dict[str, str] = {}
    for number, key in _keys(tables, "alerts"):
        if key in told:
            yield Fault(file, f"alerts[{number}].key", worded("'{key}' is taken by {other}", key=key, other=told[key]))
        told.setdefault(key, f"alerts[{number}]")


def _keys(tables: Mapping[str, Any], name: str) -> Iterator[tuple[int, str]]:
    some = tables.get(name)
    for number, table in enumerate(some if isinstance(some, list) else ()):
        if isinstance(table, Mapping) and isinstance(key := table.get("key"), str):
            yield number, key


def _platforms(file: str, tables: Mapping[str, Any]) -> Iterator[Fault]:
    """Names in `owned` that are no platform: any may stand there, so only what looks like a slip can be told."""
    owned = tables.get("owned")
    for name in owned if isinstance(owned, Mapping) else ():
        if name != "domains" and (meant := fields.guess(name, ["domains"])):
            yield Fault(file, f"owned.{name}", worded("unknown key{hint}", hint=meant))
        elif fields.KEY.fullmatch(name) is None:
            yield Fault(file, f"owned.{name}", worded("is not the name of a platform, such as x or mastodon"))


def _placed(path: str | None, base: Path) -> str | None:
    return None if path is None else str(base / path)


def _placed_database(address: str, base: Path) -> str:
    if not address.startswith("sqlite:///"):
        return address
    path, mark, options = address.removeprefix("sqlite:///").partition("?")
    return f"sqlite:///{base / path}{mark}{options}"


def _settled(key: str, content: BrandFile, listener: ListenerTable) -> BrandSettings:
    language = content.language or listener.language
    country = content.country or fields.COUNTRIES.get(language, "")
    return BrandSettings(
        brand=Brand(
            key=key,
            name=content.name,
            query=content.query,
            language=language,
            owned=content.owned.owned,
        ),
        sources=tuple(
            Source(
                key=one.key,
                brand=key,
                kind=one.kind,
                address=one.address,
                every=one.every,
                language=language,
                country=country,
            )
            for one in content.sources
        ),
        digests=tuple(_plan(key, one, listener) for one in content.digests),
        alerts=tuple(_rule(key, one, listener) for one in content.alerts),
        evidence=_evidence(key, content.evidence, listener),
    )


def _evidence(brand: str, table: EvidenceTable, listener: ListenerTable) -> EvidencePlan:
    given = table.model_dump(exclude={"language", "timezone"})
    return EvidencePlan(
        brand=brand, language=table.language or listener.language, timezone=table.timezone or listener.timezone, **given
    )


def _plan(brand: str, digest: DigestTable, listener: ListenerTable) -> DigestPlan:
    return DigestPlan(
        key=f"{brand}/{digest.key}",
        brand=brand,
        to=digest.to,
        at=digest.at,
        timezone=digest.timezone or listener.timezone,
        language=digest.language or listener.language,
        limit=digest.limit,
        days=digest.days,
        minimum=digest.minimum,
        tones=tuple(Tone(one) for one in digest.tones),
    )


def _rule(brand: str, alert: AlertTable, listener: ListenerTable) -> AlertRule:
    return AlertRule(
        key=f"{brand}/{alert.key}",
        brand=brand,
        watch=Watch(alert.watch),
        to=(*alert.to, *(f"channel:{one}" for one in alert.channels)),
        timezone=alert.timezone or listener.timezone,
        language=alert.language or listener.language,
        query=alert.query or "",
        cooldown=alert.cooldown,
        quiet=alert.quiet,
        over=alert.over,
        certain=alert.certain,
    )


def _unknown_rivals(brands: Sequence[_Read[BrandFile]]) -> Iterator[Fault]:
    """Brands and sources that evidence is to be made with, and that nobody knows."""
    known = [one.path.stem for one in brands]
    for one in brands:
        evidence = one.content.evidence if one.content else EvidenceTable()
        named = [("competitors", key) for key in evidence.competitors] + [("control", key) for key in (evidence.control,) if key]
        for field, key in named:
            if key == one.path.stem:
                yield Fault(str(one.path), f"evidence.{field}", worded("'{key}' is this brand itself", key=key))
            elif key not in known:
                hint = fields.guess(key, known) or worded(": it is the name of another file in brands/")
                yield Fault(str(one.path), f"evidence.{field}", worded("there is no brand '{key}'{hint}", key=key, hint=hint))
        sources = [source.key for read in brands for source in (read.content.sources if read.content else ())]
        for key in evidence.trade:
            if key not in sources:
                yield Fault(
                    str(one.path),
                    "evidence.trade",
                    worded("there is no source '{key}'{hint}", key=key, hint=fields.guess(key, sources)),
                )


def _unknown_kinds(path: Path, main: ListenerFile, kinds: Collection[str]) -> Iterator[Fault]:
    """Kinds that words are to be kept by and that are not there: they would stay for ever, where somebody meant to let them go."""
    for kind in main.retention.days:
        try:
            known_kind(kind or IMPORT, kinds)
        except ValueError as fault:
            yield Fault(str(path), f"retention.{kind}", fault.args[0])


def _unknown_operator_channels(path: Path, main: ListenerFile) -> Iterator[Fault]:
    known = [one.key for one in main.channels]
    for key in main.listener.operator_channels:
        if key not in known:
            yield Fault(str(path), "listener.operator_channels", _no_channel(key, known))


def _unknown_channels(brands: Sequence[_Read[BrandFile]], channels: Sequence[ChannelTable]) -> Iterator[Fault]:
    known = [one.key for one in channels]
    for one in brands:
        for number, alert in enumerate(one.content.alerts if one.content else ()):
            for key in alert.channels:
                if key not in known:
                    yield Fault(str(one.path), f"alerts[{number}].channels", _no_channel(key, known))


def _no_channel(key: str, known: Sequence[str]) -> str:
    hint = fields.guess(key, known) or worded(", listener.toml has {known}", known=", ".join(known) or worded("none"))
    return worded("there is no channel '{key}'{hint}", key=key, hint=hint)

"""Mentions as rows for other programs: CSV, Excel, JSON lines and Parquet, written as they come and safe to open."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from listener.core.kept import KeptMention
from listener.core.model import Judgement
from listener.core.sharing import shareable

FORMS = ("csv", "xlsx", "jsonl", "parquet")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet runs what begins with one of these (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CELL, _SHEET = 32_767, 1_048_575  # what a cell and a sheet of Excel hold, the heading apart
_GROUP = 5_000  # rows of Parquet that are held before they are written

_WORDS: Sequence[str] = (
    "brand", "media", "kind", "source", "outlet", "title", "text", "excerpt", "url", "author_name", "author_handle", "author_id",
    "language", "tone", "tone_by", "intent", "intent_by", "about", "answered", "judge", "machine_tone", "others", "clause",
    "query_version", "guid", "conversation", "in_reply_to",
)  # fmt: skip
_COUNTS: Sequence[str] = ("id", "story", "followers", "likes", "reposts", "replies", "quotes", "views")
_NUMBERS: Sequence[str] = ("polarity", "confidence", "rating")
_MOMENTS: Sequence[str] = ("published_at", "collected_at")
COLUMNS: Sequence[str] = ("id", "brand", *_MOMENTS, *_WORDS[1:], *_NUMBERS, *_COUNTS[1:])

Row = Mapping[str, Any]
Write = Callable[[Row], None]


def row_of(kept: KeptMention, judgements: Sequence[Judgement] = (), *, whole: bool = False) -> Row:
    """A mention as a row: what counts, the machine's word and whatever else was judged; None where nothing is known.

    Words that a place lets nobody hand on are left out, unless it is `whole`: for the person whose words they are.
    """
    shown = kept if whole else shareable(kept)
    entry, found, machine, labels = shown.entry, shown.judged.mention, kept.judged.judgement, kept.labels
    others = [one for one in judgements if one.judge != machine.judge]
    return {
        "id": kept.id,
        "brand": found.brand,
        "published_at": entry.published_at,
        "collected_at": kept.collected_at,
        "media": found.media.value,
        "kind": kept.kind,
        "source": entry.source,
        "outlet": entry.outlet,
        "title": entry.title,
        "text": entry.text,
        "excerpt": found.excerpt,
        "url": entry.link or entry.url,
        "author_name": entry.author.name,
        "author_handle": entry.author.handle,
        "author_id": entry.author.id,
        "language": machine.language,
        "tone": kept.tone.value,
        "tone_by": (labels.tone.by or "a person") if labels.tone else machine.judge,
        "intent": kept.intent.value,
        "intent_by": (labels.intent.by or "a person") if labels.intent else machine.judge,
        "about": "yes" if kept.about else "no",
        "answered": "" if kept.answered is None else "yes" if kept.answered else "no",
        "judge": machine.judge,
        "machine_tone": machine.tone.value,
        "others": "; ".join(f"{one.judge}: {one.tone.value}" for one in others),
        "clause": found.clause,
        "query_version": found.query_version,
        "guid": entry.guid,
        "conversation": entry.thread.conversation,
        "in_reply_to": entry.thread.in_reply_to,
        "polarity": machine.polarity,
        "confidence": machine.confidence,
        "rating": entry.engagement.rating,
        "story": kept.story or None,
        "followers": entry.author.followers,
        "likes": entry.engagement.likes,
        "reposts": entry.engagement.reposts,
        "replies": entry.engagement.replies,
        "quotes": entry.engagement.quotes,
        "views": entry.engagement.views,
    }


def writer(file: Path, form: str) -> AbstractContextManager[Write]:
    """What writes rows to a file, one after the other; the file is complete when it is left, and gone when that fails.

    Raises ModuleNotFoundError, naming the extra, where this form needs a library that is not installed.
    """
    return {"csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx, "parquet": _parquet}[form](file)


@contextmanager
def _csv(file: Path) -> Iterator[Write]:
    # With a mark of the encoding: Excel takes it for Western European otherwise.
    with _whole(file) as part, part.open("w", encoding="utf-8-sig", errors="replace", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(COLUMNS)
        yield lambda row: lines.writerow([_cell(row[name]) for name in COLUMNS])


@contextmanager
def _jsonl(file: Path) -> Iterator[Write]:
    with _whole(file) as part, part.open("w", encoding="utf-8", errors="replace") as out:

        def write(row: Row) -> None:
            values = {name: _iso(value) if isinstance(value, datetime) else value for name, value in row.items()}
            out.write(json.dumps(values, ensure_ascii=False) + "\n")

        yield write


@contextmanager
def _xlsx(file: Path) -> Iterator[Write]:
    from openpyxl import Workbook  # noqa: PLC0415 - only who wants a workbook pays for it
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet, number = book.create_sheet("mentions"), 0
    sheet.append(list(COLUMNS))

    def write(row: Row) -> None:
        nonlocal sheet, number
        if number == _SHEET:
            sheet, number = book.create_sheet(), 0
            sheet.append(list(COLUMNS))
        number += 1
        cells = []
        for name in COLUMNS:
            value = row[name]
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, value=_ILLEGAL.sub("", value)[:_CELL])
                cell.data_type = "s"  # a text that begins with = stays a text
                cells.append(cell)
            else:
                cells.append(value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value)
        sheet.append(cells)

    with _whole(file) as part:
        try:
            yield write
        finally:
            book.save(part)


@contextmanager
def _parquet(file: Path) -> Iterator[Write]:
    if importlib.util.find_spec("pyarrow") is None:
        raise ModuleNotFoundError('Parquet needs a library more: pip install "listener-monitor[parquet]"')
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    kinds = {
        **dict.fromkeys(_WORDS, pa.string()),
        **dict.fromkeys(_COUNTS, pa.int64()),
        **dict.fromkeys(_NUMBERS, pa.float64()),
        **dict.fromkeys(_MOMENTS, pa.timestamp("us", tz="UTC")),
    }
    schema = pa.schema([(name, kinds[name]) for name in COLUMNS])
    waiting: list[Row] = []
    with _whole(file) as part, parquet.ParquetWriter(part, schema, compression="zstd") as out:

        def flush() -> None:
            out.write_table(pa.Table.from_pylist([dict(row) for row in waiting], schema=schema))
            waiting.clear()

        def write(row: Row) -> None:
            waiting.append({name: _ILLEGAL.sub("", value) if isinstance(value, str) else value for name, value in row.items()})
            if len(waiting) == _GROUP:
                flush()

        yield write
        flush()


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A file that gets its name when it is complete; only its owner may read it."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.touch(0o600)
        yield part
        part.replace(file)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

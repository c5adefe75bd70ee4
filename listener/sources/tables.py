"""Tables that other tools write: CSV with any of the usual separators and encodings, Excel workbooks, JSON lines; row by row."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from listener.core.errors import ParseError

# A cell of more is no text of a post or an article, and a row of more no row.
_LONGEST_CELL = 5_000_000
_LONGEST_LINE = 20_000_000
_SAMPLE = 65_536
# Excel itself refuses larger ones; what unpacks to more than this is made to fill a memory.
_UNPACKED = 4_000_000_000

Cells = Mapping[str, str]


class BadRow(ValueError):
    """One row cannot be read; those after it can."""


def rows(file: Path) -> Iterator[tuple[int, Cells | BadRow]]:
    """The rows of a table with their numbers (as the tool that opens it shows them), each as cells by the name of their column.

    By the file's ending: .csv, .tsv, .txt, .xlsx, .jsonl, .ndjson. Raises ParseError when the file as a whole cannot be read.
    """
    ending = file.suffix.lower()
    try:
        if ending == ".xlsx":
            yield from _workbook(file)
        elif ending in {".jsonl", ".ndjson"}:
            yield from _lines(file)
        else:
            usual = csv.field_size_limit(_LONGEST_CELL)  # it holds for every reader of the process
            try:
                yield from _separated(file)
            finally:
                csv.field_size_limit(usual)
    except (OSError, csv.Error, UnicodeError, zipfile.BadZipFile) as fault:
        raise ParseError(f"{file}: {fault}") from fault


def _separated(file: Path) -> Iterator[tuple[int, Cells | BadRow]]:
    with _opened(file) as lines:
        sample = lines.read(_SAMPLE)
        lines.seek(0)
        heading = next((line for line in sample.splitlines() if line.strip()), "")
        separator = max(",;\t|", key=heading.count)
        reader = csv.reader(lines, delimiter=separator)
        names: list[str] = []
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not names:
                names = _names(row, file)
                continue
            yield reader.line_num, _cells(names, row)


def _opened(file: Path) -> IO[str]:
    with file.open("rb") as raw:
        start = raw.read(4)
    encoding = "utf-16" if start[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    if encoding == "utf-8-sig":
        try:
            with file.open(encoding=encoding) as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            encoding = "cp1252"  # what Excel writes in Western Europe
    return file.open(encoding=encoding, errors="replace", newline="")


def _names(row: Sequence[str], file: Path) -> list[str]:
    names = [cell.strip() for cell in row]
    if not any(names):
        raise ParseError(f"{file}: has no heading")
    return names


def _cells(names: Sequence[str], row: Sequence[str]) -> Cells | BadRow:
    if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
        return BadRow(f"has {len(row)} cells where the heading has {len(names)}")
    # The first of two columns of one name counts.
    found: dict[str, str] = {}
    for name, cell in zip(names, row, strict=False):
        if name and name not in found:
            found[name] = cell.strip()
    return found


def _lines(file: Path) -> Iterator[tuple[int, Cells | BadRow]]:
    with file.open("rb") as raw:
        number = 0
        while line := raw.readline(_LONGEST_LINE):
            number += 1
            if not line.strip():
                continue
            try:
                value = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError) as fault:
                yield number, BadRow(f"is no JSON: {fault}")
                continue
            if isinstance(value, dict):
                yield number, {str(name): _word(cell) for name, cell in value.items()}
            else:
                yield number, BadRow("is no JSON object")


def _workbook(file: Path) -> Iterator[tuple[int, Cells | BadRow]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - only who brings a workbook pays for it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    with zipfile.ZipFile(file) as packed:
        if sum(one.file_size for one in packed.infolist()) > _UNPACKED:
            raise ParseError(f"{file}: unpacks to more than {_UNPACKED // 10**9} GB")
    try:
        book = load_workbook(io.BytesIO(file.read_bytes()), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, SyntaxError) as fault:  # its XML parser's fault is a SyntaxError
        raise ParseError(f"{file}: is no workbook that can be read: {fault}") from fault
    try:
        names: list[str] = []
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_word(cell) for cell in row]
            if not any(cells):
                continue
            if names:
                yield number, _cells(names, cells)
            else:
                names = _names(cells, file)
    except (IndexError, KeyError, ValueError, SyntaxError) as fault:
        raise ParseError(f"{file}: is no workbook that can be read: {fault}") from fault
    finally:
        book.close()


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)

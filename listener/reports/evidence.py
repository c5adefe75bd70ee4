"""Dressing a report: its view in a reader's language, and from that the page, the PDF, the mail and the files of its bundle."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from listener.core.dossier import Dossier
from listener.core.errors import ListenerError
from listener.core.evidence import SealedNote
from listener.core.frozen import figures_of, observed_files, thresholds_text
from listener.core.kept import KeptMention
from listener.core.observed import Observed
from listener.core.sharing import may_share_words
from listener.reports.bundle import Body
from listener.reports.evidence_view import EvidenceView
from listener.reports.letters import drawable
from listener.reports.locale import load
from listener.reports.render import TEMPLATES, environment, plain_lines

FONTS = Path(__file__).parent / "fonts"
ROW_HEAD = ("id", "kind", "source", "outlet", "guid", "link", "said_at", "collected_at", "document_sha256", "item_sha256")
_BYTES = 64 * 1024 * 1024  # of captured documents in one bundle
_README = """\
This bundle holds everything that the evidence report was made of.

  listener verify BUNDLE.zip      recomputes every figure from it, and says what differs

Without that program: manifest.json names the size and the sha256 of each file. evidence.json is the report as data.
observed.json and table/ are the numbers it was computed from, a column a file, the mentions by their number.
rows/*.json are the mentions behind each figure; mentions.csv says of each where it stands and the sha256 of what it says.
thresholds-*.json were written down before the data were seen. captured/ are answers of places as they came, where their
terms let them be handed on (never of X). The formulas, and what each figure cannot tell, stand in the report's appendix
and in docs/explanation/evidence.md.
"""


class NoPaper(ListenerError):
    """The PDF cannot be made here: what is missing, and how to get it."""


def page(view: EvidenceView) -> str:
    """The report as one page that needs nothing besides itself: no script, no picture, no address that is fetched."""
    locale = load(view.language)
    style = (TEMPLATES / "evidence.css").read_text(encoding="utf-8").replace("\n", "")
    sum_ = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment(locale).get_template("evidence.html.j2")
    return template.render(view=view, style=_Safe(style), style_sum=sum_)


class _Safe(str):
    """Our own style sheet, which must not be escaped."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def paper(view: EvidenceView, made_at: datetime) -> bytes:
    """The report as a tagged PDF (PDF/UA-1, ISO 14289-1); the same view gives the same bytes. Raises NoPaper without typst."""
    try:
        import typst  # noqa: PLC0415 - an extra: whoever has it not gets the page and the data
    except ImportError:
        raise NoPaper("evidence.pdf was left out: install it with `pip install 'listener-monitor[pdf]'`") from None
    on = (made_at.year, made_at.month, made_at.day)
    data = json.dumps({**_drawn(asdict(view)), "on": on}, ensure_ascii=True)
    compile_: Any = typst.compile  # its overloads know no bytes
    made = compile_(
        (TEMPLATES / "evidence.typ").read_bytes(),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"view": data},
        pdf_standards=["ua-1"],
        timestamp=int(made_at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def _drawn(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {name: one if name == "link" else _drawn(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_drawn(one) for one in value]
    return value


def mail(view: EvidenceView, link: str) -> tuple[str, str, str]:
    """Subject, HTML and text of the mail that a report goes out with: its answer, and the one link."""
    template = environment(load(view.language))
    html = template.get_template("evidence-mail.html.j2").render(view=view, link=link)
    text = template.get_template("evidence-mail.txt.j2").render(view=view, link=link)
    return view.subject, html, plain_lines(text)


def bundle_files(
    text: str,
    dossier: Dossier,
    observed: Observed,
    *,
    pages: Mapping[str, bytes],
    rows: Iterable[tuple[str, ...]],
    notes: Iterable[SealedNote],
    captured: Callable[[], Iterator[tuple[str, bytes]]],
) -> Iterator[tuple[str, Body]]:
    """The files of a report's bundle, in their order; the row lists come in pieces."""
    yield "readme.txt", _README.encode()
    yield "evidence.json", text.encode()
    yield from pages.items()
    yield from observed_files(observed)
    for one in (*dossier.earlier, dossier.thresholds):
        yield f"thresholds-{one.version}.json", thresholds_text(one).encode()
    yield "queries.json", json.dumps(list(observed.queries), indent=1).encode()
    yield "versions.json", json.dumps([list(one) for one in observed.versions], indent=1).encode()
    yield "labels.json", _labels(observed)
    yield "notes.json", json.dumps([_note(one) for one in notes], indent=1).encode()
    seen: set[str] = set()
    for name, figure in figures_of(dossier):
        file = rows_file(name)
        if figure.rows and file not in seen:
            seen.add(file)
            yield file, json.dumps(sorted(figure.rows), separators=(",", ":")).encode()
    yield "mentions.csv", _csv(rows)
    yield from captured()


def rows_file(figure: str) -> str:
    """The file of a bundle in which the mentions behind a figure stand."""
    name = "".join(one if one.isascii() and (one.islower() or one.isdigit()) else "-" for one in figure.lower())
    return f"rows/{name[:100].strip('-')}.json"


def captured_of(mentions: Iterable[KeptMention], body: Callable[[str, str], bytes | None]) -> Iterator[tuple[str, bytes]]:
    """The documents as they came in which these mentions stand, each once, where their places' terms let them be handed on."""
    seen: set[str] = set()
    left = _BYTES
    for one in sorted(mentions, key=lambda kept: kept.id):
        fingerprint = one.entry.document
        if fingerprint in seen or not may_share_words(one.kind):
            continue
        seen.add(fingerprint)
        found = body(one.entry.source, fingerprint)
        if found is not None and len(found) <= left:
            left -= len(found)
            yield f"captured/{fingerprint}.bin", found


def _csv(rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(ROW_HEAD)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if not number % 2_000:
            yield held.getvalue().encode("utf-8", "surrogatepass")
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode("utf-8", "surrogatepass")


def _labels(observed: Observed) -> bytes:
    said = {
        "samples": [{"week": one.week.isoformat(), "seed": one.seed, "mentions": list(one.mentions)} for one in observed.samples],
        "labels": [[one.mention, one.aspect.value, one.value, one.by, one.at.isoformat()] for one in observed.labels],
    }
    return json.dumps(said, indent=1).encode()


def _note(one: SealedNote) -> dict[str, str]:
    note = one.note
    return {"about": note.about, "text": note.text, "by": note.by, "at": note.at.isoformat(), "seal": one.seal}

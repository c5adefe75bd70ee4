"""`listener parse`: captured documents to entries, as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from listener.core.errors import SourceError
from listener.core.model import Document, Entry
from listener.core.ports import Ears
from listener.sources import KINDS

_LARGEST = 10_000_000  # bytes of a packed file, unpacked: what a visit takes too


@click.command(name="parse")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--kind", required=True, help=f"How to read them: {', '.join(KINDS)}, or a dotted path to a kind.")
@click.option("--url", default="", help="Where the documents were found; relative links are read against it.")
@click.pass_context
def command(context: click.Context, files: Sequence[Path], kind: str, url: str) -> None:
    """Turn captured documents into entries, one JSON line each, in the documents' order.

    A date that lies in the future is not believed: `published_at` is now then, and `stated_at` what the document says.

    A file that cannot be read is one line {file, error}, and the exit code is 1 at the end.
    """
    from listener.sources import load  # noqa: PLC0415 - only what a run needs is loaded
    from listener.sources.ears import Ears as Listening  # noqa: PLC0415

    try:
        load(kind)
    except SourceError as fault:
        raise click.UsageError(fault.detail) from fault
    # A captured document does not say when it was fetched; not later than now, so that what is dated later is in the future.
    now = datetime.now(UTC).replace(microsecond=0)
    refused = False
    with Listening() as ears:
        for file in files:
            lines, failed = _lines(ears, file, kind, url, now)
            refused = refused or failed
            for line in lines:
                click.echo(json.dumps(line, ensure_ascii=False))
    if refused:
        context.exit(1)


def _lines(ears: Ears, file: Path, kind: str, url: str, now: datetime) -> tuple[list[dict[str, object]], bool]:
    """The lines for one file, and whether it could not be read."""
    from listener.sources.unpack import unpacked  # noqa: PLC0415 - as above

    try:
        body = unpacked(file.read_bytes(), _LARGEST)
        entries = ears.parse(kind, Document(source="", url=url, media_type="", body=body, fetched_at=now))
    except OSError as fault:
        return [{"file": str(file), "error": fault.strerror or str(fault)}], True
    except SourceError as fault:
        return [{"file": str(file), "error": fault.detail}], True
    return [{"file": str(file), **_fields(entry)} for entry in entries], False


def _fields(entry: Entry) -> dict[str, object]:
    return {
        "guid": entry.guid,
        "url": entry.url,
        "link": entry.link,
        "title": entry.title,
        "text": entry.text,
        "author": entry.author.name or entry.author.handle or entry.author.id,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "stated_at": entry.stated_at.isoformat() if entry.stated_at else None,
        "language": entry.language,
        "outlet": entry.outlet,
    }

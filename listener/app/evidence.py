"""Evidence wired: a report made, dressed and written, and the weekly sample drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from listener.config import Settings
from listener.core.evidence import EvidencePlan, KeptReport
from listener.core.frozen import report_of
from listener.core.kept import KeptMention
from listener.core.links import Links
from listener.core.model import Brand
from listener.core.sampling import Sample
from listener.jobs.evidence import Evidencer, Made, Told
from listener.reports import bundle
from listener.reports.appendix import Shown
from listener.reports.evidence import NoPaper, bundle_files, captured_of, mail, page, paper
from listener.reports.evidence_view import EvidenceView
from listener.reports.proving import view
from listener.storage.archive import SqlArchive

_WEEKS = 13


class House(Protocol):
    """What of a wired listener a report is made with (listener.app.App is one)."""

    archive: SqlArchive
    settings: Settings
    clock: Callable[[], datetime]

    @property
    def links(self) -> Links:
        """What signs links."""
        ...

    @property
    def evidencer(self) -> Evidencer:
        """What makes reports."""
        ...

    def brand(self, key: str) -> Brand:
        """A configured brand."""
        ...

    def evidence_plan(self, brand: str) -> EvidencePlan:
        """What its page says about evidence."""
        ...


class Dressing:
    """Turns reports into mails; implements jobs.evidence.Dresser."""

    def mail(self, told: Told, link: str, language: str) -> tuple[str, str, str]:
        """Subject, HTML and text."""
        return mail(shown(told, language), link)


def shown(told: Told, language: str) -> EvidenceView:
    """A report's view in a language, with what the archive shows of it now."""
    return view(told.report, Shown(mentions=told.mentions, gone=told.gone, broken=told.broken), language)


def evidence_link(app: House, standing: KeptReport, until: datetime) -> str:
    """Where a report that stands may be read until a moment: the link that was shared for it, which the page lists and revokes."""
    shared = next((one for one in app.archive.shares() if one.evidence_id == standing.id), None)
    if shared is None:
        dossier = report_of(standing.text).dossier
        zone, name = ZoneInfo(dossier.timezone), "Bewijsrapport" if dossier.language == "nl" else "Evidence report"
        shared = app.archive.share(
            standing.brand,
            since=dossier.since.astimezone(zone).date(),
            until=(dossier.until - timedelta(seconds=1)).astimezone(zone).date(),
            note=f"{name} {standing.month or standing.id}",
            by="Listener",
            expires_at=until,
            now=app.clock(),
            evidence_id=standing.id,
        )
    return app.links.evidence(standing.id, shared.expires_at, shared.id)


def weeks_before(now: datetime, zone: ZoneInfo) -> list[date]:
    """The Mondays of the last weeks that are over, oldest first."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in range(_WEEKS, 0, -1)]


def draw_samples(app: House, brand: str) -> list[Sample]:
    """The samples of the last weeks that are over, drawn where they were not drawn yet."""
    zone = ZoneInfo(app.settings.listener.timezone)
    return [app.evidencer.sample(app.brand(brand), week, zone) for week in weeks_before(app.clock(), zone)]


def waiting(app: House, brand: str) -> Sequence[KeptMention]:
    """What of the samples nobody labelled yet, oldest week first."""
    ids = [id_ for sample in draw_samples(app, brand) for id_ in sample.mentions]
    there = app.archive.mentions_by_id(ids)
    return [there[id_] for id_ in ids if id_ in there and there[id_].labels.about is None]


def written(
    app: House,
    brand: str,
    folder: Path,
    *,
    bounds: tuple[datetime, datetime] | None = None,
    standing: KeptReport | None = None,
    language: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write a report: one that is made now of a period, with its bundle, or one that stands, as it was; the paths written.

    What cannot be made here (a PDF without typst) is left out, and `say` is told.
    """
    configured = app.brand(brand)
    made = None
    if standing is None:
        assert bounds is not None
        draw_samples(app, brand)
        listener = app.settings.listener
        made = app.evidencer.make(
            app.evidence_plan(brand), *bounds, language=language or listener.language, timezone=listener.timezone
        )
        standing = app.archive.keep_evidence(brand, made.text)
    told = app.evidencer.told(configured, standing.text)
    seen = shown(told, language or told.report.dossier.language)
    files: dict[str, bytes] = {"evidence.html": page(seen).encode("utf-8", "replace"), "evidence.json": standing.text.encode()}
    try:
        files["evidence.pdf"] = paper(seen, told.report.dossier.made_at)
    except NoPaper as fault:
        say(str(fault))
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    paths = [folder / name for name in sorted(files)]
    if made is not None:
        pages = {name: body for name, body in files.items() if name != "evidence.json"}
        target = folder / "evidence.zip"
        _write_bundle(app, told, made, pages, target)
        paths.append(target)
    return paths


def _write_bundle(app: House, told: Told, made: Made, pages: Mapping[str, bytes], target: Path) -> None:
    observed, text = made.observed, made.text

    def captured() -> Iterator[tuple[str, bytes]]:
        drawn_too = [id_ for sample in observed.samples for id_ in sample.mentions]
        shown_ones = {**app.archive.mentions_by_id(drawn_too), **told.mentions}
        return captured_of(shown_ones.values(), app.archive.body)

    files = bundle_files(
        text,
        made.dossier,
        observed,
        pages=pages,
        rows=app.archive.row_list(observed.brand, since=observed.since, until=observed.until),
        notes=told.notes,
        captured=captured,
    )
    bundle.write(target, files, report=told.report.id, made_at=observed.made_at)


def read_again(app: House, number: int, language: str | None = None) -> str | None:
    """The page of a report that stands, with what the archive shows of it now; None when there is none of that number."""
    standing = app.archive.evidence(str(number))
    if standing is None:
        return None
    told = app.evidencer.told(app.brand(standing.brand), standing.text)
    return page(shown(told, language or told.report.dossier.language))

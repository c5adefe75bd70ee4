"""The archive's memory of evidence: reports as they were made, who gets them, editors' notes, samples, checks and lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select, update

from listener.core.dossier import Note
from listener.core.errors import StorageError
from listener.core.evidence import KeptReport, SealedNote
from listener.core.frozen import report_of
from listener.core.kept import KeptMention
from listener.core.listed import List, Mark, Sale
from listener.core.query.fold import fold
from listener.core.removal import Cause
from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment
from listener.storage.bulk import skip_known as insert_or_pass
from listener.storage.chunks import chunks
from listener.storage.engine import reading, writing
from listener.storage.labels import with_labels
from listener.storage.outbox import Outbox
from listener.storage.rows import kept_mentions

# Terms of claims and courts, Dutch and English, folded; about a text and never about a person.
CLAIM_TERMS = re.compile(
    r"\b(?:dagvaard\w*|kort geding|rechtszaak|rechtszaken|schadeclaim\w*|schadevergoeding\w*|aansprakelijk\w*|sommatie\w*|"
    r"gesommeerd|smaad|laster|aangeklaagd|procedeert|lawsuit\w*|sued|suing|litigation|legal action|defamation|libel|"
    r"cease and desist|damages claim\w*)\b"
)
_CLAIMS = "1"
_PAGE = 2_000


class EvidenceStore:
    """Evidence, in SQL."""

    _engine: Engine

    @cached_property
    def evidence_outbox(self) -> Outbox:
        """The rows of all reports; implements core.ports.Outbox."""
        return Outbox(self._engine, t.evidence_delivery, "evidence")

    def keep_evidence(
        self, brand: str, text: str, recipients: Mapping[str, str] | None = None, *, month: str | None = None
    ) -> KeptReport:
        """Keep a report (core.frozen) for ever, with its outbox (recipient to Message-ID); the one that stands for its month."""
        report = report_of(text)
        dossier = report.dossier
        with writing(self._engine) as connection:
            brand_id = _brand_id(connection, brand)
            made = insert_or_pass(connection, t.evidence).values(
                brand_id=brand_id,
                report=report.id,
                month=month,
                since_at=dossier.since,
                until_at=dossier.until,
                made_at=dossier.made_at,
                snapshot=text,
            )
            id_ = connection.execute(made.returning(t.evidence.c.id)).scalar()
            if id_ is not None:
                self.evidence_outbox.fill(connection, id_, dict(recipients or {}), dossier.made_at)
                return KeptReport(id=int(id_), brand=brand, month=month, text=text)
            mine = t.evidence.c.report == report.id
            if month is not None:
                mine = and_(t.evidence.c.brand_id == brand_id, t.evidence.c.month == month)
            row = connection.execute(select(t.evidence).where(mine)).one()
            return KeptReport(id=int(row.id), brand=brand, month=row.month, text=row.snapshot)

    def evidence(self, report: str) -> KeptReport | None:
        """A report by its id, or by its number here."""
        mine = t.evidence.c.id == int(report) if report.isascii() and report.isdigit() and len(report) < 18 else None
        return self._standing(t.evidence.c.report == report if mine is None else mine)

    def evidence_of(self, brand: str, month: str) -> KeptReport | None:
        """The report that stands for a brand's month ("2026-11"), if there is one."""
        return self._standing(and_(t.brand.c.key == brand, t.evidence.c.month == month))

    def _standing(self, wanted: object) -> KeptReport | None:
        rows = select(t.evidence, t.brand.c.key.label("brand")).join_from(t.evidence, t.brand).where(wanted)  # type: ignore[arg-type]
        with reading(self._engine) as connection:
            row = connection.execute(rows).first()
        return None if row is None else KeptReport(id=int(row.id), brand=row.brand, month=row.month, text=row.snapshot)

    def reports_holding(self, entries: Sequence[int]) -> Sequence[tuple[str, str, datetime, datetime]]:
        """(report, brand, since, until) of each report about a time in which one of these was said of its brand, oldest first.

        Its bundle may hold the words, also where it was handed out long ago.
        """
        found: set[tuple[str, str, datetime, datetime]] = set()
        with reading(self._engine) as connection:
            for some in chunks(list(entries)):
                held = (
                    select(t.evidence.c.report, t.brand.c.key, t.evidence.c.since_at, t.evidence.c.until_at)
                    .join_from(t.evidence, t.brand)
                    .join(t.mention, t.mention.c.brand_id == t.evidence.c.brand_id)
                    .where(t.mention.c.entry_id.in_(some))
                    .where(
                        or_(
                            t.mention.c.said_at.between(t.evidence.c.since_at, t.evidence.c.until_at),
                            t.mention.c.collected_at.between(t.evidence.c.since_at, t.evidence.c.until_at),
                        )
                    )
                    .distinct()
                )
                found.update((row[0], row[1], row[2], row[3]) for row in connection.execute(held))
        return sorted(found, key=lambda one: (one[2], one[1], one[0]))

    def unsent_evidence(self, now: datetime) -> Sequence[int]:
        """Reports that still have a delivery to be tried now."""
        rows = select(t.evidence_delivery.c.evidence_id).where(self.evidence_outbox.to_be_tried(now)).distinct()
        with reading(self._engine) as connection:
            return sorted(connection.execute(rows).scalars())

    def listened(self, brand: str, *, since: datetime, until: datetime) -> bool:
        """Whether anything was asked for in a period at all."""
        asked = (
            select(t.run.c.id)
            .join_from(t.run, t.source, t.run.c.source_id == t.source.c.id)
            .join(t.brand, t.source.c.brand_id == t.brand.c.id)
            .where(t.brand.c.key == brand, t.run.c.started_at >= since, t.run.c.started_at < until)
            .limit(1)
        )
        with reading(self._engine) as connection:
            return connection.execute(asked).first() is not None

    def keep_note(self, brand: str, one: SealedNote) -> None:
        """Keep an editor's word; the ones before it stay."""
        with writing(self._engine) as connection:
            row = {"about": one.note.about, "text": one.note.text, "by": one.note.by, "noted_at": one.note.at, "seal": one.seal}
            connection.execute(insert(t.evidence_note).values(brand_id=_brand_id(connection, brand), **row))

    def notes(self, brand: str) -> Sequence[SealedNote]:
        """Every note on a brand's figures and objections, oldest first."""
        rows = select(t.evidence_note).join_from(t.evidence_note, t.brand).where(t.brand.c.key == brand)
        with reading(self._engine) as connection:
            return [
                SealedNote(note=Note(about=row.about, text=row.text, by=row.by, at=row.noted_at), seal=row.seal)
                for row in connection.execute(rows.order_by(t.evidence_note.c.id))
            ]

    def keep_list(self, brand: str, list_: List, marks: Sequence[Mark], now: datetime) -> None:
        """Make a list this one, in one transaction: what stood on it before is gone."""
        with writing(self._engine) as connection:
            brand_id, at = _brand_id(connection, brand), moment(connection)
            connection.execute(delete(t.listed).where(t.listed.c.brand_id == brand_id, t.listed.c.list == list_.value))
            rows = [
                {
                    "brand_id": brand_id,
                    "list": list_.value,
                    "mark": one.mark,
                    "number": one.number,
                    "kind": one.kind,
                    "words": one.words,
                    "listed_at": at(now),
                }
                for one in marks
            ]
            insert_new(connection, t.listed, rows)
            if list_ is List.CODE_WORDS:  # what the old words were found in says nothing about the new ones
                mine = select(t.mention.c.id).where(t.mention.c.brand_id == brand_id)
                connection.execute(delete(t.found_word).where(t.found_word.c.what == "code", t.found_word.c.mention_id.in_(mine)))
                connection.execute(
                    delete(t.looked_through).where(t.looked_through.c.brand_id == brand_id, t.looked_through.c.what == "code")
                )

    def marks(self, brand: str, list_: List) -> Mapping[bytes, int]:
        """The marks on a list, and how many words each consists of."""
        rows = select(t.listed.c.mark, t.listed.c.words).join_from(t.listed, t.brand)
        with reading(self._engine) as connection:
            found = connection.execute(rows.where(t.brand.c.key == brand, t.listed.c.list == list_.value))
            return {bytes(row.mark): row.words for row in found}

    def look_through(self, brand: str, *, code: Callable[[str], bool] | None, version: str) -> int:
        """Look through the mentions that nobody looked through yet, for terms of claims and for code words; how many that were.

        `code` says whether a text holds a code word; `version` names the list, and another one begins from the start.
        """
        looked = 0
        lookers: dict[str, tuple[str, Callable[[str], bool]]] = {
            "claim": (_CLAIMS, lambda text: bool(CLAIM_TERMS.search(fold(text))))
        }
        if code is not None:
            lookers["code"] = version[:16], code
        for what, (its, finds) in lookers.items():
            while some := self._look_at_some(brand, what, its, finds):
                looked += some
        return looked

    def _look_at_some(self, brand: str, what: str, version: str, finds: Callable[[str], bool]) -> int:
        with writing(self._engine) as connection:
            brand_id = _brand_id(connection, brand)
            mine = and_(t.looked_through.c.brand_id == brand_id, t.looked_through.c.what == what)
            known = connection.execute(select(t.looked_through).where(mine)).first()
            upto = known.upto if known is not None and known.version == version else 0
            texts = (
                select(t.mention.c.id, t.entry.c.title, t.entry.c.text)
                .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
                .where(t.mention.c.brand_id == brand_id, t.mention.c.id > upto)
                .order_by(t.mention.c.id)
                .limit(_PAGE)
            )
            rows = connection.execute(texts).all()
            if not rows:
                return 0
            hits = [{"mention_id": row.id, "what": what} for row in rows if finds(f"{row.title}\n{row.text}")]
            insert_new(connection, t.found_word, hits)
            values = {"upto": rows[-1].id, "version": version}
            if known is None:
                connection.execute(insert(t.looked_through).values(brand_id=brand_id, what=what, **values))
            else:
                connection.execute(update(t.looked_through).where(mine).values(**values))
            return len(rows)

    def keep_sales(self, brand: str, sales: Sequence[Sale]) -> int:
        """Keep imported conversions; how many were new."""
        with writing(self._engine) as connection:
            brand_id, at = _brand_id(connection, brand), moment(connection)
            rows = [
                {
                    "brand_id": brand_id,
                    "identity": one.identity,
                    "converted_at": at(one.at),
                    "euros": one.euros,
                    "what": one.what,
                    "mention": one.mention,
                }
                for one in sales
            ]
            return insert_new(connection, t.conversion, rows)

    def mentions_by_id(self, ids: Sequence[int]) -> Mapping[int, KeptMention]:
        """These mentions, by their permanent ids, as far as they are still there."""
        found: dict[int, KeptMention] = {}
        with reading(self._engine) as connection:
            for some in chunks(sorted(set(ids))):
                found |= {one.id: one for one in with_labels(connection, kept_mentions().where(t.mention.c.id.in_(some)))}
        return found

    def gone(self, brand: str, *, after: datetime) -> Mapping[int, Cause]:
        """The mentions of a brand that went after a moment, and why; of an archive that does not know the brand none."""
        lost = t.lost_mention.c
        rows = select(lost.id, lost.cause).join_from(t.lost_mention, t.brand, lost.brand_id == t.brand.c.id)
        with reading(self._engine) as connection:
            return {
                row.id: Cause(row.cause) for row in connection.execute(rows.where(t.brand.c.key == brand, lost.removed_at >= after))
            }


def _brand_id(connection: Connection, key: str) -> int:
    found = connection.execute(select(t.brand.c.id).where(t.brand.c.key == key)).scalar()
    if found is None:
        raise StorageError(f"brand {key} is not in the archive; run the command again")
    return int(found)

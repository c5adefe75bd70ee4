"""The archive as somebody looks around in it: stories by size, brands side by side, proof, kept digests."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, or_, select

from listener.core.model import Media, Tone
from listener.core.report import DayCount, Digest
from listener.core.schedule import STALE
from listener.core.snapshot import from_json
from listener.core.volume import BrandVolume, DocumentFacts, Proof, StorySize, StoryVolume, Volume
from listener.storage import tables as t
from listener.storage.chunks import chunks
from listener.storage.counting import ABOUT, COUNTS, STORY, TONE, VOICE
from listener.storage.days import heard
from listener.storage.engine import reading
from listener.storage.labels import with_labels
from listener.storage.mentions import brand_id_of, changes_of
from listener.storage.rows import judgement_of, kept_mentions
from listener.storage.tallies import TallyStore

_NEGATIVE = func.sum(case((TONE.in_([Tone.NEGATIVE.value]), 1), else_=0))


class BrowsingStore(TallyStore):
    """What pages ask for, in SQL."""

    _engine: Engine

    def trend(self, brand: str, bounds: Sequence[tuple[date, datetime, datetime]]) -> Sequence[DayCount]:
        """Days as `days` counts them, without their stories and voices: for months."""
        (tones,) = self.tallies([brand], [(since, until) for _, since, until in bounds]).values()
        with reading(self._engine) as connection:
            brand_id = brand_id_of(connection, brand)
            changes = changes_of(connection, brand_id)
            well = heard(connection, brand_id, bounds)
        return [
            DayCount(on=on, tones=counted, heard=was_heard, changed=any(since <= change < until for change in changes))
            for (on, since, until), counted, was_heard in zip(bounds, tones, well, strict=True)
        ]

    def story_volumes(
        self, brand: str, *, since: datetime, until: datetime, before: tuple[int, int] | None = None, limit: int
    ) -> Sequence[StoryVolume]:
        """The stories of a brand that others told in what was collected in [since, until), most mentions first."""
        items, story = func.count(), STORY
        with reading(self._engine) as connection:
            brand_id = connection.execute(select(t.brand.c.id).where(t.brand.c.key == brand)).scalar()
            counted = _counted(since, until, t.mention.c.brand_id == brand_id)
            # Voices and tones only of those that are shown: to tell them apart in all of them costs more than to find these.
            most = select(story, items).where(*counted).group_by(story).order_by(items.desc(), story.desc()).limit(limit)
            if before is not None:
                most = most.having(or_(items < before[0], and_(items == before[0], story < before[1])))
            chosen = [row[0] for row in connection.execute(most)]
            told = _told(connection, chosen, counted)
            whole = {one.id: one for one in with_labels(connection, kept_mentions().where(t.mention.c.id.in_(_firsts(told))))}
        return [
            StoryVolume(
                story=one,
                items=len(told[one]),
                voices=len({row.voice for row in told[one]}),
                negative=sum(row.tone == Tone.NEGATIVE.value for row in told[one]),
                first=whole[told[one][0].id],
                last_at=told[one][-1].said_at,
            )
            for one in chosen
        ]

    def story_size(self, id: int) -> StorySize | None:  # noqa: A002 - the field's word
        """How large a whole story is, without what was put away; None when nothing of it is there."""
        whole = (
            select(
                func.count().label("items"),
                func.count(VOICE.distinct()).label("voices"),
                func.count(func.lower(t.entry.c.outlet).distinct()).label("outlets"),
                func.min(t.mention.c.said_at).label("first_at"),
                func.max(t.mention.c.said_at).label("last_at"),
            )
            .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
            .where(t.mention.c.story_id == id, COUNTS)
        )
        with reading(self._engine) as connection:
            row = connection.execute(whole).one()
        if not row.items:
            return None
        return StorySize(items=row.items, voices=row.voices, outlets=row.outlets, first_at=row.first_at, last_at=row.last_at)

    def volumes(self, *, since: datetime, until: datetime, brands: Collection[str] | None = None) -> Sequence[BrandVolume]:
        """How much others said of each configured brand, or those named, in what was collected in [since, until); in key order."""
        wanted = select(t.brand.c.id, t.brand.c.key).where(t.brand.c.active).order_by(t.brand.c.key)
        if brands is not None:
            wanted = wanted.where(t.brand.c.key.in_(brands))
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
            of = _counted(since, until, t.mention.c.brand_id.in_([row.id for row in rows]))
            everywhere = _volumes(connection, select(*_VOLUME).where(*of))
            # What a place brought only because it was asked for this brand says nothing about the others.
            unasked = select(*_VOLUME).join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
            shared = _volumes(connection, unasked.where(*of, t.entry.c.vouched.is_(False)))
        return [
            BrandVolume(brand=row.key, shared=shared.get(row.id, Volume()), all=everywhere.get(row.id, Volume())) for row in rows
        ]

    def proof(self, mention: int) -> Proof | None:
        """What stands behind a mention, by its permanent id."""
        facts = (
            select(
                t.document.c.fingerprint,
                t.document.c.url,
                t.document.c.media_type,
                t.document.c.size,
                t.document.c.fetched_at,
                t.document.c.body.is_not(None).label("kept"),
                t.source.c.key.label("source"),
            )
            .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
            .join(t.document, t.entry.c.document_id == t.document.c.id)
            .join(t.source, t.document.c.source_id == t.source.c.id)
            .where(t.mention.c.id == mention)
        )
        said = select(t.judgement).where(t.judgement.c.mention_id == mention).order_by(t.judgement.c.judged_at, t.judgement.c.id)
        with reading(self._engine) as connection:
            row = connection.execute(facts).mappings().first()
            judgements = [(one.judged_at, judgement_of(one)) for one in connection.execute(said)]
        if row is None:
            return None
        return Proof(document=DocumentFacts(**{**row, "kept": bool(row["kept"])}), judgements=tuple(judgements))

    def body(self, source: str, fingerprint: str) -> bytes | None:
        """The bytes of a source's document as they came, or None when they were not kept."""
        kept = (
            select(t.document.c.body)
            .join_from(t.document, t.source)
            .where(t.source.c.key == source, t.document.c.fingerprint == fingerprint)
        )
        with reading(self._engine) as connection:
            body = connection.execute(kept).scalar()
        return None if body is None else zlib.decompress(body)

    def kinds(self, brand: str) -> Sequence[str]:
        """The kinds of a brand's configured sources, each once, in order."""
        kinds = select(t.source.c.kind).join_from(t.source, t.brand).where(t.brand.c.key == brand, t.source.c.active).distinct()
        with reading(self._engine) as connection:
            return connection.execute(kinds.order_by(t.source.c.kind)).scalars().all()

    def kept_digests(self, brand: str, *, before: tuple[date, int] | None = None, limit: int) -> Sequence[tuple[int, Digest]]:
        """A brand's kept digests, the latest day first."""
        on, row_id = t.digest.c.on, t.digest.c.id
        rows = select(row_id, t.digest.c.snapshot).join_from(t.digest, t.brand).where(t.brand.c.key == brand)
        if before is not None:
            rows = rows.where(or_(on < before[0], and_(on == before[0], row_id < before[1])))
        with reading(self._engine) as connection:
            found = connection.execute(rows.order_by(on.desc(), row_id.desc()).limit(limit)).all()
        return [(row.id, from_json(row.snapshot)) for row in found]

    def kept_digest(self, id: int) -> Digest | None:  # noqa: A002 - the field's word
        """One kept digest, by its permanent id."""
        with reading(self._engine) as connection:
            snapshot = connection.execute(select(t.digest.c.snapshot).where(t.digest.c.id == id)).scalar()
        return None if snapshot is None else from_json(snapshot)


_VOLUME: tuple[ColumnElement[Any], ...] = (
    t.mention.c.brand_id,
    func.count().label("items"),
    func.count(STORY.distinct()).label("stories"),
    func.count(VOICE.distinct()).label("voices"),
    _NEGATIVE.label("negative"),
)


def _volumes(connection: Connection, statement: Any) -> dict[int, Volume]:
    rows = connection.execute(statement.group_by(t.mention.c.brand_id))
    return {
        row.brand_id: Volume(items=row.items, stories=row.stories, voices=row.voices, negative=int(row.negative)) for row in rows
    }


def _counted(since: datetime, until: datetime, of: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """What a count of [since, until) counts, as in a digest of that period."""
    return (
        of,
        t.mention.c.collected_at >= since,
        t.mention.c.collected_at < until,
        t.mention.c.said_at >= since - STALE,
        t.mention.c.media == Media.EARNED.value,
        ABOUT,
        COUNTS,
    )


def _told(connection: Connection, stories: Sequence[int], counted: tuple[ColumnElement[bool], ...]) -> dict[int, list[Any]]:
    """What is counted of each of these stories, the first said first."""
    columns = select(t.mention.c.id, STORY.label("story"), VOICE.label("voice"), TONE.label("tone"), t.mention.c.said_at)
    # What is not grouped yet is a story of its own, whose number is its mention's with a minus.
    alone, several = [-one for one in stories if one < 0], [one for one in stories if one >= 0]
    found: dict[int, list[Any]] = defaultdict(list)
    for column, numbers in ((t.mention.c.id, alone), (t.mention.c.story_id, several)):
        for some in chunks(numbers):
            mine = columns.where(column.in_(some), *counted).order_by(t.mention.c.said_at, t.mention.c.id)
            for row in connection.execute(mine):
                found[row.story].append(row)
    return found


def _firsts(told: Mapping[int, Sequence[Any]]) -> list[int]:
    return [rows[0].id for rows in told.values()]

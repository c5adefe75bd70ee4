"""The archive's memory of what people check for the dossier: the weekly samples, and their answers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Engine, RowMapping, exists, insert, select

from listener.core.errors import StorageError
from listener.core.listed import List
from listener.core.model import Intent, Tone
from listener.core.observed import Check, Doubtful, Question
from listener.core.sampling import Candidate, Sample, Stratum, stratum_of
from listener.storage import tables as t
from listener.storage.bulk import skip_known
from listener.storage.chunks import chunks
from listener.storage.engine import reading, writing


class SampleStore:
    """Samples and answers, in SQL."""

    _engine: Engine

    def candidates(self, brand: str, *, since: datetime, until: datetime, pointed: Collection[str] = ()) -> Sequence[Candidate]:
        """The stories of others that were first told in [since, until), each by its first telling, for a week's draw.

        `pointed` names the sources whose query has words of complaint or praise. What a person rejected is among them, since the
        sample is to tell how much of what is found is not about the brand; what a later query does not catch is not.
        """
        earlier = t.mention.alias("earlier")
        told_before = exists().where(
            earlier.c.story_id == t.mention.c.story_id, earlier.c.said_at < since, earlier.c.put_away_at.is_(None)
        )
        wanted = (
            select(
                t.mention.c.id,
                t.mention.c.story_id,
                t.mention.c.voice,
                t.mention.c.tone,
                t.mention.c.intent,
                t.source.c.key,
            )
            .join_from(t.mention, t.brand, t.mention.c.brand_id == t.brand.c.id)
            .join(t.entry, t.mention.c.entry_id == t.entry.c.id)
            .join(t.source, t.entry.c.source_id == t.source.c.id)
            .where(
                t.brand.c.key == brand,
                t.mention.c.said_at >= since,
                t.mention.c.said_at < until,
                t.mention.c.media == "earned",
                t.mention.c.put_away_at.is_(None),
                t.mention.c.story_id.is_not(None),
                ~told_before,
            )
            .order_by(t.mention.c.said_at, t.mention.c.id)
        )
        first: dict[int, Candidate] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(wanted):
                if row.story_id not in first:
                    stratum = stratum_of(
                        neutral=row.key not in pointed,
                        complaint=row.intent == Intent.COMPLAINT.value,
                        negative=row.tone == Tone.NEGATIVE.value,
                    )
                    first[row.story_id] = Candidate(mention=row.id, story=row.story_id, voice=row.voice or -row.id, stratum=stratum)
        return list(first.values())

    def keep_sample(self, sample: Sample) -> Sample:
        """Keep a week's sample, and give the one that stands: a brand's week is drawn once, whoever comes second."""
        with writing(self._engine) as connection:
            brand = connection.execute(select(t.brand.c.id).where(t.brand.c.key == sample.brand)).scalar()
            if brand is None:
                raise StorageError(f"brand {sample.brand} is not in the archive; run the command again")
            strata = json.dumps([[one.name, one.stories, one.drawn] for one in sample.strata])
            row = {"brand_id": brand, "week": sample.week, "seed": sample.seed, "strata": strata}
            connection.execute(skip_known(connection, t.sample), [row])
            mine = (t.sample.c.brand_id == brand, t.sample.c.week == sample.week)
            kept = connection.execute(select(t.sample).where(*mine)).mappings().one()
            return sample_of(sample.brand, kept)

    def samples(self, brand: str, *, since: date, until: date) -> Sequence[Sample]:
        """The samples of a brand's weeks whose Monday lies in [since, until), in order."""
        rows = (
            select(t.sample)
            .join_from(t.sample, t.brand)
            .where(t.brand.c.key == brand, t.sample.c.week >= since, t.sample.c.week < until)
            .order_by(t.sample.c.week)
        )
        with reading(self._engine) as connection:
            return [sample_of(brand, row) for row in connection.execute(rows).mappings()]

    def keep_checks(self, checks: Sequence[Check]) -> Sequence[int]:
        """Keep answers in one transaction, in their order; the ids of mentions that are not there, whose answers were not kept."""
        asked = sorted({one.mention for one in checks})
        if not asked:
            return []
        with writing(self._engine) as connection:
            known: set[int] = set()
            for some in chunks(asked):
                held = select(t.mention.c.id).where(t.mention.c.id.in_(some)).order_by(t.mention.c.id)
                known |= set(connection.execute(held.with_for_update(key_share=True)).scalars())
            rows = [
                {
                    "mention_id": one.mention,
                    "question": one.question.value,
                    "answer": one.answer,
                    "by": one.by,
                    "checked_at": one.at,
                }
                for one in checks
                if one.mention in known
            ]
            if rows:
                connection.execute(insert(t.checked), rows)
        return [one for one in asked if one not in known]

    def checks(self, brand: str, *, since: datetime, until: datetime) -> Sequence[Check]:
        """Every answer about a brand's mentions that were said in [since, until), oldest first."""
        rows = (
            select(t.checked)
            .join_from(t.checked, t.mention, t.checked.c.mention_id == t.mention.c.id)
            .join(t.brand, t.mention.c.brand_id == t.brand.c.id)
            .where(t.brand.c.key == brand, t.mention.c.said_at >= since, t.mention.c.said_at < until)
            .order_by(t.checked.c.id)
        )
        with reading(self._engine) as connection:
            return [check_of(row) for row in connection.execute(rows).mappings()]

    def doubtful(self, brand: str, *, since: datetime, until: datetime) -> Doubtful:
        """What of a brand's mentions that were said in [since, until) only a person can tell for the dossier, oldest first."""
        m, listed = t.mention.c, t.listed.c
        rows = (
            select(m.id, t.found_word.c.what)
            .join_from(t.found_word, t.mention, t.found_word.c.mention_id == m.id)
            .join(t.brand, m.brand_id == t.brand.c.id)
            .where(t.brand.c.key == brand, m.said_at >= since, m.said_at < until, m.put_away_at.is_(None))
            .order_by(m.said_at, m.id)
        )
        relations = (
            select(listed.number)
            .join_from(t.listed, t.brand, listed.brand_id == t.brand.c.id)
            .where(t.brand.c.key == brand, listed.list == List.RELATIONS.value)
            .limit(1)
        )
        found: dict[str, list[int]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(rows):
                found[row.what].append(row.id)
            is_listed = connection.execute(relations).first() is not None
        return Doubtful(claims=tuple(found["claim"]), leaks=tuple(found["code"]), is_listed=is_listed)


def sample_of(brand: str, row: RowMapping) -> Sample:
    """A sample from its row."""
    strata = tuple(Stratum(name=name, stories=stories, drawn=tuple(drawn)) for name, stories, drawn in json.loads(row["strata"]))
    return Sample(brand=brand, week=row["week"], seed=row["seed"], strata=strata)


def check_of(row: RowMapping) -> Check:
    """An answer from its row."""
    return Check(
        mention=row["mention_id"], question=Question(row["question"]), answer=row["answer"], by=row["by"], at=row["checked_at"]
    )

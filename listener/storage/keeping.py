"""The one transaction that keeps what attempts brought: documents, entries, mentions, cursors, hosts and the ledger's rows."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from listener.core.errors import Overtaken, StorageError
from listener.core.failpoint import point
from listener.core.identity import identity
from listener.core.model import JudgedMention
from listener.core.near import NearMiss
from listener.core.schedule import host_rest
from listener.core.visits import Attempt, HostRest, Outcome, Run, SourceState
from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment, run_many
from listener.storage.chunks import chunks
from listener.storage.coverage import keep_coverage
from listener.storage.derived import take_up
from listener.storage.engine import take_turns, writing
from listener.storage.near import keep_near
from listener.storage.removals import remove
from listener.storage.rows import cursor_text, entry_row, mention_row, proof_row, recent_text, run_row
from listener.storage.seen import remember
from listener.storage.stories import group, hold_brands, placed
from listener.storage.traces import after_the_lost
from listener.storage.versions import ask_again

_ADVANCE = """
UPDATE source SET revision = revision + 1, lease_until = NULL, failures = ?, next_due_at = ?, rested_at = ?,
heard_at = coalesce(?, heard_at), cursor = coalesce(?, cursor), host = coalesce(?, host), recent = coalesce(?, recent),
note = coalesce(?, note) WHERE id = ?
"""
_POSTPONE = "UPDATE source SET next_due_at = ?, lease_until = NULL WHERE id = ?"
# A host that has behaved for so long since its last wish starts anew.
_FORGIVEN = timedelta(days=1)


class KeepingStore:
    """Keeping attempts, in SQL: many in one transaction, each whole or not at all."""

    _engine: Engine

    def keep(self, state: SourceState, run: Run, *, next_due_at: datetime, **brought: Any) -> Run:
        """Store one attempt (see model.Attempt); raises Overtaken, storing nothing, when another process was first."""
        (kept,) = self.keep_all([Attempt(state=state, run=run, next_due_at=next_due_at, **brought)])
        if kept.outcome is Outcome.OVERTAKEN:
            raise Overtaken(kept.detail)
        return kept

    def keep_all(self, attempts: Sequence[Attempt]) -> Sequence[Run]:
        """Store attempts in one transaction; the runs with the true counts of what was new, in order.

        Of a source that another process has kept since its state was read nothing is stored, and its run comes back as overtaken.
        A postponed run only moves the source's next visit.
        """
        if not attempts:
            return []
        with writing(self._engine) as connection:
            ids = _unchanged_sources(connection, attempts)
            fresh = [one for one in attempts if one.state.source.key in ids]
            made = [one for one in fresh if one.run.outcome is not Outcome.POSTPONED]
            self._advance(connection, made, ids)
            at = moment(connection)
            waiting = [one for one in fresh if one.run.outcome is Outcome.POSTPONED]
            run_many(connection, _POSTPONE, [(at(one.next_due_at), ids[one.state.source.key]) for one in waiting])
            settled = self._keep_content(connection, made, ids)
            insert_new(
                connection,
                t.run,
                [{**run_row(run, ids[key]), "started_at": at(run.started_at)} for key, run in settled.items()],
            )
            remember(connection, made, ids)
            _keep_hosts(connection, made)
            keep_coverage(connection, made, ids)
            # Several sources of one kind hear of the same removal; what came just now may be among them.
            if removed := list(dict.fromkeys(one for attempt in made for one in attempt.removed)):
                remove(connection, removed, made[0].run.started_at)
            for _ in made:
                point("collect.before_commit")
        for _ in made:
            point("collect.after_commit")
        settled |= {one.state.source.key: one.run for one in waiting}
        return [settled.get(one.state.source.key) or _overtaken(one.run) for one in attempts]

    def _advance(self, connection: Connection, attempts: Sequence[Attempt], ids: Mapping[str, int]) -> None:
        at = moment(connection)
        rows = []
        for one in attempts:
            heard, state = one.run.outcome.heard, one.state
            rested = None if heard else one.run.started_at if one.ends else state.rested_at
            rows.append(
                (
                    0 if heard else state.failures + 1,
                    at(one.next_due_at),
                    at(rested),
                    at(one.run.started_at) if heard else None,
                    # What stays as it was is not written again.
                    None if one.cursor is None or one.cursor == state.cursor else cursor_text(one.cursor),
                    one.host or None,
                    None if one.recent is None or one.recent == state.recent else recent_text(one.recent),
                    None if one.note is None or one.note == state.note else one.note,
                    ids[state.source.key],
                )
            )
        run_many(connection, _ADVANCE, rows)

    def _keep_content(self, connection: Connection, attempts: Sequence[Attempt], ids: Mapping[str, int]) -> dict[str, Run]:
        documents = self._keep_documents(connection, attempts, ids)
        # What is there already has a lower number, and nobody else can add to these sources now.
        newest = connection.execute(select(func.coalesce(func.max(t.entry.c.id), 0))).scalar_one() if documents else 0
        spoken: list[tuple[str, int, JudgedMention]] = []
        missed: list[tuple[int, NearMiss]] = []
        settled: dict[str, Run] = {}
        for one in attempts:
            key, run = one.state.source.key, one.run
            new = self._keep_entries(connection, one, ids[key], documents[key]) if one.entries and one.document else 0
            if new:
                spoken += [(key, ids[key], judged) for judged in one.mentions]
                missed += [(ids[key], miss) for miss in one.near]
            outcome = Outcome.KNOWN if run.outcome is Outcome.NEW and not new else run.outcome
            settled[key] = replace(run, new_entries=new, outcome=outcome) if new or outcome is not run.outcome else run
        fresh = self._new_entries(connection, newest) if spoken or missed else {}
        mentions = [(key, judged, fresh.get((at, identity(judged.mention.entry)))) for key, at, judged in spoken]
        kept = Counter(key for key, _, entry_id in mentions if entry_id is not None)
        kinds = {one.state.source.key: one.state.source.kind for one in attempts}
        self._keep_mentions(connection, [(judged, entry_id) for _, judged, entry_id in mentions if entry_id is not None], kinds)
        near = [(miss, number) for at, miss in missed if (number := fresh.get((at, miss.identity))) is not None]
        if near:
            keep_near(connection, near, _brand_ids(connection))
        for asked in {tuple(one.asked.items()): one.asked for one in attempts if one.asked}.values():
            ask_again(connection, asked, newest)
        return settled | {key: replace(settled[key], new_mentions=count) for key, count in kept.items()}

    def _keep_documents(self, connection: Connection, attempts: Sequence[Attempt], ids: Mapping[str, int]) -> dict[str, int]:
        at, rows, keys = moment(connection), [], {}
        for one in attempts:
            value, unreadable = one.document, one.run.outcome is Outcome.UNREADABLE
            if value is None or not (one.entries or unreadable):
                continue
            source_id = ids[one.state.source.key]
            keys[source_id, value.fingerprint] = one.state.source.key
            rows.append(
                {
                    "source_id": source_id,
                    "fingerprint": value.fingerprint,
                    "url": value.url,
                    "media_type": value.media_type,
                    "size": len(value.body),
                    "fetched_at": at(value.fetched_at),
                    # Level 3 takes half the time of 6 and a twelfth more room (measured on 132 feeds).
                    "body": zlib.compress(value.body, 3) if one.mentions or unreadable else None,
                }
            )
        if not rows:
            return {}
        if insert_new(connection, t.document, rows) < len(rows):
            # Some stand there already, perhaps without their bytes, from a time when they carried no mention.
            bodies = [(row["body"], row["source_id"], row["fingerprint"]) for row in rows if row["body"] is not None]
            run_many(connection, "UPDATE document SET body = ? WHERE source_id = ? AND fingerprint = ? AND body IS NULL", bodies)
        found: dict[str, int] = {}
        for some in chunks(list(keys)):
            same = select(t.document.c.id, t.document.c.source_id, t.document.c.fingerprint).where(
                t.document.c.source_id.in_([source_id for source_id, _ in some]),
                t.document.c.fingerprint.in_([fingerprint for _, fingerprint in some]),
            )
            for row in connection.execute(same):
                if key := keys.get((row.source_id, row.fingerprint)):
                    found[key] = row.id
        return found

    def _keep_entries(self, connection: Connection, one: Attempt, source_id: int, document_id: int) -> int:
        at = moment(connection)
        rows = {key: entry_row(entry, source_id, document_id, key) for entry in one.entries for key in [identity(entry)]}
        for row in rows.values():
            for name in ("published_at", "stated_at", "first_seen_at"):
                row[name] = at(row[name])
        return insert_new(connection, t.entry, list(rows.values()))

    def _new_entries(self, connection: Connection, newest: int) -> dict[tuple[int, bytes], int]:
        """The numbers of the entries that came after `newest`, by source and identity."""
        new = select(t.entry.c.source_id, t.entry.c.identity, t.entry.c.id).where(t.entry.c.id > newest)
        return {(source_id, bytes(key)): number for source_id, key, number in connection.execute(new)}

    def _keep_mentions(
        self, connection: Connection, mentions: Sequence[tuple[JudgedMention, int]], kinds: Mapping[str, str]
    ) -> int:
        """Store mentions, each with its entry's number, their judgements and their stories; how many were new.

        `kinds` are the kinds of their sources, by key.
        """
        if not mentions:
            return 0
        at = moment(connection)
        brands = _brand_ids(connection)
        judged: dict[tuple[int, int], JudgedMention] = {}
        for one, entry_id in mentions:
            brand_id = brands.get(one.mention.brand)
            if brand_id is None:
                raise StorageError(f"brand {one.mention.brand} is not in the archive; run the command again")
            judged[brand_id, entry_id] = one
        rows = [mention_row(one, brand_id, entry_id) for (brand_id, entry_id), one in judged.items()]
        for row in rows:
            row["said_at"], row["collected_at"] = at(row["said_at"]), at(row["collected_at"])
        hold_brands(connection, sorted({brand_id for brand_id, _ in judged}))
        there = _there(connection, [entry_id for _, entry_id in judged])
        if (number := after_the_lost(connection)) is not None:
            rows = [{"id": number + place, **row} for place, row in enumerate(rows)]
        new = insert_new(connection, t.mention, rows)
        judgements, ungrouped, fresh = [], [], []
        for some in chunks(sorted({entry_id for _, entry_id in judged})):
            kept = select(t.mention.c.id, t.mention.c.brand_id, t.mention.c.entry_id).where(t.mention.c.entry_id.in_(some))
            for found in connection.execute(kept):
                if which := judged.get((found.brand_id, found.entry_id)):
                    judged_at = at(which.mention.entry.first_seen_at)
                    judgements.append({"mention_id": found.id, "judged_at": judged_at, **proof_row(which.judgement)})
                    entry = which.mention.entry
                    ungrouped.append(placed(found.id, found.brand_id, entry, kinds[entry.source]))
                    if (found.brand_id, found.entry_id) not in there:
                        fresh.append(found.id)
        insert_new(connection, t.judgement, judgements)
        group(connection, sorted(ungrouped, key=lambda one: (one.telling.at, one.id)))
        take_up(connection, fresh)
        return new


def _there(connection: Connection, entries: Sequence[int]) -> set[tuple[int, int]]:
    """Which brand and entry are a mention already."""
    found: set[tuple[int, int]] = set()
    for some in chunks(sorted(set(entries))):
        mentions = select(t.mention.c.brand_id, t.mention.c.entry_id).where(t.mention.c.entry_id.in_(some))
        found |= {(row.brand_id, row.entry_id) for row in connection.execute(mentions)}
    return found


def _brand_ids(connection: Connection) -> dict[str, int]:
    return {row.key: row.id for row in connection.execute(select(t.brand.c.key, t.brand.c.id))}


def _unchanged_sources(connection: Connection, attempts: Sequence[Attempt]) -> dict[str, int]:
    """The numbers of those sources that nobody has kept since their states were read; they are ours until the end."""
    # In one order everywhere, so that two who keep the same sources wait for each other, and not both for ever.
    revisions = {one.state.source.key: one.state.revision for one in sorted(attempts, key=lambda one: one.state.source.key)}
    ids: dict[str, int] = {}
    for some in chunks(list(revisions)):
        # SQLite has one writer at a time, and it is us; elsewhere the rows are locked (the clause is left out on SQLite).
        mine = (
            select(t.source.c.id, t.source.c.key, t.source.c.revision)
            .where(t.source.c.key.in_(some))
            .order_by(t.source.c.key)
            .with_for_update()
        )
        ids |= {row.key: row.id for row in connection.execute(mine) if row.revision == revisions[row.key]}
    return ids


def _overtaken(run: Run) -> Run:
    detail = f"source {run.source}: another process collected it meanwhile; nothing was stored twice"
    return replace(run, outcome=Outcome.OVERTAKEN, detail=detail, entries=0, new_entries=0, new_mentions=0)


def _keep_hosts(connection: Connection, attempts: Sequence[Attempt]) -> None:
    """Remember the hosts that asked for rest, and forget those that answer again."""
    if any(one.rest is not None for one in attempts):
        take_turns(connection, "hosts")
    known = {row.host: row for row in connection.execute(select(t.host))}
    wishes: dict[str, list[tuple[HostRest, datetime]]] = defaultdict(list)
    for one in sorted(attempts, key=lambda one: one.host):
        if one.rest is not None:
            wishes[one.rest.host].append((one.rest, one.run.started_at))
        elif one.run.outcome.heard and one.host in known:
            connection.execute(delete(t.host).where(t.host.c.host == one.host))
            del known[one.host]
    for host, wanted in wishes.items():
        now, old = wanted[0][1], known.get(host)
        failures = old.failures if old is not None and now < old.next_allowed_at + _FORGIVEN else 0
        until = max(host_rest(failures, rest.until, at) for rest, at in wanted)
        values = {"next_allowed_at": until, "failures": failures + 1, "reason": wanted[0][0].reason}
        if old is None:
            connection.execute(insert(t.host).values(host=host, **values))
        else:
            connection.execute(update(t.host).where(t.host.c.host == host).values(values))

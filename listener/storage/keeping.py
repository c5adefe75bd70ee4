"""The one transaction that keeps what attempts brought: documents, entries, mentions, cursors, hosts and the ledger's rows."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from listener.core.errors import Overtaken, StorageError
from listener.core.failpoint import point
from listener.core.identity import identity
from listener.core.model import Entry, JudgedMention
from listener.core.near import NearMiss
from listener.core.schedule import host_rest
from listener.core.visits import Attempt, HostRest, Outcome, Run, SourceState
from listener.storage import tables as t
from listener.storage.bulk import Among, ask, insert_all, insert_new, instant, moment, numbers, run_many, sent_together
from listener.storage.chunks import chunks
from listener.storage.coverage import keep_coverage
from listener.storage.derived import take_up_new
from listener.storage.engine import take_turns, writing
from listener.storage.former import hand_on_labels
from listener.storage.near import keep_near
from listener.storage.removals import remove
from listener.storage.rows import cursor_text, entry_row, mention_row, proof_row, recent_text, run_row, storable
from listener.storage.seen import remember
from listener.storage.stories import Grouping, Placed, hold_brands_of, placed
from listener.storage.versions import ask_again

_ADVANCE = """
UPDATE source SET revision = revision + 1, lease_until = NULL, failures = ?, next_due_at = ?, rested_at = ?,
heard_at = coalesce(?, heard_at), cursor = coalesce(?, cursor), host = coalesce(?, host), recent = coalesce(?, recent),
note = coalesce(?, note) WHERE id = ?
"""
_POSTPONE = "UPDATE source SET next_due_at = ?, lease_until = NULL WHERE id = ?"
# A host that has behaved for so long since its last wish starts anew.
_FORGIVEN = timedelta(days=1)
_MENTION = (
    "id", "brand_id", "entry_id", "excerpt", "spans", "clause", "query_version", "media", "said_at", "collected_at", "language",
    "tone", "polarity", "confidence", "intent", "judge",
)  # fmt: skip


@dataclass(slots=True)
class _Fresh:
    """The entries of one source that this transaction stores: their numbers by identity, and the identity of each given one."""

    of: dict[bytes, int] = field(default_factory=dict)
    marks: dict[int, bytes] = field(default_factory=dict)  # by the object's own id: the attempt holds it

    def number(self, entry: Entry) -> int | None:
        """The number of an entry; None where it was there before."""
        mark = self.marks.get(id(entry))
        return self.of.get(identity(entry) if mark is None else mark)


_NOTHING = _Fresh()


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
            runs = [{**run_row(run, ids[key]), "started_at": at(run.started_at)} for key, run in settled.items()]
            with sent_together(connection, len(runs)):
                insert_new(connection, t.run, runs)
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
        fresh = self._keep_entries(connection, attempts, ids, documents)
        spoken: list[tuple[JudgedMention, int]] = []
        missed: list[tuple[NearMiss, int]] = []
        settled: dict[str, Run] = {}
        for one in attempts:
            key, run = one.state.source.key, one.run
            new = fresh.get(key, _NOTHING)
            mine = (
                [(judged, at) for judged in one.mentions if (at := new.number(judged.mention.entry)) is not None] if new.of else []
            )
            missed += [(miss, at) for miss in one.near if (at := new.of.get(miss.identity)) is not None] if new.of else []
            spoken += mine
            outcome = Outcome.KNOWN if run.outcome is Outcome.NEW and not new.of else run.outcome
            changed = new.of or outcome is not run.outcome
            kept = replace(run, new_entries=len(new.of), new_mentions=len(mine), outcome=outcome) if changed else run
            settled[key] = kept
        kinds = {one.state.source.key: one.state.source.kind for one in attempts}
        self._keep_mentions(connection, spoken, kinds, are_new=True)
        if spoken:
            hand_on_labels(connection)
        if missed:
            keep_near(connection, missed, _brand_ids(connection))
        if fresh:
            newest = min(number for new in fresh.values() for number in new.of.values()) - 1
            for asked in {tuple(one.asked.items()): one.asked for one in attempts if one.asked}.values():
                ask_again(connection, asked, newest)
        return settled

    def _keep_documents(self, connection: Connection, attempts: Sequence[Attempt], ids: Mapping[str, int]) -> dict[str, int]:
        at, rows, keys = moment(connection), list[dict[str, Any]](), dict[tuple[int, str], str]()
        for one in attempts:
            value, unreadable = one.document, one.run.outcome is Outcome.UNREADABLE
            if value is None or not (one.entries or unreadable):
                continue
            source_id = ids[one.state.source.key]
            keys[source_id, value.fingerprint] = one.state.source.key
            rows.append(
                {
                    "id": 0,
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
        for row, number in zip(rows, numbers(connection, {"document": len(rows)})["document"], strict=True):
            row["id"] = number
        if insert_new(connection, t.document, rows) == len(rows):
            return {keys[row["source_id"], row["fingerprint"]]: row["id"] for row in rows}
        # Some stand there already, perhaps without their bytes, from a time when they carried no mention.
        bodies = [(row["body"], row["source_id"], row["fingerprint"]) for row in rows if row["body"] is not None]
        run_many(connection, "UPDATE document SET body = ? WHERE source_id = ? AND fingerprint = ? AND body IS NULL", bodies)
        found: dict[str, int] = {}
        for some in chunks(list(keys)):
            same = select(t.document.c.id, t.document.c.source_id, t.document.c.fingerprint).where(
                t.document.c.source_id.in_([source_id for source_id, _ in some]),
                t.document.c.fingerprint.in_([fingerprint for _, fingerprint in some]),
            )
            for number, source_id, fingerprint in connection.execute(same):
                if key := keys.get((source_id, fingerprint)):
                    found[key] = number
        return found

    def _keep_entries(
        self, connection: Connection, attempts: Sequence[Attempt], ids: Mapping[str, int], documents: Mapping[str, int]
    ) -> dict[str, _Fresh]:
        """Store what entries are not there yet; their numbers, by the keys of their sources."""
        at, rows, fresh = moment(connection), list[dict[str, Any]](), dict[str, _Fresh]()
        for one in attempts:
            key = one.state.source.key
            if not one.entries or one.document is None:
                continue
            mine = fresh[key] = _Fresh()
            for entry in one.entries:
                mark = identity(entry)
                mine.marks[id(entry)] = mark
                if mark not in mine.of:
                    mine.of[mark] = len(rows)
                    rows.append({"id": 0, **entry_row(storable(entry), ids[key], documents[key], mark)})
        if not rows:
            return {}
        given = numbers(connection, {"entry": len(rows)})["entry"]
        for row, number in zip(rows, given, strict=True):
            row["id"] = number
            for name in ("published_at", "stated_at", "first_seen_at"):
                row[name] = at(row[name])
        there = set(given)
        if insert_new(connection, t.entry, rows) < len(rows):
            there = {number for (number,) in ask(connection, "SELECT id FROM entry WHERE id IN ?", [Among(given)])}
        for new in fresh.values():
            new.of = {mark: given[place] for mark, place in new.of.items() if given[place] in there}
        return {key: new for key, new in fresh.items() if new.of}

    def _keep_mentions(
        self,
        connection: Connection,
        mentions: Sequence[tuple[JudgedMention, int]],
        kinds: Mapping[str, str],
        *,
        are_new: bool = False,
    ) -> int:
        """Store mentions, each with its entry's number, their judgements and their stories; how many were new.

        `kinds` are the kinds of their sources, by key; `are_new` says that their entries were stored just now.
        """
        if not mentions:
            return 0
        at, brands = moment(connection), _hold_brands(connection, {one.mention.brand for one, _ in mentions})
        judged = {(brands[one.mention.brand], entry_id): one for one, entry_id in mentions}
        there = {} if are_new else _there(connection, [entry_id for _, entry_id in judged])
        new = {key: one for key, one in judged.items() if key not in there}
        rows = self._store_mentions(connection, new, kinds)
        spoken = [(row["id"], judged[row["brand_id"], row["entry_id"]]) for row in rows]
        spoken += [(there[key], one) for key, one in judged.items() if key in there]
        judgements = [
            {"mention_id": number, "judged_at": at(one.mention.entry.first_seen_at), **proof_row(one.judgement)}
            for number, one in spoken
        ]
        with sent_together(connection, len(mentions)):
            insert_new(connection, t.judgement, judgements)
            take_up_new(connection, rows)
        return len(rows)

    def _store_mentions(
        self, connection: Connection, new: Mapping[tuple[int, int], JudgedMention], kinds: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """Store mentions that are not there, by brand and entry, in their stories; their rows, as the index takes them up."""
        if not new:
            return []
        at, rows, placings = moment(connection), list[dict[str, Any]](), list[Placed]()
        for number, ((brand_id, entry_id), one) in zip(
            numbers(connection, {"mention": len(new)})["mention"], new.items(), strict=True
        ):
            entry = storable(one.mention.entry)
            rows.append({"id": number, **mention_row(one, brand_id, entry_id), **_told(entry, kinds[entry.source])})
            placings.append(placed(number, brand_id, entry, kinds[entry.source]))
        grouping = Grouping(connection, sorted(placings, key=lambda one: (one.telling.at, one.id)))
        own = [{**row, "said_at": at(row["said_at"]), "collected_at": at(row["collected_at"])} for row in rows]
        stored = [(*map(row.__getitem__, _MENTION), *grouping.stories[row["id"]]) for row in own]
        with sent_together(connection, len(rows)):
            insert_all(connection, t.mention, (*_MENTION, "story_id", "voice"), stored)
            grouping.write()
        return rows


def _told(entry: Entry, kind: str) -> dict[str, Any]:
    """What the index takes up beside a mention's own row."""
    return {
        "title": entry.title,
        "text": entry.text,
        "author_name": entry.author.name,
        "author_handle": entry.author.handle,
        "outlet": entry.outlet,
        "kind": kind,
        "is_about": True,
        "is_labelled": False,
    }


def _there(connection: Connection, entries: Sequence[int]) -> dict[tuple[int, int], int]:
    """Which brand and entry are a mention already, and its number."""
    rows = ask(connection, "SELECT brand_id, entry_id, id FROM mention WHERE entry_id IN ?", [Among(entries)])
    return {(brand, entry): number for brand, entry, number in rows}


def _hold_brands(connection: Connection, keys: set[str]) -> dict[str, int]:
    """The numbers of these brands, whose mentions nobody else groups until the transaction ends."""
    held = hold_brands_of(connection, keys)
    if lost := keys - held.keys():
        raise StorageError(f"brand {min(lost)} is not in the archive; run the command again")
    return held


def _brand_ids(connection: Connection) -> dict[str, int]:
    return dict(ask(connection, "SELECT key, id FROM brand"))


def _unchanged_sources(connection: Connection, attempts: Sequence[Attempt]) -> dict[str, int]:
    """The numbers of those sources that nobody has kept since their states were read; they are ours until the end."""
    revisions = {one.state.source.key: one.state.revision for one in attempts}
    # In one order everywhere, so that two who keep the same sources wait for each other, and not both for ever.
    # SQLite has one writer at a time, and it is us; elsewhere the rows are locked.
    mine = "SELECT id, key, revision FROM source WHERE key IN ? ORDER BY key FOR UPDATE"
    rows = ask(connection, mine, [Among(revisions, "text")])
    return {key: number for number, key, revision in rows if revision == revisions[key]}


def _overtaken(run: Run) -> Run:
    detail = f"source {run.source}: another process collected it meanwhile; nothing was stored twice"
    return replace(run, outcome=Outcome.OVERTAKEN, detail=detail, entries=0, new_entries=0, new_mentions=0)


def _keep_hosts(connection: Connection, attempts: Sequence[Attempt]) -> None:
    """Remember the hosts that asked for rest, and forget those that answer again."""
    if any(one.rest is not None for one in attempts):
        take_turns(connection, "hosts")
    known = {
        host: (instant(until), failures)
        for host, until, failures in ask(connection, "SELECT host, next_allowed_at, failures FROM host")
    }
    wishes: dict[str, list[tuple[HostRest, datetime]]] = defaultdict(list)
    for one in sorted(attempts, key=lambda one: one.host):
        if one.rest is not None:
            wishes[one.rest.host].append((one.rest, one.run.started_at))
        elif one.run.outcome.heard and one.host in known:
            connection.execute(delete(t.host).where(t.host.c.host == one.host))
            del known[one.host]
    for host, wanted in wishes.items():
        now, old = wanted[0][1], known.get(host)
        failures = old[1] if old is not None and now < old[0] + _FORGIVEN else 0
        until = max(host_rest(failures, rest.until, at) for rest, at in wanted)
        values = {"next_allowed_at": until, "failures": failures + 1, "reason": wanted[0][0].reason}
        if old is None:
            connection.execute(insert(t.host).values(host=host, **values))
        else:
            connection.execute(update(t.host).where(t.host.c.host == host).values(values))

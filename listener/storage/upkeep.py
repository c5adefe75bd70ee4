"""Upkeep in SQL: chores that come round, retention, looking again, names of authors, and forgetting somebody wholly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select, update

from listener.core.failpoint import point
from listener.core.model import Author, Engagement, Intent, Tone
from listener.core.removal import Cause, Removal, Removed
from listener.core.upkeep import EVERY, Chore, Subject
from listener.core.urls import canonical
from listener.storage import tables as t
from listener.storage.bulk import insert_new, moment, skip_known
from listener.storage.chunks import chunks
from listener.storage.counting import ABOUT, COUNTS, TONE
from listener.storage.derived import let_go, take_up
from listener.storage.engine import reading, writing
from listener.storage.purchases import forget_pages
from listener.storage.removals import forget_names, take_out
from listener.storage.traces import scrub

# Whose names are worth money: what people say of a mention goes before what the machine said.
_MATTERS = and_(
    or_(
        TONE.in_([Tone.NEGATIVE.value]),
        func.coalesce(t.mention.c.label_intent, t.mention.c.intent).in_([Intent.COMPLAINT.value, Intent.QUESTION.value]),
    ),
    ABOUT,
    COUNTS,
)


class UpkeepStore:
    """Upkeep, in SQL."""

    _engine: Engine

    def claim_chores(self, now: datetime) -> Sequence[Chore]:
        """Chores whose time has come; each is claimed by moving its next time on. A chore that is new begins one round later."""
        with reading(self._engine) as connection:
            due = {row.key: row.next_due_at for row in connection.execute(select(t.chore))}
        # What is due further ahead than a round puts it was put there by a clock that was ahead, and has been set right since.
        if all(one.value in due and now < due[one.value] <= now + 2 * EVERY[one] for one in Chore):
            return []
        claimed = []
        with writing(self._engine) as connection:
            for one in Chore:
                if one.value not in due:
                    connection.execute(skip_known(connection, t.chore).values(key=one.value, next_due_at=now + EVERY[one]))
                    continue
                when = or_(t.chore.c.next_due_at <= now, t.chore.c.next_due_at > now + 2 * EVERY[one])
                mine = update(t.chore).where(t.chore.c.key == one.value, when)
                if connection.execute(mine.values(next_due_at=now + EVERY[one])).rowcount:
                    claimed.append(one)
        return claimed

    def expire(
        self, kinds: Sequence[str], *, but: Sequence[str] = (), before: datetime, now: datetime, limit: int = 500
    ) -> Removed:
        """Let go of entries first seen before a moment, at most `limit` in one transaction, and of their pages' bytes."""
        wanted = t.source.c.kind.in_(kinds) if kinds else t.source.c.kind.not_in(but)
        with writing(self._engine) as connection:
            sources = connection.execute(select(t.source.c.id, t.source.c.key).where(wanted)).all()
            old = (
                select(t.entry.c.id)
                .where(t.entry.c.source_id.in_([row.id for row in sources]), t.entry.c.first_seen_at < before)
                .order_by(t.entry.c.id)
                .limit(limit)
            )
            ids = list(connection.execute(old).scalars())
            documents = and_(t.document.c.source_id.in_([row.id for row in sources]), t.document.c.fetched_at < before)
            connection.execute(update(t.document).where(documents, t.document.c.body.is_not(None)).values(body=None))
            forget_pages(connection, [row.key for row in sources], before)
            removed = Removed(entries=len(ids), mentions=take_out(connection, ids, Cause.EXPIRED, now))
            point("prune.before_commit")
        point("prune.after_commit")
        return removed

    def stale_posts(self, kind: str, *, before: datetime, limit: int) -> Sequence[str]:
        """Ids of posts of a kind that mention a brand and were last seen to be there before a moment, longest ago first."""
        seen = func.coalesce(t.recheck.c.checked_at, t.entry.c.first_seen_at)
        posts = (
            select(t.entry.c.guid)
            .join_from(t.entry, t.source)
            .outerjoin(t.recheck, t.recheck.c.entry_id == t.entry.c.id)
            .where(t.source.c.kind == kind, t.entry.c.guid != "", seen < before)
            .where(select(t.mention.c.id).where(t.mention.c.entry_id == t.entry.c.id).exists())
            .group_by(t.entry.c.guid)
            .order_by(func.min(seen), t.entry.c.guid)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return list(connection.execute(posts).scalars())

    def looked_again(self, kind: str, there: Mapping[str, Engagement], now: datetime) -> None:
        """Write down that these posts are still there, with the counts they have now."""
        with writing(self._engine) as connection:
            at = moment(connection)
            for some in chunks(list(there)):
                mine = (
                    select(t.entry.c.id, t.entry.c.guid)
                    .join_from(t.entry, t.source)
                    .where(t.source.c.kind == kind, t.entry.c.guid.in_(some))
                )
                for row in connection.execute(mine).all():
                    known = _counts(there[row.guid])
                    if known:
                        connection.execute(update(t.entry).where(t.entry.c.id == row.id).values(known))
                    if not insert_new(connection, t.recheck, [{"entry_id": row.id, "checked_at": at(now)}]):
                        connection.execute(update(t.recheck).where(t.recheck.c.entry_id == row.id).values(checked_at=now))

    def nameless(self, kind: str, *, since: datetime, known_since: datetime, limit: int) -> Sequence[str]:
        """Ids of authors of a kind whose names are not known and whose words matter, those who wrote last first."""
        known = select(t.account.c.ref).where(t.account.c.kind == kind, t.account.c.fetched_at >= known_since)
        authors = (
            select(t.entry.c.author_id)
            .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
            .join(t.source, t.entry.c.source_id == t.source.c.id)
            .where(t.source.c.kind == kind, t.mention.c.collected_at >= since, _MATTERS)
            .where(t.entry.c.author_id != "", t.entry.c.author_handle == "", t.entry.c.author_id.not_in(known))
            .group_by(t.entry.c.author_id)
            .order_by(func.max(t.mention.c.said_at).desc(), t.entry.c.author_id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return list(connection.execute(authors).scalars())

    def keep_authors(self, kind: str, authors: Sequence[Author], now: datetime) -> int:
        """Remember these accounts and put their names beside what they wrote; how many entries got one."""
        named = 0
        with writing(self._engine) as connection:
            of_kind = select(t.source.c.id).where(t.source.c.kind == kind)
            for one in authors:
                values = {"name": one.name, "handle": one.handle, "followers": one.followers, "fetched_at": now}
                mine = and_(t.account.c.kind == kind, t.account.c.ref == one.id)
                if not connection.execute(update(t.account).where(mine).values(values)).rowcount:
                    connection.execute(skip_known(connection, t.account).values(kind=kind, ref=one.id, **values))
                theirs = and_(t.entry.c.source_id.in_(of_kind), t.entry.c.author_id == one.id, t.entry.c.author_id != "")
                spoken = list(
                    connection.execute(
                        select(t.mention.c.id)
                        .join_from(t.mention, t.entry, t.mention.c.entry_id == t.entry.c.id)
                        .where(theirs)
                        .order_by(t.mention.c.id)
                        .with_for_update(of=t.mention, key_share=True)
                    ).scalars()
                )
                let_go(connection, spoken)
                name = {"author_name": one.name, "author_handle": one.handle, "followers": one.followers}
                named += connection.execute(update(t.entry).where(theirs).values(name)).rowcount
                take_up(connection, spoken)
        return named

    def find_subject(self, words: str) -> Subject:
        """What an address, an id, `@handle`, `kind:id` or a name without an account stands for; empty when nothing."""
        words = words.strip()
        wanted: list[ColumnElement[bool]] = []
        kind, colon, ref = words.partition(":")
        with reading(self._engine) as connection:
            kinds = set(connection.execute(select(t.source.c.kind).distinct()).scalars())
            if "://" in words:
                page = canonical(words)
                wanted = [t.entry.c.url.in_([words, page]), t.entry.c.link == words, t.entry.c.guid == words]
                # A post's address on X ends in its id, whatever stands before it.
                last = words.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
                if last.isascii() and last.isdigit() and "/status/" in words:
                    wanted.append(and_(t.entry.c.guid == last, t.source.c.kind == "x"))
            elif words.startswith("@"):
                wanted = [func.lower(t.entry.c.author_handle) == words[1:].lower()]
            elif colon and kind in kinds and ref:
                wanted = [and_(t.source.c.kind == kind, t.entry.c.author_id == ref)]
            elif words:
                wanted = [
                    t.entry.c.guid == words,
                    and_(t.entry.c.author_id == words, t.entry.c.author_id != ""),
                    func.lower(t.entry.c.author_handle) == words.lower(),
                    # Feeds and archives of others give a name and no more; where there is an account, a name is nobody's own.
                    and_(
                        or_(t.entry.c.author_name == words, func.lower(t.entry.c.author_name) == words.lower()),
                        t.entry.c.author_id == "",
                        t.entry.c.author_handle == "",
                    ),
                ]
            if not wanted:
                return Subject(entries=(), authors=(), words=words)
            of_somebody = "://" not in words
            found = connection.execute(
                select(t.entry.c.id, t.entry.c.guid, t.entry.c.author_id, t.source.c.kind)
                .join_from(t.entry, t.source)
                .where(or_(*wanted))
                .order_by(t.entry.c.id)
            ).all()
        authors = {f"{row.kind}:{row.author_id}" for row in found if row.author_id and of_somebody and row.guid != words}
        return Subject(entries=tuple(row.id for row in found), authors=tuple(sorted(authors)), words=words)

    def of_subject(self, subject: Subject) -> Sequence[int]:
        """The entries that `forget` would take out: the subject's own, and everything of its authors."""
        removals = [Removal(kind=kind, author=ref) for kind, _, ref in (one.partition(":") for one in subject.authors)]
        with reading(self._engine) as connection:
            return sorted({*subject.entries, *_of_authors(connection, removals)})

    def forget(self, subject: Subject, now: datetime, cause: Cause = Cause.FORGOTTEN) -> Removed:
        """Take out a subject's entries and everything of its authors, with every copy of the words that is ours."""
        removals = [Removal(kind=kind, author=ref, cause=cause) for kind, _, ref in (one.partition(":") for one in subject.authors)]
        with writing(self._engine) as connection:
            ids = [*subject.entries, *_of_authors(connection, removals)]
            scrub(connection, ids)
            forget_names(connection, removals)
            mentions = take_out(connection, list(dict.fromkeys(ids)), cause, now)
            point("forget.before_commit")
            return Removed(entries=len(set(ids)), mentions=mentions)


def _of_authors(connection: Connection, removals: Sequence[Removal]) -> list[int]:
    found: list[int] = []
    for one in removals:
        if one.author:
            theirs = (
                select(t.entry.c.id)
                .join_from(t.entry, t.source)
                .where(t.source.c.kind == one.kind, t.entry.c.author_id == one.author, t.entry.c.author_id != "")
            )
            found += connection.execute(theirs).scalars()
    return found


def _counts(now: Engagement) -> dict[str, int]:
    """The counts that a place states now; what it does not state stays as it was."""
    known = {"likes": now.likes, "reposts": now.reposts, "replies": now.replies, "quotes": now.quotes, "views": now.views}
    return {name: value for name, value in known.items() if value is not None}

"""An X to speak on: posts are made, edited, deleted, protected and withheld, and what can be seen of them depends on the moment.

Everything is kept with its moment and nothing is overwritten, so a question about an earlier moment gets the answer of that moment.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum

from listener.demo.x.posts import EDITABLE, EDITS, Account, Counts, Post, first_id

EVERYWHERE = "XX"  # X's own code for "withheld in all countries"


class Fate(Enum):
    """What became of a post."""

    SHOWN = "shown"
    UNSAID = "not said yet, or never"
    DELETED = "deleted"
    SUSPENDED = "of an account that was suspended"
    PROTECTED = "of an account that shows its posts to followers only"
    WITHHELD = "withheld everywhere"


class World:
    """Accounts and their posts. Methods may be called from several threads."""

    def __init__(self, accounts: Iterable[Account] = (), posts: Iterable[Post] = ()) -> None:
        self.accounts: dict[str, Account] = {one.id: one for one in accounts}
        self._lock = threading.RLock()
        self._posts: dict[int, Post] = {}
        self._order: list[int] = []
        self._newer: dict[int, Post] = {}  # the edition that came after the one with this id
        self._deleted: dict[int, datetime] = {}  # by the id of the first edition
        self._withheld: dict[int, tuple[datetime, tuple[str, ...]]] = {}
        self._suspended: dict[str, datetime] = {}
        self._protected: dict[str, list[tuple[datetime, datetime | None]]] = {}
        for post in posts:
            self.add(post)

    def join(self, account: Account) -> Account:
        """Let somebody in, or change what is known of them."""
        self.accounts[account.id] = account
        return account

    def add(self, post: Post) -> Post:
        """Put a post there as it is; raises ValueError when its id is taken."""
        with self._lock:
            if post.id in self._posts:
                raise ValueError(f"there is a post {post.id} already")
            self._posts[post.id] = post
            insort(self._order, post.id)
        return post

    def say(
        self,
        author: str,
        text: str,
        at: datetime,
        *,
        language: str = "und",
        replied_to: int = 0,
        quoted: int = 0,
        reposted: int = 0,
        indexed_at: datetime | None = None,
        counts: Counts | None = None,
    ) -> Post:
        """Say something at a moment; the post gets the first free id of its millisecond."""
        with self._lock:
            number = first_id(at)
            while number in self._posts:
                number += 1
            parent = self._posts.get(replied_to)
            post = Post(
                id=number,
                author=author,
                text=text,
                language=language,
                replied_to=replied_to,
                quoted=quoted,
                reposted=reposted,
                thread=parent.thread if parent else number,
                history=(number,),
                indexed_at=indexed_at,
                counts=counts or Counts(),
            )
            return self.add(post)

    def edit(self, number: int, text: str, at: datetime, *, indexed_at: datetime | None = None) -> Post:
        """Change a post's words: a new edition with an id of its own; raises ValueError where X would not allow it."""
        with self._lock:
            old = self.latest(number)
            if at > self._posts[old.history[0]].at + EDITABLE or len(old.history) > EDITS or at <= old.at:
                raise ValueError(f"post {number} cannot be edited at {at}")
            new = first_id(at)
            while new in self._posts:
                new += 1
            edition = Post(
                id=new,
                author=old.author,
                text=text,
                language=old.language,
                replied_to=old.replied_to,
                quoted=old.quoted,
                thread=old.thread,
                history=(*old.history, new),
                indexed_at=indexed_at,
                counts=old.counts,
            )
            self._newer[old.id] = edition
            return self.add(edition)

    def delete(self, number: int, at: datetime) -> None:
        """Take a post away, in all its editions."""
        self._deleted[self._posts[number].history[0]] = at

    def withhold(self, number: int, at: datetime, countries: tuple[str, ...] = (EVERYWHERE,)) -> None:
        """Withhold a post in some countries (ISO 3166-1 alpha-2), or everywhere."""
        self._withheld[self._posts[number].history[0]] = (at, countries)

    def suspend(self, account: str, at: datetime) -> None:
        """Shut an account: its posts are gone with it."""
        self._suspended[account] = at

    def protect(self, account: str, at: datetime, until: datetime | None = None) -> None:
        """Hide an account's posts from all but its followers, for a while or for good."""
        self._protected.setdefault(account, []).append((at, until))

    def post(self, number: int) -> Post | None:
        """The edition with this id, whatever became of it."""
        return self._posts.get(number)

    def latest(self, number: int) -> Post:
        """The last edition of a post, by the id of any; raises KeyError when there is none."""
        post = self._posts[number]
        while post.id in self._newer:
            post = self._newer[post.id]
        return post

    def is_protected(self, account: str, now: datetime) -> bool:
        """Whether an account hides its posts."""
        return any(at <= now and (until is None or now < until) for at, until in self._protected.get(account, ()))

    def is_suspended(self, account: str, now: datetime) -> bool:
        """Whether an account was shut."""
        return _passed(self._suspended.get(account), now)

    def withheld_in(self, post: Post, now: datetime) -> tuple[str, ...]:
        """The countries in which a post is withheld."""
        at, countries = self._withheld.get(post.history[0], (None, ()))
        return countries if _passed(at, now) else ()

    def fate(self, number: int, now: datetime) -> Fate:
        """What became of a post by a moment."""
        post = self._posts.get(number)
        if post is None or post.at > now:
            return Fate.UNSAID
        if _passed(self._deleted.get(post.history[0]), now):
            return Fate.DELETED
        if self.is_suspended(post.author, now):
            return Fate.SUSPENDED
        if self.is_protected(post.author, now):
            return Fate.PROTECTED
        return Fate.WITHHELD if EVERYWHERE in self.withheld_in(post, now) else Fate.SHOWN

    def newest_first(self, low: int, high: int, now: datetime, indexed_at: datetime) -> Iterator[Post]:
        """What search can show of low <= id < high at `now`, as far as it was indexed by `indexed_at`.

        Of an edited post that is its last edition. Reposts are not found (docs.x.com, changelog of May 2026).
        """
        with self._lock:
            numbers = self._order[bisect_left(self._order, low) : bisect_left(self._order, high)]
        for number in reversed(numbers):
            post = self._posts[number]
            newer = self._newer.get(number)
            if post.reposted or not _indexed(post, indexed_at) or (newer is not None and _indexed(newer, indexed_at)):
                continue
            if self.fate(number, now) is Fate.SHOWN:
                yield post


def _passed(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _indexed(post: Post, now: datetime) -> bool:
    return (post.indexed_at or post.at) <= now

"""What a mail has room for: every text of a snapshot at a length that is read, and of its lists as much as fits."""

from __future__ import annotations

from dataclasses import replace

from listener.core.digest import EXCERPT, one_line
from listener.core.report import Digest, DigestItem
from listener.core.values import dataclass

_NAME, _TITLE, _CLAUSE, _DETAIL = 100, 200, 120, 300
_LINK = 2_500  # characters: servers and programs stop at about two thousand; a longer address is no help to a reader
_DAYS = 7
_THEMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many stories, stories that wait for an answer, and sources a mail names one by one; it counts the others."""

    items: int
    waiting: int
    sources: int

    def less(self, share: float) -> Room | None:
        """A room of about this share, at least one thing smaller: first fewer stories, then fewer that wait, then fewer sources."""
        for name in ("items", "waiting", "sources"):
            now: int = getattr(self, name)
            if now:
                return replace(self, **{name: min(now - 1, int(now * share))})
        return None


def fitted(digest: Digest) -> Digest:
    """The same snapshot with no text longer than a mail shows, whoever made it."""
    beginning = digest.beginning
    return replace(
        digest,
        brand_name=one_line(digest.brand_name, _NAME),
        page=_link(digest.page),
        items=tuple(_item(one) for one in digest.items),
        waiting=tuple(_item(one) for one in digest.waiting),
        week=digest.week[-_DAYS:],
        coverage=tuple(
            replace(one, source=one_line(one.source, _NAME), kind=one_line(one.kind, _NAME), detail=one_line(one.detail, _DETAIL))
            for one in digest.coverage
        ),
        themes=tuple(replace(one, phrase=one_line(one.phrase, _NAME)) for one in digest.themes[:_THEMES]),
        beginning=None if beginning is None else replace(beginning, outlet=one_line(beginning.outlet, _NAME)),
    )


def _item(one: DigestItem) -> DigestItem:
    return replace(
        one,
        title=one_line(one.title, _TITLE),
        excerpt=one_line(one.excerpt, EXCERPT),
        outlet=one_line(one.outlet, _NAME),
        kind=one_line(one.kind, _NAME),
        clause=one_line(one.clause, _CLAUSE),
        link=_link(one.link),
        also=tuple(one_line(name, _NAME) for name in one.also),
        tone_by=None if one.tone_by is None else one_line(one.tone_by, _NAME),
    )


def _link(address: str) -> str:
    return address if len(address) <= _LINK else ""

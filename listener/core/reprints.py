"""How a story went from place to place: each mention under the one that it most likely repeats."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from listener.core.kept import KeptMention
from listener.core.stories import title_key, voice
from listener.core.values import dataclass


class Tie(StrEnum):
    """What ties a mention to the one above it, the strongest first."""

    FIRST = "first"  # nothing is above it: the oldest that we know
    REPLY = "reply"  # it says itself that it answers that post
    ADDRESS = "address"  # the same address, brought by another source
    TITLE = "title"  # the same title, said later in another place
    VOICE = "voice"  # the same author, who tells it again
    TEXT = "text"  # the story's words, in words of its own


@dataclass(frozen=True, slots=True)
class Reprint:
    """A mention in the tree of its story: how deep it stands (0 is the first), and what ties it to the one above."""

    kept: KeptMention
    depth: int
    tie: Tie


def reprints(mentions: Sequence[KeptMention]) -> tuple[Reprint, ...]:
    """The mentions of one story as a tree, each branch oldest first, in the order in which it is read.

    A mention hangs under the post that it says it replies to, else under the oldest of the same canonical address, else under the
    oldest of the same title, else under the oldest of the same author, else under the first of all. Who copied whom is not known:
    the tree says which came first and what they have in common.
    """
    ordered = sorted(mentions, key=lambda one: (one.at, one.id))
    children: dict[int, list[tuple[int, Tie]]] = {}
    oldest: dict[tuple[Tie, object], int] = {}
    for place, one in enumerate(ordered):
        marks = _marks(one)
        above = next(((oldest[tie, mark], tie) for tie, mark in _ties(one, marks) if (tie, mark) in oldest), (0, Tie.TEXT))
        if place:
            children.setdefault(above[0], []).append((place, above[1]))
        for tie, mark in marks:
            oldest.setdefault((tie, mark), place)
    tree = []
    waiting = [(0, 0, Tie.FIRST)] if ordered else []
    while waiting:
        place, depth, tie = waiting.pop()
        tree.append(Reprint(ordered[place], depth, tie))
        waiting += [(child, depth + 1, how) for child, how in reversed(children.get(place, ()))]
    return tuple(tree)


def _marks(one: KeptMention) -> list[tuple[Tie, object]]:
    """By what others may hang under it."""
    entry = one.entry
    made: list[tuple[Tie, object]] = []
    if entry.guid:
        made.append((Tie.REPLY, (one.kind, entry.guid)))
    if entry.url:
        made.append((Tie.ADDRESS, entry.url))
    if title := title_key(entry.title, entry.outlet):
        made.append((Tie.TITLE, title))
    return [*made, (Tie.VOICE, voice(entry, one.kind))]


def _ties(one: KeptMention, marks: Sequence[tuple[Tie, object]]) -> list[tuple[Tie, object]]:
    """By what it may hang under others, the strongest first."""
    replied = one.entry.thread.in_reply_to
    others = [mark for mark in marks if mark[0] is not Tie.REPLY]
    return [(Tie.REPLY, (one.kind, replied)), *others] if replied else others

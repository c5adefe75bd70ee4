"""What may leave this machine of what a place let us keep: words, or ids and labels only."""

from __future__ import annotations

from dataclasses import replace

from listener.core.kept import KeptMention
from listener.core.model import Author, Entry

# Places whose terms forbid to hand their posts on in bulk; ids may go to anybody (X Developer Agreement, redistribution).
_IDS_ONLY = frozenset({"x"})


def may_share_words(kind: str) -> bool:
    """Whether the words of a kind of place may stand in an export."""
    return kind not in _IDS_ONLY


def shareable(kept: KeptMention) -> KeptMention:
    """A mention as it may stand in an export: with its words or, where its place forbids that, with id, link, time and label."""
    if may_share_words(kept.kind):
        return kept
    mention = replace(kept.judged.mention, entry=_bare(kept.entry), excerpt="", spans=())
    return replace(kept, judged=replace(kept.judged, mention=mention))


def _bare(entry: Entry) -> Entry:
    return replace(entry, title="", text="", author=Author(), link=f"https://x.com/i/status/{entry.guid}" if entry.guid else "")

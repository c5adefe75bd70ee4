"""A story as a tree: each mention under the one that it most likely repeats, and none lost."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.core.kept import KeptMention
from listener.core.model import Author, Thread
from listener.core.reprints import Tie, reprints
from tests import builders as b


def said(number: int, **changes: object) -> KeptMention:
    """A mention said so many minutes after noon, by an author and with words of its own."""
    at = b.NOON + timedelta(minutes=number)
    return b.kept(number, at=at, **{"title": f"Eigen woorden van nummer {number} hier", **changes})  # type: ignore[arg-type]


def shape(*mentions: KeptMention) -> list[tuple[int, int, Tie]]:
    """The tree as ids, depths and ties."""
    return [(one.kept.id, one.depth, one.tie) for one in reprints(mentions)]


def test_the_oldest_is_the_first() -> None:
    """Whatever the order in which they are given; what has nothing else in common hangs under it."""
    assert shape(said(2), said(1), said(3)) == [(1, 0, Tie.FIRST), (2, 1, Tie.TEXT), (3, 1, Tie.TEXT)]
    assert reprints([]) == ()


def test_a_reply_hangs_under_its_post() -> None:
    """As the place itself says; a reply to what is not in the story is tied by what else there is."""
    reply = said(3, thread=Thread(in_reply_to="2"))
    assert shape(said(1), said(2), reply)[-1] == (3, 2, Tie.REPLY)
    assert shape(said(1), said(3, thread=Thread(in_reply_to="99")))[-1] == (3, 1, Tie.TEXT)


def test_a_title_is_repeated_from_its_oldest() -> None:
    """Same address before same title before same author; branches are read one after the other."""
    title = "Molenaar Pompen belooft een nieuwe leverdatum"
    tree = shape(
        said(1),
        said(2, title=title),
        said(3, title=f"{title} - Installatiewereld"),
        said(4, url="https://vakblad.example/1"),
        said(5, author=Author(name="Schrijver 2")),
    )
    assert tree == [
        (1, 0, Tie.FIRST),
        (2, 1, Tie.TEXT),
        (3, 2, Tie.TITLE),
        (5, 2, Tie.VOICE),
        (4, 1, Tie.ADDRESS),
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 3), st.sampled_from(["", "1", "2", "3", "4"])), max_size=12
    )
)
def test_no_mention_is_lost_or_hangs_under_a_later_one(made: list[tuple[int, int, int, str]]) -> None:
    """Each stands in the tree once, one level below something older, however the ties cross."""
    mentions = [
        b.kept(
            number,
            at=b.NOON + timedelta(minutes=minutes),
            url=f"https://x.example/{url}",
            author=Author(name=f"Iemand {author}"),
            thread=Thread(in_reply_to=to),
        )
        for number, (minutes, url, author, to) in enumerate(made, start=1)
    ]
    tree = reprints(mentions)
    assert sorted(one.kept.id for one in tree) == sorted(one.id for one in mentions)
    above: list[KeptMention] = []
    for one in tree:
        assert one.depth <= len(above)
        del above[one.depth :]
        assert bool(above) is (one.tie is not Tie.FIRST)
        assert not above or (above[-1].at, above[-1].id) < (one.kept.at, one.kept.id)
        above.append(one.kept)


def test_what_has_no_id_address_or_title_is_tied_by_its_author() -> None:
    """A place may give nothing but words and a name."""
    bare = {"guid": "", "url": "", "title": ""}
    assert shape(said(1, **bare), said(2, **bare), said(3, author=Author(name="Schrijver 2"), **bare)) == [
        (1, 0, Tie.FIRST),
        (2, 1, Tie.TEXT),
        (3, 2, Tie.VOICE),
    ]

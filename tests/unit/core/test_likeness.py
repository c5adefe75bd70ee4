"""By what an entry is known again when its id is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.likeness import SIZE, Marks, loose, strict, unlike
from tests.builders import entry

ODD = st.binary(min_size=SIZE, max_size=SIZE)


@given(st.lists(ODD, max_size=60), st.lists(ODD, max_size=60), st.integers(0, 7))
def test_marks_are_found_as_in_a_set(kept: list[bytes], asked: list[bytes], shift: int) -> None:
    """However many are asked for; the end of one and the beginning of the next are no mark."""
    held = Marks(b"".join(kept))
    across = [one[shift:] + other[:shift] for one, other in pairwise(kept)]
    for some in ([], asked, kept[:1], across, *([one] for one in (*kept, *asked, *across))):
        assert held.isdisjoint(some) is set(kept).isdisjoint(some)


@pytest.mark.parametrize("count", [2, 100])
def test_what_its_words_make_known_is_not_new(count: int) -> None:
    """Few entries and many: all of whose marks are there are held, and the others are new."""
    old = [entry(guid=f"a{n}", url=f"https://x.example/{n}", title=f"Bericht nummer {n}") for n in range(count)]
    marks = Marks(b"".join(mark for one in old for mark in (*strict(one), *loose(one))))
    again = [entry(guid=f"b{n}", url=f"https://x.example/{n}", title=f"Bericht nummer {n}") for n in range(count + 1)]
    assert unlike(again, count + 1, marks) == again[-1:]
    assert unlike(again, count + 1, Marks()) == unlike(again, count + 1, None) == again


def test_what_says_too_little_bears_no_mark() -> None:
    """No words, no mark; with a moment or a page two, and without either five words at least."""
    bare = entry(title="", text="", url="", link="")
    assert strict(bare) == loose(bare) == ()
    made = replace(bare, title="Molenaar roept kleppen terug", published_at=None)
    assert strict(made) == ()
    assert len(strict(replace(made, title="Molenaar roept duizenden kleppen terug"))) == 1
    assert len(strict(replace(made, url="https://x.example/1", published_at=made.first_seen_at - timedelta(hours=1)))) == 2

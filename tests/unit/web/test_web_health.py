"""The page of those who run it: what is silent, who works, what waits, and the last backup."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from listener.core.standing import Box, Post, Queue, Sign, Standing
from tests import builders as b
from tests.unit.web.browser import NOW, archive, enter, outline, site, state

WELL = Standing(
    schema="0017",
    database="PostgreSQL 18.1",
    size=12_345_678,
    signs=(
        Sign(post=Post.CLOCK, name="", version="1.2", begun_at=NOW, seen_at=NOW, detail="one:7"),
        Sign(post=Post.WORKER, name="two:8", version="1.1", begun_at=NOW, seen_at=NOW, detail="3"),
        Sign(post=Post.BACKUP, name="", version="1", begun_at=NOW, seen_at=NOW - timedelta(days=9), detail="my copy.zip 2000"),
    ),
    boxes=(Box(name="digest"), Box(name="alert"), Box(name="channel"), Box(name="evidence")),
    queue=Queue(jobs={"todo": 1200, "doing": 2, "new-state": 1}, oldest=NOW, stalled=1),
    unindexed=17,
)


def read(standing: Standing, **how: str) -> str:
    """The page as an editor reads it."""
    made = archive()
    made.stands = standing
    return outline(site(made, who="editor", **how).page("/desk/health")).text  # type: ignore[arg-type]


def test_it_says_that_all_is_well() -> None:
    """And who works, in which version, with what in hand, and what stands where."""
    text = read(WELL)
    for words in (
        "Nothing has fallen silent",
        "one:7",
        "two:8",
        "Version 1.1",
        "3 jobs in hand",
        "Jobs: waiting 1,200",
        "Jobs: new-state 1",
        "In the hands of a worker that is gone 1",
        "2 kB: my copy.zip",
        "more than a week ago",
        "PostgreSQL 18.1, schema 0017, 12.3 MB",
        "cannot be seen from here",
        "Waiting for the search index 17",
    ):
        assert words in text, words


def test_it_says_what_is_silent_and_what_to_do() -> None:
    """Each part with since when, why and what to look at; a machine's odd name does no harm."""
    old = NOW - timedelta(hours=2)
    signs = tuple(replace(one, seen_at=old) for one in WELL.signs[:2])
    signs += (replace(signs[1], name="<b>evil</b>:9"),)
    boxes = (Box(name="digest", waiting=3, oldest=old, failed=1, error="421 <busy>"), Box(name="alert"))
    made = archive()
    made.placed = [replace(state(), failures=9, heard_at=None)]
    made.stands = replace(WELL, signs=signs, boxes=boxes, free=500_000_000, size=None)
    text = outline(site(made, who="editor").page("/desk/health")).text
    assert "5 parts have fallen silent" in text
    for words in (
        "<b>evil</b>:9",
        "Look whether listener run runs",
        "421 <busy>",
        "3 wait",
        "1 was given up",
        "A source · vakblad",
        "Never heard",
        "none yet",
        "500 MB That is little.",
        "1, of which 1 silent",
    ):
        assert words in text, words


def test_an_archive_that_nobody_serves_says_so() -> None:
    """In Dutch as well, and with many silent sources cut short."""
    made = archive()
    made.placed = [replace(state(), source=b.source(key=f"bron-{number}"), failures=9, heard_at=None) for number in range(60)]
    text = outline(site(made, who="editor", language="nl").page("/desk/health")).text
    assert "60 onderdelen zwijgen" in text
    assert "En nog 10." in text
    assert "u start haar met listener run" in text


def test_only_editors_of_everything_see_it() -> None:
    """Readers and strangers are sent to the door; who works for some brands only has no say in how it runs."""
    assert site(archive()).get("/desk/health").status_code in {303, 401, 403}
    assert site(archive(), who="stranger").get("/desk/health").status_code in {303, 401, 403}
    assert "Health" not in outline(site(archive()).page("/sources")).text
    made = archive()
    of_one = site(made)
    enter(of_one, made, "Jan", brands=("molenaar",))
    assert of_one.get("/desk/health").status_code == 403
    assert "Health" not in outline(of_one.page("/sources")).text

"""Forgetting somebody wholly, and answers of the brand itself, in the archive."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from listener.core.coverage import Coverage, Hole, Stretch
from listener.core.model import Author, Media, Owned, Thread
from listener.core.purchases import BoughtPage, Purpose, allowances
from listener.core.removal import Removal
from listener.core.taking_part import Answered, How
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from listener.storage.engine import open_engine, reading
from listener.storage.tables import is_table
from tests.builders import NOON, brand, document, entry, judged, mention, source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
POST = "2090000000000000001"
OTHER = "2090000000000000002"


def post(guid: str, **changes: object) -> object:
    """A post on X of somebody with a handle."""
    made = entry(
        source="molenaar-x",
        guid=guid,
        url=f"https://x.com/i/status/{guid}",
        link=f"https://x.com/i/status/{guid}",
        title="",
        text=f"geheim {guid}",
        outlet="x.com",
        author=Author(id="77", handle="Jan_J", name="Jan"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def keep(
    archive: SqlArchive, *posts: object, at: timedelta = timedelta(), coverage: Coverage | None = None, media: Media = Media.EARNED
) -> None:
    """Keep posts as one page brought them."""
    [state] = archive.states(["molenaar-x"])
    body = " ".join(one.guid for one in posts) + f" {at}"  # type: ignore[attr-defined]
    archive.keep(
        state,
        Run(source="molenaar-x", started_at=NOON + at, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(source="molenaar-x", body=body.encode(), fetched_at=NOON + at),
        entries=posts,
        mentions=[judged(mention=mention(entry=one, media=media)) for one in posts],
        coverage=coverage,
    )


@pytest.fixture
def x(archive: SqlArchive) -> SqlArchive:
    """An archive with a source of X and a brand that has an account there."""
    owned = Owned(accounts=("x:900",))
    archive.sync([brand(owned=owned)], [source(key="molenaar-x", kind="x", address="pomp")], [], NOON)
    return archive


def everything(database: str) -> str:
    """All that the database says, in one string; bytes that are compressed are looked into."""
    engine = open_engine(database)
    with reading(engine) as connection:
        tables = [name for name in inspect(connection).get_table_names() if is_table(name, "table", ())]
        rows = [row for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
    engine.dispose()
    found = []
    for row in rows:
        for value in row:
            if isinstance(value, bytes | memoryview):
                try:
                    found.append(zlib.decompress(value).decode())
                except zlib.error:
                    continue
            else:
                found.append(str(value))
    return "\n".join(found)


@pytest.mark.parametrize("words", ["@jan_j", "Jan_J", "x:77", "77"])
def test_a_person_is_forgotten_with_every_copy(x: SqlArchive, either_database: str, words: str) -> None:
    """Everything that somebody wrote, by handle or id: rows, documents, pages that wait, and the name that was bought."""
    keep(x, post(POST), post(OTHER, author=Author(id="88", handle="piet")))
    keep(x, post("2090000000000000003"), at=HOUR)
    # A page that looked again, whose only new post was another's.
    keep(x, post("2090000000000000004", author=Author(id="88", handle="piet"), text=f"met {POST}"), at=2 * HOUR)
    number = x.reserve(Purpose.PAGE, "molenaar-x", 5, allowances(NOON, monthly=100), NOON) or 0
    waits = BoughtPage(
        source="molenaar-x",
        reservation=number,
        after=99,
        part="p",
        asked={},
        status=200,
        media_type="",
        body=POST.encode(),
        received_at=NOON,
    )
    x.keep_page(waits)
    x.keep_authors("x", [Author(id="77", handle="Jan_J", name="Jan Jansen")], NOON)
    subject = x.find_subject(words)
    assert (len(subject.entries), subject.authors) == (2, ("x:77",))
    gone = x.forget(subject, NOON + DAY)
    assert (gone.entries, gone.mentions) == (2, 2)
    left = everything(either_database)
    assert "Jan" not in left
    assert f"geheim {POST}" not in left
    assert f"{POST} {OTHER}" not in left
    assert f"geheim {OTHER}" in left
    assert not x.find_subject(words).entries
    assert len(x.tombstones("molenaar", since=NOON - DAY, until=NOON + DAY)) == 2


@pytest.mark.parametrize("words", [f"https://x.com/jan_j/status/{POST}?s=20", f"https://x.com/i/status/{POST}", POST])
def test_one_item_is_forgotten_by_its_address_or_id(x: SqlArchive, words: str) -> None:
    """And nothing else of who wrote it; it never comes back."""
    keep(x, post(POST), post(OTHER))
    subject = x.find_subject(words)
    assert (len(subject.entries), subject.authors) == (1, ())
    assert x.forget(subject, NOON).entries == 1
    assert [one.entry.guid for one in x.mentions("molenaar")] == [OTHER]
    [state] = x.states(["molenaar-x"])
    assert x.unknown([(state.source, [post(POST)])]) == [[]]  # type: ignore[list-item]


def test_a_name_stands_for_whoever_has_no_account(x: SqlArchive) -> None:
    """Feeds give a name and no more; where there is an account, a name may be that of many."""
    keep(x, post(POST, author=Author(name="Jan Jansen")), post(OTHER, author=Author(id="77", handle="jj", name="Jan Jansen")))
    subject = x.find_subject("jan jansen")
    assert (len(subject.entries), subject.authors) == (1, ())
    assert x.forget(subject, NOON).entries == 1
    assert [one.entry.guid for one in x.mentions("molenaar")] == [OTHER]
    assert x.find_subject("Jan Jansen").entries == ()


@pytest.mark.parametrize("words", ["", " ", "@nobody", "x:1", "https://x.com/i/status/5", "nothing", "nokind:7"])
def test_what_is_not_here_is_nobody(x: SqlArchive, words: str) -> None:
    """An empty subject, and nothing goes."""
    keep(x, post(POST))
    assert x.find_subject(words).entries == ()
    assert x.forget(x.find_subject(words), NOON).entries == 0


def test_what_a_place_took_back_goes_with_every_copy(x: SqlArchive, either_database: str) -> None:
    """A post that was deleted: also from the pages of others that held it."""
    keep(x, post(POST))
    keep(x, post(OTHER, text=f"zie {POST}"), at=HOUR)
    assert x.remove([Removal(kind="x", guid=POST)], NOON + DAY).entries == 1
    assert x.remove([Removal(kind="x", author="88")], NOON + DAY).entries == 0
    assert f"geheim {POST}" not in everything(either_database)


def own(guid: str, at: timedelta, **thread: str) -> object:
    """A post of the brand itself."""
    return post(guid, author=Author(id="900", handle="molenaarpompen"), published_at=NOON + at, thread=Thread(**thread))


def test_answers_are_found_in_the_brands_own_posts(x: SqlArchive) -> None:
    """A reply with its time and address, a later word in the conversation, and nothing where nobody listened to the account."""
    asked = [post(f"20900000000000000{n}", thread=Thread(conversation=f"c{n}")) for n in (11, 12, 13)]
    keep(x, *asked)
    keep(
        x,
        own("2090000000000000021", HOUR, conversation="c11", in_reply_to="2090000000000000011"),
        own("2090000000000000022", 2 * HOUR, conversation="c12"),
        at=HOUR,
        media=Media.OWNED,
    )

    def found() -> dict[str, Answered]:
        guids = {one.id: one.entry.guid[-2:] for one in x.mentions("molenaar")}
        return {guids[id_]: one.state for id_, one in x.answers("molenaar", kind="x", since=NOON - DAY, until=NOON + DAY).items()}

    assert found() == {"11": Answered.ANSWERED, "12": Answered.ANSWERED, "13": Answered.NOT_OBSERVABLE}
    ids = {one.entry.guid[-2:]: one.id for one in x.mentions("molenaar")}
    assert x.answered("molenaar", list(ids.values()), kind="x") == {ids["11"], ids["12"]}
    assert x.answered("molenaar", [ids["12"]], kind="x") == {ids["12"]}
    first = next(
        one for one in x.answers("molenaar", kind="x", since=NOON - DAY, until=NOON + DAY).values() if one.how is How.REPLY
    )
    assert (first.at, first.link) == (NOON + HOUR, "https://x.com/i/status/2090000000000000021")
    for words in ("from:900 is:reply", "pomp OR from:molenaarpompen"):
        stretch = Stretch(part="p", words=words, since=NOON - DAY, until=NOON + 2 * DAY)
        keep(x, post("2090000000000000031", published_at=NOON - 2 * DAY), at=3 * HOUR, coverage=Coverage(stretches=(stretch,)))
        assert found()["13"] is Answered.NOT_SEEN
    hole = Hole(part="p", low=1, high=2, since=NOON, until=NOON + HOUR, reason="not read yet", opened_at=NOON)
    keep(x, post("2090000000000000032"), at=4 * HOUR, coverage=Coverage(stretches=(stretch,), holes=(hole,)))
    assert found()["13"] is Answered.NOT_OBSERVABLE
    keep(x, post("2090000000000000033"), at=5 * HOUR, coverage=Coverage(stretches=(replace(stretch, words="-from:900 pomp"),)))
    assert found()["13"] is Answered.NOT_OBSERVABLE
    assert x.answers("nobody", kind="x", since=NOON, until=NOON) == {}
    assert x.answers("molenaar", kind="bluesky", since=NOON, until=NOON) == {}
    assert not x.answered("nobody", [1], kind="x")
    assert not x.answered("molenaar", [1], kind="bluesky")

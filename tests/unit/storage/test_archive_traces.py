"""What is taken back leaves nothing behind anywhere, and what stays with it stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select

from listener.core.alert import Alert, Line, Stage, Watch
from listener.core.model import Author, Entry, Tone
from listener.core.near import Failure, NearMiss
from listener.core.removal import Cause, Removal
from listener.core.themes import Theme
from listener.core.visits import Attempt, Outcome, Run
from listener.storage import tables as t
from listener.storage.archive import SqlArchive
from listener.storage.bulk import ask
from listener.storage.engine import reading, writing
from tests.builders import FRIDAY, NOON, brand, digest, document, entry, item, judged, mention, source

DAY = timedelta(days=1)
LATER = NOON + DAY
TITLE = "Molenaar roept duizenden kleppen van pompen terug"
ALERT = Alert(
    key="molenaar/crisis/new/1",
    rule="molenaar/crisis",
    brand="molenaar",
    brand_name="Molenaar",
    watch=Watch.COMPLAINT,
    stage=Stage.NEW,
    size=2,
    usual=None,
    hours=0,
    lines=(),
    detail="",
    language="nl",
    timezone="Europe/Amsterdam",
    page="https://x.example",
    raised_at=NOON,
)


def heard(archive: SqlArchive, *entries: Entry, near: tuple[NearMiss, ...] = (), body: bytes = b"", key: str = "one") -> None:
    """One visit that brought these, as mentions unless they are near misses."""
    (state,) = archive.states([key])
    paper = document(source=key, body=body or repr(entries).encode())
    seen = [replace(one, document=paper.fingerprint, source=key) for one in entries]
    run = Run(source=key, started_at=NOON, outcome=Outcome.NEW)
    spoken = [] if near else [judged(mention=mention(entry=one)) for one in seen]
    archive.keep_all(
        [Attempt(state=state, run=run, next_due_at=NOON, document=paper, entries=seen, mentions=spoken, near=list(near))]
    )


def said(guid: str, title: str = TITLE, url: str = "") -> Entry:
    """An entry whose story is found by its title and its address."""
    return entry(guid=guid, url=url or f"https://{guid}.example/1", link=f"https://{guid}.example/1", title=title, text="")


def take(archive: SqlArchive, *guids: str) -> int:
    """How many mentions went with these."""
    return archive.remove([Removal(kind="bluesky", guid=one) for one in guids], LATER).mentions


def listening(archive: SqlArchive) -> None:
    """A brand that hears two places of one kind."""
    archive.sync((brand(),), [source(key=key, kind="bluesky") for key in ("one", "two")], (), NOON)


def test_a_story_outlives_the_mention_that_stood_for_it(archive: SqlArchive) -> None:
    """What is left is named after its oldest, and what comes later joins it, by its words and by its address."""
    listening(archive)
    page = "https://page.example/kleppen"
    heard(archive, said("first", url=page))
    heard(archive, said("second", url=page), said("third"))
    assert [one.id for one in archive.story(1)] == [1, 2, 3]
    assert take(archive, "first") == 1
    assert archive.story(1) == []
    assert [(one.id, one.story) for one in archive.story(2)] == [(2, 2), (3, 2)]
    heard(archive, said("fourth"))
    heard(archive, replace(said("fifth", "Nieuwe kop boven dit stuk", page), published_at=NOON + 30 * DAY), key="two")
    assert [one.entry.guid for one in archive.story(2)] == ["second", "third", "fourth", "fifth"]
    with reading(archive._engine) as connection:
        for table in (t.story_mark, t.story_address):
            assert 1 not in set(connection.execute(select(table.c.mention_id)).scalars())
    assert take(archive, "second", "third", "fourth", "fifth") == 4
    with reading(archive._engine) as connection:
        for table in (t.story_mark, t.story_address):
            assert connection.execute(select(table)).all() == []


def test_what_is_compared_goes_with_its_mention(archive: SqlArchive) -> None:
    """Whoever takes it out, a version that knows nothing of it among them; what stays can still be joined."""
    listening(archive)
    heard(archive, said("first"), said("second"), said("third", "Iets heel anders over pompen in Gent"))
    with reading(archive._engine) as connection:
        assert dict(ask(connection, "SELECT mention_id, title FROM telling")) == {
            1: TITLE.lower(),
            2: TITLE.lower(),
            3: "iets heel anders over pompen in gent",
        }
    assert take(archive, "first") == 1
    with writing(archive._engine) as connection:
        assert ask(connection, "SELECT mention_id FROM telling ORDER BY mention_id") == [(2,), (3,)]
        connection.execute(delete(t.judgement).where(t.judgement.c.mention_id == 3))
        connection.execute(delete(t.mention).where(t.mention.c.id == 3))
        assert ask(connection, "SELECT mention_id FROM telling") == [(2,)]
    heard(archive, said("fourth"))
    assert [one.entry.guid for one in archive.story(2)] == ["second", "fourth"]


def test_the_number_of_a_mention_that_went_is_never_given_out_again(archive: SqlArchive) -> None:
    """Its address says that it is gone, for ever, also when it was the latest."""
    listening(archive)
    heard(archive, said("first"), said("second", "Iets heel anders over pompen in Gent"))
    assert take(archive, "second") == 1
    heard(archive, said("third", "Een derde bericht over een kantoor"), said("fourth", "Nog een vierde bericht over iets"))
    heard(archive, said("fifth", "Een vijfde bericht, van morgen dan"))
    assert sorted(one.id for one in archive.mentions("molenaar")) == [1, 3, 4, 5]
    assert archive.mention(2) is None
    assert archive.tombstone(2) is not None


def test_a_kept_alert_shows_no_word_of_it(archive: SqlArchive) -> None:
    """In its own language; its other items and its numbers stay."""
    listening(archive)
    heard(archive, said("first"), said("second"))
    lines = tuple(
        Line(title=TITLE, outlet="o", link="https://x.example", at=NOON, tone=Tone.NEGATIVE, mention=one) for one in (1, 2)
    )
    (made,) = archive.keep_alerts(ALERT.rule, [], [(replace(ALERT, lines=lines), {})])
    take(archive, "first")
    found = archive.alert(made)
    assert found is not None
    assert [(one.title, one.link) for one in found.lines] == [("(verwijderd)", ""), (TITLE, "https://x.example")]
    assert found.size == 2


def test_a_digest_of_many_days_shows_no_word_of_it(archive: SqlArchive) -> None:
    """One that was made weeks later, after an outage, is cleared too."""
    listening(archive)
    heard(archive, said("first"))
    archive.keep_digest(replace(digest(items=(item(mention=1, title="geheim"),)), on=FRIDAY + 20 * DAY), {})
    take(archive, "first")
    found = archive.digest("molenaar/daily", FRIDAY + 20 * DAY)
    assert found is not None
    assert found[1].items[0].title == "(verwijderd)"


def test_a_theme_that_nothing_left_holds_goes(archive: SqlArchive) -> None:
    """Others lose its number, and count no more than what is left."""
    listening(archive)
    heard(archive, said("first"), said("second"))
    both = Theme(phrase="kleppen van pompen", language="nl", mentions=(1, 2), stories=2, voices=2)
    archive.keep_themes("molenaar", FRIDAY, (replace(both, phrase="geheim woord", mentions=(1,)), both))
    take(archive, "first")
    left = [one for _, one in archive.themes("molenaar", since=FRIDAY, until=FRIDAY + DAY)]
    assert left == [replace(both, mentions=(2,), stories=1, voices=1)]


def test_a_near_miss_goes_with_its_entry(archive: SqlArchive) -> None:
    """With its link, which may name its author."""
    from listener.core.identity import identity

    listening(archive)
    one = said("near")
    miss = NearMiss(
        brand="molenaar",
        identity=identity(one),
        link=one.link,
        failure=Failure.EXCLUDED,
        part="NOT lek",
        reason="lek is there",
        query_version="v",
        seen_at=NOON,
    )
    heard(archive, one, near=(miss,))
    assert len(archive.near_misses("molenaar")) == 1
    take(archive, "near")
    assert archive.near_misses("molenaar") == []
    assert archive.near_misses_at([one.link]) == []


def test_every_document_that_holds_what_was_taken_back_loses_its_bytes(archive: SqlArchive) -> None:
    """Not only the one that it came in: the next one shows it again. What does not hold it stays."""
    listening(archive)
    heard(archive, said("https://secret.example/1"), body=b"https://secret.example/1")
    heard(archive, said("second"), body=b"second, and https://secret.example/1 again")
    heard(archive, said("third"), body=b"third")
    take(archive, "https://secret.example/1")
    for body, there in ((b"second, and https://secret.example/1 again", False), (b"third", True)):
        assert (archive.body("one", document(source="one", body=body).fingerprint) is not None) is there


def test_names_that_were_looked_up_go_with_their_account(archive: SqlArchive) -> None:
    """An account that is gone has no name here; another keeps its own."""
    listening(archive)
    archive.keep_authors("bluesky", [Author(id=one, name=one, handle=one) for one in ("did:a", "did:b")], NOON)
    archive.remove([Removal(kind="bluesky", author="did:a", cause=Cause.TAKEN_BACK)], LATER)
    with reading(archive._engine) as connection:
        assert list(connection.execute(select(t.account.c.ref)).scalars()) == ["did:b"]

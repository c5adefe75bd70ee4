"""The archive's memory of evidence, on both databases: what is gathered, what is kept, and what goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from listener.core.dossier import Note
from listener.core.errors import StorageError
from listener.core.evidence import EvidencePlan, SealedNote, Wanted
from listener.core.frozen import fingerprint, report_of, report_text
from listener.core.labels import NO, YES, Aspect, Label
from listener.core.listed import List, key_of, read_code_words, read_relations, read_sales
from listener.core.model import Author, Brand, Entry, Intent, Media, Owned, Source, Thread, Tone
from listener.core.observed import Check, Party, Question, RelationKind, Reply
from listener.core.proving import dossier
from listener.core.query import parse_query
from listener.core.removal import Cause, Removal
from listener.core.sampling import Sample, Stratum
from listener.core.tellings import INTENTS, TONES
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from tests.builders import NOON, document, entry, judged, judgement, mention

SECRET = b"s" * 32
SINCE, UNTIL = NOON - timedelta(days=10), NOON + timedelta(days=1)
PLAN = EvidencePlan(
    brand="molenaar", competitors=("hydrovalk",), control="pompen", trade=("vakblad",), staff=("x:55",), hosting=30.0
)
BRAND = Brand(key="molenaar", name="Molenaar", query='"Molenaar"', owned=Owned(accounts=("x:77",)))
VERSION = parse_query(BRAND.query).version
OTHERS = [Brand(key="hydrovalk", name="Hydrovalk", query="Hydrovalk"), Brand(key="pompen", name="Pompen", query="pompen")]
SOURCES = [
    Source(key="vakblad", brand="molenaar", kind="rss", address="https://vakblad.example/feed"),
    Source(key="molenaar-x", brand="molenaar", kind="x", address="Molenaar OR from:77"),
    Source(key="klachten", brand="molenaar", kind="rss", address="https://klacht.example/feed"),
]


@pytest.fixture
def kept(either_database: str) -> Iterator[SqlArchive]:
    """An archive with two brands and a control, three sources, and some days of everything."""
    with SqlArchive(either_database) as archive:
        archive.sync([BRAND, *OTHERS], SOURCES, [], SINCE)
        visit(archive, "vakblad", 0, [said(1, "vakblad"), said(2, "vakblad", at=NOON - timedelta(days=2), media=Media.OWNED)])
        visit(archive, "klachten", 0, [said(3, "klachten", intent=Intent.COMPLAINT, tone=Tone.NEGATIVE)])
        posts = [
            said(10, "molenaar-x", author="77", media=Media.OWNED, at=NOON - timedelta(days=3)),
            said(11, "molenaar-x", author="8", intent=Intent.COMPLAINT, conversation="11", at=NOON - timedelta(days=2)),
            said(12, "molenaar-x", author="77", media=Media.OWNED, reply="11", conversation="11", at=NOON - timedelta(days=1)),
            said(13, "molenaar-x", author="55"),
            said(14, "molenaar-x", author="9", reply="10", conversation="10"),
            said(15, "molenaar-x", author="10", intent=Intent.QUESTION, text="Waar koop ik een membraanset voor de Sluis?"),
            said(16, "molenaar-x", author="12", reply="15", text="Bij de dealer."),
            said(17, "molenaar-x", author="13", brand="hydrovalk"),
            said(18, "molenaar-x", author="13", brand="pompen"),
        ]
        visit(archive, "molenaar-x", 1, posts, cost=0.5)
        yield archive


def said(number: int, source: str, **changes: Any) -> dict[str, Any]:
    """What is to be kept: an entry, and how it was judged."""
    return {"number": number, "source": source, **changes}


def made(one: dict[str, Any]) -> Entry:
    """The entry of it."""
    at = one.get("at", NOON - timedelta(hours=one["number"]))
    return entry(
        source=one["source"],
        guid=str(one["number"]),
        url=f"https://site.example/{one['number']}",
        link=f"https://site.example/{one['number']}",
        title=f"Bericht {one['number']}",
        text=one.get("text", "Molenaar levert."),
        published_at=at,
        first_seen_at=at,
        author=Author(id=one.get("author", ""), name=one.get("name", "")),
        thread=Thread(conversation=one.get("conversation", ""), in_reply_to=one.get("reply", "")),
    )


def visit(archive: SqlArchive, key: str, number: int, rows: list[dict[str, Any]], *, cost: float = 0.0) -> None:
    """Keep a visit that brought these, each as a mention."""
    entries = [made(one) for one in rows]
    found = [
        replace(
            judged(
                mention=mention(
                    entry=item, brand=one.get("brand", "molenaar"), media=one.get("media", Media.EARNED), query_version=VERSION
                )
            ),
            judgement=judgement(tone=one.get("tone", Tone.NEUTRAL), intent=one.get("intent", Intent.OTHER)),
        )
        for one, item in zip(rows, entries, strict=True)
    ]
    (state,) = archive.states([key])
    started = SINCE + timedelta(hours=number)
    archive.keep(
        state,
        Run(source=key, started_at=started, outcome=Outcome.NEW, cost=cost),
        next_due_at=NOON,
        document=document(source=key, body=f"{key}{number}".encode()),
        entries=entries,
        mentions=found,
    )


def wanted(**changes: Any) -> Wanted:
    """Ten days, asked the day after."""
    given: dict[str, Any] = {
        "plan": PLAN,
        "since": SINCE,
        "until": UNTIL,
        "now": UNTIL + timedelta(hours=8),
        "language": "nl",
        "timezone": "Europe/Amsterdam",
        "salt": 12_345,
        "program": "1",
        "key": SECRET,
    }
    return Wanted(**given | changes)


def ids(archive: SqlArchive) -> dict[str, int]:
    """The mentions' numbers by their guid."""
    return {one.entry.guid: one.id for one in archive.mentions("molenaar", limit=50)}


def test_the_columns_say_what_the_mentions_say(kept: SqlArchive) -> None:
    """Read one by one they are the same: when, where, how judged, and which share an address, a conversation or a voice."""
    observed = kept.observed(wanted())
    rows = {row.id: row for row in observed.table.rows()}
    read = {one.id: one for one in kept.mentions("molenaar", limit=50)}
    assert rows.keys() == read.keys()
    for id_, row in rows.items():
        one, machine = read[id_], read[id_].judged.judgement
        said = one.entry.published_at
        assert said is not None
        assert (row.at, observed.places[row.source].key) == (int(said.timestamp()), one.entry.source)
        assert (TONES[row.tone], INTENTS[row.intent]) == (machine.tone, machine.intent)
        assert observed.languages[row.language] == machine.language
        assert (row.party == Party.OWNED) == (one.judged.mention.media is Media.OWNED)
        assert bool(row.conversation) == bool(one.entry.thread.conversation)
        for other, its in rows.items():
            assert (row.item == its.item) == (one.entry.url == read[other].entry.url)
            if row.conversation:
                assert (row.conversation == its.conversation) == (
                    one.entry.thread.conversation == read[other].entry.thread.conversation
                )


def test_mentions_come_as_numbers_with_who_began_and_who_answered(kept: SqlArchive) -> None:
    """Own, reaction, staff and independent; answered by the brand, by another, or not as far as we looked."""
    observed = kept.observed(wanted())
    number = {id_: guid for guid, id_ in ids(kept).items()}
    rows = {number[row.id]: row for row in observed.table.rows()}
    assert len(rows) == 10
    assert [row.at for row in observed.table.rows()] == sorted(row.at for row in rows.values())
    assert rows["2"].party == rows["10"].party == rows["12"].party == Party.OWNED
    assert rows["13"].party == Party.EMPLOYEE
    assert rows["14"].party == Party.REACTION
    assert rows["1"].party == rows["11"].party == Party.INDEPENDENT
    assert rows["11"].reply == Reply.BRAND
    assert rows["11"].reply_at == int((NOON - timedelta(days=1)).timestamp())
    assert rows["15"].reply in {Reply.OTHER, Reply.NOT_OBSERVABLE}
    assert (rows["1"].neutral, rows["3"].neutral) == (1, 0)
    places = observed.places
    assert {one.key: (one.social, one.trade) for one in places}["vakblad"] == (False, True)
    assert places[rows["11"].source].key == "molenaar-x"
    assert [rival.key for rival in observed.rivals] == ["hydrovalk"]
    assert len(observed.rivals[0].table) == 1
    assert sum(day.stories for day in observed.control) == 1
    assert observed.accounts == 1
    assert observed.own_heard
    assert observed.first_own_at == NOON - timedelta(days=3)
    assert {one.what for one in observed.spent} == {"x", "hosting"}
    assert observed.queries == ('"Molenaar"',)
    assert [(one.mention, one.cluster) for one in observed.asked] == [(ids(kept)["15"], "q1")]
    assert dossier(observed).brand == "molenaar"


def test_the_same_archive_gives_the_same_numbers(kept: SqlArchive) -> None:
    """And another salt other ones, so that no table tells who spoke."""
    assert fingerprint(kept.observed(wanted())) == fingerprint(kept.observed(wanted()))
    assert kept.observed(wanted(salt=1)).table.voice != kept.observed(wanted()).table.voice


def test_a_brand_that_nobody_knows_and_a_period_without_anything(kept: SqlArchive) -> None:
    """The first is a fault, the second a dossier that says so."""
    with pytest.raises(StorageError, match="nobody"):
        kept.observed(wanted(plan=EvidencePlan(brand="nobody")))
    early = wanted(since=SINCE - timedelta(days=400), until=SINCE - timedelta(days=300))
    empty = kept.observed(early)
    assert len(empty.table) == 0
    assert dossier(empty).findings
    future = kept.observed(wanted(since=UNTIL + timedelta(days=30), until=UNTIL + timedelta(days=60)))
    assert dossier(future).findings


def test_a_source_that_was_not_heard_has_a_gap(kept: SqlArchive) -> None:
    """From the attempt that failed to the next that was heard, and where nobody asked for days."""
    (state,) = kept.states(["klachten"])
    for hours, outcome in ((30, Outcome.FAILED), (32, Outcome.FAILED), (34, Outcome.NEW)):
        (state,) = kept.states(["klachten"])
        run = Run(source="klachten", started_at=SINCE + timedelta(hours=hours), outcome=outcome, detail="no answer")
        kept.keep(state, run, next_due_at=NOON)
    observed = kept.observed(wanted())
    place = next(number for number, one in enumerate(observed.places) if one.key == "klachten")
    gaps = [(one.since, one.until, one.why) for one in observed.gaps if one.place == place]
    assert (SINCE + timedelta(hours=30), SINCE + timedelta(hours=34), "failed: no answer") in gaps
    assert gaps[-1][2] == "nobody asked"
    assert gaps[-1][1] == UNTIL


def test_labels_checks_samples_and_sittings_are_gathered(kept: SqlArchive) -> None:
    """A sitting is told by its labels; idle time is taken out."""
    known = ids(kept)
    moments = [NOON, NOON + timedelta(seconds=90), NOON + timedelta(seconds=150), NOON + timedelta(hours=2)]
    values = [(Aspect.TONE, "negative"), (Aspect.ABOUT, NO), (Aspect.ANSWERED, YES), (Aspect.ABOUT, YES)]
    guids = ["1", "3", "11", "15"]
    kept.keep_labels(
        [Label(mention=known[g], aspect=a, value=v, by="Ann", at=at) for g, (a, v), at in zip(guids, values, moments, strict=True)]
    )
    kept.keep_checks([Check(mention=known["1"], question=Question.MARKET, answer="b2b", by="Ann", at=NOON)])
    week = Sample(
        brand="molenaar", week=date(2026, 11, 16), seed=4, strata=(Stratum(name="neutral/other", stories=2, drawn=(known["1"],)),)
    )
    kept.keep_sample(week)
    observed = kept.observed(wanted())
    assert [one.mention for one in observed.labels] == [known[g] for g in guids]
    assert [one.answer for one in observed.checks] == ["b2b"]
    assert observed.samples == (week,)
    first, second = observed.sittings
    assert (first.minutes, first.handled, first.acted, first.on_noise) == (2.5, 3, 1, 1.5)
    assert second.minutes == 0.25


def test_relations_are_found_by_hash_alone(kept: SqlArchive) -> None:
    """A voice or an outlet that stands on the list; and nothing of the list without the key."""
    visit(kept, "vakblad", 5, [said(20, "vakblad", name="Jansen Pompen B.V.")])
    marks, faults = read_relations(
        "naam,soort\nJansen pompen,klant\nOnbekend,leverancier\n", key_of(SECRET, "molenaar", List.RELATIONS)
    )
    assert not faults
    kept.keep_list("molenaar", List.RELATIONS, marks, NOON)
    observed = kept.observed(wanted())
    assert [(one.mark, one.kind, one.present) for one in observed.relations] == [
        (2, RelationKind.CUSTOMER, True),
        (3, RelationKind.SUPPLIER, False),
    ]
    marked = [row for row in observed.table.rows() if row.relation]
    assert [row.id for row in marked] == [ids(kept)["20"]]
    assert kept.observed(wanted(key=None)).relations == ()
    kept.keep_list("molenaar", List.RELATIONS, marks[:1], NOON)
    assert len(kept.marks("molenaar", List.RELATIONS)) == 1


def test_code_words_and_claims_are_looked_for_once(kept: SqlArchive) -> None:
    """What was looked through is not looked through again, unless the list became another."""
    visit(
        kept, "vakblad", 6, [said(21, "vakblad", text="Zij dreigen met een kort geding."), said(22, "vakblad", text="Zilvermeeuw!")]
    )
    marks, _ = read_code_words("zilvermeeuw\n", key_of(SECRET, "molenaar", List.CODE_WORDS))
    kept.keep_list("molenaar", List.CODE_WORDS, marks, NOON)
    seen: list[str] = []

    def code(text: str) -> bool:
        seen.append(text)
        return "Zilvermeeuw" in text

    assert kept.look_through("molenaar", code=code, version="a") == 2 * 12
    assert kept.look_through("molenaar", code=code, version="a") == 0
    observed = kept.observed(wanted())
    assert (observed.code_words, observed.code_hits, observed.claim_terms) == (1, (ids(kept)["22"],), (ids(kept)["21"],))
    assert kept.look_through("molenaar", code=code, version="b") == 12
    kept.keep_list("molenaar", List.CODE_WORDS, marks, NOON)
    assert kept.observed(wanted()).code_hits == ()


def test_conversions_count_once_however_often_they_are_imported(kept: SqlArchive) -> None:
    """None before anything was imported, which is not the same as nothing."""
    assert kept.observed(wanted()).conversions is None
    sales, _ = read_sales("date,euros,what\n2026-11-19,100,lead\n2020-01-01,5,lead\n")
    assert (kept.keep_sales("molenaar", sales), kept.keep_sales("molenaar", sales)) == (2, 0)
    found = kept.observed(wanted()).conversions
    assert found is not None
    assert [one.euros for one in found] == [100.0]


def test_a_report_stands_for_ever_and_once_for_a_month(kept: SqlArchive) -> None:
    """Keeping it twice gives the first; its outbox has a row for each recipient."""
    observed = kept.observed(wanted())
    text = report_text(dossier(observed), fingerprint(observed))
    first = kept.keep_evidence("molenaar", text, {"a@x.example": "<1@x>"}, month="2026-11")
    later = kept.observed(wanted(now=UNTIL + timedelta(days=3)))
    other = report_text(dossier(later), fingerprint(later))
    assert kept.keep_evidence("molenaar", other, {"b@x.example": "<2@x>"}, month="2026-11") == first
    assert kept.keep_evidence("molenaar", text) == first
    loose = kept.keep_evidence("molenaar", other)
    assert loose.month is None
    assert kept.evidence(report_of(other).id) == loose
    assert kept.evidence(str(first.id)) == first
    assert kept.evidence("nothing") is None
    assert kept.evidence_of("molenaar", "2026-11") == first
    assert kept.evidence_of("molenaar", "2026-10") is None
    assert kept.unsent_evidence(UNTIL + timedelta(days=1)) == [first.id]
    with pytest.raises(StorageError, match="nobody"):
        kept.keep_evidence("nobody", text)


def test_notes_are_kept_in_their_order(kept: SqlArchive) -> None:
    """A later one does not overwrite the one before."""
    one = SealedNote(note=Note(about="time", text="Anders.", by="Ann", at=NOON), seal="s")
    kept.keep_note("molenaar", one)
    kept.keep_note("molenaar", replace(one, note=replace(one.note, text="")))
    assert [said.note.text for said in kept.notes("molenaar")] == ["Anders.", ""]
    assert kept.notes("hydrovalk") == []


def test_what_is_removed_leaves_a_tally_and_no_finding(kept: SqlArchive) -> None:
    """Its row, its checks and what was found in its words go; that it was there is counted."""
    known = ids(kept)
    visit(kept, "vakblad", 6, [said(21, "vakblad", text="Een kort geding.")])
    gone = ids(kept)["21"]
    kept.look_through("molenaar", code=None, version="")
    kept.keep_checks([Check(mention=gone, question=Question.CLAIM, answer="other", by="Ann", at=NOON)])
    kept.remove([Removal(kind="rss", guid="21")], UNTIL + timedelta(hours=9))
    observed = kept.observed(wanted())
    assert observed.claim_terms == ()
    assert observed.checks == ()
    assert observed.removed == (("taken back", 1),)
    assert kept.gone("molenaar", after=UNTIL) == {gone: Cause.TAKEN_BACK}
    assert set(kept.mentions_by_id([gone, known["1"]])) == {known["1"]}


def test_the_row_list_names_every_mention_and_none_of_its_words(kept: SqlArchive) -> None:
    """In the table's order, each with the sum of what it says."""
    rows = list(kept.row_list("molenaar", since=SINCE, until=UNTIL))
    assert [int(row[0]) for row in rows] == list(kept.observed(wanted()).table.id)
    assert all(len(row) == 10 and len(row[9]) == 64 for row in rows)
    assert not any("levert" in cell for row in rows for cell in row)


def test_whether_anything_was_asked_for_is_known(kept: SqlArchive) -> None:
    """A month in which nobody listened gets no report."""
    assert kept.listened("molenaar", since=SINCE, until=UNTIL)
    assert not kept.listened("molenaar", since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2020, 2, 1, tzinfo=UTC))

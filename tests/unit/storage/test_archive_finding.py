"""Finding by words and filters: the same answers in both databases, newest first, and true after whatever happens to the rows."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from listener.core.change import QueryVersion
from listener.core.finding import Wanted
from listener.core.kept import KeptMention
from listener.core.labels import WITHDRAWN, Aspect, Label
from listener.core.model import Author, Entry, Intent, Media, Tone
from listener.core.removal import Removal
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from listener.storage.engine import reading, writing
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    """An archive that knows two brands, a feed and a forum of Bluesky."""
    archive.sync((brand(), brand(key="other")), (source(), source(key="sky", kind="bluesky")), (), NOON)
    return archive


def keep(archive: SqlArchive, *entries: Entry, key: str = "vakblad", brand_key: str = "molenaar", **judging: Any) -> None:
    """Keep these entries as mentions of a brand."""
    seen = [replace(one, source=key) for one in entries]
    media = judging.pop("media", Media.EARNED)
    (state,) = archive.states([key])
    archive.keep(
        state,
        Run(source=key, started_at=NOON, outcome=Outcome.NEW),
        next_due_at=NOON,
        document=document(source=key, body=repr(seen).encode()),
        entries=seen,
        mentions=[judged(mention=mention(entry=one, brand=brand_key, media=media), judgement=judgement(**judging)) for one in seen],
    )


def said(guid: str, words: str = "", title: str = "", ago: timedelta = timedelta(), **changes: Any) -> Entry:
    """An entry said some time before noon."""
    return entry(guid=guid, url=f"https://{guid}.example/", title=title, text=words, published_at=NOON - ago, **changes)


def found(archive: SqlArchive, words: str = "", **filters: Any) -> list[str]:
    """The guids of what is found."""
    return [one.entry.guid for one in archive.find(Wanted(words=words, **filters))]


_TYPED = [
    ("pomp", ["b", "a"]),
    ("POMP", ["b", "a"]),
    ("pömp", ["b", "a"]),
    ("lekt pomp", ["a"]),
    ('"pomp lekt"', ["a"]),
    ('"lekt pomp"', []),
    ("pomp -lekt", ["b"]),
    ("-pomp", ["c"]),
    ("pom*", ["b", "a"]),
    ("po*", []),
    ("café", ["c"]),
    ("cafe", ["c"]),
    ("東京", ["c"]),
    ("京東", []),
    ("😡", ["b"]),
    ("e-mail", ["b"]),
    ('"geweldig de"', []),
    ("jansen", ["c"]),
    ("@jansen", ["c"]),
    ("c.example", []),
    ("!!! ???", []),
    ("", ["c", "b", "a"]),
    ("   ", ["c", "b", "a"]),
    ('"', []),
    ('pomp "', ["b", "a"]),
    ("pomp AND NOT (lekt", []),
    ("pomp' OR 1=1 --", []),
    ("words:pomp", []),
    ("pomp^2 NEAR(lekt)", []),
    ("'pomp' & !lekt", ["a"]),
    ("\x00pomp\ud800", ["b", "a"]),
    ("\ue000b1", []),
]


def test_words_are_found_as_people_type_them(filled: SqlArchive) -> None:
    """Whatever is typed is an answer and never a fault; case, accents and signs do not count; no phrase leaves its field."""
    keep(filled, said("a", "De pomp lekt alweer.", ago=3 * HOUR))
    keep(filled, said("b", "De e-mail over de pomp 😡", title="Geweldig", ago=2 * HOUR))
    keep(filled, said("c", "Café in 東京", ago=HOUR, author=Author(name="Piet", handle="jansen")))
    for words, guids in _TYPED:
        assert found(filled, words) == guids, words


@pytest.mark.parametrize("few", [-1, 2, 200])
def test_every_filter_narrows_and_they_hold_together(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Brand, tone, intent, kind, media, language, labelled and time, each alone and with words, however few hits are looked at."""
    monkeypatch.setattr("listener.storage.finding._FEW", few)
    keep(filled, said("a", "pomp"), tone=Tone.NEGATIVE, intent=Intent.COMPLAINT)
    keep(filled, said("b", "pomp", ago=DAY), key="sky", tone=Tone.POSITIVE, language="en")
    keep(filled, said("c", "pomp", ago=2 * DAY), brand_key="other", media=Media.OWNED)
    (first,) = filled.find(Wanted(tone=Tone.NEGATIVE))
    filled.keep_labels([Label(mention=first.id, aspect=Aspect.ANSWERED, value="yes", by="", at=NOON)])
    wishes: list[tuple[dict[str, Any], str]] = [
        ({"brand": "molenaar"}, "ab"),
        ({"brand": "other"}, "c"),
        ({"brand": "nobody"}, ""),
        ({"tone": Tone.NEGATIVE}, "a"),
        ({"intent": Intent.COMPLAINT}, "a"),
        ({"kinds": ("bluesky",)}, "b"),
        ({"kinds": ("bluesky", "rss")}, "abc"),
        ({"kinds": ("x",)}, ""),
        ({"media": Media.OWNED}, "c"),
        ({"language": "en"}, "b"),
        ({"labelled": True}, "a"),
        ({"labelled": False}, "bc"),
        ({"since": NOON - DAY}, "ab"),
        ({"until": NOON - DAY}, "c"),
        ({"since": NOON - DAY, "until": NOON}, "b"),
        ({"brand": "molenaar", "tone": Tone.POSITIVE, "kinds": ("bluesky",), "labelled": False}, "b"),
        ({"brand": "molenaar", "media": Media.OWNED}, ""),
    ]
    for filters, guids in wishes:
        assert found(filled, **filters) == list(guids), filters
        assert found(filled, "pomp", **filters) == list(guids), filters
        assert found(filled, "pomp -zomer", **filters) == list(guids), filters
        assert filled.count_found(Wanted(**filters)) == filled.count_found(Wanted(words="pomp", **filters)) == len(guids)
        assert filled.count_found(Wanted(words="pomp", **filters), at_most=1) == min(len(guids), 1)


def test_pages_follow_one_another_without_a_gap_or_a_double(filled: SqlArchive) -> None:
    """Also within one second, also said before 1970 or after 2106, and with a limit that ends in the middle of equals."""
    moments = [NOON, NOON, NOON, NOON - SECOND, datetime(1815, 6, 18, tzinfo=NOON.tzinfo), datetime(2500, 1, 1, tzinfo=NOON.tzinfo)]
    for number, at in enumerate(moments):
        keep(filled, entry(guid=str(number), url=f"https://{number}.example/", text="pomp", published_at=at))
    whole = filled.find(Wanted(words="pomp"))
    assert [one.entry.guid for one in whole] == ["5", "2", "1", "0", "3", "4"]
    for limit in (1, 2, 4):
        pages: list[KeptMention] = []
        before = None
        while page := filled.find(Wanted(words="pomp"), before=before, limit=limit):
            pages += page
            before = (page[-1].at, page[-1].id)
        assert pages == list(whole)
    assert filled.count_found(Wanted(words="pomp"), at_most=4) == 4


def test_what_a_person_says_counts_at_once_and_is_taken_back(filled: SqlArchive) -> None:
    """A tone of his is found, the machine's is not any more; withdrawn, it is again."""
    keep(filled, said("a", "pomp"))
    (one,) = filled.find(Wanted())
    for value, guids in [("negative", ["a"]), ("positive", []), ("negative", ["a"]), (WITHDRAWN, [])]:
        filled.keep_labels([Label(mention=one.id, aspect=Aspect.TONE, value=value, by="Ann", at=NOON)])
        assert found(filled, "pomp", tone=Tone.NEGATIVE) == guids
        assert found(filled, "pomp", labelled=True) == ([] if value == WITHDRAWN else ["a"])
    assert found(filled, "pomp", tone=Tone.NEUTRAL) == ["a"]


def test_what_is_taken_back_is_not_found(filled: SqlArchive) -> None:
    """A removal leaves no word in the index, and the same words of others stay."""
    keep(filled, said("a", "pomp lekt"), said("b", "pomp lekt niet"), key="sky")
    filled.remove([Removal(kind="bluesky", guid="a")], NOON)
    assert found(filled, "pomp") == ["b"]
    filled.forget(filled.find_subject("b"), NOON)
    assert found(filled) == []
    with reading(filled._engine) as connection:
        if connection.dialect.name == "postgresql":
            assert connection.execute(text("SELECT count(*) FROM search")).scalar() == 0
        else:
            left = text('SELECT count(*) FROM search WHERE search MATCH \'"pomp" OR "lekt"\'')
            assert connection.execute(left).scalar() == 0


def test_what_retention_lets_go_is_not_found(filled: SqlArchive) -> None:
    """Expired rows leave the index as well."""
    keep(filled, said("a", "pomp"), key="sky")
    filled.expire(["bluesky"], before=NOON + DAY, now=NOON)
    assert found(filled, "pomp") == []


def test_what_a_changed_query_puts_away_is_not_found_until_it_is_caught_again(filled: SqlArchive) -> None:
    """Put away and back, twice, without a double."""
    keep(filled, said("a", "pomp"))
    (one,) = filled.find(Wanted())
    for number in range(2):
        for is_back in (False, True):
            filled.sync((brand(query=f"q{number}{is_back}"), brand(key="other")), filled_sources(filled), (), NOON + HOUR)
            version = filled.claim_rematch("molenaar", NOON, lease=HOUR)
            assert isinstance(version, QueryVersion)
            again = [(one.id, one.judged.mention)] if is_back else []
            away = [] if is_back else [one.id]
            filled.keep_rematch(version, NOON, to=filled.newest_entry(), again=again, away=away, lease=HOUR)
            assert found(filled, "pomp") == (["a"] if is_back else [])


def filled_sources(archive: SqlArchive) -> list[Any]:
    """The sources as they are."""
    return [state.source for state in archive.states()]


def test_the_name_of_an_author_that_came_later_is_found(filled: SqlArchive) -> None:
    """Names are bought apart, and the mention can be removed without a trace afterwards."""
    keep(filled, said("a", "pomp", author=Author(id="7")), key="sky")
    assert found(filled, "jansen") == []
    filled.keep_authors("bluesky", [Author(id="7", name="Piet", handle="jansen")], NOON)
    assert found(filled, "jansen pomp") == ["a"]
    filled.forget(filled.find_subject("@jansen"), NOON)
    assert found(filled, "jansen") == found(filled, "pomp") == []


def test_mentions_of_before_there_was_an_index_are_taken_up_in_batches(filled: SqlArchive) -> None:
    """Whatever happens to them before their turn (labelled, removed, let go), and to new ones meanwhile."""
    keep(filled, *(said(str(number), "pomp", ago=number * HOUR) for number in range(6)), key="sky")
    ids = {one.entry.guid: one.id for one in filled.find(Wanted())}
    filled.rebuild()
    assert found(filled) == []
    keep(filled, said("new", "pomp"))
    filled.keep_labels([Label(mention=ids["5"], aspect=Aspect.TONE, value="negative", by="", at=NOON)])
    filled.remove([Removal(kind="bluesky", guid="4")], NOON)
    assert found(filled) == ["new"]
    assert filled.fill_waiting(2) == 2
    filled.keep_labels([Label(mention=ids["0"], aspect=Aspect.TONE, value="negative", by="", at=NOON)])
    filled.remove([Removal(kind="bluesky", guid="1")], NOON)
    while filled.fill_waiting(2):
        pass
    assert sorted(found(filled, "pomp")) == ["0", "2", "3", "5", "new"]
    assert sorted(found(filled, tone=Tone.NEGATIVE)) == ["0", "5"]
    filled.put_in_order()
    assert filled.fill_waiting() == 0
    assert len(found(filled, "pomp")) == 5


def of_an_older_program(patch: pytest.MonkeyPatch) -> None:
    """Store mentions as a program did that knew no tokens of several filters together."""
    patch.setattr("listener.storage.search._JOINED", "")


COMPLAINT: dict[str, Any] = {"brand": "molenaar", "tone": Tone.NEGATIVE, "intent": Intent.COMPLAINT}


def test_an_index_of_an_older_form_is_found_and_completed(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before and after; what is labelled or taken out in between is as it should be; twice is once, and said once."""
    begun: list[str] = []
    judging = {"tone": Tone.NEGATIVE, "intent": Intent.COMPLAINT}
    with monkeypatch.context() as patch:
        of_an_older_program(patch)
        keep(filled, *(said(str(number), "pomp", ago=number * HOUR) for number in range(4)), key="sky", **judging)
        with writing(filled._engine) as connection:
            connection.execute(text("UPDATE filling SET form = 1"))
    keep(filled, said("new", "pomp"), **judging)
    ids = {one.entry.guid: one.id for one in filled.find(Wanted(words="pomp", **COMPLAINT))}
    assert list(ids) == ["new", "0", "1", "2", "3"]
    filled.keep_labels([Label(mention=ids["1"], aspect=Aspect.TONE, value="neutral", by="", at=NOON)])
    filled.remove([Removal(kind="bluesky", guid="2")], NOON)
    assert found(filled, "pomp", **COMPLAINT) == ["new", "0", "3"]
    for _ in range(2):
        filled.renew(lambda: begun.append("now"))
        assert begun == ["now"]
        assert found(filled, "pomp", **COMPLAINT) == found(filled, **COMPLAINT) == ["new", "0", "3"]
        assert found(filled, "pomp", **COMPLAINT | {"tone": Tone.NEUTRAL}) == ["1"]
        assert found(filled, "pomp") == ["new", "0", "1", "3"]
    filled.remove([Removal(kind="bluesky", guid="0")], NOON)
    filled.keep_labels([Label(mention=ids["3"], aspect=Aspect.TONE, value="neutral", by="", at=NOON)])
    assert found(filled, tone=Tone.NEGATIVE, intent=Intent.COMPLAINT) == ["new"]
    assert found(filled, **COMPLAINT | {"tone": Tone.NEUTRAL}) == ["1", "3"]


def test_an_index_of_an_unknown_form_is_built_anew(filled: SqlArchive) -> None:
    """Its tokens would not be found."""
    keep(filled, said("a", "pomp"))
    with writing(filled._engine) as connection:
        connection.execute(text("UPDATE filling SET form = 0"))
    filled.renew()
    assert (found(filled), filled.fill_waiting(), found(filled)) == ([], 1, ["a"])


def test_what_an_older_worker_stores_beside_is_completed(filled: SqlArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old and new side by side: after two rounds it is found by several filters too, and counted once."""
    with monkeypatch.context() as patch:
        of_an_older_program(patch)
        keep(filled, said("old", "pomp"), tone=Tone.NEGATIVE)
    keep(filled, said("new", "pomp", ago=HOUR), tone=Tone.NEGATIVE)
    assert found(filled, brand="molenaar", tone=Tone.NEGATIVE) == ["new"]
    assert [filled.take_up_strays() for _ in range(3)] == [0, 1, 0]
    assert found(filled, brand="molenaar", tone=Tone.NEGATIVE) == ["old", "new"]
    with reading(filled._engine) as connection:
        assert connection.execute(text("SELECT sum(number) FROM hour_count")).scalar() == 2


_WORDS = ("pomp", "lekt", "niet", "goed")
_SAID = st.tuples(
    st.sampled_from(["molenaar", "other"]),
    st.sampled_from(list(Tone)),
    st.sampled_from(list(Intent)),
    st.sampled_from(["vakblad", "sky"]),
    st.sets(st.sampled_from(_WORDS)),
)
_ASKED = st.tuples(
    st.sampled_from([None, "molenaar", "other"]),
    st.none() | st.sampled_from(list(Tone)),
    st.none() | st.sampled_from(list(Intent)),
    st.sampled_from([(), ("rss",), ("bluesky",), ("rss", "bluesky")]),
    st.sets(st.sampled_from(_WORDS), max_size=2),
)


@given(rows=st.lists(_SAID, min_size=1, max_size=12), asked=st.lists(_ASKED, min_size=1, max_size=12))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_filter_and_word_holds(filled: SqlArchive, rows: list[Any], asked: list[Any]) -> None:
    """However they are put together, what is found is what a look at each mention finds."""
    first = time.monotonic_ns()
    kinds = {"vakblad": "rss", "sky": "bluesky"}
    for number, (brand_key, tone, intent, key, words) in enumerate(rows):
        one = said(f"{first}-{number}", " ".join(sorted(words)), ago=number * SECOND)
        keep(filled, one, key=key, brand_key=brand_key, tone=tone, intent=intent)
    for brand_key, tone, intent, some, words in asked:
        wanted = Wanted(brand=brand_key, tone=tone, intent=intent, kinds=some, words=" ".join(sorted(words)))
        right = [
            f"{first}-{number}"
            for number, row in enumerate(rows)
            if brand_key in (None, row[0]) and tone in (None, row[1]) and intent in (None, row[2])
            if (not some or kinds[row[3]] in some) and words <= row[4]
        ]
        guids = [one.entry.guid for one in filled.find(wanted, limit=10_000)]
        assert [one for one in guids if one.startswith(f"{first}-")] == right


@pytest.mark.parametrize("asked", [Wanted(words="pomp"), Wanted(words="pomp", brand="molenaar"), Wanted()])
def test_a_row_without_its_mention_does_not_end_the_list(filled: SqlArchive, asked: Wanted) -> None:
    """Somebody deleted rows by hand: what is behind them is found all the same."""
    keep(filled, said("a", "pomp", ago=HOUR), said("b", "pomp"))
    with writing(filled._engine) as connection:
        connection.execute(text("DELETE FROM judgement WHERE mention_id = 2"))
        connection.execute(text("DELETE FROM mention WHERE id = 2"))
    assert [one.entry.guid for one in filled.find(asked, limit=1)] == ["a"]


def test_a_thousand_words_and_an_enormous_text_are_taken(filled: SqlArchive) -> None:
    """The first words count, on either side, and nothing fails."""
    keep(filled, said("a", " ".join(f"woord{number}" for number in range(30_000)) + " " + "x" * 100_000))
    asked = " ".join(f"woord{number}" for number in range(1_000))
    assert found(filled, asked) == found(filled, f'"{asked}"') == ["a"]
    assert found(filled, "woord29999") == []


def test_all_filters_and_fifty_words_hold_together(filled: SqlArchive) -> None:
    """However they are read, each must hold: one word, phrase, beginning or filter less, and nothing is found."""
    words = [f"woord{number}" for number in range(45)]
    keep(filled, said("a", " ".join(words), language="nl"), tone=Tone.NEGATIVE, intent=Intent.COMPLAINT)
    keep(filled, said("b", " ".join(words[:-1])), tone=Tone.NEGATIVE, intent=Intent.COMPLAINT)
    typed = " ".join([*words, '"woord3 woord4"', "-zomer", "woor*"])
    filters: dict[str, Any] = {"brand": "molenaar", "tone": Tone.NEGATIVE, "intent": Intent.COMPLAINT, "kinds": ("rss", "x")}
    filters |= {"media": Media.EARNED, "labelled": False}
    assert found(filled, typed, **filters) == ["a"]
    assert found(filled, typed.replace("woord4 ", "woord5 "), **filters) == ["a"]
    assert found(filled, typed.replace("-zomer", "-woord7"), **filters) == []
    assert found(filled, typed.replace('"woord3 woord4"', '"woord4 woord3"'), **filters) == []
    for other in ({"media": Media.OWNED}, {"labelled": True}, {"tone": Tone.POSITIVE}, {"kinds": ("x",)}, {"brand": "other"}):
        assert found(filled, typed, **(filters | other)) == []
    assert found(filled, media=Media.EARNED, labelled=False) == ["b", "a"]
    assert filled.count_found(Wanted(media=Media.EARNED, labelled=False), before=(NOON, filled.find(Wanted())[0].id)) == 1

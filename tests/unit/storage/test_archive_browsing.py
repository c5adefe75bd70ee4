"""Looking around: stories by size, brands side by side, proof and kept digests, the same in both databases and in the fake."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from listener.core.kept import KeptMention
from listener.core.labels import NO, Aspect, Label
from listener.core.model import Author, Entry, Media, Tone
from listener.core.removal import Removal
from listener.core.schedule import day_bounds
from listener.core.visits import Outcome, Run
from listener.core.volume import BrandVolume, Volume
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, digest, document, entry, judged, judgement, mention, source
from tests.fakes_archive import FakeArchive

DAY = timedelta(days=1)
SINCE, UNTIL = NOON - DAY, NOON + DAY
BYTES = b"<rss>everything</rss>"


@pytest.fixture
def filled(archive: SqlArchive) -> SqlArchive:
    """An archive that knows two brands, a feed, and a search."""
    archive.sync((brand(), brand(key="other", name="Other")), (source(), source(key="search", kind="x", brand="other")), (), NOON)
    return archive


def keep(archive: SqlArchive, *entries: Entry, key: str = "vakblad", of: str = "molenaar", **judging: Any) -> list[int]:
    """Keep these entries as mentions of a brand; their ids."""
    seen = [replace(one, source=key) for one in entries]
    media = judging.pop("media", Media.EARNED)
    (state,) = archive.states([key])
    archive.keep(
        state,
        Run(source=key, started_at=NOON, outcome=Outcome.NEW, new_mentions=len(seen)),
        next_due_at=NOON,
        document=document(source=key, body=BYTES + repr(seen).encode()),
        entries=seen,
        mentions=[judged(mention=mention(entry=one, brand=of, media=media), judgement=judgement(**judging)) for one in seen],
    )
    return sorted(one.id for one in archive.mentions(of, limit=1000) if one.entry.guid in {each.guid for each in seen})


def said(guid: str, title: str, minutes: int = 0, **changes: Any) -> Entry:
    """An entry said some minutes after noon."""
    given: dict[str, Any] = {"url": f"https://{guid}.example/", "text": title, "author": Author(name=guid)}
    return entry(guid=guid, title=title, published_at=NOON + timedelta(minutes=minutes), **(given | changes))


LEAK = "Lekkage bij Molenaar Pompen zet kelder in Zwolle onder water"
NEW = "Molenaar Pompen opent een nieuwe vestiging in Deventer"


def told(archive: SqlArchive) -> None:
    """Two stories: one told three times, one once."""
    keep(archive, said("a", LEAK), said("b", LEAK, 5), tone=Tone.NEGATIVE)
    keep(archive, said("c", LEAK, 9))
    keep(archive, said("d", NEW, 2))


def test_stories_come_with_their_size_the_most_told_first(filled: SqlArchive) -> None:
    """Items, voices and the negative among them; the first mention stands for each; a page follows the page before."""
    told(filled)
    leak, new = filled.story_volumes("molenaar", since=SINCE, until=UNTIL, limit=10)
    assert (leak.items, leak.voices, leak.negative, leak.first.entry.guid) == (3, 3, 2, "a")
    assert leak.last_at == NOON + timedelta(minutes=9)
    assert (new.items, new.voices, new.negative, new.first.entry.guid) == (1, 1, 0, "d")
    assert filled.story_volumes("molenaar", since=SINCE, until=UNTIL, limit=1) == [leak]
    assert filled.story_volumes("molenaar", since=SINCE, until=UNTIL, before=(leak.items, leak.story), limit=5) == [new]
    assert filled.story_volumes("other", since=SINCE, until=UNTIL, limit=5) == []
    assert filled.story_volumes("nobody", since=SINCE, until=UNTIL, limit=5) == []
    assert filled.story_volumes("molenaar", since=UNTIL, until=UNTIL + DAY, limit=5) == []


def test_what_counts_nowhere_is_in_no_story(filled: SqlArchive) -> None:
    """The brand's own, what is not about it, and what was old when it was found."""
    keep(filled, said("own", LEAK), media=Media.OWNED)
    (number,) = keep(filled, said("else", NEW))
    keep(filled, said("old", "Een oud bericht over Molenaar Pompen van vorig jaar", -60 * 24 * 30))
    filled.keep_labels([Label(mention=number, aspect=Aspect.ABOUT, value=NO, by="", at=NOON)])
    assert filled.story_volumes("molenaar", since=SINCE, until=UNTIL, limit=5) == []
    assert filled.volumes(since=SINCE, until=UNTIL)[0].all == Volume()


def test_a_whole_story_has_a_size(filled: SqlArchive) -> None:
    """Mentions, voices, outlets, first and last; its mentions can be cut off; what is no story has none."""
    told(filled)
    story = filled.story_volumes("molenaar", since=SINCE, until=UNTIL, limit=1)[0].story
    size = filled.story_size(story)
    assert size is not None
    assert (size.items, size.voices, size.outlets) == (3, 3, 1)
    assert (size.first_at, size.last_at) == (NOON, NOON + timedelta(minutes=9))
    assert [one.entry.guid for one in filled.story(story, limit=2)] == ["a", "b"]
    assert filled.story_size(story + 1000) is None


def test_brands_are_compared_where_both_are_read(filled: SqlArchive) -> None:
    """What a search for one brand brought is told apart."""
    told(filled)
    keep(filled, said("x", "Other is ook maar een merk", vouched=True), key="search", of="other")
    keep(filled, said("e", "Molenaar en Other samen op de beurs"), of="other")
    molenaar, other = filled.volumes(since=SINCE, until=UNTIL)
    assert molenaar == BrandVolume(
        brand="molenaar",
        shared=Volume(items=4, stories=2, voices=4, negative=2),
        all=Volume(items=4, stories=2, voices=4, negative=2),
    )
    assert (other.brand, other.shared.items, other.all.items) == ("other", 1, 2)


def test_a_mention_has_its_proof(filled: SqlArchive) -> None:
    """Its document, whether the bytes are kept and which they are, and every judgement."""
    (number,) = keep(filled, said("a", LEAK), tone=Tone.NEGATIVE)
    proof = filled.proof(number)
    kept = filled.mention(number)
    assert proof is not None
    assert kept is not None
    assert (proof.document.source, proof.document.fingerprint, proof.document.kept) == ("vakblad", kept.entry.document, True)
    assert [(one.tone, one.judge) for _, one in proof.judgements] == [(Tone.NEGATIVE, kept.judged.judgement.judge)]
    body = filled.body("vakblad", proof.document.fingerprint)
    assert body is not None
    assert body.startswith(BYTES)
    assert len(body) == proof.document.size
    assert filled.body("search", proof.document.fingerprint) is None
    assert filled.proof(number + 1) is None
    assert zlib.compress(body)  # the bytes themselves, not what is stored of them


@pytest.mark.parametrize("given", [(0.125, 0.75, 0.125), (1 / 3, 1 / 3, 1 / 3), (0.9996, 0.0002, 0.0002), None])
def test_what_an_analyser_held_possible_is_kept(filled: SqlArchive, given: tuple[float, float, float] | None) -> None:
    """In thousandths, so that a million judgements cost a few megabytes; beside its mention a judgement has none."""
    (number,) = keep(filled, said("a", LEAK), probabilities=given)
    proof, kept = filled.proof(number), filled.mention(number)
    assert proof is not None
    assert kept is not None
    ((_, judged),) = proof.judgements
    if given is None or judged.probabilities is None:
        assert judged.probabilities is given
    else:
        assert judged.probabilities == pytest.approx(given, abs=0.0011)
        assert sum(judged.probabilities) == pytest.approx(1)
    assert kept.judged.judgement.probabilities is None
    assert filled.judgements([number]) == {number: [judged]}


def test_digests_are_listed_and_read_by_their_number(filled: SqlArchive) -> None:
    """The latest day first, a page after the other, each as it was frozen."""
    days = [date(2026, 11, 20) - timedelta(days=back) for back in range(3)]
    made = {filled.keep_digest(digest(on=on), {}): on for on in days}
    listed = filled.kept_digests("molenaar", limit=2)
    assert [(number, one.on) for number, one in listed] == list(made.items())[:2]
    number, last = listed[-1]
    assert [one.on for _, one in filled.kept_digests("molenaar", before=(last.on, number), limit=5)] == days[2:]
    assert filled.kept_digest(number) == last
    assert filled.kept_digest(number + 1000) is None
    assert filled.kept_digests("other", limit=5) == []


def test_the_kinds_of_a_brands_sources(filled: SqlArchive) -> None:
    """Each once; those that rest are left out."""
    assert (filled.kinds("molenaar"), filled.kinds("other"), filled.kinds("nobody")) == (["rss"], ["x"], [])
    filled.sync((brand(), brand(key="other", name="Other")), (source(),), (), NOON)
    assert filled.kinds("other") == []


def test_the_pulse_moves_with_whatever_is_counted(filled: SqlArchive) -> None:
    """A mention, a visit without one, a label, its undoing, a removal, a digest and another query are each felt; reading is not."""
    seen = [filled.pulse()]

    def moved() -> bool:
        seen.append(filled.pulse())
        return seen[-1] != seen[-2]

    told(filled)
    assert moved()
    filled.story_volumes("molenaar", since=SINCE, until=UNTIL, limit=10)
    assert not moved()
    number = filled.mentions("molenaar")[0].id
    filled.keep_labels([Label(mention=number, aspect=Aspect.TONE, value="positive", by="", at=NOON)])
    assert moved()
    filled.keep_labels([Label(mention=number, aspect=Aspect.TONE, value="", by="", at=NOON)])
    assert moved()
    (state,) = filled.states(["vakblad"])
    filled.keep(state, Run(source="vakblad", started_at=NOON, outcome=Outcome.UNCHANGED), next_due_at=NOON)
    assert moved()
    filled.keep_digest(digest(), {})
    assert moved()
    filled.remove([Removal(kind="rss", guid="a")], NOON)
    assert moved()
    filled.sync((brand(query="Molenaar"), brand(key="other", name="Other")), (source(),), (), NOON + DAY)
    assert moved()


def test_many_days_are_counted_as_one_by_one(filled: SqlArchive) -> None:
    """Tones, stories, voices and whether anything was heard, whatever stands beside them in the statement."""
    from zoneinfo import ZoneInfo

    told(filled)
    zone = ZoneInfo("Europe/Amsterdam")
    bounds = [(on, *day_bounds(on, zone)) for on in (date(2026, 11, 20) - timedelta(days=back) for back in range(40))]
    together = filled.days("molenaar", bounds)
    assert together == [filled.days("molenaar", [one])[0] for one in bounds]
    assert (together[0].tones.negative, together[0].tones.total, together[0].stories, together[0].voices) == (2, 4, 2, 4)
    assert [day.heard for day in together] == [True] + [False] * 39
    assert filled.days("molenaar", []) == []
    assert filled.days("nobody", bounds[:1])[0].tones.total == 0


def test_a_trend_counts_as_the_days_do(filled: SqlArchive) -> None:
    """The same tones, gaps and changes of the query; stories and voices are not counted."""
    from zoneinfo import ZoneInfo

    told(filled)
    filled.sync((brand(query="Molenaar"), brand(key="other", name="Other")), (source(),), (), NOON - DAY)
    zone = ZoneInfo("Europe/Amsterdam")
    bounds = [(on, *day_bounds(on, zone)) for on in (date(2026, 11, 21) - timedelta(days=back) for back in range(5))]
    days = [replace(day, stories=None, voices=None) for day in filled.days("molenaar", bounds)]
    assert filled.trend("molenaar", bounds) == days
    assert (days[1].tones.total, days[1].heard, days[0].heard) == (4, True, False)
    assert [day.changed for day in days] == [False, False, True, False, False]
    assert filled.trend("molenaar", []) == []


def test_the_ledger_of_one_brand(filled: SqlArchive) -> None:
    """Only its own sources."""
    told(filled)
    keep(filled, said("x", "Other is ook maar een merk"), key="search", of="other")
    bounds = [(NOON.date(), SINCE, UNTIL)]
    assert [day.source for day in filled.ledger(bounds)] == ["search", "vakblad"]
    assert [day.source for day in filled.ledger(bounds, brand="other")] == ["search"]


def test_the_fake_answers_alike(filled: SqlArchive) -> None:
    """What the fake says of the same mentions is what the archive says."""
    told(filled)
    kept: list[KeptMention] = list(filled.mentions("molenaar"))
    fake = FakeArchive(known=[brand(), brand(key="other", name="Other")], kept=kept)
    for archive in (filled, fake):
        volumes = archive.story_volumes("molenaar", since=SINCE, until=UNTIL, limit=5)
        assert volumes == filled.story_volumes("molenaar", since=SINCE, until=UNTIL, limit=5)
        assert archive.story_size(volumes[0].story) == filled.story_size(volumes[0].story)
        assert archive.volumes(since=SINCE, until=UNTIL) == filled.volumes(since=SINCE, until=UNTIL)

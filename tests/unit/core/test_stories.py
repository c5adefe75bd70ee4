"""What is one story and what is one voice: the laws that group_stories and voices keep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core import stories
from listener.core.kept import KeptMention
from listener.core.model import Author
from listener.core.stories import group_stories, title_key, voices
from tests.builders import NOON, kept

TITLE = "Molenaar Pompen opent vestiging in Gent"


def ids(*mentions: KeptMention) -> list[list[int]]:
    """The stories as lists of ids."""
    return [[one.id for one in story.mentions] for story in group_stories(mentions)]


def test_one_address_is_one_story_however_long_ago() -> None:
    """The same page found through two sources, under two titles and weeks apart, is told once."""
    late = kept(2, url="https://a.example/x", at=NOON + timedelta(days=40))
    assert ids(late, kept(1, url="https://a.example/x")) == [[1, 2]]


def test_one_title_within_three_days_is_one_story() -> None:
    """A reprint elsewhere joins the story; the same heading four days later is another one."""
    days = (0, 3, 4, 5)
    assert ids(*(kept(n, title=TITLE, at=NOON + timedelta(days=n)) for n in days)) == [[0, 3], [4, 5]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TITLE, f"{TITLE} - NU.nl"),
        (TITLE, f"{TITLE} | De Gentenaar"),
        (TITLE, f"{TITLE} – de Volkskrant"),
        (TITLE, f"  {TITLE.upper()}!  "),
        (TITLE, "Molenaar Pompen ópent vesti\u00adging in Gent"),
        (f"{TITLE} - NU.nl", f"{TITLE} - Het Nieuwsblad"),
    ],
)
def test_case_accents_and_the_publishers_name_make_no_other_title(one: str, other: str) -> None:
    """What publishers do to a title does not make it another story."""
    assert ids(kept(1, title=one), kept(2, title=other)) == [[1, 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("Molenaar Pompen - nieuws", "Molenaar Pompen - nieuws"),
        ("Open dag bij Molenaar", "Open dag bij Pompen"),
        ("Langs de pompen van Molenaar - deel 1", "Langs de pompen van Molenaar - deel 2"),
        ("Langs de pompen van Molenaar - II", "Langs de pompen van Molenaar - III"),
        ("Langs de pompen van Molenaar - vandaag in Gent", "Langs de pompen van Molenaar - vandaag in Breda en elders daar"),
        ("Kwartaalcijfers van Molenaar Pompen - omzet daalt", "Kwartaalcijfers van Molenaar Pompen - winst stijgt"),
    ],
)
def test_short_empty_and_numbered_titles_stay_apart(one: str, other: str) -> None:
    """Entries without a title, with a heading anyone may use, or with a part's number are never thrown together."""
    assert ids(kept(1, title=one), kept(2, title=other)) == [[1], [2]]


def test_the_outlets_own_name_is_cut_off_even_with_a_number_in_it() -> None:
    """`AT5` looks like a number, but it is who published it."""
    assert title_key(f"{TITLE} - AT5", "www.at5.nl") == title_key(f"{TITLE} - AT5", "at5.nl") == title_key(TITLE)
    assert title_key(f"{TITLE} - AT5", "elders.example") != title_key(TITLE)
    assert title_key(f"{TITLE} - …", "elders.example") != ""


def test_entries_without_an_address_are_not_one_story() -> None:
    """An empty address is no address."""
    assert ids(kept(1, url="", title=""), kept(2, url="", title="")) == [[1], [2]]


def test_address_and_title_work_together() -> None:
    """A page and its copy under the same title, and that copy's page under another title, are one story."""
    mentions = (kept(1, title=TITLE), kept(2, title=TITLE, url="https://b.example/"), kept(3, url="https://b.example/"))
    assert ids(*mentions) == [[1, 2, 3]]


def test_a_story_begins_with_its_oldest_mention() -> None:
    """Whoever told it first stands first, and copies are the others."""
    (story,) = group_stories([kept(1, title=TITLE, at=NOON), kept(2, title=TITLE, at=NOON - timedelta(hours=1))])
    assert story.first.id == 2
    assert story.copies == 1


mentions = st.lists(
    st.builds(
        lambda title, url, hours: (title, url, hours),
        st.sampled_from(["", "kort", TITLE, f"{TITLE} - NU.nl", "Heel iets anders over een pomp"]),
        st.sampled_from(["", "https://a.example/1", "https://a.example/2", "https://a.example/3"]),
        st.integers(0, 240),
    ),
    max_size=20,
).map(lambda rows: [kept(n, title=t, url=u, at=NOON + timedelta(hours=h)) for n, (t, u, h) in enumerate(rows)])


@given(mentions, st.randoms(use_true_random=False))
def test_every_mention_is_in_one_story_whatever_the_order(made: list[KeptMention], random: object) -> None:
    """Grouping is a partition, oldest first, that the order of the input does not change; and equal addresses are together."""
    stories = group_stories(made)
    assert sorted(one.id for story in stories for one in story.mentions) == [one.id for one in made]
    shuffled = list(made)
    getattr(random, "shuffle")(shuffled)  # noqa: B009 - hypothesis gives a Random without saying so
    assert group_stories(shuffled) == stories
    for story in stories:
        assert [(one.at, one.id) for one in story.mentions] == sorted((one.at, one.id) for one in story.mentions)
        assert group_stories(story.mentions) == (story,)
    starts = [(story.first.at, story.first.id) for story in stories]
    assert starts == sorted(starts)
    urls = [url for story in stories for url in {one.entry.url for one in story.mentions} if url]
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ({"author": Author(id="7", name="Jan")}, {"author": Author(id="7", name="Piet")}, 1),
        ({"author": Author(id="7")}, {"author": Author(id="8")}, 2),
        ({"author": Author(id="7"), "kind": "x"}, {"author": Author(id="7"), "kind": "rss"}, 2),
        ({"author": Author(handle="@Jan")}, {"author": Author(handle="jan", name="Jan")}, 1),
        ({"author": Author(name="Jan  de Vries")}, {"author": Author(name="jan de vries"), "outlet": "elders.example"}, 1),
        ({"author": Author(name=" ")}, {"author": Author()}, 1),
        ({"author": Author()}, {"author": Author(), "outlet": "elders.example"}, 2),
    ],
)
def test_a_voice_is_an_id_else_a_handle_else_a_name_else_an_outlet(
    one: dict[str, Author], other: dict[str, Author], count: int
) -> None:
    """The surest mark of an author counts, and a name in another spelling is no other voice."""
    assert voices([kept(1, **one), kept(2, **other)]) == count  # type: ignore[arg-type] # one field each


def test_no_mentions_have_no_stories_and_no_voices() -> None:
    """An empty day is empty."""
    assert group_stories([]) == ()
    assert voices([]) == 0


def test_signs_beyond_what_is_remembered_are_still_bared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory that is full costs time, and no word."""
    monkeypatch.setattr(stories, "_MANY", 0)
    assert stories.words("\U0001e900 x") == ["\U0001e922", "x"]

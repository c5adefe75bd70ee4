"""When two entries of one source are the same entry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.identity import identity, told_apart
from tests.builders import NOON, entry

BARE = {"guid": "", "url": "", "link": ""}
HOME = {"guid": "", "url": "https://blog.example/", "link": "https://blog.example/"}


def test_an_identity_is_sixteen_bytes_and_of_the_first_rule_that_applies() -> None:
    """With an id of its own, nothing else about an entry matters."""
    assert len(identity(entry())) == 16
    assert identity(entry()) == identity(entry(title="anders", text="anders", url="https://elders.example/", published_at=None))
    assert identity(entry(guid=" 1 ")) == identity(entry(guid="1"))
    assert identity(entry(guid="2")) != identity(entry(guid="1"))


def test_a_move_to_https_makes_no_new_entries() -> None:
    """An id that is an address counts without its scheme; any other id counts as it is."""
    assert identity(entry(guid="http://x.example/?p=1")) == identity(entry(guid="HTTPS://x.example/?p=1"))
    assert identity(entry(guid="tag:x.example,2026:1")) != identity(entry(guid="x.example,2026:1"))


def test_without_an_id_the_address_counts() -> None:
    """The canonical address, with the anchor of the link where one page holds many items."""
    one = entry(guid="", url="http://www.x.example/a?utm_source=rss", link="")
    assert identity(one) == identity(entry(guid="", url="https://x.example/a", link="", title="anders"))
    assert identity(one) != identity(entry(guid="", url="https://x.example/b", link=""))
    page = "https://x.example/wijzigingen"
    versions = {
        identity(entry(guid="", url=page, link=f"{page}{anchor}")) for anchor in ("#v1", "#v2", "", "#xtor=RSS-1", "#:~:text=a")
    }
    assert len(versions) == 3


@pytest.mark.parametrize("place", [BARE, HOME, BARE | {"url": "geen adres"}])
def test_without_an_address_of_its_own_the_title_and_the_day_count(place: dict[str, str]) -> None:
    """The words of the title, and the day; a home page is nobody's own address."""
    one = entry(**place, title="Pomp lekt!", text="a")
    assert identity(one) == identity(entry(**place, title="POMP – lekt", text="b", published_at=NOON + timedelta(hours=2)))
    assert identity(one) != identity(entry(**place, title="Pomp lekt!", text="a", published_at=NOON + timedelta(days=1)))
    assert identity(entry(**(place | {"url": "https://blog.example/?p=1"}), title="Pomp lekt!")) != identity(one)


def test_without_a_day_the_text_counts_too() -> None:
    """Two replies with one title, from a place that gives no dates, are two entries."""
    one = entry(**BARE, title="Re: pomp", text="Ja.", published_at=None)
    assert identity(one) == identity(entry(**BARE, title="re: pomp", text="ja", published_at=None))
    assert identity(one) != identity(entry(**BARE, title="Re: pomp", text="Nee.", published_at=None))


def test_without_a_title_the_text_counts() -> None:
    """The last resort is what the entry says, even if that is signs alone."""
    assert identity(entry(**BARE, title="", text="Hallo")) == identity(entry(**BARE, title="", text="hallo!"))
    assert identity(entry(**BARE, title="", text="🙂")) != identity(entry(**BARE, title="", text="🙁"))
    assert identity(entry(**BARE, title="a", text="")) != identity(entry(**BARE, title="", text="a"))


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_every_entry_has_an_identity(guid: str, url: str, title: str) -> None:
    """Whatever a place sends, there is a key for it."""
    assert len(identity(entry(guid=guid, url=url, link=url, title=title, text="\ud800"))) == 16


def test_an_id_that_a_feed_gives_to_all_its_items_is_no_id() -> None:
    """Items of other addresses and other titles stay apart; versions of one item, and items without an id, stay as they are."""
    items = [entry(guid="feed", url=f"https://x.example/{n}", link="", title=f"Pomp {n}") for n in range(3)]
    assert len({identity(one) for one in told_apart(items)}) == 3
    nowhere = [entry(guid="https://x.example/", url="https://x.example/", link="", title=f"Pomp {n}") for n in range(3)]
    assert len({identity(one) for one in told_apart(nowhere)}) == 3
    versions = [entry(guid="1", title="Pomp"), entry(guid="1", title="Pomp, verbeterd"), entry(guid="2")]
    assert told_apart(versions) is versions
    usual = [entry(guid="1", title="Pomp"), entry(guid="2", title="Pomp")]
    assert told_apart(usual) is usual
    bare = [entry(**BARE, title="a"), entry(**BARE, title="b")]
    assert told_apart(bare) is bare

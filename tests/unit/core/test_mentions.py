"""From an entry to the mentions in it."""

from __future__ import annotations

from typing import Any

import pytest

from listener.core.errors import QueryError
from listener.core.mentions import VOUCHED, MentionFinder
from listener.core.model import Author, Brand, Media, Mention, Owned
from tests.builders import brand, entry

QUERY = '"Molenaar Pompen" OR molenaarpompen.nl NOT vacature'


def find(text: str = "", title: str = "", by: Brand | None = None, **facts: Any) -> list[Mention]:
    """The mentions of one brand in an entry of its source."""
    return MentionFinder([by or brand(query=QUERY)]).find(entry(title=title, text=text, **facts), "molenaar")


def test_a_mention_carries_its_proof() -> None:
    """The words around the hit, the clause that caught it, the version of the query, and where in the excerpt the words stand."""
    (mention,) = find(text="woord " * 100 + "Molenaar Pompen levert aan molenaarpompen.nl", title="Nieuws")
    assert mention.brand == "molenaar"
    assert mention.clause == '"Molenaar Pompen" · molenaarpompen.nl'
    assert len(mention.query_version) == 12
    assert mention.excerpt.startswith("…")
    assert [mention.excerpt[start:end] for start, end in mention.spans] == ["Molenaar Pompen", "molenaarpompen.nl"]
    assert mention.entry.title == "Nieuws"


def test_nothing_of_the_brand_is_no_mention() -> None:
    """An entry that speaks of others is left alone."""
    assert find(text="Bakker Pompen") == []


def test_a_hit_in_the_title_shows_the_beginning_of_the_text() -> None:
    """The title is shown anyway, so the excerpt is what comes below it; without text it is the title."""
    (mention,) = find(title="Molenaar Pompen groeit", text="Het gaat goed.")
    assert (mention.excerpt, mention.spans) == ("Het gaat goed.", ())
    (mention,) = find(title="Molenaar Pompen groeit")
    assert (mention.excerpt, mention.spans) == ("Molenaar Pompen groeit", ((0, 15),))


def test_what_the_place_vouches_for_is_kept() -> None:
    """Google and X match stems and synonyms, so their items count without our term, but never against a NOT of ours."""
    (mention,) = find(text="De pompenmaker uit Gouda", vouched=True)
    assert (mention.clause, mention.spans, mention.excerpt) == (VOUCHED, (), "De pompenmaker uit Gouda")
    assert find(text="De pompenmaker uit Gouda: vacature", vouched=False) == []
    assert find(text="De pompenmaker zoekt: molenaarpompen.nl", vouched=True)[0].clause == "molenaarpompen.nl"
    excluding = brand(query='("Molenaar Pompen" OR molenaarpompen.nl) NOT vacature')
    assert find(text="De pompenmaker uit Gouda: vacature", by=excluding, vouched=True) == []


def test_what_is_excluded_and_vouched_for_is_one_near_miss() -> None:
    """Whether our own words are there or only the place's word."""
    finder = MentionFinder([brand(query="molenaar NOT vacature")])
    for text in ("molenaar zoekt: vacature", "de pompenmaker zoekt: vacature"):
        looked = finder.look(entry(text=text, vouched=True), "molenaar")
        assert (looked.mentions, len(looked.near)) == ((), 1)


def test_every_brand_is_found_in_every_source_in_the_order_of_keys() -> None:
    """A competitor's name in our feed is a mention of the competitor; vouching counts for the source's own brand alone."""
    finder = MentionFinder([brand(key="z", query="zwart"), brand(key="a", query="appel"), brand(key="m", query="mol")])
    assert [one.brand for one in finder.find(entry(text="zwart en appel"), "z")] == ["a", "z"]
    assert [one.brand for one in finder.find(entry(text="appel", vouched=True), "z")] == ["a", "z"]
    assert [one.brand for one in finder.find(entry(text="appel", vouched=True), "weg")] == ["a"]


def test_author_site_and_language_can_be_asked_for() -> None:
    """An entry's author is its name and handle, its site the outlet and the address."""
    author = Author(name="Jan de Vries", handle="jandv")
    for query in ("author:jandv", 'author:"Jan de Vries"', "site:vakblad.example", "lang:nl"):
        assert find(text="x", by=brand(query=query), author=author, language="nl"), query
    assert find(text="x", by=brand(query="author:jan"), author=Author(name="Jan"))
    assert not find(text="x", by=brand(query="author:jandv"), author=Author(name="Jan"))


def test_outlet_and_kind_can_be_asked_for() -> None:
    """The outlet is the entry's own; the kind is told by whoever knows the source, and no kind is true where nobody does."""
    finder = MentionFinder([brand(query="outlet:vakblad AND kind:rss")])
    given = entry(text="x", outlet="Het Vakblad")
    assert finder.find(given, "molenaar", "rss")
    assert not finder.find(given, "molenaar", "x")
    assert not finder.find(given, "molenaar")


@pytest.mark.parametrize(
    ("facts", "media"),
    [
        ({"url": "https://molenaarpompen.nl/nieuws", "link": ""}, Media.OWNED),
        ({"url": "", "link": "https://www.molenaarpompen.nl/nieuws"}, Media.OWNED),
        ({"url": "https://news.google.com/rss/articles/CBM", "link": "", "outlet": "molenaarpompen.nl"}, Media.OWNED),
        ({"url": "https://nietmolenaarpompen.nl/", "link": ""}, Media.EARNED),
        ({"url": "https://x.com/mp/status/1", "link": "", "author": Author(id="1234567")}, Media.OWNED),
        ({"url": "", "link": "https://twitter.com/mp/status/1", "author": Author(id="1234567")}, Media.OWNED),
        ({"url": "https://x.com/jan/status/1", "link": "", "author": Author(id="7654321")}, Media.EARNED),
        ({"url": "https://x.com/jan/status/1", "link": "", "author": Author()}, Media.EARNED),
        ({"url": "https://forum.example/1", "link": "", "author": Author(id="1234567")}, Media.EARNED),
        ({"url": "https://bsky.app/profile/did:plc:mp/post/1", "author": Author(id="did:plc:mp")}, Media.OWNED),
        ({"url": "https://polder.example/@mp/1", "link": "", "author": Author(id="https://polder.example/users/mp")}, Media.OWNED),
        ({"url": "https://elders.example/@mp/1", "link": "", "author": Author(id="https://polder.example/users/mp")}, Media.EARNED),
    ],
)
def test_what_stands_in_the_brands_own_place_is_owned(facts: dict[str, Any], media: Media) -> None:
    """Own domains and own accounts are owned; an id counts only in the place that gave it."""
    ours = brand(query="pomp", owned=Owned(domains=("molenaarpompen.nl",), accounts=(
        "bluesky:did:plc:mp", "mastodon:1", "mastodon:https://polder.example/users/mp", "x:", "x:1234567",
    )))  # fmt: skip
    (mention,) = find(text="pomp", by=ours, **{"outlet": "", **facts})
    assert mention.media is media


def test_a_wrong_query_is_a_fault_at_once() -> None:
    """A brand whose query cannot be read is never listened for in silence."""
    with pytest.raises(QueryError):
        MentionFinder([brand(query='"Molenaar')])

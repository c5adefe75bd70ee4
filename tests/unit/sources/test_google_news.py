"""The kind `google-news`."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from listener.core.errors import AccessDenied
from listener.core.identity import identity
from listener.core.model import Cursor, Entry
from listener.sources.google_news import GoogleNewsKind, unwrapped
from listener.sources.reading import read
from tests.builders import NOON, document, source

OPAQUE = "CBMiTkFVX3lxTE5fdHdlbnR5X29mX3RoZXNlX3NpZ25zX2FyZV9ub3RfYW5fYWRkcmVzcw"
ITEM = """<item><title>{title}</title><link>https://news.google.com/rss/articles/{token}?oc=5</link>
<guid isPermaLink="false">{token}</guid><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><description>{text}</description>
<source url="{site}">{publisher}</source></item>"""
HEADLINE = '&lt;a href="https://news.google.com/rss/articles/x"&gt;{0}&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font color="#6f6f6f"&gt;{1}&lt;/font&gt;'


def news(title: str = "Molenaar opent vestiging", publisher: str = "Vakblad - Pompen", **changes: str) -> Entry:
    """The entry of a feed of one item."""
    given = {
        "title": f"{title} - {publisher}",
        "publisher": publisher,
        "site": "https://www.vakblad.example",
        "token": OPAQUE,
        "text": HEADLINE.format(title, publisher),
    }
    body = f'<rss version="2.0"><channel><title>"Molenaar" - Google News</title>{ITEM.format(**given | changes)}</channel></rss>'
    [entry] = GoogleNewsKind(read=read).parse(document(url="https://news.google.com/rss/search?q=x", body=body.encode()))
    return entry


def asked(address: str, language: str = "nl", country: str = "NL") -> dict[str, str]:
    """What the kind asks Google for."""
    request = GoogleNewsKind(read=read).request(source(address=address, language=language, country=country), None)
    split = urlsplit(request.url)
    assert (split.scheme, split.netloc, split.path) == ("https", "news.google.com", "/rss/search")
    return {name: value for name, [value] in parse_qs(split.query).items()}


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("Molenaar  Pompen", '"Molenaar Pompen" when:7d'),
        ("Bed or Breakfast: het boek", '"Bed or Breakfast: het boek" when:7d'),
        ('"Molenaar Pompen" OR molenaarpompen.nl', '"Molenaar Pompen" OR molenaarpompen.nl when:7d'),
        ("molenaar -zoon", "molenaar -zoon when:7d"),
        ("pompen site:vakblad.example when:1d", "pompen site:vakblad.example when:1d"),
        ("H&M", '"H&M" when:7d'),
    ],
)
def test_plain_words_become_a_search(address: str, query: str) -> None:
    """A phrase for plain words, the person's own query as it is, and never older than a week unless he says so."""
    assert asked(address)["q"] == query


@pytest.mark.parametrize(
    ("language", "country", "edition"),
    [
        ("nl", "NL", ("nl", "NL", "NL:nl")),
        ("nl", "BE", ("nl", "BE", "BE:nl")),
        ("en", "GB", ("en-GB", "GB", "GB:en")),
        ("de", "AT", ("de", "AT", "AT:de")),
        ("pt", "BR", ("pt-BR", "BR", "BR:pt-419")),
        ("", "", ("en-US", "US", "US:en")),
    ],
)
def test_it_asks_for_the_brands_own_edition(language: str, country: str, edition: tuple[str, str, str]) -> None:
    """Interface language, country and edition together, or Google answers for the place where the server stands."""
    said = asked("Molenaar", language, country)
    assert (said["hl"], said["gl"], said["ceid"]) == edition


def test_an_address_of_google_news_is_taken_as_it_is() -> None:
    """A person who made the address himself knows what he wants; validators go along."""
    address = "https://news.google.com/rss/topics/abc?hl=nl"
    request = GoogleNewsKind(read=read).request(source(address=address), Cursor({"etag": '"v1"'}))
    assert request.url == address
    assert request.headers["If-None-Match"] == '"v1"'


@pytest.mark.parametrize("address", ["", " ", "--", "https://nu.example/rss", "https://news.google.com/topstories"])
def test_nothing_to_search_for_is_refused_in_words(address: str) -> None:
    """A person changes the address."""
    with pytest.raises(AccessDenied, match="google-news: "):
        GoogleNewsKind.place(source(address=address))


def test_a_headline_and_its_publisher_stand_apart() -> None:
    """Dashes in the publisher's name divide nothing; the text that only repeats the headline goes; Google vouches for it."""
    entry = news()
    assert (entry.title, entry.outlet, entry.text) == ("Molenaar opent vestiging", "www.vakblad.example", "")
    assert entry.link == f"https://news.google.com/rss/articles/{OPAQUE}?oc=5"
    assert entry.vouched
    assert entry.published_at is not None
    assert (entry.published_at.hour, entry.first_seen_at) == (8, NOON)


def test_related_headlines_are_no_text() -> None:
    """The list of what others wrote would make their words this article's."""
    related = f"&lt;ol&gt;&lt;li&gt;{HEADLINE.format('Kop - met streep', 'Blad')}&lt;/li&gt;&lt;li&gt;Bcc weer Ander blad&lt;/li&gt;&lt;/ol&gt;"
    entry = news("Kop - met streep", "Blad", text=related)
    assert (entry.title, entry.text) == ("Kop - met streep", "")


def test_a_text_of_its_own_stays() -> None:
    """Should Google give snippets again, they are not lost; a title without a publisher is left whole."""
    assert news(text="De fabrikant van pompen.").text == "De fabrikant van pompen."
    assert news(title="Kop").title == "Kop"


def test_one_article_is_one_entry_whatever_its_token() -> None:
    """Links and guids change from fetch to fetch; headline, publisher and day do not."""
    one, other = news(token=OPAQUE), news(token=OPAQUE + "zzz")
    assert one.link != other.link
    assert identity(one) == identity(other)
    assert identity(news("Molenaar sluit vestiging")) != identity(one)
    assert identity(news(site="https://ander.example")) != identity(one)
    assert news(title="!!!", publisher="?").guid  # a headline without words keeps the guid it came with


def _token(address: bytes) -> str:
    length = bytes([len(address)]) if len(address) < 128 else bytes([len(address) & 0x7F | 0x80, len(address) >> 7])
    return base64.urlsafe_b64encode(b"\x08\x13\x22" + length + address + b"\xd2\x01\x00").decode().rstrip("=")


@pytest.mark.parametrize("address", [b"https://blad.example/a", b"https://blad.example/" + b"lang" * 60])
def test_old_tokens_are_unwrapped_without_asking_anybody(address: bytes) -> None:
    """Tokens made before 2024 carry the publisher's address."""
    entry = news(token=_token(address))
    assert entry.link.encode() == address
    assert entry.outlet == "www.vakblad.example"
    assert unwrapped(f"https://news.google.com/__i/rss/rd/articles/{_token(address)}").encode() == address


@pytest.mark.parametrize(
    "link",
    [
        f"https://news.google.com/rss/articles/{OPAQUE}?oc=5",
        f"https://news.google.com/rss/articles/{_token(b'javascript:alert(1)//////////')}",
        f"https://news.google.com/rss/articles/{_token(b'https://blad.example/caf' + bytes([0xE9]))}",
        "https://news.google.com/rss/articles/CBMi" + "A" * 21,
        f"https://news.google.com/rss/articles/{base64.urlsafe_b64encode(bytes([8, 19, 34, 200, 1]) + b'https://kort.example').decode()}",
        "https://news.google.com/",
        f"https://elders.example/articles/{_token(b'https://blad.example/a')}",
    ],
)
def test_what_carries_no_address_stays_opaque(link: str) -> None:
    """New tokens, forged ones and other places are left as they are."""
    assert unwrapped(link) == link

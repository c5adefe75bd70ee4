"""Documents that mean harm, or that nobody meant at all: entries come back, or a ParseError in words, and soon."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.errors import ParseError
from listener.core.model import Entry
from listener.sources import quick
from listener.sources.confined import Confined
from listener.sources.feed import READER, FeedKind
from listener.sources.markup import decoded
from listener.sources.reading import read, repaired
from tests.builders import NOON, document
from tests.unit.sources.captured import captured_feeds
from tests.unit.sources.mutants import mutant, mutants
from tests.unit.sources.written_feeds import feeds

AT = "https://vakblad.example/feed"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
MANY = " ".join(f'a{n}="1"' for n in range(100_000))
ITEM = "<item><title>Molenaar Pompen</title><link>https://vakblad.example/1</link></item>"
OURS = [
    f"<?xml version='1.0'?><rss version='2.0'><channel><title>Vakblad</title><link>https://vakblad.example/</link>{ITEM * 3}</channel></rss>",
    (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='nl'><title>Blog</title><link href='https://blog.example/'/>"
        "<entry><id>tag:blog.example,2025:1</id><title type='html'>H&amp;amp;M &lt;b&gt;één&lt;/b&gt;</title><link href='/1'/>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Een</p><p>twee</p></div></content>"
        "<author><name>Anna</name></author><published>2025-11-14T08:00:00Z</published></entry></feed>"
    ),
    (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        "<channel rdf:about='https://rdf.example/'><link>https://rdf.example/</link></channel><item rdf:about='https://rdf.example/1'>"
        "<title>Een &amp; twee</title><dc:creator>Jan (jan@x.example)</dc:creator><dc:date>2025-11-14</dc:date>"
        "<description><![CDATA[<p>P&O</p>]]></description></item></rdf:RDF>"
    ),
    '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "P&O", "date_published": "2025-11-14"}]}',
]


@pytest.fixture(scope="module")
def kind() -> FeedKind:
    """The kind `rss`, whole: the quick reader, and the repairing one in its process."""
    return FeedKind(read=quick.first(Confined(READER)))


def entries(kind: FeedKind, body: str | bytes, media_type: str = "") -> Sequence[Entry]:
    """The entries of a document."""
    return kind.parse(document(body=body.encode() if isinstance(body, str) else body, media_type=media_type, fetched_at=NOON))


def rss(inner: str, head: str = "") -> str:
    """An RSS feed around some items."""
    return f"{head}<rss version='2.0'><channel>{inner}</channel></rss>"


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        pytest.param(
            rss("<item><title>x</title></item>", f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>'), ["x"], id="laughs unused"
        ),
        pytest.param(
            rss(
                "<item><title>x</title><description>&e;</description></item>",
                '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            ),
            ["x"],
            id="external entity",
        ),
        pytest.param(rss(f"<item><title>x</title>{'<a>' * 200_000}{'</a>' * 200_000}</item>"), ["x"], id="200k nested"),
        pytest.param(rss(f"<item {MANY}><title>x</title></item>"), ["x"], id="100k attributes"),
        pytest.param("<rss><channel>" + ITEM * 10 + "<item><title>half", ["Molenaar Pompen"] * 10, id="truncated"),
        pytest.param(rss("<item><title>a\x0b\x00b</title></item>"), ["ab"], id="control characters"),
        pytest.param(
            "<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>café</title></item></channel></rss>".encode(
                "latin-1"
            ),
            ["café"],
            id="latin-1 declared utf-8",
        ),
    ],
)
def test_what_can_be_read_is_read(kind: FeedKind, body: str | bytes, titles: list[str]) -> None:
    """Hostile or sloppy, its entries come back, small and clean."""
    found = entries(kind, body)
    assert [one.title for one in found] == titles
    assert all(len(one.text) < 1000 and "root" not in one.text for one in found)


@pytest.mark.parametrize(
    ("head", "used"),
    [
        pytest.param(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;", id="billion laughs"),
        pytest.param(f'<!DOCTYPE rss [<!ENTITY b "{"b" * 50_000}">]>', "&b;" * 20_000, id="quadratic blow-up"),
    ],
)
def test_entities_are_not_blown_up(kind: FeedKind, head: str, used: str) -> None:
    """Whatever comes back is small."""
    with contextlib.suppress(ParseError):
        assert all(len(one.title) < 200_000 for one in entries(kind, rss(f"<item><title>{used}</title></item>", head)))


@pytest.mark.parametrize(
    ("title", "count"),
    [
        pytest.param("<title>H&amp;M</title>", 100_000, id="100k items"),
        pytest.param("<title><![CDATA[H&M]]></title>", 20_000, id="20k items in CDATA"),
    ],
)
def test_very_many_items_are_read_in_the_confined_process(title: str, count: int) -> None:
    """Too many for the program's own process, and every one of them is there (read here with the confined reader's limits)."""
    body = rss(f"<item>{title}</item>" * count)
    assert quick.read(body.encode(), AT, "") is None
    found = quick.read_xml(body, AT, quick.CONFINED)
    assert found is not None
    assert (len(found.items), found.items[-1].title) == (count, "H&M")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(
            f"<rss><channel><item {MANY}><title>x</title></item><b></channel></rss>",
            "too large to repair: an element with 100000 attributes",
            id="100k attributes, not well-formed",
        ),
        pytest.param(rss("<item/>" * 100_000 + "<b>"), "too large to repair: 100000 entries", id="100k items, not well-formed"),
        pytest.param(
            rss(f"<item><title>x</title>{'<a>' * 200_000}</item>"),
            "too large to repair: 200000 elements that are never closed",
            id="200k unclosed",
        ),
        pytest.param(
            "<!DOCTYPE html><html><head><title>Just a moment…</title></head><body>",
            "an HTML page, not a feed (its title: Just a moment…)",
            id="HTML challenge page",
        ),
        pytest.param('{"error": {"message": "No such feed"}}', "it says: No such feed", id="JSON error"),
        pytest.param("[" * 100_000, "JSON that cannot be read", id="100k brackets"),
        pytest.param("", "the answer is empty", id="empty body"),
        pytest.param(" \r\n", "the answer is empty", id="white space"),
        pytest.param("<!DOCTYPE " + "a" * 200_000, "neither XML nor JSON", id="endless DOCTYPE"),
        pytest.param("<title " * 20_000, "the feed broke off", id="20k tags that are not closed"),
        pytest.param("<rss><channel></channel></rss>" + "<!---->" * 50 + "<", "the feed broke off", id="comments behind the end"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once_and_in_words(body: str, words: str) -> None:
    """No time limit is waited for: what would take feedparser a minute is counted first."""
    with pytest.raises(ParseError) as caught:
        read(body.encode(), AT, "")
    assert words in caught.value.detail


def test_where_feedparser_stumbles_it_is_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip of the library costs one document, and says so; a licence inside an author makes it look for what is not there."""

    def stumble(*_: object, **__: object) -> None:
        raise KeyError("license")

    monkeypatch.setattr("feedparser.parse", stumble)
    with pytest.raises(ParseError, match="feedparser stumbled over it: KeyError: 'license'"):
        repaired("<rss><channel><item/></channel></rss>", AT)


def _check(body: bytes, *, slowly: bool = True) -> None:
    """Entries or ParseError, safe links only; and where both readers take a document, they agree."""
    with contextlib.suppress(ParseError):
        found = quick.read(body, AT, "")
        if slowly:
            text = decoded(body).strip("\ufeff\0 \t\r\n")
            slow = read(body, AT, "") if found is None or text[:1] in {"{", "["} else repaired(text, AT)
            assert found is None or found == slow
            found = slow
        if found is not None:
            assert all(one.link == "" or one.link.startswith(("http://", "https://")) for one in found.items)


def test_two_thousand_mutants_are_read_or_refused() -> None:
    """Our own documents with bytes flipped, cut, doubled and swapped: entries or ParseError, never anything else."""
    for number, body in mutants([one.encode() for one in OURS], 2000, seed=1):
        _check(body, slowly=number % 8 == 0)


def test_mutants_of_captured_documents_are_read_or_refused() -> None:
    """The same over what was really out there."""
    bodies = [body for path in captured_feeds() if len(body := path.read_bytes()) < 8192]
    for number, body in mutants(bodies, 1000, seed=2):
        _check(body, slowly=number % 8 == 0)


@settings(max_examples=60, deadline=None)
@given(feeds(), st.integers(0, 1 << 30))
def test_mutants_of_written_feeds_are_read_or_refused(body: str, seed: int) -> None:
    """And over documents that hypothesis thinks of."""
    _check(mutant(body.encode(), random.Random(seed)))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", "text/xml; charset=utf-16", "text/html; charset=big5"]))
def test_any_bytes_are_read_or_refused(body: bytes, media_type: str) -> None:
    """Noise is refused, whatever its header says."""
    with contextlib.suppress(ParseError):
        read(body, AT, media_type)
    with contextlib.suppress(ParseError):
        quick.read(body, AT, media_type)

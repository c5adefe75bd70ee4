"""What strangers wrote stays text: no title, excerpt, author or address of a feed becomes part of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.core.model import Author
from listener.core.themes import Theme
from tests import builders as b
from tests.builders import digest
from tests.fakes_archive import FakeArchive
from tests.unit.web.browser import Browser, archive, outline, site

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)>' onmouseover='x",
    "closing": "</title></style></textarea></blockquote><script>alert(1)</script>",
    "comment": "<!--[if mso]> --> ]]> <![CDATA[",
    "template": "{{ 7*7 }} {% raw %} {{ self.__init__.__globals__ }}",
    "format": "%s %(n)s %d {0} {n} %",
    "bidi": "invoice\u202egpj.exe \u2066hidden\u2069 \u200e",
    "long": "x" * 5000,
    "surrogate": "half \ud800 a pair \udfff",
    "controls": "nul \x00 bell \x07 escape \x1b[31m next \x85 line\u2028end",
    "entities": "&lt;b&gt; &amp;amp; &#x3c;script&#x3e;",
    "emoji": "👩‍👩‍👧" * 300,
    "mark": "<mark>Molenaar</mark></mark>",
    "svg": "<svg onload=alert(1)><style>*{display:none}</style>",
}


def holding(text: str) -> FakeArchive:
    """An archive in which one mention says this in every field that a stranger fills in."""
    store = archive()
    said = b.kept(
        1,
        title=text,
        excerpt=text,
        spans=((0, 3), (2, 9000)),
        author=Author(name=text, handle=text),
        outlet=text,
        guid=text,
        language=text,
        clause=text,
        kind=text,
    )
    store.kept = [said]
    store.placed = [replace(store.placed[0], source=b.source(key=text, kind=text, address=text))]
    store.known = [b.brand(name=text, query=text), b.brand(key="other", name=text)]
    store.kept = [replace(said, story=1), replace(b.kept(2, title=text), story=1)]
    store.bodies = {said.entry.document: text.encode(errors="replace")}
    store.themed = [("molenaar", b.NOON.date(), Theme(phrase=text, language="nl", mentions=(1,), stories=1, voices=1))]
    store.made = {3: digest(brand_name=text, digest=text)}
    return store


@cache
def harmless(path: str) -> set[str]:
    """The elements of a page when nobody tries anything."""
    return {tag for tag, _ in outline(site(holding("harmless")).page(path)).elements}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_stays_text(text: str) -> None:
    """The pages have the same elements as with a harmless text, no attribute that acts, and are whole."""
    browser = site(holding(text))
    for path in (
        "/brands/molenaar",
        "/brands/molenaar/mentions",
        "/brands/molenaar/stories",
        "/brands/molenaar/themes",
        "/brands/molenaar/coverage",
        "/brands/molenaar/digests",
        "/compare",
        "/mentions/1",
        "/mentions/1/document",
        "/stories/1",
        "/digests/3",
        "/sources",
    ):
        html = browser.page(path)
        made = outline(html)
        assert {tag for tag, _ in made.elements} == harmless(path)
        assert not [name for _, attributes in made.elements for name in attributes if name.startswith("on") or name == "style"]
        assert "49" not in made.text
        assert not {"\u202e", "\u2066", "\x00", "\x1b", "\x85"} & set(html)
        assert html.rstrip().endswith("</html>")
        assert len(html) < 100_000


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_does_not_break_a_twin(text: str) -> None:
    """The twins stay valid JSON in UTF-8."""
    browser = site(holding(text))
    for path in ("/mentions/1.json", "/brands/molenaar.json", "/sources.json"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        answer.json()


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "javascript://youtube.com/%0Aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox",
        "file:///etc/passwd",
        "//evil.example",
        "https:/\\evil.example",
        "http://[::1",
        "https://a.example\x00.evil.example",
        "https://",
        "https://a.example:port/",
        "",
    ],
)
def test_a_link_that_is_no_web_address_is_not_a_link(link: str) -> None:
    """Only http and https with a host can be followed; the twin gives no other either."""
    store = archive()
    store.kept = [b.kept(1, link=link)]
    browser = site(store)
    for path in ("/mentions/1", "/brands/molenaar"):
        html = browser.page(path)
        assert all((a["href"] or "").startswith(("/", "#")) for a in outline(html).all("a"))
        assert "The place gave no address." in html
    assert browser.get("/mentions/1.json").json()["link"] == ""


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_a_date_at_the_edge_of_the_calendar_is_shown(at: datetime) -> None:
    """A feed may say the year 1 or 9999; the zone's clock has no such hour, and the page is there all the same."""
    store = archive()
    store.kept = [b.kept(1, at=at)]
    browser = site(store)
    assert f"{at:%Y-%m-%d %H:%M}" in browser.page("/mentions/1") or f"{at.year}" in browser.page("/mentions/1")
    assert browser.get("/brands/molenaar").status_code == 200


@pytest.fixture(scope="module")
def browser() -> Browser:
    """A browser on a small archive, for many questions."""
    return site(archive())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(["tone", "day", "before", "q", "kind", "from", "to", "intent", "media", "labelled", "other"]),
    value=st.text(max_size=40),
)
def test_no_query_breaks_the_page(browser: Browser, name: str, value: str) -> None:
    """Whatever stands in the address, the answer is a page or a refusal in words."""
    import urllib.parse

    for path in ("/brands/molenaar", "/brands/molenaar/mentions", "/brands/molenaar/stories", "/brands/molenaar/digests"):
        answer = browser.get(f"{path}?{name}={urllib.parse.quote(value, errors='replace')}")
        assert answer.status_code in {200, 302, 400}

"""feedparser's conformance documents: what each expects of an entry is what we make of it, or there is a reason."""

from __future__ import annotations

from collections.abc import Mapping

from listener.core.errors import ParseError
from listener.sources.reading import read
from tests.unit.sources.captured import captured_feeds
from tests.unit.sources.conformance import Claim, claim_of

# The suite is served from here, and some documents expect links relative to it.
AT = "http://127.0.0.1:8097/tests/document.xml"

# Documents we differ from on purpose, by name, and why.
DIFFERENT: Mapping[str, str] = {
    "feedparser__0097b09f__item_description_crazy.xml": "what stands in a script is no text, however crookedly the script is opened",
    "feedparser__b55c9d57__http_item_link_base_content_location.xml": "Content-Location is no base: links are relative to where we were led",
    "feedparser__c01c833d__http_content_language_entry_title_inherit_2.xml": "the header Content-Language is not read: servers send a default",
    "feedparser__ee234db3__entry_title_xml_lang_blank.xml": "an empty xml:lang says nothing, so the feed's own language counts",
}


def test_conformance_documents_are_read_as_they_expect() -> None:
    """Title, text, link, id, author, language and date; markup as plain text, and nothing differs without a reason."""
    claims: dict[str, tuple[Claim, bytes]] = {}
    for path in captured_feeds("feedparser__"):
        body = path.read_bytes()
        if claim := claim_of(body.decode("utf-8", "replace")):
            claims[path.name] = claim, body
    assert len(claims) > 250
    differing = {name for name, (claim, body) in claims.items() if not _holds(claim, body)}
    assert differing == DIFFERENT.keys()


def _holds(claim: Claim, body: bytes) -> bool:
    try:
        return claim.holds(read(body, AT, ""))
    except ParseError:
        return False


def test_a_claim_is_found_in_its_comment() -> None:
    """The forms that the suite writes its expectations in, and those that are none of ours."""
    assert claim_of("<!--\nExpect: not bozo and entries[0]['title'] == 'a' + 'b'\n-->") == Claim(0, "title", "ab")
    assert claim_of("<!-- Expect: entries[1].link == u'http://x/' -->") == Claim(1, "link", "http://x/")
    assert claim_of("<!-- Expect: feed['language'] == 'en' -->") == Claim(-1, "language", "en")
    for words in (
        "feed['title'] == 'x'",
        "entries[0]['where'] == 1",
        "encoding == 'x'",
        "entries[0]['title'] == [",
        "len(entries) == 2",
    ):
        assert claim_of(f"<!-- Expect: {words} -->") is None
    assert claim_of("<rss/>") is None

"""The kind `google-alerts`."""

from __future__ import annotations

import base64

import pytest

from listener.sources.google_alerts import GoogleAlertsKind, hints
from listener.sources.reading import read
from tests.builders import document

CD = "CAIyHGU4ZTJkZjQ3OTVkYmIzMTc6Y28uanA6ZW46SlA"
ALERTS = """<?xml version="1.0" encoding="utf-8"?> <feed xmlns="http://www.w3.org/2005/Atom" xmlns:idx="urn:atom-extension:indexing">
<id>tag:google.com,2005:reader/user/04175468913983673025/state/com.google/alerts/4428013283581841004</id>
<title>Google Alert - Molenaar Pompen</title>
<link href="https://www.google.nl/alerts/feeds/04175468913983673025/4428013283581841004" rel="self"></link>
<updated>2026-11-20T11:53:37Z</updated>
<entry><id>tag:google.com,2013:googlealerts/feed:13685523368333461374</id>
<title type="html">&lt;b&gt;Molenaar&lt;/b&gt; bouwt gemaal &amp;#39;De Vliet&amp;#39; - Vakblad</title>
<link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://vakblad.example/2026/gemaal?a=1&amp;ct=ga&amp;cd={cd}&amp;usg=AFQj"></link>
<published>2026-11-20T11:46:48Z</published><updated>2026-11-20T11:46:48Z</updated>
<content type="html">De fabrikant van &lt;b&gt;pompen&lt;/b&gt; begint in maart&amp;nbsp;...</content><author><name></name></author></entry></feed>"""


def test_an_alert_leads_to_the_page_it_found() -> None:
    """Unwrapped link, its outlet, an id beyond 2^63 as text, tags gone, the publisher's tail left alone, vouched for by Google."""
    [entry] = GoogleAlertsKind(read=read).parse(document(body=ALERTS.format(cd=CD).encode()))
    assert entry.link == "https://vakblad.example/2026/gemaal?a=1"
    assert entry.url == "https://vakblad.example/2026/gemaal?a=1"
    assert entry.outlet == "vakblad.example"
    assert entry.guid == "tag:google.com,2013:googlealerts/feed:13685523368333461374"
    assert entry.title == "Molenaar bouwt gemaal 'De Vliet' - Vakblad"
    assert entry.text == "De fabrikant van pompen begint in maart ..."
    assert (entry.language, entry.country) == ("en", "JP")
    assert entry.author.name == ""
    assert entry.vouched


def test_without_a_hint_the_feed_itself_is_asked() -> None:
    """No `cd`, no link: still an entry that Google vouches for."""
    body = ALERTS.format(cd="").replace("<link href=", "<nolink href=").encode()
    [entry] = GoogleAlertsKind(read=read).parse(document(body=body))
    assert (entry.link, entry.url, entry.language, entry.country) == ("", "", "", "")
    assert entry.outlet == "vakblad.example"
    assert entry.vouched


@pytest.mark.parametrize(
    ("readable", "expected"),
    [
        (b"\x08\x02 2\x1ce8e2df4795dbb317:co.jp:en:JP", ("en", "JP")),
        (b"\x08\x022\x1ac433ff442c5014a2:cl:es:CL:R", ("es", "CL")),
        (b"\x08\x022\x1ac433ff442c5014a2:nl:nl:NL", ("nl", "NL")),
        (b"\x08\x022\x1ac433ff442c5014a2:com.br:pt-BR:BR", ("pt", "BR")),
        (b"\xfb\xff\xfec433ff442c5014a2:nl:nl:NL", ("nl", "NL")),
        (b"something else", ("", "")),
    ],
)
def test_language_and_country_stand_in_cd(readable: bytes, expected: tuple[str, str]) -> None:
    """Alert, top-level domain, language and country, in either alphabet of base64, with or without its padding."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for cd in (encode(readable).decode(), encode(readable).decode().rstrip("=")):
            assert hints(f"https://www.google.com/url?url=https://x.example/&cd={cd}") == expected


@pytest.mark.parametrize(
    "link", ["", "https://www.google.com/url?cd=a", "http://[::1", "https://x.example/?" + "a=1&" * 100, "?cd=é"]
)
def test_a_hint_that_cannot_be_read_is_no_hint(link: str) -> None:
    """Damaged, absent or hostile: nothing is said, and nothing breaks."""
    assert hints(link) == ("", "")

"""Addresses: which may be shown, what lies behind a redirect, and when two of them are one place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core import urls
from listener.core.urls import canonical, host, resolve, safe, unwrap, within

ALERT = "https://www.google.com/url?rct=j&sa=t&url=https://pompkrant.example/2026/07/nieuws/&ct=ga&cd=CAIyHGU4&usg=AFQjCN"

WILD = st.one_of(
    st.text(),
    st.from_regex(r"https?://[a-zA-Z0-9.é%:\[\]@-]{0,20}(/[^\n]{0,20})?", fullmatch=True),
    st.lists(
        st.sampled_from(
            [
                "http://",
                "https://",
                "www.",
                "m.",
                "google.nl/url?q=",
                "google.com/url?url=",
                "%",
                "%2e",
                "..",
                "/",
                "a",
                "é",
                "+",
                " ",
                "=",
                "&",
                "?",
                "#",
                ";",
                ":80",
                ":443",
                "x.nl",
                "utm_a=1",
                "ref=rss",
                "%2F",
                "%e9",
                "//",
                ".",
                "\ud800",
                "[::1]",
                "q=",
            ]
        ),
        max_size=14,
    ).map("".join),
)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "//evil.example",
        "https:/\\evil.example",
        "http://[::1",
        "http://[zz]/",
        "https://user@x.example/",
        "https://user:pw@x.example/",
        "vbscript:x",
        "\x01javascript:alert(1)",
        "https://x.example/\x00",
        "https://x.example/\u202egnp.exe",
        "https://x.example/\ud800",
        "https://x.example:99999/",
        "https://x.example:0/",
        "https://x..example/",
        "https:///nohost",
        "https://<b>.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "é" * 64 + ".example/",
        "https://" + "a." * 127 + "example/",
        "https://x.example/" + "a" * 9000,
        "mailto:x@x.example",
        "",
    ],
)
def test_an_address_that_hides_something_is_refused(url: str) -> None:
    """Only http and https with a plain host pass; what forged links are made of does not."""
    assert safe(url) == ""
    assert canonical(url) == ""


def test_a_safe_address_stays_as_given() -> None:
    """Nothing is rewritten but the white space around it and the spaces inside."""
    assert safe("  https://X.example/Een Pad?b=1#deel\n") == "https://X.example/Een%20Pad?b=1#deel"
    assert safe("http://[::1]:8000/a") == "http://[::1]:8000/a"


def test_a_google_alerts_redirect_is_unwrapped() -> None:
    """The target of a Google Alerts link is what its url parameter holds, in any country's domain."""
    assert unwrap(ALERT) == "https://pompkrant.example/2026/07/nieuws/"
    assert unwrap("https://www.google.co.uk/url?q=https%3A%2F%2Fx.example%2F%3Fa%3D1%26b%3D2&sa=U") == "https://x.example/?a=1&b=2"
    assert unwrap("https://google.nl/url?url=https://x.example/c++") == "https://x.example/c++"


def test_a_redirect_is_unwrapped_three_deep_and_no_deeper() -> None:
    """Someone who nests redirects without end gets the address back as it was."""
    url = "https://x.example/"
    for depth in range(1, 6):
        url = "https://www.google.com/url?url=" + url.replace("%", "%25").replace("&", "%26").replace("?", "%3F")
        assert unwrap(url) == ("https://x.example/" if depth <= 3 else url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/url?sa=t",
        "https://www.google.com/search?q=https://x.example/",
        "https://google.com.evil.example/url?url=https://x.example/",
        "https://feedproxy.google.com/~r/x/~3/abc/",
        "https://news.google.com/rss/articles/CBMiAbC?oc=5",
        "geen adres",
    ],
)
def test_what_is_no_redirect_stays(url: str) -> None:
    """Only Google's own redirect to a safe address is unwrapped."""
    assert unwrap(url) == url


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTP://WWW.Example.com:80/a/../b/?utm_source=rss&id=3&b=1#frag", "https://example.com/b?b=1&id=3"),
        (ALERT, "https://pompkrant.example/2026/07/nieuws"),
        ("https://www.youtube.com/watch?v=abc&feature=share&si=x", "https://youtube.com/watch?v=abc"),
        ("https://x.example/?ref=rss&at_medium=RSS&at_campaign=x", "https://x.example/"),
        ("https://x.example/?ref=main", "https://x.example/?ref=main"),
        ("https://München.example/Straße", "https://xn--mnchen-3ya.example/Stra%C3%9Fe"),
        ("https://m.x.example/a", "https://x.example/a"),
        ("https://www.m.x.example/a", "https://x.example/a"),
        ("https://www.nl/", "https://www.nl/"),
        ("https://x.example", "https://x.example/"),
        ("https://x.example//", "https://x.example/"),
        ("https://x.example:8443/a", "https://x.example:8443/a"),
        ("http://x.example:443/a", "https://x.example/a"),
        ("https://x.example/%7ejan/%e9%2Fa%", "https://x.example/~jan/%E9%2Fa%25"),
        ("https://x.example/a/%2e%2e/./b//c", "https://x.example/b/c"),
        ("https://x.example/a;jsessionid=12AB?gclid=1&x=a+b&&mc_cid=2", "https://x.example/a?x=a%20b"),
        ("https://news.google.com/rss/articles/CBMiAbC?oc=5&hl=nl", "https://news.google.com/rss/articles/CBMiAbC"),
        ("https://x.com/jan/status/12?s=20&t=q", "https://x.com/jan/status/12"),
        ("https://x.example./a", "https://x.example/a"),
        ("https://☃.example/", "https://xn--n3h.example/"),
        ("https://אa.example/", "https://xn--a-zhc.example/"),
        ("http://[::1]:8000/a", "https://[::1]:8000/a"),
    ],
)
def test_addresses_of_one_page_have_one_key(url: str, key: str) -> None:
    """What only says how one came to a page is no part of its key; what says which page it is stays."""
    assert canonical(url) == key


@settings(deadline=None)
@given(WILD)
def test_a_key_is_its_own_key_and_nothing_raises(url: str) -> None:
    """Canonical form is idempotent, on any string at all, and is always a safe address."""
    key = canonical(url)
    assert canonical(key) == key
    assert not key or safe(key) == key
    assert isinstance(unwrap(url), str)
    assert isinstance(host(url), str)
    assert isinstance(resolve(url, url), str)


def test_the_host_of_an_address_or_a_bare_name() -> None:
    """A host comes in lower-case ASCII; words that are no host name have none."""
    assert host("https://WWW.Nu.nl:443/x") == "www.nu.nl"
    assert host("nu.nl") == "nu.nl"
    assert host("münchen.de") == "xn--mnchen-3ya.de"
    assert host("Jan Jansen") == ""
    assert host("jan") == ""
    assert host("een. zin") == ""
    assert host("http://[::1]/") == "[::1]"
    assert host("http://[v1.x]/") == ""


def test_within_goes_by_whole_labels() -> None:
    """A sub-domain is within its domain; a name that merely ends alike is not, nor is anything within nothing."""
    assert within("www.bol.com", "bol.com")
    assert within("bol.com", "BOL.com")
    assert within("https://shop.bol.com/x", "https://bol.com")
    assert not within("symbol.com", "bol.com")
    assert not within("bol.com", "www.bol.com")
    assert not within("", "bol.com")
    assert not within("bol.com", "")
    assert not within("", "")


def test_a_link_is_read_from_its_page() -> None:
    """Relative links become absolute; an empty or forged one becomes nothing."""
    assert resolve("https://x.example/a/b", "../c?d=1") == "https://x.example/c?d=1"
    assert resolve("https://x.example/a", "//y.example/z") == "https://y.example/z"
    assert resolve("https://x.example/a", "https://y.example/ z") == "https://y.example/%20z"
    assert resolve("", "https://y.example/") == "https://y.example/"
    assert resolve("", "/los") == ""
    assert resolve("https://x.example/a", " ") == ""
    assert resolve("https://x.example/a", "javascript:alert(1)") == ""
    assert resolve("https://x.example/a", "/b\nc") == ""
    assert resolve("https://x.example/a", "//[::1") == ""


@settings(deadline=None, max_examples=300)
@given(WILD, st.sampled_from(["", "https://b.example/a/b?c"]))
def test_a_plain_address_is_read_as_any_other(url: str, base: str) -> None:
    """The short way that plain addresses take leads where the long one does."""

    def ends() -> list[str]:
        return [safe(url), canonical(url), host(url), unwrap(url), resolve(base, url)]

    short = ends()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "_plainly", lambda _: None)
        assert ends() == short


@pytest.mark.parametrize(
    "url",
    [
        "https://www.nu.nl/a/b/?utm_source=x&b=2&a=1#c",
        "http://m.nu.nl",
        "https://news.google.com/rss/articles/CBMi?oc=5",
        "https://www.google.nl/url?q=https://nu.nl/x",
        "https://nu.nl/a/./b",
        f"https://{'a' * 64}.nl/",
        f"https://nu.nl/{'a' * 8200}",
        f"https://{'a.' * 130}nl/",
        "https://nu.nl/%41?%zz=+",
        "https://youtu.be/x?si=y&t=3",
    ],
)
def test_the_two_ways_meet(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain or not, an address has one key, one host and one form."""
    short = [safe(url), canonical(url), host(url)]
    monkeypatch.setattr(urls, "_plainly", lambda _: None)
    assert [safe(url), canonical(url), host(url)] == short


@pytest.mark.parametrize("scheme", ["HTTPS", "httpS", "Https", "htTp"])
def test_a_scheme_is_in_lower_case_wherever_its_capital_stands(scheme: str) -> None:
    """At its end too, where the address begins with "http" already."""
    assert safe(f"{scheme}://x.example/A") == f"{scheme.lower()}://x.example/A"

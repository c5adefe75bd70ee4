"""Words as people read them: markup and sloppy encoding in, plain text out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core import text as texts
from listener.core.text import character, composed, excerpt, plain, tidy, unescape

MARKUP = st.lists(
    st.one_of(
        st.text(max_size=5),
        st.sampled_from(
            [
                "<b>",
                "</b>",
                "<br>",
                "<p class='x'>",
                "<",
                ">",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "<script>",
                "</script>",
                "&amp;",
                "&",
                "&#39;",
                "&#xD800;",
                "&lt;",
                '"',
                "'",
                " ",
                "<a href=",
                "\ud800",
                "\x00",
                "\u0301",
                "<?",
                "<!x>",
                "</",
            ]
        ),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>Sl</b>ack Stock", "Slack Stock"),
        ("een<br>twee<br/>drie", "een twee drie"),
        ("<p>een</p><p>twee</p>", "een twee"),
        ("<ul><li>een<li>twee</ul>", "een twee"),
        ('<a href="#">#<span>pompen</span></a>', "#pompen"),
        ("voor<img src=x alt=y>na", "voor na"),
        ("<o:p>x</o:p><my-tag>y</my-tag><foo bar=1>z", "x y z"),
        ("<a title='a > b'>x</a>", "x"),
        ('<a href="kapot>x</a> y', "x y"),
        ("een <a href='http://x.exa", "een"),
        ("een <x y='http://x.exa", "een <x y='http://x.exa"),
        ("<script>kwaad()</script >goed<style>p{}</style>", "goed"),
        ("goed<script>kwaad()", "goed"),
        ("goed<script>kwaad()</script", "goed"),
        ("<script/>goed", "goed"),
        ("een<!-- twee -->drie<!-- vier", "eendrie"),
        ("<!DOCTYPE html><?xml version='1.0'?>x <!1 y", "x <!1 y"),
        ("<![CDATA[<b>een</b> & twee]]>", "een & twee"),
        ("a < b en c > d, <3, x <", "a < b en c > d, <3, x <"),
        ("List<String> <jan@nu.example> <https://nu.example>", "List<String> <jan@nu.example> <https://nu.example>"),
        ("Een &lt;div&gt; is een tag", "Een <div> is een tag"),
        ("&lt;b&gt;Slack&lt;/b&gt; stijgt", "Slack stijgt"),
        ("<p>Schrijf &lt;b&gt; en &lt;/b&gt;</p>", "Schrijf <b> en </b>"),
        ("AT&amp;amp;T, AT&amp;T, H&M", "AT&T, AT&T, H&M"),
        ("&amp;amp;amp;", "&amp;"),
        ("?a=1&copy=2&sect=3 &onzin; &copy;", "?a=1&copy=2&sect=3 &onzin; ©"),
        ("the Company&#39;s&nbsp;... &#x2019;&#8220 &#0;&#xD800;", "the Company's ... ’“ \ufffd\ufffd"),
    ],
)
def test_markup_becomes_the_words_a_reader_sees(markup: str, words: str) -> None:
    """Tags go without gluing or splitting words, entities are resolved, and what merely looks like markup stays."""
    assert plain(markup) == words


def test_white_space_and_control_characters_are_tidied() -> None:
    """Every run of white space is one space; signs that nobody can see or that turn the text around are gone."""
    assert tidy(" een\t\u00a0twee\r\n\u2003drie ") == "een twee drie"
    assert tidy("a\x00b\x1b[1m\u202ec\ufeff\x7f") == "ab[1mc"
    assert tidy("a\x85b\x1cc") == "a b c"
    assert tidy("e\u0301\ufb01") == "é\ufb01"


def test_halves_of_a_character_are_joined_or_dropped() -> None:
    """Two surrogates that belong together are one character; a lone one would break every encoder after us."""
    assert tidy("a\ud83d\ude00b\ud83dc\ude00") == "a😀bc"


def test_a_heap_of_accents_is_cut_to_thirty() -> None:
    """Sorting accents takes quadratic time, so nobody may send a million of them on one letter."""
    heap = "e" + "\u0301\u0316" * 100_000 + "!" + "x\u0302"
    assert len(composed(heap)) < 40
    assert composed(heap).endswith("!x\u0302")
    assert composed("\u2026" * 50) == "\u2026" * 50


@pytest.mark.parametrize(
    "hostile",
    [
        "<",
        "<a ",
        '<a "',
        "<a \"'",
        "<!--",
        "<![CDATA[",
        "&",
        "&amp;",
        "<script>",
        "</script",
        "<p \"'",
        "<a b=",
        "&#1",
        "<!a",
        "<a<",
    ],
)
def test_a_hostile_text_takes_no_more_than_its_length(hostile: str) -> None:
    """No beginning of a tag, repeated without end, makes the reader go over the rest of the text again and again."""
    text = hostile * (200_000 // len(hostile))
    assert len(plain(text)) <= len(text)


@settings(deadline=None)
@given(MARKUP)
def test_plain_text_is_always_clean(markup: str) -> None:
    """Whatever comes in, one clean line comes out that UTF-8 can hold."""
    words = plain(markup)
    words.encode()
    assert words == words.strip()
    assert "  " not in words
    assert "\x00" not in words
    assert unicodedata.is_normalized("NFC", words)
    assert tidy(words) == words


def test_one_reference_at_a_time() -> None:
    """A reference is resolved once; what is none stands for nothing."""
    assert unescape("&amp;amp; &euml;") == "&amp; ë"
    assert character("&eacute;") == "é"
    assert character("&onzin;") == ""


def test_a_short_text_is_its_own_excerpt() -> None:
    """Nothing is cut where nothing needs to be."""
    assert excerpt("Een pomp.", [(4, 8)]) == ("Een pomp.", ((4, 8),))
    assert excerpt("", []) == ("", ())


def test_an_excerpt_shows_the_first_hit_between_whole_words() -> None:
    """The passage begins a little before the first hit, ends between words, and says where it was cut."""
    text = "woord " * 100 + "Molenaar Pompen " + "zin " * 100
    passage, spans = excerpt(text, [(600, 615), (980, 983)], limit=80)
    assert passage == "…woord woord woord Molenaar Pompen zin zin zin zin zin zin zin zin zin zin zin…"
    assert [passage[a:b] for a, b in spans] == ["Molenaar Pompen"]


def test_an_excerpt_without_hits_is_the_beginning() -> None:
    """With nothing to show in particular, the first words are shown."""
    assert excerpt("een twee drie vier", [], limit=12) == ("een twee…", ())


def test_an_excerpt_near_the_end_shows_more_of_what_came_before() -> None:
    """The room that is not needed after the hit is used before it."""
    assert excerpt("een twee drie vier vijf", [(19, 23)], limit=16) == ("…drie vier vijf", ((11, 15),))


def test_an_excerpt_may_begin_exactly_between_words() -> None:
    """Where the cut happens to fall between two words, no word more is lost."""
    assert excerpt("een twee drie vier vijf zes", [(9, 13)], limit=19) == ("…twee drie vier…", ((6, 10),))


def test_words_that_are_too_long_are_cut_where_they_must() -> None:
    """A text without spaces is still cut, and a hit longer than the passage is shown in part."""
    assert excerpt("x" * 50, [(30, 40)], limit=20) == ("…" + "x" * 18 + "…", ((4, 14),))
    assert excerpt("x" * 50, [(0, 50)], limit=5) == ("xxxx…", ((0, 4),))
    assert excerpt("een twee", [], limit=1) == ("…", ())
    assert excerpt("een twee", [], limit=0) == ("", ())


@settings(deadline=None)
@given(st.text(alphabet="ab ", max_size=60), st.integers(0, 40), st.data())
def test_an_excerpt_never_exceeds_its_limit_and_its_spans_fit(text: str, limit: int, data: st.DataObject) -> None:
    """An excerpt is at most `limit` long, and each span in it marks the same letters as before, as far as they are shown."""
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    passage, inside = excerpt(text, spans, limit)
    assert len(passage) <= limit or passage == text
    originals = [text[a:b] for a, b in spans]
    for a, b in inside:
        assert 0 <= a < b <= len(passage)
        assert any(passage[a:b] in original for original in originals)
    assert bool(spans and limit > 4) <= bool(inside)


@settings(deadline=None, max_examples=300)
@given(MARKUP)
def test_ordinary_tags_are_swept_away_as_any_other(markup: str) -> None:
    """What takes all ordinary tags at one sweep leaves what going from tag to tag leaves."""
    swept = plain(markup)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "_LEFT_BEHIND", {})
        assert plain(markup) == swept


@settings(deadline=None, max_examples=300)
@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("aé\u0301\u2000\u2001\u2003\u2019\u20ac\u1100\u1161\u2126")),
        max_size=20,
    )
)
def test_western_texts_are_composed_without_being_looked_at(text: str) -> None:
    """A text that is told by its bytes to be composed is composed."""
    if texts._is_western(text):
        assert unicodedata.is_normalized("NFC", text)
    assert composed(text) == unicodedata.normalize("NFC", text)


def test_what_references_mean_is_remembered_within_bounds() -> None:
    """A text that shows every reference there is stays right, and does not stay in memory."""
    numbers = range(0x4E00, 0x4E00 + 2 * texts._REMEMBERED)
    assert unescape("".join(f"&#{number};" for number in numbers)) == "".join(map(chr, numbers))
    assert len(texts._MEANT) <= texts._REMEMBERED

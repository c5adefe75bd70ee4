"""What Renderer promises: one digest, dressed twice, harmless whatever a feed put into it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pkgutil import resolve_name
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from listener.core.model import Intent, Tone
from listener.core.ports import Dresser
from listener.core.report import Dressed, Finding, LeftOut, ToneCount, Usual
from listener.core.themes import Theme
from listener.reports.locale import load
from listener.reports.render import LARGEST, WIDTH, Renderer, environment, plain_lines
from listener.reports.room import Room
from listener.reports.view import view
from tests.builders import coverage, day, digest, item, unheard
from tests.hostile import BAD

RENDER = Renderer()


class Reader(HTMLParser):
    """Reads a page as a mail program does, and remembers its tags, links and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag and what it carries."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Remember words."""
        self.words += data

    def all(self, name: str) -> list[str]:
        """The values of an attribute, wherever it stands."""
        return [value or "" for found, value in self.attributes if found == name]


def dressed(**changes: Any) -> Dressed:
    """A digest with these changes, dressed."""
    return RENDER(digest(**changes))


def hostile(words: str) -> Dressed:
    """A digest in which everything that can come from elsewhere is `words`."""
    bad = item(title=words, excerpt=words, outlet=words, clause=words, link=words, language=words, kind=words, also=(words, words))
    ledger = (coverage(words, kind=words), unheard(words, kind=words, detail=words))
    return dressed(
        items=(bad, replace(bad, title="", link="https://x.example/?q=%22%3E")), coverage=ledger, brand_name=words, page=words
    )


def test_it_is_a_dresser() -> None:
    """The port that the jobs know, by the name that the wiring will use."""
    dresser: Dresser = resolve_name("listener.reports.render:Renderer")()
    assert dresser(digest()) == dressed()


@pytest.mark.parametrize("words", BAD)
def test_nothing_hostile_comes_alive(words: str) -> None:
    """No tag, handler, style, address or template word of somebody else's is more than words, in HTML and in text."""
    made = hostile(words)
    plain = Reader(hostile("plain").html)
    found = Reader(made.html)
    assert set(found.tags) <= set(plain.tags)
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert {value for value in found.all("style") if "position" in value} == set()
    for link in found.all("href"):
        assert re.match(r"https?://", link)
    assert "49" not in made.text
    made.html.encode()
    made.text.encode()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", made.html + made.text + made.subject)
    assert len(made.html.encode()) < LARGEST


@pytest.mark.parametrize(
    ("letter", "page"), [("é", 30), ("😀", 30), ("<", 30), ("a", 200)], ids=["accents", "emoji", "marks", "long page"]
)
def test_no_snapshot_is_larger_than_a_mail_may_be(letter: str, page: int) -> None:
    """However long its lists and texts are, and with the recipient's own links in it; what is not named is counted."""
    words, address = letter * 3000, "https://x.example/" + "p" * 2400
    bad = item(title=words, excerpt=words, outlet=words, clause=words, link=address, also=(words,) * 9, kind=words, tone_by=words)
    theme = Theme(phrase=words, language="nl", mentions=(1,), stories=2, voices=2)
    made = dressed(
        items=tuple(replace(bad, mention=10**12 + n) for n in range(60)),
        waiting=tuple(replace(bad, mention=2 * 10**12 + n, intent=Intent.COMPLAINT) for n in range(60)),
        waiting_in_all=99,
        brand_name=words,
        coverage=tuple(unheard(words, kind=words, detail=words) for _ in range(400)),
        themes=(theme,) * 400,
        week=tuple(day(neutral=1) for _ in range(400)),
        tones=ToneCount(negative=400),
        stories=400,
        page="https://listener.example/" + "q" * page,
    )
    own = len(f"https://listener.example/{'q' * page}/mail/label/") + 50
    assert len(made.html.encode()) + made.html.count(made.label) * (own - len(made.label)) <= LARGEST
    assert len(made.text.encode()) < LARGEST
    assert " van 99 klachten en vragen" in made.text


def test_what_there_is_no_room_for_is_counted() -> None:
    """First the stories, then what waits, then the sources; an address of three thousand letters is none."""
    room: Room | None = Room(items=1, waiting=1, sources=2)
    sizes = []
    while room is not None:
        sizes.append((room.items, room.waiting, room.sources))
        room = room.less(0.9)
    assert sizes == [(1, 1, 2), (0, 1, 2), (0, 0, 2), (0, 0, 1), (0, 0, 0)]
    none = view(digest(waiting=(item(),), waiting_in_all=3), load("nl", "Europe/Amsterdam"), Room(items=0, waiting=0, sources=0))
    assert (none.items, none.waiting, none.rows) == ((), (), ())
    assert none.counted.startswith("0 van 1 verhaal")
    assert none.waiting_counted.startswith("0 van 3 klachten en vragen")
    assert none.further == "en nog 1 bron, gehoord"
    assert "x.example/ppp" not in dressed(items=(item(link="https://x.example/" + "p" * 3000),)).html


@given(st.text(max_size=120))
@settings(max_examples=25, deadline=None)
def test_no_words_make_it_raise(words: str) -> None:
    """A digest is sent whatever a feed holds."""
    made = hostile(words)
    made.html.encode()
    made.text.encode()


def test_the_mail_fetches_nothing() -> None:
    """No picture, font, style sheet or script from anywhere: opening a mail tells nobody."""
    html = dressed().html
    found = Reader(html)
    assert not {"img", "script", "link", "iframe", "object", "form", "input", "svg", "video"} & set(found.tags)
    assert not found.all("src")
    assert not found.all("background")
    assert not re.search(r"url\(|@import|@font-face", html)


def test_dark_and_narrow_screens_keep_their_styles_and_the_rest_is_inlined() -> None:
    """The inliner drops a style sheet that is not marked to be kept, and dark mode with it."""
    html = dressed().html
    assert "@media (prefers-color-scheme:dark)" in html
    assert "@media (max-width:480px)" in html
    assert re.search(r'<h1 style="[^"]*font-size', html)
    assert ".val{font-size:32px" not in html


def test_long_words_may_break_and_tables_are_fixed() -> None:
    """A word of 5,000 letters must not push a 360 pixel screen sideways."""
    html = dressed(items=(item(title="a" * 5000),)).html
    assert "overflow-wrap: anywhere" in html or "overflow-wrap:anywhere" in html
    for table in re.findall(r"<table[^>]*>", html):
        if "card" in table or "fix" in table:
            assert re.search(r"table-layout: ?fixed", table)


def test_the_contents_come_in_their_order() -> None:
    """Date and brand, numbers, coverage, figures, items, seven days, button, sources, left out, why: in both parts alike."""
    made = dressed(
        tones=ToneCount(negative=17, neutral=37),
        usual=Usual(mentions=46, negative=6, weeks=6),
        voices=41,
        stories=5,
        left_out=LeftOut(beyond=4),
        coverage=(coverage(), unheard()),
    )
    parts = [
        "Molenaar Pompen · vrijdag 20 november 2026",
        "54 vermeldingen, 17 negatief (gewoonlijk 6)",
        "1 van de 2 bronnen gehoord; niet gehoord: molenaar-x.",
        "auteurs",
        "Nieuwe verhalen",
        "1 van 5 verhalen",
        "vakblad.example · 13:00",
        "Molenaar Pompen opent een vestiging in Gent",
        "De fabrikant opent in maart een vestiging in Gent.",
        'Gevonden met: "Molenaar Pompen"',
        "Zeven dagen",
        "Bekijk alle 54 vermeldingen",
        "Waar we luisterden",
        "niet gehoord: weigerde ons",
        "Wat niet is opgenomen",
        "4 verhalen meer",
        "U ontvangt deze e-mail omdat",
    ]
    for body in (Reader(made.html.partition('role="article"')[2].partition(">")[2]).words, made.text):
        line = " ".join(body.split())
        places = [line.find(part) for part in parts]
        assert -1 not in places, parts[places.index(-1)]
        assert places == sorted(places)
    assert made.subject == "Molenaar Pompen: 54 vermeldingen, 17 negatief (gewoonlijk 6)"


def test_an_item_keeps_its_own_language_and_tells_its_tone_twice() -> None:
    """A screen reader changes its voice for a quotation, and colour is never the only sign."""
    made = dressed(language="en", items=(item(language="nl", tone=Tone.NEGATIVE, intent=Intent.COMPLAINT),))
    assert re.search(r'<p [^>]*class="q"[^>]* lang="nl"', made.html)
    assert "\N{MINUS SIGN} negative" in made.html
    assert "[\N{MINUS SIGN}] negative, complaint · vakblad.example · 13:00" in made.text
    assert '<html lang="en"' in made.html


def test_a_title_without_an_address_is_no_link_and_an_address_without_a_title_is() -> None:
    """Every item can be reached where it has an address, and nothing pretends to be a link."""
    bare = dressed(items=(item(link=""),))
    assert "Molenaar Pompen opent" not in "".join(re.findall(r"<a [^>]*>([^<]*)</a>", bare.html))
    nameless = dressed(items=(item(title=""),))
    assert "Lees het bericht op vakblad.example</a>" in nameless.html


def test_a_gap_is_words_and_never_a_zero() -> None:
    """A day on which nobody listened has no number in either part."""
    made = dressed(week=(day(heard=False),))
    assert "niet geluisterd" in made.html
    assert re.search(r"vr 20 +- niet geluisterd", made.text)
    assert "bar-grey" not in made.html.partition("</head>")[2]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_blind_day_prints_no_number_of_mentions(language: str) -> None:
    """What we could not hear has no count: not its own, not a usual one, not its neighbours'."""
    made = dressed(
        language=language,
        finding=Finding.BLIND,
        tones=ToneCount(neutral=4711),
        stories=4711,
        voices=4711,
        usual=Usual(mentions=4711, negative=4711, weeks=4),
        items=(),
        week=(day(neutral=4711),),
        coverage=(unheard(mentions=4711), unheard("b", mentions=4711)),
        left_out=LeftOut(copies=4711, owned=4711, beyond=4711),
    )
    for part in (made.subject, made.html, made.text):
        assert not re.search(r"4[.,]?711", part)
    assert "vermelding" not in made.text
    assert "mention" not in made.text


def test_the_three_quiet_days_look_different_everywhere() -> None:
    """Subject, HTML and text each tell them apart."""
    found = [dressed(finding=one, items=(), tones=ToneCount(), stories=0) for one in (Finding.QUIET, Finding.PARTLY, Finding.BLIND)]
    for part in ("subject", "html", "text"):
        assert len({getattr(one, part) for one in found}) == 3
    assert len({re.search("<h1.*?</h1>", one.html)[0] for one in found}) == 3  # type: ignore[index] # every mail has a heading


def test_a_mail_that_would_be_cut_off_lists_fewer_and_says_so() -> None:
    """Gmail cuts at 102 kB; we shorten the list ourselves, and what is left out is still counted."""
    items = tuple(item(title=f"{n} " + "é" * 190, excerpt="é" * 280, link="https://x.example/" + "q" * 1900) for n in range(100))
    made = dressed(items=items, stories=120, tones=ToneCount(neutral=120), left_out=LeftOut(beyond=20))
    assert len(made.html.encode()) <= LARGEST
    found = re.search(r"(\d+) van 120 verhalen", made.html)
    assert found
    shown = int(found[1])
    assert 5 < shown < 100
    assert f"{120 - shown} verhalen meer" in made.html
    assert f"{120 - shown} verhalen meer" in made.text
    assert made.html.count('class="title"') == shown


def test_the_text_is_wrapped_and_its_addresses_are_whole() -> None:
    """Every line fits a terminal but for addresses, and no blank is one that a mail program shows oddly."""
    link = "https://x.example/" + "q" * 300
    made = dressed(
        items=(item(link=link, excerpt="woord " * 40, title="Titel\u00a0met\u202fharde blanken"), item(excerpt="a" * 280))
    )
    for line in made.text.splitlines():
        assert len(line) <= WIDTH or line.strip() == link
    assert f"   {link}\n" in made.text
    assert "   https://vakblad.example/1\n" in made.text
    assert not re.search("[\u00a0\u202f]", made.text)


def test_lines_are_wrapped_under_their_own_indent() -> None:
    """A quotation stays a block, and empty lines never come in crowds."""
    wrapped = plain_lines("   " + "woord " * 20 + "\n\n\n\n\nslot  \n\n")
    assert wrapped == "   " + " ".join(["woord"] * 12) + "\n   " + " ".join(["woord"] * 8) + "\n\nslot\n"


def test_a_word_that_a_template_does_not_know_is_a_fault() -> None:
    """A misspelt name fails in a test, not as a hole in a mail."""
    made = environment(load("en"))
    with pytest.raises(UndefinedError):
        made.from_string("{{ nothing.known }}").render()

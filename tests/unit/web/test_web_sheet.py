"""A mail on a page: the same styles from a sheet, nobody's own links, and not one style within."""

from __future__ import annotations

import re

import pytest

from listener.core.report import Dressed
from listener.reports.render import Renderer
from listener.web.sheet import unfold
from tests import builders as b
from tests.unit.web.browser import outline


def test_every_style_moves_to_the_sheet_and_means_the_same() -> None:
    """As many elements have a class as had a style, and each class says what the style said."""
    dressed = Renderer()(b.digest())
    made = unfold(dressed, "/mentions/")
    html = made.page("/digests/3/mail.css")
    before, after = outline(dressed.html), outline(html)
    styled = [attributes["style"] for _, attributes in before.elements if attributes.get("style")]
    rules = dict(re.findall(r"^\.(s\d+)\.\1\.\1\.\1\{(.*)\}$", made.css, re.MULTILINE))
    assert [rules[(attributes["class"] or "").split()[0]] for _, attributes in after.elements if is_styled(attributes)] == styled
    assert "<style" not in html
    assert "style=" not in html
    assert "prefers-color-scheme" in made.css
    assert after.all("link")[-1] == {"rel": "stylesheet", "href": "/digests/3/mail.css"}
    assert before.text.split() == after.text.split() or set(before.text.split()) >= set(after.text.split())


def is_styled(attributes: dict[str, str | None]) -> bool:
    """Whether an element got a class of the sheet's."""
    return bool(re.match(r"s\d+\b", attributes.get("class") or ""))


def test_a_reader_s_own_links_are_gone_and_labels_lead_to_the_mention() -> None:
    """Whoever reads the archive is not the recipient: he cannot leave for him, nor speak for him."""
    dressed = Renderer()(b.digest())
    html = unfold(dressed, "/mentions/").page("/sheet.css")
    assert dressed.unsubscribe
    for own in (dressed.unsubscribe, dressed.preferences, dressed.label):
        assert own not in html
    assert 'href="/mentions/' in html


@pytest.mark.parametrize(
    "text",
    [
        '<p>He wrote style="color:red" himself</p>',
        '<p title="a &quot;quoted&quot; style=&quot;x&quot;">&amp;amp; &#x3c;b&#x3e; &nbsp;</p>',
        "<p>one<br/>two &copy; &unknown; &</p>",
    ],
)
def test_a_text_that_looks_like_a_style_stays_as_it_is(text: str) -> None:
    """Only attributes are moved."""
    html = f"<!DOCTYPE html><html><head><title>x</title></head><body>{text}</body></html>"
    made = unfold(Dressed(subject="", html=html, text=""), "/mentions/")
    assert text in made.html
    assert made.css.strip() == ""


def test_a_style_and_a_class_go_together() -> None:
    """The class that was there stays, the new one stands before it; equal styles share one."""
    html = '<head></head><body><td class="a" style="x:1">1</td><td style="x:1">2</td><td style="x:&quot;2&quot;">3</td></body>'
    made = unfold(Dressed(subject="", html=html, text=""), "/mentions/")
    assert '<td class="s0 a">1</td><td class="s0">2</td><td class="s1">3</td>' in made.html
    assert made.css.splitlines() == [".s0.s0.s0.s0{x:1}", '.s1.s1.s1.s1{x:"2"}']

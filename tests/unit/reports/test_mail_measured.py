"""What a browser makes of the mail: bars that are honest, and no sideways scroll, measured in Chromium where there is one."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.core.model import Intent, Tone
from listener.core.report import LeftOut, ToneCount
from listener.core.themes import Theme
from listener.reports.render import LARGEST, Renderer
from tests.builders import FRIDAY, coverage, day, digest, item, unheard
from tests.hostile import BAD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Made so that a bar that drifts shows: one mention beside sixty, 54 and 55 and 60 that must not look alike.
WEEK = [(1, 2), (17, 37), (6, 49), (0, 60), (3, 4), (1, 0), (11, 44)]
LONG = "Donaudampfschifffahrtsgesellschaft" * 150
MEASURE = """<script>
addEventListener('load', () => {
  const found = [...document.querySelectorAll('iframe')].map((frame) => {
    const page = frame.contentDocument;
    const width = (cell) => cell ? cell.getBoundingClientRect().width : 0;
    return {
      sideways: page.documentElement.scrollWidth - frame.clientWidth,
      ran: frame.contentWindow.ran || page.querySelectorAll('script,iframe,form,object,video,svg,img,link,base').length > 0,
      bars: [...page.querySelectorAll('table.bars')].map((bar) => ({
        whole: width(bar), red: width(bar.querySelector('.bar-red')), grey: width(bar.querySelector('.bar-grey'))})),
    };
  });
  document.title = 'measured';
  document.body.innerHTML = '<pre id="found"></pre>';
  document.getElementById('found').textContent = JSON.stringify(found);
});
</script>"""


def mail(words: str, **changes: Any) -> str:
    """A mail with ten stories, five that wait for an answer, and an uneven week, in which everything of others is `words`."""
    one = item(title=words, excerpt=words[:280], outlet=words[:100], clause=words[:120], also=(words[:100],) * 5, copies=5)
    pressing = [
        item(mention=90 + n, title=words, excerpt=words[:280], tone=Tone.NEGATIVE, intent=Intent.COMPLAINT) for n in range(5)
    ]
    week = [
        day(FRIDAY - timedelta(days=6 - place), negative=negative, neutral=other) for place, (negative, other) in enumerate(WEEK)
    ]
    given: dict[str, Any] = {
        "items": tuple(one for _ in range(10)),
        "waiting": tuple(pressing),
        "waiting_in_all": 9,
        "tones": ToneCount(negative=11, neutral=44),
        "stories": 20,
        "ongoing": 2,
        "ongoing_items": 5,
        "left_out": LeftOut(beyond=4, copies=3),
        "week": tuple(week),
        "themes": (Theme(phrase=words, language="nl", mentions=(1,), stories=2, voices=2),),
        "coverage": (coverage(words), unheard(words)),
    }
    return Renderer()(digest(**(given | changes))).html


def measured(folder: Path, *mails: str, widths: tuple[int, ...] = (360, 600)) -> list[dict[str, Any]]:
    """What Chromium measures of each mail at each width; skipped, and said loudly, where there is none."""
    if CHROMIUM is None:
        print("NO CHROMIUM ON THIS MACHINE: whether bars are honest was NOT measured", file=sys.__stderr__)
        pytest.skip("no Chromium: whether the mail's bars are honest was not measured")
    # What comes alive in a mail calls `alert` or fetches something: the one leaves a mark, the other finds no network.
    trap = "<script>alert = () => { window.ran = true }; document.currentScript.remove()</script>"
    frames = "".join(
        f'<iframe width="{width}" height="900" srcdoc="{html.escape(trap + one)}"></iframe>' for one in mails for width in widths
    )
    page = folder / "page.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>iframe{{border:0}}</style><body>{frames}{MEASURE}", encoding="utf-8"
    )
    quiet = (
        "--disable-background-networking",
        "--disable-component-update",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-first-run",
    )
    asked = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", *quiet, f"--user-data-dir={folder / 'profile'}"]
    asked += ["--window-size=1400,1000", "--virtual-time-budget=5000", "--dump-dom", page.as_uri()]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<pre id="found">(.*?)</pre>', answer.stdout, re.DOTALL)
    assert found, answer.stdout[:500] + answer.stderr[-500:]
    return list(json.loads(html.unescape(found[1])))


def test_bars_are_honest_to_one_percent_and_nothing_scrolls_sideways(tmp_path: Path) -> None:
    """A pixel stands for as many mentions in each row, to 1 % of the scale, on a phone and on a desk; whatever the words are."""
    found = measured(tmp_path, mail("Molenaar Pompen opent een vestiging"), mail(LONG))
    assert len(found) == 4
    most = max(negative + other for negative, other in WEEK)
    for page in found:
        assert page["sideways"] <= 0
        assert len(page["bars"]) == len(WEEK)
        for (negative, other), bar in zip(WEEK, page["bars"], strict=True):
            assert bar["whole"] > 100
            scale = bar["whole"] / most
            assert abs(bar["red"] - negative * scale) <= 0.01 * bar["whole"]
            assert abs(bar["red"] + bar["grey"] - (negative + other) * scale) <= 0.01 * bar["whole"]
        wholes = [bar["whole"] for bar in page["bars"]]
        assert max(wholes) - min(wholes) < 0.01 * max(wholes)
        # Of what is big enough to be compared by eye: pixels for each mention, beside each other.
        each = [
            (bar["red"] + bar["grey"]) / (negative + other)
            for (negative, other), bar in zip(WEEK, page["bars"], strict=True)
            if negative + other > most / 2
        ]
        assert max(each) / min(each) <= 1.01


def test_no_words_of_others_make_a_mail_scroll_sideways_or_run(tmp_path: Path) -> None:
    """All that somebody may put into a title, a text, a name or an address, ten to a mail, on a phone and on a desk."""
    mails = []
    for start in range(0, len(BAD), 10):
        items = tuple(
            item(mention=n, title=words, excerpt=words, outlet=words, clause=words, link=words, also=(words,))
            for n, words in enumerate(BAD[start : start + 10])
        )
        mails.append(Renderer()(digest(items=items, brand_name=BAD[start], coverage=(unheard(BAD[start]),))).html)
    found = measured(tmp_path, *mails)
    assert len(found) == 2 * len(mails)
    assert [page["sideways"] for page in found if page["sideways"] > 0] == []
    assert not any(page["ran"] for page in found)


@pytest.mark.parametrize(
    "words", ["gewoon", LONG[:200], "😀" * 300, "&<>\"'" * 60, "שלום " * 60], ids=["plain", "long", "emoji", "marks", "rtl"]
)
def test_a_full_mail_stays_small(words: str) -> None:
    """Under 80 kB, with the recipients' own links in it, which are longer than what stands for them."""
    made = mail(words)
    assert len(made.encode()) + 60 * made.count("https://label.invalid/") <= LARGEST
    if words in {"gewoon", LONG[:200]}:
        assert made.count('class="item item-') == 15

"""The report as page, paper and mail: whatever a feed put into it, it stands as text, and nothing is fetched."""

from __future__ import annotations

import builtins
import json
import re
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

import listener
from listener.core.dossier import Dossier, Earlier, Note, Verdict, Wording
from listener.core.frozen import Report, fingerprint, report_of, report_text
from listener.core.labels import YES, Aspect, Label
from listener.core.model import Media, Tone
from listener.core.observed import Gap, Observed, Place, QueryChange
from listener.core.proving import dossier
from listener.core.removal import Cause
from listener.core.tellings import Row, Table
from listener.core.thresholds import SHIPPED
from listener.reports.appendix import Shown
from listener.reports.evidence import NoPaper, mail, page, paper, rows_file
from listener.reports.letters import MISSING, STRETCHES, drawable
from listener.reports.locale import load
from listener.reports.methods import methods
from listener.reports.proving import view
from listener.reports.verifying import numbers_of
from tests.builders import kept

SINCE = datetime(2026, 8, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=90)
HOSTILE = '<script>alert(1)</script> #read("/etc/passwd") $x$ {{ 7*7 }} \u202eabc 😀 中文 \x00 @ref <lab> \\ * _'


def observed() -> Observed:
    """Ninety days with complaints, a gap, a changed query and labels of all that was drawn."""
    start = int(SINCE.timestamp())
    rows = [Row(n, n, n % 40 + 1, n, 0, start + n * 20_000, n % 2, 0, 0, 0, 0 if n % 3 else 5, 1, 0, 0, 0) for n in range(1, 300)]
    places = (
        Place(key="vakblad", kind="rss", route="feeds", since=SINCE, until=UNTIL),
        Place(key="forum", kind="rss", route="feeds", since=SINCE + timedelta(days=30), until=UNTIL, social=True),
    )
    return Observed(
        brand="molenaar",
        brand_name=f"Molenaar {HOSTILE[:40]}",
        language="nl",
        timezone="Europe/Amsterdam",
        since=SINCE,
        until=UNTIL,
        made_at=UNTIL + timedelta(hours=8),
        table=Table.of(rows),
        places=places,
        languages=("nl",),
        gaps=(Gap(place=0, since=SINCE + timedelta(days=5), until=SINCE + timedelta(days=7, hours=5), why="no answer"),),
        changes=(QueryChange(at=SINCE + timedelta(days=40), version="abc"),),
        labels=tuple(Label(mention=n, aspect=Aspect.ABOUT, value=YES, by="Ann", at=UNTIL) for n in range(1, 60)),
        removed=(("taken back", 2),),
        versions=(("listener", "1"), ("judge", "test 1")),
        queries=('"Molenaar"',),
    )


@pytest.fixture(scope="module")
def made() -> Dossier:
    """A dossier with something of everything that can be shown."""
    found = dossier(observed())
    early = replace(SHIPPED[-1], version=0, on=date(2026, 1, 1), author="Ann")
    findings = tuple(
        replace(
            one,
            examples=(1, 2, 3),
            earlier=(Earlier(version=0, on=early.on, author="Ann", verdict=Verdict.MIXED, wording=Wording.MIXED),),
        )
        if place == 0
        else replace(one, wording=list(Wording)[place % len(Wording)], trivial=place == 3)
        for place, one in enumerate(found.findings)
    )
    notes = (Note(about=findings[0].key, text=f"Ons woord. {HOSTILE}", by="Ann", at=UNTIL),)
    return replace(found, findings=findings, earlier=(early,), notes=notes)


def report(made: Dossier) -> Report:
    """As the archive would give it back."""
    return report_of(report_text(made, fingerprint(observed())))


SHOWN = Shown(
    mentions={
        1: kept(id=1, title=HOSTILE, excerpt=HOSTILE, tone=Tone.NEGATIVE, media=Media.EARNED),
        2: kept(id=2, kind="x", title="words of X", excerpt="words of X"),
    },
    gone={3: Cause.FORGOTTEN, 9: Cause.TAKEN_BACK},
    broken=frozenset({"fit"}),
)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_fetches_nothing_and_shows_feeds_words_as_words(made: Dossier, language: str) -> None:
    """No script, no picture, no style but its own; a strict policy that names the sum of that style."""
    html = page(view(report(made), SHOWN, language))
    assert f'<html lang="{language}">' in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"<(?:img|link|iframe|object|embed|form|base)\b|\son\w+=|\bstyle=|@import|url\(", html)
    assert "default-src 'none'" in html
    assert "words of X" not in html
    assert "{{ 7*7 }}" in html
    for finding in made.findings:
        assert f'id="o-{finding.key}"' in html


def test_page_one_answers_and_page_two_says_what_was_heard(made: Dossier) -> None:
    """The question, the answer, its certainty and at most six figures; then sources with their gaps, and what was not heard."""
    seen = view(report(made), SHOWN, "en")
    assert seen.question
    assert seen.answer
    assert seen.certainty
    assert 1 <= len(seen.figures) <= 6
    forum, vakblad = sorted(seen.sources, key=lambda one: one.key)
    assert vakblad.days[5:7] == "nn"
    assert vakblad.days[7] == "p"
    assert forum.days.startswith("." * 29)
    assert "no answer" in vakblad.remark
    assert seen.deaf
    assert any(one.changed for one in seen.weeks)


def test_counter_evidence_is_set_in_the_same_size(made: Dossier) -> None:
    """The fixed rule is only worth something where its result is read as easily as what it speaks against."""
    html = page(view(report(made), SHOWN, "en"))
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert ".sides p,.sides blockquote{font-size:1rem}" in style
    assert not re.search(r"\.counter\b|blockquote p\{[^}]*font-size", style)


def test_an_objections_page_has_all_that_a_sceptic_asks(made: Dossier) -> None:
    """Claim, rule, figures with interval, verdict, examples, counter-evidence, what it cannot tell, an earlier version's word, notes."""
    first = view(report(made), SHOWN, "en").objections[0]
    assert first.claim
    assert first.answer
    assert [name for name, _ in first.rules][:3] == ["We look at", "Contradicted if", "Supported if"]
    assert first.cannot
    assert first.counter
    assert "version 0" in first.earlier
    assert [one.words for one in first.notes] == [f"Ons woord. {HOSTILE}"]
    assert not first.notes[0].sealed
    hers, of_x, gone = first.examples
    assert hers.words
    assert (of_x.words, of_x.link) == ("", "https://vakblad.example/2")
    assert (gone.words, gone.link) == ("", "")
    assert "forgotten" in gone.where


def test_every_wording_has_words_and_no_proxy_more_than_points(made: Dossier) -> None:
    """In both languages; what points is no verdict of its own colour name."""
    for language in ("nl", "en"):
        seen = view(report(made), SHOWN, language)
        assert {one.verdict for one in seen.objections} <= {
            "contradicted", "supported", "mixed", "undetermined", "points-contradicted", "points-supported",
        }  # fmt: skip
        assert len({word for _, _, word in seen.counts}) == len(seen.counts)


def test_deleted_items_leave_a_tally_and_a_footnote(made: Dossier) -> None:
    """Before the report, and since."""
    seen = view(report(made), SHOWN, "en")
    assert "4 items that once counted were removed" in seen.footnote
    removed = next(one for one in seen.tables if one.title == "Removed items")
    assert [row[1] for row in removed.rows] == ["2", "1", "1"]
    none = view(report(replace(made, removed=())), replace(SHOWN, gone={}), "en")
    assert "removed" not in none.footnote


def test_both_versions_of_the_thresholds_are_shown(made: Dossier) -> None:
    """With the date and the author of each."""
    seen = view(report(made), SHOWN, "en")
    table = next(one for one in seen.tables if one.title.startswith("Thresholds"))
    assert table.head[1:] == ("version 0", f"version {SHIPPED[-1].version}")
    assert "1 January 2026, Ann" in table.remark


def test_the_paper_is_tagged_and_the_same_each_time(made: Dossier) -> None:
    """PDF/UA-1, in the reader's language, with its title; hostile words are ink."""
    seen = view(report(made), SHOWN, "nl")
    body = paper(seen, made.made_at)
    assert body == paper(seen, made.made_at)
    assert body.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in body
    assert b"/Lang" in body
    streams = b"".join(_inflated(body))
    assert b"pdfuaid:part" in body + streams
    assert b"root:x:0" not in body + streams


def _inflated(body: bytes) -> list[bytes]:
    found = []
    for start in re.finditer(rb"stream\r?\n", body):
        try:
            found.append(zlib.decompressobj().decompress(body[start.end() :]))
        except zlib.error:
            continue
    return found


def test_without_typst_the_paper_says_how_to_get_it(made: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page, data and bundle need it not."""
    real = builtins.__import__

    def gone(name: str, *rest: Any, **more: Any) -> Any:
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", gone)
    with pytest.raises(NoPaper, match=r"listener-monitor\[pdf\]"):
        paper(view(report(made), SHOWN, "nl"), made.made_at)


def test_every_letter_that_is_called_drawable_can_be_drawn(made: Dossier) -> None:
    """PDF/UA-1 fails on the first letter without a form; so each is tried."""
    letters = "".join(chr(code) for low, high in STRETCHES for code in range(low, high + 1))
    assert drawable(letters).count(MISSING) == 0
    seen = replace(view(report(made), SHOWN, "en"), footnote=letters, objections=(), tables=())
    assert paper(seen, made.made_at).startswith(b"%PDF-")


def test_what_cannot_be_drawn_is_shown_as_missing() -> None:
    """Never left out unseen; what nobody sees anyway becomes a blank."""
    assert drawable("Dank 中文 😀 u") == "Dank […] u"
    assert drawable("a\u202eb\x00c\nd") == "a b c d"
    assert drawable("Ελλάδα, Київ, Łódź, façade – €") == "Ελλάδα, Київ, Łódź, façade – €"


def test_the_mail_carries_the_answer_and_the_one_link(made: Dossier) -> None:
    """In both forms."""
    subject, html, text = mail(view(report(made), SHOWN, "nl"), "https://page.example/evidence/token")
    assert subject.startswith("Bewijsrapport Molenaar")
    assert 'href="https://page.example/evidence/token"' in html
    assert "https://page.example/evidence/token" in text
    assert "<script>" not in html


def test_a_dossier_of_nothing_can_be_shown() -> None:
    """A period without any mention or source; a zone of the far side of the world."""
    empty = replace(observed(), table=Table.of(()), places=(), gaps=(), labels=(), changes=(), timezone="Pacific/Kiritimati")
    found = dossier(empty)
    seen = view(report_of(report_text(found, "")), Shown(mentions={}, gone={}), "nl")
    assert page(seen)
    assert paper(seen, found.made_at)


def test_a_figures_rows_have_a_file_name_that_a_bundle_can_hold() -> None:
    """Whatever its key."""
    assert rows_file("headline/volume.stories") == "rows/headline-volume-stories.json"
    assert rows_file("É/" + "x" * 300).startswith("rows/")


def test_the_catalogues_hold_nothing_that_is_no_longer_said() -> None:
    """Each message of the report and of the sheet stands in their modules or templates."""
    from listener.reports.locale import HERE
    from listener.reports.render import TEMPLATES

    sources = [*HERE.parent.glob("*.py"), *TEMPLATES.glob("evidence*"), *TEMPLATES.glob("privacy*")]
    said = re.sub(r'"\s+"', "", "".join(path.read_text() for path in sources))  # a long message stands there in pieces
    for name in ("evidence.po", "privacy.po"):
        with (HERE / "nl" / name).open("rb") as file:
            for message in read_po(file, locale="nl"):
                one = message.id if isinstance(message.id, str) else message.id[0]
                assert json.dumps(one, ensure_ascii=False)[1:-1].replace('\\"', '"') in said.replace('\\"', '"'), one


def test_the_list_of_mentions_is_read_as_it_comes() -> None:
    """Whatever the pieces, and with line ends within quotes; a row without a number or a broken end is refused."""
    rows = [b"1,rss,a\n", b'22,rss,"two\nlines ""and"" a quote"\n', b"333,x,\n", b'4,"\n\n",b\n']
    text = b"".join(rows)
    for size in range(1, len(text) + 1):
        assert list(numbers_of(text[at : at + size] for at in range(0, len(text), size))) == [1, 22, 333, 4]
    assert list(numbers_of([b""])) == []
    for broken in (b"1,a\n2", b"1,a\nx,b\n", b'1,"a\n', b"\n"):
        with pytest.raises(ValueError, match=r"row|invalid literal"):
            list(numbers_of([broken]))


@pytest.mark.parametrize(
    ("why", "nl", "en"),
    [
        ("failed: HTTP 503 from vakblad.example", "niet bereikbaar (HTTP 503)", "not reached (HTTP 503 from vakblad.example)"),
        ("refused: this instance shows its timelines to its own members only", "weigerde ons", "refused us (this instance shows"),
        ("unreadable: ", "het antwoord was onleesbaar", "the answer could not be read"),
        ("nobody asked", "niemand vroeg ernaar", "nobody asked"),
        ("not read yet", "niet gehoord", "not heard (not read yet)"),
        ("", "niet gehoord", "not heard"),
    ],
)
def test_why_a_source_was_not_heard_is_said_in_the_readers_language(made: Dossier, why: str, nl: str, en: str) -> None:
    """What a place said in English stays out of a Dutch report, but for the number that everybody knows."""
    place = made.cover.places[0]
    gaps = ((made.since, made.since + timedelta(hours=9), why),)
    cover = replace(made.cover, places=(replace(place, gaps=gaps), *made.cover.places[1:]))
    for language, said in (("nl", nl), ("en", en)):
        remarks = [one.remark for one in view(report(replace(made, cover=cover)), SHOWN, language).sources]
        assert any(f": {said}" in remark for remark in remarks), remarks


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_method_that_a_figure_names_has_words(language: str) -> None:
    """No reader finds a bare name in the appendix: what the code of the core names stands among the methods."""
    core = Path(listener.__file__).parent / "core"
    named = {name for file in core.rglob("*.py") for name in re.findall(r'method="([^"]+)"', file.read_text("utf-8"))}
    assert len(named) > 10
    assert named <= set(methods(load(language)))

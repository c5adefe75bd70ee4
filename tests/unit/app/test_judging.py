"""A judge that is made when it is needed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from listener.app.judging import LateJudge
from listener.core.errors import ConfigError, Fault
from listener.core.model import Judgement, Mention
from tests.builders import judged, mention


def test_a_judge_is_made_once_and_not_before_its_first_mention() -> None:
    """Also when several threads need it at the same moment."""
    made: list[object] = []
    word = judged().judgement

    def make() -> JudgeOfAll:
        made.append(object())
        return JudgeOfAll(word)

    late = LateJudge(make)
    assert made == []
    threads = [threading.Thread(target=lambda: late([mention()])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(late([mention(), mention()])) == [word, word]
    assert len(made) == 1


def test_what_is_missing_is_said_when_it_is_asked_for() -> None:
    """And asked for again the next time."""

    def make() -> JudgeOfAll:
        raise ConfigError([Fault("listener.toml", "understanding.sentiment", "not installed")])

    late = LateJudge(make)
    for _ in range(2):
        with pytest.raises(ConfigError, match="not installed"):
            late.prepare()


def test_who_only_listens_loads_no_numpy(tmp_path: Path) -> None:
    """Wiring everything that collects leaves numpy and the models alone."""
    (tmp_path / "brands").mkdir()
    (tmp_path / "listener.toml").write_text(f'[listener]\ndatabase = "sqlite:///{tmp_path / "l.db"}"\n')
    (tmp_path / "brands" / "molenaar.toml").write_text('name = "Molenaar"\nquery = "molenaar"\n')
    code = (
        "import sys, pathlib; from listener.storage.migrations import upgrade; from listener.cli.session import open_app\n"
        f"upgrade('sqlite:///{tmp_path / 'l.db'}')\n"
        f"with open_app(pathlib.Path({str(tmp_path)!r})) as app: list(app.collect(app.archive.states()))\n"
        "print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


class JudgeOfAll:
    """Says the same of every mention."""

    def __init__(self, word: Judgement) -> None:
        self.word = word

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Judgement]:
        """One judgement for each."""
        return [self.word for _ in mentions]

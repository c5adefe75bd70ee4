"""`listener learn` and `listener evaluate --archive`: from what people labelled to a correction, or an honest no."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from listener.cli.evaluate import command as evaluate
from listener.cli.learn import command
from listener.cli.session import open_app
from listener.core.errors import ListenerError, StorageError
from listener.core.labels import Aspect, Label
from listener.core.visits import Outcome, Run
from tests.builders import NOON, document, entry, judged, mention
from tests.databases import fresh_sqlite
from tests.e2e.house import configure

TONES = ("negative", "neutral", "positive")
WORDS = ("de klep lekt", "de klep draait", "de klep staat klaar")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A household with 60 labelled mentions, whose every word the textblob analyser finds unsure or neutral."""
    made = configure(tmp_path, ("forum", "https://forum.example/feed"), extra='[understanding]\nsentiment = "light"\n')
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    seen = [
        entry(source="forum", guid=f"{n}", url=f"https://f.example/{n}", title="", text=f"{WORDS[n % 3]} bij zaak {n}")
        for n in range(60)
    ]
    with open_app(made) as app:
        (state,) = app.archive.states(["forum"])
        app.archive.keep(
            state,
            Run(source="forum", started_at=NOON, outcome=Outcome.NEW),
            next_due_at=NOON,
            document=document(source="forum"),
            entries=seen,
            mentions=[judged(mention=mention(entry=one, excerpt=one.text, spans=())) for one in seen],
        )
        app.archive.keep_labels(
            [Label(mention=n + 1, aspect=Aspect.TONE, value=TONES[n % 3], by="Ann", at=NOON) for n in range(60)]
        )
    return made


def run(config: Path, *words: str) -> Result:
    """The command."""
    return CliRunner().invoke(command, [*words, "--config", str(config)])


def test_what_helps_is_kept_and_counts_from_then_on(config: Path) -> None:
    """Figures first; a dry run keeps nothing; evaluating the archive names what was learned; forgetting takes it away."""
    dry = json.loads(run(config, "--dry-run", "--json").output)
    assert (dry["count"], dry["learned"], dry["kept"]) == (60, True, False)
    assert "Nothing was kept (--dry-run)" in run(config, "molenaar", "--dry-run").output
    done = run(config)
    assert "60 labelled texts" in done.output
    assert "judgements from now on say 'local " in done.output
    assert Path(dry["file"]).exists()
    shown = CliRunner().invoke(evaluate, ["--config", str(config), "--archive"])
    assert shown.output.startswith("60 texts, judged by light 1 (nl) + local ")
    assert "too few for a firm figure" in shown.output
    plain = CliRunner().invoke(evaluate, ["--sentiment", "light", "--config", str(config), "--json", "--archive", "molenaar"])
    assert json.loads(plain.output)["judges"] == ["light 1 (nl)"]
    assert "taken away" in run(config, "--forget").output
    assert "nothing was learned" in run(config, "--forget").output


def test_what_does_not_help_is_refused_in_words(config: Path) -> None:
    """Too few labels are said to be too few, and nothing is written."""
    with open_app(config) as app:
        app.archive.keep_labels([Label(mention=n, aspect=Aspect.TONE, value="", by="Ann", at=NOON) for n in range(10, 61)])
    done = run(config)
    assert done.exit_code == 0
    assert "Nothing was kept: it takes 50 labelled texts" in done.output
    assert not list(config.parent.glob("*.npz"))


def test_faults_are_one_line(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two wishes at once, a brand that is not there, a disk that refuses, and an archive nobody labelled."""
    assert run(config, "--forget", "--dry-run").exit_code == 2
    assert isinstance(run(config, "nobody").exception, ListenerError)
    assert CliRunner().invoke(evaluate, ["--config", str(config)]).exit_code == 2

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("listener.cli.learn.save", full)
    fault = run(config).exception
    assert isinstance(fault, StorageError)
    assert "No space left" in str(fault)
    with open_app(config) as app:
        app.archive.keep_labels([Label(mention=n, aspect=Aspect.TONE, value="", by="Ann", at=NOON) for n in range(1, 61)])
    nobody = CliRunner().invoke(evaluate, ["--config", str(config), "--archive"])
    assert "nobody has given a mention's tone" in str(nobody.exception)

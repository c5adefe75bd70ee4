"""`listener label`: a person's word on a mention, from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from listener.cli.evaluate import command as evaluate
from listener.cli.label import command
from listener.cli.session import open_app
from listener.cli.suggesting import suggest
from listener.core.errors import ListenerError
from listener.core.labels import Aspect, Label
from listener.core.visits import Outcome, Run
from tests.builders import NOON, document, entry, judged, mention
from tests.databases import fresh_sqlite
from tests.e2e.house import configure


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A household whose archive holds two mentions."""
    made = configure(tmp_path, ("forum", "https://forum.example/feed"))
    fresh_sqlite(f"sqlite:///{tmp_path}/listener.db")
    heard(made, "forum", 1, 2)
    return made


def heard(config: Path, key: str, *numbers: int, brands: Sequence[str] = ("molenaar",)) -> None:
    """Keep items of a source as mentions, without anybody visiting or judging anything."""
    seen = [
        entry(source=key, guid=f"{n}", url=f"https://forum.example/{n}", title=f"Bericht {n}", text=f"Pomp {n}") for n in numbers
    ]
    with open_app(config) as app:
        (state,) = app.archive.states([key])
        app.archive.keep(
            state,
            Run(source=key, started_at=NOON, outcome=Outcome.NEW),
            next_due_at=NOON,
            document=document(source=key),
            entries=seen,
            mentions=[judged(mention=mention(entry=one, brand=brand)) for one in seen for brand in brands],
        )


def label(config: Path, *words: str) -> Result:
    """The command."""
    return CliRunner().invoke(command, [*words, "--config", str(config)])


def test_a_word_is_kept_by_number_by_page_and_by_address(config: Path) -> None:
    """The three ways in which a mention may stand on somebody's screen."""
    done = label(config, "1", "--tone", "negative", "--by", "Ann")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("1: tone negative, says Ann (the machine says ")
    assert label(config, "http://127.0.0.1:8000/mentions/1?x=1", "--answered").exit_code == 0
    assert label(config, "https://forum.example/1?utm_source=mail", "--intent", "complaint", "--not-about-us").exit_code == 0
    (row,) = map(json.loads, label(config, "--list", "molenaar", "--json").output.splitlines())
    assert (row["id"], row["counts"]) == (1, {"tone": "negative", "intent": "complaint", "about": False, "answered": True})
    assert [(one["aspect"], one["value"]) for one in row["labels"]][:2] == [("tone", "negative"), ("answered", "yes")]
    words = label(config, "--list", "molenaar").output
    assert "not about us" in words
    assert "tone negative, Ann" in words


def test_a_word_can_be_taken_back_and_an_empty_list_says_how_to_begin(config: Path) -> None:
    """Nothing is lost by a slip."""
    assert "listener label ID" in label(config, "--list", "molenaar").output
    label(config, "2", "--not-about-us")
    taken = label(config, "2", "--withdraw", "about")
    assert "about: taken back" in taken.output
    assert "listener label ID" in label(config, "--list", "molenaar").output


def test_the_export_is_what_evaluate_reads(config: Path, tmp_path: Path) -> None:
    """JSON lines with text, label and language; what is unsure or not about us is no truth about tone."""
    label(config, "1", "--tone", "negative", "--by", "Ann")
    label(config, "2", "--tone", "unsure")
    lines = label(config, "--export", "molenaar").output
    (row,) = map(json.loads, lines.splitlines())
    assert (row["id"], row["label"], row["by"]) == (1, "negative", "Ann")
    file = tmp_path / "labels.jsonl"
    file.write_text(lines)
    result = CliRunner().invoke(evaluate, [str(file), "--sentiment", "textblob", "--config", str(tmp_path / "nowhere")])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("1 text")


def test_the_words_of_posts_on_x_stay_here(config: Path) -> None:
    """X's terms let ids go, not texts; how many stayed behind is said beside the export, not in it."""
    brand = config / "brands" / "molenaar.toml"
    brand.write_text(brand.read_text() + '[[sources]]\nkey = "op-x"\nkind = "x"\naddress = "pomp"\n')
    heard(config, "op-x", 3)
    label(config, "1", "--tone", "negative")
    label(config, "3", "--tone", "negative")
    exported = label(config, "--export", "molenaar")
    assert [json.loads(line)["id"] for line in exported.stdout.splitlines()] == [1]
    assert exported.stderr.startswith("1 post stays here: X lets no words be handed on.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("99", "--tone", "negative"), "no mention 99"),
        (("9" * 40, "--tone", "negative"), "no mention 999"),
        (("1", "--tone", "negative", "--brand", "other"), "no mention 1 of other"),
        (("https://elders.example/1", "--tone", "negative"), "listener why"),
        (("http://elders.example/mentions/1", "--tone", "negative"), "listener why"),
        (("--list", "nobody"), "no brand"),
    ],
)
def test_what_is_not_there_is_one_line(config: Path, words: tuple[str, ...], says: str) -> None:
    """A fault says what to do, and nothing is kept."""
    done = label(config, *words)
    assert isinstance(done.exception, ListenerError)
    assert says in str(done.exception)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("1",),
        ("--tone", "negative"),
        ("1", "--tone", "negative", "--withdraw", "tone"),
        ("1", "--tone", "negative", "--list", "molenaar"),
        ("--list", "molenaar", "--export", "molenaar"),
        ("1", "--tone", "angry"),
        ("1", "--tone", "negative", "--by", "A" * 200),
    ],
)
def test_a_command_that_means_nothing_is_refused(config: Path, words: tuple[str, ...]) -> None:
    """Exit 2, and how to write it."""
    assert label(config, *words).exit_code == 2


def test_an_item_of_two_brands_asks_which(config: Path) -> None:
    """A word about one brand says nothing of the other."""
    file = config / "brands" / "other.toml"
    file.write_text(
        'name = "Other"\nquery = "pompen"\n[[sources]]\nkey = "again"\nkind = "rss"\naddress = "http://127.0.0.1:9/x"\n'
    )
    heard(config, "again", 3, brands=("molenaar", "other"))
    done = label(config, "https://forum.example/3", "--tone", "negative")
    assert "say which with --brand" in str(done.exception)
    assert label(config, "https://forum.example/3", "--tone", "negative", "--brand", "other").exit_code == 0
    missing = label(config, "https://forum.example/3", "--tone", "negative", "--brand", "nobody")
    assert "mentions nobody not" in str(missing.exception)


def test_exclusions_are_proposed_from_what_people_said(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file, however many pages of labels there are; a mention of which only the tone was given says nothing."""
    monkeypatch.setattr("listener.cli.label._BATCH", 2)
    asked = ["molenaar", "--config", str(config), "--json"]
    assert json.loads(CliRunner().invoke(suggest, asked).output)["about"] == 0
    with open_app(config) as app:
        (state,) = app.archive.states(["forum"])
        words = [f"Molenaar Pompen in het cafe {n}" if n % 2 else f"Molenaar Pompen levert {n}" for n in range(10)]
        seen = [
            entry(source="forum", guid=f"s{n}", url=f"https://s.example/{n}", title="", text=one) for n, one in enumerate(words)
        ]
        app.archive.keep(
            state,
            Run(source="forum", started_at=NOON, outcome=Outcome.NEW),
            next_due_at=NOON,
            document=document(source="forum", body=b"more"),
            entries=seen,
            mentions=[judged(mention=mention(entry=one)) for one in seen],
        )
        kept = {one.entry.text: one.id for one in app.archive.mentions("molenaar", limit=99)}
        app.archive.keep_labels(
            [
                *(
                    Label(mention=kept[one], aspect=Aspect.ABOUT, value="no" if "cafe" in one else "yes", by="Ann", at=NOON)
                    for one in words
                ),
                Label(mention=1, aspect=Aspect.TONE, value="negative", by="Ann", at=NOON),
            ]
        )
    found = json.loads(CliRunner().invoke(suggest, asked).output)
    assert (found["about"], found["elsewhere"], found["exclusions"][0]["part"]) == (5, 5, "NOT cafe")

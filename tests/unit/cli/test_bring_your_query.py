"""The how-to about queries from other tools says what the program answers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from listener.cli.query import command
from listener.core.query.dialects import DIALECTS

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "bring-your-query.md"
BLOCKS = re.findall(r"```console\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLES = [example.partition("\n")[::2] for block in BLOCKS for example in block.split("$ listener query ")[1:]]


@pytest.mark.parametrize(("line", "answer"), EXAMPLES)
def test_each_example_answers_as_printed(line: str, answer: str) -> None:
    """To the letter."""
    result = CliRunner().invoke(command, shlex.split(line))
    assert result.exit_code == 0
    assert result.output.strip() == answer.strip()


def test_every_dialect_has_an_example() -> None:
    """In both directions."""
    lines = " ".join(line for line, _ in EXAMPLES)
    assert all(f"--from {name}" in lines for name in DIALECTS)
    assert all(f"--to {name}" in lines for name in ("x", "google-alerts", "brandwatch"))

"""The manual says what the program does: each command, key, kind and error, and each example's options."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from listener.cli import VERBS, cli
from listener.config import files
from listener.core import errors
from listener.sources import KINDS

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "bench" / "README.md", *DOCS.rglob("*.md")]
)
TABLES: Mapping[str, type[files.Table]] = {
    "[listener]": files.ListenerTable,
    "[web]": files.WebTable,
    "[network]": files.NetworkTable,
    "[smtp]": files.SmtpTable,
    "[x]": files.XTable,
    "[x.prices]": files.PricesTable,
    "[retention]": files.RetentionTable,
    "[understanding]": files.UnderstandingTable,
    "[[channels]]": files.ChannelTable,
    "brands/KEY.toml": files.BrandFile,
    "[owned]": files.OwnedTable,
    "[[sources]]": files.SourceTable,
    "[[digests]]": files.DigestTable,
    "[[alerts]]": files.AlertTable,
    "[evidence]": files.EvidenceTable,
}


def configured() -> dict[str, list[tuple[str, str]]]:
    """The rows of each section of the configuration's page: key and default."""
    found: dict[str, list[tuple[str, str]]] = {}
    section = ""
    for line in (DOCS / "reference" / "configuration.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        elif row := re.match(r"\| `(\w+)` \| (.*?) \|", line):
            found.setdefault(section, []).append((row[1], row[2]))
    return found


def anchors(page: Path) -> set[str]:
    """The headings of a page as addresses within it, as GitHub and MyST make them."""
    bare = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ +(.*)$", bare, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", head).lower()).strip().replace(" ", "-") for head in heads}


def links() -> Iterator[Any]:
    """Every link within our own pages."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                yield pytest.param(page, target, id=f"{page.relative_to(ROOT)}->{target}")


def examples() -> Iterator[Any]:
    """Every command of ours in a console's block."""
    for page in PAGES:
        for block in re.findall(
            r"^```(?:console|sh|bash)\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        ):
            for line in re.sub(r"\\\n\s*>?", " ", block).splitlines():
                for part in line.removeprefix("$ ").split(" | "):
                    words = shlex.split(part, comments=True) if re.match(r"(\S+=\S+ )*(\.venv/bin/)?listener ", part) else []
                    while words and "=" in words[0]:
                        words.pop(0)
                    if words:
                        yield pytest.param(words[1:], id=f"{page.relative_to(ROOT)}: {' '.join(words)}")


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    """`make docs` was run since a command last changed."""
    made = subprocess.run(
        [sys.executable, str(DOCS / "make_reference.py"), "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert made.returncode == 0


def test_every_table_of_the_configuration_has_its_section() -> None:
    """No table of the files is left out of the page."""
    tables = {
        one for _, one in inspect.getmembers(files, inspect.isclass) if issubclass(one, files.Table) and one is not files.Table
    }
    assert tables - {files.ListenerFile} == set(TABLES.values())


@pytest.mark.parametrize("section", TABLES)
def test_every_key_of_the_configuration_is_documented_with_its_default(section: str) -> None:
    """The page names each key of a table, no other, and the default that the program has."""
    table, rows = TABLES[section], configured()[section]
    nested = {name for name, field in table.model_fields.items() if "Table" in str(field.annotation)}
    assert {key for key, _ in rows} == set(table.model_fields) - nested
    for key, shown in rows:
        field = table.model_fields[key]
        if shown == "required":
            assert field.is_required(), key
        elif shown == "`[]`":
            assert field.default == (), key
        elif literal := re.fullmatch(r"`(.*)`", shown):
            value = tomllib.loads(f"value = {literal[1]}")["value"]
            given = table.__pydantic_validator__.validate_assignment(table.model_construct(), key, value)
            assert (given[0] if isinstance(given, tuple) else vars(given))[key] == field.default, key
        else:
            assert field.default in {None, ""}, key


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_source_is_documented(kind: str) -> None:
    """A kind has its own words on the page of sources."""
    assert f"`{kind}`" in (DOCS / "reference" / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "error", [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.ListenerError)]
)
def test_every_error_is_documented(error: type[Exception]) -> None:
    """The page of errors says who can mend each."""
    assert error is errors.ListenerError or f"| `{error.__name__}` |" in (DOCS / "reference" / "errors.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(("page", "target"), list(links()))
def test_no_link_within_the_manual_is_broken(page: Path, target: str) -> None:
    """A link leads to a file that is there, and to a heading that it has."""
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    assert there.exists()
    if anchor:
        assert anchor in anchors(there)


@pytest.mark.parametrize("words", list(examples()))
def test_every_example_is_a_command_that_there_is(words: list[str]) -> None:
    """An example's command exists and knows every option that it is given."""
    command: click.Command = cli
    given = list(words)
    while isinstance(command, click.Group) and given and not given[0].startswith("-"):
        _, found, given = command.resolve_command(click.Context(command), given)
        assert found is not None, f"no command {words!r} (there is: {', '.join(VERBS)})"
        command = found
    known = {"--help", "--version", *(option for one in command.params for option in (*one.opts, *one.secondary_opts))}
    assert {one.partition("=")[0] for one in given if re.match(r"--?[a-z]", one)} <= known

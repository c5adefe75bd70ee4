"""What the documentation says of sources holds."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from listener.sources import KINDS

DOCS = Path(__file__).parents[3] / "docs"


def test_every_kind_is_documented() -> None:
    """A section for each name in the table, none for another, and in each the four things a person must know."""
    text = (DOCS / "reference" / "sources.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `([a-z-]+)`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert sections.keys() == KINDS.keys()
    for name, section in sections.items():
        for part in ("Address", "Hears", "Does not hear", "Limits"):
            assert f"- **{part}**: " in section, f"{name} does not say: {part}"


def module(name: str, file: Path) -> ModuleType:
    """A file as the module of that name."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


def test_the_example_of_a_kind_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file and the test on the page, as they stand."""
    text = (DOCS / "how-to" / "add-a-source-kind.md").read_text(encoding="utf-8")
    code, test = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for name, source in (("listener.sources.discourse", code), ("test_discourse_of_the_page", test)):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        file = tmp_path / f"{name}.py"
        file.write_text(source, encoding="utf-8")
        page = module(name, file)
    tests = [value for name, value in vars(page).items() if name.startswith("test_")]
    assert len(tests) == 3
    for one in tests:
        one()

"""The wheel holds everything that the program needs at run time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_migrations_templates_and_catalogues_travel_inside_the_wheel(tmp_path: Path) -> None:
    """An installation without a checkout can upgrade a database, dress a digest and show a page."""
    build = f"import hatchling.build; hatchling.build.build_wheel({str(tmp_path)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "listener").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= names
    migrations = {f"listener/storage/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "alembic").rglob("*.py")}
    assert migrations <= names
    assert not any(name.startswith("tests") for name in names)

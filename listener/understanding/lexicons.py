"""The word lists that installed packages bring along, read without loading the packages."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def lexicon_text(package: str, name: str) -> str:
    """The text of a file of an installed package ("textblob.en", "en-lexicon.txt"), in UTF-8.

    Importing textblob for its list would load nltk: 25 MB and half a second. Raises FileNotFoundError where the package or the
    file is missing.
    """
    top, *inner = package.split(".")
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {top} is not installed")
    return Path(spec.submodule_search_locations[0], *inner, name).read_text(encoding="utf-8")

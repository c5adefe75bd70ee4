"""Regular expressions that are compiled when they are first used: those over many alphabets take 5 milliseconds each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any


class Late:
    """A pattern of `re` that has not been compiled yet; each of its methods and attributes is taken over on first use."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._written = pattern, flags

    def __getattr__(self, name: str) -> Any:
        """What the compiled pattern has by this name."""
        found = getattr(re.compile(*self._written), name)
        setattr(self, name, found)  # from here on this is as quick as the pattern itself; `re` remembers what it compiled
        return found


if TYPE_CHECKING:
    late = re.compile
else:
    late = Late

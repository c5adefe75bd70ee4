"""Understanding: in which language, tone and intent people speak.

A further analyser is one module with a callable without arguments that returns a `core.ports.Analyser`, and one line here.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from pathlib import Path

from listener.core.errors import ConfigError, Fault
from listener.core.ports import Analyser

# [understanding] sentiment -> what makes the analyser; grep finds every one, and asking for one imports only it.
ANALYSERS: Mapping[str, str] = {
    "light": "listener.understanding.light:by_language",
    "multilingual": "listener.understanding.multilingual:MultilingualAnalyser",
    "textblob": "listener.understanding.textblob:by_language",
}

# What "auto" takes: the first of these that can work here.
_BEST = ("multilingual", "light")
_READY: Mapping[str, str] = {"multilingual": "listener.understanding.multilingual:is_installed"}


def load_analyser(setting: str, *, head: Path | None = None) -> Analyser:
    """The analyser for a value of `[understanding] sentiment`; raises ConfigError for one that is not installed.

    "auto" is the best one whose libraries and weights are there. `head` is where `listener learn` keeps what it learned from one's
    own labels (understanding.local_head); None for the analyser as it is shipped.
    """
    if setting == "auto":
        setting = next(name for name in _BEST if name not in _READY or pkgutil.resolve_name(_READY[name])())
    if setting not in ANALYSERS:
        what = f"'{setting}' is not installed yet: choose one of {', '.join(sorted(['auto', *ANALYSERS]))}"
        raise ConfigError([Fault("config/listener.toml", "understanding.sentiment", what)])
    analyser: Analyser = pkgutil.resolve_name(ANALYSERS[setting])()
    if head is None:
        return analyser
    from listener.understanding.local_head import Corrected  # noqa: PLC0415 - numpy, which not every verb needs

    return Corrected(analyser, head)

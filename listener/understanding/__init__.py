"""Understanding: in which language, tone and intent people speak.

A further analyser is one module with a callable without arguments that returns a `core.ports.Analyser`, and one line here.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping

from listener.core.errors import ConfigError, Fault
from listener.core.ports import Analyser

# [understanding] sentiment -> what makes the analyser; grep finds every one, and asking for one imports only it.
ANALYSERS: Mapping[str, str] = {
    "auto": "listener.understanding.light:by_language",
    "light": "listener.understanding.light:by_language",
    "textblob": "listener.understanding.textblob:by_language",
}


def load_analyser(setting: str) -> Analyser:
    """The analyser for a value of `[understanding] sentiment`; raises ConfigError for one that is not installed."""
    if setting not in ANALYSERS:
        what = f"'{setting}' is not installed yet: choose one of {', '.join(sorted(ANALYSERS))}"
        raise ConfigError([Fault("config/listener.toml", "understanding.sentiment", what)])
    analyser: Analyser = pkgutil.resolve_name(ANALYSERS[setting])()
    return analyser

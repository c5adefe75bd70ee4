"""The thresholds that somebody set: config/thresholds.toml, in versions; without that file those that are shipped."""

from __future__ import annotations

import tomllib
from pathlib import Path

from listener.core.errors import ConfigError, Fault
from listener.core.thresholds import SHIPPED, Thresholds, read_thresholds

FILE = "thresholds.toml"


def load_thresholds(folder: Path) -> tuple[Thresholds, ...]:
    """The versions of the thresholds, oldest first; raises ConfigError with every fault of the file.

    A version there builds on the one before it, the first on what is shipped (listener.core.thresholds names them all):

        [[version]]
        number = 1
        on = 2026-12-01
        author = "A. de Vries"
        values = { complaints = 8, time_minutes = 20 }
    """
    path = folder / FILE
    try:
        # Not tomllib.load: editors on Windows begin a file with a byte order mark.
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError:
        return SHIPPED
    except OSError as fault:
        raise ConfigError([Fault(str(path), "", f"cannot be read: {fault.strerror}")]) from fault
    except UnicodeDecodeError as fault:
        raise ConfigError([Fault(str(path), "", "is not UTF-8: save the file as UTF-8 text")]) from fault
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise ConfigError([Fault(str(path), "", f"is not TOML: {fault}")]) from fault
    found, faults = read_thresholds(raw)
    if faults:
        raise ConfigError([Fault(str(path), "", fault) for fault in faults])
    return found

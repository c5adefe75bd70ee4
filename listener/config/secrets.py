"""Where a secret is kept: named by environment variable or file, never held, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from listener.core.errors import ConfigError, Fault


@dataclass(frozen=True, slots=True)
class Secret:
    """The names under which a secret can be found; the environment goes before the file.

    `file` is an absolute path once the settings are loaded. An empty variable counts as missing, as does an empty file.
    """

    what: str  # "smtp.password"
    env: str | None
    file: str | None

    @property
    def named(self) -> bool:
        """Whether any place is named at all."""
        return bool(self.env or self.file)

    def value(self, environ: Mapping[str, str]) -> str | None:
        """The secret, or None when no place is named or none of them has it; raises ConfigError for an unreadable file."""
        if self.env and (found := environ.get(self.env, "").strip()):
            return found
        if not self.file:
            return None
        try:
            return Path(self.file).read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as fault:
            words = getattr(fault, "strerror", None) or "is not text"
            raise ConfigError([Fault(self.file, "", f"the secret {self.what} cannot be read: {words}")]) from None

    def missing(self, environ: Mapping[str, str]) -> str:
        """Why the secret is not there, in words; "" when it is, or when no place is named."""
        if not self.named:
            return ""
        try:
            if self.value(environ) is not None:
                return ""
        except ConfigError as fault:
            return str(fault)
        places = [f"the environment variable {self.env} is not set"] if self.env else []
        places += [f"the file {self.file} is missing or empty"] if self.file else []
        return f"{self.what}: {' and '.join(places)}"

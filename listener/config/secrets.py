"""Where a secret is kept: named by environment variable or file, never held, never shown."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from listener.core.errors import ConfigError, Fault
from listener.core.values import dataclass

_FEWEST = 32


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


def keep(secret: Secret, environ: Mapping[str, str]) -> bytes:
    """The secret's bytes; where its file is missing, one is made of 32 random bytes that only this user can read.

    Two processes that make it at the same moment end with the same one. Raises ConfigError for a secret that is shorter than 32
    characters, since it can be guessed, and when none is named or the file cannot be made.
    """
    found = secret.value(environ)
    if found is None and secret.file:
        _make(Path(secret.file), secret.what)
        found = secret.value(environ)
    if found is None:
        raise ConfigError([Fault("listener.toml", secret.what, "no secret is named: set secret_env or secret_file")])
    if len(found) < _FEWEST:
        where = secret.env if secret.env and environ.get(secret.env, "").strip() else secret.file
        raise ConfigError(
            [Fault(str(where), "", f"the secret {secret.what} is too short: at least {_FEWEST} characters, by chance")]
        )
    return found.encode()


def _make(file: Path, what: str) -> None:
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.touch(mode=0o600)
        new.write_text(f"{secrets.token_hex(_FEWEST)}\n", encoding="ascii")
        with suppress(FileExistsError):
            os.link(new, file)  # never over one that is there
        new.unlink()
    except OSError as fault:
        raise ConfigError([Fault(str(file), "", f"the secret {what} cannot be kept here: {fault.strerror}")]) from None

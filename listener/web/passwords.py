"""Passwords as they are kept: argon2id by argon2-cffi, a few at a time, since each takes 64 MiB of memory on purpose."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = threading.BoundedSemaphore(2)


class Passwords:
    """Makes and compares hashes; the cost is argon2-cffi's own (RFC 9106, the low-memory choice) unless a hasher is given."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        return self.hashed("the password of nobody")

    def hashed(self, password: str) -> str:
        """A hash to be kept."""
        with _AT_ONCE:
            return self._hasher.hash(password)

    def right(self, password: str, kept: str | None) -> bool:
        """Whether a password is the kept one; without one (an unknown name) it takes as long, and is not."""
        known = kept or self._nobodys
        with _AT_ONCE:
            try:
                self._hasher.verify(known, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(kept)

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made at a lower cost than today's."""
        return self._hasher.check_needs_rehash(kept)

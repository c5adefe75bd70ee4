"""Passwords as they are kept, with the real cost."""

from __future__ import annotations

from argon2 import PasswordHasher

from listener.web.passwords import Passwords
from tests.unit.web.browser import CHEAP


def test_a_password_is_known_again_and_no_other_is() -> None:
    """Argon2id, with its salt and cost in the hash; nobody's password opens nothing, the dummy's own included."""
    passwords = Passwords()
    kept = passwords.hashed("four words are enough")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.right("four words are enough", kept)
    assert not passwords.right("four words are enough!", kept)
    assert not passwords.right("the password of nobody", None)
    assert not passwords.right("", "")
    assert not passwords.right("x", "no hash at all")


def test_a_cheaper_hash_is_to_be_renewed() -> None:
    """When the cost was raised since it was made."""
    dear = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert dear.outdated(CHEAP.hash("x"))
    assert not dear.outdated(dear.hashed("x"))

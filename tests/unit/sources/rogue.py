"""Readers for a confined process: one that behaves and one that does not."""

from __future__ import annotations

import os
import sys
import time

from listener.core.errors import ParseError


def double(number: int) -> int:
    """What a well-behaved reader does."""
    sys.stdout.write("a library that chatters")
    return 2 * number


def misbehave(how: str) -> object:
    """What a hostile document makes a reader do."""
    if how == "refuse":
        raise ParseError("no feed")
    if how == "stumble":
        raise KeyError("a bug\nin a library")
    if how == "dive":
        return misbehave(how)
    if how == "swell":
        return bytes(8 << 30)
    if how == "die":
        os._exit(3)
    while how == "toil":
        pass
    while True:
        time.sleep(1)

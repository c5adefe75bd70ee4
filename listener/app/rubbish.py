"""How often Python looks for rubbish: seldom, since what this program makes is mostly gone by itself."""

from __future__ import annotations

import functools
import gc


@functools.cache
def seldom() -> None:
    """Leave out what is loaded by now, and look thirty times more seldom at the rest; asking twice changes nothing.

    What is loaded stays to the end: looking through it again and again took a tenth of all collecting and a fifth of a digest.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

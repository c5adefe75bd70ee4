"""Which way a turn of phrase points, whatever its words sound like."""

from __future__ import annotations

from enum import Enum


class Turn(Enum):
    """What a comparison or a denial says of the brand: it comes off worse, or better."""

    WORSE = "worse"
    BETTER = "better"

"""The shape of the encoder that ships."""

from __future__ import annotations

LAYERS = 9  # of the twelve
POOLS = (6, 9)  # after these, the mean over the tokens is what the heads read
LOWER = 6  # these are never fine-tuned

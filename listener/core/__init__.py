"""Values, decisions, ports and errors: no I/O, no clock, no randomness."""

from __future__ import annotations

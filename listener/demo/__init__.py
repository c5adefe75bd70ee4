"""The fictional world: its story, its loopback servers and its clock, and the whole program let loose in it."""

from __future__ import annotations

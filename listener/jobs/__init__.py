"""The verbs: gather, decide, apply."""

from __future__ import annotations

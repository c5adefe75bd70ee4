"""Keeping and finding: one schema, said once, and the archive that speaks in sentences."""

from __future__ import annotations

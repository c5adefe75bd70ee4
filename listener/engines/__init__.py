"""The doors for the clock: what beats, and what carries the jobs."""

from __future__ import annotations

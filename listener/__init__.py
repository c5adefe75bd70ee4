"""Listener hears what is said about a brand, and proves it, whether the brand takes part or not."""

from __future__ import annotations

__version__ = "0.1.0"

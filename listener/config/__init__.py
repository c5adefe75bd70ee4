"""Configuration: TOML and the environment in, frozen settings out; every fault of every file named at once."""

from __future__ import annotations

from listener.config.loading import load
from listener.config.settings import BrandSettings, Settings

__all__ = ["BrandSettings", "Settings", "load"]

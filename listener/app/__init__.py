"""The wiring: settings in, a listener out; the one place that knows every name."""

from __future__ import annotations

from listener.app.wiring import Clock, wall_clock
from listener.app.work import BATCH, LEASE, LOOK, App, Dispatch

__all__ = ["BATCH", "LEASE", "LOOK", "App", "Clock", "Dispatch", "wall_clock"]

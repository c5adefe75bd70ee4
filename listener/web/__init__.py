"""The door for browsers: pages that can be read, linked to and printed, rendered on the server, without a script."""

from __future__ import annotations

from listener.web.server import Serving, serve
from listener.web.site import create_web
from listener.web.warming import warm

__all__ = ["Serving", "create_web", "serve", "warm"]

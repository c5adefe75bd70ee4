"""A word to systemd: that we are ready, that we live, that we stop (https://www.freedesktop.org/software/systemd/man/sd_notify.html)."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send a word to whoever started us and listens for it; nothing where nobody does, and never a fault."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    # A name that begins with @ is of Linux's own space of names, which has a NUL there.
    place = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sent:
        sent.setblocking(False)
        sent.sendto(state.encode(), place)

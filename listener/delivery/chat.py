"""Chats and phones (Slack, Teams workflows, Telegram and many more) through apprise, which comes with the extra "notify"."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any

from listener.core.alert import Note
from listener.core.errors import ConfigError, Fault, Undelivered
from listener.core.ports import nothing

# What it adds by itself: pictures from elsewhere and a footer. Long texts are split rather than cut off by the other side.
_PLAIN = "image=no&footer=no&overflow=split"


class Chat:
    """Sends notes to one apprise address, as plain text.

    Raises ConfigError when the library is missing, knows no such address, or would send to several targets there.
    """

    def __init__(self, key: str, address: str) -> None:
        self._key = key
        try:
            self._library: Any = importlib.import_module("apprise")
        except ImportError:
            raise ConfigError([Fault(f"channel {key}", "", 'needs an extra: pip install "listener-monitor[notify]"')]) from None
        # It writes addresses, which hold tokens, into its log.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        # Its own name, address and pictures would stand beside every note; the pictures would be fetched by whoever reads it.
        ours = self._library.AppriseAsset(app_id="Listener", app_desc="Listener", app_url="", image_url_mask="", image_url_logo="")
        self._apprise: Any = self._library.Apprise(asset=ours)
        if not self._apprise.add(f"{address}{'&' if '?' in address else '?'}{_PLAIN}"):
            raise ConfigError([Fault(f"channel {key}", "", "its address is none that apprise knows")])
        if sum(len(service) for service in self._apprise) > 1:
            several = "its address names several targets: make a channel of each, so that a repeat reaches only those that failed"
            raise ConfigError([Fault(f"channel {key}", "", several)])

    def send(self, note: Note, handing: Callable[[], None] = nothing) -> None:
        """Send one note; raises Undelivered when the other side did not take it."""
        handing()
        try:
            taken = self._apprise.notify(title=note.subject, body=note.text, body_format=self._library.NotifyFormat.TEXT)
        except Exception as fault:  # noqa: BLE001 - a hundred plug-ins of others; their words may hold the address
            raise Undelivered(f"channel {self._key}: {type(fault).__name__}", maybe=True) from None
        if not taken:
            raise Undelivered(f"channel {self._key}: was not taken")

"""The ways out: one adapter of core.ports.Notifier for each kind of channel, loaded by name."""

from __future__ import annotations

from collections.abc import Mapping

# name -> dotted path for pkgutil.resolve_name; grep finds every one, and importing one imports only it.
NOTIFIERS: Mapping[str, str] = {"email": "listener.delivery.email:SmtpNotifier"}

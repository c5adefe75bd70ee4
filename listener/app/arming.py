"""Arming a failpoint, for tests of crashes."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

from listener.core import failpoint
from listener.core.errors import ConfigError, Fault


def arm(environ: Mapping[str, str]) -> None:
    """Arm the failpoint named in LISTENER_FAILPOINT (`name` or `name:3`, the third time): the process kills itself there."""
    wanted = environ.get("LISTENER_FAILPOINT", "")
    name, _, nth = wanted.partition(":")
    if not name:
        return
    if name not in failpoint.POINTS:
        raise ConfigError([Fault("LISTENER_FAILPOINT", "", f"unknown point {name!r} (there is: {', '.join(failpoint.POINTS)})")])
    left = int(nth or 1)

    def hook(reached: str) -> None:
        nonlocal left
        if reached == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    failpoint.arm(hook)

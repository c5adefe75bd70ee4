"""Seeing to it that somebody hears when a part falls silent: signs of life, a look at all parts, and a word to the operators."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

from listener import __version__
from listener.app.wiring import Wiring
from listener.core.alert import AlertRule, Watch
from listener.core.standing import Post, Sign, Trouble, silent_sources, troubles

log = logging.getLogger("listener")

HEALTH = "listener/health"
# Sources fall silent over days, and looking at thousands of them takes its time.
_LISTENS = timedelta(minutes=10)


class Attending(Wiring):
    """What clock, workers and the page know of one another."""

    _heard_at = datetime.min.replace(tzinfo=UTC)
    _unheard: Sequence[Trouble] = ()

    @cached_property
    def _begun_at(self) -> datetime:
        return self.clock()

    @cached_property
    def process(self) -> str:
        """This process, as others see it: "machine:process"."""
        return f"{socket.gethostname()}:{os.getpid()}"[:200]

    def sign(self, post: Post, detail: str = "") -> None:
        """Leave a sign of life; raises StorageError."""
        begun_at = self._begun_at
        name = "" if post is Post.CLOCK else self.process
        about = self.process if post is Post.CLOCK else detail
        self.archive.leave_sign(
            Sign(post=post, name=name, version=__version__, begun_at=begun_at, seen_at=self.clock(), detail=about)
        )

    def sign_off(self, post: Post) -> None:
        """Take this process's sign of life away: it stops in order."""
        self.archive.take_sign(post, "" if post is Post.CLOCK else self.process)

    def attend(self) -> Sequence[int]:
        """Look at all parts once; the ids of the alerts that this made, which are then to be sent with `tell`.

        Any process may look at any time: two that do so at once make one alert. What is silent stands in the log too, once, so that
        it is said somewhere when nobody is configured and when the mail itself is what is silent.
        """
        now = self.clock()
        if not timedelta(0) <= now - self._heard_at < _LISTENS:
            self._heard_at, self._unheard = now, silent_sources(self.archive.states(), now)
        found = [*troubles(self.archive.standing(now), now), *self._unheard]
        listener = self.settings.listener
        to = (*([listener.operator] if listener.operator else []), *(f"channel:{one}" for one in listener.operator_channels))
        rule = AlertRule(
            key=HEALTH, brand="", watch=Watch.PARTS, to=to, timezone=listener.timezone, language=listener.language, over=True
        )
        made, told, over = self.watcher.attend(rule, found)
        for one in told:
            log.critical(
                "silent: %s since=%s detail=%r", one.subject, one.since and one.since.isoformat(timespec="seconds"), one.why
            )
        for subject in over:
            log.warning("heard again: %s", subject)
        return made

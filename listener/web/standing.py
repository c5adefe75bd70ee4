"""How it stands: what has fallen silent, who works on it, what waits, and whether there is a backup."""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from listener.core.access import Visitor
from listener.core.ports import Archive
from listener.core.standing import Post, is_silent, silent_sources, troubles
from listener.core.values import dataclass
from listener.web.dressing import Dressing

# Room on the disk below which somebody should look.
_SCARCE = 1 << 30
# A backup older than this is mentioned.
_STALE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The page of those who run it; who works for some brands only has no say in that."""

    memory: Archive
    dressing: Dressing
    clock: Callable[[], datetime]

    def health(self, request: Request) -> Response:
        """How the parts stand now."""
        visitor: Visitor = request.state.visitor
        if visitor.brands is not None:
            raise HTTPException(403)
        now = self.clock()
        standing, states = self.memory.standing(now), self.memory.states()
        unheard = silent_sources(states, now)
        found = [*troubles(standing, now), *unheard]
        backup = next(iter(standing.of(Post.BACKUP)), None)
        file, _, size = (backup.detail if backup else "").rpartition(" ")
        return self.dressing.page(
            request,
            "health.html.j2",
            standing=standing,
            troubles=found,
            clock=next(iter(standing.of(Post.CLOCK)), None),
            workers=[(one, is_silent(one, now)) for one in standing.of(Post.WORKER)],
            sources=len(states),
            unheard=len(unheard),
            backup=backup,
            backup_file=file,
            backup_size=int(size) if size.isdigit() else None,
            backup_is_old=backup is not None and now - backup.seen_at > _STALE,
            scarce=standing.free is not None and standing.free < _SCARCE,
            python=platform.python_version(),
        )

"""The trail: who changed what, the latest first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from listener.core.access import Visitor
from listener.core.ports import Archive
from listener.core.values import dataclass
from listener.web import asked
from listener.web.asked import Malformed
from listener.web.dressing import Dressing

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The page of changes; who works for some brands sees theirs only."""

    memory: Archive
    dressing: Dressing

    def trail(self, request: Request) -> Response:
        """A page's worth of changes."""
        visitor: Visitor = request.state.visitor
        given = request.query_params.get("before", "")
        before = asked.mention_id(given) if given else None
        if given and before is None:
            raise Malformed("before")
        some = self.memory.deeds(before=before, limit=SHOWN + 1)
        return self.dressing.page(
            request,
            "trail.html.j2",
            deeds=[deed for deed in some[:SHOWN] if visitor.brands is None or deed.subject in visitor.brands],
            onward=some[SHOWN - 1].id if len(some) > SHOWN else None,
        )

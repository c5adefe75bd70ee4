"""The page behind the link of a month's mail: an evidence report as it stands, without what was taken back since."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from listener.core.access import Standing
from listener.core.ports.access import Shares
from listener.core.signing import Expired, Forged, Purpose, unseal
from listener.core.values import dataclass
from listener.web.words import EXPIRED, FORGED, SHARE_OVER

_STYLE = re.compile(r"style-src '(sha256-[A-Za-z0-9+/=]{44})'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """Opens reports for whoever holds their link; `report` gives the page of one by its number, None when there is none."""

    archive: Shares
    clock: Callable[[], datetime]
    secret: bytes
    report: Callable[[int], str | None]

    def evidence(self, request: Request) -> Response:
        """The report; it holds all that it needs, so its own style is the one thing that is let in."""
        try:
            number, shared = unseal(self.secret, Purpose.EVIDENCE, request.path_params["token"], self.clock())
        except Forged:
            raise HTTPException(404, FORGED) from None
        except Expired:
            raise HTTPException(410, EXPIRED) from None
        if shared and self._share_is_over(shared, number, used=request.method == "GET"):
            raise HTTPException(410, SHARE_OVER)
        html = self.report(number)
        if html is None:
            raise HTTPException(404, FORGED)
        style = _STYLE.search(html)
        allowed = f"style-src '{style[1]}'; " if style else ""
        policy = f"default-src 'none'; {allowed}form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
        return HTMLResponse(html.encode("utf-8", "replace"), headers={"Content-Security-Policy": policy})

    def _share_is_over(self, number: int, report: int, *, used: bool) -> bool:
        """Whether a share opens this report no longer; that somebody came by it is noted."""
        now = self.clock()
        share = self.archive.shared(number, now)
        if share is None or share.evidence_id != report or share.standing(now) is not Standing.OPEN:
            return True
        if used:
            self.archive.shared(number, now, used=True)
        return False

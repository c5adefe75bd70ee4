"""The way in, and the pages that say no: in words, without a trace."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from listener.web import twins
from listener.web.asked import Malformed
from listener.web.guard import shown
from listener.web.period import count
from listener.web.room import Room
from listener.web.words import LINKS, MALFORMED, PROBLEMS

log = logging.getLogger(__name__)


class Pages(Room):
    """The way in, the files that pages are dressed with, and every page that says no."""

    def overview(self, request: Request) -> Response:
        """The way in: the only brand, or a list to choose from."""
        brands = self.archive.brands()
        if len(brands) == 1:
            return RedirectResponse(self.dressing.addresses.path("brand", key=brands[0].key), 302)
        days = self.period_of(request)
        return self.dressing.page(
            request,
            "overview.html.j2",
            counted=[(brand, count(self.archive, brand.key, days)) for brand in brands],
            period=days,
        )

    async def asset(self, request: Request) -> Response:
        """A style sheet or picture of ours, by its name in the table."""
        asset = self.dressing.assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"})

    async def healthz(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """That the server answers, even while every page waits; whether the sources do is what /sources answers."""
        return PlainTextResponse("ok")

    def refused(self, request: Request, fault: Exception) -> Response:
        """The page for an address that leads nowhere, cannot be read, or is read in another way than by GET."""
        assert isinstance(fault, HTTPException)
        answer = self.problem(request, fault.status_code, fault.detail if fault.detail in LINKS else "")
        answer.headers.update(fault.headers or {})
        return answer

    def malformed(self, request: Request, fault: Exception) -> Response:
        """The page for an address whose query cannot be read; says which part, and what it should be."""
        assert isinstance(fault, Malformed)
        return self.problem(request, 400, MALFORMED[fault.part])

    def unavailable(self, request: Request, fault: Exception) -> Response:
        """The page for a moment in which the archive cannot be read."""
        log.error("%s %s: %s", request.method, shown(request.url.path), fault)
        answer = self.problem(request, 503)
        answer.headers["Retry-After"] = "60"
        return answer

    def problem(self, request: Request, status: int, sentence: str = "") -> Response:
        """A page that says no, in words, without a trace; `sentence` takes the place of the usual one."""
        heading, usual = PROBLEMS.get(status, PROBLEMS[500 if status >= 500 else 400])
        if request.url.path.endswith(".json"):
            return twins.answer({"error": self.dressing.locale.gettext(sentence or usual)}, status)
        return self.dressing.page(request, "problem.html.j2", status, heading=heading, sentence=sentence or usual)

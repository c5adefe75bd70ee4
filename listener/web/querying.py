"""A brand's query changed with open eyes: tried while it is written, kept as a version, and asked of what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.app.desk import Desk
from listener.config import BrandSettings
from listener.config.editing import Change, Stale
from listener.core.access import Visitor
from listener.core.errors import ListenerError, QueryError
from listener.core.ports import Archive
from listener.core.values import dataclass
from listener.jobs.preview import Preview, Sample
from listener.web import twins
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.setting_up import known_brand, words_of
from listener.web.text import cut, host_of, outward, plain
from listener.web.words import BUSY, CHANGED_MEANWHILE

_WIDTH = 72  # letters of a line that are shown about a fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What trying a query came to: what it would bring, or the fault with the place that it is about."""

    preview: Preview | None = None
    gains: tuple[dict[str, Any], ...] = ()
    losses: tuple[dict[str, Any], ...] = ()
    fault: str = ""
    line: str = ""
    caret: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Querying:
    """The page for a brand's query."""

    memory: Archive
    dressing: Dressing
    desk: Desk
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def query(self, request: Request) -> Response:
        """The query as it is, its versions, and how far the stored items were asked again."""
        one, seen = known_brand(self.desk, request)
        return self._page(request, one, seen, query=one.brand.query)

    async def query_now(self, request: Request) -> Response:
        """Try a query, keep it, ask the stored items again, or stop that; a script that tries gets a part of the page."""
        return await run_in_threadpool(self._do, request, await fields_of(request))

    def query_progress(self, request: Request) -> Response:
        """How far asking is, for a script."""
        one, _ = known_brand(self.desk, request)
        progress = self.desk.progress(one.brand.key)
        if progress is None:
            raise HTTPException(404)
        version = progress.version
        return twins.answer({"part": progress.part, "done": version.is_done, "gained": version.gained, "lost": version.lost})

    def _do(self, request: Request, form: Mapping[str, str]) -> Response:
        visitor: Visitor = request.state.visitor
        one, _ = known_brand(self.desk, request)
        key, query, now = one.brand.key, form.get("query", "").strip(), self.clock()
        here = self.dressing.addresses.path("query", key=key)
        self.memory.work(visitor.name, "query", now.astimezone(self.zone).date(), now)
        match form.get("do"):
            case "try":
                tried = self._tried(key, query)
                if form.get("part") == "yes":
                    status = 503 if tried.busy else 200
                    return self.dressing.page(request, "tried.html.j2", status, tried=tried, busy_words=BUSY)
                return self._page(request, one, form.get("seen", ""), query=query, tried=tried)
            case "keep":
                return self._keep(request, one, form, query)
            case "ask":
                self.desk.ask_again(visitor.name, key)
                return RedirectResponse(f"{here}#asking", 303)
            case "stop":
                self.desk.stop_asking(visitor.name, key)
                return RedirectResponse(f"{here}#asking", 303)
        raise HTTPException(400)

    def _keep(self, request: Request, one: BrandSettings, form: Mapping[str, str], query: str) -> Response:
        visitor: Visitor = request.state.visitor
        key, seen = one.brand.key, form.get("seen", "")
        tried = self._tried(key, query)
        if tried.fault:
            return self._page(request, one, seen, query=query, tried=tried, status=422)
        change = Change(values={"query": query})
        try:
            self.desk.change(visitor.name, key, seen, change, what="query changed", before=one.brand.query, after=query)
        except Stale:
            fresh, now_seen = known_brand(self.desk, request)
            return self._page(request, fresh, now_seen, query=query, tried=tried, stale=True, status=409)
        except (ListenerError, OSError) as fault:
            return self._page(request, one, seen, query=query, tried=tried, faults=words_of(fault, self.dressing), status=422)
        if form.get("stored") == "yes":
            self.desk.ask_again(visitor.name, key)
        return RedirectResponse(self.dressing.addresses.path("query", {"kept": "yes"}, key=key), 303)

    def _tried(self, key: str, query: str) -> Tried:
        try:
            found = self.desk.preview(key, query)
        except QueryError as fault:
            at = fault.line_column - 1
            start = max(0, at - _WIDTH // 2) if len(fault.line) > _WIDTH else 0
            return Tried(
                fault=self.dressing.said(fault.what), line=plain_line(fault.line[start : start + _WIDTH]), caret=at - start
            )
        if found is None:
            return Tried(busy=True)
        return Tried(preview=found, gains=tuple(map(_shown, found.gains)), losses=tuple(map(_shown, found.losses)))

    def _page(self, request: Request, one: BrandSettings, seen: str, *, query: str, status: int = 200, **more: Any) -> Response:
        return self.dressing.page(
            request,
            "query.html.j2",
            status,
            one=one,
            seen=seen,
            query=query,
            tried=more.get("tried"),
            busy_words=BUSY,
            faults=more.get("faults", []),
            stale=CHANGED_MEANWHILE if more.get("stale") else "",
            versions=self.desk.versions(one.brand.key)[:20],
            progress=self.desk.progress(one.brand.key),
            kept=request.query_params.get("kept") == "yes",
        )


def plain_line(text: str) -> str:
    """A line of a query, letter for letter in its place, and nothing in it that moves letters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _shown(sample: Sample) -> dict[str, Any]:
    link = outward(sample.link)
    return {
        "title": cut(plain(sample.title), 160),
        "outlet": cut(plain(sample.outlet), 80),
        "link": link,
        "host": host_of(link),
        "at": sample.at,
        "clause": cut(plain(sample.clause), 160),
    }

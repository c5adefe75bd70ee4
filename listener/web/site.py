"""The pages as one application: which address leads to which page, and what stands around them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from secrets import token_bytes
from typing import TypeAlias, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from listener import __version__
from listener.app.desk import Desk
from listener.core.errors import ListenerError
from listener.core.links import Links
from listener.core.ports import Archive
from listener.web.addresses import PATHS, Addresses
from listener.web.asked import Malformed
from listener.web.comparing import Comparing
from listener.web.dressing import Dressing
from listener.web.entering import Entering
from listener.web.guard import Guard
from listener.web.health import Health
from listener.web.hearing import Hearing
from listener.web.inviting import Inviting
from listener.web.labelling import Labelling
from listener.web.mailed import Mailed
from listener.web.needs import RULES
from listener.web.pages import Pages
from listener.web.passwords import Passwords
from listener.web.proving import Proving
from listener.web.querying import Querying
from listener.web.reading import Reading
from listener.web.remembering import Remembering
from listener.web.reporting import Reporting
from listener.web.room import Room
from listener.web.sampling import Sampling
from listener.web.scoped import present, scoped
from listener.web.setting_up import SettingUp
from listener.web.sharing import Sharing
from listener.web.static import read_assets
from listener.web.subscribing import Subscribing
from listener.web.telling import Telling
from listener.web.trail import Trail
from listener.web.triage import Triage
from listener.web.visiting import Visitors
from listener.web.warming import Warming

# Each page is a method of one of these, by the name that it has in the table of addresses.
ROOMS: tuple[type[Room], ...] = (Pages, Reading, Proving, Telling, Comparing, Hearing, Mailed)
# Pages that may be shown again as they were made; on others stand hours, or what nothing tells when it changes.
REMEMBERED = frozenset(
    "overview brand mentions mentions_json stories stories_json themes coverage digests digest compare".split()  # noqa: SIM905 - names
)
# These also say what is due; they are made anew each minute.
BY_THE_MINUTE = frozenset({"sources", "sources_json"})
_LONGEST = 16_000  # signs of a query in an address that is remembered
Page: TypeAlias = Callable[[Request], Response]
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def create_web(
    *,
    archive: Archive,
    language: str,
    timezone: str,
    clock: Callable[[], datetime],
    base_url: str,
    version: str = __version__,
    hosts: Iterable[str] = (),
    secret: bytes | None = None,
    open_to_readers: bool = False,
    proxies: Iterable[str] = (),
    user_header: str = "",
    passwords: Passwords | None = None,
    desk: Desk | None = None,
    evidence: Callable[[int], str | None] = lambda _: None,
) -> Starlette:
    """The pages for people.

    `language` is "nl" or "en"; `timezone` an IANA name: days and times are that zone's; `clock` gives the present, aware;
    `base_url` is how people reach the page. `secret` signed the links in mails; without it none of them is known. It answers to
    the host of `base_url`, to loopback's names and to `hosts`. Who may open what stands in listener.web.needs; with
    `open_to_readers` anyone may read. From the networks in `proxies`, `user_header` names the editor who asks.
    Without a `desk` nothing can be set up from the page. `evidence` gives the page of a report by its number.
    """
    dressing, zone = _dressing(language, timezone, base_url, version), ZoneInfo(timezone)
    # What a reader may see is decided below the pages: they ask an archive that is cut to it.
    memory = Remembering(archive)
    seen, now = scoped(cast("Archive", memory), zone), present(clock, zone)
    for_readers = [room(archive=seen, dressing=dressing, zone=zone, clock=now) for room in ROOMS]
    pages = for_readers[0]
    assert isinstance(pages, Pages)
    key = secret or token_bytes(32)
    visitors = Visitors(
        archive=archive,
        secret=key,
        clock=clock,
        base_url=base_url,
        open_to_readers=open_to_readers,
        proxies=proxies,
        user_header=user_header,
    )
    mail = Subscribing(archive=archive, dressing=dressing, clock=clock, secret=key)
    labelling = Labelling(archive=archive, dressing=dressing, zone=zone, clock=clock, secret=key)
    report = Reporting(archive=archive, clock=clock, secret=key, report=evidence)
    door = Entering(archive=archive, dressing=dressing, clock=clock, visitors=visitors, passwords=passwords or Passwords())
    sharing = Sharing(archive=archive, dressing=dressing, zone=zone, clock=clock, links=Links(page=base_url, secret=key))
    # Who labels reads what he has just written: nothing is remembered for him.
    triage = Triage(archive=scoped(archive, zone), memory=archive, dressing=dressing, zone=zone, clock=clock)
    # A name in PATHS is answered by the method of that name in one of these, a form sent there by the one with _now.
    sampling = Sampling(archive=scoped(archive, zone), memory=archive, dressing=dressing, zone=zone, clock=clock)
    trail, people = Trail(memory=archive, dressing=dressing), Inviting(memory=archive, dressing=dressing, clock=clock)
    health = Health(memory=archive, dressing=dressing, clock=clock)
    rooms: tuple[object, ...] = (*for_readers, mail, labelling, report, door, sharing, triage, sampling, trail, people, health)
    if desk is not None:
        rooms += (
            SettingUp(dressing=dressing, desk=desk),
            Querying(memory=archive, dressing=dressing, desk=desk, zone=zone, clock=clock),
        )
    routes = [
        Route(path, _kept_in(memory, name, getattr(room, name + suffix), now, zone), name=name, methods=[method])
        for name, path in PATHS.items()
        for suffix, method in (("", "GET"), ("_now", "POST"))
        for room in rooms
        if hasattr(room, name + suffix)
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(
                Guard,
                hosts={_host(base_url), *LOOPBACK, *hosts},
                rules=RULES,
                visitors=visitors,
                addresses=dressing.addresses,
                problem=pages.problem,
                unavailable=pages.unavailable,
            )
        ],
        exception_handlers={HTTPException: pages.refused, Malformed: pages.malformed, ListenerError: pages.unavailable},
    )
    # A redirect to the address with or without its slash would be built from the Host header.
    app.router.redirect_slashes = False
    app.state.warming = Warming(dressing, archive, {route.name: route.endpoint for route in routes})
    return app


def _kept_in(memory: Remembering, name: str, page: Page, clock: Callable[[], datetime], zone: ZoneInfo) -> Page:
    """A page that is remembered, where nothing but the archive, the address, the day and who asks make it what it is."""
    if name not in REMEMBERED | BY_THE_MINUTE:
        return page

    def answer(request: Request) -> Response:
        path, query = request.scope["path"], request.scope["query_string"]
        if len(query) > _LONGEST:
            return page(request)
        visitor = request.state.visitor
        if visitor.share is not None:
            visitor = replace(visitor, share=replace(visitor.share, used_at=None, uses=0))
        now = clock().astimezone(zone)
        when = now.replace(second=0, microsecond=0) if name in BY_THE_MINUTE else now.date()
        return memory.page((path, query, when, visitor), lambda: page(request))

    return answer


@cache
def _dressing(language: str, timezone: str, base_url: str, version: str) -> Dressing:
    # It holds no state but its compiled templates, which are dear: whoever opens the pages twice in a process shares it.
    return Dressing(language=language, timezone=timezone, version=version, addresses=Addresses(base_url), assets=read_assets())


def _host(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return f"[{host}]" if ":" in host else host

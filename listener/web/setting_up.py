"""Setting up: brands, their sources, digests and recipients, written back into the files that people write too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.app.desk import Desk
from listener.config import BrandSettings
from listener.config.editing import Change, Stale, Value
from listener.config.fields import slug
from listener.core.access import Visitor
from listener.core.errors import ConfigError, ListenerError
from listener.core.text import tidy
from listener.core.values import dataclass
from listener.web import asked
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.words import CHANGED_MEANWHILE, FIELDS

_INDEX = re.compile(r"\[\d+\]")
_DAYS = ("daily", "weekdays", "weekly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a form asks for: the change, its name for the trail, and how it stood and will stand, in a line each."""

    change: Change
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingUp:
    """The pages on which editors set up what is listened for."""

    dressing: Dressing
    desk: Desk

    def setup(self, request: Request) -> Response:
        """Every brand, and a form for a new one."""
        return self._list(request)

    async def setup_now(self, request: Request) -> Response:
        """Add a brand."""
        return await run_in_threadpool(self._add, request, await fields_of(request))

    def setup_brand(self, request: Request) -> Response:
        """One brand: its sources, its digests and who gets them."""
        return self._brand(request)

    async def setup_brand_now(self, request: Request) -> Response:
        """Keep a change, unless somebody else changed the file meanwhile."""
        return await run_in_threadpool(self._change, request, await fields_of(request))

    def _add(self, request: Request, form: Mapping[str, str]) -> Response:
        visitor: Visitor = request.state.visitor
        if visitor.brands is not None:
            raise HTTPException(403)
        name = tidy(form.get("name", ""))[:100]
        try:
            key = self.desk.add_brand(visitor.name, name)
        except (ListenerError, OSError) as fault:
            return self._list(request, name=name, faults=words_of(fault, self.dressing), status=422)
        return RedirectResponse(self.dressing.addresses.path("query", key=key), 303)

    def _change(self, request: Request, form: Mapping[str, str]) -> Response:
        visitor: Visitor = request.state.visitor
        one, _ = known_brand(self.desk, request)
        if form.get("do") == "stop work":
            number = asked.mention_id(form.get("number", ""))
            if number is None:
                raise HTTPException(400)
            self.desk.stop_work(visitor.name, one.brand.key, number)
            return RedirectResponse(self.dressing.addresses.path("setup_brand", key=one.brand.key) + "#work", 303)
        edit = _edit(one, form)
        kind = edit.change.values.get("kind")
        # A dotted path is code: what may run here is the operator's to say, in the file.
        if kind is not None and kind not in self.desk.kinds and kind not in {source.kind for source in one.sources}:
            raise HTTPException(400)
        try:
            self.desk.change(
                visitor.name,
                one.brand.key,
                form.get("seen", ""),
                edit.change,
                what=edit.what,
                before=edit.before,
                after=edit.after,
            )
        except Stale:
            return self._brand(request, faults=[], stale=True, form=form, status=409)
        except (ListenerError, OSError) as fault:
            return self._brand(request, faults=words_of(fault, self.dressing), form=form, status=422)
        place = f"#{edit.change.part}" if edit.change.part else ""
        return RedirectResponse(self.dressing.addresses.path("setup_brand", {"kept": "yes"}, key=one.brand.key) + place, 303)

    def _list(self, request: Request, *, name: str = "", faults: list[str] | None = None, status: int = 200) -> Response:
        visitor: Visitor = request.state.visitor
        brands = [one for one in self.desk.settings.brands if visitor.sees(one.brand.key)]
        return self.dressing.page(
            request,
            "setup.html.j2",
            status,
            brands=brands,
            name=name,
            faults=faults or [],
            may_add=visitor.brands is None,
        )

    def _brand(
        self,
        request: Request,
        *,
        faults: list[str] | None = None,
        stale: bool = False,
        form: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        one, seen = known_brand(self.desk, request)
        return self.dressing.page(
            request,
            "setup_brand.html.j2",
            status,
            one=one,
            seen=seen,
            digests=[_digest(plan.key, one) for plan in one.digests],
            kinds_known=sorted(self.desk.kinds),
            days_known=_DAYS,
            under_way=self.desk.under_way(one.brand.key),
            faults=faults or [],
            stale=CHANGED_MEANWHILE if stale else "",
            form=form or {},
            kept=request.query_params.get("kept") == "yes",
        )


def _digest(key: str, one: BrandSettings) -> dict[str, Any]:
    plan = next(plan for plan in one.digests if plan.key == key)
    days = "daily" if len(plan.days) == 7 else "weekdays" if len(plan.days) == 5 else "weekly" if len(plan.days) == 1 else ""
    return {"key": key.partition("/")[2], "to": plan.to, "at": plan.at.strftime("%H:%M"), "language": plan.language, "days": days}


def _edit(one: BrandSettings, form: Mapping[str, str]) -> Edit:
    """What a form asks for; raises HTTPException for what is no form of ours."""
    what, key = form.get("do", ""), tidy(form.get("key", ""))
    if what == "name":
        values: dict[str, Value | None] = {"name": tidy(form.get("name", ""))}
        return Edit(change=Change(values=values), what="name changed", before=one.brand.name, after=str(values["name"]))
    if what in {"add source", "change source"}:
        values = {name: tidy(form.get(name, "")) for name in ("kind", "address", "every")}
        new = what == "add source"
        key = key or (_free(slug(f"{one.brand.key}-{values['kind']}"), [source.key for source in one.sources]) if new else "")
        return Edit(
            change=Change(part="sources", key=key, values=values, add=new),
            what="source added" if new else "source changed",
            before="" if new else _source(one, key),
            after=f"{key}: {values['kind']} {values['address']} {values['every']}",
        )
    if what == "remove source":
        return Edit(change=Change(part="sources", key=key, values={}, remove=True), what="source removed", before=_source(one, key))
    if what in {"add digest", "change digest"}:
        to = [address for address in form.get("to", "").replace(",", "\n").replace(";", "\n").split() if address]
        values = {"to": to, "at": tidy(form.get("at", "")), "language": form.get("language", "")}
        if form.get("days"):
            values["days"] = form["days"]
        new = what == "add digest"
        key = key or (_free("daily", [plan.key.partition("/")[2] for plan in one.digests]) if new else "")
        return Edit(
            change=Change(part="digests", key=key, values=values, add=new),
            what="digest added" if new else "digest changed",
            before="" if new else _mails(one, key),
            after=f"{key}: {values['at']} {', '.join(to)}",
        )
    if what == "remove digest":
        return Edit(change=Change(part="digests", key=key, values={}, remove=True), what="digest removed", before=_mails(one, key))
    raise HTTPException(400)


def _source(one: BrandSettings, key: str) -> str:
    return next((f"{key}: {source.kind} {source.address}" for source in one.sources if source.key == key), key)


def _mails(one: BrandSettings, key: str) -> str:
    plans = [plan for plan in one.digests if plan.key == f"{one.brand.key}/{key}"]
    return f"{key}: {plans[0].at.strftime('%H:%M')} {', '.join(plans[0].to)}" if plans else key


def _free(wanted: str, taken: list[str]) -> str:
    """A key that nobody has: the wanted one, or with the first number behind it."""
    return next(one for one in [wanted, *(f"{wanted}-{number}" for number in range(2, 1000))] if one not in taken)


def known_brand(desk: Desk, request: Request) -> tuple[BrandSettings, str]:
    """The brand that an address names, with its file's fingerprint, where whoever asks may see it; else there is no such page."""
    visitor: Visitor = request.state.visitor
    key = request.path_params["key"]
    known = desk.brand(key) if visitor.sees(key) else None
    if known is None:
        raise HTTPException(404)
    return known


def words_of(fault: ListenerError | OSError, dressing: Dressing) -> list[str]:
    """A fault a line, in the page's language; of a file, the field that it is about and not where on the disk it lies."""
    if isinstance(fault, ConfigError):
        return [
            f"{_place(one.where, dressing)}: {dressing.said(one.what)}" if one.where else dressing.said(one.what)
            for one in fault.faults
        ]
    if isinstance(fault, OSError):
        return [fault.strerror or type(fault).__name__]
    return [dressing.said(fault.args[0])]


def _place(where: str, dressing: Dressing) -> str:
    """What the page calls a field of a brand's file; its place in the file where it has no name here."""
    field = _INDEX.sub("", where).rpartition(".")[2]
    return dressing.locale.gettext(FIELDS[field]) if field in FIELDS else where

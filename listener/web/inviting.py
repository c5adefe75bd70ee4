"""Who may change things here: editors listed, invited by a one-time link, given a new one, and let in no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.core.access import INVITED, Editor, Visitor, fit_name, same_name
from listener.core.deeds import Deed
from listener.core.ports import Archive
from listener.core.text import tidy
from listener.core.values import dataclass
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.visiting import digest_of, new_word
from listener.web.words import PEOPLE

_TICKED = "brand-"  # before a brand's key: a form's fields have one value each


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviting:
    """The page of those who may sign in, for editors who work for every brand."""

    memory: Archive
    dressing: Dressing
    clock: Callable[[], datetime]

    def people(self, request: Request) -> Response:
        """Everybody who may sign in, and who was invited."""
        _may(request)
        return self._page(request)

    async def people_now(self, request: Request) -> Response:
        """Invite somebody, give them a new link, take an invitation back, or let somebody in no more."""
        return await run_in_threadpool(self._do, request, await fields_of(request))

    def _do(self, request: Request, form: Mapping[str, str]) -> Response:
        me = _may(request)
        name = tidy(form.get("name", ""))
        match form.get("do"):
            case "invite":
                return self._invite(request, me, name, form)
            case "renew":
                known = self._known(name)
                return self._linked(request, me, known.name, known.brands, "password reset")
            case "withdraw":
                if self.memory.uninvite(name):
                    self._note(me, "invitation withdrawn", name)
                return self._back()
            case "remove":
                known = self._known(name)
                if same_name(known.name) == same_name(me.name):
                    return self._page(request, fault="yourself", status=422)
                if self.memory.dismiss(known.name):
                    self._note(me, "editor removed", known.name)
                return self._back()
        raise HTTPException(400)

    def _invite(self, request: Request, me: Visitor, name: str, form: Mapping[str, str]) -> Response:
        keys = [brand.key for brand in self.memory.brands()]
        ticked = [key for key in keys if form.get(f"{_TICKED}{key}") == "yes"]
        fault = "name" if not fit_name(name) else "there" if self.memory.editor(name) is not None else ""
        if form.get("reach") not in {"all", "some"} or (form.get("reach") == "some" and not ticked):
            fault = fault or "reach"
        if fault:
            return self._page(request, form=form, fault=fault, status=422)
        return self._linked(request, me, name, ticked if form["reach"] == "some" else (), "editor invited")

    def _linked(self, request: Request, me: Visitor, name: str, brands: Sequence[str], what: str) -> Response:
        """Make a link and show it, this once: only its digest is kept."""
        word, now = new_word(), self.clock()
        self.memory.invite(digest_of(word), name, brands, until=now + INVITED, now=now)
        self._note(me, what, name, ", ".join(brands))
        return self._page(request, link=self.dressing.addresses.whole("welcome", token=word), made_for=name)

    def _known(self, name: str) -> Editor:
        there = self.memory.editor(name)
        if there is None:
            raise HTTPException(404)
        return there[0]

    def _note(self, me: Visitor, what: str, name: str, after: str = "") -> None:
        self.memory.note(Deed(who=me.name, what=what, subject=name, after=after, at=self.clock()))

    def _back(self) -> Response:
        return RedirectResponse(self.dressing.addresses.path("people"), 303)

    def _page(
        self,
        request: Request,
        *,
        form: Mapping[str, str] | None = None,
        fault: str = "",
        link: str = "",
        made_for: str = "",
        status: int = 200,
    ) -> Response:
        brands = self.memory.brands()
        return self.dressing.page(
            request,
            "people.html.j2",
            status,
            editors=self.memory.editors(),
            invitations=self.memory.invitations(self.clock()),
            brands=brands,
            names={brand.key: brand.name for brand in brands},
            ticked=_TICKED,
            form=form or {},
            words=PEOPLE[fault] if fault else "",
            link=link,
            made_for=made_for,
        )


def _may(request: Request) -> Visitor:
    """Who asks; raises HTTPException where they work for some brands only: who lets others in, lets them into everything."""
    visitor: Visitor = request.state.visitor
    if visitor.brands is not None:
        raise HTTPException(403)
    return visitor

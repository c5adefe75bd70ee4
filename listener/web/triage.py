"""The queue for those who label: one mention after the other, by keyboard or by forms; all of it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.core.access import Visitor
from listener.core.kept import KeptMention
from listener.core.labels import NO, VALUES, WITHDRAWN, YES, Aspect, Label
from listener.core.model import Brand, Intent, Media, Tone
from listener.core.ports import Archive
from listener.core.values import dataclass
from listener.web import asked, twins
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.views import mention_view

SHOWN = 20  # mentions on one page: 60 are three of them
BACK = timedelta(days=14)  # what is older is history, not work
_MOST = 500  # how many the queue counts
# The keys, in the order in which they stand on the page. No two begin alike in either language, so they are signs, not initials.
KEYS: tuple[tuple[str, Aspect, str], ...] = (
    ("y", Aspect.ABOUT, YES),
    ("n", Aspect.ABOUT, NO),
    ("1", Aspect.TONE, Tone.NEGATIVE.value),
    ("2", Aspect.TONE, Tone.NEUTRAL.value),
    ("3", Aspect.TONE, Tone.POSITIVE.value),
    ("4", Aspect.TONE, Tone.UNSURE.value),
    ("c", Aspect.INTENT, Intent.COMPLAINT.value),
    ("q", Aspect.INTENT, Intent.QUESTION.value),
    ("p", Aspect.INTENT, Intent.PRAISE.value),
    ("b", Aspect.INTENT, Intent.PURCHASE.value),
    ("v", Aspect.INTENT, Intent.JOB.value),
    ("o", Aspect.INTENT, Intent.OTHER.value),
    ("r", Aspect.ANSWERED, YES),
    ("t", Aspect.ANSWERED, NO),
)
QUEUES = ("new", "pressing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The page for those who label."""

    archive: Archive  # as far as whoever asks may see it
    memory: Archive  # keeps what they say of that
    dressing: Dressing
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def triage(self, request: Request) -> Response:
        """What waits for a word, the newest first; what was labelled last can be taken back."""
        visitor: Visitor = request.state.visitor
        brands, now = self.archive.brands(), self.clock()
        wanted, queue = request.query_params.get("brand", ""), request.query_params.get("queue", QUEUES[0])
        brand = next((one for one in brands if one.key == wanted), brands[0] if brands and not wanted else None)
        if queue not in QUEUES or (brand is None and (brands or wanted)):
            raise HTTPException(404)
        worked = self.memory.work(visitor.name, "triage", self._today(now), now)
        waiting = self._waiting(brand, queue, now) if brand else []
        done = asked.mention_id(request.query_params.get("done", ""))
        last = None if done is None else self.archive.mention(done)
        return self.dressing.page(
            request,
            "triage.html.j2",
            brands=brands,
            brand=brand,
            queue=queue,
            queues=QUEUES,
            views=[mention_view(one, self.zone) for one in waiting[:SHOWN]],
            waiting=len(waiting),
            most=_MOST,
            keys=KEYS,
            minutes=worked.seconds // 60,
            last=None if last is None else mention_view(last, self.zone),
            undo=_undo(request.query_params.get("was", "")),
        )

    async def triage_now(self, request: Request) -> Response:
        """Keep what somebody says of one mention, all of it or none; a script is answered in JSON, a form by the next page."""
        return await run_in_threadpool(self._keep, request, await fields_of(request))

    def _keep(self, request: Request, form: Mapping[str, str]) -> Response:
        visitor: Visitor = request.state.visitor
        number, said, now = asked.mention_id(form.get("mention", "")), _said(form), self.clock()
        kept = None if number is None else self.archive.mention(number)
        if kept is None:
            raise HTTPException(404)
        was = {aspect: _standing(kept, aspect) for aspect in said}
        labels = [
            Label(mention=kept.id, aspect=aspect, value=value, by=visitor.name, at=now)
            for aspect, value in said.items()
            if value != was[aspect]
        ]
        if labels and self.memory.keep_labels(labels):
            raise HTTPException(404)
        worked = self.memory.work(visitor.name, "triage", self._today(now), now, handled=len({label.mention for label in labels}))
        before = {aspect.value: value for aspect, value in was.items()}
        if "application/json" in request.headers.get("accept", ""):
            return twins.answer({"mention": kept.id, "was": before, "minutes": worked.seconds // 60})
        query = {"brand": kept.judged.mention.brand, "queue": form.get("queue", "")} if form.get("queue") in QUEUES else {}
        if "undo" not in form:
            query |= {"done": str(kept.id), "was": " ".join(f"{name}:{value}" for name, value in before.items())}
        return RedirectResponse(self.dressing.addresses.path("triage", query), 303)

    def _waiting(self, brand: Brand, queue: str, now: datetime) -> list[KeptMention]:
        since = now - BACK
        if queue == "pressing":
            pressing = self.archive.pressing(brand.key, since=since, until=now + timedelta(seconds=1))
            newest = sorted(pressing, key=lambda one: (one.at, one.id), reverse=True)[:_MOST]
            whole = self.archive.whole([one.id for one in newest])
            return [whole[one.id] for one in newest if one.id in whole]
        found = self.archive.unlabelled(brand.key, since=since, limit=_MOST)
        return [one for one in found if one.judged.mention.media is Media.EARNED]

    def _today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()


def _said(form: Mapping[str, str]) -> dict[Aspect, str]:
    """What a form says of each aspect; "" takes a word back, an aspect that is left out stays. Raises HTTPException."""
    said = {aspect: form[aspect.value] for aspect in Aspect if aspect.value in form}
    if not said or any(value not in (*VALUES[aspect], WITHDRAWN) for aspect, value in said.items()):
        raise HTTPException(400)
    return said


def _standing(kept: KeptMention, aspect: Aspect) -> str:
    label: Label | None = getattr(kept.labels, aspect.value)
    return WITHDRAWN if label is None else label.value


def _undo(was: str) -> dict[str, str]:
    """What stood before, as an address says it; anything else is no way back."""
    parts = [part.split(":", 1) for part in was.split(" ") if ":" in part]
    try:
        back = {Aspect(name): value for name, value in parts}
    except ValueError:
        return {}
    return {one.value: value for one, value in back.items() if value == WITHDRAWN or value in VALUES[one]}

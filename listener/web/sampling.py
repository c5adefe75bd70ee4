"""The weekly random sample: one question at a time, and the machine's answer only when a mention is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.core.access import Visitor
from listener.core.kept import KeptMention
from listener.core.labels import NO, VALUES, WITHDRAWN, Aspect, Label
from listener.core.model import Brand
from listener.core.ports import Archive
from listener.core.sampling import Sample, draw
from listener.core.schedule import instant
from listener.web import asked
from listener.web.asked import Malformed
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.views import mention_view

QUESTIONS = (Aspect.ABOUT, Aspect.TONE, Aspect.INTENT)
WEEKS = 8  # how many weeks back can still be drawn and checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often the machine said what people say: of so many, on so many."""

    aspect: Aspect
    same: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """The page for those who check."""

    archive: Archive  # as far as whoever asks may see it
    memory: Archive  # keeps samples, and what they say
    dressing: Dressing
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def sample(self, request: Request) -> Response:
        """The next question of a week, or how it went."""
        visitor: Visitor = request.state.visitor
        now = self.clock()
        brand, week = self._brand(request.query_params.get("brand", "")), self._week(request.query_params.get("week", ""), now)
        self.memory.work(visitor.name, "sample", now.astimezone(self.zone).date(), now)
        drawn = self._drawn(brand, week)
        kept = [one for one in map(self.archive.mention, drawn.mentions) if one is not None]
        waiting = next(((one, question) for one in kept if (question := _next(one)) is not None), None)
        number = asked.mention_id(request.query_params.get("last", ""))
        last = next((one for one in kept if one.id == number), None)
        return self.dressing.page(
            request,
            "sample.html.j2",
            brand=brand,
            brands=self.archive.brands(),
            week=week,
            until=week + timedelta(days=6),
            weeks=[self._monday(now) - timedelta(weeks=back) for back in range(1, WEEKS + 1)],
            sample=drawn,
            stories=sum(one.stories for one in drawn.strata),
            done=sum(_next(one) is None for one in kept),
            all=len(kept),
            view=None if waiting is None else mention_view(waiting[0], self.zone),
            question=None if waiting is None else waiting[1],
            answers=() if waiting is None else VALUES[waiting[1]],
            last=None if last is None else mention_view(last, self.zone),
            is_done=last is not None and _next(last) is None,
            undo=None if last is None else _latest(last),
            agreements=_agreements(kept) if waiting is None else (),
        )

    async def sample_now(self, request: Request) -> Response:
        """Keep an answer, or take the last one back."""
        return await run_in_threadpool(self._keep, request, await fields_of(request))

    def _keep(self, request: Request, form: Mapping[str, str]) -> Response:
        visitor: Visitor = request.state.visitor
        now = self.clock()
        brand, week = self._brand(form.get("brand", "")), self._week(form.get("week", ""), now)
        number, question, answer = asked.mention_id(form.get("mention", "")), form.get("question", ""), form.get("answer", "")
        if question not in {one.value for one in QUESTIONS} or answer not in (*VALUES[Aspect(question)], WITHDRAWN):
            raise HTTPException(400)
        if number not in self._drawn(brand, week).mentions:
            raise HTTPException(404)
        said = Label(mention=number, aspect=Aspect(question), value=answer, by=visitor.name, at=now)
        if self.memory.keep_labels([said]):
            raise HTTPException(404)
        self.memory.work(visitor.name, "sample", now.astimezone(self.zone).date(), now, handled=1)
        query = {"brand": brand.key, "week": week.isoformat(), **({"last": str(number)} if answer else {})}
        return RedirectResponse(self.dressing.addresses.path("sample", query), 303)

    def _drawn(self, brand: Brand, week: date) -> Sample:
        """The sample that stands; the first who asks has it drawn, and nobody can draw again."""
        standing = self.memory.samples(brand.key, since=week, until=week + timedelta(days=1))
        if standing:
            return standing[0]
        since, until = (instant(on, time(), self.zone) for on in (week, week + timedelta(days=7)))
        return self.memory.keep_sample(draw(brand.key, week, self.memory.candidates(brand.key, since=since, until=until)))

    def _brand(self, wanted: str) -> Brand:
        brands = self.archive.brands()
        brand = next((one for one in brands if one.key == wanted), brands[0] if brands and not wanted else None)
        if brand is None:
            raise HTTPException(404)
        return brand

    def _week(self, text: str, now: datetime) -> date:
        """The Monday of a complete week, the last one where none is asked for."""
        latest = self._monday(now) - timedelta(weeks=1)
        wanted = asked.read({"day": text}).day if text else latest
        if wanted is None or wanted.weekday() or not latest - timedelta(weeks=WEEKS - 1) <= wanted <= latest:
            raise Malformed("day")
        return wanted

    def _monday(self, now: datetime) -> date:
        today = now.astimezone(self.zone).date()
        return today - timedelta(days=today.weekday())


def _next(kept: KeptMention) -> Aspect | None:
    """What is still to be asked of a mention; of one that is not about the brand nothing more."""
    if kept.labels.about is not None and kept.labels.about.value == NO:
        return None
    return next((one for one in QUESTIONS if getattr(kept.labels, one.value) is None), None)


def _latest(kept: KeptMention) -> Aspect | None:
    """What was answered last of a mention."""
    return next((one for one in reversed(QUESTIONS) if getattr(kept.labels, one.value) is not None), None)


def _agreements(kept: Sequence[KeptMention]) -> tuple[Agreement, ...]:
    tones = [(one.labels.tone.value, one.judged.judgement.tone.value) for one in kept if one.labels.tone]
    intents = [(one.labels.intent.value, one.judged.judgement.intent.value) for one in kept if one.labels.intent]
    about = [one.labels.about.value != NO for one in kept if one.labels.about]
    return (
        Agreement(aspect=Aspect.ABOUT, same=sum(about), of=len(about)),
        Agreement(aspect=Aspect.TONE, same=sum(mine == its for mine, its in tones), of=len(tones)),
        Agreement(aspect=Aspect.INTENT, same=sum(mine == its for mine, its in intents), of=len(intents)),
    )

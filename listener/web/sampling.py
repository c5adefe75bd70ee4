"""The weekly random sample: one question at a time, and the machine's answer only when a mention is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from listener.core.access import Visitor
from listener.core.evidence import pointed
from listener.core.kept import KeptMention
from listener.core.labels import NO, VALUES, WITHDRAWN, Aspect, Label
from listener.core.model import Brand
from listener.core.observed import ANSWERS, Check, Question
from listener.core.ports import Archive
from listener.core.sampling import Sample, draw
from listener.core.schedule import instant
from listener.core.values import dataclass
from listener.web import asked
from listener.web.asked import Malformed
from listener.web.dressing import Dressing
from listener.web.forms import fields_of
from listener.web.questions import Asking, Questions, asking, newest
from listener.web.views import mention_view
from listener.web.words import CHECKS

_CASES = frozenset({Question.CLAIM, Question.LEAK})
_CASES_ASKED = 100  # of each kind and week; the rest waits until these are weighed
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
        questions = self._questions(brand, week, drawn, visitor.name)
        waiting, (done, all_) = questions.waiting(), questions.done()
        kept = questions.sample
        last, undo = self._last(request, questions)
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
            done=done,
            all=all_,
            view=None if waiting is None else mention_view(waiting[0], self.zone),
            question=None if waiting is None else waiting[1],
            asks=CHECKS,
            answers=() if waiting is None else _answers(waiting[1]),
            last=None if last is None else mention_view(last, self.zone),
            is_done=last is not None and undo not in _CASES and questions.open_of(last) is None,
            undo=undo,
            agreements=_agreements(kept) if waiting is None else (),
        )

    async def sample_now(self, request: Request) -> Response:
        """Keep an answer, or take the last one back."""
        return await run_in_threadpool(self._keep, request, await fields_of(request))

    def _keep(self, request: Request, form: Mapping[str, str]) -> Response:
        visitor: Visitor = request.state.visitor
        now = self.clock()
        brand, week = self._brand(form.get("brand", "")), self._week(form.get("week", ""), now)
        number, question = asked.mention_id(form.get("mention", "")), asking(form.get("question", ""))
        answer = form.get("answer", "")
        if question is None or answer not in (*_answers(question), WITHDRAWN):
            raise HTTPException(400)
        questions = self._questions(brand, week, self._drawn(brand, week), visitor.name)
        if number is None or not questions.takes(number, question) or self._say(number, question, answer, visitor.name, now):
            raise HTTPException(404)
        self.memory.work(visitor.name, "sample", now.astimezone(self.zone).date(), now, handled=1)
        query = {"brand": brand.key, "week": week.isoformat()}
        if answer:
            query |= {"last": str(number), "said": question.value}
        return RedirectResponse(self.dressing.addresses.path("sample", query), 303)

    def _say(self, mention: int, asked: Asking, answer: str, by: str, now: datetime) -> Sequence[int]:
        """Keep a word; the mentions that are not there."""
        if isinstance(asked, Aspect):
            return self.memory.keep_labels([Label(mention=mention, aspect=asked, value=answer, by=by, at=now)])
        return self.memory.keep_checks([Check(mention=mention, question=asked, answer=answer, by=by, at=now)])

    def _questions(self, brand: Brand, week: date, drawn: Sample, me: str) -> Questions:
        since, until = self._bounds(week)
        doubtful = self.memory.doubtful(brand.key, since=since, until=until)
        cases = {Question.CLAIM: doubtful.claims[:_CASES_ASKED], Question.LEAK: doubtful.leaks[:_CASES_ASKED]}
        there = self.archive.whole({*drawn.mentions, *(one for found in cases.values() for one in found)})
        return Questions(
            sample=tuple(there[one] for one in drawn.mentions if one in there),
            hits={question: tuple(there[one] for one in found if one in there) for question, found in cases.items()},
            doubtful=doubtful,
            said=newest(self.memory.checks(brand.key, since=since, until=until)),
            me=me,
        )

    def _last(self, request: Request, questions: Questions) -> tuple[KeptMention | None, Asking | None]:
        """The mention of which something was just said, and what, so that it can be taken back."""
        number, said = asked.mention_id(request.query_params.get("last", "")), asking(request.query_params.get("said", ""))
        known = (*questions.sample, *(one for found in questions.hits.values() for one in found))
        last = next((one for one in known if one.id == number), None)
        if last is None or said is None or not questions.answered(last, said):
            return None, None
        return last, said

    def _drawn(self, brand: Brand, week: date) -> Sample:
        """The sample that stands; the first who asks has it drawn, and nobody can draw again."""
        standing = self.memory.samples(brand.key, since=week, until=week + timedelta(days=1))
        if standing:
            return standing[0]
        since, until = self._bounds(week)
        addresses = {one.source.key: one.source.address for one in self.memory.states()}
        candidates = self.memory.candidates(brand.key, since=since, until=until, pointed=pointed(brand.query, addresses))
        return self.memory.keep_sample(draw(brand.key, week, candidates))

    def _bounds(self, week: date) -> tuple[datetime, datetime]:
        return instant(week, time(), self.zone), instant(week + timedelta(days=7), time(), self.zone)

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


def _answers(asked: Asking) -> tuple[str, ...]:
    return VALUES[asked] if isinstance(asked, Aspect) else ANSWERS[asked]


def _agreements(kept: Sequence[KeptMention]) -> tuple[Agreement, ...]:
    tones = [(one.labels.tone.value, one.judged.judgement.tone.value) for one in kept if one.labels.tone]
    intents = [(one.labels.intent.value, one.judged.judgement.intent.value) for one in kept if one.labels.intent]
    about = [one.labels.about.value != NO for one in kept if one.labels.about]
    return (
        Agreement(aspect=Aspect.ABOUT, same=sum(about), of=len(about)),
        Agreement(aspect=Aspect.TONE, same=sum(mine == its for mine, its in tones), of=len(tones)),
        Agreement(aspect=Aspect.INTENT, same=sum(mine == its for mine, its in intents), of=len(intents)),
    )

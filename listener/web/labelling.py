"""The page behind a mail's label links: what a reader says of one mention. Looking changes nothing; a button does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from listener.core.kept import KeptMention
from listener.core.labels import LONGEST_NAME, VALUES, WITHDRAWN, Aspect, Label
from listener.core.ports import Archive
from listener.core.signing import Purpose
from listener.core.values import dataclass
from listener.web.dressing import Dressing
from listener.web.subscribing import Held, form_of, holder
from listener.web.views import mention_view
from listener.web.words import GONE

# What a mail asks its readers: intents are for those who label on purpose.
ASKED = (Aspect.ABOUT, Aspect.TONE, Aspect.ANSWERED)
_LARGEST = 2**63 - 1  # what a database can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """Labels from a mail. Whoever holds the link speaks as its recipient, whose address stands beside the label."""

    archive: Archive
    dressing: Dressing
    zone: ZoneInfo
    clock: Callable[[], datetime]
    secret: bytes

    def label(self, request: Request) -> Response:
        """The page with the buttons; the address says which of them is meant, and that one stands first."""
        held, kept = self._held(request)
        return self._page(request, held, kept, saved=None)

    async def label_now(self, request: Request) -> Response:
        """Keep what a reader says, or take it back. Twice is once."""
        return await run_in_threadpool(self._keep, request, await form_of(request))

    def _keep(self, request: Request, form: Mapping[str, str]) -> Response:
        held, kept = self._held(request)
        aspect, value = _said(form)
        standing = getattr(kept.labels, aspect.value)
        now = WITHDRAWN if standing is None else standing.value
        if held.address and now != value:
            said = Label(mention=kept.id, aspect=aspect, value=value, by=held.address[:LONGEST_NAME], at=self.clock())
            if self.archive.keep_labels([said]):
                raise HTTPException(404, GONE)
            kept = self._mention(kept.id)
        return self._page(request, held, kept, saved=aspect)

    def _page(self, request: Request, held: Held, kept: KeptMention, saved: Aspect | None) -> Response:
        meant = saved.value if saved else request.query_params.get("about", "")
        return self.dressing.page(
            request,
            "label.html.j2",
            held=held,
            view=mention_view(kept, self.zone),
            saved=saved,
            asked=sorted(ASKED, key=lambda aspect: aspect.value != meant),
            labels={aspect: getattr(kept.labels, aspect.value) for aspect in ASKED},
        )

    def _held(self, request: Request) -> tuple[Held, KeptMention]:
        held, mention = holder(request, self.archive, self.secret, Purpose.LABEL, self.clock())
        return held, self._mention(mention)

    def _mention(self, id_: int) -> KeptMention:
        kept = self.archive.mention(id_) if id_ <= _LARGEST else None
        if kept is None:
            raise HTTPException(404, GONE)
        return kept


def _said(form: Mapping[str, str]) -> tuple[Aspect, str]:
    """What a form says: one aspect with one of its values, or `undo` with an aspect; raises HTTPException for anything else."""
    for aspect in ASKED:
        if set(form) == {aspect.value} and form[aspect.value] in VALUES[aspect]:
            return aspect, form[aspect.value]
        if form == {"undo": aspect.value}:
            return aspect, WITHDRAWN
    raise HTTPException(400)

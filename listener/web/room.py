"""What every room of pages has: the archive, how pages are dressed, the zone and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request

from listener.core.kept import KeptMention
from listener.core.model import Brand
from listener.core.ports import Archive
from listener.core.values import dataclass
from listener.web import asked, twins
from listener.web.dressing import Dressing
from listener.web.period import WEEK, Period, period
from listener.web.twins import Json

SHOWN = 25  # rows of a list on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Pages of one kind; they are plain functions, so Starlette runs them in its thread pool and a slow disk holds up nobody else.

    What a reader may see is decided before they are called, so none of them looks at who asks.
    """

    archive: Archive
    dressing: Dressing
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def brand_of(self, request: Request) -> Brand:
        """The brand in the address; raises HTTPException for one that is not there."""
        for brand in self.archive.brands():
            if brand.key == request.path_params["key"]:
                return brand
        raise HTTPException(404)

    def named(self, key: str) -> Brand | None:
        """A brand by its key; None when it is no longer listened for, and so has no page."""
        return next((brand for brand in self.archive.brands() if brand.key == key), None)

    def number_of(self, request: Request) -> int:
        """The id in the address; raises HTTPException for what no row can have."""
        number = asked.mention_id(request.path_params["id"])
        if number is None:
            raise HTTPException(404)
        return number

    def mention_of(self, request: Request) -> KeptMention:
        """The mention in the address; raises HTTPException for one that is not there."""
        kept = self.archive.mention(self.number_of(request))
        if kept is None:
            raise HTTPException(404)
        return kept

    def period_of(self, request: Request, usual: int = WEEK) -> Period:
        """The days in the address, else the last `usual` ones; raises Malformed."""
        return period(asked.days(request.query_params), self.clock(), self.zone, usual)

    def twin_of(self, kept: KeptMention) -> dict[str, Json]:
        """A mention for programs."""
        return twins.mention(kept, self.dressing.addresses.whole("mention", id=str(kept.id)))

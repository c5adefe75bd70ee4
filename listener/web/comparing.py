"""Brands beside each other: the same places, the same days, counted in stories."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from listener.core.model import Brand
from listener.core.volume import BrandVolume
from listener.web import twins
from listener.web.room import Room

_MONTH = 28


class Comparing(Room):
    """Share of voice."""

    def compare(self, request: Request) -> Response:
        """How much is said of each brand, in the places that are read for all of them alike."""
        days = self.period_of(request, _MONTH)
        volumes = self._volumes(request)
        return self.dressing.page(
            request,
            "compare.html.j2",
            period=days,
            volumes=volumes,
            together=sum(one.shared.stories for _, one in volumes),
            most=max((one.shared.stories for _, one in volumes), default=0),
            twin=self.dressing.addresses.path("compare_json", days.query),
        )

    def compare_json(self, request: Request) -> Response:
        """The same for programs."""
        days = self.period_of(request, _MONTH)
        return twins.answer(
            {
                "from": days.first.isoformat(),
                "to": days.last.isoformat(),
                "brands": [
                    {"key": brand.key, "name": brand.name, "shared": twins.volume(one.shared), "all": twins.volume(one.all)}
                    for brand, one in self._volumes(request)
                ],
            }
        )

    def _volumes(self, request: Request) -> list[tuple[Brand, BrandVolume]]:
        days = self.period_of(request, _MONTH)
        counted = {one.brand: one for one in self.archive.volumes(since=days.since, until=days.until)}
        both = [(brand, counted[brand.key]) for brand in self.archive.brands() if brand.key in counted]
        return sorted(both, key=lambda one: (-one[1].shared.stories, one[0].name.casefold()))

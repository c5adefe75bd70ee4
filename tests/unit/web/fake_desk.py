"""A desk without a listener behind it: it shows two brands as they are set up, and notes what it is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from types import SimpleNamespace
from typing import Any

from listener.app.desk import Progress
from listener.config import BrandSettings
from listener.config.editing import Change
from listener.core.change import QueryVersion
from listener.core.model import DigestPlan
from listener.core.undertakings import Undertaking
from listener.jobs.preview import Preview
from tests import builders as b


def brand_settings(key: str, name: str) -> BrandSettings:
    """A brand with a source and a digest."""
    plan = DigestPlan(
        key=f"{key}/daily", brand=key, to=(f"team@{key}.example",), at=time(7, 30), timezone="Europe/Amsterdam", language="nl"
    )
    source = b.source(key=f"{key}-feed", brand=key, address=f"https://{key}.example/feed")
    return BrandSettings(brand=b.brand(key=key, name=name), sources=(source,), digests=(plan,))


@dataclass
class FakeDesk:
    """What the pages ask of a desk."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    kinds: tuple[str, ...] = ("rss", "x")

    @property
    def settings(self) -> Any:
        """Molenaar and Bol."""
        return SimpleNamespace(brands=(brand_settings("bol", "Bol"), brand_settings("molenaar", "Molenaar Pompen")))

    def brand(self, key: str) -> tuple[BrandSettings, str] | None:
        """A brand and a fingerprint."""
        return next(((one, "f" * 64) for one in self.settings.brands if one.brand.key == key), None)

    def change(self, who: str, key: str, seen: str, change: Change, **told: str) -> None:
        """Note a change."""
        self.asked.append((who, key, change))

    def add_brand(self, who: str, name: str) -> str:
        """Note a brand."""
        self.asked.append((who, name))
        return "new"

    def preview(self, key: str, query: str) -> Preview | None:
        """Others are always trying."""
        return None

    def versions(self, key: str) -> list[QueryVersion]:
        """One version."""
        return [QueryVersion(id=1, brand=key, version="v1", query=b.brand().query, since_at=b.NOON)]

    def progress(self, key: str) -> Progress | None:
        """Half of it."""
        return Progress(version=self.versions(key)[0], part=0.5)

    def ask_again(self, who: str, key: str) -> None:
        """Note it."""
        self.asked.append((who, key, "ask"))

    def stop_asking(self, who: str, key: str) -> None:
        """Note it."""
        self.asked.append((who, key, "stop"))

    def under_way(self, key: str) -> list[Undertaking]:
        """An import that is half done."""
        return [
            Undertaking(id=4, brand=key, what="import", about="archief.csv", done=500, whole=1000, began_at=b.NOON, moved_at=b.NOON)
        ]

    def stop_work(self, who: str, key: str, number: int) -> None:
        """Note it."""
        self.asked.append((who, key, "stop", number))

"""What the configuration names, looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from listener.config import BrandSettings, Settings
from listener.core.errors import ConfigError, Fault
from listener.core.evidence import EvidencePlan
from listener.core.mail import SO_FAR
from listener.core.model import Brand, DigestPlan, Source


class Configured:
    """The brands, sources and digests of a configuration, by their keys."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def sources(self) -> Sequence[Source]:
        """Every configured source."""
        return [source for one in self.settings.brands for source in one.sources]

    @property
    def plans(self) -> Sequence[DigestPlan]:
        """Every configured digest."""
        return [plan for one in self.settings.brands for plan in one.digests]

    def brand(self, key: str) -> Brand:
        """A configured brand; raises ConfigError when there is none of that name."""
        return self._brand_settings(key).brand

    def plan(self, key: str) -> DigestPlan | None:
        """A configured digest, or its day so far, or None: it may have been taken out of the configuration since it was due."""
        whole = key.removesuffix(SO_FAR)
        return next((replace(one, key=key) for one in self.plans if one.key == whole), None)

    def evidence_plan(self, brand: str) -> EvidencePlan:
        """What a brand's page says about evidence."""
        return self._brand_settings(brand).evidence or EvidencePlan(brand=brand)

    def plan_for(self, brand: str, name: str | None = None) -> DigestPlan:
        """The digest of a brand to preview: the named one, the first, or one without recipients when none is configured."""
        plans = self._brand_settings(brand).digests
        if name is not None:
            wanted = next((one for one in plans if one.key in {name, f"{brand}/{name}"}), None)
            if wanted is None:
                known = ", ".join(one.key for one in plans) or "none"
                raise ConfigError([Fault(f"config/brands/{brand}.toml", "digests", f"no digest '{name}' (there is: {known})")])
            return wanted
        if plans:
            return plans[0]
        listener = self.settings.listener
        key, at = f"{brand}/preview", datetime.min.time()
        return DigestPlan(key=key, brand=brand, to=(), at=at, timezone=listener.timezone, language=listener.language)

    def _brand_settings(self, key: str) -> BrandSettings:
        for one in self.settings.brands:
            if one.brand.key == key:
                return one
        known = ", ".join(one.brand.key for one in self.settings.brands) or "none"
        raise ConfigError([Fault("config/brands", "", f"no brand '{key}' (there is: {known})")])

"""Settings: everything the files say, checked, frozen, and ready for use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from listener.config.files import (
    ChannelTable,
    ListenerTable,
    NetworkTable,
    RetentionTable,
    SmtpTable,
    UnderstandingTable,
    WebTable,
    XTable,
)
from listener.core.alert import AlertRule
from listener.core.evidence import EvidencePlan
from listener.core.model import Brand, DigestPlan, Source
from listener.core.thresholds import SHIPPED, Thresholds
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandSettings:
    """One brand, with where we listen for it and who is told."""

    brand: Brand
    sources: tuple[Source, ...]
    digests: tuple[DigestPlan, ...]
    alerts: tuple[AlertRule, ...] = ()
    evidence: EvidencePlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration; `folder` is where it was read, and relative paths in it are relative to the folder above."""

    folder: Path
    listener: ListenerTable
    network: NetworkTable
    smtp: SmtpTable
    x: XTable
    understanding: UnderstandingTable
    retention: RetentionTable
    brands: tuple[BrandSettings, ...]  # in key order
    channels: tuple[ChannelTable, ...] = ()
    web: WebTable = field(default_factory=WebTable)
    thresholds: tuple[Thresholds, ...] = SHIPPED

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of all brands, in the brands' order."""
        return tuple(source for one in self.brands for source in one.sources)

    @property
    def digests(self) -> tuple[DigestPlan, ...]:
        """The digests of all brands, in the brands' order."""
        return tuple(digest for one in self.brands for digest in one.digests)

    @property
    def alerts(self) -> tuple[AlertRule, ...]:
        """The alerts of all brands, in the brands' order."""
        return tuple(rule for one in self.brands for rule in one.alerts)

    def missing(self, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Secrets that are named and are not there; one line each."""
        uses_x = any(source.kind == "x" for source in self.sources)
        secrets = [self.smtp.secret, *([self.x.secret] if uses_x else [])]
        secrets += [secret for one in self.channels for secret in (one.address, one.secret)]
        return tuple(line for secret in secrets if (line := secret.missing(environ)))

"""What the clock may ask for: small frozen values of strings and dates, fit to cross a process boundary."""

from __future__ import annotations

from datetime import date

from listener.core.upkeep import Chore
from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """Visit these sources now; they were claimed for us."""

    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigest:
    """Compose (once) and send (what is still unsent of) a digest about one local day."""

    digest: str  # the digest's key: "molenaar/daily"
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Tend:
    """Do what comes round by itself; it was claimed for us."""

    chore: Chore


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematch:
    """Ask the stored entries again with a brand's query as it is now, from where that stopped."""

    brand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Look whether an alert is due, and send it, and whatever of earlier ones is still unsent."""

    rules: tuple[str, ...]
    alerts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEvidence:
    """Make (once) and send (what is still unsent of) a brand's evidence report of the last month."""

    brand: str


Job = Collect | SendDigest | Tend | Rematch | Look | SendEvidence

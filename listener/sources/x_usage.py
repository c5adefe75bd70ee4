"""What X itself has counted in a billing period, and when the next one begins."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from listener.core.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Posts that X has counted for the whole project in this period, of how many, and the day of the month it begins anew."""

    used: int
    cap: int
    resets_on: int

    def begins_anew(self, now: datetime) -> datetime:
        """The next UTC midnight on which a period begins; in a month without that day, the first day of the next."""
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        while day.day != self.resets_on and not (day.day == 1 and (day - timedelta(days=1)).day < self.resets_on):
            day += timedelta(days=1)
        return day


def usage_of(body: bytes) -> Usage | None:
    """The answer of /2/usage/tweets, whose numbers are texts; None for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, dict):
        return None
    day, used, cap = (_whole(data.get(one)) for one in ("cap_reset_day", "project_usage", "project_cap"))
    if day is None or used is None or cap is None or not 1 <= day <= 31:
        return None
    return Usage(used=used, cap=cap, resets_on=day)


def _whole(value: object) -> int | None:
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

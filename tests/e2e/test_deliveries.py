"""Many workers, killed at named points while they send: every mail is accounted for, in either database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bench.deliveries import UNDECIDABLE, run

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_workers_lose_nothing_and_double_only_what_nobody_can_decide(database: str) -> None:
    """The bench does it a thousand times; here a few."""
    account = run(database, kills=6, workers=3, seed=11, lease=timedelta(seconds=3))
    assert (account.lost, account.doubled_by_us, account.other_ids, account.told_and_never_there) == (0, 0, 0, 0)
    assert account.once + account.doubled == account.mails
    assert account.doubled <= sum(count for point, count in account.at.items() if point.partition(" ")[0] in UNDECIDABLE)

"""Random worlds of X, random lives in them: after any crashes, faults and budgets, nothing is lost, doubled or overspent.

`bench/x_worlds.py` lives through a thousand of them; here are a few of each sort, and proof that the audit sees what it should.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from listener.core.purchases import Allowance, Good, Purpose
from listener.sources.x_gaps import Reach
from listener.storage.purchases import PurchaseStore
from tests.fakes.x_lives import Audit, live, warmed
from tests.fakes.x_worlds import Plan, plan

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("x-worlds")]

# Small worlds with much trouble in them, chosen by their plans alone.
SEEDS = (2359, 2319, 2246, 2310, 2228)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty database, and everything loaded."""
    with warmed(tmp_path_factory.mktemp("x-worlds")) as made:
        yield made


def lived(template: Path, one: Plan) -> Audit:
    """Live through a plan, in the folder that all lives of this module share."""
    return live(one, template.parent / "world", template)


def test_after_a_clean_run_all_is_there_once_and_paid_once(template: Path) -> None:
    """What X shows is stored or in a hole of the ledger, at every step; no post twice; the bill within the budgets and the ledger."""
    audits = [lived(template, plan(seed)) for seed in SEEDS]
    assert [(audit.seed, fault) for audit in audits for fault in audit.faults] == []
    unique, again = sum(audit.unique for audit in audits), sum(audit.again for audit in audits)
    assert (unique + again) / unique <= 1.02
    # These worlds are not idle.
    assert sum(audit.killed for audit in audits) >= 5
    assert sum(audit.stumbled for audit in audits) >= 5
    assert unique >= 100


def test_the_seeds_hold_every_sort_of_trouble() -> None:
    """Outages beyond X's reach, small budgets, two processes at once, split queries; and a plan is the same each time."""
    plans = [plan(seed) for seed in SEEDS]
    assert any(one.outage > timedelta(days=7) for one in plans)
    assert any(one.monthly < 50 for one in plans)
    assert any(one.daily is not None for one in plans)
    assert any(step.twins for one in plans for step in one.steps)
    assert any(len(one.words) > 512 for one in plans)
    assert plan(SEEDS[0]).steps == plan(SEEDS[0]).steps


def unhurried(seed: int) -> Plan:
    """A plan without crashes, faults or small budgets."""
    one = plan(seed)
    steps = tuple(replace(step, point="", faults=(), twins=False) for step in one.steps)
    return replace(one, steps=steps, monthly=50.0, daily=None, page_limit=10)


def test_the_audit_sees_posts_that_are_lost(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that forgets its gaps, as one that keeps the newest id after page one does, does not pass."""
    after = Reach.after

    def forgetful(self: Reach, *args: object) -> Reach:
        return replace(after(self, *args), gaps=())  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(Reach, "after", forgetful)
    faults = [fault for seed in SEEDS[3:4] for fault in lived(template, unhurried(seed)).faults]
    assert [fault for fault in faults if "neither stored nor in a hole" in fault]
    assert [fault for fault in faults if "can be read and not stored" in fault]


def test_the_audit_sees_money_that_the_ledger_does_not(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A purse that settles every other post for nothing does not pass."""
    settle = PurchaseStore.settle

    def cheap(self: PurchaseStore, reservation: int, goods: Sequence[Good], *args: object) -> int:
        return settle(self, reservation, goods[::2], *args)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(PurchaseStore, "settle", cheap)
    faults = [fault for seed in SEEDS[3:4] for fault in lived(template, unhurried(seed)).faults]
    assert [fault for fault in faults if fault.count("the ledger says") == 1]


def test_the_audit_sees_a_budget_that_is_passed(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A purse that knows no bounds does not pass."""
    reserve = PurchaseStore.reserve

    def boundless(
        self: PurchaseStore, purpose: Purpose, source: str, amount: int, allowances: Sequence[Allowance], *args: object
    ) -> int | None:
        return reserve(self, purpose, source, amount, [replace(one, most=10**12) for one in allowances], *args)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(PurchaseStore, "reserve", boundless)
    monkeypatch.setattr(PurchaseStore, "left", lambda *_: 10**12)
    one = replace(unhurried(SEEDS[-1]), monthly=0.06, daily=0.055)
    faults = lived(template, one).faults
    assert [fault for fault in faults if fault.endswith("of 0.06")]
    assert [fault for fault in faults if fault.endswith("of 0.055")]

"""The archive's memory of digests: one snapshot a day, and an outbox in which no row is sent twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from listener.core.errors import StorageError
from listener.core.model import DigestPlan
from listener.core.report import Digest
from listener.storage.archive import SqlArchive
from tests.builders import FRIDAY, NOON, brand, digest, item

MINUTE = timedelta(minutes=1)
PLAN = DigestPlan(
    key="molenaar/daily", brand="molenaar", to=("a@x.example",), at=time(7, 30), timezone="Europe/Amsterdam", language="nl"
)


def frozen(**changes: object) -> Digest:
    """A snapshot that was made at noon."""
    return digest(composed_at=NOON, **changes)


@pytest.fixture
def ready(archive: SqlArchive) -> SqlArchive:
    """An archive that knows the brand."""
    archive.sync((brand(),), (), (PLAN,), NOON)
    return archive


def test_a_digest_and_day_has_one_snapshot_for_ever(ready: SqlArchive) -> None:
    """Keeping another one changes nothing and returns the first one's id."""
    first = ready.keep_digest(frozen(stories=3), {"a@x.example": "<1@x>"})
    assert ready.keep_digest(frozen(stories=99), {"b@x.example": "<2@x>"}) == first
    assert ready.digest("molenaar/daily", FRIDAY) == (first, frozen(stories=3))
    assert [row[0] for row in ready.deliveries(first)] == ["a@x.example"]
    assert ready.digest("molenaar/daily", date(2026, 1, 1)) is None


def test_a_digest_without_recipients_is_a_snapshot_alone(ready: SqlArchive) -> None:
    """Nothing is to be sent."""
    kept = ready.keep_digest(frozen(), {})
    assert ready.outbox.claim(kept, NOON, lease=MINUTE) is None


def test_a_digest_of_an_unknown_brand_is_refused(ready: SqlArchive) -> None:
    """It can only come from an old configuration."""
    with pytest.raises(StorageError, match="nobody"):
        ready.keep_digest(frozen(brand="nobody"), {})


def test_each_delivery_is_claimed_by_one(ready: SqlArchive) -> None:
    """Two claims get two rows, a third gets none; what is settled as sent never comes back."""
    kept = ready.keep_digest(frozen(), {"a@x.example": "<1@x>", "b@x.example": "<2@x>"})
    one = ready.outbox.claim(kept, NOON, lease=MINUTE)
    two = ready.outbox.claim(kept, NOON, lease=MINUTE)
    assert one is not None
    assert two is not None
    assert {one.recipient, two.recipient} == {"a@x.example", "b@x.example"}
    assert (one.message_id, one.attempt) == ("<1@x>", 1)
    assert ready.outbox.claim(kept, NOON, lease=MINUTE) is None
    for delivery in (one, two):
        ready.outbox.settle(delivery, NOON, sent=True)
    assert ready.outbox.claim(kept, NOON + 99 * MINUTE, lease=MINUTE) is None
    assert ready.unsent(NOON + 99 * MINUTE) == []


def test_a_claim_that_was_never_settled_ends_by_itself(ready: SqlArchive) -> None:
    """After a crash the row comes back once its lease is over, with the same Message-ID; the late one's word no longer counts."""
    kept = ready.keep_digest(frozen(), {"a@x.example": "<1@x>"})
    dead = ready.outbox.claim(kept, NOON, lease=MINUTE)
    assert dead is not None
    assert ready.unsent(NOON) == []
    assert ready.unsent(NOON + MINUTE) == [("molenaar/daily", FRIDAY)]
    again = ready.outbox.claim(kept, NOON + MINUTE, lease=MINUTE)
    assert again is not None
    assert (again.message_id, again.attempt) == ("<1@x>", 2)
    ready.outbox.settle(dead, NOON, sent=False)
    assert ready.deliveries(kept) == [("a@x.example", "sending", "")]


def test_a_delivery_to_be_tried_again_waits_for_its_time(ready: SqlArchive) -> None:
    """Not before, and then it is there; one that is given up never is."""
    kept = ready.keep_digest(frozen(), {"a@x.example": "<1@x>"})
    first = ready.outbox.claim(kept, NOON, lease=MINUTE)
    assert first is not None
    ready.outbox.settle(first, NOON, sent=False, error="451 later", retry_at=NOON + 2 * MINUTE)
    assert ready.outbox.claim(kept, NOON + MINUTE, lease=MINUTE) is None
    second = ready.outbox.claim(kept, NOON + 2 * MINUTE, lease=MINUTE)
    assert second is not None
    ready.outbox.settle(second, NOON, sent=False, error="550 unknown")
    assert ready.deliveries(kept) == [("a@x.example", "dropped", "550 unknown")]
    assert ready.outbox.claim(kept, NOON + 99 * MINUTE, lease=MINUTE) is None


def test_a_digest_is_due_at_its_wall_time_and_speaks_of_yesterday(ready: SqlArchive) -> None:
    """At 07:30 in Amsterdam, once; the next one a day later."""
    due = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    assert ready.claim_due_digests(due - MINUTE) == []
    assert ready.claim_due_digests(due) == [("molenaar/daily", date(2026, 11, 20))]
    assert ready.claim_due_digests(due) == []
    assert ready.claim_due_digests(due + timedelta(days=1)) == [("molenaar/daily", date(2026, 11, 21))]


def test_after_an_outage_one_digest_is_due_not_a_burst(ready: SqlArchive) -> None:
    """Three missed mornings make one late digest, about the latest complete day."""
    assert ready.claim_due_digests(datetime(2026, 11, 24, 20, 0, tzinfo=UTC)) == [("molenaar/daily", date(2026, 11, 23))]


def test_a_clock_that_jumps_back_sends_nothing_again(ready: SqlArchive) -> None:
    """What was due has moved on."""
    due = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    ready.claim_due_digests(due)
    assert ready.claim_due_digests(due - timedelta(days=3)) == []


def test_another_hour_moves_the_next_time_and_a_removed_digest_rests(ready: SqlArchive) -> None:
    """Changes of the configuration reach the clock."""
    earlier = DigestPlan(key=PLAN.key, brand="molenaar", to=(), at=time(6), timezone="Europe/Amsterdam", language="nl")
    ready.sync((brand(),), (), (earlier,), NOON)
    assert ready.claim_due_digests(datetime(2026, 11, 21, 5, 0, tzinfo=UTC)) == [("molenaar/daily", date(2026, 11, 20))]
    ready.sync((brand(),), (), (), NOON)
    assert ready.claim_due_digests(datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_the_snapshot_and_its_outbox_stand_or_fall_together(ready: SqlArchive, points: list[str]) -> None:
    """Both are written before the one commit."""
    ready.keep_digest(frozen(), {"a@x.example": "<1@x>"})
    assert points == ["digest.before_commit", "digest.after_commit"]


def test_what_was_told_is_what_the_digests_of_those_days_listed(ready: SqlArchive) -> None:
    """Under the stories and what waits, of this digest alone, not on the day itself."""
    shown = digest(items=(item(mention=7),), waiting=(item(mention=8),))
    ready.keep_digest(shown, {})
    ready.keep_digest(replace(shown, digest="molenaar/other", items=(item(mention=9),)), {})
    day = timedelta(days=1)
    assert set(ready.told("molenaar/daily", since=FRIDAY - day, before=FRIDAY + day)) == {7, 8}
    assert set(ready.told("molenaar/daily", since=FRIDAY - day, before=FRIDAY)) == set()
    assert set(ready.told("molenaar/daily", since=FRIDAY + day, before=FRIDAY + 2 * day)) == set()

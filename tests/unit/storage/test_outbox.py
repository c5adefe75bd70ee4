"""The outbox: what is decided is decided once, and what cannot be decided is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.core.errors import Overtaken
from listener.core.mail import Delivery
from listener.storage.archive import SqlArchive
from listener.storage.outbox import Outbox
from tests.builders import NOON, brand, digest

MINUTE = timedelta(minutes=1)


@pytest.fixture
def box(archive: SqlArchive) -> Outbox:
    """An outbox with one row, of parent 1."""
    archive.sync((brand(),), (), (), NOON)
    assert archive.keep_digest(digest(composed_at=NOON), {"a@x.example": "<1@x>"}) == 1
    return archive.outbox


def claimed(box: Outbox, minutes: int = 0) -> Delivery:
    """The row, claimed for a minute."""
    found = box.claim(1, NOON + minutes * MINUTE, lease=MINUTE)
    assert found is not None
    return found


def test_a_worker_that_died_before_the_text_left_costs_nothing(box: Outbox) -> None:
    """However often: nothing is counted against the row."""
    for minute in range(5):
        assert claimed(box, minute).unknowns == 0


def test_a_worker_that_died_after_it_is_counted(box: Outbox) -> None:
    """Each time that nobody knows; and the count stays when the row is settled for another try."""
    box.hand_over(claimed(box), NOON)
    again = claimed(box, 1)
    assert (again.unknowns, again.message_id, again.attempt) == (1, "<1@x>", 2)
    box.settle(again, NOON + MINUTE, sent=False, error="451", retry_at=NOON + 2 * MINUTE)
    third = claimed(box, 2)
    assert third.unknowns == 1
    box.hand_over(third, NOON + 2 * MINUTE)
    assert claimed(box, 3).unknowns == 2


def test_a_worker_that_slept_over_its_lease_sends_nothing(box: Outbox) -> None:
    """Its row may be another's by now, and is not its own any more even when nobody took it."""
    slept = claimed(box)
    with pytest.raises(Overtaken, match="another worker"):
        box.hand_over(slept, NOON + MINUTE)
    other = claimed(box, 1)
    with pytest.raises(Overtaken):
        box.hand_over(slept, NOON)
    box.hand_over(other, NOON + MINUTE)
    box.settle(slept, NOON + MINUTE, sent=False, error="I am late")
    box.settle(other, NOON + MINUTE, sent=True)
    assert box.claim(1, NOON + 9 * MINUTE, lease=MINUTE) is None


def test_an_attempt_that_nobody_knows_of_can_be_the_last(box: Outbox, archive: SqlArchive) -> None:
    """It is not tried again, and does not pass for sent or refused."""
    row = claimed(box)
    box.settle(row, NOON, sent=False, error="cut off", retry_at=NOON, unknown=True)
    again = claimed(box)
    assert again.unknowns == 1
    box.settle(again, NOON, sent=False, error="cut off", unknown=True)
    assert archive.deliveries(1) == [("a@x.example", "unknown", "cut off")]
    assert archive.delivery(again.id) == ("molenaar/daily", "a@x.example")
    assert archive.delivery(99) is None


def test_a_row_whose_worker_died_queues_up_behind_the_others(archive: SqlArchive) -> None:
    """One that kills its worker each time never stands in the way."""
    archive.sync((brand(),), (), (), NOON)
    kept = archive.keep_digest(digest(composed_at=NOON), {f"{one}@x.example": f"<{one}@x>" for one in "abc"})
    tried = []
    for minute in (0, 1, 2, 3):
        found = archive.outbox.claim(kept, NOON + minute * MINUTE, lease=MINUTE)
        assert found is not None
        tried.append(found.recipient[0])
    assert tried == ["a", "b", "c", "a"]

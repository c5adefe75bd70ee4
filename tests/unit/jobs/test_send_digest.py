"""Sending a digest: composed once, sent once to each, and tried again where that can help."""

from __future__ import annotations

from collections import deque
from datetime import UTC, date, datetime, time, timedelta

import pytest

from listener.core.errors import DeliveryError, Refused, Undelivered
from listener.core.model import DigestPlan
from listener.core.report import Digest, Dressed
from listener.jobs.digest import MAX_ATTEMPTS, Digester, message_id
from listener.storage.archive import SqlArchive
from tests.builders import brand
from tests.fakes import Clock, Outbox

ON = date(2026, 11, 20)
MORNING = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
PLAN = DigestPlan(
    key="molenaar/daily",
    brand="molenaar",
    to=("a@x.example", "b@x.example", "c@x.example"),
    at=time(7, 30),
    timezone="Europe/Amsterdam",
    language="nl",
)


def plainly(digest: Digest) -> Dressed:
    """A digest in its plainest dress."""
    return Dressed(subject=f"{digest.brand_name} {digest.on}", html="<p>", text=str(digest.tones.total))


@pytest.fixture
def clock() -> Clock:
    """Half past seven in Amsterdam, the morning after."""
    return Clock(MORNING)


@pytest.fixture
def outbox() -> Outbox:
    """Where mails go."""
    return Outbox()


@pytest.fixture
def digester(archive: SqlArchive, outbox: Outbox, clock: Clock) -> Digester:
    """A digester for one brand."""
    archive.sync((brand(),), (), (PLAN,), MORNING - timedelta(days=1))
    return Digester(
        archive=archive,
        dress=plainly,
        notifier=outbox,
        sender="Listener <listener@news.example>",
        page="http://127.0.0.1:8000/",
        clock=clock,
    )


def test_each_recipient_gets_one_mail_and_no_more(digester: Digester, outbox: Outbox) -> None:
    """Asking again sends nothing."""
    assert [one.recipient for one in digester.send(PLAN, brand(), ON)] == list(PLAN.to)
    assert digester.send(PLAN, brand(), ON) == []
    assert [one.to for one in outbox.sent] == list(PLAN.to)


def test_a_mail_carries_what_its_receiver_needs_to_recognise_it(digester: Digester, outbox: Outbox) -> None:
    """A Message-ID of its own, a list to sort by, and the sign that no person wrote it."""
    digester.send(PLAN, brand(), ON)
    first = outbox.sent[0]
    assert first.message_id == message_id("molenaar/daily", ON, "a@x.example", "Listener <listener@news.example>")
    assert first.message_id.endswith("@news.example>")
    assert len({one.message_id for one in outbox.sent}) == 3
    assert dict(first.headers) == {
        "Auto-Submitted": "auto-generated",
        "List-ID": "<molenaar.daily.listener.news.example>",
    }
    assert (first.date, first.subject) == (MORNING, "Molenaar Pompen 2026-11-20")


def test_a_refused_recipient_never_stands_in_the_way_of_the_others(digester: Digester, outbox: Outbox) -> None:
    """One of three is given up with the server's words; two get their mail, and no one is tried again."""
    outbox.faults = deque([None, Refused("b@x.example: 550 unknown"), None])
    ended = {one.recipient: one for one in digester.send(PLAN, brand(), ON)}
    assert (ended["b@x.example"].error, ended["b@x.example"].again) == ("b@x.example: 550 unknown", False)
    assert [one.to for one in outbox.sent] == ["a@x.example", "c@x.example"]
    assert digester.send(PLAN, brand(), ON) == []


def test_a_server_that_is_down_gets_its_mails_later(digester: Digester, outbox: Outbox, clock: Clock) -> None:
    """They wait with growing patience and then arrive, about the same frozen day."""
    outbox.faults = deque([Undelivered("no connection")] * 3)
    assert all(one.again for one in digester.send(PLAN, brand(), ON))
    assert digester.send(PLAN, brand(), ON) == []
    clock.move(timedelta(minutes=3))
    assert [one.error for one in digester.send(PLAN, brand(), ON)] == ["", "", ""]
    assert {one.date for one in outbox.sent} == {MORNING}


def test_a_mail_that_may_have_arrived_is_repeated_once(digester: Digester, outbox: Outbox, clock: Clock) -> None:
    """With the same Message-ID, so that the receiver can tell; and not a third time."""
    outbox.faults = deque([Undelivered("broke off after DATA", maybe=True), None, None, Undelivered("again", maybe=True)])
    assert digester.send(PLAN, brand(), ON)[0].again
    clock.move(timedelta(hours=1))
    (second,) = digester.send(PLAN, brand(), ON)
    assert (second.error, second.again) == ("again", False)
    clock.move(timedelta(days=1))
    assert digester.send(PLAN, brand(), ON) == []


def test_trying_ends_at_last(digester: Digester, outbox: Outbox, clock: Clock) -> None:
    """A server that never comes back is given up on, and said so."""
    outbox.faults = deque(list[DeliveryError | None]([Undelivered("down")] * 100))
    tries = []
    for _ in range(MAX_ATTEMPTS + 2):
        tries.append(digester.send(PLAN, brand(), ON))
        clock.move(timedelta(hours=2))
    assert [len(one) for one in tries] == [3] * MAX_ATTEMPTS + [0, 0]
    assert not any(one.again for one in tries[MAX_ATTEMPTS - 1])


def test_a_preview_is_what_will_be_sent_and_stores_nothing(digester: Digester, archive: SqlArchive) -> None:
    """Composing does not keep; sending keeps what composing gives."""
    preview = digester.compose(PLAN, brand(), ON, MORNING)
    assert archive.digest(PLAN.key, ON) is None
    digester.send(PLAN, brand(), ON)
    assert archive.digest(PLAN.key, ON) is not None
    assert digester.compose(PLAN, brand(), ON, MORNING + timedelta(days=9)) == preview


def test_a_digest_is_about_a_local_day(digester: Digester) -> None:
    """Its day runs from midnight to midnight in its zone, its week ends on it, and its button leads to it."""
    made = digester.compose(PLAN, brand(), ON, MORNING)
    assert made.since == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert made.until == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert [one.on.day for one in made.week] == [14, 15, 16, 17, 18, 19, 20]
    assert made.page == "http://127.0.0.1:8000/brands/molenaar?day=2026-11-20"


@pytest.mark.parametrize(("sender", "domain"), [("x@y.example", "y.example"), ("nobody", "localhost")])
def test_a_message_id_always_has_a_domain(sender: str, domain: str) -> None:
    """RFC 5322 wants one, also when the sender's address has none."""
    assert message_id("k", ON, "a@x.example", sender).endswith(f"@{domain}>")

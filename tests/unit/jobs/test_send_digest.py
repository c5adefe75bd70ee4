"""Sending a digest: composed once, sent once to each, and tried again where that can help."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from listener.core.errors import DeliveryError, Refused, Undelivered
from listener.core.links import Links
from listener.core.mail import Choice
from listener.core.model import DigestPlan, Tone
from listener.core.report import Digest, Dressed, Finding, ToneCount
from listener.core.signing import Purpose, unseal
from listener.core.visits import Outcome, Run
from listener.jobs.digest import PATIENCE, Digester, _is_thin, message_id
from listener.jobs.sending import Sent
from listener.storage.archive import SqlArchive
from tests.builders import brand, digest, source
from tests.fakes import Clock, Outbox

SECRET = b"s" * 32
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
    outbox.faults = deque([Undelivered("451 later")] * 3)
    assert all(one.again for one in digester.send(PLAN, brand(), ON))
    assert digester.send(PLAN, brand(), ON) == []
    clock.move(timedelta(minutes=3))
    assert [one.error for one in digester.send(PLAN, brand(), ON)] == ["", "", ""]
    assert {one.date for one in outbox.sent} == {MORNING}


def test_a_server_that_is_not_there_is_not_asked_for_each_mail(digester: Digester, outbox: Outbox, clock: Clock) -> None:
    """Two who could not reach it speak for all; the others wait without using up their patience."""
    outbox.faults = deque([Undelivered("no connection", everyone=True)] * 9)
    assert len(digester.send(PLAN, brand(), ON)) == 2
    assert len(outbox.faults) == 7
    clock.move(timedelta(hours=1))
    outbox.faults.clear()
    assert [one.error for one in digester.send(PLAN, brand(), ON)] == ["", "", ""]


def test_a_mail_that_may_have_arrived_is_repeated_once(digester: Digester, outbox: Outbox, clock: Clock) -> None:
    """With the same Message-ID, so that the receiver can tell; and not a third time."""
    outbox.faults = deque([Undelivered("broke off after DATA", maybe=True), None, None, Undelivered("again", maybe=True)])
    assert digester.send(PLAN, brand(), ON)[0].again
    clock.move(timedelta(hours=1))
    (second,) = digester.send(PLAN, brand(), ON)
    assert (second.error, second.again, second.unknown) == ("again", False, True)
    clock.move(timedelta(days=1))
    assert digester.send(PLAN, brand(), ON) == []


def test_failures_before_the_text_left_do_not_use_up_the_one_repeat(digester: Digester, outbox: Outbox, clock: Clock) -> None:
    """Refused for now three times, then unknown: it is still repeated, since it may never have arrived."""
    later, maybe = Undelivered("451"), Undelivered("cut off", maybe=True)
    one = replace(PLAN, to=("a@x.example",))
    outbox.faults = deque([later, later, later, maybe, None])
    for _ in range(5):
        digester.send(one, brand(), ON)
        clock.move(timedelta(hours=2))
    assert [mail.to for mail in outbox.sent] == ["a@x.example"]


def test_trying_ends_at_last(digester: Digester, outbox: Outbox, clock: Clock) -> None:
    """A server that takes nothing for three days is given up on, and said so."""
    outbox.faults = deque(list[DeliveryError | None]([Undelivered("451 later")] * 1000))
    ended: list[Sent] = []
    while clock.now < MORNING + PATIENCE + timedelta(hours=6):
        ended += digester.send(PLAN, brand(), ON)
        clock.move(timedelta(minutes=30))
    assert [one.again for one in ended[-3:]] == [False] * 3
    assert all(one.again for one in ended[:-3])
    assert digester.send(PLAN, brand(), ON) == []


def test_an_address_that_does_not_exist_gets_no_mail_any_more(digester: Digester, outbox: Outbox, archive: SqlArchive) -> None:
    """The server said so for good; the next digest leaves it out, and the operator can read why."""
    outbox.faults = deque([None, Refused("550 5.1.1 no such user", gone=True), None])
    ended = {one.recipient: one.gone for one in digester.send(PLAN, brand(), ON)}
    assert ended == {"a@x.example": False, "b@x.example": True, "c@x.example": False}
    assert [row[:3] for row in archive.switched_off()] == [("*", "b@x.example", "550 5.1.1 no such user")]
    digester.send(PLAN, brand(), ON + timedelta(days=1))
    assert [one.to for one in outbox.sent[2:]] == ["a@x.example", "c@x.example"]
    archive.choose("*", "B@X.example", Choice(), MORNING)
    digester.send(PLAN, brand(), ON + timedelta(days=2))
    assert [one.to for one in outbox.sent[4:]] == list(PLAN.to)


def test_who_leaves_while_a_mail_waits_does_not_get_it(
    digester: Digester, outbox: Outbox, clock: Clock, archive: SqlArchive
) -> None:
    """The choice is looked at once more, just before the mail leaves."""
    outbox.faults = deque([Undelivered("451")] * 3)
    digester.send(PLAN, brand(), ON)
    archive.choose(PLAN.key, "a@x.example", Choice(active=False, reason="asked"), clock.now)
    clock.move(timedelta(hours=1))
    ended = digester.send(PLAN, brand(), ON)
    assert [one.to for one in outbox.sent] == ["b@x.example", "c@x.example"]
    assert (ended[0].error, ended[0].unwanted) == ("no longer wanted: asked", True)


def test_a_reader_gets_the_language_that_was_chosen(digester: Digester, outbox: Outbox, archive: SqlArchive) -> None:
    """One snapshot, dressed once for each language."""
    archive.choose(PLAN.key, "b@x.example", Choice(language="en"), MORNING)
    seen: list[str] = []

    def dress(digest: Digest) -> Dressed:
        seen.append(digest.language)
        return Dressed(subject=digest.language, html="", text="")

    replace(digester, dress=dress).send(PLAN, brand(), ON)
    assert [one.subject for one in outbox.sent] == ["nl", "en", "nl"]
    assert seen == ["nl", "en"]


def test_a_reader_has_links_of_its_own(digester: Digester, outbox: Outbox, archive: SqlArchive) -> None:
    """They stand where the dress left room, in the header that mail programs read, and lead to that reader's row."""
    links = Links(page="https://listener.example/", secret=SECRET)

    def dress(digest: Digest) -> Dressed:
        return Dressed(subject="s", html="<u://p://", text="u:// p://", unsubscribe="u://", preferences="p://")

    replace(digester, dress=dress, links=links).send(PLAN, brand(), ON)
    assert len({one.text for one in outbox.sent}) == 3
    for one in outbox.sent:
        headers = dict(one.headers)
        leave, choose = one.text.split()
        assert headers["List-Unsubscribe"] == f"<{leave}>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert one.html == f"<{leave}{choose}"
        token = leave.removeprefix("https://listener.example/mail/unsubscribe/")
        assert archive.delivery(unseal(SECRET, Purpose.UNSUBSCRIBE, token, MORNING)[0]) == (PLAN.key, one.to)


def test_missed_days_are_one_late_mail_that_says_so(digester: Digester) -> None:
    """After three days without a digest the next one is about all of them; without an outage it is about one day."""
    digester.send(PLAN, brand(), ON)
    late = digester.compose(PLAN, brand(), ON + timedelta(days=4), MORNING + timedelta(days=4))
    assert (late.first_on, late.on, late.late, late.days) == (date(2026, 11, 21), date(2026, 11, 24), True, 4)
    assert (late.since, late.until) == (datetime(2026, 11, 20, 23, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC))
    assert late.page.endswith("/brands/molenaar?day=2026-11-21&through=2026-11-24")
    assert len(late.week) == 7
    next_day = digester.compose(PLAN, brand(), ON + timedelta(days=1), MORNING)
    assert (next_day.first_on, next_day.late) == (None, False)
    after_months = digester.compose(PLAN, brand(), ON + timedelta(days=90), MORNING)
    assert (after_months.first_on, after_months.late) == (None, False)


def test_a_weekly_digest_is_about_its_week(digester: Digester) -> None:
    """Seven days that end on Sunday, and no outage; on weekdays Monday's is about the weekend too."""
    weekly = digester.compose(replace(PLAN, days=(0,)), brand(), date(2026, 11, 22), MORNING)
    assert (weekly.first_on, weekly.days, weekly.late) == (date(2026, 11, 16), 7, False)
    monday = digester.compose(replace(PLAN, days=(0, 1, 2, 3, 4)), brand(), date(2026, 11, 22), MORNING)
    assert (monday.first_on, monday.days, monday.late) == (ON, 3, False)


def test_a_quiet_digest_is_held_back_for_a_week_at_most(digester: Digester, outbox: Outbox, archive: SqlArchive) -> None:
    """With a minimum of one, empty days send nothing and keep nothing; the seventh is a sign of life about all of them."""
    archive.sync((brand(),), (source(),), (PLAN,), MORNING)
    plan = replace(PLAN, minimum=1, to=("a@x.example",))

    def hear(at: datetime) -> None:
        (state,) = archive.states()
        archive.keep(state, Run(source="vakblad", started_at=at, outcome=Outcome.UNCHANGED), next_due_at=at)

    sent_on = []
    for day in (ON + timedelta(days=number) for number in range(9)):
        hear(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        if digester.send(plan, brand(), day):
            sent_on.append((day - ON).days)
    assert sent_on == [0, 7]
    sign_of_life = archive.digest(plan.key, ON + timedelta(days=7))
    assert sign_of_life is not None
    assert (sign_of_life[1].days, sign_of_life[1].late) == (7, False)
    assert archive.digest(plan.key, ON + timedelta(days=3)) is None


def test_a_minimum_counts_the_tones_that_are_listed() -> None:
    """A digest of negative stories waits for negative mentions, whatever else was said; a gap in listening never waits."""
    plan = replace(PLAN, minimum=2, tones=(Tone.NEGATIVE,))

    def thin(negative: int, neutral: int, **changes: Any) -> bool:
        return _is_thin(plan, digest(tones=ToneCount(negative=negative, neutral=neutral), **changes))

    assert thin(1, 50)
    assert not thin(2, 0)
    assert not thin(0, 0, finding=Finding.PARTLY)
    assert not thin(0, 0, first_on=ON - timedelta(days=6))
    assert not _is_thin(PLAN, digest(tones=ToneCount()))


def test_a_day_on_which_we_could_not_look_is_told_to_the_operator(digester: Digester, outbox: Outbox) -> None:
    """No reader gets it where there is somebody who can act; where there is nobody, they do."""
    replace(digester, operator="beheer@x.example").send(PLAN, brand(), ON)
    assert [one.to for one in outbox.sent] == ["beheer@x.example"]
    digester.send(PLAN, brand(), ON + timedelta(days=1))
    assert [one.to for one in outbox.sent[1:]] == list(PLAN.to)


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

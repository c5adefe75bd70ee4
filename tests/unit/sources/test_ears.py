"""Listening to many places of every kind."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast

import pytest

from listener.core.errors import AccessDenied, OutOfBudget, ParseError, Postponed, RateLimited, SourceError, TooLarge, Unreachable
from listener.core.model import Cursor, Document, Entry, Fetched, Source
from listener.core.ports import Ask, Heard
from listener.sources.claims import Claims, Hops
from listener.sources.ears import Ears
from listener.sources.http import Limits, Request, Response, host_key
from listener.sources.means import XAccess
from listener.sources.turns import Manners
from listener.storage.archive import SqlArchive
from tests.builders import NOON, document, source
from tests.fakes_http import bomb, conditional, endless, page, serving, silent
from tests.fakes_purchases import FakePurchases

FEED = b"<rss version='2.0'><channel><item><title>H&M</title></item></channel></rss>"
HERE = "tests.unit.sources.test_ears:"


class Slow:
    """A kind with its own way of fetching, and no equipment."""

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Answer by what the address says."""
        if source.address == "broken":
            raise KeyError("a bug")
        if source.address == "denied":
            raise AccessDenied("no")
        if source.address == "stuck":
            threading.Event().wait()
        return Fetched(document=None, cursor=Cursor({"who": source.address}))

    def parse(self, document: Document) -> Sequence[Entry]:
        """Stumble."""
        raise KeyError("a bug")


class Odd:
    """A kind on the web whose every step fails in its own way."""

    def fetch(self, source: Source, cursor: Cursor | None, now: datetime) -> Fetched:
        """Never called: the asking is shared."""
        raise AssertionError

    def request(self, source: Source, cursor: Cursor | None) -> Request:
        """Fail for one address."""
        if source.address == "broken":
            raise ValueError("odd address")
        return Request(url=source.address)

    def receive(self, source: Source, cursor: Cursor | None, response: Response, now: datetime) -> Fetched:
        """Fail for every answer."""
        raise IndexError("odd answer")

    def parse(self, document: Document) -> Sequence[Entry]:
        """Nothing."""
        return []


class Shared(Slow):
    """A kind that visits all its places at once, and forgets or breaks off some."""

    def fetch_all(self, asks: Sequence[Ask], now: datetime) -> Iterator[tuple[Ask, Fetched | SourceError]]:
        """Answer those who are not to be forgotten, until one breaks."""
        for ask in asks:
            if ask.source.address == "broken":
                raise KeyError("a bug")
            if ask.source.address != "forgotten":
                yield ask, Fetched(document=None, cursor=Cursor({"together": str(len(asks))}))


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Ears for loopback with little patience."""
    limits = Limits(total=5.0, idle=0.2, size=100_000)
    with Ears(allow_private=["127.0.0.0/8"], limits=limits, manners=Manners(per_host=4), concurrency=4) as made:
        yield made


def ask(address: str, kind: str = "rss", cursor: Cursor | None = None) -> Ask:
    """A visit to make."""
    return Ask(source=source(key=f"{kind}:{address}", kind=kind, address=address), cursor=cursor)


def by_address(heard: Iterator[Heard]) -> dict[str, Fetched | SourceError]:
    """What each place answered."""
    return {one.ask.source.address: one.answer for one in heard}


def test_every_place_answers_once_and_a_bad_one_silences_nobody(ears: Ears) -> None:
    """Feeds good and bad, an unknown kind, kinds with bugs, a kind of our own: one Heard each, errors as values."""
    scripts = {"/good": page(FEED), "/silent": silent, "/endless": endless, "/bomb": bomb(32 << 20), "/none": page(status=404)}
    with serving(scripts) as server:
        asks = [
            *(ask(server.url(path)) for path in scripts),
            ask("http://10.0.0.1/"),
            ask("what", "rrs"),
            ask("me", f"{HERE}Slow"),
            ask("broken", f"{HERE}Slow"),
            ask("denied", f"{HERE}Slow"),
            ask("odd", "x"),
        ]
        answers = by_address(ears.listen(asks, NOON))
        assert set(answers) == {one.source.address for one in asks}
        good = answers[server.url("/good")]
        assert isinstance(good, Fetched)
        assert good.document is not None
        assert [entry.title for entry in ears.parse("rss", good.document)] == ["H&M"]
        assert isinstance(answers[server.url("/silent")], Unreachable)
        assert isinstance(answers[server.url("/endless")], TooLarge)
        assert isinstance(answers[server.url("/bomb")], TooLarge)
        assert isinstance(answers[server.url("/none")], Unreachable)
    assert isinstance(answers["http://10.0.0.1/"], AccessDenied)
    assert "unknown kind 'rrs'" in str(answers["what"])
    assert answers["me"] == Fetched(document=None, cursor=Cursor({"who": "me"}))
    assert "failed: KeyError: 'a bug'" in str(answers["broken"])
    assert str(answers["denied"]) == "no"
    assert "no archive remembers" in str(answers["odd"])


def test_a_kind_on_the_web_may_have_bugs_too(ears: Ears) -> None:
    """Before the asking and after it."""
    with serving({"/": page(b"x")}) as server:
        answers = by_address(ears.listen([ask("broken", f"{HERE}Odd"), ask(server.url(), f"{HERE}Odd")], NOON))
    assert sorted(str(one).partition("failed: ")[2] for one in answers.values()) == [
        "IndexError: odd answer",
        "ValueError: odd address",
    ]


def test_more_places_than_may_be_asked_at_a_time(ears: Ears) -> None:
    """Forty places, four at a time, twelve of them in threads: all answer, and a second round says that nothing changed."""
    with serving({f"/{n}": conditional(FEED) for n in range(28)}) as server:
        asks = [*(ask(server.url(f"/{n}")) for n in range(28)), *(ask(f"{n}", f"{HERE}Slow") for n in range(12))]
        first = {one.ask.source.key: one.answer for one in ears.listen(asks, NOON)}
        assert len(first) == 40
        again = [
            Ask(source=one.source, cursor=answer.cursor) for one in asks if isinstance(answer := first[one.source.key], Fetched)
        ]
        second = list(ears.listen(again, NOON))
    assert len(second) == 40
    assert [one for one in second if not isinstance(one.answer, Fetched) or one.answer.document] == []


def test_leaving_early_is_possible_with_a_place_that_is_stuck(ears: Ears) -> None:
    """Ctrl-C while one place keeps silent and a thread is stuck: the generator closes at once."""
    with serving({"/": silent}) as server:
        heard = ears.listen([ask("stuck", f"{HERE}Slow"), ask("me", f"{HERE}Slow"), ask(server.url())], NOON)
        assert next(heard).took >= 0
        heard.close()  # type: ignore[attr-defined]


def test_nothing_to_ask_is_nothing_heard(ears: Ears) -> None:
    """No places, no answers, no threads."""
    assert list(ears.listen([], NOON)) == []


def test_x_gets_its_access_and_its_purse() -> None:
    """What the wiring knows of X reaches the kind."""
    access = XAccess(api_url="http://127.0.0.1:1", bearer_token="t", monthly=0)
    with Ears(x=access, purchases=FakePurchases()) as made:
        [heard] = made.listen([ask("pomp", "x")], NOON)
    assert isinstance(heard.answer, OutOfBudget)


def test_parsing_ends_in_entries_or_a_parse_error(ears: Ears) -> None:
    """A kind with a bug, an unknown kind, and no feed."""
    with pytest.raises(ParseError, match="stumbled over it: KeyError"):
        ears.parse(f"{HERE}Slow", document())
    with pytest.raises(AccessDenied, match="unknown kind"):
        ears.parse("rrs", document())
    with pytest.raises(ParseError, match="empty"):
        ears.parse("rss", document(body=b""))


def test_closed_ears_can_be_closed_again() -> None:
    """Closing is idempotent, used or not."""
    made = Ears()
    made.close()
    list(made.listen([ask("http://10.0.0.1/")], NOON))
    made.close()
    made.close()


def test_a_host_that_says_429_postpones_its_other_feeds(ears: Ears) -> None:
    """One is limited, with its host named; the others are postponed until then, and nobody asks them."""
    with serving({"/": page(status=429, retry_after="600")}) as server, Ears(allow_private=["127.0.0.0/8"]) as polite:
        [limited, *others] = [answer for some in polite.hear([ask(server.url())] * 3, NOON) for answer in some]
    assert isinstance(limited.answer, RateLimited)
    assert limited.answer.host == limited.host != ""
    assert [type(one.answer) for one in others] == [Postponed, Postponed]
    assert {one.answer.until for one in others if isinstance(one.answer, Postponed)} == {NOON + timedelta(minutes=10)}
    assert len(server.asked) == 1


def test_hosts_that_others_were_told_to_leave_alone_are_left_alone() -> None:
    """The database's word reaches the ears: until when, and why."""
    with serving({"/": page(FEED)}) as server:
        resting = {host_key(server.url()): (NOON + timedelta(hours=1), "HTTP 429")}
        with Ears(allow_private=["127.0.0.0/8"], resting=lambda _: resting) as polite:
            [heard] = polite.listen([ask(server.url())], NOON)
    assert isinstance(heard.answer, Postponed)
    assert heard.answer.until == NOON + timedelta(hours=1)
    assert "left alone until 2026-11-20 13:00 UTC (HTTP 429)" in heard.answer.detail
    assert server.asked == []


def test_a_long_queue_postpones_those_at_its_end() -> None:
    """Two feeds of a host that wants a minute: one now, one when its turn has come."""
    manners = Manners(private_gap=60.0, patience=50.0)
    with serving({"/": page(FEED)}) as server, Ears(allow_private=["127.0.0.0/8"], manners=manners) as polite:
        answers = [one.answer for one in polite.listen([ask(server.url())] * 2, NOON)]
    [late] = [one for one in answers if isinstance(one, Postponed)]
    assert "so many wait for" in late.detail
    assert NOON < late.until <= NOON + timedelta(minutes=1)


def test_a_feed_that_cannot_be_reached_where_it_moved_goes_back(ears: Ears) -> None:
    """No answer at all leads back to the configured address, too."""
    with serving({}) as server:
        address = server.url()
    [heard] = ears.listen([ask("http://127.0.0.1:1/", cursor=Cursor({"address": address, "body": "0"}))], NOON)
    assert isinstance(heard.answer, Unreachable)
    assert heard.answer.cursor == Cursor({"body": "0"})


def test_a_kind_may_visit_its_places_together(ears: Ears) -> None:
    """One visit for all of them, handed over as one; whom it forgets or breaks off at is told so."""
    kind = f"{HERE}Shared"
    (some,) = ears.hear([ask("a", kind), ask("b", kind), ask("forgotten", kind)], NOON)
    answers = by_address(iter(some))
    assert answers["a"] == answers["b"] == Fetched(document=None, cursor=Cursor({"together": "3"}))
    assert isinstance(answers["forgotten"], Unreachable)
    answers = by_address(ears.listen([ask("a", kind), ask("broken", kind), ask("b", kind)], NOON))
    assert isinstance(answers["a"], Fetched)
    assert "a bug" in str(answers["broken"])
    assert "a bug" in str(answers["b"])
    [alone] = ears.listen([ask("alone", kind)], NOON)
    assert alone.answer == Fetched(document=None, cursor=Cursor({"who": "alone"}))


@contextmanager
def process(archive: SqlArchive, name: str, *, gap: float = 0.01) -> Iterator[Ears]:
    """The ears of one of several processes that share an archive, which pause on loopback too."""
    manners = Manners(private_gap=gap)
    with Ears(allow_private=["127.0.0.0/8"], claims=Claims(archive, name), manners=manners) as made:
        yield made


def test_two_processes_never_ask_one_host_at_a_time(archive: SqlArchive) -> None:
    """While one is at it, the other's sources there come back later, and elsewhere it goes on; who leaves early leaves his hosts."""
    with (
        serving({"/": page(FEED), "/slow": silent}) as server,
        serving({"/": page(FEED)}) as elsewhere,
        process(archive, "one") as one,
        process(archive, "two") as two,
    ):
        under_way = one.hear([ask(server.url("/")), ask(server.url("/slow"))], NOON)
        next(under_way)
        answers = by_address(two.listen([ask(server.url("/")), ask(elsewhere.url("/"))], NOON))
        assert isinstance(answers[server.url("/")], Postponed)
        assert isinstance(answers[elsewhere.url("/")], Fetched)
        cast("Generator[object, None, None]", under_way).close()
        answers = by_address(two.listen([ask(server.url("/"))], NOON + timedelta(seconds=10)))
        assert isinstance(answers[server.url("/")], Fetched)


def test_a_pause_outlives_the_process_that_owes_it(archive: SqlArchive) -> None:
    """A host that wants a minute between two requests gets it from the next process as well; a guarded address claims nothing."""
    with serving({"/": page(FEED)}) as server:
        with process(archive, "one", gap=60.0) as one:
            assert isinstance(by_address(one.listen([ask(server.url("/"))], NOON))[server.url("/")], Fetched)
        with process(archive, "two", gap=60.0) as two:
            answers = by_address(two.listen([ask(server.url("/")), ask("http://10.0.0.1/")], NOON + timedelta(seconds=20)))
    late = answers[server.url("/")]
    assert isinstance(late, Postponed)
    assert NOON + timedelta(seconds=20) < late.until <= NOON + timedelta(seconds=50)
    assert "another process" in str(late)
    assert isinstance(answers["http://10.0.0.1/"], AccessDenied)
    assert len(server.asked) == 1


def test_a_host_that_two_calls_hold_is_left_by_the_last(archive: SqlArchive) -> None:
    """And a long visit renews its hold."""
    mine, other = Claims(archive, "one"), Claims(archive, "two")
    second = timedelta(seconds=1)
    assert mine.take(["a", "b"], NOON) == {}
    assert mine.take(["a"], NOON) == {}
    mine.leave({"a": NOON}, NOON)
    assert other.take(["a"], NOON + second) == {"a": NOON + 31 * second}
    mine._taken_at -= 60
    mine.leave({"b": NOON}, NOON + 100 * second)
    assert other.take(["a", "b"], NOON + 150 * second) == {"a": NOON + 180 * second}
    mine.leave({"a": NOON}, NOON + 150 * second)
    assert other.take(["a"], NOON + 150 * second) == {}


def test_a_host_that_a_redirect_leads_to_is_asked_in_turn_as_well(archive: SqlArchive) -> None:
    """While another process is asking it, who is sent there comes back later; afterwards it is left like any other."""
    with (
        serving({"/": page(FEED), "/slow": silent}) as target,
        serving({"/": page(status=302, location=target.url("/"))}) as server,
        process(archive, "one") as one,
        process(archive, "two") as two,
    ):
        under_way = one.hear([ask(target.url("/")), ask(target.url("/slow"))], NOON)
        next(under_way)
        [late] = two.listen([ask(server.url("/"))], NOON)
        assert isinstance(late.answer, Postponed)
        assert "another process" in str(late.answer)
        cast("Generator[object, None, None]", under_way).close()
        [heard] = two.listen([ask(server.url("/"))], NOON + timedelta(seconds=10))
        assert isinstance(heard.answer, Fetched)
        # Left for everybody, and taken again by who comes next.
        [again] = one.listen([ask(target.url("/"))], NOON + timedelta(seconds=20))
        assert isinstance(again.answer, Fetched)


def test_hops_are_claimed_once_and_only_where_they_are_not_held(archive: SqlArchive) -> None:
    """What the visit holds anyway needs no claim; the pause that a host wants is kept from everybody else."""
    mine, other = Claims(archive, "one"), Claims(archive, "two")
    hops = Hops(mine, {"held"}, NOON)
    assert hops.claim("held", 60.0) is None
    assert other.take(["held"], NOON) == {}
    assert hops.claim("a", 60.0) is None
    assert hops.claim("a", 60.0) is None
    other.take(["b"], NOON)
    assert 0.0 < (hops.claim("b", 60.0) or 0.0) <= 30.0
    hops.leave()
    hops.leave()
    assert set(other.take(["a"], NOON + timedelta(seconds=50))) == {"a"}
    assert other.take(["a"], NOON + timedelta(seconds=90)) == {}

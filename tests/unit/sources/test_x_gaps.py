"""What was read of a search on X and what was not: a ledger that no crash, and no quiet or busy week, can spoil."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from listener.sources.x_gaps import INDEXING, REACH, Gap, Lost, Reach, Window, id_at, moment_of
from tests.builders import NOON

WEEK = timedelta(days=7)


class Place:
    """A search that answers as X does: newest first, by whole numbers, seven days back, billed by the post."""

    def __init__(self) -> None:
        self.posts: list[int] = []
        self.sold: list[int] = []

    def ask(self, window: Window, now: datetime, size: int) -> tuple[list[int], str]:
        """One page: ids, and a token when there is more."""
        assert not (window.since_id and window.start_at)
        assert not window.since_id or window.since_id >= id_at(now - WEEK)
        low = max(window.since_id, id_at(window.start_at or now - WEEK) - 1)
        high = window.until_id or id_at(now) + (1 << 22)
        found = sorted((one for one in self.posts if low < one < high), reverse=True)
        self.sold += found[:size]
        return found[:size], "more" if len(found) > size else ""


NOT_AGAIN = timedelta()


def visit(
    place: Place, cursor: dict[str, Any] | None, now: datetime, size: int, relook: timedelta = NOT_AGAIN
) -> tuple[dict[str, Any], list[int], bool]:
    """One visit: what the kind does around its HTTP."""
    reach = Reach.of(cursor or {}).trimmed(now)
    window = reach.window(now, relook)
    ids, token = place.ask(window, now, size)
    after = reach.after(window, ids, token, now)
    return after.written(), ids, after.unfinished(now)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_whatever_dies_when_the_posts_read_are_the_posts_there_are(data: st.DataObject) -> None:
    """Any traffic, any page size, runs cut short after any page, a crash before a page is stored: nothing lost, nothing bought twice."""
    place, stored, cursor, now = Place(), list[int](), None, NOON
    size = data.draw(st.integers(1, 5))
    lost_to_crashes = 0
    for _ in range(data.draw(st.integers(1, 8))):
        now += timedelta(minutes=data.draw(st.integers(6, 600)))
        for _ in range(data.draw(st.integers(0, 12))):
            made = now - timedelta(seconds=data.draw(st.integers(1, 300)))
            place.posts.append(id_at(made) + data.draw(st.integers(0, (1 << 22) - 1)))
        place.posts = sorted(set(place.posts))
        for _ in range(data.draw(st.integers(0, 4))):
            following, ids, more = visit(place, cursor, now, size)
            if data.draw(st.integers(0, 5)) == 0:
                lost_to_crashes += len(ids)  # bought, never stored: this page, and no other, is bought again
                break
            cursor, stored = following, stored + ids
            if not more:
                break
    more = True
    while more:
        cursor, ids, more = visit(place, cursor, now, size)
        stored += ids
    now += timedelta(minutes=10)
    cursor, ids, _ = visit(place, cursor, now, 100)
    stored += ids
    assert sorted(stored) == place.posts
    assert len(place.sold) == len(place.posts) + lost_to_crashes
    assert all(one.high <= id_at(now - REACH) for one in Reach.of(cursor or {}).lost)


def test_the_first_visit_asks_as_far_back_as_x_reaches() -> None:
    """No since_id yet: a start time, and never both."""
    assert Reach().window(NOON) == Window(start_at=NOON - REACH)


def test_a_full_page_leaves_a_gap_below_it() -> None:
    """The newest post is covered, what lies between the page and the last visit is to be read next, the newest of it first."""
    old, new = id_at(NOON - timedelta(hours=2)), id_at(NOON)
    reach = Reach(since_id=old)
    after = reach.after(reach.window(NOON), [new + 9, new + 5], "token", NOON)
    low = id_at(NOON - timedelta(hours=2, minutes=15))
    gap = Gap(low, new + 5, opened_at=NOON)
    assert after == Reach(since_id=new + 9, gaps=(gap,), asked_at=NOON)
    assert after.window(NOON) == Window(since_id=low, until_id=new + 5, gap=gap)
    assert after.window(NOON + timedelta(seconds=1)).gap is None
    two = Reach(since_id=new, gaps=(Gap(1, 2), Gap(3, 9), Gap(4, 5)), asked_at=NOON)
    assert two.window(NOON).gap == Gap(3, 9)


def test_a_quiet_search_does_not_go_stale() -> None:
    """A search that finds nothing for weeks asks as far back as X reaches, and no loss is noted where nothing was missed."""
    cursor, now = None, NOON
    for _ in range(20):
        cursor, _ids, _more = visit(Place(), cursor, now, 10)
        now += timedelta(days=2)
    reach = Reach.of(cursor or {}).trimmed(now)
    assert reach.lost == ()
    assert reach.window(now).start_at == now - REACH


def test_an_empty_answer_is_not_the_last_word() -> None:
    """What was asked for and not found is asked for again, at no cost: an empty page that a proxy kept loses nothing."""
    reach = Reach(since_id=id_at(NOON - timedelta(days=3)), asked_at=NOON - timedelta(days=3))
    window = reach.window(NOON)
    assert reach.after(window, [], "", NOON).window(NOON + timedelta(hours=1)).since_id == window.since_id


def test_weeks_without_an_answer_are_one_loss() -> None:
    """After an empty search and a long silence the days between are noted once, however often the state is looked at."""
    reach = Reach(asked_at=NOON - timedelta(days=20)).trimmed(NOON).trimmed(NOON + timedelta(hours=1))
    [lost] = reach.lost
    assert (lost.low, lost.high) == (id_at(NOON - timedelta(days=21)), id_at(NOON + timedelta(hours=1) - REACH))


def test_a_page_from_long_ago_is_no_answer() -> None:
    """Also where everything that was known has passed out of reach: the window stays open as a gap."""
    reach = Reach(asked_at=NOON - timedelta(days=8)).trimmed(NOON)
    old = id_at(NOON - timedelta(days=8))
    [gap] = reach.after(reach.window(NOON), [old, old + 1], "", NOON).gaps
    assert gap.high == id_at(NOON - INDEXING)


def test_a_search_that_nobody_asked_for_a_week_says_what_it_missed() -> None:
    """Too old an id is not sent; the hole is noted once, and the rest is asked for from as far back as X reaches."""
    old = id_at(NOON - timedelta(days=30))
    reach = Reach(since_id=old).trimmed(NOON)
    [lost] = reach.lost
    assert (lost.low, lost.high) == (old, id_at(NOON - REACH))
    window = reach.window(NOON)
    assert (window.since_id, window.start_at) == (0, NOON - REACH)
    after = reach.after(window, [id_at(NOON)], "token", NOON)
    assert after.trimmed(NOON).lost == (lost,)
    assert after.window(NOON).since_id == id_at(NOON - REACH) - 1


def test_what_a_first_visit_left_unread_and_passed_by_is_noted() -> None:
    """The gap below the first page begins where that visit asked from; what of it grows too old is one loss, however slowly."""
    first = Reach().after(Reach().window(NOON), [id_at(NOON)], "token", NOON)
    began = id_at(NOON - REACH) - 1
    assert [(one.low, one.high) for one in first.gaps] == [(began, id_at(NOON))]
    later = first
    for days in (1, 2, 3):
        later = later.trimmed(NOON + timedelta(days=days))
    horizon = id_at(NOON + timedelta(days=3) - REACH)
    assert [(one.low, one.high) for one in later.gaps] == [(horizon - 1, id_at(NOON))]
    assert [(one.low, one.high) for one in later.lost] == [(began, horizon)]
    [lost] = later.trimmed(NOON + timedelta(days=30)).lost[:1]
    assert (lost.low, lost.high) == (began, id_at(NOON))


def test_a_gap_that_grows_too_old_is_noted_and_closed() -> None:
    """Half beyond X's reach: the half is lost and the rest still read; wholly beyond: closed."""
    horizon = id_at(NOON - REACH)
    half, whole = Gap(horizon - 500, horizon + 500), Gap(horizon - 900, horizon - 600)
    reach = Reach(since_id=id_at(NOON), gaps=(half, whole), asked_at=NOON).trimmed(NOON)
    assert reach.gaps == (Gap(horizon - 1, half.high),)
    assert [(one.low, one.high) for one in reach.lost] == [(half.low, horizon), (whole.low, whole.high)]
    assert reach.trimmed(NOON) == reach
    assert reach.window(NOON) == Window(since_id=horizon - 1, until_id=half.high, gap=reach.gaps[0])
    assert [(one.low, one.high) for one in reach.trimmed(NOON + timedelta(days=1)).lost] == [
        (half.low, half.high),
        (whole.low, whole.high),
    ]
    [old] = Reach(gaps=(Gap(0, horizon + 500, expired=True),)).trimmed(NOON).gaps
    assert (old.low, old.high) == (horizon - 1, horizon + 500)


def test_pages_without_posts_are_followed_and_then_left_for_later() -> None:
    """An empty page with a token is followed by the token, three times at most, and never in a circle; then another run tries."""
    gap = Gap(id_at(NOON - timedelta(hours=2)), id_at(NOON))
    reach = Reach(since_id=gap.high, gaps=(gap,), asked_at=NOON)
    for token in ("a", "b"):
        reach = reach.after(reach.window(NOON), [], token, NOON)
        assert reach.window(NOON).token == token
    assert Reach.of(json.loads(json.dumps(reach.written()))) == reach
    stuck = replace(gap, stuck=1, stuck_at=NOON)
    assert reach.after(reach.window(NOON), [], "b", NOON).gaps == (stuck,)
    assert reach.after(reach.window(NOON), [], "c", NOON).gaps == (stuck,)
    assert reach.after(reach.window(NOON), [], "", NOON).gaps == ()
    after = reach.after(reach.window(NOON), [], "b", NOON)
    assert not after.unfinished(NOON)
    assert after.window(NOON).gap is None
    assert replace(after, asked_at=NOON + timedelta(hours=1)).window(NOON + timedelta(hours=1)).gap == stuck


def test_a_place_that_ignores_until_id_is_given_up_in_the_end() -> None:
    """The same page again: once a run, and after eight runs what was not read is noted as lost."""
    gap = Gap(id_at(NOON - timedelta(hours=2)), id_at(NOON))
    reach = Reach(since_id=gap.high, gaps=(gap,), asked_at=NOON)
    for number in range(8):
        assert reach.lost == ()
        now = NOON + timedelta(minutes=number)
        reach = replace(reach, asked_at=now)
        reach = reach.after(reach.window(now), [gap.high + 5], "token", now)
        assert Reach.of(json.loads(json.dumps(reach.written()))) == reach
    assert reach.gaps == ()
    assert reach.lost == (Lost(gap.low, gap.high, "the pages did not move on", NOON + timedelta(minutes=7)),)


def test_what_became_findable_late_is_found_at_the_next_visit() -> None:
    """Each visit asks again for the last quarter of an hour behind the newest post, and not for what is older."""
    place, now = Place(), NOON
    place.posts = [id_at(now - timedelta(hours=1)), id_at(now)]
    cursor, ids, _ = visit(place, None, now, 10, timedelta(minutes=15))
    late, too_late = id_at(now - timedelta(minutes=14)), id_at(now - timedelta(minutes=16))
    place.posts = sorted([*place.posts, late, too_late])
    _, ids, _ = visit(place, cursor, now + timedelta(minutes=30), 10, timedelta(minutes=15))
    assert ids == [id_at(now), late]


def test_looking_again_never_reads_an_older_gap_twice() -> None:
    """Where the new window reaches into a gap that is still open, that part of the gap is the window's from then on."""
    old = id_at(NOON - timedelta(hours=5))
    newest, oldest = id_at(NOON), id_at(NOON - timedelta(minutes=5))
    reach = Reach(since_id=newest, gaps=(Gap(old, oldest),), asked_at=NOON)
    later = NOON + timedelta(hours=1)
    window = reach.window(later)
    assert window.since_id == id_at(NOON - timedelta(minutes=15))
    after = reach.after(window, [id_at(later)], "", later)
    assert after.gaps == (Gap(old, window.since_id + 1),)


def test_a_page_from_below_the_window_is_no_answer() -> None:
    """An older page, sent once more: what was asked for stays open, and the next run asks for it."""
    low = id_at(NOON - timedelta(days=3))
    reach = Reach(since_id=low)
    after = reach.after(Window(since_id=low - 5), [low, low - 9], "", NOON)
    settled = id_at(NOON - INDEXING)
    assert after.gaps == (Gap(low - 5, settled, opened_at=NOON, stuck=1, stuck_at=NOON),)
    assert (after.since_id, after.unfinished(NOON)) == (settled, False)
    later = NOON + timedelta(hours=1)
    whole = after.after(after.window(later), [id_at(later)], "", later)
    assert whole.window(later).gap is not None
    assert whole.window(later).since_id == low - 5
    assert reach.after(Window(since_id=low - 5), [low, low - 2], "", NOON).gaps == ()


def test_an_empty_newest_page_with_a_token_leaves_a_gap_up_to_now() -> None:
    """Nothing was read, so nothing counts as covered by reading."""
    low = id_at(NOON - timedelta(hours=2))
    after = Reach(since_id=low).after(Window(since_id=low), [], "token", NOON)
    assert after.gaps == (Gap(low, id_at(NOON - INDEXING), opened_at=NOON),)
    assert after.since_id == id_at(NOON - INDEXING)
    early = id_at(NOON)
    assert Reach(since_id=early).after(Window(since_id=early), [], "token", NOON).gaps == ()


def test_what_x_calls_too_old_is_noted_and_asked_for_otherwise() -> None:
    """X may see the seven days more strictly than we do: the hole is noted, and the next question leaves the id out."""
    horizon = id_at(NOON - REACH)
    reach = Reach(since_id=horizon + 7)
    after = reach.without(reach.window(NOON), NOON)
    assert after.lost == (Lost(horizon, horizon + 1, "older than X's search reaches", NOON),)
    assert after.window(NOON).start_at is not None
    gap = Gap(horizon + 7, horizon + 700)
    reach = Reach(since_id=gap.high, gaps=(gap,), asked_at=NOON)
    after = reach.without(reach.window(NOON), NOON)
    assert after.window(NOON) == Window(start_at=NOON - REACH, until_id=gap.high, gap=Gap(gap.low, gap.high, expired=True))
    last = after.without(after.window(NOON), NOON)
    assert last.gaps == ()
    assert len(last.lost) == 2


def test_notes_are_kept_within_bounds() -> None:
    """A cursor does not grow for ever; the newest losses stay."""
    reach = Reach(lost=tuple(Lost(n, n + 1, "x") for n in range(80)))
    assert [one.low for one in Reach.of(json.loads(json.dumps(reach.written()))).lost] == list(range(30, 80))


def test_ids_hold_their_moment() -> None:
    """A well-known pair, and the bounds."""
    assert moment_of(1541815603606036480) == datetime(2022, 6, 28, 16, 7, 40, 105000, tzinfo=UTC)
    assert moment_of(20) is None
    assert moment_of(1 << 75) is None
    assert id_at(datetime(2006, 3, 21, tzinfo=UTC)) == 0
    assert moment_of(id_at(NOON)) == NOON

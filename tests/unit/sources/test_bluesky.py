"""The kind `bluesky`, against a stream on loopback; every post here was written by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.core.errors import AccessDenied, ParseError, Postponed, RateLimited, SourceError, TooLarge, Unreachable
from listener.core.model import Author, Cursor, Entry, Fetched, Source, Thread
from listener.core.ports import Ask
from listener.core.removal import Removal, Rewriting
from listener.sources.bluesky import SERVERS, BlueskyKind
from listener.sources.http import Fetcher
from listener.sources.jetstream import Visit
from tests.builders import NOON, document, source
from tests.fakes_jetstream import Stream, account, post, streaming

NOW = int(NOON.timestamp()) * 1_000_000
HERE = source(kind="bluesky", address="Molenaar Pompen, molenaarpompen.nl", every=timedelta(minutes=15))
AGO = {minutes: NOW - minutes * 60_000_000 for minutes in (1, 2, 5, 10, 14, 60)}
END = post(NOW + 1, "later", key="end")


@pytest.fixture(name="fetcher", scope="module")
def _fetcher() -> Iterator[Fetcher]:
    """A fetcher whose guard lets loopback through."""
    with Fetcher(allow_private=["127.0.0.0/8"]) as fetcher:
        yield fetcher


def visit(fetcher: Fetcher, *streams: Stream, cursor: Cursor | None = None, here: Source = HERE, **bounds: Any) -> Fetched:
    """One visit to these servers."""
    quick = {"seconds": 20.0, "idle": 5.0, "connect": 5.0} | bounds
    kind = BlueskyKind(fetcher.session, fetcher.guard, servers=[one.url for one in streams], visit=Visit(**quick))
    return kind.fetch(here, cursor, NOON)


def entries(fetched: Fetched) -> list[Entry]:
    """What a visit brought."""
    assert fetched.document is not None
    return list(BlueskyKind().parse(fetched.document))


def test_posts_with_one_of_the_words_are_kept(fetcher: Fetcher) -> None:
    """Case and accents do not matter; links, cards and pictures count; everything else goes by."""
    link = {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://molenaarpompen.nl/actie"}]}
    events = [
        post(AGO[14], "Mijn MOLENAAR  pompen is stuk", key="a"),
        post(AGO[10], "Molenaar zonder de rest", key="b"),
        post(AGO[5], "kijk hier molenaarpomp…", key="c", facets=[link]),
        post(AGO[2], "mooi", key="d", embed={"external": {"uri": "https://x.example/", "title": "Molénaar Pompen wint prijs"}}),
        post(AGO[1], "foto", key="e", embed={"images": [{"alt": "pomp van molenaar pompen"}]}),
        END,
    ]
    with streaming(events) as stream:
        fetched = visit(fetcher, stream)
    found = entries(fetched)
    assert [one.guid.rpartition("/")[2] for one in found] == ["a", "c", "d", "e"]
    assert found[0].text == "Mijn MOLENAAR pompen is stuk"
    assert found[1].text == "kijk hier molenaarpomp… https://molenaarpompen.nl/actie"
    assert found[2].text == "mooi Molénaar Pompen wint prijs https://x.example/"
    assert not fetched.more
    assert fetched.detail == ""
    assert fetched.cursor.value["time_us"] == str(NOW + 1)
    assert stream.asked == [{"wantedCollections": "app.bsky.feed.post", "cursor": str(NOW - 900_000_000 - 5_000_000)}]


def test_a_post_is_an_entry() -> None:
    """The author goes by what never changes; the thread is named; a date that is too good to be true is the network's."""
    record: dict[str, Any] = {
        "text": "Molenaar Pompen\n\n&amp; zo",
        "createdAt": "2026-11-20T11:00:00.000Z",
        "langs": ["nl-NL"],
        "reply": {
            "root": {"uri": "at://did:plc:piet/app.bsky.feed.post/root"},
            "parent": {"uri": "at://did:plc:els/app.bsky.feed.post/up"},
        },
    }
    odd = {**record, "createdAt": "2030-01-01T00:00:00Z", "langs": ["nl", "en"], "reply": 5}
    bare, none = post(AGO[1], "", key="c", langs=[5]), post(AGO[1], "x", key="d")
    none["commit"]["record"] = 5
    events: list[object] = [
        post(AGO[1], key="3kabc", **record), post(AGO[1], key="b", **odd), {**bare, "time_us": None}, none,
        {"did": "x"}, None, 5, post(1, "x", key="../x"), post(1, "x", did="x"),
    ]  # fmt: skip
    one, two, three = BlueskyKind().parse(document(body="\n".join(map(json.dumps, events)).encode()))
    assert one.guid == "at://did:plc:jan/app.bsky.feed.post/3kabc"
    assert one.link == "https://bsky.app/profile/did:plc:jan/post/3kabc"
    assert (one.title, one.text, one.language, one.outlet) == ("", "Molenaar Pompen &amp; zo", "nl", "bsky.app")
    assert one.author == Author(id="did:plc:jan")
    assert one.thread == Thread(
        conversation="at://did:plc:piet/app.bsky.feed.post/root", in_reply_to="at://did:plc:els/app.bsky.feed.post/up"
    )
    assert one.published_at == NOON - timedelta(hours=1)
    assert (two.published_at, two.language, two.thread) == (NOON - timedelta(minutes=1), "", Thread())
    assert (three.published_at, three.language, three.text) == (None, "", "")


def test_a_post_that_is_taken_back_is_not_kept(fetcher: Fetcher) -> None:
    """Within a visit it is left out; what may have been kept earlier is named, so that the archive takes it out."""
    first = [
        post(AGO[14], "Molenaar Pompen een", key="a"),
        post(AGO[10], "Molenaar Pompen twee", key="b"),
        post(AGO[5], "Molenaar Pompen twee, verbeterd", key="b", operation="update"),
        post(AGO[2], "", key="a", operation="delete"),
        END,
    ]
    with streaming(first) as stream:
        fetched = visit(fetcher, stream)
    assert [one.text for one in entries(fetched)] == ["Molenaar Pompen twee, verbeterd"]
    second = [
        post(NOW - 50, "", key="b", operation="delete"),
        post(NOW - 40, "", key="z", operation="delete"),
        account(NOW - 30, "did:plc:els", status="deleted"),
        account(NOW - 20, "did:plc:piet", status="suspended"),
        account(NOW - 10, "did:plc:piet", status="takendown", active=True),
    ]
    with streaming(second) as stream:
        later = visit(fetcher, stream, cursor=fetched.cursor)
    assert later.document is None
    assert later.removed == (
        Removal(kind="bluesky", guid="at://did:plc:jan/app.bsky.feed.post/b"),
        Removal(kind="bluesky", guid="at://did:plc:jan/app.bsky.feed.post/z"),
        Removal(kind="bluesky", author="did:plc:els"),
    )
    both = "\n".join(map(json.dumps, [post(1, "x", key="b"), post(2, "y", key="c"), second[0]]))
    assert [one.text for one in BlueskyKind().parse(document(body=both.encode()))] == ["y"]


def test_a_post_that_was_rewritten_says_only_what_it_says_now(fetcher: Fetcher) -> None:
    """Within a visit its first words go, also where the new ones are about something else."""
    events = [
        post(AGO[14], "Molenaar Pompen een", key="a"),
        post(AGO[10], "Molenaar Pompen twee", key="b"),
        post(AGO[5], "iets anders", key="a", operation="update"),
        END,
    ]
    with streaming(events) as stream:
        fetched = visit(fetcher, stream)
    assert [one.text for one in entries(fetched)] == ["Molenaar Pompen twee"]
    assert fetched.rewritten == (Rewriting(kind="bluesky", guid="at://did:plc:jan/app.bsky.feed.post/a", text="iets anders"),)


def test_a_post_that_was_kept_earlier_and_is_rewritten_is_told_as_it_is_now(fetcher: Fetcher) -> None:
    """With the text that its entry would have, so that the archive can tell; one that goes in the end is only taken back."""
    nothing = post(AGO[2], "", key="c", operation="update")
    nothing["commit"]["record"] = None
    events = [
        post(AGO[14], "Molenaar\nPompen  twee", key="b", operation="update"),
        post(AGO[10], "weg", key="d", operation="update"),
        post(AGO[5], "", key="d", operation="delete"),
        nothing,
        END,
    ]
    with streaming(events) as stream:
        fetched = visit(fetcher, stream)
    (kept,) = entries(fetched)
    b, c = (Rewriting(kind="bluesky", guid=f"at://did:plc:jan/app.bsky.feed.post/{key}", text="") for key in "bc")
    assert fetched.rewritten == (replace(b, text=kept.text), c)
    assert fetched.removed == (Removal(kind="bluesky", guid="at://did:plc:jan/app.bsky.feed.post/d"),)


def test_rewrites_without_end_end_a_visit(fetcher: Fetcher) -> None:
    """What others rewrite is bounded as what is kept."""
    events = [post(AGO[14] + n, "iets", key=f"k{n}", operation="update") for n in range(9)]
    with streaming([*events, END]) as stream:
        fetched = visit(fetcher, stream, kept=3)
    assert len(fetched.rewritten) == 3


def test_nothing_kept_is_nothing_new(fetcher: Fetcher) -> None:
    """The stream was heard, and nobody spoke of the brand."""
    with streaming([post(AGO[5], "iets anders"), END]) as stream:
        fetched = visit(fetcher, stream)
    assert (fetched.document, fetched.more) == (None, False)
    assert fetched.cursor.value["server"] == stream.url


@pytest.mark.parametrize("bounds", [{"size": 400}, {"kept": 1}, {"seconds": 0.3, "idle": 60.0}])
def test_a_visit_is_bounded_and_goes_on_where_it_stopped(fetcher: Fetcher, bounds: dict[str, Any]) -> None:
    """Its share of bytes, of posts or of time: what is left is asked for at once, and nothing lies between."""
    events = [post(AGO[14], "Molenaar Pompen een", key="a"), post(AGO[10], "Molenaar Pompen twee" * 20, key="b")]
    with streaming([*events, *([END] if "seconds" not in bounds else [])], then="silent") as stream:
        first = visit(fetcher, stream, **bounds)
        assert first.more
        rest = visit(fetcher, stream, cursor=first.cursor, idle=0.2 if "seconds" in bounds else 5.0)
    heard = {one.guid for one in [*entries(first), *(entries(rest) if rest.document else [])]}
    assert heard == {f"at://did:plc:jan/app.bsky.feed.post/{key}" for key in "ab"}
    assert not rest.more
    assert int(stream.asked[1]["cursor"]) == int(first.cursor.value["time_us"]) - 5_000_000


def test_silence_ends_a_visit(fetcher: Fetcher) -> None:
    """What was heard is kept, and asking again at once would bring no more."""
    with streaming([post(AGO[5], "Molenaar Pompen")], then="silent") as stream:
        fetched = visit(fetcher, stream, idle=0.2)
    assert (len(entries(fetched)), fetched.more) == (1, False)
    assert fetched.cursor.value["time_us"] == str(AGO[5])


def test_a_stream_that_ends_early_is_asked_again(fetcher: Fetcher) -> None:
    """The other side hung up between two posts."""
    with streaming([post(AGO[5], "Molenaar Pompen")]) as stream:
        assert visit(fetcher, stream).more


def test_a_hole_is_said_in_words(fetcher: Fetcher) -> None:
    """Version 1 begins at its oldest event without a word when the cursor lies below it."""
    cursor = Cursor({"time_us": str(AGO[60]), "server": "elsewhere"})
    with streaming([post(AGO[5], "Molenaar Pompen"), END], floor=AGO[10]) as stream:
        fetched = visit(fetcher, stream, cursor=cursor)
    assert fetched.detail == "not heard: 2026-11-20 11:00 to 2026-11-20 11:55 UTC; Jetstream no longer has what was said then"
    assert int(stream.asked[0]["cursor"]) == AGO[60] - 60_000_000  # another server than last time: read more twice


def test_noise_in_the_stream_costs_nothing(fetcher: Fetcher) -> None:
    """Other kinds of events, other types, broken JSON, bytes: the posts among them are kept."""
    noise: list[object] = [
        "not json", "[" * 5000, b"\xff\xfe", "[]", "5", {"time_us": AGO[10], "kind": "identity", "did": "did:plc:x"},
        {"time_us": True}, {"time_us": -5}, {"time_us": 1 << 70}, {"time_us": AGO[10], "did": 5, "commit": {"collection": "app.bsky.feed.post"}},
        {**post(AGO[10], "Molenaar Pompen"), "did": "x y"}, post(AGO[10], "Molenaar Pompen", key="a/b"),
        post(AGO[10], "Molenaar Pompen", operation="explode"), post(AGO[10], 5),  # type: ignore[arg-type]
        post(AGO[10], "Molenaar Pompen \ud800", key="good", facets=[5, {"features": 5}, {"features": [5]}], embed={"images": 5, "external": 5}),
    ]  # fmt: skip
    bare = post(AGO[5], "x")
    bare["commit"]["record"] = None
    with streaming([*noise, bare, END]) as stream:
        fetched = visit(fetcher, stream)
    assert [one.text for one in entries(fetched)] == ["Molenaar Pompen"]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ({"status": 429}, RateLimited, "asked too often"),
        ({"status": 400}, AccessDenied, "refuses the question"),
        ({"status": 500}, Unreachable, "answered 500"),
        ({"status": 302, "location": "http://127.0.0.1:1/"}, Unreachable, "sends us elsewhere"),
        ({}, Unreachable, "ended, or fell silent"),
    ],
)
def test_a_server_that_gives_no_stream_is_said(
    fetcher: Fetcher, answer: dict[str, Any], error: type[SourceError], words: str
) -> None:
    """A status, a redirect (which is never followed), an end before the beginning."""
    with streaming([], **answer) as stream, pytest.raises(error, match=words):
        visit(fetcher, stream)


def test_a_message_without_end_is_too_large(fetcher: Fetcher) -> None:
    """A megabyte is a thousand times a post."""
    with streaming([post(AGO[10], "x" * 1_100_000)]) as stream, pytest.raises(TooLarge):
        visit(fetcher, stream)


def test_the_next_server_is_asked_when_one_is_down(fetcher: Fetcher) -> None:
    """And the one that was heard is asked first the next time."""
    with streaming([]) as gone:
        pass
    with streaming([post(AGO[5], "Molenaar Pompen"), END]) as stream:
        fetched = visit(fetcher, gone, stream)
        assert len(entries(fetched)) == 1
        again = visit(fetcher, gone, stream, cursor=fetched.cursor)
        assert again.cursor.value["server"] == stream.url
        with pytest.raises(Unreachable, match="cannot be reached"):
            visit(fetcher, gone)


def test_the_guard_stands_before_the_stream() -> None:
    """Without leave, loopback is not dialled."""
    with Fetcher() as closed, streaming([END]) as stream:
        with pytest.raises(AccessDenied, match="closed network"):
            visit(closed, stream)
        assert stream.asked == []


@pytest.mark.parametrize("address", ["", " , ", "a", "Molenaar, x", "https://bsky.app/profile/x"])
def test_words_that_would_catch_half_the_network_are_refused(address: str) -> None:
    """Nothing to look for, or a single letter."""
    with pytest.raises(AccessDenied, match="bluesky: write the words"):
        BlueskyKind().fetch(source(address=address), None, NOON)


def test_words_may_be_quoted_and_joined_by_or() -> None:
    """What a person copies from his query works as well."""
    assert BlueskyKind.place(source(address='"Molenaar Pompen" OR molenaarpompen')) == SERVERS[0]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"posts": 5}', b"", b"<html>", b"[" * 100_000])
def test_what_holds_no_events_is_refused(body: bytes) -> None:
    """`parse` reads events of posts only."""
    with pytest.raises(ParseError):
        BlueskyKind().parse(document(body=body))


def together(fetcher: Fetcher, stream: Stream, *asks: Ask, **bounds: Any) -> dict[str, Fetched | SourceError]:
    """One visit to a server by several sources."""
    quick = {"seconds": 20.0, "idle": 5.0, "connect": 5.0} | bounds
    kind = BlueskyKind(fetcher.session, fetcher.guard, servers=[stream.url], visit=Visit(**quick))
    return {ask.source.key: answer for ask, answer in kind.fetch_all(asks, NOON)}


def ask(key: str, words: str, stopped: int | None = None) -> Ask:
    """A source that stopped so many minutes ago."""
    cursor = None if stopped is None else Cursor({"time_us": str(NOW - stopped * 60_000_000), "server": "elsewhere"})
    return Ask(source=source(key=key, kind="bluesky", address=words), cursor=cursor)


def test_sources_share_one_reading_and_each_hears_its_own(fetcher: Fetcher) -> None:
    """One connection from where the first of them stopped; nobody hears what came before his own place, or others' words."""
    events = [
        post(AGO[14], "molenaar en concurrent", key="old"),
        post(AGO[5], "de concurrent", key="c"),
        post(AGO[2], "Molenaar Pompen", key="m"),
        post(AGO[1], "Molenaar Pompen en concurrent", key="both"),
        post(AGO[1] + 1, "", key="both", operation="delete", did="did:plc:els"),
        END,
    ]
    with streaming(events) as stream:
        heard = together(fetcher, stream, ask("m", "molenaar", 6), ask("c", "concurrent", 20), ask("bad", "x"))
    assert isinstance(heard["bad"], AccessDenied)
    assert len(stream.asked) == 1
    found = {}
    for key in ("m", "c"):
        answer = heard[key]
        assert isinstance(answer, Fetched)
        found[key] = [one.guid.rpartition("/")[2] for one in entries(answer)]
        assert answer.cursor.value == {"time_us": str(NOW + 1), "server": stream.url}
        assert [one.guid for one in answer.removed] == ["at://did:plc:els/app.bsky.feed.post/both"]
    assert found == {"m": ["m", "both"], "c": ["old", "c", "both"]}


def test_who_is_far_behind_holds_up_nobody(fetcher: Fetcher) -> None:
    """He reads for himself, after those who are near the present; too many such come another time, and none of it is an attempt."""
    far = [ask(f"far{hours}", "molenaar", 60 * hours) for hours in (2, 4, 6, 8)]
    with streaming([post(AGO[1], "molenaar"), END]) as stream:
        heard = together(fetcher, stream, *far, ask("near", "molenaar", 5), ask("near2", "molenaar", 30))
    begun = [(NOW - int(one["cursor"])) // 60_000_000 for one in stream.asked]
    assert begun == [31, 121, 241, 361]
    assert isinstance(heard["far8"], Postponed)
    assert all(isinstance(answer, Fetched) for key, answer in heard.items() if key != "far8")


def test_a_reading_that_does_not_reach_a_source_is_no_visit_to_it(fetcher: Fetcher) -> None:
    """The share was used up before its place came: nothing was heard for it, and nothing is said to have been."""
    events = [post(AGO[60] + number, "molenaar", key=f"k{number}") for number in range(5)]
    with streaming(events) as stream:
        heard = together(fetcher, stream, ask("near", "molenaar", 5), ask("far", "molenaar", 62), kept=3)
    assert isinstance(heard["near"], Postponed)
    answer = heard["far"]
    assert isinstance(answer, Fetched)
    assert (len(entries(answer)), answer.more) == (3, True)


def test_an_account_that_ends_takes_its_posts_along(fetcher: Fetcher) -> None:
    """What was read of it in the same visit is not kept; and so many deletions end a visit."""
    events = [
        post(AGO[5], "molenaar", key="a"),
        post(AGO[5], "molenaar", did="did:plc:els"),
        account(AGO[2], "did:plc:jan", status="deleted"),
        END,
    ]
    with streaming(events) as stream:
        heard = together(fetcher, stream, ask("m", "molenaar", 10))["m"]
    assert isinstance(heard, Fetched)
    assert [one.author.id for one in entries(heard)] == ["did:plc:els"]
    with streaming([post(AGO[5], "", key=f"k{number}", operation="delete") for number in range(5)]) as stream:
        heard = together(fetcher, stream, ask("m", "molenaar", 10), deleted=3)["m"]
    assert isinstance(heard, Fetched)
    assert (len(heard.removed), heard.more) == (3, True)


def test_a_dead_server_is_each_sources_own_error(fetcher: Fetcher) -> None:
    """The same words for each, and no error shared."""
    with streaming([]) as gone:
        pass
    heard = together(fetcher, gone, ask("a", "molenaar", 1), ask("b", "molenaar", 1))
    assert isinstance(heard["a"], Unreachable)
    assert heard["a"] is not heard["b"]
    assert str(heard["a"]) == str(heard["b"])

"""The kind `youtube`; every feed here was written by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.core.errors import AccessDenied, RateLimited, Unreachable
from listener.core.model import Author, Cursor, Fetched
from listener.sources.reading import read
from listener.sources.youtube import YouTubeKind
from tests.builders import NOON, document, source
from tests.unit.sources.answers import answer

CHANNEL = "UCmolenaarmolenaarmolena"
FEED = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
VIDEO = """<entry><id>yt:video:{id}</id><yt:videoId>{id}</yt:videoId><yt:channelId>{channel}</yt:channelId>
<title>De nieuwe pomp &amp; hoe hij loopt</title><link rel="alternate" href="https://www.youtube.com/watch?v={id}"/>
<author><name>Molenaar</name><uri>https://www.youtube.com/channel/{channel}</uri></author>
<published>2026-11-19T10:00:00+00:00</published><updated>2026-11-20T10:00:00+00:00</updated>
<media:group><media:title>x</media:title><media:description>Molenaar Pompen legt uit.</media:description>
<media:community>{community}</media:community></media:group></entry>"""
COUNTED = '<media:starRating count="41" average="4.90" min="1" max="5"/><media:statistics views="1234"/>'


def feed(*communities: str) -> bytes:
    """A channel's feed, a video for each."""
    videos = "".join(VIDEO.format(id=f"abcdefghij{n}", channel=CHANNEL, community=one) for n, one in enumerate(communities))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><title>Molenaar</title>'
        f"{videos}</feed>"
    ).encode()


def kind() -> YouTubeKind:
    """The kind, reading in this process."""
    return YouTubeKind(read=read)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (CHANNEL, FEED),
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", FEED),
        (FEED, FEED),
        ("https://www.youtube.com/feeds/videos.xml?playlist_id=PL1", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"),
        ("@molenaar.pompen", "https://www.youtube.com/@molenaar.pompen"),
        ("https://m.youtube.com/@molenaar?si=x", "https://www.youtube.com/@molenaar"),
        ("https://www.youtube.com/user/molenaar", "https://www.youtube.com/user/molenaar"),
    ],
)
def test_each_form_of_address_has_its_place(address: str, place: str) -> None:
    """An id, a page, a handle, a feed."""
    assert YouTubeKind.place(source(address=address)) == place


@pytest.mark.parametrize(
    "address",
    [
        "",
        "molenaar",
        "UCkort",
        "https://elders.example/@molenaar",
        "https://www.youtube.com/watch?v=x",
        "https://www.youtube.com/feeds/videos.xml",
    ],
)
def test_what_is_no_channel_is_refused_in_words(address: str) -> None:
    """A video or a name is no channel."""
    with pytest.raises(AccessDenied, match="youtube: write a channel's id"):
        kind().request(source(address=address), None)


def test_videos_have_their_views() -> None:
    """Views and stars where the feed gives them; the description is the text; the author goes by the channel's id."""
    one, two, three = kind().parse(
        document(url=FEED, body=feed(COUNTED, "", '<media:starRating count="0" average="0.00" min="1" max="5"/>'))
    )
    assert (one.guid, one.title, one.text) == (
        "yt:video:abcdefghij0",
        "De nieuwe pomp & hoe hij loopt",
        "Molenaar Pompen legt uit.",
    )
    assert (one.engagement.views, one.engagement.rating) == (1234, 4.9)
    assert (two.engagement.views, two.engagement.rating) == (None, None)
    assert three.engagement.rating is None
    assert one.author == Author(name="Molenaar", id=CHANNEL)
    assert (one.outlet, one.link) == ("youtube.com", "https://www.youtube.com/watch?v=abcdefghij0")
    assert one.published_at is not None
    assert one.published_at.day == 19


@pytest.mark.parametrize(
    "page",
    [
        f'<link rel="alternate" type="application/rss+xml" title="RSS" href="{FEED}">',
        f'"externalId":"{CHANNEL}"',
        f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
        f'<meta itemprop="identifier" content="{CHANNEL}">',
    ],
)
def test_a_handle_is_looked_up_once(page: str) -> None:
    """The page names its channel; the feed is asked at once, and the id stays in the cursor."""
    here = source(address="@molenaar")
    assert kind().request(here, None).url == "https://www.youtube.com/@molenaar"
    found = kind().receive(here, None, answer(f'<html>"channelId":"UCvan-een-ander-kanaal-xx"{page}</html>'), NOON)
    assert found == Fetched(document=None, cursor=Cursor({"channel": CHANNEL}), more=True, status=200)
    assert kind().request(here, found.cursor).url == FEED
    fetched = kind().receive(here, found.cursor, answer(feed(COUNTED), url=FEED, etag='"v1"'), NOON)
    assert fetched.document is not None
    assert (fetched.cursor.value["channel"], fetched.cursor.value["etag"]) == (CHANNEL, '"v1"')
    assert kind().receive(here, fetched.cursor, answer(b"", status=304), NOON).cursor == fetched.cursor


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (200, AccessDenied, "may ask for consent first"),
        (404, AccessDenied, "no channel of that name"),
        (503, Unreachable, "says 503"),
    ],
)
def test_a_page_that_names_no_channel_is_said(status: int, error: type[Exception], words: str) -> None:
    """The id itself always works."""
    with pytest.raises(error, match=words):
        kind().receive(source(address="@molenaar"), None, answer("<html>consent.youtube.com</html>", status=status), NOON)


@pytest.mark.parametrize("status", [404, 500, 502])
def test_a_channel_is_not_gone_because_youtube_says_so(status: int) -> None:
    """It says so for days of channels that are well; the row of the ledger says what to make of it."""
    with pytest.raises(Unreachable, match="only after a week") as caught:
        kind().receive(source(address=CHANNEL), None, answer(b"", status=status), NOON)
    assert caught.value.status == status


def test_other_refusals_stay_what_they_are() -> None:
    """Limits, and statuses that mean nothing."""
    with pytest.raises(RateLimited):
        kind().receive(source(address=CHANNEL), None, answer(b"", status=429), NOON)
    with pytest.raises(Unreachable, match="418"):
        kind().receive(source(address=CHANNEL), None, answer(b"", status=418), NOON)
    assert kind().receive(source(address=CHANNEL), None, answer(feed(), url=FEED), NOON).document is not None


def test_a_week_without_an_answer_asks_for_a_persons_eyes() -> None:
    """The first day is remembered; from the eighth on a person is told, and the channel is asked on; one answer forgets it all."""
    cursor: Cursor | None = Cursor({"etag": '"1"'})
    told = []
    for day in range(10):
        with pytest.raises((Unreachable, AccessDenied)) as caught:
            kind().receive(source(address=CHANNEL), cursor, answer(b"", status=404 if day % 2 else 500), NOON + timedelta(days=day))
        cursor = caught.value.cursor
        told.append(type(caught.value))
    assert told == [Unreachable] * 7 + [AccessDenied] * 3
    assert cursor == Cursor({"etag": '"1"', "missed_since": NOON.isoformat()})
    assert "for 9 days" in str(caught.value)
    for status in (200, 304):
        back = kind().receive(source(address=CHANNEL), cursor, answer(feed() if status == 200 else b"", status=status), NOON)
        assert "missed_since" not in back.cursor.value

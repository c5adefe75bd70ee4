"""The kind `reddit`; every feed here was written by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.config.masking import masked
from listener.core.errors import AccessDenied, RateLimited
from listener.core.model import Author, Cursor, Thread
from listener.sources.reading import read
from listener.sources.reddit import RedditKind
from tests.builders import NOON, document, source
from tests.unit.sources.answers import answer

TOKEN = "abcdefabcdefabcdefabcdefabcdefabcdefabcd"  # a hexadecimal token may hold no digit at all
PRIVATE = f"https://www.reddit.com/.rss?feed={TOKEN}&user=waterman"
POST = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><author><name>/u/waterman</name>
<uri>https://www.reddit.com/user/waterman</uri></author><content type="html">&lt;!-- SC_OFF --&gt;&lt;div class="md"&gt;&lt;p&gt;Mijn
pomp is stuk.&lt;/p&gt;&lt;/div&gt;&lt;!-- SC_ON --&gt; &amp;#32; submitted by &amp;#32; &lt;a href="https://www.reddit.com/user/waterman"&gt;
/u/waterman &lt;/a&gt; &amp;#32; to &amp;#32; &lt;a href="x"&gt; r/klussers &lt;/a&gt; &lt;br/&gt; &lt;span&gt;&lt;a href="x"&gt;[link]&lt;/a&gt;&lt;/span&gt; &amp;#32;
&lt;span&gt;&lt;a href="x"&gt;[comments]&lt;/a&gt;&lt;/span&gt;</content><id>t3_1abcde</id>
<link href="https://www.reddit.com/r/klussers/comments/1abcde/pomp/"/><updated>2026-11-20T10:00:00+00:00</updated>
<published>2026-11-20T09:00:00+00:00</published><title>Molenaar-pomp</title></entry></feed>"""


def kind() -> RedditKind:
    """The kind, reading in this process."""
    return RedditKind(read=read)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (PRIVATE, PRIVATE),
        ("r/klussers", "https://www.reddit.com/r/klussers/new.rss?limit=100"),
        (
            "/r/klussers/  Molenaar Pompen",
            "https://www.reddit.com/r/klussers/search.rss?restrict_sr=on&q=%22Molenaar+Pompen%22&sort=new&limit=100",
        ),
        ("Molenaar", "https://www.reddit.com/search.rss?q=%22Molenaar%22&sort=new&limit=100"),
        ('"Molenaar" pomp', "https://www.reddit.com/search.rss?q=%22Molenaar%22+pomp&sort=new&limit=100"),
    ],
)
def test_each_form_of_address_has_its_place(address: str, place: str) -> None:
    """A private feed, a subreddit, words in one, words anywhere."""
    assert kind().request(source(address=address), None).url == place


@pytest.mark.parametrize("address", ["", "r/", "r/a b", "//", "https://elders.example/.rss", "https://www.reddit.com/r/klussers"])
def test_what_is_no_place_on_reddit_is_refused_in_words(address: str) -> None:
    """The forms are named, and the address is not repeated: it may hold a token."""
    with pytest.raises(AccessDenied, match="reddit: write"):
        RedditKind.place(source(address=address))


def test_a_post_is_an_entry() -> None:
    """Reddit's own line below the text goes; the author goes without /u/; the thread is the post."""
    [entry] = kind().parse(document(url="https://www.reddit.com/.rss", body=POST.encode()))
    assert (entry.guid, entry.title, entry.text) == ("t3_1abcde", "Molenaar-pomp", "Mijn pomp is stuk.")
    assert entry.author == Author(name="waterman", handle="waterman")
    assert (entry.thread, entry.outlet) == (Thread(conversation="t3_1abcde"), "reddit.com")
    [elsewhere] = kind().parse(document(body=POST.replace("comments", "wiki").encode()))
    assert elsewhere.thread == Thread()


@pytest.mark.parametrize("status", [403, 429])
def test_too_much_holds_for_the_whole_host(status: int) -> None:
    """Reddit says either; one request a minute is declared for whoever spaces the requests."""
    assert RedditKind.host_gap == timedelta(minutes=1)
    for headers, wait in [({"retry_after": "90"}, 90), ({"x_ratelimit_reset": "41.0"}, 41), ({}, None)]:
        with pytest.raises(RateLimited) as caught:
            kind().receive(source(address=PRIVATE), None, answer(b"", status=status, url=PRIVATE, **headers), NOON)
        assert caught.value.until == (NOON + timedelta(seconds=wait) if wait else None)
        assert caught.value.status == status
        assert "make a new private feed address" in caught.value.detail


def test_the_token_is_a_secret() -> None:
    """Not in an error, not in what is stored, not where an address is shown."""
    here = source(address=PRIVATE)
    fetched = kind().receive(here, None, answer(POST, url=PRIVATE), NOON)
    assert fetched.document is not None
    assert fetched.document.url == "https://www.reddit.com/.rss?feed=***&user=***"
    assert kind().receive(here, Cursor({"etag": "1"}), answer(b"", status=304, url=PRIVATE), NOON).document is None
    for status in (401, 403, 404, 410, 429, 500):
        with pytest.raises(Exception, match=r"\w") as caught:
            kind().receive(here, None, answer(b"", status=status, url=PRIVATE), NOON)
        assert TOKEN not in str(caught.value)
    assert masked(PRIVATE) == "https://www.reddit.com/.rss?feed=***&user=waterman"
    assert masked("https://blog.example/?feed=rss2") == "https://blog.example/?feed=rss2"

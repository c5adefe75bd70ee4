"""The captured answers of X and its neighbours; they lie outside the repository and are people's own words."""

from __future__ import annotations

import csv
import json

import pytest

from listener.core.errors import OutOfBudget, ParseError
from listener.core.model import Document
from listener.sources.ears import Ears
from listener.sources.means import XAccess
from listener.sources.x_place import XPlace
from listener.sources.x_posts import entries, page
from listener.sources.x_refusals import is_stale, refusal
from listener.sources.x_usage import usage_of
from tests.builders import NOON, document
from tests.fakes_http import page as page_of
from tests.fakes_http import serving
from tests.fakes_purchases import FakePurchases
from tests.unit.sources.captured import _SHARED

FOLDER = _SHARED / "data" / "x"


def captured() -> list[tuple[str, bytes, int]]:
    """Name, bytes and number of items, where somebody counted them; skips the test where there are none."""
    if not (FOLDER / "index.csv").is_file():
        pytest.skip("the captured answers are not here (LISTENER_SHARED names their folder)")
    with (FOLDER / "index.csv").open(newline="", encoding="utf-8") as table:
        return [(row["file"], (FOLDER / row["file"]).read_bytes(), int(row["n_items"] or 0)) for row in csv.DictReader(table)]


def as_document(body: bytes) -> Document:
    """A captured answer as a document."""
    return document(source="molenaar-x", url="https://api.x.com/2/tweets/search/recent", media_type="application/json", body=body)


def test_every_captured_page_of_x_is_read() -> None:
    """Each post with its id, a time and its words; reposts count on the original; usage is no page, and says so."""
    read = 0
    for name, body, count in captured():
        if not name.startswith("x/") or "/errors/" in name or "usage" in name or "count" in name:
            continue
        found = page(body)
        assert len(found.posts) == count, name
        made = entries(as_document(body))
        assert all(one.guid and one.text and one.published_at for one in made), name
        reposts = sum(1 for one in found.posts if one["text"].startswith("RT @") and one.get("referenced_tweets"))
        assert len(made) == len({one.guid for one in made}) == count - reposts, name
        read += 1
    assert read == 7


def test_an_edited_post_is_the_same_entry_before_and_after() -> None:
    """By the first id of its history."""
    both = [entries(as_document(body))[0] for name, body, _ in captured() if "edited_" in name]
    assert len({one.guid for one in both}) == 1
    assert len({one.link for one in both}) == 2


def test_every_captured_refusal_has_its_own_sentence() -> None:
    """A search that asks too far back, and an account without credits; read as a page they say the same."""
    bodies = {name.rsplit("/", 1)[-1]: body for name, body, _ in captured() if "/errors/" in name}
    assert is_stale(400, bodies["400_stale_since_id.json"])
    without = refusal(402, {}, bodies["402_credits_depleted.json"], NOON)
    assert isinstance(without, OutOfBudget)
    assert "REDACTED" not in without.detail
    said = {}
    for name, body in bodies.items():
        with pytest.raises(ParseError) as caught:
            entries(as_document(body))
        said[name] = caught.value.detail
    assert "seven days back" in said["400_stale_since_id.json"]
    assert said["402_credits_depleted.json"] == without.detail


def test_counts_and_usage_are_read_by_whoever_they_are_for() -> None:
    """And as pages they hold no post."""
    bodies = {name.rsplit("/", 1)[-1]: body for name, body, _ in captured()}
    usage = bodies["pytwitter_apis_usage_usage_tweets_resp.json"]
    assert usage_of(usage) is not None
    counts = bodies["tweepy_test_client_get_recent_tweets_count_0.json"]
    assert [*entries(as_document(usage)), *entries(as_document(counts))] == []
    with serving({"/2/tweets/counts/recent": page_of(counts)}) as server:
        access = XAccess(api_url=server.url(""), bearer_token="t", monthly=1_000_000)
        place = XPlace(access, FakePurchases())
        [(_, found)] = place.count("molenaar-x", "tweepy", NOON)
        place.close()
    assert found.total == json.loads(counts)["meta"]["total_tweet_count"]
    assert len(found.hours) == 168


NEIGHBOURS = {"appstore": "app-store", "bluesky": "bluesky", "mastodon": "mastodon", "reddit": "reddit", "youtube": "youtube"}


def test_every_captured_answer_of_the_neighbours_is_read() -> None:
    """App Store, Bluesky, Mastodon, Reddit and YouTube: entries with an id, each by its own kind."""
    read = 0
    with Ears() as ears:
        for name, body, _ in captured():
            if (kind := NEIGHBOURS.get(name.partition("/")[0])) is not None:
                made = ears.parse(kind, as_document(body))
                assert made, name
                assert all(one.guid for one in made), name
                read += 1
    assert (read, len(captured())) == (7, 18)

"""A world of X: posts that come late, are edited, deleted, protected and withheld, and what search and lookup show of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest

from listener.demo.x import Bill, Dialect, Network, World
from tests.fakes.x_server import NOW, PEOPLE, TOKEN

SEARCH = "/2/tweets/search/recent"
AGO = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    """Eight people, and nothing said yet."""
    return World(PEOPLE)


def ask(network: Network, path: str = SEARCH, *, at: timedelta = timedelta(), **asked: str) -> Any:
    """What a request is answered, `at` after noon; `tweet_fields` stands for tweet.fields."""
    return put(network, path, asked, at)


def put(network: Network, path: str, asked: Mapping[str, str], at: timedelta = timedelta()) -> Any:
    """What a request with these parameters is answered."""
    parameters = {name.replace("_fields", ".fields"): value for name, value in asked.items()}
    return json.loads(network.answer(path, parameters, f"Bearer {TOKEN}", NOW + at).body)


def found(network: Network, *, at: timedelta = timedelta()) -> list[str]:
    """The texts that a search for pumps finds."""
    return [post["text"] for post in ask(network, at=at, query="pomp", max_results="100").get("data", [])]


def test_a_late_post_is_found_when_it_is_indexed(world: World) -> None:
    """Its id is older than what was already found, and it was not there before."""
    world.say("700", "pomp een", NOW - AGO)
    world.say("701", "pomp laat", NOW - 2 * AGO, indexed_at=NOW + AGO)
    network = Network(world, TOKEN)
    assert found(network) == ["pomp een"]
    assert found(network, at=AGO) == ["pomp een", "pomp laat"]


def test_a_token_means_the_same_posts_after_the_world_moved_on(world: World) -> None:
    """Posts that become searchable later do not slip into a page that was begun before; what was deleted is gone all the same."""
    posts = [world.say("700", f"pomp {number}", NOW - AGO + timedelta(minutes=number)) for number in range(25)]
    world.say("701", "pomp laat", NOW - 2 * AGO, indexed_at=NOW + AGO)
    network = Network(world, TOKEN)
    token = ask(network, query="pomp")["meta"]["next_token"]
    first = ask(network, query="pomp", next_token=token)
    assert [post["text"] for post in first["data"]] == [f"pomp {number}" for number in range(14, 4, -1)]
    world.say("700", "pomp nieuw", NOW + AGO)
    assert ask(network, at=2 * AGO, query="pomp", next_token=token)["data"] == first["data"]
    rest = ask(network, at=2 * AGO, query="pomp", next_token=first["meta"]["next_token"])
    assert [post["text"] for post in rest["data"]] == [f"pomp {number}" for number in range(4, -1, -1)]
    world.delete(posts[13].id, NOW + AGO)
    assert [post["text"] for post in ask(network, at=2 * AGO, query="pomp", next_token=token)["data"]][:2] == ["pomp 14", "pomp 12"]


def test_an_edit_is_a_new_id_with_its_history(world: World) -> None:
    """Search shows the last edition only; lookup shows any, each with the whole history; five edits in half an hour and no more."""
    first = world.say("700", "pomp lekt", NOW - AGO)
    second = world.edit(first.id, "pomp lekt niet meer", NOW - AGO + timedelta(minutes=10))
    network = Network(world, TOKEN)
    data = ask(network, query="pomp", tweet_fields="edit_controls")["data"]
    assert [(post["id"], post["text"]) for post in data] == [(str(second.id), "pomp lekt niet meer")]
    assert data[0]["edit_history_tweet_ids"] == [str(first.id), str(second.id)]
    assert data[0]["edit_controls"]["edits_remaining"] == 4
    old = ask(network, "/2/tweets", ids=str(first.id))["data"][0]
    assert (old["text"], old["edit_history_tweet_ids"]) == ("pomp lekt", [str(first.id), str(second.id)])
    with pytest.raises(ValueError, match="cannot be edited"):
        world.edit(first.id, "te laat", NOW)
    for number in range(4):
        world.edit(first.id, f"pomp {number}", NOW - AGO + timedelta(minutes=11 + number))
    with pytest.raises(ValueError, match="cannot be edited"):
        world.edit(first.id, "te vaak", NOW - AGO + timedelta(minutes=20))


def test_an_edit_that_is_not_indexed_yet_leaves_the_old_words_in_search(world: World) -> None:
    """A post never falls between its editions."""
    first = world.say("700", "pomp oud", NOW - AGO)
    world.edit(first.id, "pomp nieuw", NOW - AGO + timedelta(minutes=5), indexed_at=NOW + AGO)
    network = Network(world, TOKEN)
    assert found(network) == ["pomp oud"]
    assert found(network, at=AGO) == ["pomp nieuw"]


def test_what_was_taken_away_is_not_found_and_lookup_says_why(world: World) -> None:
    """Deleted and suspended are not there; protected and withheld everywhere are there and not for us; billed is what is shown."""
    posts = {
        name: world.say(str(700 + at), f"pomp {name}", NOW - AGO)
        for at, name in enumerate(("blijft", "weg", "dicht", "slot", "nergens", "duits"))
    }
    world.delete(posts["weg"].id, NOW + AGO)
    world.suspend(posts["dicht"].author, NOW + AGO)
    world.protect(posts["slot"].author, NOW + AGO, NOW + 3 * AGO)
    world.withhold(posts["nergens"].id, NOW + AGO)
    world.withhold(posts["duits"].id, NOW + AGO, ("DE",))
    network = Network(world, TOKEN)
    assert len(found(network)) == 6
    assert sorted(found(network, at=AGO)) == ["pomp blijft", "pomp duits"]
    assert "pomp slot" in found(network, at=3 * AGO)
    ids = ",".join(str(post.id) for post in posts.values())
    before = network.cost
    answer = ask(network, "/2/tweets", at=AGO, ids=ids, tweet_fields="withheld")
    assert network.cost == before
    assert {post["text"]: post.get("withheld") for post in answer["data"]} == {
        "pomp blijft": None,
        "pomp duits": {"copyright": False, "country_codes": ["DE"], "scope": "tweet"},
    }
    said = {error["resource_id"]: error["type"].rsplit("/", 1)[-1] for error in answer["errors"]}
    assert said == {
        str(posts["weg"].id): "resource-not-found",
        str(posts["dicht"].id): "resource-not-found",
        str(posts["slot"].id): "not-authorized-for-resource",
        str(posts["nergens"].id): "not-authorized-for-resource",
    }


def test_quotes_are_found_and_reposts_are_not(world: World) -> None:
    """A quote has words of its own; a repost has not, and counts on the original."""
    first = world.say("700", "pomp lekt", NOW - AGO)
    world.say("701", "kijk nou: pomp", NOW - AGO, quoted=first.id)
    repost = world.say("702", "RT @sanne: pomp lekt", NOW - AGO, reposted=first.id)
    network = Network(world, TOKEN)
    assert sorted(found(network)) == ["kijk nou: pomp", "pomp lekt"]
    quote = ask(network, query="pomp is:quote", tweet_fields="referenced_tweets")["data"]
    assert [post["referenced_tweets"] for post in quote] == [[{"type": "quoted", "id": str(first.id)}]]
    assert ask(network, query=f"quotes_of_tweet_id:{first.id}")["meta"]["result_count"] == 1
    looked = ask(network, "/2/tweets", ids=str(repost.id), tweet_fields="referenced_tweets")["data"][0]
    assert looked["referenced_tweets"] == [{"type": "retweeted", "id": str(first.id)}]


def test_expansions_stand_beside_the_posts_and_are_billed(world: World) -> None:
    """Authors, the answered and what is referred to; a parent that is gone is an error beside the data, not a failure."""
    parent = world.say("700", "mijn lek", NOW - 2 * AGO)
    gone = world.say("701", "niet meer hier", NOW - 2 * AGO)
    world.delete(gone.id, NOW - AGO)
    world.say("702", "@sanne pomp vervangen", NOW - AGO, replied_to=parent.id)
    world.say("703", "pomp zien", NOW - AGO, quoted=gone.id)
    network = Network(world, TOKEN)
    answer = ask(
        network,
        query="pomp",
        expansions="author_id,in_reply_to_user_id,referenced_tweets.id,referenced_tweets.id.author_id,entities.mentions.username",
        user_fields="public_metrics,protected",
    )
    assert sorted(user["username"] for user in answer["includes"]["users"]) == ["bram", "femke", "sanne"]
    assert [post["text"] for post in answer["includes"]["tweets"]] == ["mijn lek"]
    assert [(error["resource_id"], error["title"]) for error in answer["errors"]] == [(str(gone.id), "Not Found Error")]
    assert network.cost == pytest.approx(3 * 0.005 + 3 * 0.010)
    assert network.reads == 3
    assert {len(read.posts) for read in network.read} == {3}


def test_the_dialect_of_posts_has_its_own_names(world: World) -> None:
    """The same world in the words of 2.167; the author and the references are expansions there, and tweet.fields still speaks tweets."""
    first = world.say("700", "pomp", NOW - AGO)
    world.say("701", f"pomp {'lang ' * 80}", NOW - AGO, replied_to=first.id)
    network = Network(world, TOKEN, dialect=Dialect.POST)
    answer = ask(
        network,
        query="pomp",
        post_fields="created_at,public_metrics,note_post,conversation_id",
        expansions="author_id,referenced_posts",
        user_fields="public_metrics",
    )
    reply, root = answer["data"]
    assert set(root) == {"id", "text", "edit_history_post_ids", "created_at", "public_metrics", "conversation_id", "author_id"}
    assert set(reply) - set(root) == {"note_post", "referenced_posts"}
    assert len(reply["text"]) == 280 < len(reply["note_post"]["text"])
    assert "repost_count" in root["public_metrics"]
    assert "post_count" in answer["includes"]["users"][0]["public_metrics"]
    counts = ask(network, "/2/tweets/counts/recent", query="pomp", granularity="day")
    assert counts["meta"] == {"total_post_count": 2}
    assert set(counts["data"][0]) == {"start", "end", "post_count"}
    old = ask(network, query="pomp", tweet_fields="author_id,edit_history_tweet_ids,public_metrics")["data"][0]
    assert set(old) == {"id", "text", "edit_history_tweet_ids", "author_id", "public_metrics"}
    assert "retweet_count" in old["public_metrics"]
    fault = ask(network, query="pomp", post_fields="author_id")
    assert (fault["title"], fault["type"]) == ("Invalid Request", "https://api.x.com/2/problems/invalid-request")
    assert ask(network, query="pomp", post_fields="lang", tweet_fields="lang")["title"] == "Invalid Request"
    gone = ask(network, "/2/tweets", ids="17")["errors"][0]
    assert (gone["resource_type"], gone["type"]) == ("post", "https://api.x.com/2/problems/resource-not-found")


def test_a_server_that_is_not_strict_ignores_what_it_does_not_know_and_bills(world: World) -> None:
    """As was seen on the real one: 200, no word about the field, and the money is gone."""
    world.say("700", "pomp", NOW - AGO)
    network = Network(world, TOKEN, is_strict=False)
    answer = ask(network, query="pomp", tweet_fields="mood,author_id", colour="red")
    assert set(answer["data"][0]) == {"id", "text", "edit_history_tweet_ids", "author_id"}
    assert network.cost == pytest.approx(0.005)


def test_people_are_looked_up_in_batches_and_billed_once_a_day(world: World) -> None:
    """By id or by handle; who is not there is an error beside the others; a hundred at most."""
    world.suspend("703", NOW - AGO)
    network = Network(world, TOKEN)
    answer = ask(network, "/2/users", ids="700,701,703,99", user_fields="public_metrics,verified,protected")
    assert [user["username"] for user in answer["data"]] == ["sanne", "joris"]
    assert answer["data"][1]["public_metrics"]["followers_count"] == 37
    assert [error["resource_id"] for error in answer["errors"]] == ["703", "99"]
    assert network.cost == pytest.approx(0.02)
    assert [user["id"] for user in ask(network, "/2/users/by", usernames="SANNE,femke")["data"]] == ["700", "702"]
    assert network.cost == pytest.approx(0.03)
    assert ask(network, at=12 * AGO, path="/2/users", ids="700")["data"][0]["name"] == "Sanne"
    assert network.cost == pytest.approx(0.04)
    assert ask(network, "/2/users", ids="99")["errors"][0]["title"] == "Not Found Error"
    for asked in ({"ids": ""}, {"ids": "sanne"}, {"ids": ",".join(map(str, range(101)))}, {"usernames": "700"}):
        assert put(network, "/2/users", asked)["title"] == "Invalid Request"
    assert ask(network, "/2/users/by", usernames="sanne,een naam")["title"] == "Invalid Request"


@pytest.mark.parametrize(
    ("bounds", "status", "title"),
    [
        ({"credits": 0.005}, 402, "CreditsDepleted"),
        ({"spending_limit": 0.005}, 403, "SpendCapReached"),
        ({"cap": 1}, 429, "UsageCapExceeded"),
    ],
)
def test_an_account_that_is_used_up_is_refused(world: World, bounds: Mapping[str, Any], status: int, title: str) -> None:
    """The call that passes the bound is still answered; the next is refused, and costs nothing; usage can be asked for all the same."""
    for number in range(3):
        world.say("700", f"pomp {number}", NOW - AGO)
    bill = Bill(**bounds)
    network = Network(world, TOKEN, bill=bill)
    assert len(found(network)) == 3
    refused = network.answer(SEARCH, {"query": "pomp"}, f"Bearer {TOKEN}", NOW)
    assert (refused.status, json.loads(refused.body)["title"]) == (status, title)
    assert network.cost == pytest.approx(0.015)
    usage = ask(network, "/2/usage/tweets")["data"]
    assert (usage["project_usage"], usage["cap_reset_day"]) == ("3", 11)
    assert usage["project_cap"] == str(bill.cap)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"until_id": "17"}, "'until_id' must be a tweet id created after"),
        ({"start_time": "2026-11-20T10:00:00Z", "end_time": "2026-11-20T09:00:00Z"}, "must be before 'end_time'"),
        ({"expansions": "mood"}, r"\[mood\]"),
        ({"user_fields": "mood"}, r"\[mood\]"),
        ({"tweet_fields": "lang", "post_fields": "lang"}, "cannot be used together"),
        ({"max_results": "9" * 5000}, "not between"),
        ({"since_id": "٣"}, "does not match"),
        ({"end_time": "0001-01-01T00:00:00+14:00"}, "RFC3339"),
        ({"next_token": f"b26v89c19zqg8o3f{'f' * 16}z{'f' * 12}z{crc32(b'pomp'):08x}"}, "is not valid"),
    ],
)
def test_more_requests_that_are_wrong(world: World, asked: dict[str, str], message: str) -> None:
    """Each has its own words."""
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(put(Network(world, TOKEN), SEARCH, {"query": "pomp", **asked})["errors"][0]["message"])


def test_an_id_belongs_to_one_post_and_a_moment_to_many(world: World) -> None:
    """Posts of one millisecond get ids of their own; a taken id is refused."""
    posts = [world.say("700", "pomp", NOW) for _ in range(3)]
    assert [post.id - posts[0].id for post in posts] == [0, 1, 2]
    assert {post.at for post in posts} == {NOW}
    with pytest.raises(ValueError, match="already"):
        world.add(posts[0])


def test_entities_are_marked_where_they_stand(world: World) -> None:
    """Addresses, handles, hashtags and shares, by their place in the text."""
    world.say("700", "@joris de pomp lekt #lekkage $ACME pompen.example/tips a@b.nl", NOW - AGO)
    post = ask(Network(world, TOKEN), query="pomp", tweet_fields="entities")["data"][0]
    cut = {name: [post["text"][one["start"] : one["end"]] for one in marks] for name, marks in post["entities"].items()}
    assert cut["mentions"] == ["@joris"]
    assert cut["hashtags"] == ["#lekkage"]
    assert cut["cashtags"] == ["$ACME"]
    assert "pompen.example/tips" in cut["urls"]

"""The world's X answers in the shapes of the real one: key by key and type by type.

The shapes below are written down here, from the API's public description. Where the OpenAPI documents and captured answers lie beside
the checkout (`../shared/data/x`, or LISTENER_SHARED), the same answers are held against those too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from listener.demo.x import Dialect, Network, World
from tests.fakes.x_server import NOW, PEOPLE, TOKEN, Fault, XServer

SHARED = Path(os.environ.get("LISTENER_SHARED") or Path(__file__).resolve().parents[4] / "shared") / "data" / "x"
SPECS = {
    Dialect.TWEET: "x-openapi-2.165_2026-06-03_tweet-names.json",
    Dialect.POST: "x-openapi-2.167_2026-08-22_post-names.json",
}
AGO = timedelta(hours=1)
PATHS = {
    "search": "/2/tweets/search/recent",
    "counts": "/2/tweets/counts/recent",
    "lookup": "/2/tweets",
    "people": "/2/users",
    "handles": "/2/users/by",
    "usage": "/2/usage/tweets",
}
TWEET_FIELDS = "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,public_metrics,lang,entities,note_tweet,edit_history_tweet_ids,possibly_sensitive,withheld,edit_controls,reply_settings"
POST_FIELDS = (
    "created_at,conversation_id,public_metrics,lang,entities,note_post,possibly_sensitive,withheld,edit_controls,reply_settings"
)

MARK = {"start": int, "end": int}
METRICS = {"reply_count": int, "like_count": int, "quote_count": int, "bookmark_count": int, "impression_count": int}
# name -> type, or a shape of its own; a list holds one shape for all its items. Every key must be known, not every key be there.
POST: dict[str, Any] = {
    "id": str,
    "text": str,
    "author_id": str,
    "created_at": str,
    "conversation_id": str,
    "in_reply_to_user_id": str,
    "lang": str,
    "possibly_sensitive": bool,
    "reply_settings": str,
    "edit_controls": {"edits_remaining": int, "is_edit_eligible": bool, "editable_until": str},
    "entities": {
        "urls": [{**MARK, "url": str, "expanded_url": str, "display_url": str}],
        "mentions": [{**MARK, "username": str, "id": str}],
        "hashtags": [{**MARK, "tag": str}],
        "cashtags": [{**MARK, "tag": str}],
    },
    "withheld": {"copyright": bool, "country_codes": [str], "scope": str},
}
REFERENCES = [{"type": str, "id": str}]
OF_TWEET = {
    **POST,
    "edit_history_tweet_ids": [str],
    "referenced_tweets": REFERENCES,
    "note_tweet": {"text": str},
    "public_metrics": {**METRICS, "retweet_count": int},
}
OF_POST = {
    **POST,
    "edit_history_post_ids": [str],
    "referenced_posts": REFERENCES,
    "note_post": {"text": str},
    "public_metrics": {**METRICS, "repost_count": int},
}
PERSON = {"id": str, "name": str, "username": str, "verified": bool, "protected": bool}
OF_TWEETER = {**PERSON, "public_metrics": {"followers_count": int, "following_count": int, "tweet_count": int, "listed_count": int}}
OF_POSTER = {**PERSON, "public_metrics": {"followers_count": int, "following_count": int, "post_count": int, "listed_count": int}}
ERRORS = [
    {
        "value": str,
        "detail": str,
        "title": str,
        "section": str,
        "resource_type": str,
        "parameter": str,
        "resource_id": str,
        "type": str,
    }
]
META = {"newest_id": str, "oldest_id": str, "result_count": int, "next_token": str}
USAGE = {"cap_reset_day": int, "project_cap": str, "project_id": str, "project_usage": str}


def answers_in(dialect: Dialect) -> dict[str, Any]:
    """What a world with everything in it answers, to one question of each kind."""
    tweets = dialect is Dialect.TWEET
    world = World(PEOPLE)
    first = world.say("700", "mijn pomp #lekt $ACME", NOW - 3 * AGO, language="nl")
    gone = world.say("701", "pomp weg", NOW - 3 * AGO)
    world.delete(gone.id, NOW - AGO)
    hidden = world.say("706", "pomp dicht", NOW - 3 * AGO)
    world.protect("706", NOW - AGO)
    world.say("702", f"@sanne zie pompen.example/tips {'pomp ' * 70}", NOW - 2 * AGO, replied_to=first.id)
    quoted = world.say("703", "pomp, kijk", NOW - 2 * AGO, quoted=gone.id)
    world.edit(quoted.id, "pomp, kijk nou", NOW - 2 * AGO + timedelta(minutes=3))
    land = world.say("704", "pomp hier", NOW - 2 * AGO)
    world.withhold(land.id, NOW - AGO, ("DE", "FR"))
    for number in range(10):
        world.say("705", f"pomp {number}", NOW - 2 * AGO)
    network = Network(world, TOKEN, dialect=dialect)
    shape = {"user.fields": "public_metrics,verified,protected"} | (
        {"tweet.fields": TWEET_FIELDS, "expansions": "author_id,referenced_tweets.id,in_reply_to_user_id"}
        if tweets
        else {"post.fields": POST_FIELDS, "expansions": "author_id,referenced_posts,in_reply_to_user_id"}
    )
    asked: dict[str, tuple[str, dict[str, str]]] = {
        "search": ("search", {"query": "pomp", "max_results": "100", **shape}),
        "first page": ("search", {"query": "pomp"}),
        "nothing": ("search", {"query": "fiets"}),
        "counts": ("counts", {"query": "pomp"}),
        "lookup": ("lookup", {"ids": f"{first.id},{gone.id},{hidden.id},17", **shape}),
        "people": ("people", {"ids": "700,99", "user.fields": shape["user.fields"]}),
        "handles": ("handles", {"usernames": "sanne,niemand"}),
        "usage": ("usage", {}),
    }
    made = {}
    for name, (path, parameters) in asked.items():
        answer = network.answer(PATHS[path], parameters, f"Bearer {TOKEN}", NOW)
        assert answer.status == 200, answer.body
        made[name] = json.loads(answer.body)
    return made


def shapes_in(dialect: Dialect) -> dict[str, Any]:
    """What each of those answers looks like."""
    tweets = dialect is Dialect.TWEET
    post, person = (OF_TWEET, OF_TWEETER) if tweets else (OF_POST, OF_POSTER)
    found = {"data": [post], "includes": {"users": [person], f"{dialect.value}s": [post]}, "errors": ERRORS, "meta": META}
    word = dialect.value
    people = {"data": [person], "errors": ERRORS}
    return {
        "search": found,
        "first page": found,
        "nothing": {"meta": META},
        "counts": {"data": [{"start": str, "end": str, f"{word}_count": int}], "meta": {f"total_{word}_count": int}},
        "lookup": found,
        "people": people,
        "handles": people,
        "usage": {"data": USAGE},
    }


def unlike(value: Any, shape: Any, where: str = "") -> list[str]:
    """Where a value is not of a shape."""
    if isinstance(shape, Mapping):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        strange = [f"{where}.{name} is unknown" for name in value if name not in shape]
        return strange + [one for name in value if name in shape for one in unlike(value[name], shape[name], f"{where}.{name}")]
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{where} is no list with something in it"]
        return [one for at, item in enumerate(value) for one in unlike(item, shape[0], f"{where}[{at}]")]
    return [] if type(value) is shape else [f"{where} is {value!r}, no {shape.__name__}"]


@pytest.mark.parametrize("dialect", Dialect)
def test_every_answer_has_the_shape_of_the_real_one(dialect: Dialect) -> None:
    """No key that is unknown, no value of another type; and everything that is there to be shown is shown somewhere."""
    shapes = shapes_in(dialect)
    answers = answers_in(dialect)
    assert [fault for name, answer in answers.items() for fault in unlike(answer, shapes[name], name)] == []
    shown = {name for post in answers["search"]["data"] for name in post}
    assert shown == set(OF_TWEET if dialect is Dialect.TWEET else OF_POST)
    assert {name for post in answers["search"]["data"] for name in post.get("entities", {})} == set(POST["entities"])
    assert answers["nothing"] == {"meta": {"result_count": 0}}
    assert set(answers["first page"]["meta"]) == set(META)


@pytest.mark.parametrize("dialect", Dialect)
def test_every_refusal_has_the_shape_of_the_real_one(dialect: Dialect) -> None:
    """The keys of each error body, and types on the dialect's own host."""
    shape = {
        "title": str,
        "type": str,
        "status": int,
        "detail": str,
        "errors": [{"message": str, "parameters": dict, "code": int}],
        "account_id": int,
        "client_id": str,
        "registration_url": str,
        "required_enrollment": str,
        "reason": str,
        "period": str,
        "scope": str,
    }
    host = f"https://api.{'twitter' if dialect is Dialect.TWEET else 'x'}.com/2/problems/"
    for body in refusals_in(dialect).values():
        assert unlike(body, shape) == []
        assert body.get("type", "about:blank") == "about:blank" or body["type"].startswith(host)
    assert refusals_in(dialect)[Fault.NO_CREDITS]["account_id"] > 2**53


def refusals_in(dialect: Dialect) -> dict[Fault, Any]:
    """The body of each refusal that is JSON."""
    x = XServer(dialect=dialect)
    made = {}
    for fault in Fault:
        x.next(fault)
        answer = x.answer(f"{PATHS['search']}?query=pomp", {"Authorization": f"Bearer {TOKEN}"})
        if answer.status >= 400 and "json" in answer.media_type:
            made[fault] = json.loads(answer.body)
    assert len(made) == 14
    return made


@cache
def spec(dialect: Dialect) -> Any:
    """The API's own description."""
    path = SHARED / "spec" / SPECS[dialect]
    if not path.exists():
        pytest.skip(f"the API's OpenAPI documents are not here ({path.parent})")
    return json.loads(path.read_text(encoding="utf-8"))


def against(value: Any, schema: Any, schemas: Any, where: str = "") -> list[str]:
    """Where a value breaks a schema of OpenAPI 3: references, types, properties, items, what is required, enumerations."""
    if "$ref" in schema:
        return against(value, schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, where)
    if "oneOf" in schema:
        tried = [against(value, one, schemas, where) for one in schema["oneOf"]]
        return [] if any(not faults for faults in tried) else min(tried, key=len)
    if "allOf" in schema:
        return against(value, _merged(schema, schemas), schemas, where)
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is {value!r}, not one of {schema['enum']}"]
    kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind == "integer" and isinstance(value, bool))):
        return [f"{where} is {value!r}, no {kind}"]
    faults = []
    if kind == "array":
        faults += [one for at, item in enumerate(value) for one in against(item, schema["items"], schemas, f"{where}[{at}]")]
    if kind == "object":
        known = schema.get("properties", {})
        faults += [f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value]
        # The two documents leave parts of some objects out ("Problem" is a stub there); where they list properties, those are all.
        faults += [f"{where}.{name} is unknown" for name in value if known and name not in known and "Problem" not in where]
        faults += [one for name in value if name in known for one in against(value[name], known[name], schemas, f"{where}.{name}")]
    return faults


def _merged(schema: Any, schemas: Any) -> dict[str, Any]:
    """The parts of an allOf as one object."""
    whole: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for part in schema["allOf"]:
        one = schemas[part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part
        one = _merged(one, schemas) if "allOf" in one else one
        whole["properties"] |= one.get("properties", {})
        whole["required"] += one.get("required", [])
    return whole


@pytest.mark.parametrize("dialect", Dialect)
def test_answers_keep_to_the_api_s_own_description(dialect: Dialect) -> None:
    """Where the OpenAPI documents are at hand, each answer is what they promise."""
    document = spec(dialect)
    schemas = document["components"]["schemas"]
    paths = {**PATHS, "first page": PATHS["search"], "nothing": PATHS["search"]}
    faults = []
    for name, answer in answers_in(dialect).items():
        schema = document["paths"][paths[name]]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        plain = {key: value for key, value in answer.items() if key != "errors"}
        faults += against(plain, schema, schemas, name)
        for error in answer.get("errors", ()):
            kind = "".join(word.title() for word in error["type"].rsplit("/", 1)[-1].split("-"))
            named = {"NotAuthorizedForResource": "ResourceUnauthorized"}.get(kind, kind) if dialect is Dialect.TWEET else kind
            faults += against(error, schemas[f"{named}Problem"], schemas, f"{name} Problem")
    # 2.165 calls the numbers of usage integers; what was captured, and 2.167, are strings.
    assert [fault for fault in faults if not (fault.startswith("usage.") and dialect is Dialect.TWEET)] == []


@pytest.mark.parametrize("dialect", Dialect)
def test_parameters_are_those_of_the_api_s_own_description(dialect: Dialect) -> None:
    """Every field and expansion that this server knows is one that the API lists."""
    from listener.demo.x.shapes import EXPANSIONS, FIELDS, USER_FIELDS

    document = spec(dialect)
    given = {}
    for one in document["paths"][PATHS["search"]]["get"]["parameters"]:
        parameter = document["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
        given[parameter["name"]] = set(parameter["schema"].get("items", {}).get("enum", ()))
    for name, known in ((f"{dialect.value}.fields", FIELDS), ("user.fields", USER_FIELDS), ("expansions", EXPANSIONS)):
        assert known[dialect] <= given[name], name


def captured(name: str) -> Any:
    """A captured answer."""
    path = SHARED / "x" / name
    if not path.exists():
        pytest.skip(f"the captured answers of X are not here ({path.parent})")
    return json.loads(path.read_text(encoding="utf-8"))


def test_answers_have_the_keys_of_captured_ones() -> None:
    """Where captured answers are at hand: the same keys for the same question."""
    ours = answers_in(Dialect.TWEET)
    page = captured("tweepy_test_client_search_recent_tweets_0.json")
    assert set(page) == set(ours["first page"])
    assert set(page["data"][0]) == set(ours["first page"]["data"][0])
    assert set(page["meta"]) == set(ours["first page"]["meta"])
    counts = captured("tweepy_test_client_get_recent_tweets_count_0.json")
    assert (set(counts), set(counts["data"][0]), set(counts["meta"])) == (
        set(ours["counts"]),
        set(ours["counts"]["data"][0]),
        set(ours["counts"]["meta"]),
    )
    assert len(counts["data"]) - len(ours["counts"]["data"]) in {0, 1}  # an hour more when it was not asked on the hour
    assert set(captured("pytwitter_apis_usage_usage_tweets_resp.json")["data"]) == set(ours["usage"]["data"])
    stale = captured("errors/400_stale_since_id.json")
    refused = refusals_in(Dialect.TWEET)
    assert set(stale) <= set(refused[Fault.STALE])
    assert set(stale["errors"][0]) <= set(refused[Fault.STALE]["errors"][0])
    assert set(captured("errors/402_credits_depleted.json")) == set(refused[Fault.NO_CREDITS])

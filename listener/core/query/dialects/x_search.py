"""X's search operators (https://docs.x.com/x-api/posts/search/integrate/operators): a space means AND, and binds before OR."""

from __future__ import annotations

from listener.core.query.dialects.dialect import AUTHOR, LANG, LINK, Dialect, Field, How, gone
from listener.core.query.dialects.lost import Shift

_POST = "this is not known of an item here"

X = Dialect(
    name="X",
    fields={
        "from": AUTHOR,
        "to": Field(How.SIGN, "@", "answers are not told apart: every post that names the account", Shift.MORE),
        "lang": LANG,
        "url": LINK,
        "bio": Field(How.GONE, why="only the writer's name is known here"),
        "bio_name": Field(How.GONE, why="only the writer's name is known here"),
        **gone(["is", "has", "filter"], "kinds of posts are not told apart here"),
        **gone(["conversation_id", "in_reply_to_tweet_id", "retweets_of", "retweets_of_tweet_id", "quotes_of_tweet_id"], _POST),
        **gone(
            ["min_likes", "min_reposts", "min_replies", "min_faves", "min_retweets"],
            "how often a post was liked is no part of a query",
        ),
        **gone(
            ["place", "place_country", "point_radius", "bounding_box", "near", "within", "geocode"],
            "where a post was written is not known here",
        ),
        **gone(["context", "entity", "list", "sample", "bio_location", "followers_count", "tweets_count", "card_name"], _POST),
        **gone(["since", "until", "since_id", "max_id", "source", "proximity"], _POST),
    },
    near=False,
    wild="",
)

"""Talkwalker's query language (https://www.talkwalker.com/syntax-alerts, and the platform's own operators)."""

from __future__ import annotations

from listener.core.query.dialects.dialect import AUTHOR, LANG, MENTIONED, SITE, TAG, TITLE, Dialect, Field, How, gone
from listener.core.query.dialects.lost import Shift

_KIND = "Talkwalker's kinds of media are its own"
_PLACE = "where a medium or a writer is at home is not known here"
_WRITER = "only the writer's name is known here"

TALKWALKER = Dialect(
    name="Talkwalker",
    fields={
        "title": TITLE,
        "author": AUTHOR,
        "lang": LANG,
        "language": LANG,
        **dict.fromkeys(["site", "domainurl", "domain_url", "hosturl", "host_url"], SITE),
        "content": Field(How.WORDS, why="text is not told apart from the title: sought in both", shift=Shift.MORE),
        "mention": MENTIONED,
        "hashtag": TAG,
        **gone(["sourcetype"], _KIND),
        **gone(["sourcecountry", "country", "city", "region"], _PLACE),
        **gone(["gender", "demographic", "age", "occupation"], _WRITER),
        **gone(["sentiment"], "tone is judged here after an item is caught; it is no part of the query"),
        **gone(["is", "engagement", "reach", "channel", "tag"], "this is not known of an item here"),
    },
    wild="*?",
    sentence=True,
    slop=True,
    fuzzy="~n also finds words that are spelled a little differently; only the exact word is kept",
    variants="~ also finds the word written apart or with a hyphen; only the exact word is kept",
    sites_or=True,
)

"""Meltwater's query language (https://help.meltwater.com, "How to Master Boolean Search"): NOT, then AND, then OR."""

from __future__ import annotations

from listener.core.query.dialects.dialect import AUTHOR, LANG, LEAD, LINK, SITE, TAG, TITLE, Dialect, gone

_OWN = "Meltwater's own lists are not known here"
_PLACE = "where a medium is at home is not known here"

MELTWATER = Dialect(
    name="Meltwater",
    fields={
        "title": TITLE,
        "ingress": LEAD,
        "author": AUTHOR,
        "from": AUTHOR,
        "site": SITE,
        "domain": SITE,
        "language": LANG,
        "lang": LANG,
        "hashtag": TAG,
        "url": LINK,
        **gone(["source", "sourcename", "list", "category", "tag", "reach", "sentiment", "ave"], _OWN),
        **gone(["country", "region", "city", "sourcecountry"], _PLACE),
    },
    any_case=True,
    wild="*?",
    case=True,
    slop=True,
    fuzzy="~n also finds words that are spelled a little differently; only the exact word is kept",
    variants="~ also finds words that are spelled a little differently; only the exact word is kept",
)

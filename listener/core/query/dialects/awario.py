"""Awario's query language (https://awario.com/help/boolean-search/boolean-syntax-and-operators/)."""

from __future__ import annotations

from listener.core.query.dialects.dialect import AUTHOR, LANG, LINK, SITE, TITLE, Dialect, gone

AWARIO = Dialect(
    name="Awario",
    fields={
        "title": TITLE,
        "intitle": TITLE,
        "author": AUTHOR,
        "from": AUTHOR,
        "site": SITE,
        "lang": LANG,
        "language": LANG,
        "url": LINK,
        **gone(["country", "location"], "where a writer lives is not known here"),
        **gone(["source", "reach", "sentiment"], "this is not known of an item here"),
    },
    near=False,
    calls=True,
    case=False,
)

"""Syften's filters (https://syften.com/docs): words side by side must all be there."""

from __future__ import annotations

from listener.core.query.dialects.dialect import AUTHOR, LANG, SITE, TITLE, Dialect, Field, How, gone

SYFTEN = Dialect(
    name="Syften",
    fields={
        "title": TITLE,
        "author": AUTHOR,
        "lang": LANG,
        "site": SITE,
        **gone(["type"], "posts and comments are not told apart here"),
        "$accept": Field(How.GONE, why="no language model decides here; the words beside it do", rest=True),
        "$reject": Field(How.GONE, why="no language model decides here; the words beside it do", rest=True),
    },
    near=False,
    ticks=True,
)

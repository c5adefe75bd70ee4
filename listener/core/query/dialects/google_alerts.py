"""Google's search operators, as Google Alerts takes them (support.google.com/websearch/answer/2466433): OR binds before AND."""

from __future__ import annotations

from dataclasses import replace

from listener.core.query.dialects.dialect import AUTHOR, SITE, TITLE, Dialect, Field, How, Order, gone
from listener.core.query.dialects.lost import Shift

_TEXT = Field(How.WORDS, why="text is not told apart from the title: sought in both", shift=Shift.MORE)

GOOGLE_ALERTS = Dialect(
    name="Google Alerts",
    fields={
        "intitle": TITLE,
        "allintitle": replace(TITLE, rest=True),
        "inauthor": AUTHOR,
        "author": AUTHOR,
        "site": SITE,
        "intext": _TEXT,
        "allintext": replace(_TEXT, rest=True),
        **gone(["inurl", "inanchor", "link"], "a part of an address cannot be sought: say site: for a host"),
        **gone(["filetype", "ext"], "kinds of files are not told apart here"),
        **gone(["before", "after", "daterange"], "a query is about all days"),
        **gone(
            ["related", "cache", "define", "info", "source", "location", "loc", "stocks", "weather", "movie", "map"],
            "only Google knows this",
        ),
        **{
            name: Field(How.GONE, why="say it before each word (intitle:a intitle:b), or leave it out", rest=True)
            for name in ("allinurl", "allinanchor")
        },
    },
    order=Order.OR_FIRST,
    excludes="-",
    pipes=True,
    wild="",
    near=False,
    around=True,
    star_word=True,
)

"""Media Cloud's query language (https://www.mediacloud.org/documentation/query-guide): Lucene's, side by side means OR."""

from __future__ import annotations

from listener.core.query.dialects.dialect import LANG, SITE, TITLE, Dialect, Field, How, Order, gone
from listener.core.query.dialects.lost import Shift

_FUZZY = "~ also finds words that are spelled a little differently; only the exact word is kept"

MEDIA_CLOUD = Dialect(
    name="Media Cloud",
    fields={
        "title": TITLE,
        "article_title": TITLE,
        "language": LANG,
        "canonical_domain": SITE,
        "media_name": SITE,
        "text": Field(How.WORDS, why="text is not told apart from the title: sought in both", shift=Shift.MORE),
        "text_content": Field(How.WORDS, why="text is not told apart from the title: sought in both", shift=Shift.MORE),
        **gone(["publication_date", "publish_date", "publish_day", "publish_week"], "a query is about all days"),
        **gone(
            ["media_id", "tags_id_media", "tags_id_stories", "timespans_id", "stories_id"],
            "Media Cloud's own lists are not known here",
        ),
        **gone(["url"], "a part of an address cannot be sought: say site: for a host"),
    },
    order=Order.LUCENE,
    excludes="-!",
    pipes=True,
    wild="*?",
    near=False,
    slop=True,
    fuzzy=_FUZZY,
    variants=_FUZZY,
)

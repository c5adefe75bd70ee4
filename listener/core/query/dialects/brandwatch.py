"""Brandwatch's query language (https://social-media-management-help.brandwatch.com, "Boolean operators")."""

from __future__ import annotations

from listener.core.query.dialects.dialect import AUTHOR, LANG, LINK, MENTIONED, SITE, TAG, TITLE, TLD, Dialect, Field, How, gone
from listener.core.query.dialects.lost import Shift

_PLACE = "where a writer lives is not known here"
_WRITER = "only the writer's name is known here"
_PICTURE = "pictures are not looked at"
_REDDIT = "there are no parts of a site here: say site:reddit.com for all of it"
_ACCOUNT = "what the account set there is not known here"
_POST = "this is not known of an item here"

BRANDWATCH = Dialect(
    name="Brandwatch",
    fields={
        "title": TITLE,
        "author": AUTHOR,
        "site": SITE,
        "language": LANG,
        "lang": LANG,
        "topleveldomain": TLD,
        "links": LINK,
        "hashtags": TAG,
        "at_mentions": MENTIONED,
        "url": Field(How.GONE, why="a part of an address cannot be sought: say site: for a host"),
        "raw": Field(How.CASE, why="raw: also minds the signs; here the case counts, and no wildcards", shift=Shift.MORE),
        **gone(["continent", "country", "region", "city", "latitude", "longitude"], _PLACE),
        **gone(["authorGender", "authorVerified", "authorVerifiedType", "authorFollowers"], _WRITER),
        **gone(["imageType", "objects", "brandIds"], _PICTURE),
        **gone(["subreddit", "subredditNSFW", "subredditTopics", "redditAuthorFlair", "redditPostFlair", "redditSpoiler"], _REDDIT),
        **gone(["tags", "channelId", "rating", "itemReview"], _ACCOUNT),
        **gone(["blogName", "parentBlogName", "rootBlogName", "parentPostId", "rootPostId", "engagementType"], _POST),
        **gone(["engagingWith", "engagingWithGuid", "guid", "minuteOfDay", "pubType", "publisherSubType"], _POST),
        **gone(["publication", "sensitiveContent", "weblogTitle", "sentiment"], _POST),
    },
    wild="*?",
    case=True,
    comments=True,
    slop=True,
    group_slop=True,
    accents=True,
)

"""The kinds of places we can listen to: a table of names, each loaded only when it is used."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from typing import Any

from listener.core.errors import AccessDenied

# name in the configuration -> dotted path of the class; grep finds every kind, and a dotted path may stand in the
# configuration itself.
KINDS: Mapping[str, str] = {
    "rss": "listener.sources.feed:FeedKind",
    "google-alerts": "listener.sources.google_alerts:GoogleAlertsKind",
    "google-news": "listener.sources.google_news:GoogleNewsKind",
    "mastodon": "listener.sources.mastodon:MastodonKind",
    "bluesky": "listener.sources.bluesky:BlueskyKind",
    "hacker-news": "listener.sources.hacker_news:HackerNewsKind",
    "reddit": "listener.sources.reddit:RedditKind",
    "youtube": "listener.sources.youtube:YouTubeKind",
    "app-store": "listener.sources.app_store:AppStoreKind",
    "x": "listener.sources.x:XKind",
}


def load(name: str) -> Any:
    """The class of a kind, by its name in the table or by a dotted path ("package.module:Class"); raises AccessDenied."""
    path = KINDS.get(name, name)
    if ":" not in path and "." not in path:
        raise AccessDenied(f"unknown kind {name!r}; known are {', '.join(sorted(KINDS))}")
    try:
        return pkgutil.resolve_name(path)
    except (ImportError, AttributeError, ValueError) as fault:
        raise AccessDenied(f"the kind {name!r} cannot be loaded: {fault}") from fault

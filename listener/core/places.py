"""Kinds of source that are called what their place is called, in every language."""

from __future__ import annotations

from collections.abc import Mapping

PLACES: Mapping[str, str] = {
    "app-store": "App Store",
    "bluesky": "Bluesky",
    "google-news": "Google News",
    "hacker-news": "Hacker News",
    "import": "import",
    "mastodon": "Mastodon",
    "reddit": "Reddit",
    "youtube": "YouTube",
}

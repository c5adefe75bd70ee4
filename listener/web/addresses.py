"""Where each page lives: one table, read by the router and by every link, so that the two cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

# Permanent: mails, reports and other people's notes hold these addresses. A twin stands before its page, whose pattern would
# swallow it.
PATHS: Mapping[str, str] = {
    "overview": "/",
    "brand_json": "/brands/{key}.json",
    "brand": "/brands/{key}",
    "mentions_json": "/brands/{key}/mentions.json",
    "mentions": "/brands/{key}/mentions",
    "stories_json": "/brands/{key}/stories.json",
    "stories": "/brands/{key}/stories",
    "themes_json": "/brands/{key}/themes.json",
    "themes": "/brands/{key}/themes",
    "coverage_json": "/brands/{key}/coverage.json",
    "coverage": "/brands/{key}/coverage",
    "digests_json": "/brands/{key}/digests.json",
    "digests": "/brands/{key}/digests",
    "compare_json": "/compare.json",
    "compare": "/compare",
    "mention_json": "/mentions/{id}.json",
    "mention": "/mentions/{id}",
    "document": "/mentions/{id}/document",
    "document_bytes": "/mentions/{id}/document.txt",
    "story_json": "/stories/{id}.json",
    "story": "/stories/{id}",
    "digest_json": "/digests/{id}.json",
    "digest": "/digests/{id}",
    "digest_mail": "/digests/{id}/mail",
    "digest_sheet": "/digests/{id}/mail.css",
    "sources_json": "/sources.json",
    "sources": "/sources",
    "unsubscribe": "/mail/unsubscribe/{token}",
    "preferences": "/mail/preferences/{token}",
    "label": "/mail/label/{token}",
    "evidence": "/mail/evidence/{token}",
    "sign_in": "/sign-in",
    "sign_out": "/sign-out",
    "welcome": "/welcome/{token}",
    "shared": "/share/{token}",
    "revoke": "/shares/{id}/revoke",
    "shares": "/shares",
    "triage": "/desk/label",
    "sample": "/desk/sample",
    "query_progress": "/desk/query/{key}/progress.json",
    "query": "/desk/query/{key}",
    "setup_brand": "/desk/setup/{key}",
    "setup": "/desk/setup",
    "people": "/desk/people",
    "trail": "/desk/changes",
    "health": "/desk/health",
    "asset": "/static/{name}",
    "healthz": "/healthz",
}


class Addresses:
    """Writes addresses for a page that people reach at `base_url` (a path in it, as behind a proxy, is kept)."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.prefix = urlsplit(self.base_url).path

    def path(self, page: str, query: Mapping[str, str] | None = None, /, **parts: str) -> str:
        """The address of a page within this server."""
        written = PATHS[page]
        for part, value in parts.items():
            written = written.replace(f"{{{part}}}", quote(value, safe=""))
        return self.prefix + written + (f"?{urlencode(query)}" if query else "")

    def whole(self, page: str, query: Mapping[str, str] | None = None, /, **parts: str) -> str:
        """The same with scheme and host, to be kept or sent."""
        return self.base_url.removesuffix(self.prefix) + self.path(page, query, **parts)

"""From an entry to the mentions in it: which brands it speaks of, by which words, and whose place it stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listener.core.identity import identity
from listener.core.model import Brand, Entry, Media, Mention
from listener.core.near import NearMiss
from listener.core.query import Item, Match, Matcher, parse_query
from listener.core.reasons import Reason, reasons, telling
from listener.core.text import excerpt
from listener.core.urls import host, within
from listener.core.values import dataclass

VOUCHED = "matched by the source"

# Where the accounts of a prefix live ("x:1234567" in `owned.accounts`): an id counts only in its own place.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "x": ("x.com", "twitter.com"),
    "bluesky": ("bsky.app",),
    "hacker-news": ("news.ycombinator.com",),
    "youtube": ("youtube.com",),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What an entry holds: mentions, in the order of the brands' keys, and the brands that it only just does not speak of."""

    mentions: tuple[Mention, ...] = ()
    near: tuple[NearMiss, ...] = ()


_NOTHING = Found()


class MentionFinder:
    """Find the mentions of all brands at once; raises QueryError when a brand's query is wrong."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._brands = {brand.key: brand for brand in sorted(brands, key=lambda brand: brand.key)}
        self._queries = {key: parse_query(brand.query) for key, brand in self._brands.items()}
        self._matcher = Matcher(self._queries, nearly=True)
        self.versions: Mapping[str, str] = {key: query.version for key, query in self._queries.items()}

    def find(self, entry: Entry, brand_of_source: str, kind: str = "") -> list[Mention]:
        """The mentions in an entry, in the order of the brands' keys; see `look`."""
        return list(self.look(entry, brand_of_source, kind).mentions)

    def look(self, entry: Entry, brand_of_source: str, kind: str = "") -> Found:
        """The mentions in an entry, and its near misses; `kind` is the kind of its source, "" where nobody knows.

        An entry that its place vouches for is a mention of the brand its source belongs to, even where our own terms are absent,
        unless a NOT of that brand's query excludes it. A near miss has what the query looks for, or the place vouches for it, and
        a NOT, a missing context or the language alone keeps it out.
        """
        item = _item(entry, kind)
        found, nearly = self._matcher.look(item)
        if entry.vouched and brand_of_source in self._queries and brand_of_source not in found:
            judged = self._matcher.judge(item, brand_of_source)
            if not judged.excluded:
                found[brand_of_source] = Match(matched=True, clauses=(VOUCHED,))
            elif brand_of_source not in nearly:
                nearly = [*nearly, brand_of_source]
        if not (found or nearly):
            return _NOTHING
        missed = [
            self._near(entry, key, why)
            for key in sorted(nearly)
            if key not in found and (why := telling(reasons(self._queries[key], item))) is not None
        ]
        return Found(tuple(self._mention(entry, key, found[key]) for key in sorted(found)), tuple(missed))

    def _near(self, entry: Entry, key: str, why: Reason) -> NearMiss:
        return NearMiss(
            brand=key,
            identity=identity(entry),
            link=entry.link,
            failure=why.failure,
            part=why.part,
            reason=why.words,
            query_version=self.versions[key],
            seen_at=entry.first_seen_at,
        )

    def why_not(self, entry: Entry, brand: str, kind: str = "") -> tuple[Reason, ...]:
        """What would have to be otherwise for the brand's query to hold for an entry; none when it holds."""
        return reasons(self._queries[brand], _item(entry, kind))

    def version(self, brand: str) -> str:
        """The version of the brand's query."""
        return self._queries[brand].version

    def _mention(self, entry: Entry, key: str, match: Match) -> Mention:
        passage, spans = _excerpt(entry, match)
        return Mention(
            brand=key,
            entry=entry,
            excerpt=passage,
            clause=" · ".join(match.clauses),
            query_version=self._queries[key].version,
            media=_media(entry, self._brands[key]),
            spans=spans,
        )


def _item(entry: Entry, kind: str) -> Item:
    author = f"{entry.author.name} @{entry.author.handle}" if entry.author.handle else entry.author.name
    return Item(entry.title, entry.text, author, entry.link or entry.url, entry.outlet, entry.language, kind, entry.outlet)


def _excerpt(entry: Entry, match: Match) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The passage that shows the hit; where only the title has it, the text's beginning, since the title is shown anyway."""
    if entry.text:
        return excerpt(entry.text, match.text_spans)
    return excerpt(entry.title, match.title_spans)


def _media(entry: Entry, brand: Brand) -> Media:
    """Owned when the entry stands within one of the brand's domains, or one of the brand's accounts wrote it."""
    hosts = {name for name in map(host, (entry.url, entry.link, entry.outlet)) if name}
    if any(within(name, domain) for name in hosts for domain in brand.owned.domains):
        return Media.OWNED
    for account in brand.owned.accounts:
        prefix, _, number = account.partition(":")
        # Where every instance is a place of its own (Mastodon), the id is an address there.
        at_home = any(within(name, place) for name in hosts for place in _PLACES.get(prefix, (host(number),)))
        if at_home and number and number == entry.author.id:
            return Media.OWNED
    return Media.EARNED

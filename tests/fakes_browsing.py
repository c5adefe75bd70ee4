"""Looking around in an archive in memory: it answers as the real one does, one mention after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from listener.core.finding import Wanted, read_words, text_tokens
from listener.core.kept import KeptMention
from listener.core.model import Brand, Media, Tone
from listener.core.pulse import Moved
from listener.core.report import Digest
from listener.core.schedule import STALE
from listener.core.stories import voices
from listener.core.themes import Theme
from listener.core.visits import Run, SourceState
from listener.core.volume import BrandVolume, DocumentFacts, Proof, StorySize, StoryVolume, Volume


@dataclass
class FakeBrowsing:
    """What pages ask for besides lists; `bodies` are documents by fingerprint, `made` the digests by id."""

    known: list[Brand] = field(default_factory=list)
    placed: list[SourceState] = field(default_factory=list)
    attempts: list[Run] = field(default_factory=list)
    kept: list[KeptMention] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    made: dict[int, Digest] = field(default_factory=dict)
    themed: list[tuple[str, date, Theme]] = field(default_factory=list)
    fault: Exception | None = None

    def _ready(self) -> None:
        if self.fault is not None:
            raise self.fault

    def pulse(self) -> Hashable:
        """Another one at each question: a test may change anything at any time."""
        self._ready()
        return object()

    def moved(self, before: Hashable, after: Hashable) -> Sequence[Moved] | None:
        """Whatever a test changed, it may be anything."""
        return None

    def kinds(self, brand: str) -> Sequence[str]:
        """The kinds of a brand's sources."""
        self._ready()
        return sorted({state.source.kind for state in self.placed if state.source.brand == brand})

    def find(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, limit: int = 50) -> Sequence[KeptMention]:
        """What is wanted, newest said first."""
        self._ready()
        asked = read_words(wanted.words)
        found = [] if asked.note and not asked.terms else [one for one in self.kept if _is_wanted(one, wanted)]
        if before is not None:
            found = [one for one in found if (one.at, one.id) < before]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:limit]

    def count_found(self, wanted: Wanted, *, before: tuple[datetime, int] | None = None, at_most: int = 1_000) -> int:
        """How many there are."""
        return len(self.find(wanted, before=before, limit=at_most))

    def _counted(self, brand: str, since: datetime, until: datetime) -> list[KeptMention]:
        self._ready()
        return [
            one
            for one in self.kept
            if one.judged.mention.brand == brand
            and one.put_away_at is None
            and since <= one.collected_at < until
            and one.at >= since - STALE
            and one.judged.mention.media is Media.EARNED
            and one.about
        ]

    def story_volumes(
        self, brand: str, *, since: datetime, until: datetime, before: tuple[int, int] | None = None, limit: int
    ) -> Sequence[StoryVolume]:
        """The stories of a brand, most mentions first."""
        stories: dict[int, list[KeptMention]] = defaultdict(list)
        for one in self._counted(brand, since, until):
            stories[one.story or -one.id].append(one)
        made = [
            StoryVolume(
                story=story,
                items=len(told),
                voices=voices(told),
                negative=sum(one.tone is Tone.NEGATIVE for one in told),
                first=min(told, key=lambda one: (one.at, one.id)),
                last_at=max(one.at for one in told),
            )
            for story, told in stories.items()
        ]
        ordered = sorted(made, key=lambda one: (one.items, one.story), reverse=True)
        return [one for one in ordered if before is None or (one.items, one.story) < before][:limit]

    def story_size(self, id: int) -> StorySize | None:  # noqa: A002 - the port's word
        """How large a whole story is."""
        self._ready()
        told = [one for one in self.kept if one.story == id and one.put_away_at is None]
        if not told:
            return None
        return StorySize(
            items=len(told),
            voices=voices(told),
            outlets=len({one.entry.outlet.lower() for one in told}),
            first_at=min(one.at for one in told),
            last_at=max(one.at for one in told),
        )

    def volumes(self, *, since: datetime, until: datetime, brands: Collection[str] | None = None) -> Sequence[BrandVolume]:
        """How much others said of each brand."""
        made = []
        for brand in sorted((one for one in self.known if brands is None or one.key in brands), key=lambda one: one.key):
            counted = self._counted(brand.key, since, until)
            shared = [one for one in counted if not one.entry.vouched]
            made.append(BrandVolume(brand=brand.key, shared=_volume(shared), all=_volume(counted)))
        return made

    def themes(self, brand: str, *, since: date, until: date) -> Sequence[tuple[date, Theme]]:
        """A brand's themes, the latest day first."""
        self._ready()
        mine = [(on, theme) for key, on, theme in self.themed if key == brand and since <= on < until]
        return sorted(mine, key=lambda one: one[0], reverse=True)

    def proof(self, mention: int) -> Proof | None:
        """What stands behind a mention."""
        self._ready()
        kept = next((one for one in self.kept if one.id == mention), None)
        if kept is None:
            return None
        body = self.bodies.get(kept.entry.document)
        facts = DocumentFacts(
            fingerprint=kept.entry.document,
            source=kept.entry.source,
            url=f"https://{kept.entry.source}.example/feed",
            media_type="application/rss+xml",
            size=len(body or b""),
            fetched_at=kept.collected_at,
            kept=body is not None,
        )
        return Proof(document=facts, judgements=((kept.collected_at, kept.judged.judgement),))

    def body(self, source: str, fingerprint: str) -> bytes | None:
        """The bytes of a document."""
        self._ready()
        return self.bodies.get(fingerprint)

    def kept_digests(self, brand: str, *, before: tuple[date, int] | None = None, limit: int) -> Sequence[tuple[int, Digest]]:
        """A brand's digests, the latest day first."""
        self._ready()
        mine = [(number, one) for number, one in self.made.items() if one.brand == brand]
        ordered = sorted(mine, key=lambda one: (one[1].on, one[0]), reverse=True)
        return [one for one in ordered if before is None or (one[1].on, one[0]) < before][:limit]

    def kept_digest(self, id: int) -> Digest | None:  # noqa: A002 - the port's word
        """One digest."""
        self._ready()
        return self.made.get(id)


def _is_wanted(one: KeptMention, wanted: Wanted) -> bool:
    entry, found = one.entry, one.judged.mention
    held = " ".join(text_tokens(entry.title, entry.text, f"{entry.author.name} {entry.author.handle}", entry.outlet))
    return (
        one.put_away_at is None
        and wanted.brand in {None, found.brand}
        and wanted.tone in {None, one.tone}
        and wanted.intent in {None, one.intent}
        and (not wanted.kinds or one.kind in wanted.kinds)
        and wanted.media in {None, found.media}
        and wanted.labelled in {None, bool(one.labels)}
        and (wanted.since is None or one.at >= wanted.since)
        and (wanted.until is None or one.at < wanted.until)
        and all((f" {' '.join(term.tokens)}" in f" {held}") != term.is_excluded for term in read_words(wanted.words).terms)
    )


def _volume(counted: Sequence[KeptMention]) -> Volume:
    return Volume(
        items=len(counted),
        stories=len({one.story or -one.id for one in counted}),
        voices=voices(counted),
        negative=sum(one.tone is Tone.NEGATIVE for one in counted),
    )

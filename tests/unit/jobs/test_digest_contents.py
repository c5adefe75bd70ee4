"""What a digest tells over the days: each story once, what waits until it is answered, and a preview that is the mail."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from listener.core.labels import Aspect, Label
from listener.core.links import Links
from listener.core.model import Brand, DigestPlan, Intent, Tone
from listener.core.signing import Purpose, unseal
from listener.core.themes import Theme
from listener.core.visits import Outcome, Run
from listener.delivery.message import build
from listener.jobs.digest import Digester, message_id
from listener.reports.render import Renderer
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source
from tests.fakes import Clock, Outbox

SECRET = b"s" * 32
DAY = timedelta(days=1)
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
PLAN = DigestPlan(
    key="molenaar/daily",
    brand="molenaar",
    to=("a@x.example", "b@x.example"),
    at=time(7, 30),
    timezone="Europe/Amsterdam",
    language="nl",
)
SENDER = "Listener <listener@news.example>"
FIRE = "Brand in het magazijn van Molenaar Pompen legt de levering stil"
FIRE_TEXT = "Een uitslaande brand heeft vanmorgen het magazijn verwoest; niemand raakte gewond en de oorzaak wordt onderzocht."


@pytest.fixture
def clock() -> Clock:
    """The morning after Friday."""
    return Clock(NOON + timedelta(hours=19))


@pytest.fixture
def outbox() -> Outbox:
    """Where mails go."""
    return Outbox()


@pytest.fixture
def digester(archive: SqlArchive, outbox: Outbox, clock: Clock) -> Digester:
    """A digester with everything that a mail may hold."""
    archive.sync((brand(),), (source(), source(key="forum", kind="x")), (PLAN,), NOON - DAY)
    return Digester(
        archive=archive,
        dress=Renderer(),
        notifier=outbox,
        sender=SENDER,
        page="https://listener.example",
        clock=clock,
        links=Links(page="https://listener.example", secret=SECRET),
    )


def hear(  # a flat door to a visit that brought one thing
    archive: SqlArchive,
    guid: str,
    *,
    title: str = "",
    text: str = "",
    at: datetime = NOON,
    tone: Tone = Tone.NEUTRAL,
    intent: Intent = Intent.OTHER,
    key: str = "vakblad",
    outlet: str = "vakblad.example",
) -> int:
    """Collect one mention; its id."""
    one = entry(
        guid=guid,
        url=f"https://{outlet}/{guid}",
        link=f"https://{outlet}/{guid}",
        title=title or f"Bericht {guid} over heel iets anders {guid}",
        text=text or f"Woorden {guid} die {guid} nergens {guid} anders staan {guid}.",
        source=key,
        outlet=outlet,
        first_seen_at=at,
        published_at=at,
    )
    (state,) = archive.states([key])
    archive.keep(
        state,
        Run(source=key, started_at=at, outcome=Outcome.NEW, entries=1),
        next_due_at=at,
        document=document(source=key, body=guid.encode()),
        entries=[one],
        mentions=[judged(mention=mention(entry=one), judgement=judgement(tone=tone, intent=intent))],
    )
    return max(kept.id for kept in archive.mentions("molenaar"))


def test_a_story_reaches_its_readers_once(digester: Digester, archive: SqlArchive, outbox: Outbox, clock: Clock) -> None:
    """What stood in Friday's mail is not new on Saturday, however often it is repeated; the mail says that it goes on."""
    hear(archive, "1", title=FIRE, text=FIRE_TEXT, tone=Tone.NEGATIVE)
    digester.send(PLAN, brand(), FRIDAY)
    clock.move(DAY)
    for guid in ("2", "3"):
        hear(archive, guid, title=FIRE, text=FIRE_TEXT, tone=Tone.NEGATIVE, at=NOON + DAY, outlet=f"krant{guid}.example")
    other = hear(archive, "4", at=NOON + DAY)
    digester.send(PLAN, brand(), SATURDAY)
    standing = archive.digest(PLAN.key, SATURDAY)
    assert standing is not None
    made = standing[1]
    assert [item.mention for item in made.items] == [other]
    assert (made.ongoing, made.ongoing_items, made.tones.total) == (1, 2, 3)
    assert "1 eerder verhaal ging door, met nog 2 vermeldingen." in outbox.sent[-1].text
    assert made.beginning is not None
    assert (made.beginning.outlet, made.beginning.items) == ("vakblad.example", 3)
    assert "Het grootste negatieve verhaal begon bij vakblad.example (20 nov, 13:00)" in outbox.sent[-1].text


def test_another_digest_tells_its_own_readers(digester: Digester, archive: SqlArchive) -> None:
    """Who gets the weekly has not read the daily; a digest composed again is the one that stands."""
    told = hear(archive, "1")
    digester.send(PLAN, brand(), FRIDAY)
    weekly = replace(PLAN, key="molenaar/weekly")
    assert [item.mention for item in digester.compose(weekly, brand(), FRIDAY, NOON + DAY).items] == [told]
    assert [item.mention for item in digester.compose(PLAN, brand(), FRIDAY, NOON + DAY).items] == [told]


def test_what_waits_stays_until_it_is_answered(digester: Digester, archive: SqlArchive, outbox: Outbox, clock: Clock) -> None:
    """Three days long with its age, then a reader says that it was answered, and it is gone."""
    ask = hear(archive, "1", tone=Tone.NEGATIVE, intent=Intent.COMPLAINT)
    for days in range(3):
        hear(archive, f"9{days}", at=NOON + days * DAY)
        digester.send(PLAN, brand(), FRIDAY + days * DAY)
        assert "staat " in outbox.sent[-1].text
        clock.move(DAY)
    assert [re.findall(r"staat (.*?) open", one.text) for one in outbox.sent[::2]] == [["19 uur"], ["43 uur"], ["2 dagen"]]
    archive.keep_labels([Label(mention=ask, aspect=Aspect.ANSWERED, value="yes", by="Els", at=NOON)])
    assert digester.compose(PLAN, brand(), FRIDAY + 3 * DAY, clock()).waiting == ()


class Answering(SqlArchive):
    """An archive that saw the brand answer the mentions it is told of."""

    seen: Collection[int] = ()

    def answered(self, brand: str, ids: Collection[int], *, kind: str) -> Collection[int]:
        """What was seen."""
        return set(self.seen) & set(ids)


def test_an_answer_that_was_seen_is_an_answer_unless_a_person_says_no(digester: Digester, database: str) -> None:
    """On X, where the brand's own posts can be heard."""
    with Answering(database) as archive:
        asks = [hear(archive, guid, tone=Tone.NEGATIVE, intent=Intent.QUESTION, key="forum") for guid in "123"]
        archive.keep_labels([Label(mention=asks[1], aspect=Aspect.ANSWERED, value="no", by="Els", at=NOON)])
        archive.seen = asks[:2]
        made = replace(digester, archive=archive).compose(PLAN, brand(), FRIDAY, NOON + DAY)
    assert sorted(item.mention for item in made.waiting) == asks[1:]


def test_themes_are_asked_for_only_when_there_is_something_negative(digester: Digester, archive: SqlArchive) -> None:
    """And frozen: what the mail says of a week stays what it said."""
    asked: list[date] = []

    def themes(of: Brand, on: date, zone: ZoneInfo, now: datetime) -> Sequence[Theme]:
        assert (of.key, zone.key, now) == ("molenaar", "Europe/Amsterdam", NOON + DAY)
        asked.append(on)
        return [Theme(phrase="lange levertijd", language="nl", mentions=(1,), stories=2, voices=2)]

    with_themes = replace(digester, themes=themes)
    hear(archive, "1")
    assert with_themes.compose(PLAN, brand(), FRIDAY, NOON + DAY).themes == ()
    assert asked == []
    hear(archive, "2", tone=Tone.NEGATIVE)
    made = with_themes.compose(PLAN, brand(), FRIDAY, NOON + DAY)
    assert [one.phrase for one in made.themes] == ["lange levertijd"]
    assert "“lange levertijd” (2 verhalen)" in Renderer()(made).text


def test_a_preview_is_the_mail_byte_for_byte_but_for_the_readers_own_links(
    digester: Digester, archive: SqlArchive, outbox: Outbox, clock: Clock
) -> None:
    """Headers, text and HTML; the links differ in their tokens alone, and lead to their reader and mention."""
    hear(archive, "1", tone=Tone.NEGATIVE, intent=Intent.COMPLAINT)
    hear(archive, "2", title='<b>&amp;"', text="https://label.invalid/x/7 is geen link van ons.")
    digest = digester.compose(PLAN, brand(), FRIDAY, clock())
    to = PLAN.to[0]
    preview = digester.message(digest, digester.dress(digest), to, message_id(PLAN.key, FRIDAY, to, SENDER))
    digester.send(PLAN, brand(), FRIDAY)
    sent = outbox.sent[0]

    def bare(text: str) -> str:
        return re.sub(r"(/mail/\w+/)[\w-]+", r"\1TOKEN", text)

    assert bare(preview.html) == bare(sent.html)
    assert bare(preview.text) == bare(sent.text)
    assert preview.html != sent.html
    plain = [
        build(replace(one, html=bare(one.html), text=bare(one.text), headers=tuple((k, bare(v)) for k, v in one.headers)))
        for one in (preview, sent)
    ]
    assert plain[0] == plain[1]
    labels = {unseal(SECRET, Purpose.LABEL, token, clock()) for token in re.findall(r"/mail/label/([\w-]+)", sent.html)}
    rows = {row for row, _ in labels}
    assert len(rows) == 1
    assert archive.delivery(rows.pop()) == (PLAN.key, to)
    assert {mention for _, mention in labels} == {one.id for one in archive.mentions("molenaar")}
    for body in (sent.html, sent.text):
        assert "https://label.invalid/" not in body.replace("https://label.invalid/x/7", "")
    assert "about=answered" in sent.html

"""Every word that somebody else may choose, from the archive through digest and alert to a mail server and a webhook."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser

from listener.core.alert import AlertRule, Watch
from listener.core.links import Links
from listener.core.model import Author, DigestPlan, Intent, Tone
from listener.core.visits import Outcome, Run
from listener.delivery.email import SmtpNotifier
from listener.jobs.alert import Watcher
from listener.jobs.digest import Digester
from listener.reports.alert import note
from listener.reports.render import LARGEST, Renderer
from listener.storage.archive import SqlArchive
from tests.builders import NOON, brand, document, entry, judged, judgement, mention, source
from tests.fakes import Clock
from tests.fakes_smtp import HOST, Received, SmtpServer
from tests.hostile import BAD
from tests.unit.delivery.test_webhook import hook, receiver

TO = ("a@x.example", "b@x.example")
PLAN = DigestPlan(
    key="molenaar/daily", brand="molenaar", to=TO, at=time(7, 30), timezone="Europe/Amsterdam", language="nl", limit=12
)
RULE = AlertRule(
    key="molenaar/klacht",
    brand="molenaar",
    watch=Watch.COMPLAINT,
    to=(TO[0], "channel:room"),
    timezone="Europe/Amsterdam",
    language="nl",
    pause=timedelta(0),
)
HEADERS = {"from", "to", "subject", "date", "message-id", "auto-submitted", "list-id", "mime-version", "content-type"}
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "p",
    "h1",
    "h2",
    "b",
    "br",
    "a",
}
ALLOWED |= {"span", "bdi", "noscript", "xml"}


class Tags(HTMLParser):
    """The tags of a page, the addresses of its links, and handlers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action", "data"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "srcdoc"]


def hear(archive: SqlArchive, words: str, number: int, at: datetime) -> None:
    """Collect one complaint in which everything that others choose is these words."""
    one = entry(
        guid=f"{number} {words}"[:200],
        url="",
        link=words,
        title=words,
        text=words,
        outlet=words,
        author=Author(name=words, handle=words),
        first_seen_at=at,
        published_at=at,
    )
    (state,) = archive.states()
    archive.keep(
        state,
        Run(source="vakblad", started_at=at, outcome=Outcome.NEW, entries=1, detail=words),
        next_due_at=at,
        document=document(body=str(number).encode()),
        entries=[one],
        mentions=[
            judged(
                mention=mention(entry=one, excerpt=words[:280], spans=(), clause=words),
                judgement=judgement(tone=Tone.NEGATIVE, intent=Intent.COMPLAINT, confidence=0.9),
            )
        ],
    )


def harmless(mail: Received) -> None:
    """No header but ours, no line that ends a mail, and nothing in the page that runs, loads or leads elsewhere than the web."""
    made = message_from_bytes(mail.data, policy=policy.default)
    assert {name.lower() for name in made} - {"list-unsubscribe", "list-unsubscribe-post", "content-transfer-encoding"} == HEADERS
    assert made.defects == []
    assert mail.data.isascii()
    html = made.get_body(("html",))
    if html is None:
        return
    page = str(html.get_content())
    assert len(page.encode()) <= LARGEST
    found = Tags(page)
    assert found.tags <= ALLOWED
    assert found.handlers == []
    assert [one for one in found.links if not one.startswith(("https://", "http://"))] == []


def test_no_words_of_others_fail_a_send_or_come_alive(archive: SqlArchive) -> None:
    """Twelve vectors a day, as title, text, author, outlet, address, clause and fault, with the ledger's words and the brand's name."""
    clock = Clock(NOON)
    evil = brand(name=f"Molenaar {BAD[0]} {BAD[6]}")
    archive.sync((evil,), (source(),), (PLAN,), NOON - timedelta(days=9))
    with SmtpServer() as server, SmtpNotifier(HOST, server.port) as post, receiver(200) as (address, calls):
        digester = Digester(
            archive=archive,
            dress=Renderer(),
            notifier=post,
            sender="Listener <l@news.example>",
            page="https://listener.example",
            clock=clock,
            links=Links(page="https://listener.example", secret=b"s" * 32),
        )
        watcher = Watcher(
            archive=archive,
            notifier=post,
            channels={"room": hook(address)},
            word=note,
            sender="Listener <l@news.example>",
            page="https://listener.example",
            clock=clock,
        )
        assert watcher.look(RULE, evil) == []
        days = [BAD[start : start + 12] for start in range(0, len(BAD), 12)]
        for number, some in enumerate(days):
            on = date(2026, 11, 20) + timedelta(days=number)
            for place, words in enumerate(some):
                clock.now = datetime(on.year, on.month, on.day, 12, place, 1, tzinfo=UTC)
                hear(archive, words, 100 * number + place, clock.now)
                if place % 4 == 3 or place == len(some) - 1:  # an alert shows five
                    for id_ in watcher.look(RULE, evil):
                        assert [one.error for one in watcher.send(id_)] == ["", ""]
            clock.now = datetime(on.year, on.month, on.day, 6, 30, tzinfo=UTC) + timedelta(days=1)
            assert [one.error for one in digester.send(PLAN, evil, on)] == ["", ""]
        server.settle()
        digests = [one for one in server.received if b"List-Unsubscribe:" in one.data]
        alerts = [one for one in server.received if one not in digests]
    assert len(digests) == 2 * len(days)
    assert len(alerts) == len(calls)
    assert len(alerts) >= 2 * len(days)
    for mail in (*digests, *alerts):
        harmless(mail)
    for _, body, _ in calls:
        assert json.loads(body)["version"] == 1

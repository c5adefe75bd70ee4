"""Whatever happens to an archive, what is remembered of it is what it would answer now."""

from __future__ import annotations

import random
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import PlainTextResponse, Response

from listener.core.finding import Wanted
from listener.core.labels import Aspect, Label
from listener.core.model import Author, Entry
from listener.core.removal import Removal
from listener.core.schedule import day_bounds
from listener.core.visits import Outcome, Run
from listener.storage.archive import SqlArchive
from listener.web.remembering import Remembering
from tests.builders import NOON, brand, digest, document, entry, judged, judgement, mention, source

DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Amsterdam")
DAYS = [(on, *day_bounds(on, ZONE)) for on in ((NOON + back * DAY).date() for back in range(-2, 5))]
TELLS = ("Lekkage bij Molenaar Pompen zet kelder in Zwolle onder water", "Molenaar Pompen opent een vestiging in Deventer")


def questions(archive: Any) -> list[Any]:
    """What pages ask."""
    since, until = DAYS[0][1], DAYS[-1][2]
    over = DAYS[2][2]
    asked: list[Any] = [archive.states(), archive.volumes(since=since, until=until), archive.volumes(since=since, until=over)]
    asked += [archive.ledger(DAYS), archive.ledger(DAYS, ["vakblad"])]
    for key in ("molenaar", "other"):
        asked += [archive.days(key, DAYS), archive.trend(key, DAYS), archive.ledger(DAYS, brand=key), archive.states(brand=key)]
        asked += [archive.story_volumes(key, since=since, until=end, limit=5) for end in (until, over)]
        asked += [archive.coverage(key, since=since, until=end) for end in (until, over)]
        asked += [archive.mentions(key, limit=9), archive.mentions(key, since=since, until=over, limit=9)]
        asked += [archive.find(Wanted(brand=key, words="lekkage")), archive.count_found(Wanted(brand=key)), archive.kinds(key)]
        asked += [archive.kept_digests(key, limit=5), archive.near_misses(key)]
    return [list(one) if isinstance(one, tuple) else one for one in asked]


class Life:
    """What happens to an archive."""

    def __init__(self, archive: SqlArchive, chance: random.Random) -> None:
        self.archive, self.chance, self.number, self.now = archive, chance, 0, NOON

    def visit(self) -> None:
        """A visit that brings nothing, or fails."""
        (state,) = self.archive.states([self.chance.choice(["vakblad", "theirs"])])
        outcome = self.chance.choice([Outcome.UNCHANGED, Outcome.FAILED])
        self.archive.keep(state, Run(source=state.source.key, started_at=self.now, outcome=outcome), next_due_at=self.now)

    def tell(self) -> None:
        """A visit that brings a mention, of either brand, of a story that may be known."""
        self.number += 1
        (state,) = self.archive.states([self.chance.choice(["vakblad", "theirs"])])
        key, title = f"g{self.number}", self.chance.choice(TELLS)
        one: Entry = replace(
            entry(guid=key, title=title, text=title, url=f"https://{key}.example/", published_at=self.now, author=Author(name=key)),
            source=state.source.key,
            first_seen_at=self.now,
            outlet=f"{key}.example",
        )
        self.archive.keep(
            state,
            Run(source=state.source.key, started_at=self.now, outcome=Outcome.NEW, new_mentions=1),
            next_due_at=self.now,
            document=document(source=state.source.key, body=key.encode()),
            entries=[one],
            mentions=[judged(mention=mention(entry=one, brand=self.chance.choice(["molenaar", "other"])), judgement=judgement())],
        )

    def label(self) -> None:
        """A person's word on any mention."""
        known = [one.id for key in ("molenaar", "other") for one in self.archive.mentions(key)]
        aspect, value = self.chance.choice([(Aspect.TONE, "positive"), (Aspect.ABOUT, "no"), (Aspect.TONE, "")])
        if known:
            self.archive.keep_labels([Label(mention=self.chance.choice(known), aspect=aspect, value=value, by="", at=self.now)])

    def go_on(self) -> None:
        """Time goes by."""
        self.now += timedelta(hours=self.chance.choice([1, 9]))

    def mail(self) -> None:
        """A digest is kept."""
        self.archive.keep_digest(digest(on=self.now.date()), {})

    def remove(self) -> None:
        """A place takes something back."""
        self.archive.remove([Removal(kind="rss", guid=f"g{self.chance.randint(1, self.number + 1)}")], self.now)


def test_what_is_remembered_is_what_would_be_answered(database: str) -> None:
    """After each of the things that may happen, in any order, every question, and a page that was made of them all."""
    chance = random.Random(11)
    with SqlArchive(database) as archive:
        archive.sync((brand(), brand(key="other", name="Other")), (source(), source(key="theirs", brand="other")), (), NOON)
        memory, life = Remembering(archive), Life(archive, chance)
        happens = [
            life.visit,
            life.visit,
            life.tell,
            life.tell,
            life.tell,
            life.label,
            life.label,
            life.go_on,
            life.mail,
            life.remove,
        ]

        def page() -> Response:
            return PlainTextResponse(repr(questions(memory)))

        for _ in range(12):
            chance.choice(happens)()
            now = repr(questions(archive))
            assert copy_context().run(lambda: bytes(memory.page("/", page).body)).decode() == now

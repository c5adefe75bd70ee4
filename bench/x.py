"""Throughput of X's way in: parse, match, judge nothing, store; on synthetic pages of 100 posts. `python bench/x.py [PAGES]`."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from listener.core.mentions import MentionFinder
from listener.core.model import Brand, Document, Intent, JudgedMention, Judgement, Source, Tone
from listener.core.purchases import BoughtPage, Purpose, allowances
from listener.core.visits import Outcome, Run
from listener.sources import x_posts
from listener.sources.means import XAccess
from listener.sources.x import goods
from listener.sources.x_gaps import id_at
from listener.sources.x_queries import parts_of
from listener.sources.x_state import State
from listener.storage.archive import SqlArchive
from listener.storage.migrations import upgrade

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WORDS = ("de pomp van Molenaar lekt al drie weken en niemand belt terug maar de monteur was vriendelijk en snel in Zwolle").split()  # noqa: SIM905 - a sentence
BRANDS = 25  # queries that every post is matched against
JUDGEMENT = Judgement(language="nl", tone=Tone.NEUTRAL, polarity=0.0, confidence=0.5, intent=Intent.OTHER, judge="none")


def page(number: int) -> bytes:
    """A page of 100 posts, each with everything that X gives; four of five mention a brand."""
    chance = random.Random(number)
    first = id_at(NOW - timedelta(hours=number + 1))
    posts = []
    for at in range(100, 0, -1):
        id_ = str(first + (at * 30_000 << 22))
        text = " ".join(chance.choices(WORDS, k=chance.randint(8, 40)))
        posts.append(
            {
                "id": id_,
                "text": text if at % 5 else "iets heel anders over het weer",
                "created_at": (NOW - timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "author_id": str(chance.randint(10**6, 10**9)),
                "conversation_id": id_,
                "edit_history_tweet_ids": [id_],
                "lang": "nl",
                "possibly_sensitive": False,
                "public_metrics": {
                    name: chance.randint(0, 99)
                    for name in ("retweet_count", "reply_count", "like_count", "quote_count", "bookmark_count", "impression_count")
                },
                "entities": {
                    "urls": [{"start": 0, "end": 23, "url": "https://t.co/aaaaaaaaaa", "expanded_url": "https://pompen.example/"}]
                },
            }
        )
    return json.dumps({"data": posts, "meta": {"result_count": 100, "next_token": "b26v89c19zqg8o3f"}}).encode()


def main() -> None:
    pages = [page(number) for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 100)]
    brands = [
        Brand(
            key=f"b{n}",
            name=f"B{n}",
            query=f'"Molenaar {n}" OR merk{n} OR (Hydrovalk{n} NEAR/5 pomp*)' if n else "Molenaar OR pomp",
        )
        for n in range(BRANDS)
    ]
    source = Source(key="x", brand="b0", kind="x", address="Molenaar OR pomp")
    spent = dict.fromkeys(("keep the page", "parse", "match", "store"), 0.0)
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'x.db'}"
        upgrade(address)
        with SqlArchive(address) as archive:
            archive.sync(brands, [source], [], NOW)
            finder = MentionFinder(brands)
            prices, mentions_all, entries_all = XAccess().prices, 0, 0
            state_of_search = State.of(None, parts_of(source.address))
            for number, body in enumerate(pages):
                at = time.process_time()
                reservation = archive.reserve(Purpose.PAGE, "x", 500_000, allowances(NOW, monthly=10**12), NOW)
                assert reservation is not None
                kept = BoughtPage(
                    source="x",
                    reservation=reservation,
                    after=number,
                    part="p",
                    asked={},
                    status=200,
                    media_type="",
                    body=body,
                    received_at=NOW,
                )
                archive.keep_page(kept)
                archive.settle(reservation, goods(x_posts.page(body), prices), NOW)
                at = lap(spent, "keep the page", at)
                document = Document(
                    source="x",
                    url="https://api.x.com/2/tweets/search/recent",
                    media_type="application/json",
                    body=body,
                    fetched_at=NOW,
                )
                entries = x_posts.entries(document)
                at = lap(spent, "parse", at)
                mentions = [one for entry in entries for one in finder.find(entry, "b0", "x")]
                at = lap(spent, "match", at)
                [state] = archive.states(["x"])
                archive.keep(
                    state,
                    Run(source="x", started_at=NOW, outcome=Outcome.NEW),
                    next_due_at=NOW,
                    cursor=state_of_search.cursor(),
                    document=document,
                    entries=entries,
                    mentions=[JudgedMention(mention=one, judgement=JUDGEMENT) for one in mentions],
                    coverage=state_of_search.coverage(parts_of(source.address), NOW),
                )
                lap(spent, "store", at)
                entries_all += len(entries)
                mentions_all += len(mentions)
    total = sum(spent.values())
    print(f"{len(pages)} pages, {entries_all} posts, {mentions_all} mentions, {BRANDS} queries")
    for name, seconds in spent.items():
        print(f"  {name:14} {1000 * seconds / len(pages):6.2f} ms a page  {entries_all / seconds:8.0f} posts a CPU second")
    work = total - spent["keep the page"]
    print(f"  parse + match + store: {entries_all / work:.0f} posts a CPU second")
    print(f"  with the page kept and paid: {entries_all / total:.0f} posts a CPU second")


def lap(spent: dict[str, float], name: str, since: float) -> float:
    now = time.process_time()
    spent[name] += now - since
    return now


if __name__ == "__main__":
    main()

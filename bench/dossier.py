"""Makes the dossier of ninety days with many mentions, and says what it cost.

    python bench/dossier.py [--mentions 1000000]

Nothing is read from an archive: the table is drawn in memory, and what the table itself weighs is told apart.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from array import array
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from listener.core.labels import YES, Aspect, Label
from listener.core.observed import Observed, Party, Place
from listener.core.proving import dossier
from listener.core.sampling import Sample, Stratum
from listener.core.tellings import Row, Table

SINCE = datetime(2026, 7, 31, 22, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=90)


def main() -> int:
    """Print CPU seconds and the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--mentions", type=int, default=1_000_000)
    n = parser.parse_args().mentions
    seen = observed(n)
    before = _peak()
    begun = time.process_time()
    made = dossier(seen)
    print(f"{n:,} mentions: {time.process_time() - begun:.2f} CPU s; peak {_peak()} MB, of which {before} MB before it began")
    print(made.answer.en)
    return 0


def observed(n: int) -> Observed:
    """Ninety days with so many mentions in three places: stories of three mentions, voices with four, a tenth the brand's own."""
    r = Random(1)
    first, length = int(SINCE.timestamp()), 90 * 86_400
    pick = r.randrange
    columns = {name: array("q", bytes(8 * n)) for name in Row._fields}
    columns["id"] = array("q", range(1, n + 1))
    columns["at"] = array("q", sorted(first + pick(length) for _ in range(n)))
    columns["story"] = array("q", (1 + pick(n // 3 + 1) for _ in range(n)))
    columns["voice"] = array("q", (1 + pick(n // 4 + 1) for _ in range(n)))
    columns["item"] = array("q", (1 + pick(n) for _ in range(n)))
    columns["source"] = array("q", (pick(3) for _ in range(n)))
    columns["party"] = array("q", (Party.OWNED if pick(10) == 0 else Party.INDEPENDENT for _ in range(n)))
    columns["tone"] = array("q", (pick(4) for _ in range(n)))
    columns["intent"] = array("q", (pick(6) for _ in range(n)))
    columns["reply"] = array("q", (pick(3) for _ in range(n)))
    columns["neutral"] = array("q", b"\1\0\0\0\0\0\0\0" * n)
    drawn = tuple(range(1, n, max(1, n // 400)))[:390]
    week = date(2026, 8, 3)
    return Observed(
        brand="molenaar",
        brand_name="Molenaar Pompen",
        language="nl",
        timezone="Europe/Amsterdam",
        since=SINCE,
        until=UNTIL,
        made_at=UNTIL,
        table=Table.by_columns([columns[name] for name in Row._fields]),
        places=tuple(Place(key=f"p{k}", kind=k, route=k, since=SINCE, until=UNTIL) for k in ("rss", "x", "google-alerts")),
        accounts=1,
        own_heard=True,
        samples=(
            Sample(brand="molenaar", week=week, seed=1, strata=(Stratum(name="neutral/other", stories=n // 3, drawn=drawn),)),
        ),
        labels=tuple(Label(mention=one, aspect=Aspect.ABOUT, value=YES, by="Ann", at=UNTIL) for one in drawn),
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())

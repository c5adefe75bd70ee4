"""What machines ask this one: whether it lives, whether it can work, and how it stands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from listener.core.errors import StorageError
from listener.core.gauges import Gauges, SourceGauge
from listener.storage.archive import SqlArchive
from listener.web.probes import Probes
from tests.builders import NOON, brand, source

GAUGES = Gauges(
    schema="0013",
    sources=(
        SourceGauge(key='a"b\\c\nd', kind="rss", heard_at=NOON, failures=2),
        SourceGauge(key="x", kind="x", heard_at=None, failures=0),
    ),
    late=3.5,
    visits={"new": 7},
    mentions=12,
    outbox={("digest", "waiting"): 1},
    unfilled=4,
    jobs={"todo": 5},
    workers=2,
)


def client(gauges: Gauges | Exception = GAUGES, beat: float = 1.0) -> TestClient:
    """A page with the probes before it."""

    def standing() -> Gauges:
        if isinstance(gauges, Exception):
            raise gauges
        return gauges

    def page(request: Any) -> PlainTextResponse:
        return PlainTextResponse("page")

    app = Starlette(routes=[Route("/", page), Route("/metrics", page, methods=["POST"])])
    return TestClient(Probes(app, standing=standing, beat=lambda: beat))


def test_it_lives_and_is_ready() -> None:
    """Under any name that it is asked by; other addresses and methods are the pages'."""
    asked = client()
    for path in ("/healthz", "/readyz"):
        answer = asked.get(path, headers={"Host": "10.0.0.7:8000"})
        assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, "ok\n", "no-store")
        assert asked.head(path).status_code == 200
    assert asked.get("/").text == asked.post("/metrics").text == "page"


def test_a_clock_that_stopped_is_not_well() -> None:
    """Whoever watches restarts it."""
    for path in ("/healthz", "/readyz"):
        answer = client(beat=500.0).get(path)
        assert (answer.status_code, answer.text) == (503, "the clock has been silent for 500 s\n")


def test_a_database_that_is_away_makes_it_unready_and_not_dead() -> None:
    """Restarting would not bring the database back; its address is told to nobody."""
    asked = client(StorageError("database postgresql://secret@db: gone"))
    assert asked.get("/healthz").status_code == 200
    for path in ("/readyz", "/metrics"):
        answer = asked.get(path)
        assert answer.status_code == 503
        assert "secret" not in answer.text


def test_the_metrics_are_what_prometheus_reads() -> None:
    """Each with help and type, names and labels by its conventions, labels escaped, every value a number."""
    answer = client().get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    told: dict[str, str] = {}
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind == ("counter" if name.endswith("_total") else "gauge")
            told[name] = kind
        elif not line.startswith("# HELP "):
            found = re.fullmatch(
                r'([a-z_]+)(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\S+)', line
            )
            assert found, line
            assert found[1] in told
            float(found[2])
    assert 'listener_source_failures{source="a\\"b\\\\c\\nd",kind="rss"} 2.0' in answer.text
    assert "listener_queue_jobs" in told
    assert "listener_workers 2" in answer.text
    assert 'listener_source_heard_timestamp_seconds{source="x"' not in answer.text


def test_an_archive_says_how_it_stands(archive: SqlArchive) -> None:
    """An empty one, and one whose source has been due for an hour."""
    assert archive.gauges(NOON).sources == ()
    archive.sync((brand(),), (source(),), (), NOON)
    found = archive.gauges(NOON + timedelta(hours=1))
    assert [one.key for one in found.sources] == ["vakblad"]
    assert (found.late, found.mentions, found.unfilled, found.jobs) == (3600.0, 0, 0, None)
    assert "listener_queue_jobs" not in client(found).get("/metrics").text

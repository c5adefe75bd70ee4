"""For machines that watch this one: /healthz (it lives), /readyz (it can work), /metrics (how it stands, for Prometheus).

They answer before the pages' guard, by whatever name the machine is asked: they tell no word of anybody.
"""

from __future__ import annotations

import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from listener import __version__
from listener.core.errors import ListenerError
from listener.core.gauges import Gauges

# https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_TO_ESCAPE = re.compile(r'[\\"\n]')
_ESCAPED = {"\\": r"\\", '"': r"\"", "\n": r"\n"}


class Probes:
    """The probes before an application; `beat` says how many seconds ago the clock last beat, and `longest` how many are well."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        standing: Callable[[], Gauges],
        beat: Callable[[], float] = lambda: 0.0,
        longest: float = 120.0,
    ) -> None:
        self._app, self._standing, self._beat, self._longest = app, standing, beat, longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a probe, or hand on."""
        answer = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            answer = {"/healthz": self._healthz, "/readyz": self._readyz, "/metrics": self._metrics}.get(scope["path"])
        if answer is None:
            await self._app(scope, receive, send)
            return
        response = await run_in_threadpool(answer)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    def _healthz(self) -> Response:
        """That the process lives and its clock beats: restart it when this fails."""
        silent = self._beat()
        if silent > self._longest:
            return PlainTextResponse(f"the clock has been silent for {silent:.0f} s\n", status_code=503)
        return PlainTextResponse("ok\n")

    def _readyz(self) -> Response:
        """That it can work: the database answers, too."""
        try:
            self._standing()
        except ListenerError:
            # Why stands in the log; an address of a database is nobody's business here.
            return PlainTextResponse("the database does not answer\n", status_code=503)
        return self._healthz()

    def _metrics(self) -> Response:
        begun = time.perf_counter()
        try:
            lines = list(exposition(self._standing(), self._beat()))
        except ListenerError:
            return PlainTextResponse("the database does not answer\n", status_code=503)
        lines += _metric("listener_scrape_seconds", "gauge", "What asking for all this took.", [({}, time.perf_counter() - begun)])
        return PlainTextResponse("\n".join(lines) + "\n", media_type=_EXPOSITION)


def exposition(standing: Gauges, silent: float) -> Iterator[str]:
    """How the whole stands, as Prometheus reads it."""
    heard = [({"source": one.key, "kind": one.kind}, one.heard_at.timestamp()) for one in standing.sources if one.heard_at]
    failing = [({"source": one.key, "kind": one.kind}, float(one.failures)) for one in standing.sources]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    yield from _metric("listener_info", "gauge", "Which version runs.", [({"version": __version__, "schema": standing.schema}, 1)])
    yield from _metric("listener_beat_age_seconds", "gauge", "How long ago the clock last beat.", [({}, silent)])
    yield from _metric("listener_source_heard_timestamp_seconds", "gauge", "When each source was last heard.", heard)
    yield from _metric("listener_source_failures", "gauge", "Failed attempts in a row at each source.", failing)
    yield from _metric(
        "listener_due_age_seconds", "gauge", "How long the longest waiting source has been due.", [({}, standing.late)]
    )
    visits = [({"outcome": outcome}, float(number)) for outcome, number in sorted(standing.visits.items())]
    yield from _metric("listener_visits_last_day", "gauge", "Visits of the last 24 hours.", visits)
    yield from _metric("listener_mentions_stored_total", "counter", "Mentions that were ever stored.", [({}, standing.mentions)])
    unsent = [({"box": box, "state": state}, float(number)) for (box, state), number in sorted(standing.outbox.items())]
    yield from _metric("listener_outbox_messages", "gauge", "Messages that are not sent.", unsent)
    yield from _metric("listener_unindexed_mentions", "gauge", "Mentions that cannot be found yet.", [({}, standing.unfilled)])
    if standing.jobs is not None and standing.workers is not None:
        jobs = [({"status": status}, float(number)) for status, number in sorted(standing.jobs.items())]
        yield from _metric("listener_queue_jobs", "gauge", "Jobs in the queue.", jobs)
        yield from _metric(
            "listener_workers", "gauge", "Workers that showed themselves in the last minute.", [({}, standing.workers)]
        )
    yield from _metric(
        "process_cpu_seconds_total", "counter", "Processor time of this process.", [({}, usage.ru_utime + usage.ru_stime)]
    )
    # In kilobytes, but on macOS.
    size = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    yield from _metric("listener_peak_memory_bytes", "gauge", "The most memory this process had.", [({}, size)])


def _metric(name: str, kind: str, words: str, values: Iterable[tuple[Mapping[str, str], float]]) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values:
        inner = ",".join(f'{label}="{_TO_ESCAPE.sub(_escape, word)}"' for label, word in labels.items())
        yield f"{name}{f'{{{inner}}}' if inner else ''} {value!r}"


def _escape(sign: re.Match[str]) -> str:
    return _ESCAPED[sign[0]]

"""A reader in a process of its own: what it returns, and what it cannot do to us."""

from __future__ import annotations

import gc
import io
import pickle
import signal
import struct
import sys
import threading
from collections.abc import Iterator

import pytest

from listener.core.errors import ParseError
from listener.sources import confined
from listener.sources.confined import Confined, perform
from tests.unit.sources.rogue import double, misbehave


@pytest.fixture
def doubler() -> Iterator[Confined]:
    """A confined `double`."""
    made = Confined("tests.unit.sources.rogue:double")
    yield made
    made.close()


@pytest.fixture
def rogue() -> Iterator[Confined]:
    """A confined `misbehave` with little time."""
    made = Confined("tests.unit.sources.rogue:misbehave", seconds=0.3, processes=1)
    yield made
    made.close()


def test_a_call_returns_what_the_function_returns(doubler: Confined) -> None:
    """The child stays for the next call, whatever a library prints in it."""
    assert doubler(21) == 42
    [child] = doubler._all
    assert doubler(4) == 8
    assert doubler._all == {child}


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("refuse", "no feed"),
        ("stumble", "the reader stumbled over it: KeyError: 'a bug\\nin a library'"),
        ("dive", "nested too deeply"),
        ("swell", "more than 1024 MB of memory"),
        ("die", "ended the reader's process"),
        ("hang", "longer than 0.3 s"),
        ("toil", "longer than 0.3 s"),
    ],
)
def test_whatever_a_document_does_ends_as_a_parse_error(rogue: Confined, how: str, words: str) -> None:
    """Refusal, a bug, depth, memory, sudden death and a call that never returns, waiting or working: one line each, and the next call works."""
    with pytest.raises(ParseError) as caught:
        rogue(how)
    assert words in caught.value.detail
    with pytest.raises(ParseError, match="no feed"):
        rogue("refuse")


def test_calls_from_several_threads_run_side_by_side(doubler: Confined) -> None:
    """Two threads have a child each; there are never more children than were allowed."""
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(doubler(n))) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 2, 4, 6, 8, 10]
    assert len(doubler._all) <= 2


def test_a_child_that_nobody_needs_is_given_back() -> None:
    """After a while without a call its process and its memory go; the next call starts another."""
    made = Confined("tests.unit.sources.rogue:double", idle=0.05)
    assert made(21) == 42
    [child] = made._all
    child._process.wait(timeout=20)
    assert made(4) == 8
    assert child not in made._all
    made.close()


def test_a_child_that_was_needed_meanwhile_stays() -> None:
    """Who looks too soon leaves it, and looks again."""
    made = Confined("tests.unit.sources.rogue:double", idle=3600.0)
    assert made(1) == 2
    [child] = made._all
    made.rest()
    assert made(2) == 4
    assert made._all == {child}
    made.close()
    made.rest()


def test_a_forgotten_reader_leaves_no_process() -> None:
    """Its children end with it; a ResourceWarning would fail this test."""
    made = Confined("tests.unit.sources.rogue:double")
    assert made(1) == 2
    [child] = made._all
    process = child._process
    del made, child
    gc.collect()
    assert process.returncode == -signal.SIGKILL


def test_a_child_ends_when_its_parent_is_gone() -> None:
    """The child's own life: it says that it is ready, answers calls, and ends at the end of its input."""
    call = pickle.dumps((21,))
    source = io.TextIOWrapper(io.BytesIO(struct.pack(">Q", len(call)) + call))
    sink = io.TextIOWrapper(io.BytesIO())
    before = (sys.stdin, sys.stdout, sys.stderr)
    sys.stdin, sys.stdout = source, sink
    try:
        confined.serve("tests.unit.sources.rogue:double", "10", str(1 << 50))
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    said = sink.buffer
    said.seek(0)
    answers = []
    while head := said.read(8):
        answers.append(pickle.loads(said.read(struct.unpack(">Q", head)[0])))  # noqa: S301 - written four lines above
    assert answers == [("ready", None), ("value", 42)]


def test_what_a_call_is_turned_into() -> None:
    """Every way a call can end has a word; memory is named in megabytes."""

    def starve() -> None:
        raise MemoryError

    assert perform(double, (2,), 1 << 30) == ("value", 4)
    assert perform(starve, (), 1 << 30) == ("fault", "reading it takes more than 1024 MB of memory")
    assert perform(misbehave, ("refuse",), 1) == ("fault", "no feed")
    assert perform(misbehave, ("dive",), 1) == ("fault", "its parts are nested too deeply")
    assert perform(misbehave, ("stumble",), 1)[1] == "the reader stumbled over it: KeyError: 'a bug\\nin a library'"


def test_a_system_without_limits_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no alarm and no limit of memory, the parent's own limit of time still holds."""
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.delattr(signal, "setitimer")
    confined._limit_memory(1)
    confined._alarm(1)

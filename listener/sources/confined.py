"""A function in a process of its own, with a time and a memory limit, so that no hostile document can hang or end us.

The process stays for the next call; one that takes too long, or too much, is killed and replaced. Messages are a length of
eight bytes and a pickle, and only travel between a parent and the child it started itself.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import pkgutil
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from typing import Any, BinaryIO

from listener.core.errors import ParseError

_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20
# So many times its processor's time may pass on the clock: a busy machine makes no document worse.
_PATIENCE = 3.0
_GOODBYE = 5.0  # between a child's last word and its end
# The child starts as a fresh interpreter (never a fork of a program with threads) and finds modules where the parent does.
_START = "import sys; sys.path[:] = sys.argv[4:]; from listener.sources.confined import serve; serve(*sys.argv[1:4])"


class Confined:
    """Calls `target` ("package.module:function") in a child process; raises what it raises when that is a ParseError.

    `seconds` of the processor is the limit for one call, where the system counts it, and three times as much on the clock;
    `memory` the limit of the child's address space in bytes, where the system has one; `processes` how many calls may run side
    by side, each from a thread of its own. Children start when first needed, and end when nobody needs them for `idle` seconds.
    """

    def __init__(
        self, target: str, *, seconds: float = 10.0, memory: int = 1 << 30, processes: int = 2, idle: float = 60.0
    ) -> None:
        self._target = target
        self._seconds = seconds
        self._memory = memory
        self._turn = threading.BoundedSemaphore(processes)
        self._lock = threading.Lock()
        self._patience = idle
        self._idle: list[_Child] = []  # the one that was used last stands last
        self._watched = False  # whether somebody will look at those that are idle
        self._all: set[_Child] = set()
        self._finalizer = weakref.finalize(self, _end_all, self._all)

    def __call__(self, *arguments: object) -> Any:
        """Call the function; raises ParseError when it took too long, ran out of memory or died."""
        message = pickle.dumps(arguments, protocol=pickle.HIGHEST_PROTOCOL)
        with self._turn:
            child = self._borrow()
            try:
                kind, value = child.call(message, self._seconds)
            except BaseException as fault:
                # Whatever went wrong (Ctrl-C too), the child may be in the middle of an answer: it is never used again.
                self._drop(child)
                if isinstance(fault, TimeoutError):
                    raise ParseError(f"reading it took longer than {self._seconds:g} s") from None
                if isinstance(fault, (OSError, EOFError)):
                    raise ParseError("reading it ended the reader's process") from None
                raise
            with self._lock:
                child.left_at = time.monotonic()
                self._idle.append(child)
                self._watch(self._patience)
        if kind == "value":
            return value
        raise ParseError(str(value))

    def _watch(self, seconds: float) -> None:
        """Have somebody look at those that are idle in so many seconds, unless somebody will anyhow."""
        if not self._watched:
            self._watched = True
            timer = threading.Timer(seconds, _rest, (weakref.ref(self),))
            timer.daemon = True
            timer.start()

    def rest(self) -> None:
        """End the children that nobody has needed for a while."""
        with self._lock:
            self._watched = False
            late = time.monotonic() - self._patience
            done = [one for one in self._idle if one.left_at <= late]
            self._idle = [one for one in self._idle if one.left_at > late]
            if self._idle:
                self._watch(self._idle[0].left_at - late)
        for child in done:
            self._drop(child)

    def close(self) -> None:
        """End the children; a later call starts a new one."""
        with self._lock:
            children, self._idle = list(self._idle), []
        for child in children:
            self._drop(child)

    def _borrow(self) -> _Child:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        child = _Child(self._target, self._seconds, self._memory)
        with self._lock:
            self._all.add(child)
        return child

    def _drop(self, child: _Child) -> None:
        child.end()
        with self._lock:
            self._all.discard(child)


class _Child:
    """One child process, from the parent's side."""

    def __init__(self, target: str, seconds: float, memory: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-c", _START, target, str(seconds), str(memory), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A person at the terminal gets our one line, not the library's traceback.
            stderr=None if os.environ.get("LISTENER_DEBUG") else subprocess.DEVNULL,
            # Ctrl-C at the terminal is the parent's to handle.
            start_new_session=True,
        )
        # The first answer says that the interpreter has started; its time is not the document's.
        self._started = False
        self.left_at = 0.0  # when it was last used

    def call(self, message: bytes, seconds: float) -> tuple[str, Any]:
        """Send a call and wait for its answer; raises TimeoutError, OSError or EOFError."""
        pipes = self._process
        assert pipes.stdin is not None
        assert pipes.stdout is not None
        if not self._started:
            self._receive(pipes.stdout, time.monotonic() + 60.0)
            self._started = True
        pipes.stdin.write(_LENGTH.pack(len(message)) + message)
        pipes.stdin.flush()
        try:
            answer = self._receive(pipes.stdout, time.monotonic() + _PATIENCE * seconds)
        except EOFError:
            if self._process.wait(_GOODBYE) == -getattr(signal, "SIGPROF", 0):
                raise TimeoutError from None
            raise
        kind, value = pickle.loads(answer)  # noqa: S301 - from our own child
        return kind, value

    def end(self) -> None:
        """Kill the process, wait for it and close its pipes."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    @staticmethod
    def _receive(pipe: BinaryIO | Any, deadline: float) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)

            def read(count: int) -> bytes:
                data = bytearray()
                while len(data) < count:
                    if not selector.select(max(0.0, deadline - time.monotonic())):
                        raise TimeoutError
                    piece = os.read(pipe.fileno(), min(_CHUNK, count - len(data)))
                    if not piece:
                        raise EOFError
                    data += piece
                return bytes(data)

            (length,) = _LENGTH.unpack(read(_LENGTH.size))
            return read(length)


def _rest(reader: weakref.ref[Confined]) -> None:
    if (there := reader()) is not None:
        there.rest()


def _end_all(children: set[_Child]) -> None:
    for child in list(children):
        child.end()
    children.clear()


def serve(target: str, seconds: str, memory: str) -> None:
    """The child's life: answer calls until the parent hangs up."""
    _limit_memory(int(memory))
    function = pkgutil.resolve_name(target)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # What a library prints must not land between two answers.
    sys.stdout = sys.stderr
    _answer(sink, ("ready", None))
    while head := source.read(_LENGTH.size):
        arguments: Sequence[object] = pickle.loads(source.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - from our own parent
        _alarm(float(seconds))
        _answer(sink, perform(function, arguments, int(memory)))
        _alarm(0.0)


def perform(function: Any, arguments: Sequence[object], memory: int) -> tuple[str, object]:
    """One call and how it ended: ("value", what it returned) or ("fault", one line)."""
    try:
        return "value", function(*arguments)
    except ParseError as fault:
        return "fault", fault.detail
    except MemoryError:
        return "fault", f"reading it takes more than {memory >> 20} MB of memory"
    except RecursionError:
        return "fault", "its parts are nested too deeply"
    except Exception as fault:  # noqa: BLE001 - a parser that stumbles over a document says so; the document is kept
        return "fault", f"the reader stumbled over it: {type(fault).__name__}: {' '.join(str(fault).split())[:120]}"


def _answer(sink: BinaryIO, answer: tuple[str, object]) -> None:
    message = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
    sink.write(_LENGTH.pack(len(message)) + message)
    sink.flush()


def _limit_memory(size: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not every system has it

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    except (ImportError, ValueError, OSError):
        return


def _alarm(seconds: float) -> None:
    """End this process after so many seconds of the processor; 0 is never."""
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        # Should the parent be gone, nobody else would end a call that only waits.
        signal.setitimer(signal.ITIMER_REAL, seconds and _PATIENCE * seconds + _GOODBYE)
    except AttributeError:  # not every system has an alarm
        return

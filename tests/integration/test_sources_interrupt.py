"""Ctrl-C while places are being visited."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

from tests.fakes_http import Asked, Line, page, serving

# A shell starts background work with Ctrl-C ignored, and so its children: the program here wants to hear it all the same.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from datetime import UTC, datetime
from listener.core.model import Document, Source
from listener.core.ports import Ask
from listener.sources.ears import Ears

ears = Ears(allow_private=["127.0.0.0/8"])
document = Document(source="s", url="", media_type="", body=b"<rss><channel/></rss>", fetched_at=datetime.now(UTC))
print(len(ears.parse("rss", document)), flush=True)
source = Source(key="s", brand="b", kind="rss", address=sys.argv[1])
try:
    list(ears.listen([Ask(source=source, cursor=None)], datetime.now(UTC)))
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_ends_the_program_at_once_and_quietly() -> None:
    """A place that never answers, an open event loop and a reader's process do not hold up the end, and nobody complains."""
    reached = threading.Event()

    def silent(_: Asked, line: Line) -> None:
        reached.set()
        line.over.wait()

    with serving({"/": silent, "/ok": page(b"")}) as server:
        program = subprocess.Popen(
            [sys.executable, "-X", "dev", "-c", PROGRAM, server.url()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert reached.wait(30)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
    assert (program.returncode, out, err) == (130, "0\n", "")

"""A small household for end-to-end tests: a feed on loopback, a configuration, and the program as a process of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from listener.cli import main

ITEM = "<item><guid>{n}</guid><title>Bericht {n}</title><link>https://forum.example/{n}</link><pubDate>{date}</pubDate><description>Molenaar Pompen doet {n}</description></item>"


class Feeds:
    """Loopback feeds: what a path answers can be set while the server runs."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        feeds = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feeds.asked.append(self.path)
                body = feeds.pages.get(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def address(self, path: str) -> str:
        """Where a path can be fetched."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def show(self, path: str, *numbers: int, date: str = "Fri, 20 Nov 2026 10:00:00 GMT") -> None:
        """Have a path answer with a feed of these items."""
        items = "".join(ITEM.format(n=n, date=date) for n in numbers)
        self.pages[path] = f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def configure(folder: Path, *sources: tuple[str, str], smtp_port: int = 2525, to: tuple[str, ...] = (), extra: str = "") -> Path:
    """Write a configuration for one brand; the folder to give as --config."""
    config = folder / "config"
    (config / "brands").mkdir(parents=True, exist_ok=True)
    (config / "listener.toml").write_text(
        '[listener]\ndatabase = "sqlite:///listener.db"\nlanguage = "nl"\n'
        '[network]\nallow_private = ["127.0.0.0/8"]\n'
        f'[smtp]\nhost = "127.0.0.1"\nport = {smtp_port}\nsender = "Listener <listener@listener.example>"\n' + extra
    )
    listed = "".join(
        f'[[sources]]\nkey = "{key}"\nkind = "rss"\naddress = "{address}"\nevery = "30m"\n' for key, address in sources
    )
    mails = f'[[digests]]\nkey = "daily"\nto = {list(to)!r}\nat = "07:30"\nlanguage = "nl"\n'.replace("'", '"') if to else ""
    (config / "brands" / "molenaar.toml").write_text(f'name = "Molenaar Pompen"\nquery = \'"Molenaar Pompen"\'\n{listed}{mails}')
    return config


def command(config: Path, *arguments: str) -> list[str]:
    """The program's command line."""
    return [sys.executable, "-m", "listener", *arguments, "--config", str(config)]


def process(config: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end in a process of its own: for what kills it, or reads its pipes."""
    return subprocess.run(
        command(config, *arguments), capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environ}
    )


def listener(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end in this process, from the command line on; quicker, and otherwise the same."""
    out, err, code = StringIO(), StringIO(), 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([*arguments, "--config", str(config)])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    return subprocess.CompletedProcess(list(arguments), code, out.getvalue(), err.getvalue())


def rows(config: Path, statement: str) -> list[tuple[Any, ...]]:
    """What stands in the database."""
    connection = sqlite3.connect(config.parent / "listener.db")
    try:
        found = connection.execute(statement).fetchall()
        connection.commit()
        return found
    finally:
        connection.close()

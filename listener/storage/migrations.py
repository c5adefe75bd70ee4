"""Bringing a database to this program's schema; only ever when a person asks (`listener db upgrade`, `init`, `demo`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text, update

from listener.core.errors import SchemaOutOfDate, StorageError
from listener.core.failpoint import point
from listener.core.finding import FORM
from listener.storage.engine import open_engine, reading, where, writing
from listener.storage.tables import HEAD, filling

# Alembic is imported where it is used: comparing a revision with HEAD at every start must not wait for it.
if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_PLACES = (Path(__file__).parent / "alembic", Path(__file__).parents[2] / "alembic")


def scripts() -> ScriptDirectory:
    """The migration scripts: inside an installed wheel, or at the top of a checkout."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see above

    place = next((one for one in _PLACES if (one / "env.py").is_file()), None)
    if place is None:
        raise StorageError("the migrations are missing from this installation; install Listener again")
    config = Config()
    config.set_main_option("script_location", str(place).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(address: str, target: str = "head") -> tuple[str, str]:
    """Bring a database to this program's schema and return (revision before, revision now); "" is an empty database.

    `target` may name an older schema (a test of the way up does). One transaction: killing it leaves the old schema whole.
    Raises SchemaOutOfDate for a database from a newer program and StorageError when it cannot be used.
    """
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.util.exc import CommandError  # noqa: PLC0415

    engine = open_engine(address)
    try:
        if engine.url.get_backend_name() == "sqlite" and engine.url.database:
            _make_folder(Path(engine.url.database))
        with writing(engine) as connection:
            before = _revision(connection)
            _refuse_newer(engine, before)
            config = _config()
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, target)
            except CommandError as fault:
                raise StorageError(f"database {where(engine)}: {fault}") from fault
            if not before and target == "head":
                # An index that is still empty is of this program's form; the migration that makes it names an older one.
                connection.execute(update(filling).values(form=FORM))
            point("migrate.before_commit")
            return before, _revision(connection)
    finally:
        engine.dispose()


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StorageError(f"database {file}: the folder cannot be made: {fault.strerror}") from fault


def revision(engine: Engine) -> str:
    """The schema a database has now; "" when it has none."""
    if engine.url.get_backend_name() == "sqlite" and engine.url.database and not Path(engine.url.database).exists():
        return ""  # asking would make an empty file
    with reading(engine) as connection:
        return _revision(connection)


def require(engine: Engine) -> None:
    """Raise SchemaOutOfDate unless the database has this program's schema; says which way to go."""
    found = revision(engine)
    if found == HEAD:
        return
    _refuse_newer(engine, found)
    state = f"has schema {found}, this program needs {HEAD}" if found else "has no schema yet"
    raise SchemaOutOfDate(f"database {where(engine)} {state}: run `listener db upgrade`")


def _refuse_newer(engine: Engine, found: str) -> None:
    if found and found != HEAD and found not in {one.revision for one in scripts().walk_revisions()}:
        raise SchemaOutOfDate(
            f"database {where(engine)} has schema {found}, which this program ({HEAD}) does not know: "
            "it was made by a newer Listener; install that one"
        )


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""

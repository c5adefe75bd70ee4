"""Alembic's way in: our tables, one transaction for each migration, SQLite's ALTER by batch."""

from __future__ import annotations

from alembic import context

from listener.storage.engine import open_engine
from listener.storage.tables import is_table, metadata

connection = context.config.attributes.get("connection")


def run(bind: object) -> None:
    """Bring the database that `bind` is connected to where the scripts say."""
    context.configure(
        connection=bind,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=is_table,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Listener's migrations run on a database, not as a script.")
if connection is not None:
    run(connection)
else:
    # The developer's own `alembic revision --autogenerate`: ALEMBIC -x database=sqlite:///x.db
    with open_engine(context.get_x_argument(as_dictionary=True)["database"]).begin() as own:
        run(own)

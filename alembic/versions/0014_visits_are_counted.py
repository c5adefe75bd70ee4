"""What is counted of a source's visits stands in their index.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_INDEX, _TABLE = "ix_run_source_id_started_at", "run"


def upgrade() -> None:
    """Make the index wider."""
    op.drop_index(_INDEX, table_name=_TABLE)
    op.create_index(_INDEX, _TABLE, ["source_id", "started_at", "outcome", "new_entries", "new_mentions"])


def downgrade() -> None:
    """Make it as narrow as it was."""
    op.drop_index(_INDEX, table_name=_TABLE)
    op.create_index(_INDEX, _TABLE, ["source_id", "started_at"])

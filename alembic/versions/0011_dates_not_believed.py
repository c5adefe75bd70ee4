"""Entries keep the moment that their place states where it lay in the future."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('entry', sa.Column('stated_at', sa.DateTime(timezone=True), nullable=True))

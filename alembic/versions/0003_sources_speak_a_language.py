"""Sources know their brand's language and country, for places that have editions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('source', sa.Column('language', sa.String(length=8), server_default='', nullable=False))
    op.add_column('source', sa.Column('country', sa.String(length=2), server_default='', nullable=False))


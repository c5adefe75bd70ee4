"""A judgement keeps what its analyser held each tone's chance to be, in thousandths; what neither column says was neutral."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('judgement', sa.Column('negative', sa.SmallInteger(), nullable=True))
    op.add_column('judgement', sa.Column('positive', sa.SmallInteger(), nullable=True))

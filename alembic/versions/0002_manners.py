"""Good manners: hosts that asked for rest, and what a source's own rhythm, moves and end are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('host',
    sa.Column('host', sa.String(length=300), nullable=False),
    sa.Column('next_allowed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_host'))
    )
    op.add_column('source', sa.Column('host', sa.String(length=300), nullable=False, server_default=''))
    op.add_column('source', sa.Column('recent', sa.Text(), nullable=False, server_default=''))
    op.add_column('source', sa.Column('note', sa.Text(), nullable=False, server_default=''))
    op.add_column('source', sa.Column('rested_at', sa.DateTime(timezone=True), nullable=True))

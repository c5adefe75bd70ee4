"""Signs of life of clock, workers and backups, and how far mentions were looked at for those that no index holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'sign',
        sa.Column('post', sa.String(length=16), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('version', sa.String(length=32), nullable=False),
        sa.Column('begun_at', AT, nullable=False),
        sa.Column('seen_at', AT, nullable=False),
        sa.Column('detail', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('post', 'name', name=op.f('pk_sign')),
    )
    for name in ('checked', 'settled'):
        op.add_column('filling', sa.Column(name, ID, nullable=False, server_default='0'))
    # What is there now is in the index, or waits for it by `after` and `upto`.
    op.execute('UPDATE filling SET checked = (SELECT coalesce(max(id), 0) FROM mention)')
    op.execute('UPDATE filling SET settled = checked')

"""A judgement keeps what its analyser held each tone's chance to be (in thousandths), and long work is seen while it is under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('judgement', sa.Column('negative', sa.SmallInteger(), nullable=True))
    op.add_column('judgement', sa.Column('positive', sa.SmallInteger(), nullable=True))
    op.create_table(
        'undertaking',
        sa.Column('id', ID, nullable=False),
        sa.Column('brand', sa.String(length=64), nullable=False),
        sa.Column('what', sa.String(length=20), nullable=False),
        sa.Column('about', sa.Text(), nullable=False),
        sa.Column('done', sa.Integer(), nullable=False),
        sa.Column('whole', sa.Integer(), nullable=False),
        sa.Column('began_at', AT, nullable=False),
        sa.Column('moved_at', AT, nullable=False),
        sa.Column('is_stopping', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_undertaking')),
    )

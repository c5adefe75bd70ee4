"""The weekly samples that people check by hand, and their answers for the dossier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'sample',
        sa.Column('id', ID, nullable=False),
        sa.Column('brand_id', ID, nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column('seed', sa.BigInteger(), nullable=False),
        sa.Column('strata', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_sample_brand_id_brand')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sample')),
        sa.UniqueConstraint('brand_id', 'week', name=op.f('uq_sample_brand_id_week')),
    )
    op.create_table(
        'checked',
        sa.Column('id', ID, nullable=False),
        sa.Column('mention_id', ID, nullable=False),
        sa.Column('question', sa.String(length=12), nullable=False),
        sa.Column('answer', sa.String(length=12), nullable=False),
        sa.Column('by', sa.String(length=100), nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mention_id'], ['mention.id'], name=op.f('fk_checked_mention_id_mention')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_checked')),
    )
    op.create_index('ix_checked_mention_id', 'checked', ['mention_id', 'id'])


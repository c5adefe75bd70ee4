"""Queries change: what a later version does not catch is put away, what only just fails is remembered for some days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_COUNTED = ['brand_id', 'collected_at', 'said_at', 'media', 'tone']


def upgrade() -> None:
    op.add_column('query_version', sa.Column('matched_to', _ID, nullable=True))
    op.add_column('query_version', sa.Column('matched_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('query_version', sa.Column('gained', sa.Integer(), server_default='0', nullable=False))
    op.add_column('query_version', sa.Column('lost', sa.Integer(), server_default='0', nullable=False))
    op.add_column('query_version', sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('mention', sa.Column('put_away_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_index('ix_mention_brand_id_collected_at', table_name='mention')
    op.create_index('ix_mention_brand_id_collected_at', 'mention', [*_COUNTED, 'put_away_at'])
    op.create_table(
        'near_miss',
        sa.Column('id', _ID, nullable=False),
        sa.Column('brand_id', _ID, nullable=False),
        sa.Column('entry_id', _ID, nullable=False),
        sa.Column('identity', sa.LargeBinary(length=16), nullable=False),
        sa.Column('link', sa.Text(), nullable=False),
        sa.Column('failure', sa.String(length=12), nullable=False),
        sa.Column('part', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('query_version', sa.String(length=12), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_near_miss_brand_id_brand')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_near_miss')),
        sa.UniqueConstraint('brand_id', 'entry_id', name=op.f('uq_near_miss_brand_id_entry_id')),
    )
    op.create_index('ix_near_miss_brand_id_seen_at', 'near_miss', ['brand_id', 'seen_at', 'id'])
    op.create_index('ix_near_miss_seen_at', 'near_miss', ['seen_at'])

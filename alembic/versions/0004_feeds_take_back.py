"""Posts can be taken back, and processes take turns at a host."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('tombstone',
    sa.Column('id', Id, nullable=False),
    sa.Column('source_id', Id, nullable=False),
    sa.Column('identity', sa.LargeBinary(length=16), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cause', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_tombstone_source_id_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tombstone')),
    sa.UniqueConstraint('source_id', 'identity', name=op.f('uq_tombstone_source_id_identity'))
    )
    op.create_table('lost_mention',
    sa.Column('id', Id, autoincrement=False, nullable=False),
    sa.Column('brand_id', Id, nullable=False),
    sa.Column('collected_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cause', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_lost_mention_brand_id_brand')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lost_mention'))
    )
    op.create_index('ix_lost_mention_brand_id_collected_at', 'lost_mention', ['brand_id', 'collected_at'], unique=False)
    op.create_table('turn',
    sa.Column('host', sa.String(length=300), nullable=False),
    sa.Column('owner', sa.String(length=200), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_turn'))
    )
    named = sa.text("author_id <> ''")
    op.create_index('ix_entry_author_id', 'entry', ['author_id'], unique=False, sqlite_where=named, postgresql_where=named)

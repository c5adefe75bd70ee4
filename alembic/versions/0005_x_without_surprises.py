"""Buying is kept in tables: money set aside, pages as they came, what was read and what was not; and chores that come round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('account',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('ref', sa.String(length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('followers', sa.BigInteger(), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'ref', name=op.f('pk_account'))
    )
    op.create_table('billed',
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('what', sa.String(length=8), nullable=False),
    sa.Column('ref', sa.String(length=24), nullable=False),
    sa.PrimaryKeyConstraint('on', 'what', 'ref', name=op.f('pk_billed'))
    )
    op.create_table('chore',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_chore'))
    )
    op.create_table('halt',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('missing', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_halt'))
    )
    op.create_table('purse',
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('micros', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('period', name=op.f('pk_purse'))
    )
    op.create_table('reservation',
    sa.Column('id', Id, nullable=False),
    sa.Column('source', sa.String(length=100), nullable=False),
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('periods', sa.Text(), nullable=False),
    sa.Column('micros', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled', sa.BigInteger(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservation'))
    )
    op.create_index('ix_reservation_made_at', 'reservation', ['made_at'], unique=False)
    op.create_table('page',
    sa.Column('id', Id, nullable=False),
    sa.Column('source', sa.String(length=100), nullable=False),
    sa.Column('reservation_id', Id, nullable=False),
    sa.Column('after', sa.BigInteger(), nullable=False),
    sa.Column('part', sa.String(length=16), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['reservation_id'], ['reservation.id'], name=op.f('fk_page_reservation_id_reservation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_page'))
    )
    op.create_index('ix_page_source', 'page', ['source', 'after'], unique=False)
    op.create_table('counted',
    sa.Column('source_id', Id, nullable=False),
    sa.Column('part', sa.String(length=16), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('posts', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_counted_source_id_source')),
    sa.PrimaryKeyConstraint('source_id', 'part', 'since_at', name=op.f('pk_counted'))
    )
    op.create_table('hole',
    sa.Column('id', Id, nullable=False),
    sa.Column('source_id', Id, nullable=False),
    sa.Column('part', sa.String(length=16), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lost', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_hole_source_id_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hole')),
    sa.UniqueConstraint('source_id', 'part', 'lost', 'low', 'high', name=op.f('uq_hole_source_id_part_lost_low_high'))
    )
    op.create_table('stretch',
    sa.Column('source_id', Id, nullable=False),
    sa.Column('part', sa.String(length=16), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_stretch_source_id_source')),
    sa.PrimaryKeyConstraint('source_id', 'part', name=op.f('pk_stretch'))
    )
    op.create_table('recheck',
    sa.Column('entry_id', Id, nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_recheck_entry_id_entry')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_recheck'))
    )
    op.create_index('ix_recheck_checked_at', 'recheck', ['checked_at'], unique=False)

    # What the ledger saw spent so far counts on: nobody's budget begins anew because the program was updated.
    if op.get_bind().dialect.name == 'postgresql':
        day = "to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    else:
        day = 'substr(started_at, 1, 10)'
    micros = 'CAST(round(sum(cost) * 1000000) AS BIGINT)'
    for period in (day, f'substr({day}, 1, 7)'):
        op.execute(f'INSERT INTO purse (period, micros) SELECT {period}, {micros} FROM run WHERE cost > 0 GROUP BY {period}')

"""A search index over mentions, counts of each hour, and how far both were filled with what was there before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    id_ = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'hour_count',
        sa.Column('brand_id', id_, nullable=False),
        sa.Column('hour', sa.Integer(), nullable=False),
        sa.Column('media', sa.String(length=8), nullable=False),
        sa.Column('tone', sa.String(length=8), nullable=False),
        sa.Column('said', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('expired', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_hour_count_brand_id_brand')),
        sa.PrimaryKeyConstraint('brand_id', 'hour', 'media', 'tone', 'said', name=op.f('pk_hour_count')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'filling',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('form', sa.Integer(), nullable=False),
        sa.Column('after', id_, nullable=False),
        sa.Column('upto', id_, nullable=False),
        sa.Column('dropped', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_filling')),
    )
    # What is there now is filled in by batches, from the first to this last one (`listener db upgrade`, and the clock).
    op.execute('INSERT INTO filling (id, form, after, upto, dropped) SELECT 1, 1, 0, coalesce(max(id), 0), false FROM mention')
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, content='', columnsize=0, tokenize='ascii')")
        op.execute("INSERT INTO search(search, rank) VALUES('automerge', 8)")
    else:
        op.execute('CREATE TABLE search (rank BIGINT CONSTRAINT pk_search PRIMARY KEY, words TSVECTOR NOT NULL)')
        op.execute('CREATE INDEX ix_search_words ON search USING gin (words) WITH (fastupdate = off)')

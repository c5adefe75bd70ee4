"""Evidence reports: what was reported, to whom, what people bring, check and note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
AT = sa.DateTime(timezone=True)


def _brand(table: str, *, key: bool = False) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    column = sa.Column('brand_id', ID, nullable=False, **({'autoincrement': False} if key else {}))
    return column, sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f(f'fk_{table}_brand_id_brand'))


def upgrade() -> None:
    op.create_table(
        'evidence',
        sa.Column('id', ID, nullable=False),
        *_brand('evidence'),
        sa.Column('report', sa.String(length=64), nullable=False),
        sa.Column('month', sa.String(length=7), nullable=True),
        sa.Column('since_at', AT, nullable=False),
        sa.Column('until_at', AT, nullable=False),
        sa.Column('made_at', AT, nullable=False),
        sa.Column('snapshot', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
        sa.UniqueConstraint('report', name=op.f('uq_evidence_report')),
        sa.UniqueConstraint('brand_id', 'month', name=op.f('uq_evidence_brand_id_month')),
    )
    op.create_table(
        'evidence_delivery',
        sa.Column('id', ID, nullable=False),
        sa.Column('evidence_id', ID, nullable=False),
        sa.Column('recipient', sa.Text(), nullable=False),
        sa.Column('message_id', sa.Text(), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('attempt', sa.Integer(), nullable=False),
        sa.Column('retry_at', AT, nullable=False),
        sa.Column('lease_until', AT, nullable=True),
        sa.Column('sent_at', AT, nullable=True),
        sa.Column('error', sa.Text(), nullable=False),
        sa.Column('handed_at', AT, nullable=True),
        sa.Column('unknowns', sa.Integer(), server_default='0', nullable=False),
        sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_delivery_evidence_id_evidence')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_delivery')),
        sa.UniqueConstraint('evidence_id', 'recipient', name=op.f('uq_evidence_delivery_evidence_id_recipient')),
    )
    op.create_index('ix_evidence_delivery_state_retry_at', 'evidence_delivery', ['state', 'retry_at'])
    op.create_table(
        'evidence_note',
        sa.Column('id', ID, nullable=False),
        *_brand('evidence_note'),
        sa.Column('about', sa.String(length=100), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('by', sa.String(length=100), nullable=False),
        sa.Column('noted_at', AT, nullable=False),
        sa.Column('seal', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_note')),
    )
    op.create_index('ix_evidence_note_brand_id', 'evidence_note', ['brand_id', 'id'])
    op.create_table(
        'listed',
        *_brand('listed', key=True),
        sa.Column('list', sa.String(length=10), nullable=False),
        sa.Column('mark', sa.LargeBinary(length=16), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('words', sa.Integer(), nullable=False),
        sa.Column('listed_at', AT, nullable=False),
        sa.PrimaryKeyConstraint('brand_id', 'list', 'mark', name=op.f('pk_listed')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'found_word',
        sa.Column('mention_id', ID, autoincrement=False, nullable=False),
        sa.Column('what', sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(['mention_id'], ['mention.id'], name=op.f('fk_found_word_mention_id_mention')),
        sa.PrimaryKeyConstraint('mention_id', 'what', name=op.f('pk_found_word')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'looked_through',
        *_brand('looked_through', key=True),
        sa.Column('what', sa.String(length=10), nullable=False),
        sa.Column('upto', ID, nullable=False),
        sa.Column('version', sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint('brand_id', 'what', name=op.f('pk_looked_through')),
    )
    op.create_table(
        'conversion',
        sa.Column('id', ID, nullable=False),
        *_brand('conversion'),
        sa.Column('identity', sa.LargeBinary(length=16), nullable=False),
        sa.Column('converted_at', AT, nullable=False),
        sa.Column('euros', sa.Float(), nullable=False),
        sa.Column('what', sa.String(length=100), nullable=False),
        sa.Column('mention', ID, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_conversion')),
        sa.UniqueConstraint('brand_id', 'identity', name=op.f('uq_conversion_brand_id_identity')),
    )
    op.create_index('ix_conversion_brand_id_converted_at', 'conversion', ['brand_id', 'converted_at'])

"""An outbox that knows what is undecidable, people's own choices about their mail, digests of several days, and alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('delivery', sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('delivery', sa.Column('unknowns', sa.Integer(), server_default='0', nullable=False))
    op.add_column('digest_schedule', sa.Column('days', sa.String(length=7), server_default='0123456', nullable=False))
    op.create_table(
        'subscription',
        sa.Column('digest', sa.String(length=200), nullable=False),
        sa.Column('address', sa.String(length=320), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('language', sa.String(length=8), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('digest', 'address', name=op.f('pk_subscription')),
    )
    op.create_table(
        'alert_rule',
        sa.Column('key', sa.String(length=200), nullable=False),
        sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_alert_rule')),
    )
    op.create_table(
        'matter',
        sa.Column('id', ID, nullable=False),
        sa.Column('rule', sa.String(length=200), nullable=False),
        sa.Column('subject', sa.String(length=200), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('told_size', sa.Integer(), nullable=False),
        sa.Column('is_open', sa.Boolean(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_matter')),
        sa.UniqueConstraint('rule', 'subject', name=op.f('uq_matter_rule_subject')),
    )
    op.create_table(
        'alert',
        sa.Column('id', ID, nullable=False),
        sa.Column('key', sa.String(length=300), nullable=False),
        sa.Column('rule', sa.String(length=200), nullable=False),
        sa.Column('snapshot', sa.Text(), nullable=False),
        sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
        sa.UniqueConstraint('key', name=op.f('uq_alert_key')),
    )
    op.create_table(
        'alert_delivery',
        sa.Column('id', ID, nullable=False),
        sa.Column('alert_id', ID, nullable=False),
        sa.Column('recipient', sa.Text(), nullable=False),
        sa.Column('message_id', sa.Text(), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('attempt', sa.Integer(), nullable=False),
        sa.Column('retry_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('unknowns', sa.Integer(), server_default='0', nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('error', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_delivery_alert_id_alert')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_delivery')),
        sa.UniqueConstraint('alert_id', 'recipient', name=op.f('uq_alert_delivery_alert_id_recipient')),
    )
    op.create_index('ix_alert_delivery_state_retry_at', 'alert_delivery', ['state', 'retry_at'])

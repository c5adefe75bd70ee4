"""Editors and their sessions, invitations, shared links, failed sign-ins, deeds, and time worked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'editor',
        sa.Column('id', ID, nullable=False),
        sa.Column('key', sa.String(length=400), nullable=False),
        sa.Column('name', sa.String(length=100), nullable=False),
        sa.Column('password', sa.Text(), nullable=False),
        sa.Column('brands', sa.Text(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_editor')),
        sa.UniqueConstraint('key', name=op.f('uq_editor_key')),
    )
    op.create_table(
        'invitation',
        sa.Column('word', sa.LargeBinary(length=32), nullable=False),
        sa.Column('name', sa.String(length=100), nullable=False),
        sa.Column('brands', sa.Text(), nullable=False),
        sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('word', name=op.f('pk_invitation')),
    )
    op.create_table(
        'session',
        sa.Column('word', sa.LargeBinary(length=32), nullable=False),
        sa.Column('editor_id', ID, nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['editor_id'], ['editor.id'], name=op.f('fk_session_editor_id_editor')),
        sa.PrimaryKeyConstraint('word', name=op.f('pk_session')),
    )
    op.create_index('ix_session_editor_id', 'session', ['editor_id'])
    op.create_table(
        'attempt',
        sa.Column('key', sa.String(length=80), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_attempt')),
    )
    op.create_table(
        'share',
        sa.Column('id', ID, nullable=False),
        sa.Column('brand', sa.String(length=100), nullable=False),
        sa.Column('since', sa.Date(), nullable=True),
        sa.Column('until', sa.Date(), nullable=True),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('made_by', sa.String(length=100), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('uses', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_share')),
    )
    op.create_table(
        'deed',
        sa.Column('id', ID, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('who', sa.String(length=100), nullable=False),
        sa.Column('what', sa.String(length=40), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('before', sa.Text(), nullable=False),
        sa.Column('after', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deed')),
    )
    op.create_table(
        'worked',
        sa.Column('on', sa.Date(), nullable=False),
        sa.Column('who', sa.String(length=100), nullable=False),
        sa.Column('what', sa.String(length=20), nullable=False),
        sa.Column('seconds', sa.Integer(), nullable=False),
        sa.Column('handled', sa.Integer(), nullable=False),
        sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('on', 'who', 'what', name=op.f('pk_worked')),
    )

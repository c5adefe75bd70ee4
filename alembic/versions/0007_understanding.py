"""Labels beside judgements, the story and the voice of each mention, what stories are found by, and themes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    id_ = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.add_column('mention', sa.Column('label_about', sa.String(length=3), nullable=True))
    op.add_column('mention', sa.Column('label_tone', sa.String(length=8), nullable=True))
    op.add_column('mention', sa.Column('label_intent', sa.String(length=12), nullable=True))
    op.add_column('mention', sa.Column('label_answered', sa.String(length=3), nullable=True))
    # None means: not grouped yet. `listener db upgrade` groups what is there, in batches, after this script.
    op.add_column('mention', sa.Column('story_id', id_, nullable=True))
    op.add_column('mention', sa.Column('voice', sa.BigInteger(), nullable=True))
    op.drop_index('ix_mention_brand_id_collected_at', 'mention')
    op.create_index(
        'ix_mention_brand_id_collected_at', 'mention',
        ['brand_id', 'collected_at', 'said_at', 'media', 'tone', 'label_tone', 'label_about', 'story_id', 'voice', 'put_away_at'],
    )
    op.create_index('ix_mention_story_id', 'mention', ['story_id', 'said_at'])

    op.create_table('label',
    sa.Column('id', id_, nullable=False),
    sa.Column('mention_id', id_, nullable=False),
    sa.Column('aspect', sa.String(length=8), nullable=False),
    sa.Column('value', sa.String(length=12), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('labelled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mention_id'], ['mention.id'], name=op.f('fk_label_mention_id_mention')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label'))
    )
    op.create_index('ix_label_mention_id', 'label', ['mention_id', 'id'])

    op.create_table('story_address',
    sa.Column('brand_id', id_, nullable=False),
    sa.Column('address', sa.BigInteger(), nullable=False),
    sa.Column('mention_id', id_, nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_story_address_brand_id_brand')),
    sa.PrimaryKeyConstraint('brand_id', 'address', name=op.f('pk_story_address')),
    sqlite_with_rowid=False,
    )
    op.create_table('story_mark',
    sa.Column('brand_id', id_, nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('mark', sa.BigInteger(), nullable=False),
    sa.Column('mention_id', id_, nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_story_mark_brand_id_brand')),
    sa.PrimaryKeyConstraint('brand_id', 'day', 'mark', 'mention_id', name=op.f('pk_story_mark')),
    sqlite_with_rowid=False,
    )
    op.create_table('theme',
    sa.Column('brand_id', id_, nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('phrase', sa.String(length=100), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('mentions', sa.Text(), nullable=False),
    sa.Column('stories', sa.Integer(), nullable=False),
    sa.Column('voices', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_theme_brand_id_brand')),
    sa.PrimaryKeyConstraint('brand_id', 'on', 'place', name=op.f('pk_theme')),
    sqlite_with_rowid=False,
    )

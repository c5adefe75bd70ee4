"""What of a mention is compared with later ones is kept beside its marks, for some days; older rows have none and need none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    id_ = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'telling',
        sa.Column('mention_id', id_, autoincrement=False, nullable=False),
        sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outlet', sa.Text(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('lead', sa.Text(), nullable=False),
        sa.Column('person', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ['mention_id'], ['mention.id'], name=op.f('fk_telling_mention_id_mention'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('mention_id', name=op.f('pk_telling')),
    )


def downgrade() -> None:
    op.drop_table('telling')

"""What people said of a post outlasts its being rewritten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'former_label',
        sa.Column('id', ID, nullable=False),
        sa.Column('source_id', ID, nullable=False),
        sa.Column('identity', sa.LargeBinary(16), nullable=False),
        sa.Column('brand_id', ID, nullable=False),
        sa.Column('aspect', sa.String(8), nullable=False),
        sa.Column('value', sa.String(12), nullable=False),
        sa.Column('by', sa.String(100), nullable=False),
        sa.Column('labelled_at', AT, nullable=False),
        sa.Column('rewritten_at', AT, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_former_label')),
        sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_former_label_source_id_source')),
        sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_former_label_brand_id_brand')),
    )


def downgrade() -> None:
    op.drop_table('former_label')

"""A shared link may open one evidence report, other than a brand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    with op.batch_alter_table('share') as share:
        share.add_column(sa.Column('evidence_id', ID, nullable=True))
        share.create_foreign_key(op.f('fk_share_evidence_id_evidence'), 'evidence', ['evidence_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('share') as share:
        share.drop_constraint(op.f('fk_share_evidence_id_evidence'), type_='foreignkey')
        share.drop_column('evidence_id')

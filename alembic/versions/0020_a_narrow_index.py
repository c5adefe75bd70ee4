"""The search index of PostgreSQL keeps a row's tokens apart, so that what is found is not read with all its words.

Rows that are there are written so when the index is built anew (`listener db rebuild`).
"""

from __future__ import annotations

from alembic import op

revision = '0020'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE search SET (toast_tuple_target = 128)')
        op.execute('ALTER TABLE search ALTER words SET STORAGE EXTERNAL')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE search RESET (toast_tuple_target)')
        op.execute('ALTER TABLE search ALTER words SET STORAGE EXTENDED')

"""E-mail on its way: the clinic's mail settings, the outbox and its files.

Revision ID: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the outbox."""
    for name in ("shared/open.sql", "0009/outbox.sql", "shared/protect.sql", "shared/close.sql"):
        op.run_file(name)


def downgrade() -> None:
    """There is no way back but the backup taken before the upgrade."""
    raise NotImplementedError("Restore the backup taken before the upgrade.")

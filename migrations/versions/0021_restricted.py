"""A record is restricted with a reason, and every opening in spite of it is reviewed.

Revision ID: 0021
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the review of openings."""
    for name in ("shared/open.sql", "0021/restricted.sql", "shared/protect.sql", "shared/close.sql"):
        op.run_file(name)


def downgrade() -> None:
    """There is no way back but the backup taken before the upgrade."""
    raise NotImplementedError("Restore the backup taken before the upgrade.")

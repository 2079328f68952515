"""Packs are scanned against the prescription, and what the scanner refuses is a near miss.

Revision ID: 0015
"""

from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the near-miss register and guard what is taken from stock."""
    for name in ("shared/open.sql", "0015/scanning.sql", "shared/protect.sql", "shared/close.sql"):
        op.run_file(name)


def downgrade() -> None:
    """There is no way back but the backup taken before the upgrade."""
    raise NotImplementedError("Restore the backup taken before the upgrade.")

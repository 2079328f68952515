"""Interaction lists of other publishers, favourites, and how often a check said something.

Revision ID: 0017
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the lists, the favourites and the count."""
    for name in ("shared/open.sql", "0017/prescribing.sql", "shared/protect.sql", "shared/close.sql"):
        op.run_file(name)


def downgrade() -> None:
    """There is no way back but the backup taken before the upgrade."""
    raise NotImplementedError("Restore the backup taken before the upgrade.")

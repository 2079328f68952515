"""What was decided when a result was reviewed, and taking a review back.

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the results."""
    for name in ("shared/open.sql", "0012/reviews.sql", "shared/protect.sql", "shared/close.sql"):
        op.run_file(name)


def downgrade() -> None:
    """There is no way back but the backup taken before the upgrade."""
    raise NotImplementedError("Restore the backup taken before the upgrade.")

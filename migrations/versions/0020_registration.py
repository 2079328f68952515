"""More than one phone, person and policy for a patient; households; what must be known of whom.

Revision ID: 0020
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the rest of a registration."""
    for name in ("shared/open.sql", "0020/registration.sql", "shared/protect.sql", "shared/close.sql"):
        op.run_file(name)


def downgrade() -> None:
    """There is no way back but the backup taken before the upgrade."""
    raise NotImplementedError("Restore the backup taken before the upgrade.")

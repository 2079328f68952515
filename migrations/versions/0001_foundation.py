"""The documented tables, isolation, sign-in, audit, ledger, search and self-check.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FILES = (
    "10_roles.sql",
    "20_foundation.sql",
    "22_sessions.sql",
    "31_platform.sql",
    "32_people.sql",
    "33_patients.sql",
    "34_clinical.sql",
    "35_billing.sql",
    "36_inventory.sql",
    "37_messaging.sql",
    "38_governance.sql",
    "39_foreign_keys.sql",
    "40_permissions.sql",
    "41_audit.sql",
    "42_sign_in.sql",
    "44_enrolment.sql",
    "46_policies.sql",
    "48_triggers.sql",
    "50_ledger.sql",
    "52_search.sql",
    "60_platform.sql",
    "70_selfcheck.sql",
    "90_close.sql",
)


def upgrade() -> None:
    """Build the schema from nothing, in one transaction."""
    for name in FILES:
        op.run_file(name)


def downgrade() -> None:
    """There is no way back but the backup taken before the upgrade."""
    raise NotImplementedError("Restore the backup taken before the upgrade.")

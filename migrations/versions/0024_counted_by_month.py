"""What is counted by month is found by its time."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

UNDONE = sa.text("undone_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_flag_created_at", "flag", ["created_at", "reason"])
    op.create_index(
        "ix_decision_undone_at", "decision", ["undone_at"], sqlite_where=UNDONE, postgresql_where=UNDONE
    )


def downgrade() -> None:
    op.drop_index("ix_decision_undone_at", table_name="decision")
    op.drop_index("ix_flag_created_at", table_name="flag")

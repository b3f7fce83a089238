"""The log by who did it and by what it was done to."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id", "id"])
    op.create_index("ix_audit_entry_target", "audit_entry", ["target", "target_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_target", "audit_entry")
    op.drop_index("ix_audit_entry_actor_id", "audit_entry")

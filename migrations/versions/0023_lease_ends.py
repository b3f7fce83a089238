"""What moderators had in hand and did not decide."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease_end",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("let_go", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_lease_end_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease_end")),
    )
    op.create_index(op.f("ix_lease_end_review_id"), "lease_end", ["review_id"])
    op.create_index(op.f("ix_lease_end_at"), "lease_end", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_lease_end_at"), table_name="lease_end")
    op.drop_index(op.f("ix_lease_end_review_id"), table_name="lease_end")
    op.drop_table("lease_end")

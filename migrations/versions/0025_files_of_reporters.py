"""Files that go with appeals of people without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("appeal_file") as batch:
        batch.alter_column("account_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("report_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_appeal_file_report_id_report"), "report", ["report_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_appeal_file_whose"), "(account_id IS NULL) <> (report_id IS NULL)"
        )
        batch.create_index("ix_appeal_file_report", ["report_id", "decision_id"])


def downgrade() -> None:
    """Files of people without an account are lost; their bytes stay, and nobody reaches them."""
    op.execute("DELETE FROM appeal_file WHERE account_id IS NULL")
    with op.batch_alter_table("appeal_file") as batch:
        batch.drop_index("ix_appeal_file_report")
        batch.drop_constraint(op.f("ck_appeal_file_whose"), type_="check")
        batch.drop_constraint(op.f("fk_appeal_file_report_id_report"), type_="foreignkey")
        batch.drop_column("report_id")
        batch.alter_column("account_id", existing_type=sa.Integer(), nullable=False)

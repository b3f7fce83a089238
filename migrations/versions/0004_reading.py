"""Reading: comments on a question, who has it too, what is kept for later."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("comment", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "question", sa.Column("too_count", sa.Integer(), nullable=False, server_default=sa.text("'0'"))
    )
    op.create_table(
        "have_too",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_have_too_account_id_account")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_have_too_thread_id_thread")),
        sa.PrimaryKeyConstraint("thread_id", "account_id", name=op.f("pk_have_too")),
    )
    op.create_index(op.f("ix_have_too_account_id"), "have_too", ["account_id"])
    op.create_table(
        "saved",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_account_id_account")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_saved_thread_id_thread")),
        sa.PrimaryKeyConstraint("account_id", "thread_id", name=op.f("pk_saved")),
    )
    op.create_index(op.f("ix_saved_thread_id"), "saved", ["thread_id"])
    op.create_index("ix_saved_latest", "saved", ["account_id", "created_at"])


def downgrade() -> None:
    op.drop_table("saved")
    op.drop_table("have_too")
    with op.batch_alter_table("question") as batch:
        batch.drop_column("too_count")
    with op.batch_alter_table("post") as batch:
        batch.drop_column("comment")

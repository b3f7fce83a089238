"""Threads whose posts stand in another one."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged_thread",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_merged_thread_post_id_post")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_merged_thread_thread_id_thread")),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_merged_thread")),
    )
    op.create_index(op.f("ix_merged_thread_post_id"), "merged_thread", ["post_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_merged_thread_post_id"), "merged_thread")
    op.drop_table("merged_thread")

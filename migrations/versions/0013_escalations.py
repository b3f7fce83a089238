"""Threads that go to Support, and what comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question", sa.Column("with_support_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("answer_post_id", sa.Integer(), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("outcome_note", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_post_id"], ["post.id"], name=op.f("fk_escalation_answer_post_id_post")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_escalation_by_id_account")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_escalation_thread_id_thread")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_escalation_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_escalation_ticket_id")),
    )
    op.create_index(op.f("ix_escalation_ask_at"), "escalation", ["ask_at"])
    op.create_index("ix_escalation_thread", "escalation", ["thread_id", "id"])
    op.create_index(
        "uq_escalation_open",
        "escalation",
        ["thread_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("escalation")
    with op.batch_alter_table("question") as batch:
        batch.drop_column("with_support_at")

"""Keeping right: proposed edits, pointers to what was asked before, answers confirmed or stale, locks with reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")
ADDED = {
    "thread": ("lock_reason",),
    "revision": ("tags",),
    "question": (
        "confirmed_at",
        "stale_at",
        "duplicate_of_id",
        "duplicate_by_id",
        "duplicate_at",
        "differs",
        "archive_reason",
        "archived_from",
    ),
}


def upgrade() -> None:
    op.add_column(
        "thread", sa.Column("lock_reason", sa.String(200), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("revision", sa.Column("tags", sa.JSON(), nullable=True))
    with op.batch_alter_table("question") as batch:
        for name in ("confirmed_at", "stale_at", "duplicate_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("duplicate_of_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("duplicate_by_id", sa.Integer(), nullable=True))
        for name, length in (("differs", 500), ("archive_reason", 200)):
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=sa.text("''")))
        batch.add_column(sa.Column("archived_from", sa.String(16), nullable=True))
        batch.create_foreign_key(
            op.f("fk_question_duplicate_of_id_thread"), "thread", ["duplicate_of_id"], ["id"]
        )
        batch.create_foreign_key(
            op.f("fk_question_duplicate_by_id_account"), "account", ["duplicate_by_id"], ["id"]
        )
        batch.create_index(op.f("ix_question_duplicate_of_id"), ["duplicate_of_id"])
    op.create_table(
        "edit_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_edit_proposal_decided_by_id_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_edit_proposal_post_id_post")),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["account.id"], name=op.f("fk_edit_proposal_proposer_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_proposal")),
    )
    op.create_index(op.f("ix_edit_proposal_post_id"), "edit_proposal", ["post_id"])
    op.create_index("ix_edit_proposal_state", "edit_proposal", ["state", "created_at"])
    op.create_index("ix_edit_proposal_proposer", "edit_proposal", ["proposer_id", "created_at"])
    op.create_index(
        "uq_edit_proposal_pending",
        "edit_proposal",
        ["post_id", "proposer_id"],
        unique=True,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_table(
        "deletion",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.String(10), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_deletion_by_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_deletion_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_deletion")),
    )
    op.create_index(op.f("ix_deletion_by_id"), "deletion", ["by_id"])
    op.create_table(
        "duplicate_mark",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_duplicate_mark_by_id_account")),
        sa.ForeignKeyConstraint(["of_id"], ["thread.id"], name=op.f("fk_duplicate_mark_of_id_thread")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_duplicate_mark_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "of_id", "by_id", name=op.f("pk_duplicate_mark")),
    )
    op.create_table(
        "confirmation",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_confirmation_account_id_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_confirmation_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", "account_id", name=op.f("pk_confirmation")),
    )
    op.create_table(
        "thread_reading",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_reading_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "day", name=op.f("pk_thread_reading")),
    )
    op.create_index(op.f("ix_thread_reading_day"), "thread_reading", ["day"])
    op.create_table(
        "account_day",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("threads_read", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_day_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_account_day")),
    )


def downgrade() -> None:
    for table in (
        "account_day",
        "thread_reading",
        "confirmation",
        "duplicate_mark",
        "deletion",
        "edit_proposal",
    ):
        op.drop_table(table)
    with op.batch_alter_table("question") as batch:
        batch.drop_index(op.f("ix_question_duplicate_of_id"))
        batch.drop_constraint(op.f("fk_question_duplicate_of_id_thread"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_question_duplicate_by_id_account"), type_="foreignkey")
    for table, names in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_column(name)

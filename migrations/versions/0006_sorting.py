"""Aliases of tags, spaces that were merged, what moderators decided, and flags."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HELD = sa.text("visibility = 'held'")
OPEN = sa.text("handled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "tag_alias",
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_alias_tag_id_tag")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tag_alias")),
    )
    op.create_index(op.f("ix_tag_alias_tag_id"), "tag_alias", ["tag_id"])
    op.create_table(
        "moved_thread",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_moved_thread_thread_id_thread")),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_moved_thread")),
    )
    op.create_table(
        "held_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_held_decision_author_id_account")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_held_decision_by_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_held_decision_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_decision")),
    )
    op.create_index(op.f("ix_held_decision_post_id"), "held_decision", ["post_id"])
    op.create_index("ix_held_decision_author", "held_decision", ["author_id", "released"])
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_flag_account_id_account")),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["account.id"], name=op.f("fk_flag_handled_by_id_account")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_flag_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("post_id", "account_id", name=op.f("uq_flag_post_id_account_id")),
    )
    op.create_index("ix_flag_account", "flag", ["account_id", "created_at"])
    op.create_index("ix_flag_open", "flag", ["created_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    with op.batch_alter_table("space") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_space_merged_into_id_space"), "space", ["merged_into_id"], ["id"])
    op.drop_index(op.f("ix_thread_tag_tag_id"), "thread_tag")
    op.create_index("ix_thread_tag_tag", "thread_tag", ["tag_id", "thread_id"])
    op.drop_index(op.f("ix_thread_space_id"), "thread")
    op.create_index("ix_thread_space", "thread", ["space_id", "created_at", "id"])
    op.create_index("ix_thread_held", "thread", ["created_at"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index("ix_post_held", "post", ["created_at"], sqlite_where=HELD, postgresql_where=HELD)


def downgrade() -> None:
    op.drop_index("ix_post_held", "post")
    op.drop_index("ix_thread_held", "thread")
    op.drop_index("ix_thread_space", "thread")
    op.create_index(op.f("ix_thread_space_id"), "thread", ["space_id"])
    op.drop_index("ix_thread_tag_tag", "thread_tag")
    op.create_index(op.f("ix_thread_tag_tag_id"), "thread_tag", ["tag_id"])
    with op.batch_alter_table("space") as batch:
        batch.drop_constraint(op.f("fk_space_merged_into_id_space"), type_="foreignkey")
        batch.drop_column("merged_into_id")
    for table in ("flag", "held_decision", "moved_thread", "tag_alias"):
        op.drop_table(table)

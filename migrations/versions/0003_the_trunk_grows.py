"""The trunk grows: votes, photos counted, masked text, locks, follows, reasons, tags with descriptions and counts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNT = "UPDATE tag SET thread_count = (SELECT count(*) FROM thread_tag JOIN thread ON thread.id = thread_tag.thread_id WHERE thread_tag.tag_id = tag.id AND thread.visibility = 'public')"


def upgrade() -> None:
    op.add_column("thread", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("thread", sa.Column("unmasked_title", sa.String(300), nullable=True))
    op.add_column("post", sa.Column("unmasked_html", sa.Text(), nullable=True))
    for name in ("up_count", "down_count", "photo_count"):
        op.add_column("post", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("'0'")))
    op.add_column(
        "revision", sa.Column("reason", sa.String(200), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "tag", sa.Column("description", sa.String(300), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "tag", sa.Column("thread_count", sa.Integer(), nullable=False, server_default=sa.text("'0'"))
    )
    op.execute(COUNT)
    op.create_table(
        "vote",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN (1, -1)", name=op.f("ck_vote_value")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_vote_account_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_vote_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", "account_id", name=op.f("pk_vote")),
    )
    op.create_index(op.f("ix_vote_account_id"), "vote", ["account_id"])
    op.create_table(
        "follow",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_follow_account_id_account")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_follow_thread_id_thread")),
        sa.PrimaryKeyConstraint("account_id", "thread_id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_thread_id"), "follow", ["thread_id"])
    op.create_index("ix_thread_kind", "thread", ["kind", "last_activity_at", "id"])
    op.drop_index("ix_thread_kind_state", "thread")
    op.create_index("ix_thread_kind_state", "thread", ["kind", "state", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_thread_kind_state", "thread")
    op.create_index("ix_thread_kind_state", "thread", ["kind", "state", "visibility", "created_at"])
    op.drop_index("ix_thread_kind", "thread")
    op.drop_table("follow")
    op.drop_table("vote")
    columns = {
        "tag": ("thread_count", "description"),
        "revision": ("reason",),
        "post": ("photo_count", "down_count", "up_count", "unmasked_html"),
        "thread": ("unmasked_title", "locked_at"),
    }
    for table, names in columns.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_column(name)

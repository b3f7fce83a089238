"""The trunk grows: votes counted, photos counted, masked text, locks, reasons, tags with descriptions and counts."""

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


def downgrade() -> None:
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

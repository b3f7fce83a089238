"""What a mute comes after, so that hearing of a thread again restores it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow", sa.Column("followed", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Nobody knows what the mutes so far came after: hearing again makes followers of them, as it did.
    op.execute("UPDATE follow SET followed = muted")


def downgrade() -> None:
    op.drop_column("follow", "followed")

"""Edits that moderators decided are signed by them all."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revision") as batch:
        batch.add_column(sa.Column("decided", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Before, moderators changed what others wrote without a decision, and were named.
    op.execute(
        "UPDATE revision SET decided = true WHERE editor_id IN "
        "(SELECT id FROM account WHERE role IN ('moderator', 'admin')) "
        "AND editor_id <> (SELECT author_id FROM post WHERE post.id = revision.post_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("revision") as batch:
        batch.drop_column("decided")

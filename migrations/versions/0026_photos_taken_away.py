"""Photos that moderators took away from a post, and may give back."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("photo") as batch:
        batch.add_column(sa.Column("taken_from_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_photo_taken_from_id_post"), "post", ["taken_from_id"], ["id"])
        batch.create_check_constraint(op.f("ck_photo_taken"), "taken_from_id IS NULL OR post_id IS NULL")
        batch.create_index("ix_photo_taken_from", ["taken_from_id"])


def downgrade() -> None:
    with op.batch_alter_table("photo") as batch:
        batch.drop_index("ix_photo_taken_from")
        batch.drop_constraint(op.f("ck_photo_taken"), type_="check")
        batch.drop_constraint(op.f("fk_photo_taken_from_id_post"), type_="foreignkey")
        batch.drop_column("taken_from_id")

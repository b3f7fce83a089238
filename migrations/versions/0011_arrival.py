"""Arrival: votes brought along, old addresses, duplicates known elsewhere, the marketplaces' real channels."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("imported_up", "imported_down"):
        op.add_column("post", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("'0'")))
    op.create_table(
        "old_address",
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_old_address_post_id_post")),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("pk_old_address")),
    )
    op.create_index(op.f("ix_old_address_post_id"), "old_address", ["post_id"])
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("marketplace", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("place", sa.String(60), nullable=False),
        sa.Column("matched", sa.String(220), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint(
            "marketplace", "kind", "matched", "place", name=op.f("uq_channel_marketplace_kind_matched_place")
        ),
    )
    op.create_index(op.f("ix_channel_matched"), "channel", ["matched"])


def downgrade() -> None:
    op.drop_table("channel")
    op.drop_table("old_address")
    with op.batch_alter_table("post") as batch:
        for name in ("imported_down", "imported_up"):
            batch.drop_column(name)

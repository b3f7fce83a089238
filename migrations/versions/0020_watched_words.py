"""Watched words, where they were met, and what looks like spam."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watched_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_version")),
    )
    op.create_table(
        "watched_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("pattern", sa.String(length=300), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_watched_word_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_word")),
    )
    op.create_table(
        "watched_hit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("word_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_watched_hit_post_id_post")),
        sa.ForeignKeyConstraint(
            ["word_id"], ["watched_word.id"], name=op.f("fk_watched_hit_word_id_watched_word")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_hit")),
        sa.UniqueConstraint(
            "post_id", "word_id", "version", name=op.f("uq_watched_hit_post_id_word_id_version")
        ),
    )
    op.create_table(
        "spam_score",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_spam_score_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_spam_score")),
    )
    op.create_index(op.f("ix_spam_score_at"), "spam_score", ["at"])
    op.create_table(
        "post_trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_trace_post_id_post")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_post_trace_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_trace")),
    )
    op.create_index("ix_post_trace_value", "post_trace", ["value", "at"])
    op.create_index(op.f("ix_post_trace_post_id"), "post_trace", ["post_id"])
    op.create_index(op.f("ix_post_trace_at"), "post_trace", ["at"])
    op.create_index("ix_watched_hit_word", "watched_hit", ["word_id", "at"])


def downgrade() -> None:
    op.drop_table("post_trace")
    op.drop_table("spam_score")
    op.drop_index("ix_watched_hit_word", "watched_hit")
    op.drop_table("watched_hit")
    op.drop_table("watched_word")
    op.drop_table("watched_version")

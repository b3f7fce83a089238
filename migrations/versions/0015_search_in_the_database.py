"""The search index in the database. On SQLite its tables stay empty."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_index",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("build", sa.Integer(), nullable=False),
        sa.Column("next_build", sa.Integer(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index")),
    )
    op.create_table(
        "search_document",
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(24), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_length", sa.Integer(), nullable=False),
        sa.Column("body_length", sa.Integer(), nullable=False),
        sa.Column("answers_length", sa.Integer(), nullable=False),
        sa.Column("terms", postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("build", "kind", "id", name=op.f("pk_search_document")),
    )
    op.create_index("ix_search_document_at", "search_document", ["build", "at"])
    op.create_index(
        "ix_search_document_terms",
        "search_document",
        ["terms"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "on", "gin_pending_list_limit": "64"},
    )
    op.create_table(
        "search_term",
        sa.Column("build", sa.Integer(), nullable=False),
        sa.Column(
            "term",
            sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("count", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_search_term", "search_term", ["build", "term"], postgresql_include=["count"])
    if op.get_bind().dialect.name == "postgresql":
        # A search visits many rows for what is short in them, so texts and terms lie apart, and as they are: taking
        # them out of compression cost more than reading them.
        op.execute("ALTER TABLE search_document SET (toast_tuple_target = 128)")
        for column in ("terms", "body", "answer"):
            op.execute(f"ALTER TABLE search_document ALTER COLUMN {column} SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("search_term")
    op.drop_table("search_document")
    op.drop_table("search_index")

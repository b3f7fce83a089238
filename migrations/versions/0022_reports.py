"""Reports of people without an account, and appeals by them; passages of posts that are put away; files of appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("post_version", sa.Integer(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("appeal_until", MOMENT, nullable=True),
        sa.Column("heard_id", sa.Integer(), nullable=True),
        _points("report", "review_id", "review"),
        _points("report", "decision_id", "decision"),
        _points("report", "heard_id", "decision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("ref", name=op.f("uq_report_ref")),
    )
    op.create_index("ix_report_review", "report", ["review_id", "created_at"])
    op.create_index("ix_report_decision", "report", ["decision_id"])
    op.create_index("ix_report_heard", "report", ["heard_id"])
    op.create_index("ix_report_appeal_until", "report", ["appeal_until"])
    with op.batch_alter_table("appeal") as batch:
        batch.alter_column("account_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("report_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_appeal_report_id_report"), "report", ["report_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_appeal_decision_id_report_id"), ["decision_id", "report_id"])
        batch.create_check_constraint(op.f("ck_appeal_whose"), "(account_id IS NULL) <> (report_id IS NULL)")
        batch.create_index(op.f("ix_appeal_report_id"), ["report_id"])
    op.create_table(
        "redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("passage", sa.String(300), nullable=False),
        sa.Column("by_flag", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        _points("redaction", "post_id", "post"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
        sa.UniqueConstraint("post_id", "kind", "passage", name=op.f("uq_redaction_post_id_kind_passage")),
    )
    op.create_table(
        "appeal_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("called", sa.String(100), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _points("appeal_file", "account_id", "account"),
        _points("appeal_file", "decision_id", "decision"),
        _points("appeal_file", "appeal_id", "appeal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_file")),
        sa.UniqueConstraint("name", name=op.f("uq_appeal_file_name")),
    )
    op.create_index("ix_appeal_file_waiting", "appeal_file", ["appeal_id", "created_at"])
    op.create_index("ix_appeal_file_whose", "appeal_file", ["account_id", "decision_id"])


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def downgrade() -> None:
    """Reports, what their senders appealed, and what was put away are lost; the latter stays masked."""
    op.drop_table("appeal_file")
    op.drop_table("redaction")
    op.execute("DELETE FROM appeal WHERE account_id IS NULL")
    with op.batch_alter_table("appeal") as batch:
        batch.drop_index(op.f("ix_appeal_report_id"))
        batch.drop_constraint(op.f("ck_appeal_whose"), type_="check")
        batch.drop_constraint(op.f("uq_appeal_decision_id_report_id"), type_="unique")
        batch.drop_constraint(op.f("fk_appeal_report_id_report"), type_="foreignkey")
        batch.drop_column("report_id")
        batch.alter_column("account_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("report")

"""People: reputation as a ledger, trust that is earned, suspension, questions brought to people, former names and addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

GIVEN_BY_AN_OPERATOR = (
    "UPDATE account SET trust_floor = {level}, trust = {level} WHERE role IN ({roles}) AND state = 'active'"
)
LEVELS = {1: "'member'", 3: "'trusted', 'moderator', 'agent', 'admin'"}
ACCEPTED_SO_FAR = """
INSERT INTO reputation (account_id, points, reason, post_id, by_id, key, created_at)
SELECT post.author_id, CASE WHEN post.visibility = 'public' AND thread.visibility = 'public' THEN 15 ELSE 0 END,
       'accepted', post.id, question.accepted_by_id, 'accepted:' || thread.id, question.accepted_at
FROM question JOIN thread ON thread.id = question.thread_id JOIN post ON post.id = question.accepted_post_id
WHERE question.accepted_by_id IS NOT NULL AND post.author_id NOT IN (thread.author_id, question.accepted_by_id)
"""
ADDED_UP = """
UPDATE account SET reputation = (SELECT sum(points) FROM reputation WHERE reputation.account_id = account.id)
WHERE id IN (SELECT account_id FROM reputation)
"""


def upgrade() -> None:
    for name in ("reputation", "trust_floor"):
        op.add_column("account", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("'0'")))
    for name in ("trust_below_since", "suspended_until"):
        op.add_column("account", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "account",
        sa.Column("suspended_because", sa.String(300), nullable=False, server_default=sa.text("''")),
    )
    op.add_column(
        "account", sa.Column("asks_welcome", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    for level, roles in LEVELS.items():
        op.execute(GIVEN_BY_AN_OPERATOR.format(level=level, roles=roles))
    op.create_table(
        "reputation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reputation_account_id_account")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_reputation_by_id_account")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_reputation_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reputation")),
        sa.UniqueConstraint("key", name=op.f("uq_reputation_key")),
    )
    op.create_index("ix_reputation_latest", "reputation", ["account_id", "created_at", "id"])
    op.create_index(op.f("ix_reputation_post_id"), "reputation", ["post_id"])
    op.execute(ACCEPTED_SO_FAR)
    op.execute(ADDED_UP)
    op.create_table(
        "ask",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ask_account_id_account")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_ask_thread_id_thread")),
        sa.PrimaryKeyConstraint("thread_id", "account_id", name=op.f("pk_ask")),
    )
    op.create_index("ix_ask_person", "ask", ["account_id", "created_at"])
    op.create_table(
        "former_name",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("skeleton", sa.String(160), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_former_name_account_id_account")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_former_name")),
    )
    for column in ("skeleton", "account_id", "given_up_at"):
        op.create_index(op.f(f"ix_former_name_{column}"), "former_name", [column])
    op.create_table(
        "former_email",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_former_email_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_email")),
    )
    for column in ("account_id", "replaced_at"):
        op.create_index(op.f(f"ix_former_email_{column}"), "former_email", [column])


def downgrade() -> None:
    for table in ("former_email", "former_name", "ask", "reputation"):
        op.drop_table(table)
    with op.batch_alter_table("account") as batch:
        for name in (
            "asks_welcome",
            "suspended_because",
            "suspended_until",
            "trust_below_since",
            "trust_floor",
            "reputation",
        ):
            batch.drop_column(name)

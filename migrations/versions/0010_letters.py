"""Letters: kinds with sorts, saved notices, digests, hours, and mail that stops."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What waits in the outbox as a letter of its own goes into the next letters instead.
MOVE = (
    "UPDATE notification SET mail_at = created_at WHERE 'notice:' || id IN"
    " (SELECT key FROM job WHERE name = 'notifications.mail' AND done_at IS NULL)",
    "DELETE FROM job WHERE name = 'notifications.mail' AND done_at IS NULL",
)
INDEXES = {
    "ix_notification_saved": (["account_id"], "saved_at IS NOT NULL"),
    "ix_notification_waiting": (["mail_at", "account_id"], "mail_at IS NOT NULL"),
    "ix_notification_letter": (["letter_id"], "letter_id IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest_day", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_letter_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("account_id", "digest_day", name=op.f("uq_letter_account_id_digest_day")),
    )
    op.create_index(op.f("ix_letter_created_at"), "letter", ["created_at"])
    with op.batch_alter_table("notification") as batch:
        batch.alter_column("actor_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("what", sa.String(20), nullable=False, server_default=sa.text("''")))
        for name in ("saved_at", "mail_at", "mailed_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("letter_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_notification_letter_id_letter"), "letter", ["letter_id"], ["id"])
    for name, (columns, where) in INDEXES.items():
        op.create_index(
            name, "notification", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    for statement in MOVE:
        op.execute(statement)
    op.add_column(
        "mail_choice",
        sa.Column("cadence", sa.String(10), nullable=False, server_default=sa.text("'now'")),
    )
    op.execute("""UPDATE mail_choice SET cadence = CASE WHEN "on" THEN 'now' ELSE 'off' END""")
    with op.batch_alter_table("mail_choice") as batch:
        batch.drop_column("on")
    op.create_table(
        "mail_hours",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_hours_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_hours")),
    )
    op.create_table(
        "mail_stop",
        sa.Column("address_key", sa.String(20), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_mail_stop")),
    )
    op.create_table(
        "mail_bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(20), nullable=False),
        sa.Column("letter_key", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounce")),
        sa.UniqueConstraint("address_key", "letter_key", name=op.f("uq_mail_bounce_address_key_letter_key")),
    )
    op.create_index(op.f("ix_mail_bounce_at"), "mail_bounce", ["at"])


def downgrade() -> None:
    op.drop_table("mail_bounce")
    op.drop_table("mail_stop")
    op.drop_table("mail_hours")
    op.add_column("mail_choice", sa.Column("on", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("""UPDATE mail_choice SET "on" = (cadence <> 'off')""")
    with op.batch_alter_table("mail_choice") as batch:
        batch.alter_column("on", existing_type=sa.Boolean(), server_default=None)
        batch.drop_column("cadence")
    # Before, every notification named somebody.
    op.execute("UPDATE notification SET actor_id = account_id WHERE actor_id IS NULL")
    for name in INDEXES:
        op.drop_index(name, table_name="notification")
    with op.batch_alter_table("notification") as batch:
        batch.drop_constraint(op.f("fk_notification_letter_id_letter"), type_="foreignkey")
        for name in ("letter_id", "mailed_at", "mail_at", "saved_at", "what"):
            batch.drop_column(name)
        batch.alter_column("actor_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("letter")

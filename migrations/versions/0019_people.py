"""What moderators may do about a person, and the addresses people sign in from."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for kind in ("silenced", "held"):
        op.add_column("account", sa.Column(f"{kind}_until", sa.DateTime(timezone=True), nullable=True))
        op.add_column(
            "account",
            sa.Column(f"{kind}_because", sa.String(length=300), server_default=sa.text("''"), nullable=False),
        )
    op.create_table(
        "signin_address",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_signin_address_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "address", "day", name=op.f("pk_signin_address")),
    )
    op.create_index("ix_signin_address_shared", "signin_address", ["address", "day"])
    op.create_index(op.f("ix_signin_address_day"), "signin_address", ["day"])


def downgrade() -> None:
    op.drop_table("signin_address")
    for kind in ("held", "silenced"):
        op.drop_column("account", f"{kind}_because")
        op.drop_column("account", f"{kind}_until")

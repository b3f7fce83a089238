"""What every installation begins with: a log that cannot be rewritten, and topics."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SPACES = (
    ("selling", "Selling", "Prices, offers, bundles, reviews and keeping buyers happy."),
    ("postage", "Postage", "Labels, lockers, scans, packing, and parcels that went astray."),
    (
        "returns",
        "Returns and disputes",
        "Not as described, wrong size, refunds, and who pays to send it back.",
    ),
    ("payments", "Payments", "Payouts, fees, refunds, chargebacks and money that is taking its time."),
    ("account", "Account", "Signing in, identity checks, the second step, and your details."),
    ("safety", "Safety", "Odd messages, odd links, odd buyers. Ask before you tap."),
    (
        "listings",
        "Listings and photos",
        "Titles, measurements, honest photos of flaws, and listings taken down.",
    ),
)


def upgrade() -> None:
    for statement in _triggers(op.get_bind().dialect.name):
        op.execute(statement)
    space = sa.table("space", *map(sa.column, ("slug", "name", "description", "position")))
    op.bulk_insert(
        space,
        [
            {"slug": slug, "name": name, "description": description, "position": position}
            for position, (slug, name, description) in enumerate(SPACES)
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM space WHERE id NOT IN (SELECT space_id FROM thread)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entry_stays ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_stays()")
    else:
        op.execute("DROP TRIGGER audit_entry_no_update")
        op.execute("DROP TRIGGER audit_entry_no_delete")


def _triggers(dialect: str) -> tuple[str, ...]:
    refusal = "the log is append-only"
    if dialect == "postgresql":
        return (
            "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
            "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()",
        )
    return (
        f"CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        f"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    )

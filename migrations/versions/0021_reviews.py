"""One review a target, with its flags and decisions; appeals, shifts, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("opened_at IS NOT NULL")
OPEN = sa.text("decision_id IS NULL")
APPEALED = sa.text("decided_at IS NULL")
ANSWERED = sa.text("answered_at IS NULL")
UNHANDLED = sa.text("handled_at IS NULL")
ONE_TARGET = (
    "(CASE WHEN post_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END) = 1"
)
# As the reasons weighed and were called when this was written.
SEVERITY = {"link": 5, "personal": 5, "scam": 4, "abuse": 3, "spam": 2}
NOW_CALLED = {"advert": "spam", "unkind": "abuse"}

post = sa.table(
    "post",
    *map(sa.column, ("id", "author_id", "thread_id", "parent_id", "visibility")),
    sa.column("created_at", MOMENT),
)
thread = sa.table("thread", sa.column("id"), sa.column("visibility"))
account = sa.table("account", sa.column("id"))
old_flag = sa.table(
    "old_flag",
    *map(sa.column, ("id", "post_id", "account_id", "reason", "note", "handled_by_id")),
    sa.column("created_at", MOMENT),
    sa.column("handled_at", MOMENT),
)
held_decision = sa.table(
    "held_decision",
    *map(sa.column, ("id", "post_id", "author_id", "by_id", "reason")),
    sa.column("released", sa.Boolean),
    sa.column("decided_at", MOMENT),
)
review = sa.table(
    "review",
    *map(
        sa.column,
        (
            "id",
            "post_id",
            "author_id",
            "severity",
            "reach",
            "flag_count",
            "flag_weight",
            "independent",
            "version",
        ),
    ),
    sa.column("held", sa.Boolean),
    sa.column("opened_at", MOMENT),
)
decision = sa.table(
    "decision",
    *map(sa.column, ("id", "ref", "review_id", "subject_id", "by_id", "act", "reason", "said")),
    sa.column("automated", sa.Boolean),
    sa.column("involved", sa.Boolean),
    sa.column("before", sa.JSON),
    sa.column("made_at", MOMENT),
)
flag = sa.table(
    "flag",
    *map(sa.column, ("id", "review_id", "account_id", "reason", "note", "passage", "weight", "decision_id")),
    sa.column("counted", sa.Boolean),
    sa.column("created_at", MOMENT),
)


def upgrade() -> None:
    op.execute("CREATE TABLE old_flag AS SELECT * FROM flag")
    op.drop_table("flag")
    _create_tables()
    _carry_over()
    op.drop_table("old_flag")
    op.drop_table("held_decision")
    with op.batch_alter_table("notification") as batch:
        batch.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_notification_decision_id_decision"), "decision", ["decision_id"], ["id"]
        )


def _create_tables() -> None:
    op.create_table(
        "queue_view",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", sa.String(300), nullable=False),
        _points("queue_view", "account_id", "account"),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_queue_view")),
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        _points("shift", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index("ix_shift_account", "shift", ["account_id", "began_at"])
    op.create_index(op.f("ix_shift_ended_at"), "shift", ["ended_at"])
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("reach", sa.Double(), nullable=False),
        sa.Column("flag_count", sa.Integer(), nullable=False),
        sa.Column("flag_weight", sa.Double(), nullable=False),
        sa.Column("independent", sa.Integer(), nullable=False),
        sa.Column("noticed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hidden_at", MOMENT, nullable=True),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(ONE_TARGET, name=op.f("ck_review_target")),
        _points("review", "account_id", "account"),
        _points("review", "author_id", "account"),
        _points("review", "claimed_by_id", "account"),
        _points("review", "post_id", "post"),
        _points("review", "thread_id", "thread"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("account_id", name=op.f("uq_review_account_id")),
        sa.UniqueConstraint("post_id", name=op.f("uq_review_post_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_review_thread_id")),
    )
    op.create_index("ix_review_author", "review", ["author_id"])
    op.create_index(
        "ix_review_waiting", "review", ["opened_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(12), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("outside", sa.String(80), server_default=sa.text("''"), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("automated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("involved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("batch", sa.String(12), nullable=True),
        sa.Column("waited_seconds", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("reversed_at", MOMENT, nullable=True),
        _points("decision", "by_id", "account"),
        _points("decision", "review_id", "review"),
        _points("decision", "second_id", "account"),
        _points("decision", "subject_id", "account"),
        _points("decision", "undone_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("ref", name=op.f("uq_decision_ref")),
    )
    op.create_index(op.f("ix_decision_batch"), "decision", ["batch"])
    op.create_index("ix_decision_by", "decision", ["by_id", "made_at"])
    op.create_index("ix_decision_made_at", "decision", ["made_at"])
    op.create_index("ix_decision_review", "decision", ["review_id", "id"])
    op.create_index("ix_decision_subject", "decision", ["subject_id", "act"])
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("review_version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("outside", sa.String(80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        _points("proposal", "by_id", "account"),
        _points("proposal", "review_id", "review"),
        _points("proposal", "second_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(
        "uq_proposal_waiting",
        "proposal",
        ["review_id"],
        unique=True,
        sqlite_where=ANSWERED,
        postgresql_where=ANSWERED,
    )
    op.create_table(
        "staff_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _points("staff_note", "by_id", "account"),
        _points("staff_note", "review_id", "review"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_note")),
    )
    op.create_index(op.f("ix_staff_note_review_id"), "staff_note", ["review_id"])
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("same_moderator", sa.Boolean(), server_default=sa.false(), nullable=False),
        _points("appeal", "account_id", "account"),
        _points("appeal", "decided_by_id", "account"),
        _points("appeal", "decision_id", "decision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", "account_id", name=op.f("uq_appeal_decision_id_account_id")),
    )
    op.create_index(op.f("ix_appeal_account_id"), "appeal", ["account_id"])
    op.create_index(
        "ix_appeal_waiting", "appeal", ["created_at"], sqlite_where=APPEALED, postgresql_where=APPEALED
    )
    op.create_table(
        "told",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("appeal_until", MOMENT, nullable=False),
        _points("told", "account_id", "account"),
        _points("told", "decision_id", "decision"),
        sa.PrimaryKeyConstraint("decision_id", "account_id", name=op.f("pk_told")),
    )
    op.create_index(op.f("ix_told_account_id"), "told", ["account_id"])
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("passage", sa.String(300), nullable=False),
        sa.Column("post_version", sa.Integer(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        _points("flag", "account_id", "account"),
        _points("flag", "decision_id", "decision"),
        _points("flag", "review_id", "review"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index("ix_flag_review", "flag", ["review_id", "created_at"])
    op.create_index("ix_flag_account", "flag", ["account_id", "created_at"])
    op.create_index("ix_flag_decision", "flag", ["decision_id"])
    op.create_index(
        "uq_flag_open",
        "flag",
        ["review_id", "account_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _carry_over() -> None:
    """What was held, flagged and decided so far."""
    waits = sa.or_(
        post.c.visibility == "held",
        sa.and_(
            post.c.parent_id.is_(None),
            post.c.thread_id.in_(sa.select(thread.c.id).where(thread.c.visibility == "held")),
        ),
    )
    known = sa.union(sa.select(old_flag.c.post_id), sa.select(held_decision.c.post_id))
    zero = sa.literal(0)
    op.execute(
        review.insert().from_select(
            [
                "post_id",
                "author_id",
                "severity",
                "reach",
                "flag_count",
                "flag_weight",
                "independent",
                "version",
                "held",
                "opened_at",
            ],
            sa.select(
                post.c.id,
                post.c.author_id,
                sa.case((waits, 1), else_=0),
                sa.literal(1.0),
                zero,
                sa.literal(0.0),
                zero,
                sa.literal(1),
                sa.case((waits, sa.true()), else_=sa.false()),
                sa.case((waits, post.c.created_at)),
            ).where(sa.or_(waits, post.c.id.in_(known))),
        )
    )
    columns = [
        "ref",
        "review_id",
        "subject_id",
        "by_id",
        "act",
        "reason",
        "said",
        "automated",
        "involved",
        "before",
        "made_at",
    ]
    rest = (sa.literal(""), sa.false(), sa.false(), sa.literal({}, sa.JSON))
    reason = sa.func.coalesce(held_decision.c.reason, "")
    op.execute(
        decision.insert().from_select(
            columns,
            sa.select(
                sa.literal("held-") + sa.cast(held_decision.c.id, sa.String),
                review.c.id,
                held_decision.c.author_id,
                held_decision.c.by_id,
                sa.case((held_decision.c.released, "keep"), else_="hide"),
                sa.case(NOW_CALLED, value=reason, else_=reason),
                *rest,
                held_decision.c.decided_at,
            )
            .select_from(held_decision.join(review, review.c.post_id == held_decision.c.post_id))
            .order_by(held_decision.c.id),
        )
    )
    of_flags = old_flag.join(review, review.c.post_id == old_flag.c.post_id)
    ref = sa.literal("flag-") + sa.cast(old_flag.c.id, sa.String)
    op.execute(
        decision.insert().from_select(
            columns,
            sa.select(
                ref,
                review.c.id,
                review.c.author_id,
                old_flag.c.handled_by_id,
                sa.literal("keep"),
                sa.literal(""),
                *rest,
                old_flag.c.handled_at,
            )
            .select_from(of_flags)
            .where(old_flag.c.handled_at.is_not(None))
            .order_by(old_flag.c.id),
        )
    )
    op.execute(
        flag.insert().from_select(
            [
                "id",
                "review_id",
                "account_id",
                "reason",
                "note",
                "passage",
                "weight",
                "counted",
                "created_at",
                "decision_id",
            ],
            sa.select(
                old_flag.c.id,
                review.c.id,
                old_flag.c.account_id,
                old_flag.c.reason,
                old_flag.c.note,
                sa.literal(""),
                sa.literal(1.0),
                sa.false(),
                old_flag.c.created_at,
                decision.c.id,
            ).select_from(of_flags.outerjoin(decision, decision.c.ref == ref)),
        )
    )
    theirs = sa.and_(flag.c.review_id == review.c.id, flag.c.decision_id.is_(None))
    number = sa.select(sa.func.count()).select_from(flag).where(theirs).scalar_subquery()
    first = sa.select(sa.func.min(flag.c.created_at)).where(theirs).scalar_subquery()
    worst = (
        sa.select(sa.func.max(sa.case(SEVERITY, value=flag.c.reason, else_=1)))
        .where(theirs)
        .scalar_subquery()
    )
    op.execute(
        review.update()
        .where(review.c.id.in_(sa.select(flag.c.review_id).where(flag.c.decision_id.is_(None))))
        .values(
            flag_count=number,
            flag_weight=number,
            severity=worst,
            opened_at=sa.func.coalesce(review.c.opened_at, first),
        )
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            sa.text(
                "SELECT setval(pg_get_serial_sequence('flag', 'id'), (SELECT coalesce(max(id), 1) FROM flag))"
            )
        )


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def downgrade() -> None:
    """Flags of posts and what was decided about held ones come back; all else is lost."""
    with op.batch_alter_table("notification") as batch:
        batch.drop_constraint(op.f("fk_notification_decision_id_decision"), type_="foreignkey")
        batch.drop_column("decision_id")
    op.execute("CREATE TABLE new_flag AS SELECT * FROM flag")
    op.drop_table("flag")
    op.create_table(
        "held_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=False),
        _points("held_decision", "author_id", "account"),
        _points("held_decision", "by_id", "account"),
        _points("held_decision", "post_id", "post"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_decision")),
    )
    op.create_index(op.f("ix_held_decision_post_id"), "held_decision", ["post_id"])
    op.create_index("ix_held_decision_author", "held_decision", ["author_id", "released"])
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        _points("flag", "account_id", "account"),
        _points("flag", "handled_by_id", "account"),
        _points("flag", "post_id", "post"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("post_id", "account_id", name=op.f("uq_flag_post_id_account_id")),
    )
    op.create_index("ix_flag_account", "flag", ["account_id", "created_at"])
    op.create_index(
        "ix_flag_open", "flag", ["created_at"], sqlite_where=UNHANDLED, postgresql_where=UNHANDLED
    )
    op.execute(
        "INSERT INTO held_decision (post_id, author_id, by_id, released, reason, decided_at)"
        " SELECT review.post_id, decision.subject_id, decision.by_id, decision.act = 'keep',"
        " CASE decision.reason WHEN 'spam' THEN 'advert' WHEN 'abuse' THEN 'unkind' WHEN '' THEN NULL ELSE decision.reason END,"
        " decision.made_at FROM decision JOIN review ON review.id = decision.review_id"
        " WHERE review.post_id IS NOT NULL AND decision.by_id IS NOT NULL AND decision.act IN ('keep', 'hide')"
    )
    op.execute(
        "INSERT INTO flag (post_id, account_id, reason, note, created_at, handled_at, handled_by_id)"
        " SELECT review.post_id, new_flag.account_id, new_flag.reason, new_flag.note, new_flag.created_at,"
        " decision.made_at, decision.by_id FROM new_flag JOIN review ON review.id = new_flag.review_id"
        " LEFT JOIN decision ON decision.id = new_flag.decision_id WHERE review.post_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM new_flag later WHERE later.review_id = new_flag.review_id"
        " AND later.account_id = new_flag.account_id AND later.id > new_flag.id)"
    )
    op.drop_table("new_flag")
    for table in ("told", "appeal", "staff_note", "proposal", "decision", "review", "shift", "queue_view"):
        op.drop_table(table)

"""Help sessions and what became of suggestions in them, trials, searches that found nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OUTCOMES_BECOME_EVENTS = """
INSERT INTO suggestion_event (form, what, thread_id, day)
SELECT form, CASE outcome WHEN 'none' THEN 'refused' ELSE outcome END, thread_id, {day}
FROM suggestion_outcome ORDER BY id
"""
# What an outcome cannot say is lost on the way down: sessions, and what was shown, opened, filed or regretted.
EVENTS_BECOME_OUTCOMES = """
INSERT INTO suggestion_outcome (form, outcome, thread_id, at)
SELECT form, CASE what WHEN 'refused' THEN 'none' ELSE what END, CASE what WHEN 'solved' THEN thread_id END, {moment}
FROM suggestion_event WHERE what IN ('refused', 'solved') ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["account.id"], name=op.f("fk_trial_started_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
    )
    op.create_table(
        "help_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("visitor", sa.String(64), nullable=True),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=True),
        sa.Column("arm", sa.String(10), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("matches", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_help_session_account_id_account")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_help_session_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_session")),
        sa.UniqueConstraint("account_id", "nth", name="uq_help_session_account"),
        sa.UniqueConstraint("visitor", "nth", name="uq_help_session_visitor"),
    )
    op.create_index(op.f("ix_help_session_begun_on"), "help_session", ["begun_on"])
    op.create_index("ix_help_session_trial", "help_session", ["trial_id", "begun_on"])
    op.create_table(
        "suggestion_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["help_session.id"], name=op.f("fk_suggestion_event_session_id_help_session")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_suggestion_event_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_event")),
    )
    op.create_index("ix_suggestion_event_day", "suggestion_event", ["what", "day"])
    op.create_index(op.f("ix_suggestion_event_thread_id"), "suggestion_event", ["thread_id"])
    op.create_index(
        "uq_suggestion_event_once", "suggestion_event", ["session_id", "what", "thread_id"], unique=True
    )
    op.create_table(
        "empty_search",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "words", name=op.f("pk_empty_search")),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(
        OUTCOMES_BECOME_EVENTS.format(day="date(at)" if on_sqlite else "(at AT TIME ZONE 'UTC')::date")
    )
    op.drop_table("suggestion_outcome")


def downgrade() -> None:
    op.create_table(
        "suggestion_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_suggestion_outcome_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_outcome")),
    )
    op.create_index(op.f("ix_suggestion_outcome_at"), "suggestion_outcome", ["at"])
    op.create_index(op.f("ix_suggestion_outcome_thread_id"), "suggestion_outcome", ["thread_id"])
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    moment = "day || ' 00:00:00.000000'" if on_sqlite else "day::timestamp AT TIME ZONE 'UTC'"
    op.execute(EVENTS_BECOME_OUTCOMES.format(moment=moment))
    for table in ("empty_search", "suggestion_event", "help_session", "trial"):
        op.drop_table(table)

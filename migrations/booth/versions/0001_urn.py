"""The urn: packages, cards by fingerprint, sealed envelopes. No time, no person, no order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "urn",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("package", sa.Text, nullable=False),
        sa.Column("package_digest", sa.Text, nullable=False),
        sa.Column("root", sa.Text),
        sa.CheckConstraint(
            "state IN ('prepared', 'open', 'closed', 'opened', 'in_custody', 'destroyed', "
            "'given_up')",
            name="urn_state",
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "urn_group",
        sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), primary_key=True),
        sa.Column("group", sa.Text, primary_key=True),
        sa.Column("printed", sa.Integer, nullable=False),
        sa.Column("void", sa.Integer, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "card",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('unused', 'used', 'void')", name="card_state"),
        sqlite_with_rowid=False,
    )
    op.create_index("card_urn", "card", ["urn", "group"])
    op.create_table(
        "envelope",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("envelope_urn", "envelope", ["urn", "group"])
    op.create_table(
        "board",
        sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), primary_key=True),
        sa.Column("receipts", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    _surveys()


def _surveys() -> None:
    """Public surveys: used codes and sums, no answer by itself."""
    op.create_table(
        "survey",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed', 'finished')", name="survey_state"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_code",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("survey", sa.Text, sa.ForeignKey("survey.id"), nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("survey_code_survey", "survey_code", ["survey", "area", "used"])
    op.create_table(
        "survey_sum",
        sa.Column("survey", sa.Text, sa.ForeignKey("survey.id"), primary_key=True),
        sa.Column("area", sa.Text, primary_key=True),
        sa.Column("question", sa.Text, primary_key=True),
        sa.Column("answer", sa.Text, primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    booth = ("survey_sum", "survey_code", "survey", "board", "envelope", "card", "urn_group", "urn")
    for table in booth:
        op.drop_table(table)

"""computed results and analyses, kept to be read again

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _ref(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "analysis_runs",
        _ref("id"),
        _ref("cycle_id"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("scheme_digest", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("created_at", cases.models.base.Instant(), nullable=False),
        sa.Column("last_at", cases.models.base.Instant(), nullable=False),
        _ref("created_by", nullable=True),
        sa.CheckConstraint(
            "kind IN ('result', 'watch', 'interval', 'methods', 'what_if', 'rehearsal')",
            name=op.f("ck_analysis_runs_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_analysis_runs_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_analysis_runs_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_runs")),
    )
    with op.batch_alter_table("analysis_runs", schema=None) as batch_op:
        batch_op.create_index("ix_analysis_runs_cycle_id_kind_id", ["cycle_id", "kind", "id"])


def downgrade() -> None:
    op.drop_table("analysis_runs")

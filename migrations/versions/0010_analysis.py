"""computed results and analyses, observations behind figures and what contradicts what

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
    _observations()
    _figure_conflicts()
    _result_entries()


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _observations() -> None:
    lists, single = "observation_lists", "observations"
    op.create_table(
        lists,
        _ref("id"),
        _ref("cycle_id"),
        _ref("file_id"),
        sa.Column("name", sa.String(length=200), nullable=False),
        _ref("taken_by", nullable=True),
        sa.Column("taken_at", cases.models.base.Instant(), nullable=False),
        _key(lists, "cycle_id", "cycles"),
        _key(lists, "file_id", "files"),
        _key(lists, "taken_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_lists")),
    )
    with op.batch_alter_table(lists, schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_lists_cycle_id"), ["cycle_id"])
    op.create_table(
        single,
        _ref("id"),
        _ref("list_id"),
        sa.Column("row", sa.Integer(), nullable=False),
        _ref("sheet_id"),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("measure_unit", sa.String(length=200), nullable=True),
        sa.Column("source_kind", sa.String(length=200), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=True),
        sa.Column("method", sa.String(length=200), nullable=True),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        _ref("value_id", nullable=True),
        _key(single, "list_id", lists),
        _key(single, "sheet_id", "data_sheets"),
        _key(single, "value_id", "indicator_values"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    with op.batch_alter_table(single, schema=None) as batch_op:
        for column in ("list_id", "sheet_id", "value_id"):
            batch_op.create_index(batch_op.f(f"ix_observations_{column}"), [column])


def _figure_conflicts() -> None:
    table = "figure_conflicts"
    op.create_table(
        table,
        _ref("id"),
        _ref("sheet_id"),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("binds", sa.Boolean(), nullable=False),
        sa.Column("check_code", sa.String(length=40), nullable=True),
        _ref("observation_id", nullable=True),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("other_value", sa.String(length=40), nullable=True),
        sa.Column("other_source", sa.Text(), nullable=True),
        sa.Column("before", sa.String(length=200), nullable=True),
        sa.Column("found_at", cases.models.base.Instant(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        _ref("settled_by", nullable=True),
        sa.Column("settled_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('list', 'sheet', 'official', 'check')", name=op.f("ck_figure_conflicts_kind")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('taken', 'kept', 'corrected')",
            name=op.f("ck_figure_conflicts_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (reason IS NULL)",
            name=op.f("ck_figure_conflicts_outcome_with_reason"),
        ),
        _key(table, "sheet_id", "data_sheets"),
        _key(table, "observation_id", "observations"),
        _key(table, "settled_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_conflicts")),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_conflicts_sheet_id"), ["sheet_id"])


def _result_entries() -> None:
    op.create_table(
        "unit_result_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("score", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column(
            "entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entered_at", cases.models.base.Instant(), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_unit_result_entries_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["people.id"], name=op.f("fk_unit_result_entries_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_result_entries_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_result_entries")),
        sa.UniqueConstraint(
            "cycle_id",
            "unit_id",
            "kind",
            name=op.f("uq_unit_result_entries_cycle_id_unit_id_kind"),
        ),
    )
    with op.batch_alter_table("unit_result_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_result_entries_unit_id"), ["unit_id"])


def downgrade() -> None:
    with op.batch_alter_table("unit_result_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_result_entries_unit_id"))
    op.drop_table("unit_result_entries")
    op.drop_table("figure_conflicts")
    op.drop_table("observations")
    op.drop_table("observation_lists")
    op.drop_table("analysis_runs")

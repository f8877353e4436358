"""objections to figures, figures that do not apply, and units that were renamed, merged, split

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _ref(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    _voice()
    with op.batch_alter_table("data_sheets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirm_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("answer_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", cases.models.base.Instant(), nullable=True))
        batch_op.add_column(_ref("confirmed_by", nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_data_sheets_confirmed_by"), "people", ["confirmed_by"], ["id"]
        )
    with op.batch_alter_table("indicator_values", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("not_applicable", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("previous_value", sa.String(length=40), nullable=True))
    op.create_table(
        "value_objections",
        _ref("id"),
        _ref("sheet_id"),
        _ref("value_id"),
        sa.Column("reason", sa.Text(), nullable=False),
        _ref("file_id", nullable=True),
        _ref("raised_by", nullable=True),
        sa.Column("raised_at", cases.models.base.Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        _ref("answered_by", nullable=True),
        sa.Column("answered_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('corrected', 'kept')",
            name=op.f("ck_value_objections_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["data_sheets.id"], name=op.f("fk_value_objections_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["value_id"], ["indicator_values.id"], name=op.f("fk_value_objections_value_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_value_objections_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["people.id"], name=op.f("fk_value_objections_raised_by")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name=op.f("fk_value_objections_answered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_objections")),
    )
    with op.batch_alter_table("value_objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_value_objections_sheet_id"), ["sheet_id"])
        batch_op.create_index(batch_op.f("ix_value_objections_value_id"), ["value_id"])
    _unit_changes()
    _unit_items()


def _unit_items() -> None:
    op.create_table(
        "unit_items",
        _ref("id"),
        _ref("sheet_id"),
        sa.Column("item", sa.String(length=40), nullable=False),
        _ref("provider_unit_id", nullable=True),
        _ref("verifier_unit_id", nullable=True),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("points", sa.String(length=40), nullable=True),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=True),
        _ref("file_id", nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        _ref("entered_by"),
        sa.Column("entered_at", cases.models.base.Instant(), nullable=False),
        _ref("verified_by", nullable=True),
        sa.Column("verified_at", cases.models.base.Instant(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        _ref("withdrawn_by", nullable=True),
        sa.Column("withdrawn_at", cases.models.base.Instant(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        _ref("objected_by", nullable=True),
        sa.Column("objected_at", cases.models.base.Instant(), nullable=True),
        sa.Column("objection_due_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        _ref("answered_by", nullable=True),
        sa.Column("answered_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'verified', 'frozen', 'disputed')",
            name=op.f("ck_unit_items_state"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('corrected', 'kept')",
            name=op.f("ck_unit_items_outcome"),
        ),
        sa.CheckConstraint(
            "verified_by IS NULL OR verified_by <> entered_by",
            name=op.f("ck_unit_items_four_eyes"),
        ),
        sa.CheckConstraint(
            "(cases IS NULL) <> (points IS NULL)", name=op.f("ck_unit_items_cases_or_points")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["data_sheets.id"], name=op.f("fk_unit_items_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_unit_id"], ["units.id"], name=op.f("fk_unit_items_provider_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["verifier_unit_id"], ["units.id"], name=op.f("fk_unit_items_verifier_unit_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_unit_items_file_id")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["people.id"], name=op.f("fk_unit_items_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["people.id"], name=op.f("fk_unit_items_verified_by")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["people.id"], name=op.f("fk_unit_items_withdrawn_by")
        ),
        sa.ForeignKeyConstraint(
            ["objected_by"], ["people.id"], name=op.f("fk_unit_items_objected_by")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name=op.f("fk_unit_items_answered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_items")),
    )
    with op.batch_alter_table("unit_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_items_sheet_id"), ["sheet_id"])
        batch_op.create_index(batch_op.f("ix_unit_items_provider_unit_id"), ["provider_unit_id"])
        batch_op.create_index(batch_op.f("ix_unit_items_verifier_unit_id"), ["verifier_unit_id"])


def _unit_changes() -> None:
    op.create_table(
        "unit_changes",
        _ref("id"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year_only", sa.Boolean(), nullable=False),
        _ref("from_unit_id", nullable=True),
        sa.Column("from_name", sa.String(length=200), nullable=False),
        sa.Column("from_code", sa.String(length=40), nullable=True),
        _ref("to_unit_id", nullable=True),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("to_code", sa.String(length=40), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _ref("recorded_by", nullable=True),
        sa.Column("recorded_at", cases.models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('rename', 'recode', 'merge', 'split', 'transfer', 'replace', 'found', "
            "'abolish', 'adjust', 'seat')",
            name=op.f("ck_unit_changes_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["from_unit_id"], ["units.id"], name=op.f("fk_unit_changes_from_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_unit_id"], ["units.id"], name=op.f("fk_unit_changes_to_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_unit_changes_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_changes")),
        sa.UniqueConstraint(
            "kind", "day", "from_name", "to_name", "document",
            name=op.f("uq_unit_changes_kind_day_from_name_to_name_document"),
        ),
    )  # fmt: skip
    once = sa.text("kind NOT IN ('transfer', 'adjust', 'seat')")
    with op.batch_alter_table("unit_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_changes_from_unit_id"), ["from_unit_id"])
        batch_op.create_index(batch_op.f("ix_unit_changes_to_unit_id"), ["to_unit_id"])
        batch_op.create_index(
            "uq_unit_changes_once",
            ["kind", "day", "from_name", "to_name"],
            unique=True,
            sqlite_where=once,
            postgresql_where=once,
        )


def _voice() -> None:
    """Public surveys, reports of canvassing, negative ratings."""
    op.create_table('surveys',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cycle_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('scale', sa.String(length=40), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('indicator', sa.String(length=40), nullable=True),
    sa.Column('provider', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=False),
    sa.Column('pace', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', cases.models.base.Instant(), nullable=False),
    sa.CheckConstraint("mode IN ('codes', 'open', 'telephone', 'visit', 'service_rating')", name=op.f('ck_surveys_mode')),
    sa.CheckConstraint("state IN ('drafted', 'open', 'closed', 'counted')", name=op.f('ck_surveys_state')),
    sa.CheckConstraint('started_on <= ended_on', name=op.f('ck_surveys_days')),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_surveys_created_by')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_surveys_cycle_id')),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_surveys_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys')),
    sa.UniqueConstraint('key', name=op.f('uq_surveys_key'))
    )
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_surveys_cycle_id'), ['cycle_id'], unique=False)

    op.create_table('survey_areas',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('survey_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=True),
    sa.Column('quota', sa.Integer(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=True),
    sa.Column('bad', sa.Integer(), nullable=True),
    sa.Column('fixed', sa.Integer(), nullable=True),
    sa.CheckConstraint('answered >= 0 AND asked >= 0 AND quota >= 0', name=op.f('ck_survey_areas_numbers')),
    sa.CheckConstraint('fixed IS NULL OR fixed <= bad', name=op.f('ck_survey_areas_fixed')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_areas_survey_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_survey_areas_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_areas')),
    sa.UniqueConstraint('survey_id', 'code', name=op.f('uq_survey_areas_survey_id_code'))
    )
    with op.batch_alter_table('survey_areas', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_areas_unit_id'), ['unit_id'], unique=False)

    op.create_table('canvassing_reports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cycle_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('survey_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('channel', sa.String(length=200), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('finding', sa.Text(), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', cases.models.base.Instant(), nullable=True),
    sa.CheckConstraint("state IN ('reported', 'upheld', 'dismissed')", name=op.f('ck_canvassing_reports_state')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> created_by', name=op.f('ck_canvassing_reports_four_eyes')),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_canvassing_reports_created_by')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_canvassing_reports_cycle_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_canvassing_reports_decided_by')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_canvassing_reports_survey_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_canvassing_reports_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_canvassing_reports'))
    )
    with op.batch_alter_table('canvassing_reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_canvassing_reports_survey_id'), ['survey_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_canvassing_reports_unit_id'), ['unit_id'], unique=False)

    op.create_table('negative_ratings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cycle_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=200), nullable=False),
    sa.Column('service', sa.String(length=200), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('proof', sa.String(length=200), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fixed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fixed_on', sa.Date(), nullable=True),
    sa.Column('fix_due_on', sa.Date(), nullable=True),
    sa.Column('answer', sa.String(length=40), nullable=True),
    sa.Column('answer_note', sa.Text(), nullable=True),
    sa.Column('called_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('called_on', sa.Date(), nullable=True),
    sa.Column('call_due_on', sa.Date(), nullable=True),
    sa.Column('confirmed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('excluded_reason', sa.Text(), nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("answer IS NULL OR answer IN ('content', 'not_content', 'not_reached')", name=op.f('ck_negative_ratings_answer')),
    sa.CheckConstraint("state IN ('fixing', 'calling_back', 'answered', 'confirmed', 'excluded')", name=op.f('ck_negative_ratings_state')),
    sa.CheckConstraint('confirmed_by IS NULL OR confirmed_by <> fixed_by', name=op.f('ck_negative_ratings_four_eyes')),
    sa.ForeignKeyConstraint(['called_by'], ['people.id'], name=op.f('fk_negative_ratings_called_by')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['people.id'], name=op.f('fk_negative_ratings_confirmed_by')),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_negative_ratings_created_by')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_negative_ratings_cycle_id')),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_negative_ratings_file_id')),
    sa.ForeignKeyConstraint(['fixed_by'], ['people.id'], name=op.f('fk_negative_ratings_fixed_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_negative_ratings_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_negative_ratings')),
    sa.UniqueConstraint('cycle_id', 'number', name=op.f('uq_negative_ratings_cycle_id_number'))
    )
    with op.batch_alter_table('negative_ratings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_negative_ratings_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('ix_negative_ratings_worklist', ['state', 'due_on'], unique=False)


def downgrade() -> None:
    for table in ("negative_ratings", "canvassing_reports", "survey_areas", "surveys"):
        op.drop_table(table)
    op.drop_table("unit_items")
    op.drop_table("unit_changes")
    op.drop_table("value_objections")
    with op.batch_alter_table("indicator_values", schema=None) as batch_op:
        batch_op.drop_column("previous_value")
        batch_op.drop_column("not_applicable")
    with op.batch_alter_table("data_sheets", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_data_sheets_confirmed_by"), type_="foreignkey")
        batch_op.drop_column("confirmed_by")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("answer_due_on")
        batch_op.drop_column("confirm_due_on")

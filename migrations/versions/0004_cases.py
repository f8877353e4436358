"""cases

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "body_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "managing_organ_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("class_code", sa.String(length=40), nullable=True),
        sa.Column("pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sort_key", sa.BigInteger(), nullable=False),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("subject_post", sa.String(length=200), nullable=True),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("post_rank", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entered_at", cases.models.base.Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("participation", sa.String(length=40), nullable=True),
        sa.Column("participation_reason", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.String(length=40), nullable=True),
        sa.Column(
            "commenter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("suggested_grade", sa.String(length=40), nullable=True),
        sa.Column("proposed_outcome", sa.String(length=40), nullable=True),
        sa.Column("proposed_grade", sa.String(length=40), nullable=True),
        sa.Column("decided_grade", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(kind = 'cadre' AND person_id IS NOT NULL AND body_unit_id IS NULL) OR (kind = 'body' AND person_id IS NULL AND body_unit_id IS NOT NULL)",
            name=op.f("ck_cases_subject"),
        ),
        sa.CheckConstraint(
            "decided_grade IS NULL OR decided_grade IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_cases_decided_grade"),
        ),
        sa.CheckConstraint("kind IN ('cadre', 'body')", name=op.f("ck_cases_kind")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('graded', 'ungraded', 'regraded')",
            name=op.f("ck_cases_outcome"),
        ),
        sa.CheckConstraint(
            "participation IS NULL OR participation IN ('full', 'comment_only', 'by_other_organ', 'not_assessed')",
            name=op.f("ck_cases_participation"),
        ),
        sa.CheckConstraint(
            "post_rank IS NULL OR post_rank IN ('chief', 'deputy', 'other')",
            name=op.f("ck_cases_post_rank"),
        ),
        sa.CheckConstraint(
            "proposed_grade IS NULL OR proposed_grade IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_cases_proposed_grade"),
        ),
        sa.CheckConstraint(
            "proposed_outcome IS NULL OR proposed_outcome IN ('graded', 'ungraded', 'regraded')",
            name=op.f("ck_cases_proposed_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('scoped', 'not_assessed', 'drafting', 'submitted', 'returned', 'collecting', 'evaluating', 'synthesising', 'proposed', 'deciding', 'decided', 'in_publicity', 'notified', 'applying', 'closed', 'archived')",
            name=op.f("ck_cases_state"),
        ),
        sa.CheckConstraint(
            "suggested_grade IS NULL OR suggested_grade IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_cases_suggested_grade"),
        ),
        sa.CheckConstraint(
            "track IN ('leading_cadre', 'leading_body', 'civil_servant')",
            name=op.f("ck_cases_track"),
        ),
        sa.ForeignKeyConstraint(["body_unit_id"], ["units.id"], name=op.f("fk_cases_body_unit_id")),
        sa.ForeignKeyConstraint(
            ["commenter_id"], ["people.id"], name=op.f("fk_cases_commenter_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cases_cycle_id")),
        sa.ForeignKeyConstraint(
            ["managing_organ_id"], ["units.id"], name=op.f("fk_cases_managing_organ_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cases_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_cases_pool_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cases_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint(
            "cycle_id", "body_unit_id", name=op.f("uq_cases_cycle_id_body_unit_id")
        ),
        sa.UniqueConstraint("cycle_id", "person_id", name=op.f("uq_cases_cycle_id_person_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_cases_ref")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_board", ["cycle_id", "unit_id", "state"], unique=False)
        batch_op.create_index("ix_cases_cycle_order", ["cycle_id", "sort_key", "id"], unique=False)
        batch_op.create_index("ix_cases_due", ["state", "due_on"], unique=False)
        batch_op.create_index(
            "ix_cases_organ_order",
            ["managing_organ_id", "cycle_id", "sort_key", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_cases_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_pool_id"), ["pool_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_commenter_id"), ["commenter_id"], unique=False)
    op.create_table(
        "decision_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_no", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("meeting_no", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("abstained", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("recorded_at", cases.models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "result IN ('passed', 'changed', 'held')", name=op.f("ck_decision_steps_result")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_decision_steps_file_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_decision_steps_pool_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_decision_steps_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_steps")),
        sa.UniqueConstraint("pool_id", "order_no", name=op.f("uq_decision_steps_pool_id_order_no")),
    )
    with op.batch_alter_table("decision_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_steps_pool_id"), ["pool_id"], unique=False)
    op.create_table(
        "indicator_values",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "provider_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "verifier_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("missing_reason", sa.Text(), nullable=True),
        sa.Column("measure_unit", sa.String(length=40), nullable=True),
        sa.Column("period", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column(
            "entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("entered_at", cases.models.base.Instant(), nullable=True),
        sa.Column(
            "verified_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("verified_at", cases.models.base.Instant(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'verified', 'frozen', 'disputed')",
            name=op.f("ck_indicator_values_state"),
        ),
        sa.CheckConstraint(
            "value IS NULL OR missing_reason IS NULL",
            name=op.f("ck_indicator_values_value_or_reason"),
        ),
        sa.CheckConstraint(
            "verified_by IS NULL OR verified_by <> entered_by",
            name=op.f("ck_indicator_values_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["people.id"], name=op.f("fk_indicator_values_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_indicator_values_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_unit_id"], ["units.id"], name=op.f("fk_indicator_values_provider_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["data_sheets.id"], name=op.f("fk_indicator_values_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["people.id"], name=op.f("fk_indicator_values_verified_by")
        ),
        sa.ForeignKeyConstraint(
            ["verifier_unit_id"], ["units.id"], name=op.f("fk_indicator_values_verifier_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_values")),
        sa.UniqueConstraint(
            "sheet_id",
            "indicator",
            "number",
            name=op.f("uq_indicator_values_sheet_id_indicator_number"),
        ),
    )
    with op.batch_alter_table("indicator_values", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_values_provider_unit_id"), ["provider_unit_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_indicator_values_sheet_id"), ["sheet_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_indicator_values_verifier_unit_id"), ["verifier_unit_id"], unique=False
        )
    op.create_table(
        "meetings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("with_items", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "key_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("urn_id", sa.String(length=40), nullable=True),
        sa.Column("package", sa.Text(), nullable=True),
        sa.Column("package_digest", sa.String(length=80), nullable=True),
        sa.Column("due_count", sa.Integer(), nullable=True),
        sa.Column("present_count", sa.Integer(), nullable=True),
        sa.Column("replaced_reason", sa.Text(), nullable=True),
        sa.Column("tellers", sa.JSON(), nullable=True),
        sa.Column("urn_opened_at", cases.models.base.Instant(), nullable=True),
        sa.Column("urn_root", sa.String(length=80), nullable=True),
        sa.Column("reconciliation", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'frozen', 'held', 'counted', 'replaced_by_talks', 'cancelled')",
            name=op.f("ck_meetings_state"),
        ),
        sa.CheckConstraint("kind IN ('unit', 'joint', 'assembly')", name=op.f("ck_meetings_kind")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_meetings_cycle_id")),
        sa.ForeignKeyConstraint(
            ["key_set_id"], ["key_sets.id"], name=op.f("fk_meetings_key_set_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_meetings_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("ref", name=op.f("uq_meetings_ref")),
        sa.UniqueConstraint("urn_id", name=op.f("uq_meetings_urn_id")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "publicities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("range", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_publicities_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publicities")),
    )
    with op.batch_alter_table("publicities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publicities_pool_id"), ["pool_id"], unique=False)
    op.create_table(
        "quota_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "to_pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", cases.models.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_quota_moves_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["from_pool_id"], ["pools.id"], name=op.f("fk_quota_moves_from_pool_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_pool_id"], ["pools.id"], name=op.f("fk_quota_moves_to_pool_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_moves")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_at", cases.models.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_attachments_added_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_attachments_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_case_id"))
    op.drop_table("attachments")
    op.drop_table("quota_moves")
    with op.batch_alter_table("publicities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publicities_pool_id"))
    op.drop_table("publicities")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_unit_id"))
    op.drop_table("meetings")
    with op.batch_alter_table("indicator_values", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_values_verifier_unit_id"))
        batch_op.drop_index(batch_op.f("ix_indicator_values_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_indicator_values_provider_unit_id"))
    op.drop_table("indicator_values")
    with op.batch_alter_table("decision_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_steps_pool_id"))
    op.drop_table("decision_steps")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_commenter_id"))
        batch_op.drop_index(batch_op.f("ix_cases_unit_id"))
        batch_op.drop_index(batch_op.f("ix_cases_pool_id"))
        batch_op.drop_index(batch_op.f("ix_cases_person_id"))
        batch_op.drop_index("ix_cases_organ_order")
        batch_op.drop_index("ix_cases_due")
        batch_op.drop_index("ix_cases_cycle_order")
        batch_op.drop_index("ix_cases_board")
    op.drop_table("cases")

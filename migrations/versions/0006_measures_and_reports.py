"""measures and reports

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "owner_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reported_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column(
            "confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("waived_reason", sa.Text(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("created_at", cases.models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('selection', 'training', 'supervision', 'accountability', 'incentive')",
            name=op.f("ck_measures_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'assigned', 'reported_done', 'confirmed', 'waived')",
            name=op.f("ck_measures_state"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> reported_by",
            name=op.f("ck_measures_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_measures_case_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["people.id"], name=op.f("fk_measures_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_measures_file_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_measures_owner_id")),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_measures_owner_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["people.id"], name=op.f("fk_measures_reported_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    with op.batch_alter_table("measures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measures_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_measures_owner_unit_id"), ["owner_unit_id"], unique=False
        )
        batch_op.create_index("ix_measures_worklist", ["state", "due_on"], unique=False)
    op.create_table(
        "meeting_sheets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("excellent_limit", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('body', 'cadre', 'selection_work', 'newly_promoted', 'party_building', 'integrity')",
            name=op.f("ck_meeting_sheets_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_sheets_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_meeting_sheets_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_sheets")),
        sa.UniqueConstraint("meeting_id", "key", name=op.f("uq_meeting_sheets_meeting_id_key")),
    )
    with op.batch_alter_table("meeting_sheets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_sheets_meeting_id"), ["meeting_id"], unique=False
        )
    op.create_table(
        "meeting_units",
        sa.Column(
            "meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rates", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_units_meeting_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_meeting_units_unit_id")),
        sa.PrimaryKeyConstraint("meeting_id", "unit_id", name=op.f("pk_meeting_units")),
    )
    with op.batch_alter_table("meeting_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_units_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "opinion_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("objection", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_opinion_items_case_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["opinion_requests.id"], name=op.f("fk_opinion_items_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_items")),
        sa.UniqueConstraint(
            "request_id", "case_id", name=op.f("uq_opinion_items_request_id_case_id")
        ),
    )
    with op.batch_alter_table("opinion_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opinion_items_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_opinion_items_request_id"), ["request_id"], unique=False
        )
    op.create_table(
        "provisional_passes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("score", sa.String(length=40), nullable=True),
        sa.Column("passed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("passed_at", cases.models.base.Instant(), nullable=False),
        sa.Column("settled_at", cases.models.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_provisional_passes_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["passed_by"], ["people.id"], name=op.f("fk_provisional_passes_passed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provisional_passes")),
    )
    with op.batch_alter_table("provisional_passes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provisional_passes_case_id"), ["case_id"], unique=False
        )
    op.create_table(
        "publicity_objections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("real_name", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=True),
        sa.Column(
            "handled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'substantiated', 'unsubstantiated')",
            name=op.f("ck_publicity_objections_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_publicity_objections_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["people.id"], name=op.f("fk_publicity_objections_handled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publicity_objections")),
    )
    with op.batch_alter_table("publicity_objections", schema=None) as batch_op:
        batch_op.create_index("ix_publicity_objections_worklist", ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_publicity_objections_case_id"), ["case_id"], unique=False
        )
    op.create_table(
        "relooks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("opened_at", cases.models.base.Instant(), nullable=False),
        sa.Column("closed_at", cases.models.base.Instant(), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_relooks_case_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"], name=op.f("fk_relooks_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relooks")),
    )
    with op.batch_alter_table("relooks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relooks_case_id"), ["case_id"], unique=False)
    op.create_table(
        "report_sections",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("return_kind", sa.String(length=40), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column(
            "returned_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("returned_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('empty', 'written', 'returned', 'accepted')",
            name=op.f("ck_report_sections_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_report_sections_case_id")),
        sa.ForeignKeyConstraint(
            ["returned_by"], ["people.id"], name=op.f("fk_report_sections_returned_by")
        ),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_report_sections")),
    )
    op.create_table(
        "report_submissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("submitted_at", cases.models.base.Instant(), nullable=False),
        sa.Column(
            "submitted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("ended", sa.String(length=40), nullable=True),
        sa.Column("ended_at", cases.models.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_report_submissions_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["people.id"], name=op.f("fk_report_submissions_submitted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_submissions")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_report_submissions_case_id_number")),
    )
    with op.batch_alter_table("report_submissions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_submissions_case_id"), ["case_id"], unique=False
        )
    op.create_table(
        "reviews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "accepted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=True),
        sa.Column("new_grade", sa.String(length=40), nullable=True),
        sa.Column(
            "previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("kind IN ('review', 'appeal')", name=op.f("ck_reviews_kind")),
        sa.CheckConstraint(
            "new_grade IS NULL OR new_grade IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_reviews_new_grade"),
        ),
        sa.CheckConstraint(
            "state IN ('filed', 'accepted', 'upheld', 'regraded', 'rejected', 'withdrawn')",
            name=op.f("ck_reviews_state"),
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["people.id"], name=op.f("fk_reviews_accepted_by")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reviews_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_reviews_decided_by")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_reviews_file_id")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["reviews.id"], name=op.f("fk_reviews_previous_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_reviews_worklist", ["state", "due_on"], unique=False)
    op.create_table(
        "self_reports",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("typed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "on_behalf_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "basis_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("saved_at", cases.models.base.Instant(), nullable=True),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('self', 'signed_paper', 'dictated')", name=op.f("ck_self_reports_basis")
        ),
        sa.ForeignKeyConstraint(
            ["basis_file_id"], ["files.id"], name=op.f("fk_self_reports_basis_file_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_self_reports_case_id")),
        sa.ForeignKeyConstraint(
            ["on_behalf_of"], ["people.id"], name=op.f("fk_self_reports_on_behalf_of")
        ),
        sa.ForeignKeyConstraint(["typed_by"], ["people.id"], name=op.f("fk_self_reports_typed_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_self_reports")),
    )


def downgrade() -> None:
    op.drop_table("self_reports")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index("ix_reviews_worklist")
        batch_op.drop_index(batch_op.f("ix_reviews_case_id"))
    op.drop_table("reviews")
    with op.batch_alter_table("report_submissions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_submissions_case_id"))
    op.drop_table("report_submissions")
    op.drop_table("report_sections")
    with op.batch_alter_table("relooks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relooks_case_id"))
    op.drop_table("relooks")
    with op.batch_alter_table("publicity_objections", schema=None) as batch_op:
        batch_op.drop_index("ix_publicity_objections_worklist")
        batch_op.drop_index(batch_op.f("ix_publicity_objections_case_id"))
    op.drop_table("publicity_objections")
    with op.batch_alter_table("provisional_passes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provisional_passes_case_id"))
    op.drop_table("provisional_passes")
    with op.batch_alter_table("opinion_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opinion_items_request_id"))
        batch_op.drop_index(batch_op.f("ix_opinion_items_case_id"))
    op.drop_table("opinion_items")
    with op.batch_alter_table("meeting_units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_units_unit_id"))
    op.drop_table("meeting_units")
    with op.batch_alter_table("meeting_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_sheets_meeting_id"))
    op.drop_table("meeting_sheets")
    with op.batch_alter_table("measures", schema=None) as batch_op:
        batch_op.drop_index("ix_measures_worklist")
        batch_op.drop_index(batch_op.f("ix_measures_owner_unit_id"))
        batch_op.drop_index(batch_op.f("ix_measures_case_id"))
    op.drop_table("measures")

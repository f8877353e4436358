"""decisions and dossiers

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ballot_counts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("urn_id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=80), nullable=False),
        sa.Column(
            "meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("groups", sa.String(length=80), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ballot_counts_case_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_ballot_counts_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_counts")),
        sa.UniqueConstraint(
            "urn_id",
            "root",
            "case_id",
            "sheet",
            "groups",
            "option",
            name=op.f("uq_ballot_counts_urn_id_root_case_id_sheet_groups_option"),
        ),
        sqlite_with_rowid=True,
    )
    with op.batch_alter_table("ballot_counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_counts_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ballot_counts_meeting_id"), ["meeting_id"], unique=False
        )
    op.create_table(
        "case_assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "assigned_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("assigned_at", cases.models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "role IN ('subject', 'unit_contact', 'unit_head', 'data_provider', 'data_verifier', 'assessment_group', 'teller', 'tally_supervisor', 'key_holder', 'supervising_leader', 'drafting_division', 'committee_member', 'decision_recorder', 'office', 'office_lead', 'opinion_respondent', 'responsible_organ', 'reviewer', 'archivist')",
            name=op.f("ck_case_assignments_role"),
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["people.id"], name=op.f("fk_case_assignments_assigned_by")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_assignments_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_case_assignments_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignments")),
        sa.UniqueConstraint(
            "case_id", "role", "person_id", name=op.f("uq_case_assignments_case_id_role_person_id")
        ),
    )
    with op.batch_alter_table("case_assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_assignments_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_case_assignments_person_id"), ["person_id"], unique=False
        )
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("old_conclusion", sa.String(length=40), nullable=False),
        sa.Column("new_conclusion", sa.String(length=40), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", cases.models.base.Instant(), nullable=False),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('drafted', 'approved', 'applied', 'dropped')",
            name=op.f("ck_corrections_state"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_corrections_approved_by")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_corrections_case_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_corrections_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_corrections_worklist", ["state"], unique=False)
    op.create_table(
        "decision_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "result IN ('passed', 'changed', 'held')", name=op.f("ck_decision_items_result")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decision_items_case_id")),
        sa.ForeignKeyConstraint(
            ["step_id"], ["decision_steps.id"], name=op.f("fk_decision_items_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_items")),
        sa.UniqueConstraint("step_id", "case_id", name=op.f("uq_decision_items_step_id_case_id")),
    )
    with op.batch_alter_table("decision_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_items_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_items_step_id"), ["step_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("conclusion", sa.String(length=40), nullable=False),
        sa.Column("organ", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("recorded_at", cases.models.base.Instant(), nullable=False),
        sa.Column("released_at", cases.models.base.Instant(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "grade IS NULL OR grade IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_decisions_grade"),
        ),
        sa.CheckConstraint(
            "outcome IN ('graded', 'ungraded', 'regraded')", name=op.f("ck_decisions_outcome")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_decisions_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_decisions_case_id_number")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_case_id"), ["case_id"], unique=False)
    op.create_table(
        "filings",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("archive_no", sa.String(length=80), nullable=True),
        sa.Column("retention", sa.String(length=40), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=True),
        sa.Column("filed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('due', 'filed', 'continued')", name=op.f("ck_filings_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_filings_case_id")),
        sa.ForeignKeyConstraint(["filed_by"], ["people.id"], name=op.f("fk_filings_filed_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_filings")),
        sa.UniqueConstraint("archive_no", name=op.f("uq_filings_archive_no")),
    )
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.create_index("ix_filings_worklist", ["state", "due_on"], unique=False)
    op.create_table(
        "grade_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grade_from", sa.String(length=40), nullable=True),
        sa.Column("grade_to", sa.String(length=40), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("moved_at", cases.models.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_grade_moves_case_id")),
        sa.ForeignKeyConstraint(["moved_by"], ["people.id"], name=op.f("fk_grade_moves_moved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_moves")),
    )
    with op.batch_alter_table("grade_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grade_moves_case_id"), ["case_id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("placed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('placed', 'lifted')", name=op.f("ck_holds_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_holds_case_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["people.id"], name=op.f("fk_holds_lifted_by")),
        sa.ForeignKeyConstraint(["placed_by"], ["people.id"], name=op.f("fk_holds_placed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holds_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_holds_worklist", ["state", "review_on"], unique=False)
    op.create_table(
        "inquiries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", cases.models.base.Instant(), nullable=False),
        sa.Column("opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reported_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "concluded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("concluded_at", cases.models.base.Instant(), nullable=True),
        sa.Column("triggers_bar", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'reported', 'concluded')", name=op.f("ck_inquiries_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inquiries_case_id")),
        sa.ForeignKeyConstraint(
            ["concluded_by"], ["people.id"], name=op.f("fk_inquiries_concluded_by")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_inquiries_file_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_inquiries_opened_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_inquiries_owner_id")),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["people.id"], name=op.f("fk_inquiries_reported_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    with op.batch_alter_table("inquiries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inquiries_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_inquiries_worklist", ["state", "due_on"], unique=False)
    op.create_table(
        "issued_documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("issued_at", cases.models.base.Instant(), nullable=False),
        sa.Column("void_at", cases.models.base.Instant(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('self_report', 'registration_form', 'grade_approval', 'tally_sheet', 'data_sheet', 'opinion_letter', 'opinion_answer', 'talk_record', 'inquiry_report', 'deciding_paper', 'publicity_notice', 'result_notice', 'circular', 'non_assessment_note', 'review_application', 'review_decision', 'rectification_list', 'award_approval', 'explanation_sheet', 'correction_record', 'signature_addendum', 'signed_scan', 'handover_list', 'check_report', 'dossier', 'continuation')",
            name=op.f("ck_issued_documents_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_issued_documents_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_issued_documents_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_documents")),
        sa.UniqueConstraint(
            "case_id", "kind", "number", name=op.f("uq_issued_documents_case_id_kind_number")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_issued_documents_code")),
    )
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issued_documents_case_id"), ["case_id"], unique=False)
    op.create_table(
        "leader_comments",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("written_at", cases.models.base.Instant(), nullable=False),
        sa.Column("sign_state", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "grade IS NULL OR grade IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_leader_comments_grade"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_leader_comments_case_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_leader_comments_person_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_leader_comments")),
    )


def downgrade() -> None:
    op.drop_table("leader_comments")
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issued_documents_case_id"))
    op.drop_table("issued_documents")
    with op.batch_alter_table("inquiries", schema=None) as batch_op:
        batch_op.drop_index("ix_inquiries_worklist")
        batch_op.drop_index(batch_op.f("ix_inquiries_case_id"))
    op.drop_table("inquiries")
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_index("ix_holds_worklist")
        batch_op.drop_index(batch_op.f("ix_holds_case_id"))
    op.drop_table("holds")
    with op.batch_alter_table("grade_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grade_moves_case_id"))
    op.drop_table("grade_moves")
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.drop_index("ix_filings_worklist")
    op.drop_table("filings")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_case_id"))
    op.drop_table("decisions")
    with op.batch_alter_table("decision_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_items_step_id"))
        batch_op.drop_index(batch_op.f("ix_decision_items_case_id"))
    op.drop_table("decision_items")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index("ix_corrections_worklist")
        batch_op.drop_index(batch_op.f("ix_corrections_case_id"))
    op.drop_table("corrections")
    with op.batch_alter_table("case_assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_assignments_person_id"))
        batch_op.drop_index(batch_op.f("ix_case_assignments_case_id"))
    op.drop_table("case_assignments")
    with op.batch_alter_table("ballot_counts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_counts_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_ballot_counts_case_id"))
    op.drop_table("ballot_counts")

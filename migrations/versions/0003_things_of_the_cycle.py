"""things of the cycle

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("class_code", sa.String(length=40), nullable=True),
        sa.Column(
            "requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("requested_at", cases.models.base.Instant(), nullable=False),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", cases.models.base.Instant(), nullable=True),
        sa.Column("revoked_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "role IN ('subject', 'unit_contact', 'unit_head', 'data_provider', 'data_verifier', 'assessment_group', 'teller', 'tally_supervisor', 'key_holder', 'supervising_leader', 'drafting_division', 'committee_member', 'decision_recorder', 'office', 'office_lead', 'opinion_respondent', 'responsible_organ', 'reviewer', 'archivist')",
            name=op.f("ck_role_grants_role"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_grants_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["accounts.id"], name=op.f("fk_role_grants_approved_by")
        ),
        sa.ForeignKeyConstraint(["organ_id"], ["units.id"], name=op.f("fk_role_grants_organ_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["accounts.id"], name=op.f("fk_role_grants_requested_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_role_grants_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_account_id"), ["account_id"], unique=False)
    op.create_table(
        "roster_imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organ_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("roster_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("created_at", cases.models.base.Instant(), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["accounts.id"], name=op.f("fk_roster_imports_created_by")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_roster_imports_file_id")),
        sa.ForeignKeyConstraint(
            ["organ_id"], ["units.id"], name=op.f("fk_roster_imports_organ_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", cases.models.base.Instant(), nullable=False),
        sa.Column("seen_at", cases.models.base.Instant(), nullable=False),
        sa.Column("expires_at", cases.models.base.Instant(), nullable=False),
        sa.Column("second_factor_at", cases.models.base.Instant(), nullable=True),
        sa.Column("stepped_up_at", cases.models.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_account_id"), ["account_id"], unique=False)
    op.create_table(
        "amendments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("organ_name", sa.String(length=200), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column(
            "requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", cases.models.base.Instant(), nullable=True),
        sa.Column(
            "declined_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("declined_at", cases.models.base.Instant(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("in_force_at", cases.models.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_amendments_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["declined_by"], ["people.id"], name=op.f("fk_amendments_declined_by")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_amendments_cycle_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["people.id"], name=op.f("fk_amendments_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
    )
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendments_cycle_id"), ["cycle_id"], unique=False)
    op.create_table(
        "burden_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_burden_entries_cycle_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_burden_entries_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burden_entries")),
        sa.UniqueConstraint(
            "cycle_id",
            "unit_id",
            "kind",
            "day",
            "issuer",
            name=op.f("uq_burden_entries_cycle_id_unit_id_kind_day_issuer"),
        ),
    )
    with op.batch_alter_table("burden_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_burden_entries_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "data_sheets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("verify_due_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'submitted', 'verified', 'frozen')",
            name=op.f("ck_data_sheets_state"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_data_sheets_cycle_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_data_sheets_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_sheets")),
        sa.UniqueConstraint("cycle_id", "unit_id", name=op.f("uq_data_sheets_cycle_id_unit_id")),
    )
    with op.batch_alter_table("data_sheets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_sheets_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "job_rows",
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_rows_job_id")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_rows")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_sets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("group", sa.String(length=200), nullable=True),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=False),
        sa.Column("made_at", cases.models.base.Instant(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tested_at", cases.models.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_key_sets_cycle_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_key_sets_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_sets")),
    )
    with op.batch_alter_table("key_sets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_key_sets_cycle_id"), ["cycle_id"], unique=False)
    op.create_table(
        "key_set_units",
        sa.Column("key_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_set_id"], ["key_sets.id"], name=op.f("fk_key_set_units_key_set_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_key_set_units_unit_id")),
        sa.PrimaryKeyConstraint("key_set_id", "unit_id", name=op.f("pk_key_set_units")),
    )
    op.create_table(
        "key_holders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "key_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_set_id"], ["key_sets.id"], name=op.f("fk_key_holders_key_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_holders")),
        sa.UniqueConstraint("key_set_id", "number", name=op.f("uq_key_holders_key_set_id_number")),
    )
    op.create_table(
        "opinion_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column(
            "body_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column(
            "answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("document", sa.String(length=200), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", cases.models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'sent', 'answered', 'closed')",
            name=op.f("ck_opinion_requests_state"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name=op.f("fk_opinion_requests_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["body_unit_id"], ["units.id"], name=op.f("fk_opinion_requests_body_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_opinion_requests_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_opinion_requests_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_opinion_requests_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_requests")),
        sa.UniqueConstraint("ref", name=op.f("uq_opinion_requests_ref")),
    )
    with op.batch_alter_table("opinion_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opinion_requests_body_unit_id"), ["body_unit_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_opinion_requests_cycle_id"), ["cycle_id"], unique=False
        )
    op.create_table(
        "pools",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("track", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("quota", sa.JSON(), nullable=False),
        sa.Column("sort_no", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'balanced', 'decided', 'released')", name=op.f("ck_pools_state")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_pools_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
        sa.UniqueConstraint("cycle_id", "code", name=op.f("uq_pools_cycle_id_code")),
    )
    op.create_table(
        "roster_import_rows",
        sa.Column(
            "import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.Column("cell", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("change", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_imports.id"], name=op.f("fk_roster_import_rows_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_roster_import_rows")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_results",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("score", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column(
            "entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("entered_at", cases.models.base.Instant(), nullable=False),
        sa.Column(
            "confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("confirmed_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> entered_by",
            name=op.f("ck_unit_results_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["people.id"], name=op.f("fk_unit_results_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_unit_results_cycle_id")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["people.id"], name=op.f("fk_unit_results_entered_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_results_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_results")),
        sa.UniqueConstraint(
            "cycle_id", "unit_id", "kind", name=op.f("uq_unit_results_cycle_id_unit_id_kind")
        ),
    )
    with op.batch_alter_table("unit_results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_results_unit_id"), ["unit_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("unit_results", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_results_unit_id"))
    op.drop_table("unit_results")
    op.drop_table("roster_import_rows")
    op.drop_table("pools")
    with op.batch_alter_table("opinion_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opinion_requests_cycle_id"))
        batch_op.drop_index(batch_op.f("ix_opinion_requests_body_unit_id"))
    op.drop_table("opinion_requests")
    op.drop_table("key_holders")
    op.drop_table("key_set_units")
    with op.batch_alter_table("key_sets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_key_sets_cycle_id"))
    op.drop_table("key_sets")
    op.drop_table("job_rows")
    with op.batch_alter_table("data_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_sheets_unit_id"))
    op.drop_table("data_sheets")
    with op.batch_alter_table("burden_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_burden_entries_unit_id"))
    op.drop_table("burden_entries")
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_amendments_cycle_id"))
    op.drop_table("amendments")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_account_id"))
    op.drop_table("sessions")
    op.drop_table("roster_imports")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grants_account_id"))
    op.drop_table("role_grants")

"""talks and tallies

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statements",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sign_state", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("witnesses", sa.String(length=200), nullable=True),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("recorded_at", cases.models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "sign_state IN ('none', 'signed', 'refused', 'pending', 'impossible')",
            name=op.f("ck_statements_sign_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_statements_case_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_statements_recorded_by")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_statements")),
    )
    op.create_table(
        "syntheses",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("performance", sa.Text(), nullable=False),
        sa.Column("shortcomings", sa.Text(), nullable=False),
        sa.Column("grade_opinion", sa.String(length=40), nullable=True),
        sa.Column("indicator_score", sa.String(length=40), nullable=True),
        sa.Column("ballot_score", sa.String(length=40), nullable=True),
        sa.Column("composite", sa.String(length=40), nullable=True),
        sa.Column("scoresheet", sa.JSON(), nullable=True),
        sa.Column("bars", sa.JSON(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=True),
        sa.Column("computed_at", cases.models.base.Instant(), nullable=True),
        sa.Column(
            "written_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("written_at", cases.models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "grade_opinion IS NULL OR grade_opinion IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_syntheses_grade_opinion"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_syntheses_case_id")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["people.id"], name=op.f("fk_syntheses_written_by")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_syntheses")),
    )
    op.create_table(
        "talks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interviewee", sa.String(length=200), nullable=False),
        sa.Column(
            "interviewee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("suggested_grade", sa.String(length=40), nullable=True),
        sa.Column("replaces_ballot", sa.Boolean(), nullable=False),
        sa.Column(
            "first_talker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "second_talker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("first_signed_at", cases.models.base.Instant(), nullable=True),
        sa.Column("second_signed_at", cases.models.base.Instant(), nullable=True),
        sa.Column(
            "entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("entered_at", cases.models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "suggested_grade IS NULL OR suggested_grade IN ('excellent', 'good', 'fair', 'poor', 'competent', 'basically_competent', 'incompetent')",
            name=op.f("ck_talks_suggested_grade"),
        ),
        sa.CheckConstraint(
            "first_talker_id <> second_talker_id", name=op.f("ck_talks_two_talkers")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_talks_case_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["people.id"], name=op.f("fk_talks_entered_by")),
        sa.ForeignKeyConstraint(
            ["first_talker_id"], ["people.id"], name=op.f("fk_talks_first_talker_id")
        ),
        sa.ForeignKeyConstraint(
            ["interviewee_id"], ["people.id"], name=op.f("fk_talks_interviewee_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_talker_id"], ["people.id"], name=op.f("fk_talks_second_talker_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talks_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_talks_second_talker_id"), ["second_talker_id"], unique=False)
    op.create_table(
        "tallies",
        sa.Column(
            "meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("urn_id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=80), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("by_group", sa.JSON(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("result_digest", sa.String(length=80), nullable=False),
        sa.Column("counted_at", cases.models.base.Instant(), nullable=False),
        sa.Column("tellers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_tallies_meeting_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_tallies")),
        sa.UniqueConstraint("urn_id", name=op.f("uq_tallies_urn_id")),
    )
    op.create_table(
        "voter_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("colour", sa.String(length=40), nullable=False),
        sa.Column("electorate", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_voter_groups_meeting_id")
        ),
        sa.CheckConstraint(
            "origin IN ('own_unit', 'superior_leaders', 'peer_units', 'served', 'delegates')",
            name=op.f("ck_voter_groups_origin"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_voter_groups_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_groups")),
        sa.UniqueConstraint("meeting_id", "code", name=op.f("uq_voter_groups_meeting_id_code")),
    )
    with op.batch_alter_table("voter_groups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_voter_groups_meeting_id"), ["meeting_id"], unique=False
        )
    op.create_table(
        "sheet_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("post", sa.String(length=200), nullable=True),
        sa.Column("sort_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sheet_rows_case_id")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["meeting_sheets.id"], name=op.f("fk_sheet_rows_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_rows")),
        sa.UniqueConstraint("sheet_id", "case_id", name=op.f("uq_sheet_rows_sheet_id_case_id")),
    )
    with op.batch_alter_table("sheet_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_rows_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_rows_sheet_id"), ["sheet_id"], unique=False)
    op.create_table(
        "sheet_electorates",
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("exclude_own_unit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["meeting_sheets.id"], name=op.f("fk_sheet_electorates_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["voter_groups.id"], name=op.f("fk_sheet_electorates_group_id")
        ),
        sa.PrimaryKeyConstraint("sheet_id", "group_id", name=op.f("pk_sheet_electorates")),
    )
    op.create_table(
        "named_opinions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("electorate", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("given_at", cases.models.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_named_opinions_case_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_named_opinions_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_opinions")),
        sa.UniqueConstraint(
            "case_id", "person_id", name=op.f("uq_named_opinions_case_id_person_id")
        ),
    )
    with op.batch_alter_table("named_opinions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_named_opinions_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_named_opinions_person_id"), ["person_id"], unique=False
        )
    op.create_table(
        "scheme_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "managing_organ_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("based_on", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", cases.models.base.Instant(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["based_on"], ["scheme_versions.id"], name=op.f("fk_scheme_drafts_based_on")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_scheme_drafts_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["managing_organ_id"], ["units.id"], name=op.f("fk_scheme_drafts_managing_organ_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["scheme_versions.id"], name=op.f("fk_scheme_drafts_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_drafts")),
    )
    with op.batch_alter_table("scheme_drafts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scheme_drafts_managing_organ_id"), ["managing_organ_id"], unique=False
        )
    op.create_table(
        "scheme_revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("part", sa.JSON(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("saved_at", cases.models.base.Instant(), nullable=False),
        sa.Column("saved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["scheme_drafts.id"], name=op.f("fk_scheme_revisions_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["people.id"], name=op.f("fk_scheme_revisions_saved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_revisions")),
        sa.UniqueConstraint(
            "draft_id", "number", name=op.f("uq_scheme_revisions_draft_id_number")
        ),
    )

    _hall()


def _hall() -> None:
    """Laptops lent to halls, paper ballots, destroyed originals."""
    op.create_table(
        "hall_kits",
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("made_at", cases.models.base.Instant(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handed_at", cases.models.base.Instant(), nullable=True),
        sa.Column("handed_digest", sa.String(length=80), nullable=True),
        sa.Column("returned_at", cases.models.base.Instant(), nullable=True),
        sa.Column("returned_digest", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_hall_kits_meeting_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_hall_kits_made_by")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_hall_kits")),
    )
    op.create_table(
        "paper_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("printed_at", cases.models.base.Instant(), nullable=False),
        sa.Column("printed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("collected", sa.Integer(), nullable=True),
        sa.Column("collected_at", cases.models.base.Instant(), nullable=True),
        sa.Column("collected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("joined_at", cases.models.base.Instant(), nullable=True),
        sa.Column("joined_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_paper_batches_meeting_id")),
        sa.ForeignKeyConstraint(["printed_by"], ["people.id"], name=op.f("fk_paper_batches_printed_by")),
        sa.ForeignKeyConstraint(["collected_by"], ["people.id"], name=op.f("fk_paper_batches_collected_by")),
        sa.ForeignKeyConstraint(["joined_by"], ["people.id"], name=op.f("fk_paper_batches_joined_by")),
        sa.UniqueConstraint("meeting_id", "mark", name=op.f("uq_paper_batches_meeting_id_mark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
    )
    with op.batch_alter_table("paper_batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_paper_batches_meeting_id"), ["meeting_id"], unique=False
        )
    op.create_table(
        "paper_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", cases.models.base.Instant(), nullable=False),
        sa.Column("done_at", cases.models.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batches.id"], name=op.f("fk_paper_entries_batch_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_paper_entries_person_id")),
        sa.UniqueConstraint("batch_id", "turn", name=op.f("uq_paper_entries_batch_id_turn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entries")),
    )
    op.create_table(
        "destructions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("destroyed_at", cases.models.base.Instant(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.Column("urns", sa.JSON(), nullable=False),
        sa.Column("envelopes", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["key_set_id"], ["key_sets.id"], name=op.f("fk_destructions_key_set_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_destructions_recorded_by")),
        sa.UniqueConstraint("key_set_id", name=op.f("uq_destructions_key_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destructions")),
    )


def downgrade() -> None:
    op.drop_table("destructions")
    op.drop_table("paper_entries")
    with op.batch_alter_table("paper_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_batches_meeting_id"))
    op.drop_table("paper_batches")
    op.drop_table("hall_kits")
    op.drop_table("scheme_revisions")
    with op.batch_alter_table("scheme_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_drafts_managing_organ_id"))
    op.drop_table("scheme_drafts")
    with op.batch_alter_table("named_opinions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_named_opinions_person_id"))
        batch_op.drop_index(batch_op.f("ix_named_opinions_case_id"))
    op.drop_table("named_opinions")
    op.drop_table("sheet_electorates")
    with op.batch_alter_table("sheet_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_rows_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_rows_case_id"))
    op.drop_table("sheet_rows")
    with op.batch_alter_table("voter_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voter_groups_meeting_id"))
    op.drop_table("voter_groups")
    op.drop_table("tallies")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talks_second_talker_id"))
        batch_op.drop_index(batch_op.f("ix_talks_case_id"))
    op.drop_table("talks")
    op.drop_table("syntheses")
    op.drop_table("statements")

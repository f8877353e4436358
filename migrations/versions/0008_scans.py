"""signed papers scanned back, and the day a paper bears

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

import cases.models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FILED = sa.text("outcome = 'filed'")


def _ref(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dated", sa.Date(), nullable=True))
    op.create_table(
        "scan_stacks",
        _ref("id"),
        _ref("cycle_id"),
        _ref("file_id"),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        _ref("uploaded_by", nullable=True),
        sa.Column("uploaded_at", cases.models.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_scan_stacks_cycle_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_scan_stacks_file_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["people.id"], name=op.f("fk_scan_stacks_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_stacks")),
    )
    with op.batch_alter_table("scan_stacks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_stacks_cycle_id"), ["cycle_id"], unique=False)
    op.create_table(
        "scan_pages",
        _ref("id"),
        _ref("stack_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        _ref("document_id", nullable=True),
        _ref("case_id", nullable=True),
        _ref("file_id", nullable=True),
        _ref("thumb_id", nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        _ref("bound_in", nullable=True),
        _ref("settled_by", nullable=True),
        sa.Column("settled_at", cases.models.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["stack_id"], ["scan_stacks.id"], name=op.f("fk_scan_pages_stack_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["issued_documents.id"], name=op.f("fk_scan_pages_document_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_scan_pages_case_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_scan_pages_file_id")),
        sa.ForeignKeyConstraint(["thumb_id"], ["files.id"], name=op.f("fk_scan_pages_thumb_id")),
        sa.ForeignKeyConstraint(
            ["bound_in"], ["issued_documents.id"], name=op.f("fk_scan_pages_bound_in")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["people.id"], name=op.f("fk_scan_pages_settled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_pages")),
        sa.UniqueConstraint("stack_id", "number", name=op.f("uq_scan_pages_stack_id_number")),
    )
    with op.batch_alter_table("scan_pages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_pages_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_scan_pages_filed_once",
            ["document_id", "page"],
            unique=True,
            sqlite_where=_FILED,
            postgresql_where=_FILED,
        )


def downgrade() -> None:
    with op.batch_alter_table("scan_pages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_scan_pages_filed_once", sqlite_where=_FILED, postgresql_where=_FILED
        )
        batch_op.drop_index(batch_op.f("ix_scan_pages_case_id"))
    op.drop_table("scan_pages")
    with op.batch_alter_table("scan_stacks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_stacks_cycle_id"))
    op.drop_table("scan_stacks")
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.drop_column("dated")

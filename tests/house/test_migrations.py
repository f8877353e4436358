"""Migrations: both ways, on both databases, and the result is what the models say."""

import re

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cases import schema
from cases.models import Base
from cases.store import Store


def quoted(text: str) -> set[str]:
    return set(re.findall(r"'([^']+)'", text))


def test_models_and_migrations_agree(store: Store) -> None:
    with store.engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_database_is_at_the_newest_revision(store: Store) -> None:
    assert schema.revision_of(store.engine) == schema.newest()


def test_downgrade_to_nothing_and_up_again(store: Store) -> None:
    schema.downgrade(store.engine, "base")
    left = set(sa.inspect(store.engine).get_table_names())
    assert left == {"alembic_version"}
    schema.upgrade(store.engine)
    assert set(Base.metadata.tables) <= set(sa.inspect(store.engine).get_table_names())


def test_check_constraints_hold_the_words_of_the_vocabulary(store: Store) -> None:
    inspector = sa.inspect(store.engine)
    wrong = []
    for table in Base.metadata.sorted_tables:
        stored = {
            c["name"]: quoted(c["sqltext"]) for c in inspector.get_check_constraints(table.name)
        }
        for constraint in table.constraints:
            if isinstance(constraint, sa.CheckConstraint) and " IN (" in str(constraint.sqltext):
                name = str(constraint.name)
                if stored.get(name) != quoted(str(constraint.sqltext)):
                    wrong.append(f"{table.name}.{name}")
    assert wrong == []

"""Alembic for the urn's own database. Run through ``cases.ballot_box.urn_tables.upgrade_urns``."""

from __future__ import annotations

from alembic import context

from cases.ballot_box.urn_tables import make_urn_engine, metadata

config = context.config


def run() -> None:
    """Bring the database named by the caller to the wanted revision, in one transaction."""
    engine = make_urn_engine(config.attributes["url"])
    try:
        with engine.connect().execution_options(urn_writes=True) as connection:
            context.configure(
                connection=connection,
                target_metadata=metadata,
                version_table="booth_version",
                render_as_batch=connection.dialect.name == "sqlite",
                transactional_ddl=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        engine.dispose()


run()

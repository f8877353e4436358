"""Real databases for every test that asks for one: SQLite by default, PostgreSQL beside it.

``store``  runs the test on both databases; ``sqlite_store`` on SQLite alone. Each test has a
database of its own, copied from a migrated one.
"""

from __future__ import annotations

import gc
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases import schema
from cases.journal.chain import start_chain
from cases.models import Installation
from cases.store import Store, make_engine
from tests import postgres
from tests.quick_site import keep_statements

BIRTH = datetime(2025, 1, 1, 1, 0, tzinfo=UTC)


def _found(store: Store) -> None:
    with store.transaction() as conn:
        conn.execute(
            sa.insert(Installation).values(
                id=1, mode="test", organ_name="云州市委组织部", created_at=BIRTH
            )
        )
        start_chain(conn)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "kaoji.db"
    store = Store(f"sqlite:///{path}")
    schema.upgrade(store.engine)
    keep_statements(store.engine)
    _found(store)
    with store.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> tuple[str, str]:
    base = tmp_path_factory.getbasetemp()
    cluster = postgres.shared(base.parent if worker_id != "master" else base)
    name = f"template_{worker_id}"
    admin = make_engine(cluster.url()).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name}")
    store = Store(cluster.url(name))
    schema.upgrade(store.engine)
    keep_statements(store.engine)
    _found(store)
    store.close()
    admin.dispose()
    return cluster.url("{}"), name


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(sqlite_template, tmp_path / "kaoji.db")
    store = Store(f"sqlite:///{tmp_path / 'kaoji.db'}")
    keep_statements(store.engine)
    yield store
    store.close()


@pytest.fixture
def postgresql_store(postgresql_template: tuple[str, str]) -> Iterator[Store]:
    url, template = postgresql_template
    name = f"t_{uuid.uuid4().hex}"
    admin = make_engine(url.format("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        # by its files: through the log, a server's own choice, takes three times as long
        files = "STRATEGY FILE_COPY" if conn.dialect.server_version_info >= (15,) else ""
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} {files}")
    store = Store(url.format(name))
    keep_statements(store.engine)
    yield store
    store.close()
    with admin.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow proofs first: one that began last would keep a worker busy while the other is done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not walk it again.

    Thousands of tests and all they import are alive in every worker; sweeping them over and over
    took a tenth of the run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)

"""The site over a real database with the small world in it."""

from pathlib import Path

import pytest

from cases.store import Store
from tests.web_client import Site, open_site
from tests.world import World, found_world


@pytest.fixture
def world(sqlite_store: Store) -> World:
    with sqlite_store.transaction() as conn:
        return found_world(conn)


@pytest.fixture
def site(sqlite_store: Store, world: World, tmp_path: Path) -> Site:
    """With pages of its own: tests of the frame around pages add some."""
    return open_site(sqlite_store, tmp_path, own_pages=True)

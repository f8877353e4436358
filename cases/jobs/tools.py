"""What every job gets in its hands: the databases, the file store, the settings, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cases.clock import now
from cases.files.store import FileStore
from cases.store import Store
from config import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """Made once per process."""

    store: Store
    files: FileStore
    settings: Settings
    now: Callable[[], datetime] = now


def make_tools(settings: Settings, now: Callable[[], datetime] = now) -> Tools:
    """Tools over the databases and folders that the settings name."""
    return Tools(Store(settings.database_url), FileStore(settings.files), settings, now)

"""Alternated rounds and throw-away databases for the benchmarks."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cases import schema
from cases.journal.chain import start_chain
from cases.store import Store


@contextmanager
def database() -> Iterator[Store]:
    """An empty migrated SQLite database on disk, durable as in production."""
    with tempfile.TemporaryDirectory(prefix="kaoji-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench.db'}")
        schema.upgrade(store.engine)
        with store.transaction() as conn:
            start_chain(conn)
        try:
            yield store
        finally:
            store.close()


def seconds(act: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def alternate(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds per side over alternated rounds."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            taken[name].append(side())
    return {name: statistics.median(times) for name, times in taken.items()}


def result(
    what: str, ours: float, limit: float, goal: float, *, at_least: bool = False, **more: Any
) -> dict[str, Any]:
    """One line: our seconds, the limit's, the ratio, the goal, and whether it is met."""
    ratio = limit / ours if at_least else ours / limit
    return {
        "what": what,
        "ours_s": round(ours, 5),
        "limit_s": round(limit, 5),
        "ratio": round(ratio, 3),
        "goal": f"{'>=' if at_least else '<='} {goal}",
        "met": ratio >= goal if at_least else ratio <= goal,
        **more,
    }

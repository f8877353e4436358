"""Which function does which kind of job. A new kind is one line here."""

from __future__ import annotations

from collections.abc import Mapping

from cases.jobs import (
    analysis,
    bulk_move,
    figures_import,
    file_volumes,
    observations_import,
    open_cycle,
    roster_import,
    scan_stack,
    suggestions,
)
from cases.jobs.work import JobFunction

JOBS: Mapping[str, JobFunction] = {
    analysis.KIND: analysis.run,
    bulk_move.KIND: bulk_move.run,
    figures_import.KIND: figures_import.run,
    file_volumes.KIND: file_volumes.run,
    observations_import.KIND: observations_import.run,
    open_cycle.KIND: open_cycle.run,
    roster_import.CHECK: roster_import.check,
    roster_import.COMMIT: roster_import.commit,
    scan_stack.KIND: scan_stack.run,
    suggestions.KIND: suggestions.run,
}

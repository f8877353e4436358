"""Act: the office looks at the figures: behind their path, last year by this scheme, and so on."""

from __future__ import annotations

from typing import Any

from cases.demo.city.places import OFFICE
from cases.demo.theatre import Theatre, on
from cases.files.store import FileStore
from cases.jobs import analysis
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.queries.analysis import years_before
from cases.queries.setup import cycle_by_ref
from workflow.vocabulary import AnalysisKind, Permission

K = AnalysisKind
WEIGHTS = [["county.industry", "urban_pct", "24"]]
NAME = "城镇化率权重提高到 24"


def play(theatre: Theatre) -> None:
    """Each analysis is asked for as a job, and carried out."""
    office, when = theatre.actor("office_clerk_a"), on("data_deadline", 18)
    with theatre.writing() as conn:
        ref = f"{theatre.year}-{theatre.units[OFFICE]}"
        cycle = cycle_by_ref(conn, office, Permission.CYCLE_MANAGE, ref)
        earlier, title = years_before(conn, cycle)[0]
        asked: tuple[tuple[AnalysisKind, str, dict[str, Any]], ...] = (
            (K.WATCH, "", {"month": 12}),
            (K.REHEARSAL, title, {"from": earlier}),
            (K.WHAT_IF, NAME, {"weights": WEIGHTS, "figures": []}),
            (K.METHODS, "", {}),
            (K.INTERVAL, "", {"seed": theatre.year}),
        )
        for kind, name, given in asked:
            analysis.ask(
                conn, theatre.cycle_id, kind, name=name, parameters=given, actor=office, at=when
            )
    tools = Tools(theatre.store, FileStore(theatre.settings.files), theatre.settings, lambda: when)
    while run_one(tools):
        pass

"""Asking for an analysis as a job, and finding one's own again on the page that asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import request, url_for

from cases.jobs import analysis as jobs
from cases.queries.jobs import JobView, job
from cases.queries.setup import CycleView
from cases.web.installation import at
from cases.web.session import current_actor
from workflow.vocabulary import AnalysisKind


def enqueue(
    conn: sa.Connection,
    cycle: CycleView,
    kind: AnalysisKind,
    place: str,
    name: str = "",
    **given: Any,
) -> str:
    """Ask for it; returns where its progress is seen. Raises Refused."""
    number = jobs.ask(
        conn, cycle.id, kind, name=name, parameters=given, actor=current_actor(), at=at()
    )
    return url_for(place, ref=cycle.ref, job=number)


def asked_job(conn: sa.Connection) -> JobView | None:
    """The job of the address, if it is the reader's own."""
    number = request.args.get("job", "")
    asked = number.isascii() and number.isdigit() and len(number) < 12
    return job(conn, int(number), account_id=current_actor().account_id) if asked else None

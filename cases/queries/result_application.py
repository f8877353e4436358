"""What the case page shows of 结果运用: measures with owner, day, proof and confirmation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.queries import measures
from cases.queries.visibility import context_of, resource_for
from workflow.permissions import Actor, permits
from workflow.vocabulary import Permission


def section(conn: sa.Connection, case: Any, actor: Actor) -> dict[str, Any]:
    """For ``stages/result_application/case_section.html``; no measures for who may not see them."""
    resource, context = resource_for(conn, actor, case), context_of(conn, actor, case)
    office = bool(permits(actor, Permission.MEASURE_ASSIGN, resource, context))
    read = office or bool(permits(actor, Permission.RESULT_READ, resource, context))
    rows = measures.of_case(conn, case.id) if read else []
    return {"case": case, "measures": rows, "office": office, "readable": read}

"""分管领导具名评价: the leader in charge says what he thinks of his units, by name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands.named_opinions import give_opinions
from cases.errors import Invalid
from cases.queries.meeting import current_cycle
from cases.queries.named_opinions import InCharge, cases_in_charge
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Scheme
from cases.web.access import access
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.named_opinion import opinions_form
from workflow.permissions import holds_anywhere
from workflow.vocabulary import CaseKind, Permission
from workflow.words import m

blueprint = Blueprint("named_opinions", __name__, url_prefix="/named-opinions")


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.NAMED_OPINION)
def mine() -> ResponseReturnValue:
    """All bodies and cadres of the leader's units on one page, marked and signed at once."""
    actor = current_actor()
    with reading() as conn:
        cycle = current_cycle(conn)
        scheme = scheme_of_cycle(conn, cycle.id)
        named = scheme is not None and bool(scheme.ballot.named)
        rows = cases_in_charge(conn, actor, cycle.id) if named else []
    lines = [_line(row, scheme) for row in rows if row.open and scheme is not None]
    posted = request.form if request.method == "POST" else None
    now = {f"mark_{row.case.id}": row.option for row in rows if row.open}
    form = opinions_form(lines)(posted, say=say, data=None if posted else now)

    def page() -> ResponseReturnValue:
        return render(
            "stages/public_evaluation/named_opinions.html",
            cycle=cycle,
            rows=rows,
            form=form,
            given=request.args.get("given", type=int),
            titles=_titles(scheme) if scheme else {},
            asked=named,
            keeps=holds_anywhere(actor, Permission.ROSTER_IMPORT),
        )

    def work(conn: sa.Connection) -> str:
        if not form.marks():
            raise Invalid({f"mark_{lines[0][0]}": m("至少评价一项再签名")} if lines else {})
        given = give_opinions(conn, cycle.id, form.marks(), actor=actor, at=at())
        return url_for(".mine", given=given)

    return page() if posted is None else save(form, work, page)


def _line(row: InCharge, scheme: Scheme) -> tuple[int, str, list[tuple[str, Any]]]:
    options = scheme.ballot.sheets[CaseKind(row.case.kind)].options
    shown = [(o.code, say(o.title)) for o in options if not o.abstain]
    who = " ".join(filter(None, (row.case.subject_name, row.case.subject_post)))
    return row.case.id, who, shown


def _titles(scheme: Scheme) -> dict[str, Title]:
    return {o.code: o.title for sheet in scheme.ballot.sheets.values() for o in sheet.options}

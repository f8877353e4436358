"""启动后的变更: asking for a change of an open year's scheme, and another person's approval."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import amendment as commands
from cases.commands.scheme import SchemeFaults
from cases.commands.scheme_draft import content
from cases.queries import amendment as queries
from cases.queries import setup
from cases.queries.amendment import AmendmentView
from cases.queries.scheme_draft import drafts
from cases.queries.setup import CycleView
from cases.scoring.drafting import rows
from cases.scoring.drafting.burden import heavier
from cases.scoring.drafting.difference import NAMES, compare, touched
from cases.web.access import access, current_actor
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.scheme_faults import title_of
from cases.web.setup import load_cycle
from cases.web.writing import save, write
from forms.scheme import AskAmendment, DeclineAmendment
from workflow.permissions import Actor, holds_anywhere
from workflow.vocabulary import AmendmentKind, Permission
from workflow.words import m

blueprint = Blueprint("amendment", __name__)
P = Permission
SHOWN = 200


def load_amendment(
    conn: sa.Connection, actor: Actor, permission: Permission, amendment_id: int
) -> AmendmentView:
    """A change of the actor's organs. Raises NotVisible."""
    return queries.amendment_by_id(conn, actor, permission, amendment_id)


@blueprint.route("/cycles/<ref>/amendments", methods=["GET", "POST"])
@access(P.SCHEME_EDIT, load=load_cycle)
def index(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """The year's changes, and asking for the next."""
    posted = request.method == "POST"
    with reading() as conn:
        found = queries.amendments(conn, cycle.id)
        working = drafts(conn, [cycle.organ_id])
    form = AskAmendment(request.form if posted else None, say=say)
    form.draft.offer([(d.id, m("%(title)s(第 %(n)s 次保存)", title=d.title, n=d.revision))
                      for d in working])  # fmt: skip
    form.speak()

    def page() -> ResponseReturnValue:
        return render("pages/amendments.html", cycle=cycle, found=found, form=form, drafts=working)

    def work(conn: sa.Connection) -> str:
        day = form.effective_on.data
        assert day is not None  # the form requires it
        amendment_id = commands.ask(
            conn,
            cycle.id,
            int(form.draft.data or 0),
            kind=AmendmentKind(form.kind.data),
            reason=form.reason.data or "",
            document=form.document.data or "",
            organ_name=form.organ_name.data or "",
            effective_on=day,
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", amendment_id=amendment_id)

    try:
        return save(form, work, page) if posted else page()
    except SchemeFaults as faults:
        said = m("草稿还有 %(n)s 处要改,改好后再提出", n=len(faults.problems))
        form.take({"draft": said})
        return page(), 422  # type: ignore[return-value]


@blueprint.get("/amendments/<int:amendment_id>")
@access(P.SCHEME_EDIT, load=load_amendment)
def show(found: AmendmentView, amendment_id: int) -> ResponseReturnValue:
    """What changes from what to what, what it asks more, and the cases it touches."""
    return page_of(found, DeclineAmendment(say=say))


def page_of(found: AmendmentView, form: Any) -> str:
    """The page of one change."""
    with reading() as conn:
        before = setup.content_of(conn, found.change["from"])
        after = content(conn, found.change["draft"], found.change["revision"])
        classes = touched(before, after)
        count, cases = queries.touched_cases(conn, found.cycle_id, classes)
        first_day = commands.first_day(conn, found, on())
    changes = compare(before, after)
    actor = current_actor()
    return render(
        "pages/amendment.html",
        found=found,
        form=form,
        names=NAMES,
        changes=changes[:SHOWN],
        changed=len(changes),
        more=heavier(before, after),
        count=count,
        cases=cases,
        classes=_titles(before),
        first_day=first_day,
        may_decide=holds_anywhere(actor, P.SCHEME_FREEZE) and actor.person_id != found.requested_by,
        own=actor.person_id == found.requested_by,
    )


def _titles(document: dict[str, Any]) -> dict[str, str]:
    """Class code -> its name in the scheme."""
    return {str(row.get("code")): title_of(row) for _, row in rows.walk(document, "classes")}


@blueprint.post("/amendments/<int:amendment_id>/approve")
@access(P.SCHEME_FREEZE, load=load_amendment)
def approve(found: AmendmentView, amendment_id: int) -> ResponseReturnValue:
    """Let the year run on the changed scheme."""

    def work(conn: sa.Connection) -> str:
        commands.approve(conn, amendment_id, actor=current_actor(), at=at())
        return url_for(".show", amendment_id=amendment_id)

    return write(work)


@blueprint.post("/amendments/<int:amendment_id>/rebase")
@access(P.SCHEME_EDIT, load=load_amendment)
def rebase(found: AmendmentView, amendment_id: int) -> ResponseReturnValue:
    """Bring the change onto the scheme the year runs on now."""

    def work(conn: sa.Connection) -> str:
        commands.rebase(conn, amendment_id, actor=current_actor(), at=at())
        return url_for(".show", amendment_id=amendment_id)

    return write(work)


@blueprint.post("/amendments/<int:amendment_id>/decline")
@access(P.SCHEME_FREEZE, load=load_amendment)
def decline(found: AmendmentView, amendment_id: int) -> ResponseReturnValue:
    """Say no, with the reason."""
    form = DeclineAmendment(request.form, say=say)

    def work(conn: sa.Connection) -> str:
        commands.decline(
            conn, amendment_id, reason=form.reason.data or "", actor=current_actor(), at=at()
        )
        return url_for(".show", amendment_id=amendment_id)

    return save(form, work, lambda: page_of(found, form))

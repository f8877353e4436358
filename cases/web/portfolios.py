"""分管领导: which leader is in charge of which unit, kept beside the roster."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import portfolios as commands
from cases.errors import Invalid
from cases.queries import portfolios as queries
from cases.queries.accounts import units_in_order
from cases.queries.portfolios import PAGE, Charge
from cases.queries.scoping import people_called
from cases.web.access import access
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save, write
from forms.portfolios import AssignLeader, EndLeader
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("portfolios", __name__, url_prefix="/units/leaders")
P = Permission
SHOWN = ("now", "ended", "without")


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _chosen() -> tuple[str, str]:
    show = request.args.get("show", SHOWN[0])
    return show if show in SHOWN else SHOWN[0], request.args.get("find", "").strip()[:60]


@blueprint.route("", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT)
def index() -> ResponseReturnValue:
    """Units with their leaders, units without one, and the form for one more."""
    actor, (show, find), start = current_actor(), _chosen(), _number("start")
    form = AssignLeader(request.form or None, say=say)
    with reading() as conn:
        form.unit.offer(queries.units_kept(conn, actor))
        form.home.offer(units_in_order(conn))
        counts = queries.counted(conn, actor)
        bare = queries.units_without(conn, actor, find=find, start=start)
        rows = queries.charges(conn, actor, find=find, ended=show == "ended", start=start)
    if request.method == "GET":
        form.unit.data = _number("unit") or None
    shown = bare if show == "without" else rows

    def at_row(first: int) -> str:
        return url_for(".index", show=show, find=find or None, start=first or None)

    def page() -> ResponseReturnValue:
        return render(
            "pages/portfolios.html",
            form=form,
            show=show,
            find=find,
            counts=counts,
            rows=rows[:PAGE],
            bare=bare[:PAGE],
            done=request.args.get("done"),
            previous_url=at_row(max(start - PAGE, 0)) if start else None,
            next_url=at_row(start + PAGE) if len(shown) > PAGE else None,
        )

    def work(conn: sa.Connection) -> str:
        assert form.unit.data is not None and form.since.data is not None  # required
        commands.assign(
            conn, form.unit.data, _leader(conn, form), since=form.since.data,
            until=form.until.data, actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".index", done="assigned")

    return page() if request.method == "GET" else save(form, work, page)


def _leader(conn: sa.Connection, form: AssignLeader) -> int:
    """The one person of this name. Raises Invalid for none and for several."""
    found = people_called(conn, form.leader.data or "", form.home.data)
    if not found:
        raise Invalid({"leader": m("名册中没有此人,请核对姓名和单位")})
    if len(found) > 1:
        raise Invalid({"home": m("有多人同名,请选择所在单位")})
    return found[0]


@blueprint.route("/<int:portfolio_id>", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT, load=queries.portfolio)
def show(found: Charge, portfolio_id: int) -> ResponseReturnValue:
    """One period: its end, or taken back where it was a mistake."""
    form = EndLeader(request.form or None, say=say)
    with reading() as conn:
        spoke = queries.opinions_given(conn, found.unit_id, found.person_id)

    def page() -> ResponseReturnValue:
        return render("pages/portfolio.html", found=found, form=form, spoke=spoke)

    def work(conn: sa.Connection) -> str:
        assert form.until.data is not None  # required
        commands.end(conn, portfolio_id, until=form.until.data, actor=current_actor(), at=at())
        return url_for(".index", done="ended")

    return page() if request.method == "GET" else save(form, work, page)


@blueprint.post("/<int:portfolio_id>/withdraw")
@access(P.ROSTER_IMPORT, load=queries.portfolio)
def withdraw(found: Charge, portfolio_id: int) -> ResponseReturnValue:
    """Take back a period entered by mistake."""

    def work(conn: sa.Connection) -> str:
        commands.withdraw(conn, portfolio_id, actor=current_actor(), at=at())
        return url_for(".index", done="withdrawn")

    return write(work)

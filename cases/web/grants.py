"""Grants: proposed by one, approved or ended by another."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import grants as commands
from cases.queries import accounts as queries
from cases.web.access import access, current_actor
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.proof import stepped_up
from cases.web.writing import save, write
from forms.administration import ProposeGrant
from workflow.permissions import Actor, Grant, scopes
from workflow.vocabulary import Permission, Role

blueprint = Blueprint("grants", __name__, url_prefix="/grants")

STATES = ("proposed", "valid", "revoked")


def _state() -> str:
    asked = request.args.get("state", "proposed")
    return asked if asked in STATES else "proposed"


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def own_organs(actor: Actor) -> list[int] | None:
    """The organs for which a business actor may propose; None: an administrator, everywhere."""
    if actor.admin is not None:
        return None
    found = scopes(actor, Permission.GRANT_PROPOSE)
    return [s.organ_id for s in found if s.organ_id is not None]


@blueprint.get("")
@access(Permission.GRANT_PROPOSE)
def proposals() -> ResponseReturnValue:
    """Grants in my reach by state, and a search for an account to propose one for."""
    state, find = _state(), request.args.get("find", "").strip()[:60]
    organs = own_organs(current_actor())
    with reading() as conn:
        found, before = queries.grants_page(conn, state=state, before=_before(), organs=organs)
        people = queries.accounts_page(conn, find=find, business=True)[0] if find else []
    next_url = url_for(".proposals", state=state, before=before) if before else None
    return render(
        "pages/grants.html",
        grants=found,
        state=state,
        find=find,
        people=people,
        next_url=next_url,
        endpoint="grants.proposals",
        decides=False,
    )


@blueprint.route("/new/<int:account_id>", methods=["GET", "POST"])
@access(Permission.GRANT_PROPOSE)
def propose(account_id: int) -> ResponseReturnValue:
    """A role for an account, at an organ or a unit; another person approves it."""
    actor = current_actor()
    with reading() as conn:
        account = queries.account(conn, account_id)
        units = queries.units_in_order(conn)
    organs = own_organs(actor)
    form = ProposeGrant(request.form if request.method == "POST" else None, say=say)
    form.organ.offer([u for u in units if organs is None or u[0] in organs])
    form.unit.offer(units)

    def page() -> ResponseReturnValue:
        return render("pages/grant_new.html", form=form, account=account)

    def work(conn: sa.Connection) -> str:
        grant = Grant(
            Role(str(form.role.data)),
            form.organ.data,
            form.unit.data,
            form.class_code.data or None,
        )
        commands.propose_grant(conn, account_id, grant, actor=actor, at=at())
        return url_for(".proposals")

    return page() if request.method == "GET" else save(form, work, page)


@blueprint.get("/approvals")
@access(Permission.GRANT_APPROVE)
def approvals() -> ResponseReturnValue:
    """What waits for approval, what is in force, what was ended."""
    state = _state()
    with reading() as conn:
        found, before = queries.grants_page(conn, state=state, before=_before())
    next_url = url_for(".approvals", state=state, before=before) if before else None
    return render(
        "pages/grants.html",
        grants=found,
        state=state,
        find="",
        people=[],
        next_url=next_url,
        endpoint="grants.approvals",
        decides=True,
    )


@blueprint.post("/<int:grant_id>/approve")
@access(Permission.GRANT_APPROVE)
@stepped_up
def approve(grant_id: int) -> ResponseReturnValue:
    """Let a proposed grant take effect."""

    def work(conn: sa.Connection) -> str:
        commands.approve_grant(conn, grant_id, actor=current_actor(), at=at())
        return url_for(".approvals")

    return write(work)


@blueprint.post("/<int:grant_id>/end")
@access(Permission.GRANT_APPROVE)
@stepped_up
def end(grant_id: int) -> ResponseReturnValue:
    """Refuse a proposed grant or take a valid one back."""

    def work(conn: sa.Connection) -> str:
        commands.end_grant(conn, grant_id, actor=current_actor(), at=at())
        return url_for(".approvals", state=request.args.get("from") or None)

    return write(work)

"""The consoles of the system and the security administrator: accounts, grants, the policy."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import administration as commands
from cases.errors import Invalid
from cases.queries import accounts as queries
from cases.web.access import access, current_actor
from cases.web.installation import at, kaoji, reading
from cases.web.presentation import render, say
from cases.web.proof import asks_proof, stepped_up
from cases.web.writing import Work, carry_out, checked, unproved, write
from forms.administration import NewAccount
from workflow.permissions import ADMIN_TABLE, TABLE, Rule, forbidden_relations
from workflow.vocabulary import AdminKind, Permission

blueprint = Blueprint("administration", __name__, url_prefix="/administration")


def searched() -> str:
    """What was typed into the page's search field."""
    return request.args.get("find", "").strip()[:60]


@blueprint.get("/accounts")
@access(Permission.ACCOUNT_MANAGE)
def accounts() -> ResponseReturnValue:
    """All accounts by login, found by the beginning of a login or part of a name."""
    find = searched()
    with reading() as conn:
        found, after = queries.accounts_page(
            conn, after=request.args.get("after", "")[:80], find=find
        )
    next_url = url_for(".accounts", after=after, find=find or None) if after else None
    return render("pages/accounts.html", accounts=found, find=find, next_url=next_url)


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@access(Permission.ACCOUNT_MANAGE)
@asks_proof
def new_account() -> ResponseReturnValue:
    """Open an account for a person of the roster; the slip is shown once."""
    find = searched()
    with reading() as conn:
        people = queries.people_without_account(conn, find) if find else []
    form = NewAccount(request.form if request.method == "POST" else None, say=say)
    form.person.offer(people)

    def page() -> ResponseReturnValue:
        return render("pages/account_new.html", form=form, find=find, people=people)

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), unproved() or 422  # type: ignore[return-value]
    made: list[commands.Slip] = []

    def work(conn: sa.Connection) -> str:
        login, person_id = str(form.account.data), int(form.person.data)
        slip = commands.create_account(conn, login, person_id, actor=current_actor(), at=at())
        made.append(slip)
        return url_for(".account", account_id=slip.account_id)

    try:
        return _slip_once(work, made)
    except Invalid as e:
        form.take(e.errors)
        return page(), 422  # type: ignore[return-value]


def _slip_once(work: Work, made: list[commands.Slip]) -> ResponseReturnValue:
    """Show a fresh slip in the answer itself: it is stored nowhere, so no later page can."""
    done = carry_out(work)
    slip = made[0] if done.fresh and made else None
    enrol = kaoji().settings.site_url.rstrip("/") + url_for("account.enrol")
    return render("pages/slip.html", slip=slip, back=done.location, enrol=enrol)


@blueprint.get("/accounts/<int:account_id>")
@access(Permission.ACCOUNT_MANAGE)
def account(account_id: int) -> ResponseReturnValue:
    """One account: its state, its grants, what can be done with it."""
    with reading() as conn:
        found = queries.account(conn, account_id)
        grants = queries.grants_by_account(conn, account_id)
    own = current_actor().account_id == account_id
    return render("pages/account_one.html", account=found, grants=grants, own=own)


@blueprint.post("/accounts/<int:account_id>/slip")
@access(Permission.ACCOUNT_MANAGE)
@stepped_up
def new_slip(account_id: int) -> ResponseReturnValue:
    """A new slip for a forgotten password; shown once."""
    made: list[commands.Slip] = []

    def work(conn: sa.Connection) -> str:
        made.append(commands.issue_slip(conn, account_id, actor=current_actor(), at=at()))
        return url_for(".account", account_id=account_id)

    return _slip_once(work, made)


@blueprint.post("/accounts/<int:account_id>/active")
@access(Permission.ACCOUNT_MANAGE)
@stepped_up
def set_active(account_id: int) -> ResponseReturnValue:
    """Disable or enable an account."""
    wanted = request.form.get("active", "")
    if wanted not in ("0", "1"):
        abort(400)

    def work(conn: sa.Connection) -> str:
        commands.set_active(conn, account_id, wanted == "1", actor=current_actor(), at=at())
        return url_for(".account", account_id=account_id)

    return write(work)


@blueprint.get("/tokens")
@access(Permission.GRANT_APPROVE)
def tokens() -> ResponseReturnValue:
    """Accounts with a token, for the security administrator to take a lost one away."""
    find = searched()
    with reading() as conn:
        found, after = queries.accounts_page(
            conn, after=request.args.get("after", "")[:80], find=find, with_token=True
        )
    next_url = url_for(".tokens", after=after, find=find or None) if after else None
    own = current_actor().account_id
    return render("pages/tokens.html", accounts=found, find=find, next_url=next_url, own=own)


@blueprint.post("/accounts/<int:account_id>/token/remove")
@access(Permission.GRANT_APPROVE)
@stepped_up
def remove_token(account_id: int) -> ResponseReturnValue:
    """Take a lost token away."""

    def work(conn: sa.Connection) -> str:
        commands.remove_token(conn, account_id, actor=current_actor(), at=at())
        return url_for(".tokens")

    return write(work)


@blueprint.get("/policy")
@access(Permission.POLICY_READ)
def policy() -> ResponseReturnValue:
    """The permission table, every row in both languages."""
    table: list[tuple[Permission, tuple[Rule, ...], list[str]]] = [
        (permission, rules, sorted(r.zh for r in forbidden_relations(permission)))
        for permission, rules in TABLE.items()
    ]
    admins = [(kind, sorted(ADMIN_TABLE[kind])) for kind in AdminKind]
    return render("pages/policy.html", table=table, admins=admins)

"""ONE view for every plain move of a case: what it will do, what it asks for, and the press.

The action comes from the URL, the form from the transition's declaration, and the move goes through
the door like every other. Moves with richer pages are led there (``cases.web.move_pages``).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands.transition import perform
from cases.errors import NotVisible
from cases.queries.facts import facts_of
from cases.queries.visibility import assignments_of, context_of, load_case, resource_of
from cases.web.access import access, proved_lately
from cases.web.installation import at, on, reading
from cases.web.move_pages import has_own_page, url_of_move
from cases.web.presentation import render, say
from cases.web.proof import BESIDE, asked_beside, has_token, prove
from cases.web.session import current_actor
from cases.web.writing import posted_version, save
from forms.administration import StepUp
from forms.base import Form
from forms.catalogue import form_class
from workflow.grammar import ReasonRule, Transition
from workflow.machine import Offer, offers
from workflow.permissions import Actor
from workflow.vocabulary import Action, Permission
from workflow.words import Sentence, m

blueprint = Blueprint("actions", __name__)


def _case(
    conn: sa.Connection, actor: Actor, permission: Permission, *, ref: str, action: str
) -> Any:
    return load_case(conn, actor, permission, ref)


def _form_key(move: Transition[Any]) -> str:
    if move.form:
        return move.form
    if move.reason is ReasonRule.REQUIRED:
        return "reason"
    return "optional_reason" if move.reason is ReasonRule.OPTIONAL else "confirm"


def _offer(conn: sa.Connection, case: Any, action: str) -> Offer:
    """The offered move, or NotVisible: a move one can't make looks like one there isn't."""
    actor = current_actor()
    facts = facts_of(conn, [case.id], on=on())[case.id]
    assigned = assignments_of(conn, actor.person_id, [case.id]).get(case.id, frozenset())
    found = offers(facts, actor, resource_of(case, assigned), context_of(conn, actor, case))
    for offer in found:
        if offer.action.value == action:
            return offer
    raise NotVisible(action)


@blueprint.get("/cases/<ref>/moves/<action>")
@access(Permission.CASE_READ, load=_case)
def case_move(case: Any, ref: str, action: str) -> ResponseReturnValue:
    """What the move will do, whom it tells, what it asks for."""
    with reading() as conn:
        offer = _offer(conn, case, action)
    if has_own_page(offer.action):
        return redirect(url_of_move(case, offer))
    form = form_class(_form_key(offer.transition))(None, say=say)
    return _page(case, offer, form, _proof(offer))


def _proof(offer: Offer, posted: Any = None) -> StepUp | None:
    """The password, where the move can't be taken back: on this page, so that the answers stay.
    None where it was given lately."""
    grave = offer.transition.irreversible is not None
    return asked_beside(posted) if grave and not proved_lately() else None


def _page(case: Any, offer: Offer, form: Form, proof: StepUp | None) -> str:
    return render(
        "pages/move.html",
        case=case,
        offer=offer,
        move=offer.transition,
        form=form,
        proof=proof,
        has_token=has_token(),
        will=_effects(offer.transition),
        back=url_for("case_file.show", ref=case.ref),
    )


def _effects(move: Transition[Any]) -> list[tuple[str, Sentence]]:
    found: list[tuple[str, Sentence]] = [
        ("arrow-repeat", m("状态变为“%(state)s”", state=move.target))
    ]
    for notice in move.notices:
        for role in notice.to:
            found.append(("bell", m("告知%(role)s:%(kind)s", role=role, kind=notice.kind)))
    for clearing in move.clears:
        found.append(("trash", m("清除%(what)s", what=clearing)))
    for document in move.documents:
        found.append(("file-earmark-text", m("生成%(paper)s", paper=document)))
    if move.irreversible is not None:
        found.append(("lock-fill", move.irreversible))
    elif move.back is not None:
        found.append(("arrow-return-left", m("可以用“%(back)s”退回", back=move.back)))
    return found


@blueprint.post("/cases/<ref>/moves/<action>")
@access(Permission.CASE_READ, load=_case)
def make_case_move(case: Any, ref: str, action: str) -> ResponseReturnValue:
    """Make the move through the door."""
    with reading() as conn:
        offer = _offer(conn, case, action)
    if has_own_page(offer.action):
        # What such a move must ask is asked there; nothing is done here.
        return redirect(url_of_move(case, offer), 303)
    form = form_class(_form_key(offer.transition))(request.form, say=say)
    proof = _proof(offer, request.form)
    if proof is not None and not prove(proof):
        return _page(case, offer, form, proof), 422 if "_password" in request.form else 401

    def work(conn: sa.Connection) -> str:
        perform(
            conn,
            case.id,
            Action(action),
            actor=current_actor(),
            at=at(),
            payload=form.payload(),
            expected_version=posted_version(),
        )
        return url_for("case_file.show", ref=ref)

    return save(form, work, lambda: _page(case, offer, form, None), beside=BESIDE)

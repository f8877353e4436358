"""Which page a move of the case is made on: its own where it has one, else the general one."""

from __future__ import annotations

from typing import Any

from flask import url_for

from cases.web import report_check
from cases.web.presentation import address
from workflow.machine import Offer
from workflow.vocabulary import Action, Duty, ThingAction
from workflow.words import Sentence, m

OF_CASE: dict[Action, str] = {
    **report_check.PAGES,
    Action.OPEN_SELF_REPORT: "scoping.case",
    Action.EXCLUDE: "scoping.case",
    Action.UPHOLD_OBJECTION: "decisions.uphold",
    Action.CORRECT_GRADE: "corrections.approved",
}
"""Pages that take the case's number."""

OF_POOL: dict[Action, str] = {
    Action.PROPOSE: "pools.board",
    Action.SEND_TO_DECIDING: "pools.board",
    Action.DECIDE: "decisions.chain",
    Action.RETURN_TO_PROPOSED: "decisions.chain",
    Action.RELEASE_TO_PUBLICITY: "decisions.publicity",
    Action.NOTIFY: "decisions.chain",
}
"""Moves that are made for a whole pool."""

ON_BEHALF: dict[Action, tuple[str, Sentence]] = {
    Action.SUBMIT: ("self_report.enter_edit", m("代录述职报告")),
    Action.WITHDRAW: ("report_check.enter_withdraw", m("撤回代录的述职报告")),
}
"""Moves made for somebody else: their page, and what the button says."""

OF_LIST: dict[Action, str] = {Action.REGRADE: "reviews.index"}


def has_own_page(action: Action | ThingAction) -> bool:
    """True when the move asks more than the general page can."""
    return action in OF_CASE or action in OF_POOL or action in OF_LIST


def on_behalf(offer: Offer) -> bool:
    """True when the move is offered for somebody else's sake."""
    return Duty.BASIS in offer.permit.duties and offer.action in ON_BEHALF


def label_of_move(offer: Offer) -> Any:
    """What the button of the move says."""
    return ON_BEHALF[Action(offer.action)][1] if on_behalf(offer) else offer.action


def url_of_move(case: Any, offer: Offer) -> str:
    """The address of the page on which the reader makes this move of this case."""
    action: Any = offer.action
    if on_behalf(offer):
        return address(ON_BEHALF[action][0], ref=case.ref)
    if action in OF_CASE:
        return address(OF_CASE[action], ref=case.ref)
    if action in OF_POOL and case.pool_id is not None:
        return address(OF_POOL[action], pool_id=case.pool_id)
    if action in OF_LIST:
        return address(OF_LIST[action])
    return url_for("actions.case_move", ref=case.ref, action=action.value)

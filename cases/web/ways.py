"""Where a thing to do is done: the first page among those built that the reader may open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, g, url_for

from cases.queries.worklist import Group, Named, Row
from cases.web.access import stated
from cases.web.presentation import addresses
from workflow.permissions import Actor, holds_anywhere
from workflow.vocabulary import Permission, State, Thing, ThingAction
from workflow.words import Sentence, m

PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    # thing, or group -> pages with the name their address has for the row ('' for none)
    "comment": (("syntheses.comment", "ref"),),
    "statement": (("results.statement", "ref"),),
    "talk": (("talks.index", "ref"),),
    "urn": (("count.opening", "ref"), ("meeting.show", "ref")),
    "confirm": (("data_unit.confirm", "sheet_id"),),
    "item_verify": (("data_items.queue", ""),),
    "item_correct": (("data_items.index", ""),),
    "item_answer": (("data_items.index", ""),),
    "figure_answer": (("data_sheet.index", ""),),
    "figure_settle": (("data_observations.index", ""),),
    "result_confirm": (("unit_results.confirm", ""),),
    "result_correct": (("unit_results.index", ""),),
    f"{Thing.CASE}-{State.SUBMITTED}": (("report_check.read", "ref"),),
    Thing.CYCLE: (("setup.show", "ref"),),
    Thing.DATA_SHEET: (("data_office.show", "sheet_id"),),
    f"{Thing.DATA_SHEET}-submit": (("data_sheet.index", ""), ("data_office.show", "sheet_id")),
    f"{Thing.DATA_SHEET}-verify": (("data_verify.index", ""), ("data_office.show", "sheet_id")),
    Thing.MEETING: (("meeting.show", "ref"),),
    Thing.POOL: (("pools.board", "pool_id"),),
    Thing.OPINION_REQUEST: (("opinions.show", "ref"), ("opinion_answers.answer", "ref")),
    Thing.INQUIRY: (("inquiry.show", "inquiry_id"),),
    Thing.OBJECTION: (("decisions.objection", "objection_id"),),
    Thing.REVIEW: (("reviews.show", "review_id"),),
    Thing.MEASURE: (("measures.show", "measure_id"), ("measures.show_own", "measure_id")),
    Thing.FILING: (("archive.case_papers", "case_ref"),),
    Thing.HOLD: (("holds.lift", "hold_id"),),
    Thing.CORRECTION: (("corrections.one", "correction_id"),),
    Thing.SURVEY: (("surveys.show", "survey_id"),),
    Thing.CANVASSING: (("canvassing.show", "report_id"),),
    Thing.NEGATIVE_RATING: (("ratings.show", "rating_id"), ("ratings.show_own", "rating_id")),
}
LISTS: dict[str, tuple[str, ...]] = {
    # thing, or group -> pages where all of them are worked on
    "comment": ("syntheses.comments",),
    "confirm": ("data_office.index",),
    "item_verify": ("data_items.queue",),
    "item_correct": ("data_items.index",),
    "item_answer": ("data_items.index",),
    "figure_answer": ("data_sheet.index",),
    "figure_settle": ("data_observations.index",),
    "result_confirm": ("unit_results.confirm",),
    "result_correct": ("unit_results.index",),
    f"{Thing.CASE}-{State.DRAFTING}": ("report_upload.many",),
    f"{Thing.CASE}-{State.RETURNED}": ("report_upload.many",),
    f"{Thing.CASE}-{State.SYNTHESISING}": ("pools.index",),
    f"{Thing.CASE}-{State.PROPOSED}": ("pools.index",),
    f"{Thing.CASE}-{State.DECIDING}": ("pools.index",),
    f"{Thing.CASE}-{State.DECIDED}": ("pools.index",),
    f"{Thing.CASE}-{State.IN_PUBLICITY}": ("pools.index",),
    Thing.DATA_SHEET: ("data_verify.index", "data_office.index", "data_sheet.index"),
    Thing.MEETING: ("meeting.index",),
    Thing.POOL: ("pools.index",),
    Thing.OPINION_REQUEST: ("opinions.index", "opinion_answers.index"),
    Thing.INQUIRY: ("inquiry.index",),
    Thing.REVIEW: ("reviews.index",),
    Thing.MEASURE: ("measures.board", "measures.mine"),
    Thing.FILING: ("archive.index",),
    Thing.HOLD: ("holds.index",),
    Thing.CORRECTION: ("corrections.listed",),
    Thing.SURVEY: ("surveys.index",),
    Thing.CANVASSING: ("surveys.index",),
    Thing.NEGATIVE_RATING: ("ratings.index", "ratings.own"),
}
THERE, TOGETHER, UPLOAD = m("到办理页"), m("批量办理"), m("批量上传述职报告")
OWN_REPORT = frozenset({State.DRAFTING, State.RETURNED})
SUBMITTING = frozenset({ThingAction.SUBMIT_SHEET.value})
VERIFYING = frozenset({ThingAction.VERIFY_SHEET.value})


def opens(actor: Actor, endpoint: str) -> bool:
    """Whether the page is built and the actor holds the right it states."""
    view = current_app.view_functions.get(endpoint)
    said = stated(view)
    if view is None or said is None or said.permission is None:
        return False
    return said.permission is Permission.SIGNED_IN or holds_anywhere(actor, said.permission)


def row_url(actor: Actor, group: Group, row: Row, named: Named) -> str:
    """The page of one row; '' where the reader has none."""
    values: dict[str, Any] = {"ref": named.ref, "case_ref": named.matter.case_ref or ""}
    for endpoint, name in _pages(actor, group, named):
        if not opens(actor, endpoint):
            continue
        if not name:
            return url_for(endpoint)
        value = values.get(name, row.id)
        return _address(endpoint, "ref" if name == "case_ref" else name)(value)
    return ""


def _address(endpoint: str, name: str) -> Callable[[object], str]:
    made: dict[str, Callable[[object], str]] = g.setdefault("row_addresses", {})
    if endpoint not in made:
        made[endpoint] = addresses(endpoint, name)
    return made[endpoint]


def group_way(actor: Actor, group: Group) -> tuple[str, Sentence] | None:
    """The page where the whole group is worked on, and what its link says."""
    pages = LISTS.get(group.key) or LISTS.get(group.thing.value, ())
    for endpoint in pages:
        if opens(actor, endpoint):
            return url_for(endpoint), UPLOAD if endpoint == "report_upload.many" else THERE
    if group.thing is Thing.CASE and group.total > 1 and opens(actor, "cases.index"):
        return url_for("cases.index", state=group.state), TOGETHER
    return None


def _pages(actor: Actor, group: Group, named: Named) -> tuple[tuple[str, str], ...]:
    if group.key in PAGES:
        return PAGES[group.key]
    if group.thing is Thing.CASE:
        # A body has no person of its own; whom its report is listed for may write it.
        mine = named.matter.person_id in (None, actor.person_id)
        if mine and group.state in OWN_REPORT:
            return (("self_report.edit", "ref"),)
        return (("case_file.show", "ref"), ("report_check.read", "ref"))
    if group.thing is Thing.DATA_SHEET:
        if SUBMITTING & set(group.actions):
            return PAGES[f"{Thing.DATA_SHEET}-submit"]
        if VERIFYING & set(group.actions):
            return PAGES[f"{Thing.DATA_SHEET}-verify"]
    return PAGES[group.thing.value]

"""The one list of what the site is made of. A new part adds one line to each tuple it needs.

BLUEPRINTS   pages; every view states its permission (cases.web.access)
NAVIGATION   places of the main navigation, in order; shown to those who hold the permission,
             gathered under the titles of GROUPS where a reader would have too many
COMMANDS     what ``./kaoji ...`` and ``./kaoji flask ...`` offer
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click
import sqlalchemy as sa
from flask import Blueprint

from cases.queries.named_opinions import any_in_charge
from cases.queries.progress import any_progress
from cases.queries.ratings import any_rating
from cases.queries.survey_desk import any_to_enter
from cases.queries.worklist import waiting
from cases.web import (
    account_token,
    actions,
    administration,
    after_decision,
    amendment,
    analysis,
    analysis_runs,
    analysis_warnings,
    analysis_what_if,
    archive,
    basis,
    bulk,
    burden,
    canvassing,
    case_file,
    cases,
    count,
    data_items,
    data_observations,
    data_office,
    data_sheet,
    data_unit,
    data_verify,
    data_workbook,
    decision,
    demonstration,
    grants,
    hall,
    inquiry,
    journal_browser,
    keys,
    measures,
    meeting,
    meeting_day,
    meeting_notice,
    named_opinions,
    opening,
    operations,
    opinion_answers,
    opinions,
    paper,
    pool,
    pool_papers,
    portfolio_list,
    portfolios,
    progress,
    ratings,
    reminding,
    report_check,
    report_upload,
    result,
    review,
    roster,
    scans,
    scheme,
    scheme_editor,
    scheme_files,
    scheme_samples,
    scheme_settings,
    scheme_weights,
    scoping,
    self_report,
    setup,
    surveys,
    synthesis,
    talks,
    terminal,
    terminal_operations,
    terminal_roster,
    trust,
    unit_changes,
    unit_results,
    worklist,
)
from cases.web.installation import on
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.vocabulary import Permission as P
from workflow.vocabulary import Role as R
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the main navigation. ``count`` tells how many things wait there.

    ``admins`` is for the consoles; the three administrators see no other entry. ``shown`` is asked
    where the permission is everybody's by assignment and the page would be empty for most: it
    answers at once, or with an EXISTS that the frame asks together with all others. ``group`` is
    the title under which it stands on the second line where a reader has many places.
    """

    endpoint: str
    label: Sentence
    permission: Permission
    count: Callable[[sa.Connection, Actor], int | None] | None = None
    admins: bool = False
    shown: Callable[[Actor], bool | sa.ColumnElement[bool]] | None = None
    group: Sentence | None = None


def meets(actor: Actor) -> bool:
    """Whether a role brings the actor to meetings; a single assignment leads over the worklist."""
    return any(
        g.role in (R.OFFICE, R.OFFICE_LEAD, R.ASSESSMENT_GROUP, R.KEY_HOLDER) for g in actor.grants
    )


def only_reads(actor: Actor) -> bool:
    """Whoever has to do with meetings finds the surveys over their list."""
    return not meets(actor)


def assessed(actor: Actor) -> bool:
    """Whether the actor is himself assessed; others find their own page over the worklist."""
    return any(g.role is R.SUBJECT for g in actor.grants)


BLUEPRINTS: tuple[Blueprint, ...] = (
    worklist.blueprint,
    cases.blueprint,
    case_file.blueprint,
    actions.blueprint,
    data_items.blueprint,
    data_observations.blueprint,
    data_office.blueprint,
    data_sheet.blueprint,
    data_unit.blueprint,
    data_verify.blueprint,
    data_workbook.blueprint,
    unit_changes.blueprint,
    unit_results.blueprint,
    inquiry.blueprint,
    opinion_answers.blueprint,
    opinions.blueprint,
    talks.blueprint,
    trust.blueprint,
    surveys.blueprint,
    canvassing.blueprint,
    ratings.blueprint,
    count.blueprint,
    archive.blueprint,
    bulk.blueprint,
    keys.blueprint,
    measures.blueprint,
    meeting.blueprint,
    meeting_notice.blueprint,
    named_opinions.blueprint,
    portfolios.blueprint,
    portfolio_list.blueprint,
    meeting_day.blueprint,
    hall.blueprint,
    opening.blueprint,
    paper.blueprint,
    account_token.blueprint,
    administration.blueprint,
    demonstration.blueprint,
    grants.blueprint,
    journal_browser.blueprint,
    operations.blueprint,
    report_check.blueprint,
    report_upload.blueprint,
    roster.blueprint,
    scans.blueprint,
    scheme.blueprint,
    amendment.blueprint,
    scheme_weights.blueprint,
    scheme_settings.blueprint,
    scheme_editor.blueprint,
    scheme_files.blueprint,
    scheme_samples.blueprint,
    scoping.blueprint,
    setup.blueprint,
    self_report.blueprint,
    synthesis.blueprint,
    pool.blueprint,
    pool_papers.blueprint,
    progress.blueprint,
    reminding.blueprint,
    burden.blueprint,
    basis.blueprint,
    analysis.blueprint,
    analysis_runs.blueprint,
    analysis_warnings.blueprint,
    analysis_what_if.blueprint,
    decision.blueprint,
    result.blueprint,
    review.blueprint,
    after_decision.holds,
    after_decision.changes,
)


def _waiting(conn: sa.Connection, actor: Actor) -> int | None:
    return waiting(conn, actor, on())


YEAR, INPUTS = m("年度管理"), m("数据与测评")
DECIDING, RESULTS = m("审定与复核"), m("结果与归档")

NAVIGATION: tuple[Entry, ...] = (
    Entry("worklist.home", m("待我办理"), P.SIGNED_IN, _waiting, admins=True),
    Entry("cases.index", m("考核对象"), P.CASE_READ),
    Entry("progress.board", m("进度"), P.PROGRESS_READ, shown=any_progress, group=YEAR),
    Entry("setup.index", m("考核年度"), P.CYCLE_MANAGE, group=YEAR),
    Entry("data_sheet.index", m("数据填报"), P.DATA_ENTER, group=INPUTS),
    Entry("surveys.results", m("评价结果填入"), P.DATA_ENTER, shown=any_to_enter, group=INPUTS),
    Entry("data_verify.index", m("数据审核"), P.DATA_VERIFY, group=INPUTS),
    Entry("data_office.index", m("实绩数据"), P.OPINION_ASK, group=INPUTS),
    Entry("analysis.index", m("指标得分"), P.EXPLANATION_READ, group=INPUTS),
    Entry("meeting.index", m("测评会"), P.SIGNED_IN, shown=meets, group=INPUTS),
    Entry("named_opinions.mine", m("具名评价"), P.NAMED_OPINION, shown=any_in_charge, group=INPUTS),
    Entry("surveys.index", m("群众评价"), P.SURVEY_READ, shown=only_reads, group=INPUTS),
    Entry("ratings.own", m("本单位差评"), P.RATING_HANDLE, shown=any_rating, group=INPUTS),
    Entry("inquiry.index", m("了解核实"), P.OPINION_ASK, group=INPUTS),
    Entry("opinions.index", m("征求意见"), P.OPINION_ASK, group=INPUTS),
    Entry("opinion_answers.index", m("回复意见"), P.OPINION_ANSWER, group=INPUTS),
    Entry("pools.index", m("考核组别"), P.POOL_READ, group=DECIDING),
    Entry("reviews.index", m("复核申诉"), P.REVIEW_HANDLE, group=DECIDING),
    Entry("results.mine", m("我的结果"), P.OWN_READ, shown=assessed, group=RESULTS),
    Entry("measures.board", m("结果运用"), P.MEASURE_ASSIGN, group=RESULTS),
    Entry("measures.mine", m("本单位承办事项"), P.MEASURE_REPORT, group=RESULTS),
    Entry("archive.index", m("归档"), P.FILE_DOSSIER, group=RESULTS),
    Entry("administration.accounts", m("账号"), P.ACCOUNT_MANAGE, admins=True),
    Entry("grants.proposals", m("提出授权"), P.GRANT_PROPOSE, admins=True, group=YEAR),
    Entry("grants.approvals", m("批准授权"), P.GRANT_APPROVE, admins=True),
    Entry("administration.tokens", m("动态口令"), P.GRANT_APPROVE, admins=True),
    Entry("journal_browser.entries", m("审计日志"), P.JOURNAL_READ, admins=True),
    Entry("journal_browser.reads", m("查阅记录"), P.JOURNAL_READ, admins=True),
    Entry("journal_browser.verification", m("校验"), P.JOURNAL_READ, admins=True),
    Entry("administration.policy", m("权限规则"), P.POLICY_READ, admins=True, group=YEAR),
)

COMMANDS: tuple[click.Command, ...] = (
    *terminal.COMMANDS,
    *terminal_operations.COMMANDS,
    *terminal_roster.COMMANDS,
)

"""Bulk moves: a preview that names the cases, one button with the number, a job, its result.

Any list posts ``action`` and ``case`` (case numbers, repeated) to ``bulk.preview``. Moves whose
answers differ from case to case have a page of their own and are not offered here.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from cases.errors import Invalid, Refused
from cases.files.table_sheet import Kind, TableColumn, TableSheet
from cases.jobs import bulk_move
from cases.queries import bulk as queries
from cases.queries import jobs
from cases.queries.bulk import Preview
from cases.queries.jobs import JobView, RowOutcome, RowView
from cases.web.access import proved_lately, signed_in
from cases.web.data_workbook import as_download
from cases.web.following import answer, following
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.proof import BESIDE, asked_beside, has_token, prove
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import write
from forms.administration import StepUp
from forms.base import Form
from forms.catalogue import CATALOGUE
from workflow.grammar import ReasonRule, Transition
from workflow.permissions import holds_anywhere
from workflow.process import PROCESS
from workflow.vocabulary import Action, Role
from workflow.words import Sentence, m

blueprint = Blueprint("bulk", __name__)
MOST = 5_000
"""Cases of one bulk move, at most."""
PAGE = 200
OWN_PAGE = frozenset({"propose", "decide", "regrade", "publicity"})
"""Forms answered case by case or pool by pool; the pool's board asks for them."""
_OURS = frozenset({"action", "case"}) | BESIDE


def offered(action: Action) -> bool:
    """Whether a move can be made for many cases from any list."""
    move = PROCESS.declared(action)
    return move.bulk and move.form not in OWN_PAGE and (not move.form or move.form in CATALOGUE)


def grave(action: Action) -> bool:
    """Whether some move by this name can't be taken back: it asks for the password again."""
    return any(t.irreversible for s in PROCESS.stages for t in s.transitions if t.action is action)


def _asked() -> tuple[Action, list[str]]:
    """The posted move and case numbers: 400 for an unknown move, 403 where no role makes it."""
    name = request.form.get("action", "")
    if name not in set(Action) or not offered(Action(name)):
        abort(400)
    action = Action(name)
    if not holds_anywhere(current_actor(), PROCESS.declared(action).permission):
        abort(403)
    refs = [r for r in request.form.getlist("case") if 0 < len(r) <= 40]
    if len(set(refs)) > MOST:
        raise Refused([m("一次最多办理 %(n)s 件", n=MOST)])
    return action, refs


def _form(action: Action, posted: Any = None) -> Form | None:
    key = PROCESS.declared(action).form
    return CATALOGUE[key](posted, say=say) if key else None


@blueprint.post("/cases/bulk")
@signed_in
def preview() -> ResponseReturnValue:
    """Who would be moved, who would not and why, and what follows. Nothing is written."""
    action, refs = _asked()
    return _page(_looked_at(action, refs), _form(action), _proof(action))


def _proof(action: Action, posted: Any = None) -> StepUp | None:
    """The password, where the move asks for it again: on this page, so that the ticked cases and
    the answers stay. None where it was given lately."""
    return asked_beside(posted) if grave(action) and not proved_lately() else None


def _looked_at(action: Action, refs: list[str]) -> Preview:
    with reading() as conn:
        return queries.preview(conn, current_actor(), action, refs, on=on())


def _page(found: Preview, form: Form | None, proof: StepUp | None) -> str:
    return render(
        "pages/bulk_preview.html",
        found=found,
        form=form,
        proof=proof,
        has_token=has_token(),
        seen=",".join(f"{r.id}-{r.version}" for r in found.ready),
        will=_will(found.moves),
        wont=_wont(found),
        grave=any(move.irreversible for move in found.moves),
        case_url=case_url,
        back=_back(),
    )


def _back() -> str:
    """The list of cases where it is built; blank: the page leads to where the work begins."""
    return url_for("cases.index") if "cases.index" in current_app.view_functions else ""


def _will(moves: tuple[Transition[Any], ...]) -> list[tuple[str, Sentence]]:
    """(icon, sentence) of everything that follows, as declared."""
    found: list[tuple[str, Sentence]] = []
    for move in moves:
        found.append(("arrow-up-right", m("转入“%(state)s”", state=move.target)))
        found += [
            ("bell", m("通知%(who)s：%(kind)s", who=role, kind=notice.kind))
            for notice in move.notices
            for role in notice.to
        ]
        found += [("file-earmark-text", m("生成%(kind)s", kind=kind)) for kind in move.documents]
        found += [("trash", m("作废%(what)s", what=cleared)) for cleared in move.clears]
        if move.irreversible:
            found.append(("lock-fill", move.irreversible))
        elif move.back:
            found.append(("arrow-return-left", m("以后可以“%(move)s”", move=move.back)))
    return list(dict.fromkeys(found))


def _wont(found: Preview) -> list[Sentence]:
    """What a reader might fear and does not happen."""
    moves = found.moves
    told = {role for move in moves for notice in move.notices for role in notice.to}
    said = [m("不改变任何数据、得分和等次。")]
    if any(move.clears for move in moves):
        said = [m("不删除已填写的内容。")]
    if Role.SUBJECT not in told:
        said.append(m("不通知考核对象本人。"))
    if not any(move.documents for move in moves):
        said.append(m("不生成文书。"))
    if found.barred:
        said.append(m("不改动不能办理的 %(n)s 件。", n=len(found.barred)))
    return said


@blueprint.post("/cases/bulk/start")
@signed_in
def start() -> ResponseReturnValue:
    """Ask for the job over the cases still ticked; the page again, with the same cases and
    answers, 422 for an unfilled form or a wrong password, 401 where the password is still to give.
    """
    action, refs = _asked()
    form, proof = _form(action, request.form), _proof(action, request.form)
    found = _looked_at(action, refs)
    asked_for = request.form.keys() >= {"_password"}
    if form is not None and not _answered(form, action):
        return _page(found, form, proof), 422
    if proof is not None and not prove(proof):
        return _page(found, form, proof), 422 if asked_for else 401
    if not found.rows:
        raise Refused([m("没有选中考核卷")])
    payload = form.payload() if form is not None else {}
    versions = _versions(found)

    def work(conn: sa.Connection) -> str:
        ids = [row.id for row in found.rows]
        job = bulk_move.ask(
            conn, action, ids, actor=current_actor(), at=at(), payload=payload, versions=versions
        )
        return url_for("bulk.show", job_id=job)

    try:
        return write(work)
    except Invalid as wrong:
        if form is None:
            raise
        form.take(wrong.errors)
        return _page(found, form, None), 422


def _answered(form: Form, action: Action) -> bool:
    g.form = form
    if form.unknown_fields(n for n in request.form if n not in _OURS):
        abort(400)
    good = bool(form.validate())
    needed = PROCESS.declared(action).reason is ReasonRule.REQUIRED
    if good and needed and not str(form.payload().get("reason") or "").strip():
        form.take({"reason": m("请说明理由")})
        return False
    return good


def _versions(found: Preview) -> dict[int, int]:
    """The versions the reader saw; a case without one counts as moved since."""
    seen: dict[int, int] = {}
    for pair in request.form.get("_seen", "").split(","):
        case_id, _, version = pair.partition("-")
        if all(t.isascii() and t.isdigit() and len(t) < 18 for t in (case_id, version)):
            seen[int(case_id)] = int(version)
    return {row.id: seen.get(row.id, 0) for row in found.rows}


def _mine(conn: sa.Connection, job_id: int) -> JobView:
    """A job of the signed-in account. Raises NotVisible alike for absent and foreign."""
    account = current_actor().account_id
    return jobs.job(conn, job_id, account_id=0 if account is None else account)


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@blueprint.get("/jobs/<int:job_id>")
@signed_in
def show(job_id: int) -> ResponseReturnValue:
    """How far a job is, and what became of each row."""
    outcome, after = request.args.get("outcome", ""), _number("after")
    chosen = (RowOutcome(outcome),) if outcome in set(RowOutcome) else ()
    with reading() as conn:
        job = _mine(conn, job_id)
        counts = jobs.outcome_counts(conn, job_id)
        rows = jobs.rows_of(conn, job_id, after=after, limit=PAGE + 1, outcomes=chosen)
        refs = queries.refs_of(conn, [r.case_id for r in rows if r.case_id is not None])
    page = render(
        "pages/bulk_job.html",
        job=job,
        counts=counts,
        outcomes=[o for o in RowOutcome if o in counts],
        chosen=chosen[0] if chosen else None,
        rows=rows[:PAGE],
        links={case_id: case_url(ref) for case_id, ref in refs.items()},
        more=rows[PAGE - 1].number if len(rows) > PAGE else 0,
        after=after,
        follow=following(),
        back=_back(),
    )
    return answer(page, job)


@blueprint.get("/jobs/<int:job_id>/result.xlsx")
@signed_in
def result(job_id: int) -> Response:
    """The result as a workbook, every row."""
    with reading() as conn:
        job = _mine(conn, job_id)
        rows = jobs.rows_of(conn, job_id, limit=100_000)
    columns = [
        TableColumn(say(m("序号")), 8, Kind.NUMBER),
        TableColumn(say(m("考核对象")), 44),
        TableColumn(say(m("结果")), 12),
        TableColumn(say(m("说明")), 60),
    ]
    sheet = TableSheet(say(m("办理结果")), say(job.title), columns, [_line(r) for r in rows])
    return as_download(sheet, say(m("办理结果")))


def _line(row: RowView) -> list[str | int]:
    return [row.number, row.label, say(row.outcome), "；".join(map(say, row.reasons))]


__all__ = ["blueprint", "offered"]

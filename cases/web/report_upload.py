"""Reports out of documents: one's own file, or a ZIP for the unit with a preview before anything
is stored. Between preview and commit the ZIP waits in the file store; the page carries a signed
token that only the account that uploaded it can use, for a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.self_report import Entry, Uploaded, take_uploaded
from cases.errors import Invalid, Refused
from cases.files.report_people import Candidate, Match, match
from cases.files.report_upload import Read, read_pack, read_report
from cases.queries.report_targets import DraftState, drafts_of, is_open, upload_targets
from cases.queries.self_report import report_of, scheme_of_case
from cases.queries.visibility import load_case
from cases.scoring.shapes import Section
from cases.web.access import access
from cases.web.installation import at, reading
from cases.web.kept_upload import content_of, kept, store, token_of
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import checked, save, write
from forms.self_report import TakeReports, UploadReport, UploadReports
from workflow.permissions import holds_anywhere
from workflow.vocabulary import CaseKind, EntryBasis, Permission, State
from workflow.words import Sentence, m

blueprint = Blueprint("report_upload", __name__)
P = Permission
USE = "report-upload"
_CHOICE = re.compile(r"[0-9]{1,12}:[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the preview: what was read, whose it is, what stands in the way."""

    read: Read
    case: Any = None
    draft: DraftState | None = None
    sure: bool = True
    fault: Sentence | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def choice(self) -> str:
        """The value of its tick: the case and the draft's version as this page saw it."""
        return f"{self.case.id}:{self.draft.version}" if self.case and self.draft else ""

    @property
    def held(self) -> bool:
        """Whether the draft already has what was read."""
        return (
            self.draft is not None and bool(self.read.texts) and self.draft.holds(self.read.texts)
        )

    @property
    def covers(self) -> bool:
        """Whether text somebody wrote would be replaced."""
        return self.draft is not None and self.draft.length > 0


# one document, into one's own draft


@blueprint.route("/cases/<ref>/self-report/upload", methods=["GET", "POST"])
@access(P.REPORT_WRITE, load=load_case, uploads=True)
def one(case: Any, ref: str) -> ResponseReturnValue:
    """One's own document: its sections go into the draft where they can be mended."""
    posted = request.method == "POST"
    form = UploadReport(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )
    with reading() as conn:
        report = report_of(conn, case)

    def page() -> str:
        return render(
            "stages/self_report/upload.html",
            case=case,
            case_url=case_url(ref),
            report=report,
            form=form,
            back=url_for("self_report.edit", ref=ref),
        )

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        upload: Any = form.file.data
        read = read_report(upload.read(), upload.filename, report.specs)
        if read.fault is not None:
            raise Invalid({"file": read.fault})
        mine = Uploaded(case.id, report.draft_version, read.file_name, read.texts, replace=True)
        (taken,) = take_uploaded(conn, [mine], actor=current_actor(), at=at())
        if taken.reason is not None:
            raise Refused([taken.reason], ref)
        return url_for("self_report.edit", ref=ref)

    return save(form, work, page)


# a ZIP, for a unit


@blueprint.route("/self-reports/upload", methods=["GET", "POST"])
@access(P.REPORT_ENTER, uploads=True)
def many() -> ResponseReturnValue:
    """Choose a ZIP; the next page shows what was read and from whom."""
    posted = request.method == "POST"
    form = UploadReports(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )
    with reading() as conn:
        targets = [c for c in upload_targets(conn, current_actor()) if is_open(c)]

    def page() -> str:
        return render("stages/self_report/upload_pack.html", form=form, targets=targets)

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        upload: Any = form.file.data
        stored = store(conn, upload.stream, upload.filename)
        return url_for("report_upload.preview", token=token_of(stored, use=USE))

    return save(form, work, page)


def _opened(conn: sa.Connection, token: str) -> bytes:
    """The ZIP a token of this account speaks of. Raises Refused for any other."""
    return content_of(conn, kept(token, use=USE, expired=_EXPIRED))


_EXPIRED = m("上传的压缩包已过期,请重新上传")


@blueprint.get("/self-reports/upload/<token>")
@access(P.REPORT_ENTER)
def preview(token: str) -> ResponseReturnValue:
    """What was taken from each file and what not; nothing is stored yet."""
    rows, problem = _rows(token)
    return _preview(token, rows, problem, _form(token, rows, None))


def _rows(token: str) -> tuple[list[Row], Sentence | None]:
    """The files of the ZIP against the open reports; or why the ZIP is not opened at all."""
    with reading() as conn:
        data = _opened(conn, token)
        targets = upload_targets(conn, current_actor())
        drafts = drafts_of(conn, [c.id for c in targets])
        specs = {kind: _specs(conn, targets, kind) for kind in CaseKind}
    candidates = [_candidate(c) for c in targets]
    try:
        reads = read_pack(data, specs[CaseKind.CADRE])
        hits = [match(read.file_name, read.head, candidates) for read in reads]
        if any(hit.candidate is not None and hit.candidate.is_body for hit in hits):
            bodies = read_pack(data, specs[CaseKind.BODY])
            reads = [
                body if hit.candidate is not None and hit.candidate.is_body else read
                for read, body, hit in zip(reads, bodies, hits, strict=True)
            ]
    except Invalid as invalid:
        return [], next(iter(invalid.errors.values()))
    cases, taken = {c.id: c for c in targets}, set[int]()
    rows = [_row(r, hit, cases, drafts, taken) for r, hit in zip(reads, hits, strict=True)]
    titles = {kind: {s.code: s.title for s in found} for kind, found in specs.items()}
    return [replace(r, titles=titles[CaseKind(r.case.kind)]) if r.case else r for r in rows], None


def _specs(conn: sa.Connection, targets: list[Any], kind: CaseKind) -> tuple[Section, ...]:
    """The sections of the newest cycle's reports of one kind; a scheme has one set for each."""
    first = next((c for c in targets if c.kind == kind), None)
    return scheme_of_case(conn, first).sections[kind] if first is not None else ()


def _candidate(case: Any) -> Candidate:
    return Candidate(
        case.id,
        case.ref,
        case.subject_name,
        case.unit_name,
        case.subject_post or "",
        case.kind == CaseKind.BODY,
    )


def _row(
    read: Read,
    hit: Match,
    cases: dict[int, Any],
    drafts: dict[int, DraftState],
    taken: set[int],
) -> Row:
    if hit.candidate is None:
        return Row(read, fault=read.fault or hit.fault)
    case = cases[hit.candidate.case_id]
    fault = read.fault
    if fault is None and not is_open(case):
        fault = m("述职报告%(state)s,现在不能改写", state=State(case.state))
    if fault is None and case.id in taken:
        fault = m("与前面的文件是同一人,只读前一份")
    taken.add(case.id)
    return Row(read, case, drafts[case.id], hit.sure, fault)


def _form(token: str, rows: list[Row], posted: Any) -> TakeReports:
    form = TakeReports(posted, say=say, data={"token": token} if posted is None else None)
    good = [r for r in rows if r.fault is None]
    offered = [(r.choice, r.read.file_name) for r in good]
    # A tick made before another hand saved the draft is still read, and refused by name.
    old = [v for v in (form.take.data or ()) if _CHOICE.fullmatch(v) and v not in dict(offered)]
    form.take.offer([*offered, *((v, v) for v in old)])
    form.replace.offer([(r.choice, r.read.file_name) for r in good] + [(v, v) for v in old])
    if posted is None:
        form.take.data = [r.choice for r in good if r.sure and not r.covers and not r.held]
    return form


def _preview(token: str, rows: list[Row], problem: Sentence | None, form: TakeReports) -> str:
    return render(
        "stages/self_report/preview.html",
        token=token,
        rows=rows,
        problem=problem,
        form=form,
        taken=request.args.get("taken", type=int),
        left=request.args.get("left", type=int),
    )


@blueprint.post("/self-reports/upload/<token>")
@access(P.REPORT_ENTER)
def take(token: str) -> ResponseReturnValue:
    """Put the ticked reports into their drafts; the preview then shows what each draft holds."""
    rows, problem = _rows(token)
    form = _form(token, rows, request.form)
    if not checked(form):
        return _preview(token, rows, problem, form), 422
    by_case = {r.case.id: r for r in rows if r.case is not None and r.fault is None}

    def work(conn: sa.Connection) -> str:
        entry = Entry(EntryBasis(str(form.basis.data)))
        uploads = _chosen(form, by_case)
        done = take_uploaded(conn, uploads, actor=current_actor(), at=at(), entry=entry)
        left = sum(t.version is None for t in done)
        return url_for("report_upload.preview", token=token, taken=len(done) - left, left=left)

    return write(work)


def _chosen(form: TakeReports, by_case: dict[int, Row]) -> list[Uploaded]:
    chosen = []
    for value in form.take.data or ():
        case_id, version = (int(part) for part in value.split(":"))
        if case_id in by_case:
            read = by_case[case_id].read
            chosen.append(
                Uploaded(
                    case_id,
                    version,
                    read.file_name,
                    read.texts,
                    replace=value in (form.replace.data or ()),
                )
            )
    return chosen


def may_upload() -> bool:
    """Whether a link to the ZIP page should be shown."""
    return holds_anywhere(current_actor(), P.REPORT_ENTER)

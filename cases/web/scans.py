"""签字件扫描: print the forms of a unit, scan the signed stack back, mend by hand what is left."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import scans as commands
from cases.documents.scan import joined
from cases.errors import NotVisible, Refused
from cases.files.store import Damaged, FileStore
from cases.jobs import scan_stack
from cases.queries import archive, jobs
from cases.queries import scans as queries
from cases.queries.scans import PageLine, PageOutcome, StackLine
from cases.web.access import access
from cases.web.following import answer, following
from cases.web.installation import at, kaoji, note_reading, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save, write
from forms.scans import AssignPage, DiscardPage, UploadScan
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("scans", __name__, url_prefix="/archive/scans")
P = Permission
_TARGET = re.compile(r"(\d{1,12}):(\d{1,3})")


def _files() -> FileStore:
    return FileStore(kaoji().settings.files)


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@blueprint.route("", methods=["GET", "POST"])
@access(P.FILE_DOSSIER, uploads=True)
def index() -> ResponseReturnValue:
    """The upload, the forms of each unit and how many are back, earlier stacks."""
    posted = request.method == "POST"
    form = UploadScan(CombinedMultiDict([request.form, request.files]) if posted else None, say=say)
    with reading() as conn:
        cycles = queries.cycles_to_scan(conn, current_actor())
        asked = _number("cycle")
        cycle_id = asked if asked in dict(cycles) else (cycles[0][0] if cycles else 0)
        units = queries.by_unit(conn, current_actor(), cycle_id)
        stacks = queries.stacks(conn, current_actor())
    form.cycle.offer(cycles)
    if not posted:
        form.cycle.data = cycle_id or None

    def page() -> ResponseReturnValue:
        return render(
            "stages/archive/scans.html", form=form, units=units, stacks=stacks, cycles=cycles,
            cycle_id=cycle_id,
        )  # fmt: skip

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        kept = _files().put(conn, file.stream, name=file.filename, at=at())
        stack_id = commands.receive(
            conn, cycle_id=form.cycle.data, file_id=kept.id, file_name=file.filename,
            actor=current_actor(), at=at(),
        )  # fmt: skip
        job = scan_stack.ask(conn, stack_id, actor=current_actor(), at=at())
        return url_for(".show", stack_id=stack_id, job=job)

    return save(form, work, page) if posted else page()


@blueprint.get("/<int:stack_id>")
@access(P.FILE_DOSSIER, load=queries.load_stack)
def show(stack: StackLine, stack_id: int) -> ResponseReturnValue:
    """What became of each page, those to be looked at first, and the pages still missing."""
    actor, job_id = current_actor(), _number("job")
    with reading() as conn:
        pages = queries.pages_of(conn, actor, stack_id)
        missing = queries.wanted(conn, actor, stack.cycle_id)
        job = jobs.job(conn, job_id, account_id=actor.account_id) if job_id else None
    touched = {p.unit for p in pages if p.unit}
    shown = render(
        "stages/archive/scan.html",
        stack=stack,
        job=job,
        follow=following(),
        open_pages=[p for p in pages if p.outcome not in queries.SETTLED],
        filed=[p for p in pages if p.outcome is PageOutcome.FILED],
        discarded=[p for p in pages if p.outcome is PageOutcome.DISCARDED],
        missing=[w for w in missing if w.unit in touched],
    )
    return answer(shown, job)


@blueprint.post("/pages/<int:page_id>/assign", endpoint="assign")
@blueprint.get("/pages/<int:page_id>")
@access(P.FILE_DOSSIER, load=queries.load_page)
def page(line: PageLine, page_id: int) -> ResponseReturnValue:
    """One page, large enough to recognise, and the pages it could be."""
    actor = current_actor()
    form = AssignPage(request.form or None, say=say)
    with reading() as conn:
        stack = queries.load_stack(conn, actor, P.FILE_DOSSIER, line.stack_id)
        missing = queries.wanted(conn, actor, stack.cycle_id)
    form.target.offer((f"{w.document_id}:{w.page}", _target(w)) for w in missing)

    def shown() -> ResponseReturnValue:
        return _page(line, stack, form, DiscardPage(say=say))

    if request.method == "GET":
        return shown()

    def work(conn: sa.Connection) -> str:
        found = _TARGET.fullmatch(str(form.target.data))
        if found is None:
            raise NotVisible(str(form.target.data))
        commands.assign(conn, page_id, int(found[1]), int(found[2]), actor=actor, at=at())
        return url_for(".show", stack_id=line.stack_id)

    return save(form, work, shown)


def _page(line: PageLine, stack: StackLine, form: AssignPage, aside: DiscardPage) -> str:
    return render("stages/archive/scan_page.html", line=line, stack=stack, form=form, aside=aside)


def _target(one: queries.Wanted) -> Any:
    return m(
        "%(unit)s　%(name)s　第 %(page)s 页　%(ref)s",
        unit=one.unit, name=one.name, page=one.page, ref=one.ref,
    )  # fmt: skip


@blueprint.post("/pages/<int:page_id>/discard")
@access(P.FILE_DOSSIER, load=queries.load_page)
def discard(line: PageLine, page_id: int) -> ResponseReturnValue:
    """Put a page aside that belongs to no paper, and say why."""
    actor = current_actor()
    aside = DiscardPage(request.form, say=say)

    def shown() -> ResponseReturnValue:
        with reading() as conn:
            stack = queries.load_stack(conn, actor, P.FILE_DOSSIER, line.stack_id)
        return _page(line, stack, AssignPage(say=say), aside)

    def work(conn: sa.Connection) -> str:
        reason = str(aside.reason.data)
        commands.discard(conn, page_id, reason=reason, actor=actor, at=at())
        return url_for(".show", stack_id=line.stack_id)

    return save(aside, work, shown)


@blueprint.post("/pages/<int:page_id>/release")
@access(P.FILE_DOSSIER, load=queries.load_page)
def release(line: PageLine, page_id: int) -> ResponseReturnValue:
    """Take a page out of its paper again."""

    def work(conn: sa.Connection) -> str:
        commands.release(conn, page_id, actor=current_actor(), at=at())
        return url_for(".show", stack_id=line.stack_id)

    return write(work)


@blueprint.get("/pages/<int:page_id>.jpg")
@access(P.FILE_DOSSIER, load=queries.load_page)
def thumb(line: PageLine, page_id: int) -> ResponseReturnValue:
    """The small picture of a page."""
    if line.thumb_id is None:
        raise NotVisible(str(page_id))
    note_reading("scan_page", case_id=line.case_id, object_id=page_id)
    return Response(_read([line.thumb_id])[0], mimetype="image/jpeg")


@blueprint.get("/pages/<int:page_id>.pdf")
@access(P.FILE_DOSSIER, load=queries.load_page)
def original(line: PageLine, page_id: int) -> ResponseReturnValue:
    """A page as it was scanned."""
    if line.file_id is None:
        raise NotVisible(str(page_id))
    note_reading("scan_page", case_id=line.case_id, object_id=page_id)
    return _attachment(_read([line.file_id])[0], f"{say(m('扫描件'))}-{line.number}.pdf")


@blueprint.get("/signed/<int:document_id>.pdf")
@access(P.DOSSIER_READ, load=archive.load_paper)
def signed(row: Any, document_id: int) -> ResponseReturnValue:
    """The signed pages of a paper as one file, in page order."""
    with reading() as conn:
        pages = queries.signed_of(conn, [document_id]).get(document_id, [])
    if not pages:
        raise NotVisible(str(document_id))
    note_reading("signed_scan", case_id=row.case_id, object_id=document_id)
    name = f"{row.subject_name}-{row.title}-{say(m('签字扫描件'))}.pdf"
    return _attachment(joined(_read([file_id for _, file_id in pages])), name)


def load_forms(
    conn: sa.Connection, actor: Actor, permission: Permission, cycle_id: int, unit_id: int
) -> list[tuple[int, str]]:
    """The valid forms of a unit. Raises NotVisible."""
    return queries.forms_of_unit(conn, actor, cycle_id, unit_id)


@blueprint.get("/forms/<int:cycle_id>/<int:unit_id>.pdf")
@access(P.FILE_DOSSIER, load=load_forms)
def forms(found: list[tuple[int, str]], cycle_id: int, unit_id: int) -> ResponseReturnValue:
    """All registration forms of a unit in official order, to print on both sides and sign."""
    note_reading("registration_forms", object_id=unit_id)
    name = f"{found[0][1]}-{say(m('年度考核登记表'))}.pdf"
    return _attachment(joined(_read([file_id for file_id, _ in found])), name)


def _read(file_ids: list[int]) -> list[bytes]:
    try:
        with reading() as conn:
            return [_files().open_file(conn, file_id).content for file_id in file_ids]
    except Damaged:
        raise Refused([m("文件与保存时不一致,没有打开,请先查明")]) from None


def _attachment(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response

"""纸质票: batches to print, forms collected, two blind entries, the third look, joining."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.ballot_box.package import from_json
from cases.ballot_box.paper import MarksRefused, cells_of, heading
from cases.commands import late_papers
from cases.commands import paper_batches as commands
from cases.commands import paper_entries as entries
from cases.documents.copies import copies
from cases.documents.kinds import WorkingPaper
from cases.documents.papers.ballot import paper_ballot
from cases.errors import Invalid
from cases.queries.meeting import load_meeting, meeting_view
from cases.queries.paper import BatchView, batch_of, batches, late_desk, load_meeting_of_batch
from cases.web.access import access
from cases.web.hall import download
from cases.web.installation import at, kaoji, on, reading
from cases.web.presentation import render, say
from cases.web.printing import need_press, printed
from cases.web.session import current_actor
from cases.web.urns import pepper, urns
from cases.web.writing import checked, save, write
from forms.base import CARRIED
from forms.hall import Collected, MarksFile, PrintPaper
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("paper", __name__, url_prefix="/meetings")
P = Permission


def _batch(row: Any, batch_id: int) -> BatchView:
    with reading() as conn:
        return batch_of(conn, row, batch_id)


@blueprint.get("/<ref>/paper")
@access(P.SIGNED_IN, load=load_meeting)
def index(row: Any, ref: str) -> ResponseReturnValue:
    """The batches of this meeting and what each waits for."""
    return _index(row, PrintPaper(say=say))


def _index(row: Any, form: PrintPaper) -> str:
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
        found = batches(conn, row.id)
        late = late_desk(conn, row, view.rights, view.counted, on())
    form.group.offer([(g.code, g.title) for g in view.groups])
    return render(
        "stages/public_evaluation/paper.html",
        v=view,
        batches=found,
        late=late,
        form=form,
        me=current_actor().person_id,
    )


@blueprint.post("/<ref>/paper/print")
@access(P.MEETING_PLAN, load=load_meeting)
def new(row: Any, ref: str) -> ResponseReturnValue:
    """A new batch of forms; after the closing they are those of people who come late."""
    form = PrintPaper(request.form, say=say)
    with reading() as conn:
        groups = meeting_view(conn, row, current_actor(), on()).groups
    form.group.offer([(g.code, g.title) for g in groups])

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            commands.print_batch(
                conn,
                store,
                row.id,
                str(form.group.data),
                int(form.number.data or 0),
                late=row.held_on is not None,
                actor=current_actor(),
                at=at(),
            )
        return url_for(".index", ref=ref)

    return save(form, work, lambda: _index(row, form))


@blueprint.post("/<ref>/paper/<int:batch_id>/late")
@access(P.PAPER_ENTER, load=load_meeting_of_batch)
def late(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """Take one sealed paper of somebody who comes late; the scheme says who does."""

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            late_papers.receive(conn, store, batch_id, actor=current_actor(), at=at())
        return url_for(".index", ref=ref)

    return write(work)


@blueprint.get("/<ref>/paper/<int:batch_id>/forms.pdf")
@access(P.MEETING_PLAN, load=load_meeting_of_batch)
def forms(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """The forms of a batch to print; all alike."""
    need_press()
    batch = _batch(row, batch_id)
    paper = paper_ballot(
        from_json(row.package),
        batch.group,
        batch.mark,
        year=at().year,
        organ=kaoji().organ_name,
        on=on(),
    )
    pdf = printed(WorkingPaper.PAPER_BALLOT, paper)
    return download(copies(pdf, batch.printed), f"paper-{ref}-{batch.mark}.pdf")


@blueprint.get("/<ref>/paper/<int:batch_id>/marks.csv")
@access(P.PAPER_ENTER, load=load_meeting_of_batch)
def marks_table(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """An empty file of marks with its heading line."""
    batch = _batch(row, batch_id)
    lines = [heading(from_json(row.package), batch.group)]
    lines += [[str(n)] for n in range(1, (batch.collected or 0) + 1)]
    text = "\r\n".join(",".join(line) for line in lines) + "\r\n"
    return download(text.encode("utf-8-sig"), f"marks-{ref}-{batch.mark}.csv")


@blueprint.route("/<ref>/paper/<int:batch_id>/collected", methods=["GET", "POST"])
@access(P.PAPER_ENTER, load=load_meeting_of_batch)
def collected(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """How many filled-in forms came back."""
    batch = _batch(row, batch_id)
    form = Collected(request.form if request.method == "POST" else None, say=say)

    def page() -> ResponseReturnValue:
        return render("stages/public_evaluation/paper_collected.html", row=row, b=batch, form=form)

    def work(conn: sa.Connection) -> str:
        commands.collect(conn, batch_id, int(form.number.data or 0), actor=current_actor(), at=at())
        return url_for(".index", ref=ref)

    return page() if request.method == "GET" else save(form, work, page)


@blueprint.post("/<ref>/paper/<int:batch_id>/begin")
@access(P.PAPER_ENTER, load=load_meeting_of_batch)
def begin(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """Take the first or the second entry of a batch."""
    batch = _batch(row, batch_id)

    def work(conn: sa.Connection) -> str:
        entries.desk_of(conn, batch.id, data_key=_key(), actor=current_actor(), at=at())
        return url_for(".enter", ref=ref, batch_id=batch_id)

    return write(work)


@blueprint.route("/<ref>/paper/<int:batch_id>/enter", methods=["GET", "POST"])
@access(P.PAPER_ENTER, load=load_meeting_of_batch)
def enter(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """One form after the other, by keyboard; the other person's entry is never shown.

    What is posted keeps no digest of the request: a few marks are soon guessed from one.
    """
    batch = _batch(row, batch_id)
    wrong: dict[int, str] = {}
    typed: dict[int, str] = {}
    number = _number(request.values.get("form", ""))
    with kaoji().store.transaction() as conn:
        desk = entries.desk_of(
            conn, batch.id, data_key=_key(), actor=current_actor(), at=at(), begin=False
        )
        cells = cells_of(desk.package, batch.group)
        if request.method == "POST":
            if set(request.form) - {*CARRIED, "form", *(f"c{c.number}" for c in cells)}:
                abort(400)
            typed = {c.number: request.form.get(f"c{c.number}", "")[:20] for c in cells}
            marks = {c.number: c.mark_of(typed[c.number]) for c in cells}
            wrong = {c.number: typed[c.number] for c in cells if marks[c.number] is None}
            if not wrong:
                form = [marks[c.number] or "" for c in cells]
                desk = entries.save_form(
                    conn, batch.id, number, form, data_key=_key(), actor=current_actor(), at=at()
                )
    if request.method == "POST" and not wrong:
        after = desk.next_after(number)
        return redirect(url_for(".enter", ref=ref, batch_id=batch_id, form=after or 0), 303)
    if not number and request.values.get("form") is None:
        number = desk.next_after() or 0
    if not 0 <= number <= len(desk.forms):
        number = 0
    page = _desk_page(row, batch, desk, number, typed, wrong)
    return (page, 422) if wrong else page


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _desk_page(
    row: Any,
    batch: BatchView,
    desk: entries.Desk,
    number: int,
    typed: dict[int, str],
    wrong: dict[int, str],
) -> str:
    cells = cells_of(desk.package, batch.group)
    kept = desk.forms[number - 1] if number else None
    if kept is not None and not typed:
        typed = {c.number: c.digit(mark) for c, mark in zip(cells, kept, strict=True)}
    return render(
        "stages/public_evaluation/paper_enter.html",
        row=row,
        b=batch,
        desk=desk,
        number=number,
        cells=cells,
        typed=typed,
        wrong=wrong,
    )


def _key() -> str:
    return kaoji().settings.data_key


@blueprint.post("/<ref>/paper/<int:batch_id>/finish")
@access(P.PAPER_ENTER, load=load_meeting_of_batch)
def finish(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """The reader's entry is complete."""
    batch = _batch(row, batch_id)

    def work(conn: sa.Connection) -> str:
        entries.finish(conn, batch.id, data_key=_key(), actor=current_actor(), at=at())
        return url_for(".index", ref=ref)

    return write(work)


@blueprint.route("/<ref>/paper/<int:batch_id>/file", methods=["GET", "POST"])
@access(P.PAPER_ENTER, load=load_meeting_of_batch, uploads=True)
def file(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """A file of marks as the reader's whole entry; wrong cells are named by address."""
    batch = _batch(row, batch_id)
    both: Any = CombinedMultiDict([request.form, request.files])
    posted = both if request.method == "POST" else None
    form = MarksFile(posted, say=say)
    faults: list[tuple[str, Any]] = []

    def page() -> str:
        return render(
            "stages/public_evaluation/paper_file.html", row=row, b=batch, form=form, faults=faults
        )

    if posted is None:
        return page()
    if not checked(form):
        return page(), 422
    chosen: Any = form.file.data
    try:
        with kaoji().store.transaction() as conn:
            entries.take_file(
                conn,
                batch.id,
                chosen.stream.read(),
                data_key=_key(),
                actor=current_actor(),
                at=at(),
            )
    except MarksRefused as e:
        faults += e.cells
        form.take({"file": m("文件里有 %(n)s 处要改", n=len(e.cells))})
        return page(), 422
    return redirect(url_for(".index", ref=ref), 303)


@blueprint.route("/<ref>/paper/<int:batch_id>/compare", methods=["GET", "POST"])
@access(P.PAPER_ENTER, load=load_meeting_of_batch)
def compare(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """What differs between the two entries; a third person settles it cell by cell."""
    batch = _batch(row, batch_id)
    with kaoji().store.transaction() as conn:
        _, _, found = entries.open_differences(
            conn, batch.id, data_key=_key(), actor=current_actor()
        )
    asked = {f"{what}_{d.form}_{d.cell.number}" for d in found for what in ("mark", "reason")}
    if set(request.form) - CARRIED - asked:
        abort(400)
    errors: dict[str, Any] = {}

    def page() -> str:
        return render(
            "stages/public_evaluation/paper_compare.html",
            row=row,
            b=batch,
            found=found,
            errors=errors,
            given=request.form,
        )

    if request.method == "GET":
        return page()
    settled = {
        (d.form, d.cell.number): entries.Settlement(
            _settled_mark(d), request.form.get(f"reason_{d.form}_{d.cell.number}", "")[:200]
        )
        for d in found
    }
    try:
        with kaoji().store.transaction() as conn:
            entries.settle(conn, batch.id, settled, data_key=_key(), actor=current_actor(), at=at())
    except Invalid as e:
        errors.update(e.errors)
        return page(), 422
    return redirect(url_for(".index", ref=ref), 303)


def _settled_mark(d: Any) -> str:
    mark = d.cell.mark_of(request.form.get(f"mark_{d.form}_{d.cell.number}", "?")[:20])
    return "?" if mark is None else str(mark)


@blueprint.post("/<ref>/paper/<int:batch_id>/join")
@access(P.TALLY, load=load_meeting_of_batch)
def join(row: Any, ref: str, batch_id: int) -> ResponseReturnValue:
    """Seal the agreed forms into the closed urn."""
    batch = _batch(row, batch_id)

    def work(conn: sa.Connection) -> str:
        with urns() as store:
            entries.join_batch(
                conn,
                store,
                batch.id,
                data_key=_key(),
                pepper=pepper(),
                actor=current_actor(),
                at=at(),
            )
        return url_for(".index", ref=ref)

    return write(work)

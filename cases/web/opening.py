"""启封 beside the single page: many urns with one key, urn and result files, keys made offline.

The batch answers line by line while it works, so the bar moves without a script; what was typed is
kept nowhere, and a refused urn does not stop the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Blueprint, Response, abort, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict

from cases import canonical
from cases.ballot_box import carrier
from cases.ballot_box.refusals import BallotBoxRefusal
from cases.commands import count, destruction, urn_files
from cases.commands import keys as key_commands
from cases.documents.kinds import WorkingPaper
from cases.documents.papers.destroyed import destruction_record
from cases.errors import Invalid, Refused
from cases.queries.keys import key_to_destroy
from cases.queries.meeting import current_cycle, load_meeting, meeting_view
from cases.queries.urns_to_open import UrnToOpen, destruction_of, public_key_of, urns_to_open
from cases.web.access import access
from cases.web.hall import download
from cases.web.installation import at, kaoji, on, reading
from cases.web.keys import asked_key, entries, keep, offer_units
from cases.web.presentation import render, say
from cases.web.printing import need_press, printed
from cases.web.proof import BESIDE, asks_proof
from cases.web.session import current_actor
from cases.web.urns import rehearsal, urns
from cases.web.writing import checked, unproved
from forms.hall import Destroy, RegisterKey, ResultFile
from forms.keys import Shares
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("opening", __name__)
P = Permission
_MARK = Markup("<!-- lines -->")


@blueprint.route("/openings", methods=["GET", "POST"])
@access(P.URN_OPEN)
@asks_proof
def batch() -> ResponseReturnValue:
    """Open several urns of one key: two shares once, then one urn after the other."""
    with reading() as conn:
        waiting = urns_to_open(conn, current_actor())
    posted = request.form if request.method == "POST" else None
    form = Shares(_without_ticks(posted), say=say)

    def page() -> str:
        first = waiting[0].key_id if waiting else None
        ours = [u.ref for u in waiting if u.key_id == first]
        chosen = request.form.getlist("urn") if posted else ours
        return render(
            "stages/public_evaluation/openings.html",
            waiting=waiting,
            form=form,
            chosen=chosen,
            keys=len({u.key_id for u in waiting}),
        )

    if posted is None:
        return page()
    picked = [u for u in waiting if u.ref in posted.getlist("urn") and u.reconciled]
    if not picked or len({u.key_id for u in picked}) != 1:
        form.take({"share_1": m("请选择同一把密钥的测评箱")})
        return page(), 422
    if not checked_shares(form):
        return page(), unproved() or 422
    try:
        with reading() as conn:
            public = public_key_of(conn, picked[0].key_id)
        key, holders = key_commands.restore(entries(form), public, rehearsal=rehearsal())
    except Invalid as e:
        form.take(e.errors)
        return page(), 422
    frame = render("stages/public_evaluation/openings_done.html", total=len(picked), mark=_MARK)
    return Response(stream_with_context(_opened(frame, picked, key, holders)), mimetype="text/html")


def _without_ticks(posted: Any) -> Any:
    """The form without the ticks of the table, which are no fields of it."""
    if posted is None:
        return None
    kept = posted.copy()
    for name in ("urn", *BESIDE):
        kept.poplist(name)
    return kept


def checked_shares(form: Shares) -> bool:
    """Whether the shares were typed; fields the page doesn't have are refused."""
    if form.unknown_fields({*request.form} - BESIDE - {"urn"}):
        abort(400)
    return bool(form.validate()) and not unproved()


def _opened(
    frame: str, picked: Sequence[UrnToOpen], key: X25519PrivateKey, holders: Sequence[int]
) -> Iterator[str]:
    head, _, foot = frame.partition(_MARK)
    yield head
    for number, urn in enumerate(picked, 1):
        try:
            with kaoji().store.transaction() as conn, urns() as store:
                found = count.open_with_key(
                    conn, store, urn.meeting_id, key, holders, actor=current_actor(), at=at()
                )
            told = say(m("已启封,%(n)s 张", n=found.count.envelopes))
        except (Refused, BallotBoxRefusal) as e:
            told = say(m("没有启封:%(why)s", why=e.reasons[0]))
        yield _line(number, len(picked), urn, told)
    yield foot


def _line(number: int, total: int, urn: UrnToOpen, told: str) -> str:
    return Markup(
        '<li class="k-row k-row-between"><span><a href="{}">{}</a> <span class="k-2nd">{}</span>'
        '</span><progress max="{}" value="{}">{} / {}</progress></li>\n'
    ).format(url_for("meeting.show", ref=urn.ref), urn.title, told, total, number, number, total)


@blueprint.get("/meetings/<ref>/files")
@access(P.URN_OPEN, load=load_meeting)
def files(row: Any, ref: str) -> ResponseReturnValue:
    """The urn as a file for an offline opening, and a result file to compare or to take."""
    return _files(row, ResultFile(say=say))


def _files(row: Any, form: ResultFile, told: Any = None) -> str:
    with reading() as conn:
        view = meeting_view(conn, row, current_actor(), on())
    return render("stages/public_evaluation/files.html", v=view, form=form, told=told)


@blueprint.post("/meetings/<ref>/urn-file")
@access(P.URN_OPEN, load=load_meeting)
def urn_file(row: Any, ref: str) -> ResponseReturnValue:
    """The closed urn; the same bytes each time. It is of no use without two shares."""
    with kaoji().store.transaction() as conn, urns() as store:
        content = urn_files.export_urn(conn, store, row.id, actor=current_actor(), at=at())
    return download(content, row.urn_id + carrier.SUFFIX)


@blueprint.post("/meetings/<ref>/result-file")
@access(P.URN_OPEN, load=load_meeting, uploads=True)
def result_file(row: Any, ref: str) -> ResponseReturnValue:
    """Compare the result of an offline opening with the one that stands, or take it."""
    form = ResultFile(CombinedMultiDict([request.form, request.files]), say=say)
    if not checked(form):
        return _files(row, form), 422
    chosen: Any = form.file.data
    content = chosen.stream.read()
    try:
        with kaoji().store.transaction() as conn, urns() as store:
            found = urn_files.take_result(
                conn, store, row.id, content, actor=current_actor(), at=at()
            )
    except (Refused, BallotBoxRefusal) as e:
        form.take({"file": e.reasons[0]})
        return _files(row, form), 409
    digest = carrier.blocks(canonical.digest(content.decode()))
    told = (
        m("已作为首次结果登记,结果指纹 %(digest)s", digest=digest)
        if found.fresh
        else m("与系统里的结果完全相同,结果指纹 %(digest)s", digest=digest)
    )
    return _files(row, ResultFile(say=say), told)


@blueprint.route("/keys/register", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE)
def register() -> ResponseReturnValue:
    """The public half of a key that was made on another machine."""
    form = RegisterKey(request.form if request.method == "POST" else None, say=say)
    with reading() as conn:
        cycle = current_cycle(conn)
        offer_units(conn, cycle.id, form)

    def page() -> str:
        return render("stages/public_evaluation/keys_register.html", cycle=cycle, form=form)

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), 422
    try:
        keep(cycle.id, form, key_commands.public_key(str(form.public_key.data)))
    except Invalid as e:
        form.take(e.errors)
        return page(), 422
    return redirect(url_for("keys.show"), 303)


@blueprint.route("/keys/destroy", methods=["GET", "POST"])
@access(P.BALLOTS_DESTROY)
@asks_proof
def destroy() -> ResponseReturnValue:
    """Witnessed destruction of shares and envelopes; nothing can be opened afterwards."""
    text = request.args.get("key", "")
    with reading() as conn:
        newest = None if text else asked_key(conn, current_cycle(conn).id)
        if not text and newest is None:
            return redirect(url_for("keys.show"), 303)
        asked = newest.id if newest else _number(text)
        cycle, key = key_to_destroy(conn, asked, current_actor())
        done = destruction_of(conn, key.id)
    form = Destroy(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render(
            "stages/public_evaluation/destroy.html", cycle=cycle, key=key, form=form, done=done
        )

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), unproved() or 422
    given = destruction.Witnessing(
        place=str(form.place.data),
        witnesses=(str(form.witness_1.data), str(form.witness_2.data)),
        basis=str(form.basis.data),
        burned=bool(form.burned.data),
    )
    try:
        with kaoji().store.transaction() as conn, urns() as store:
            destruction.destroy_originals(
                conn, store, key.id, given, actor=current_actor(), at=at()
            )
    except Invalid as e:
        form.take(e.errors)
        return page(), 422
    except Refused as e:
        form.take({"basis": e.reasons[0]})
        return page(), 409
    return redirect(url_for(".destroy", key=key.id), 303)


def _number(text: str) -> int:
    """The number of a key in an address; 0, which no key has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@blueprint.get("/keys/<int:key_id>/destruction.pdf")
@access(P.BALLOTS_DESTROY)
def destruction_paper(key_id: int) -> ResponseReturnValue:
    """测评票销毁记录, for the witnesses to sign."""
    need_press()
    with reading() as conn:
        _, key = key_to_destroy(conn, key_id, current_actor())
        paper = destruction_record(conn, key.id, on())
    pdf = printed(WorkingPaper.DESTRUCTION_RECORD, paper)
    response = Response(pdf, mimetype="application/pdf")
    name = f"{say(WorkingPaper.DESTRUCTION_RECORD)}-{key.id}.pdf"
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response

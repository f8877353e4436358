"""The booth's pages: card, ballot, review, receipt. Everything a voter sends goes by POST.

The booth keeps nothing between requests: the code and the marks travel in the form. The ballot is
sealed by the browser where it can, else here when it is reviewed; the last step sends the code and
the sealed envelope only, so handing in twice is one ballot.
"""

from __future__ import annotations

import base64

from flask import Blueprint, Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from cases.ballot_box import trust as promises
from cases.ballot_box.cards import fingerprint, normalise
from cases.ballot_box.envelope import seal
from cases.ballot_box.refusals import CardRefusal, UrnRefusal
from cases.ballot_box.urn import Handed, UrnStore
from cases.ballot_box.urn_rows import unusable
from cases.booth.lane import MARK, OUTCOME
from cases.booth.paper import Paper, read_paper
from cases.booth.program import desk, page_digests, script_digests
from cases.clock import now
from config import Settings
from workflow.words import m

booth = Blueprint("booth", __name__)
_KEY = "kaoji-booth"


def keep(app: Flask, store: UrnStore, settings: Settings) -> None:
    """Tie the urn store and the pepper to the app."""
    app.extensions[_KEY] = (store, settings.booth_pepper.encode())


def _store() -> UrnStore:
    store: UrnStore = current_app.extensions[_KEY][0]
    return store


def _fingerprint(code: str) -> str:
    return fingerprint(current_app.extensions[_KEY][1], code)


def _paper(code: str) -> Paper:
    """The paper of a card. Raises UrnRefusal alike for unknown, used, void and closed ones."""
    admission = _store().admit(_fingerprint(code))
    if admission is None:
        raise unusable()
    return read_paper(admission.package, admission.group, request.form)


@booth.get("/")
def landing() -> ResponseReturnValue:
    """Where the card's QR code leads; the code stands in the fragment and is never sent by GET."""
    return render_template("booth/landing.html", problem=None)


@booth.post("/ballot")
def ballot() -> ResponseReturnValue:
    """The ballot: from a card, back from the review, or in the other language."""
    try:
        code = normalise(request.form.get("code", ""))
    except CardRefusal as e:
        return render_template("booth/landing.html", problem=e.reasons[0]), 422
    return desk(_paper(code), code, _fingerprint(code))


@booth.post("/review")
def review() -> ResponseReturnValue:
    """What was marked, grouped by grade, already sealed; or the ballot again with what is wrong."""
    code = normalise(request.form.get("code", ""))
    paper = _paper(code)
    faults = [(one.id, fault) for one in paper.desks for fault in one.faults]
    if not paper.marked:
        faults.append((paper.desks[0].id, m("还没有选任何一项;一项都不选的测评表不计票")))
    if faults:
        return desk(paper, code, _fingerprint(code), faults), 422
    box = seal(paper.package, paper.group.key, _fingerprint(code), paper.choices)
    envelope = base64.b64encode(box).decode()
    return render_template("booth/review.html", paper=paper, code=code, envelope=envelope)


@booth.post("/hand-in")
def hand_in() -> ResponseReturnValue:
    """The answer to an envelope that ``lane`` has put into the urn, or why it could not.

    Sending it again gives the same answer and changes nothing. The 核对码 is written in there.
    """
    outcome = request.environ.get(OUTCOME)
    if isinstance(outcome, Exception):
        raise outcome
    if not isinstance(outcome, Handed):
        raise BadRequest
    return render_template("booth/done.html", package=_store().package(outcome.urn), receipt=MARK)


@booth.get("/trust")
@booth.get("/trust/<urn>")
def trust(urn: str = "") -> ResponseReturnValue:
    """What is proven, conceded and not promised; of an urn also its custody rule and its marks."""
    try:
        package = _store().package(urn) if urn else None
    except UrnRefusal as e:
        raise NotFound from e
    return render_template(
        "booth/trust.html",
        package=package,
        claims=promises.by_standing(),
        marks=promises.marks_of(package) if package else (),
        custody=promises.custody_rule(package.custody) if package else None,
    )


@booth.get("/receipts/<urn>")
def receipts(urn: str) -> ResponseReturnValue:
    """核对码清单 of an urn whose package shows receipts; in steps while it is open."""
    try:
        package = _store().package(urn)
    except UrnRefusal as e:
        raise NotFound from e
    if not package.receipt:
        raise NotFound
    board = _store().board(urn, now())
    root = _store().export(urn).root if board.whole else ""
    return render_template("booth/receipts.html", package=package, board=board, root=root)


@booth.get("/check/<urn>")
def check(urn: str) -> ResponseReturnValue:
    """Digests of the ballot pages and of the scripts they run, to compare with a second copy."""
    try:
        package = _store().package(urn)
    except UrnRefusal as e:
        raise NotFound from e
    return render_template(
        "booth/check.html",
        package=package,
        pages=page_digests(package),
        scripts=script_digests(),
    )


@booth.get("/health")
def health() -> ResponseReturnValue:
    """Whether the urn database answers; no figure from it."""
    _store().admit("")
    return jsonify(status="ok")

"""Pages for citizens: enter by code or by an open address, answer on one page, done.

No sign-in, no cookie, no script needed. What is sent goes by POST and adds one to a few sums.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from cases.ballot_box.cards import normalise
from cases.ballot_box.refusals import CardRefusal
from cases.ballot_box.survey_form import (
    CODES,
    SurveyForm,
    fingerprint,
    is_ticket,
    new_ticket,
)
from cases.ballot_box.urn import UrnStore
from cases.ballot_box.urn_surveys import SurveyUrn
from cases.booth.pace import Paces
from cases.clock import ticks
from config import Settings
from workflow.words import Sentence, m

survey = Blueprint("survey", __name__, url_prefix="/survey")
_KEY = "kaoji-survey"
_KNOWN = {"code", "survey", "ticket", "area", "lang", "switch"}
STATUS = {"taken": 200, "again": 200, "full": 409, "refused": 409}


def keep(app: Flask, store: UrnStore, settings: Settings) -> None:
    """Tie the surveys of the booth's database, the pepper and the paces to the app."""
    app.extensions[_KEY] = (SurveyUrn(store.engine), settings.booth_pepper.encode(), Paces())


def _urn() -> SurveyUrn:
    urn: SurveyUrn = current_app.extensions[_KEY][0]
    return urn


def _pepper() -> bytes:
    pepper: bytes = current_app.extensions[_KEY][1]
    return pepper


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page on the desk: the form, what admits to it, area and marks as far as chosen."""

    form: SurveyForm
    code: str
    ticket: str
    area: str
    marks: dict[str, str]
    fixed: bool

    @property
    def fingerprint(self) -> str:
        return fingerprint(_pepper(), self.code or self.ticket)

    @property
    def faults(self) -> list[tuple[str, Sentence]]:
        """What is missing: (id of the field, sentence)."""
        found = []
        if not self.area:
            found.append(("area", m("请选择所在地区")))
        for number, question in enumerate(self.form.questions, 1):
            if question.key not in self.marks:
                found.append((f"q-{question.key}", m("第 %(n)s 题还没有选", n=number)))
        return found


@survey.get("")
def landing() -> ResponseReturnValue:
    """Where a code is typed; a scanned one stands in the fragment and is never sent by GET."""
    return render_template("booth/survey_landing.html", problem=None)


@survey.get("/<key>")
def start(key: str) -> ResponseReturnValue:
    """An open survey, for everybody who has its address."""
    form = _urn().form(key)
    if form is None or form.mode == CODES:
        raise NotFound
    return _page(Sheet(form, "", new_ticket(_pepper(), key), "", {}, False))


@survey.post("/ask")
def ask() -> ResponseReturnValue:
    """The questions: from a code, or in the other language with what was chosen kept."""
    sheet = _sheet()
    return sheet if isinstance(sheet, tuple) else _page(sheet)


@survey.post("/answer")
def answer() -> ResponseReturnValue:
    """Take the answer. An open page sent twice counts once and says the same."""
    sheet = _sheet()
    if isinstance(sheet, tuple):
        return sheet
    if sheet.faults:
        return _page(sheet, sheet.faults), 422
    if not sheet.fixed and not _in_time(sheet.form):
        return render_template("booth/survey_done.html", form=sheet.form, end="busy"), 429
    end = _urn().answer(sheet.form, sheet.fingerprint, sheet.area, sheet.marks)
    if end == "refused":
        return _refused()
    return render_template("booth/survey_done.html", form=sheet.form, end=end), STATUS[end]


def _in_time(form: SurveyForm) -> bool:
    paces: Paces = current_app.extensions[_KEY][2]
    return paces.take(form.key, form.pace, ticks())


def _page(sheet: Sheet, faults: object = ()) -> str:
    return render_template("booth/survey.html", sheet=sheet, form=sheet.form, faults=faults)


def _refused() -> tuple[str, int]:
    """One answer for unknown, used and closed: nobody learns which it was."""
    return render_template("booth/survey_done.html", form=None, end="refused"), 409


def _sheet() -> Sheet | tuple[str, int]:
    """What is on the desk, or the page that refuses it. Raises BadRequest for foreign fields."""
    if request.form.get("ticket"):
        return _open_sheet()
    try:
        code = normalise(request.form.get("code", ""))
    except CardRefusal:
        problem = m("评价码是 24 位字母和数字,请对照再输一次")
        return render_template("booth/survey_landing.html", problem=problem), 422
    found = _urn().admit(fingerprint(_pepper(), code))
    if found is None:
        return _refused()
    form, area = found
    return Sheet(form, code, "", area, _marks(form), True)


def _open_sheet() -> Sheet | tuple[str, int]:
    key, ticket = request.form.get("survey", ""), request.form["ticket"]
    if not is_ticket(_pepper(), key, ticket):
        raise BadRequest
    form = _urn().form(key)
    if form is None:
        return _refused()
    area = request.form.get("area", "")
    if area and area not in {a.code for a in form.areas}:
        raise BadRequest
    return Sheet(form, "", ticket, area, _marks(form), False)


def _marks(form: SurveyForm) -> dict[str, str]:
    names = {f"q-{q.key}": q.key for q in form.questions}
    known = {a.key for a in form.answers}
    if not set(request.form) <= _KNOWN | set(names):
        raise BadRequest
    if any(len(values) != 1 for _, values in request.form.lists()):
        raise BadRequest
    marks = {key: request.form[name] for name, key in names.items() if name in request.form}
    if not set(marks.values()) <= known:
        raise BadRequest
    return marks

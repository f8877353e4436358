"""Forms of 征求意见: ask several bodies at once, answer, return an answer, close."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from forms.base import Form
from forms.fields import DocumentNumberText, FileUpload, PickOne, TextArea, TickList, WholeNumber
from forms.validators import Required
from workflow.words import m

_meta: Any = type(Form)


class AskOpinion(Form):
    """One letter to each ticked body about the chosen cases."""

    key = "ask_opinion"
    bodies = TickList(m("征求哪些部门的意见"), [Required(m("至少选一个部门"))])
    about = PickOne(
        m("考核对象"), [Required()],
        choices=[("all", m("本年度全部考核对象")), ("some", m("只就下列编号"))],
    )  # fmt: skip
    refs = TextArea(m("考核卷编号"), most=20_000, rows=3, description=m("每行一个编号。"))
    days = WholeNumber(m("回复期限(工作日)"), [Required()])


class AnswerRequest(Form):
    """The whole letter's answer; the objections stand in fields made by :func:`answer_form`."""

    key = "answer_request"
    items: ClassVar[tuple[int, ...]] = ()
    document = DocumentNumberText(m("回函文号"), [Required()])
    opinion = TextArea(
        m("总体意见"), most=1000, rows=3,
        description=m("不填的,按“无不同意见”回复。"),
    )  # fmt: skip

    def opinions(self) -> dict[int, str]:
        """Case id -> objection, where one is written."""
        texts = {i: (self._fields[f"item_{i}"].data or "").strip() for i in self.items}
        return {i: text for i, text in texts.items() if text}


def answer_form(rows: Iterable[tuple[int, str]]) -> type[AnswerRequest]:
    """The form over (case id, name) of the cases asked about."""
    kept = list(rows)
    fields: dict[str, Any] = {
        f"item_{i}": TextArea(m("对%(name)s的意见", name=name), most=1000, rows=1)
        for i, name in kept
    }
    made: type[AnswerRequest] = _meta(
        "AnswerOfRequest", (AnswerRequest,), {**fields, "items": tuple(i for i, _ in kept)}
    )
    return made


class UploadOpinions(Form):
    """The filled-in workbook of a letter."""

    key = "upload_opinions"
    file = FileUpload(m("填好的 Excel"), [Required()], endings=("xlsx", "csv"), megabytes=10)


class RequestReason(Form):
    """Why a letter is recalled, an answer returned, a letter closed without an answer."""

    key = "request_reason"
    reason = TextArea(m("理由"), [Required()], most=500, least=5, rows=3)

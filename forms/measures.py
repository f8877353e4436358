"""Forms of 结果运用: adding, assigning, reporting and returning a measure."""

from __future__ import annotations

from typing import Any

from forms.base import Form
from forms.fields import ChineseDate, FileUpload, Pick, PickUnit, Text, TextArea, Tick
from forms.validators import Required
from workflow.vocabulary import MeasureChannel, MeasureKind
from workflow.words import m

PROOFS = ("pdf", "docx", "xlsx", "png", "jpg", "jpeg")


class AddMeasure(Form):
    """A measure proposed by hand."""

    key = "add_measure"

    channel = Pick(
        m("运用渠道"),
        [Required(m("请选择运用渠道"))],
        choices=[(c.value, c) for c in MeasureChannel],
    )
    kind = Pick(
        m("事项类别"), [Required(m("请选择事项类别"))], choices=[(k.value, k) for k in MeasureKind]
    )
    title = Text(m("事项"), [Required(m("请写明事项"))], most=200)
    basis = Text(m("依据"), most=200, description=m("条文或文号"))
    owner_unit_id = PickUnit(m("责任单位"))
    due_on = ChineseDate(m("办理期限"), description=m("写成 2026-6-30"))
    mandatory = Tick(m("必办事项：办完或决定不再办理前，考核卷不能办结"))


class AssignMeasure(Form):
    """Who carries a measure out, and until when."""

    key = "assign_measure"

    owner_unit_id = PickUnit(m("责任单位"), [Required(m("请选择责任单位"))])
    due_on = ChineseDate(
        m("办理期限"), [Required(m("请写明办理期限"))], description=m("写成 2026-6-30")
    )


class ReportMeasure(Form):
    """What was done, with its proof."""

    key = "report_measure"

    result = TextArea(m("完成情况"), [Required(m("请写明完成情况"))], most=1000, rows=6)
    proof = Text(m("证明文件"), most=200, description=m("文号和名称"))
    file = FileUpload(m("上传证明"), endings=PROOFS)

    def payload(self) -> dict[str, Any]:
        """The words; the file is stored apart."""
        return {"result": self.result.data or "", "proof": self.proof.data or ""}


class MeasureReason(Form):
    """A reason for returning, recalling, waiving or reopening a measure."""

    key = "measure_reason"

    reason = TextArea(m("理由"), [Required(m("请写明理由"))], most=500, rows=4)

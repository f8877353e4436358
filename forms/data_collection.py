"""Forms of 实绩数据核报: the grid of one indicator, verification, revision, workbooks, talks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from forms.base import Form
from forms.fields import (
    ChineseDate,
    DocumentNumberText,
    FileUpload,
    HiddenField,
    Pick,
    PickOne,
    PickPerson,
    Text,
    TextArea,
    Tick,
    TickList,
)
from forms.validators import Required
from workflow.vocabulary import ObjectionOutcome
from workflow.words import m

PROOFS = ("pdf", "docx", "xlsx", "png", "jpg", "jpeg")

FIELDS = ("value", "missing", "source", "document", "remark", "absent", "previous", "period")
_meta: Any = type(Form)


class Grid(Form):
    """One indicator for many units; made by :func:`grid_form`. Fields are ``value_<sheet id>`` …"""

    sheets: ClassVar[tuple[int, ...]] = ()
    do = HiddenField()

    def row(self, sheet_id: int) -> dict[str, Any]:
        """The fields of one unit by name, empty where the unit can't be edited."""
        if sheet_id not in self.sheets:
            return {}
        return {name: self._fields[f"{name}_{sheet_id}"] for name in (*FIELDS, "seen", "base")}

    def typed(self, sheet_id: int) -> dict[str, str | None]:
        """What was typed for one unit, blanks as None."""
        return {k: str(f.data or "").strip() or None for k, f in self.row(sheet_id).items()}


def grid_form(rows: Iterable[tuple[int, str]]) -> type[Grid]:
    """The form over (sheet id, unit's name) of the units that can still be edited."""
    fields: dict[str, Any] = {}
    kept = list(rows)
    for sheet_id, unit in kept:
        fields[f"value_{sheet_id}"] = Text(m("%(unit)s的数值", unit=unit), most=40)
        fields[f"missing_{sheet_id}"] = Text(m("%(unit)s的缺报原因", unit=unit), most=200)
        fields[f"source_{sheet_id}"] = Text(m("%(unit)s的数据来源", unit=unit), most=200)
        fields[f"document_{sheet_id}"] = Text(m("%(unit)s的佐证文号", unit=unit), most=200)
        fields[f"remark_{sheet_id}"] = Text(m("%(unit)s的备注", unit=unit), most=500)
        fields[f"absent_{sheet_id}"] = Tick(m("%(unit)s不适用", unit=unit))
        fields[f"previous_{sheet_id}"] = Text(m("%(unit)s的上年可比数", unit=unit), most=40)
        fields[f"period_{sheet_id}"] = Text(m("%(unit)s的所属期", unit=unit), most=40)
        fields[f"seen_{sheet_id}"] = HiddenField()
        fields[f"base_{sheet_id}"] = HiddenField()
    made: type[Grid] = _meta(
        "GridOfIndicator", (Grid,), {**fields, "sheets": tuple(i for i, _ in kept)}
    )
    return made


class VerifyValues(Form):
    """Which handed-in values are verified; choices are the units of one indicator."""

    key = "verify_values"
    take = TickList(m("审核通过哪些单位"), [Required(m("至少选一个单位"))])


class ReturnValue(Form):
    """Why a value goes back to who entered it."""

    key = "return_value"
    reason = TextArea(
        m("退回理由"), [Required()], most=500, least=5, rows=3,
        description=m("写具体:哪里不对、要换成什么。填报人会看到原话。"),
    )  # fmt: skip


class FreezeSheets(Form):
    """Which verified sheets are frozen."""

    key = "freeze_sheets"
    take = TickList(m("锁定哪些单位"), [Required(m("至少选一个单位"))])


class ReviseSheet(Form):
    """A late official revision of a frozen sheet; the values named are entered anew."""

    key = "revise_sheet"
    indicators = TickList(m("修订哪些指标"), [Required(m("至少选一项"))])
    document = DocumentNumberText(m("修订依据的文号"), [Required()])
    reason = TextArea(m("修订原因"), [Required()], most=500, least=5, rows=3)


class UploadFigures(Form):
    """A filled-in workbook of one's own figures."""

    key = "upload_figures"
    file = FileUpload(
        m("填好的 Excel"), [Required()], endings=("xlsx", "csv"), megabytes=10,
        description=m("先下载表格,填“本期值”“所属期”“来源”“佐证文号”,没有数值的在“备注”写明原因。"),
    )  # fmt: skip


class TakeFigures(Form):
    """Take over what the preview showed; names no row, the file is read again."""

    key = "take_figures"
    token = HiddenField()


class UploadResults(Form):
    """Units' own results or people's satisfaction as a workbook."""

    key = "upload_results"
    kind = PickOne(
        m("导入什么"), [Required()],
        choices=[
            ("performance", m("单位绩效(目标责任)结果")), ("satisfaction", m("群众满意度"))
        ],
    )  # fmt: skip
    file = FileUpload(
        m("填好的 Excel"), [Required()], endings=("xlsx", "csv"), megabytes=10,
        description=m("列名:单位编码、得分、来源、文号。满意度的来源写明样本量。"),
    )  # fmt: skip


class ConfirmResults(Form):
    """Which recorded results are confirmed, or given back with the reason."""

    key = "confirm_results"
    take = TickList(m("确认哪些单位的结果"), [Required(m("至少选一项"))])
    do = HiddenField()
    reason = TextArea(
        m("退回理由"), [], most=500, rows=2,
        description=m("只在退回时填写,至少 %(n)s 个字。登记人会看到原话。", n=5),
    )  # fmt: skip


class RecordTalk(Form):
    """An individual talk: who, where, what; a second talker signs as well."""

    key = "record_talk"
    interviewee = Text(
        m("谈话对象"), [Required()], most=60,
        description=m("只有考核组成员能看到,不进入任何导出。"),
    )  # fmt: skip
    held_on = ChineseDate(m("谈话日期"), [Required()])
    place = Text(m("谈话地点"), [Required()], most=60)
    second_talker_id = PickPerson(m("另一名谈话人"), [Required()])
    content = TextArea(
        m("谈话要点"), [Required()], most=3000, least=10, rows=10,
        description=m("记要点,不必逐字。"),
    )  # fmt: skip
    suggested_grade = Pick(m("谈话对象建议的等次"), blank=m("没有提出"))
    replaces_ballot = Tick(
        m("谈话代测评"), description=m("只用于人数少于计票下限、不单独测评的单位。")
    )


class ConfirmFigures(Form):
    """The unit takes its figures as they are."""

    key = "confirm_figures"


class ObjectToFigure(Form):
    """What the unit holds against one figure, with its proof."""

    key = "object_to_figure"
    reason = TextArea(
        m("异议理由"), [Required()], most=500, least=5, rows=4,
        description=m("写明哪里不对、应是多少、依据是什么。"),
    )  # fmt: skip
    file = FileUpload(m("上传证明"), endings=PROOFS)


class AnswerObjection(Form):
    """The provider keeps the figure or corrects it, with the reason."""

    key = "answer_objection"
    outcome = PickOne(
        m("答复"), [Required()],
        choices=[(one.value, one) for one in ObjectionOutcome],
    )  # fmt: skip
    value = Text(m("更正后的数值"), most=40, description=m("只在更正时填写。"))
    source = Text(m("数据来源"), most=200)
    document = Text(m("佐证文号"), most=200)
    reason = TextArea(m("答复理由"), [Required()], most=500, least=5, rows=4)


class AttachProof(Form):
    """The paper or table behind one figure."""

    key = "attach_proof"
    file = FileUpload(m("上传佐证材料"), [Required()], endings=PROOFS)


class RecordFraud(Form):
    """Fraud in figures as established: which, since when, by which document, who answers."""

    key = "record_fraud"
    indicators = TickList(m("弄虚作假的指标"), [Required(m("至少选一项指标"))])
    people = TickList(m("负有责任的班子成员"))
    happened_on = ChineseDate(m("发生日期"), [Required()])
    document = DocumentNumberText(m("认定文件的文号"), [Required()])
    finding = TextArea(m("认定的事实"), [Required()], most=500, least=5, rows=4)


class EnterItem(Form):
    """One deduction or bonus of a unit: the item, how much, the fact, its proof."""

    key = "enter_item"
    unit = Pick(m("单位"), [Required()])
    item = Pick(m("加减分事项"), [Required()])
    cases = Text(m("起数"), most=4, description=m("按起数计分的事项填写。"))
    points = Text(m("分值"), most=20, description=m("不按起数计分的事项填写,不带正负号。"))
    fact = TextArea(
        m("事实"), [Required()], most=500, least=5, rows=3,
        description=m("写明何时何地发生什么、由谁认定。"),
    )  # fmt: skip
    happened_on = ChineseDate(m("发生日期"), [Required()])
    source = Text(m("数据来源"), most=200)
    document = Text(m("佐证文号"), most=200)
    file = FileUpload(m("上传佐证材料"), endings=PROOFS)


class LookAtItem(Form):
    """Give a deduction or bonus back, or withdraw it, with the reason."""

    key = "look_at_item"
    what = PickOne(
        m("处理"), [Required()],
        choices=[("return", m("退回填报人")), ("withdraw", m("撤销,不再计分"))],
    )  # fmt: skip
    reason = TextArea(m("理由"), [Required()], most=500, least=5, rows=3)


class AnswerItem(Form):
    """The department keeps a deduction or bonus, or withdraws it."""

    key = "answer_item"
    outcome = PickOne(
        m("答复"), [Required()],
        choices=[
            (ObjectionOutcome.KEPT.value, m("维持")),
            (ObjectionOutcome.CORRECTED.value, m("撤销,不再计分")),
        ],
    )  # fmt: skip
    reason = TextArea(m("答复理由"), [Required()], most=500, least=5, rows=3)


class UploadItems(Form):
    """A filled-in workbook of deductions and bonuses; taken whole or not at all."""

    key = "upload_items"
    file = FileUpload(m("填好的 Excel"), [Required()], endings=("xlsx",), megabytes=10)

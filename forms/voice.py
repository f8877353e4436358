"""Forms of 群众评价: a survey, its codes, an import, canvassing, negative ratings."""

from __future__ import annotations

from typing import Any

from forms.base import Form
from forms.choices import Pick, PickOne, PickUnit
from forms.fields import ChineseDate, FileUpload, Text, TextArea, WholeNumber
from forms.validators import Required
from workflow.vocabulary import COLLECTED, CallBack
from workflow.words import m

SHEETS = ("xlsx", "csv")
PROOFS = ("pdf", "docx", "xlsx", "png", "jpg", "jpeg")


class DraftSurvey(Form):
    """A survey to be answered in the booth."""

    key = "draft_survey"
    title = Text(m("标题"), [Required(m("请写明标题"))], most=100)
    title_en = Text(m("英文标题"), most=100)
    mode = PickOne(
        m("方式"), [Required(m("请选择方式"))], choices=[(one.value, one) for one in COLLECTED],
        description=m("凭码问卷一码一次;开放问卷谁都能填,每个数字都注明没有核对身份。"),
    )  # fmt: skip
    scale = Pick(m("量表"), [Required(m("请选择量表"))])
    questions = TextArea(
        m("题目"), [Required(m("至少要有一道题"))], most=2000, rows=4,
        description=m("一行一题,中文后面可以写竖线和英文。第一题计分,其余供参考。"),
    )  # fmt: skip
    started_on = ChineseDate(m("开始日期"), [Required(m("请写明开始日期"))])
    ended_on = ChineseDate(m("截止日期"), [Required(m("请写明截止日期"))])
    areas = TextArea(
        m("地区和份数"), [Required(m("至少要有一个地区"))], most=20_000, rows=8,
        description=m(
            "一行一个地区:单位编码、地区名称、最多份数(0 或不写为不限),用空格隔开;"
            "后面可以写竖线和英文名称。"
        ),
    )  # fmt: skip
    provider = Text(m("实施单位"), [Required(m("请写明实施单位"))], most=100)
    source = Text(m("依据"), [Required(m("请写明依据"))], most=100, description=m("方案或文号"))
    indicator = Pick(m("用于哪项指标"), blank=m("不用于指标"))


class HandOutCodes(Form):
    """How many codes for one area, or as many for each of all."""

    key = "hand_out_codes"
    area = Pick(m("地区"), [Required(m("请选择地区"))])
    number = WholeNumber(
        m("发码数"), [Required(m("请写明发码数"))],
        description=m("选全部地区的,每个地区各发这么多,按地区排好一次打印。"),
    )  # fmt: skip


class ImportSurvey(Form):
    """A telephone or household survey, or service ratings, as a table."""

    key = "import_survey"
    title = Text(m("标题"), [Required(m("请写明标题"))], most=100)
    title_en = Text(m("英文标题"), most=100)
    question = Text(m("问的是什么"), [Required(m("请写明问的是什么"))], most=200)
    question_en = Text(m("问的是什么(英文)"), most=200)
    scale = Pick(m("量表"), [Required(m("请选择量表"))])
    indicator = Pick(m("用于哪项指标"), blank=m("不用于指标"))
    file = FileUpload(
        m("填好的汇总表"), [Required(m("请选择文件"))], endings=SHEETS, megabytes=10,
        description=m("写明方式、日期、实施单位、来源、有效样本和各选项份数。"),
    )  # fmt: skip


class ReportCanvassing(Form):
    """What was reported about asking for answers."""

    key = "report_canvassing"
    unit_id = PickUnit(m("涉及单位"), [Required(m("请选择涉及单位"))])
    content = TextArea(
        m("反映的情况"), [Required(m("请写明反映的情况"))], most=1000, rows=5,
        description=m("不写反映人的姓名和电话。"),
    )  # fmt: skip
    channel = Text(m("来源"), [Required(m("请写明来源"))], most=100)
    reported_on = ChineseDate(m("收到日期"), [Required(m("请写明收到日期"))])


class FindCanvassing(Form):
    """What was found; another person than who recorded the report."""

    key = "find_canvassing"
    finding = TextArea(m("核实情况"), [Required(m("请写明核实情况"))], most=1000, rows=5)


class RecordRating(Form):
    """One negative rating."""

    key = "record_rating"
    number = Text(
        m("差评编号"), [Required(m("请写明差评编号"))], most=60,
        description=m("好差评系统里的编号。"),
    )  # fmt: skip
    unit_id = PickUnit(m("责任单位"), [Required(m("请选择责任单位"))])
    service = Text(m("服务事项"), [Required(m("请写明服务事项"))], most=100)
    content = TextArea(
        m("差评内容"), [Required(m("请写明差评内容"))], most=1000, rows=4,
        description=m("不写群众的姓名和电话。"),
    )  # fmt: skip
    received_on = ChineseDate(m("收到日期"), [Required(m("请写明收到日期"))])


class ImportRatings(Form):
    """Negative ratings as a table."""

    key = "import_ratings"
    file = FileUpload(
        m("填好的差评登记表"), [Required(m("请选择文件"))], endings=SHEETS, megabytes=10,
        description=m("每行一件:差评编号、单位编码、服务事项、差评内容、收到日期。"),
    )  # fmt: skip


class FixRating(Form):
    """What was fixed, with its proof."""

    key = "fix_rating"
    result = TextArea(m("整改情况"), [Required(m("请写明整改情况"))], most=1000, rows=5)
    proof = Text(m("证明材料"), [Required(m("请写明证明材料"))], most=200,
                 description=m("文号、照片或者系统记录的名称"))  # fmt: skip
    file = FileUpload(m("上传证明"), endings=PROOFS)

    def payload(self) -> dict[str, Any]:
        """The words; the file is stored apart."""
        return {"result": self.result.data or "", "proof": self.proof.data or ""}


class CallBackForm(Form):
    """How the call-back went."""

    key = "call_back"
    answer = PickOne(
        m("回访结果"), [Required(m("请选择回访结果"))], choices=[(c.value, c) for c in CallBack]
    )
    note = TextArea(m("回访说明"), most=500, rows=3, description=m("不写群众的姓名和电话。"))


class VoiceReason(Form):
    """A reason for taking a step back, or for excluding a rating."""

    key = "voice_reason"
    reason = TextArea(m("理由"), [Required(m("请写明理由"))], most=500, rows=4)

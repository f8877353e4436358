"""Forms of 分管领导: put a leader in charge of a unit, say until when he was."""

from __future__ import annotations

from forms.base import Form
from forms.fields import ChineseDate, FileUpload, HiddenField, PickUnit, Text
from forms.validators import Required
from workflow.words import m


class AssignLeader(Form):
    """A unit, a leader by name, from when."""

    key = "assign_leader"

    unit = PickUnit(m("分管的单位"), [Required()])
    leader = Text(m("分管领导姓名"), [Required()], most=60)
    home = PickUnit(m("领导所在单位"), description=m("有同名的请选单位"))
    since = ChineseDate(m("开始分管日期"), [Required()])
    until = ChineseDate(m("结束分管日期"), description=m("现在仍分管的不填。"))


class EndLeader(Form):
    """The last day of a period."""

    key = "end_leader"

    until = ChineseDate(m("结束分管日期"), [Required()])


class UploadLeaders(Form):
    """A list of leaders in charge as a workbook or CSV."""

    key = "upload_leaders"

    file = FileUpload(
        m("填好的分管表"), [Required()], endings=("xlsx", "csv"), megabytes=10,
        description=m("列名:分管的单位、分管领导、领导所在单位、开始分管日期、结束分管日期。"),
    )  # fmt: skip


class TakeLeaders(Form):
    """Take over what the dry run showed; the file is read again."""

    key = "take_leaders"

    token = HiddenField()

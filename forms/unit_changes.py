"""Forms of 区划和机构变更: record one change, import a list of them."""

from __future__ import annotations

from forms.base import Form
from forms.fields import (
    DayOrYear,
    DocumentNumberText,
    FileUpload,
    HiddenField,
    PickOne,
    Text,
    TextArea,
)
from forms.validators import Required
from workflow.vocabulary import UnitChangeKind
from workflow.words import m


class RecordChange(Form):
    """One unit before, one after."""

    key = "record_unit_change"
    kind = PickOne(
        m("变更类型"), [Required()], choices=[(one.value, one) for one in UnitChangeKind]
    )
    day = DayOrYear(m("生效日期"), [Required()], description=m("只知道年份的,只填年份,如 2016。"))
    from_name = Text(m("原名称"), most=200, description=m("设立的不填。"))
    from_code = Text(m("原代码"), most=40)
    to_name = Text(m("新名称"), most=200, description=m("撤销、区划调整、驻地迁移的不填。"))
    to_code = Text(m("新代码"), most=40)
    document = DocumentNumberText(m("依据文号"), [Required()])
    note = TextArea(
        m("说明"), most=500, rows=2, description=m("撤销、区划调整、驻地迁移的,写明变更了什么。")
    )


class UploadChanges(Form):
    """A list of changes as a workbook or CSV."""

    key = "upload_unit_changes"
    file = FileUpload(
        m("填好的变更表"), [Required()], endings=("xlsx", "csv"), megabytes=10,
        description=m("列名:变更类型、生效日期、原代码、原名称、新代码、新名称、依据文号、说明、来源网址;也认识公开的区划变更事件表。"),
    )  # fmt: skip


class TakeChanges(Form):
    """Take over what the dry run showed; the file is read again."""

    key = "take_unit_changes"
    token = HiddenField()

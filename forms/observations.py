"""Forms of 观测值清单: upload a list, take it over, settle what contradicts what."""

from __future__ import annotations

from forms.base import Form
from forms.fields import FileUpload, HiddenField, PickOne, TextArea
from forms.validators import Required
from workflow.vocabulary import ConflictOutcome
from workflow.words import m


class UploadObservations(Form):
    """A list of observations as a workbook or CSV."""

    key = "upload_observations"
    file = FileUpload(
        m("观测值清单"), [Required()], endings=("xlsx", "csv"), megabytes=50,
        description=m("一行一个数:单位、所属期、指标、数值、计量单位、来源、来源地址、提取方式、是否官方来源。"),
    )  # fmt: skip


class TakeObservations(Form):
    """Take over what the dry run showed; the file is read again."""

    key = "take_observations"
    token = HiddenField()


class SettleConflict(Form):
    """Which of two figures holds, and why."""

    key = "settle_conflict"
    outcome = PickOne(
        m("哪个数作数"), [Required()],
        choices=[(one.value, one) for one in (ConflictOutcome.TAKEN, ConflictOutcome.KEPT)],
    )  # fmt: skip
    reason = TextArea(m("理由"), [Required()], most=500, least=5, rows=3)


class ExplainConflict(Form):
    """Why figures that fail a check are right all the same; there is no other figure to take."""

    key = "explain_conflict"
    reason = TextArea(
        m("理由"), [Required()], most=500, least=5, rows=3,
        description=m("写明为什么都对;有一个不对的,在数据填报中改正即可,改正后这里自动关闭。"),
    )  # fmt: skip


class ReopenConflict(Form):
    """Take a settlement back, with the reason."""

    key = "reopen_conflict"
    reason = TextArea(m("撤回理由"), [Required()], most=500, least=5, rows=3)

"""The upload of a roster workbook."""

from __future__ import annotations

from forms.base import Form
from forms.fields import FileUpload, PickUnit
from forms.validators import Required
from workflow.words import m


class UploadRoster(Form):
    """A workbook to be checked; nothing is imported yet."""

    key = "roster.upload"

    organ = PickUnit(m("办理机关"), [Required()])
    file = FileUpload(
        m("名册文件"),
        [Required(m("请选择名册文件"))],
        endings=("xlsx", "csv"),
        megabytes=50,
        description=m("单位一张表,人员一张表;一人多职的分行填写"),
    )

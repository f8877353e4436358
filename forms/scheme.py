"""The upload of a scheme document."""

from __future__ import annotations

from forms.base import Form
from forms.fields import FileUpload, PickUnit, Text
from forms.validators import Required
from workflow.words import m


class UploadScheme(Form):
    """A YAML document as the next version of its scheme."""

    key = "scheme.upload"

    organ = PickUnit(m("主管机关"), [Required()])
    file = FileUpload(
        m("方案文件"),
        [Required(m("请选择方案文件"))],
        endings=("yaml", "yml"),
        megabytes=1,
        description=m("YAML 格式;与已有方案代码相同的,存为下一版"),
    )
    note = Text(m("本版说明"), most=200)

"""Forms of the archive: looking a paper up by its code."""

from __future__ import annotations

from forms.base import Form
from forms.fields import Text
from forms.validators import Required
from workflow.words import m


class PaperCode(Form):
    """A 核验码 as printed at the foot of a paper."""

    key = "archive.code"

    code = Text(
        m("核验码"), [Required(m("请填写核验码"))], most=40,
        description=m("印在每页页脚，例如 K7QM-2R9T-04HD"),
    )  # fmt: skip

"""Forms of plain moves: nothing, a reason, a provisional input with its document."""

from __future__ import annotations

from forms.base import Form
from forms.fields import DocumentNumberText, TextArea
from forms.validators import Required
from workflow.words import m


class Confirm(Form):
    """A move that asks for nothing but the press itself."""

    key = "confirm"


class Reason(Form):
    """Why, in the words that the other side will read."""

    key = "reason"

    reason = TextArea(m("理由"), [Required(m("请写明理由"))], most=500, least=4, rows=4)


class OptionalReason(Form):
    """Why, where somebody wants to say it."""

    key = "optional_reason"

    reason = TextArea(m("说明"), most=500, rows=3)


class Provisional(Form):
    """A gate passed with a provisional input: its document and what it rests on."""

    key = "provisional"

    document_no = DocumentNumberText(m("暂用结果的文号"), [Required(m("请写明暂用结果的文号"))])
    reason = TextArea(
        m("暂用的依据"),
        [Required(m("请写明理由"))],
        most=500,
        least=4,
        rows=4,
        description=m("上年结果、预发结果等;以后的最终数会列入复看名单,不会自动改变等次"),
    )

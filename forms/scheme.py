"""The upload of a scheme document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from forms.base import Form
from forms.fields import (
    ChineseDate,
    FileUpload,
    Pick,
    PickOne,
    PickUnit,
    Text,
    TextArea,
    WholeNumber,
)
from forms.validators import InRange, Required
from workflow.vocabulary import AmendmentKind
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


class UploadHalf(Form):
    """A file that takes the place of a draft's content."""

    key = "scheme.upload_half"

    file = FileUpload(
        m("方案文件"),
        [Required(m("请选择方案文件"))],
        endings=("yaml", "yml", "xlsx"),
        megabytes=1,
        description=m(
            "YAML 换掉整份草稿;Excel 换指标、权重、得分构成、民主测评规则和时间安排,其余不动"
        ),
    )


class CopyScheme(Form):
    """A version as the start of another year's scheme."""

    key = "scheme.copy"

    year = WholeNumber(m("考核年度"), [Required(), InRange(2000, 2100)])
    code = Text(m("方案代码"), [Required()], most=60)
    title = Text(m("方案名称"), [Required()], most=100)
    title_en = Text(m("英文名称"), most=200)


def start_form(asked: Sequence[str], known: Sequence[tuple[str, str]]) -> type[Form]:
    """The form that begins with a sample: a list of one's own units for each department asked."""
    blank = m("暂不指定,在草稿里再填")
    own = {f"d-{n}": Pick(name, choices=known, blank=blank) for n, name in enumerate(asked)}
    return type("StartSample", (_StartSample,), own)


class _StartSample(CopyScheme):
    """Organ, code, title and year of a scheme begun with a sample."""

    key = "scheme.sample"

    organ = PickUnit(m("主管机关"), [Required()])


class AskAmendment(Form):
    """A change of the scheme after opening."""

    key = "scheme.amendment"

    draft = Pick(m("变更后的方案草稿"), [Required()], coerce=int)
    kind = PickOne(m("变更类型"), [Required()], choices=[(k.value, k) for k in AmendmentKind])
    reason = TextArea(m("变更理由"), [Required()], most=1000, least=10)
    document = Text(m("依据文号"), [Required()], most=100)
    organ_name = Text(m("发文机关"), most=100, description=m("上级新要求须填写"))
    effective_on = ChineseDate(m("生效日期"), [Required()])


class DeclineAmendment(Form):
    """Why a change isn't approved."""

    key = "scheme.amendment_decline"

    reason = TextArea(m("不批准的理由"), [Required()], most=500, least=5, rows=3)


class Spec(Protocol):
    """A field of a scheme's row as the scoring floor describes it."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> Any: ...
    @property
    def choices(self) -> Sequence[tuple[str, Any]]: ...
    @property
    def hint(self) -> Any: ...
    @property
    def needed(self) -> bool: ...


class Awaited:
    """Marks what the checks will ask for; the form itself takes an empty field."""

    field_flags = {"needed": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing is refused here."""


MANY_LINES = ("numbers", "pairs", "amounts")


def field_name(key: str) -> str:
    """The name of the control of a dotted key."""
    return key.replace(".", "-")


def row_form(specs: Sequence[Spec]) -> type[Form]:
    """A form with a control a field. It refuses nothing: a draft is stored as it is."""
    return type("RowForm", (Form,), {field_name(one.key): _control(one) for one in specs})


def _control(one: Spec) -> Any:
    hint = one.hint or ""
    rules = [Awaited()] if one.needed else []
    if one.choices:
        blank = m("请选择") if one.needed else m("不填")
        return Pick(one.label, rules, choices=one.choices, blank=blank, description=hint)
    if one.kind in MANY_LINES:
        return TextArea(one.label, rules, most=4000, rows=4, description=hint)
    return Text(one.label, rules, most=500, description=hint)

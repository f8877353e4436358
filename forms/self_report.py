"""述职: the report form, built from the sections of the frozen scheme; its return; its uploads.

The answers are a document ``{"form", "version", "sections": {code: text}}`` that is read back
through the form. A draft is judged leniently (it may be short, long or unfinished), a submission
by the limits of the scheme. Lengths are those of :func:`forms.validators.count_chars`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

from forms.base import Form, Say
from forms.fields import FileUpload, HiddenField, PickOne, TextArea, TickList
from forms.validators import Required, count_chars, has_secret_mark, line_breaks
from workflow.vocabulary import EntryBasis
from workflow.words import Sentence, m

ON_BEHALF = (EntryBasis.SIGNED_PAPER, EntryBasis.DICTATED)
_ROOM_FOR_DRAFTS = 2_000


class SectionSpec(Protocol):
    """A section as the scheme states it; limits in characters."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def limit(self) -> int: ...
    @property
    def minimum(self) -> int: ...
    @property
    def required(self) -> bool: ...
    @property
    def hint(self) -> str: ...


class SelfReport(Form):
    """A self-report. Made by :func:`report_form`; the fields are s1, s2 ... in the scheme's order.

    Version 1: one text per section of the scheme, by the section's code.
    """

    key = "self_report"
    version = 1
    specs: ClassVar[tuple[SectionSpec, ...]] = ()
    total: ClassVar[int] = 0

    @classmethod
    def names(cls) -> dict[str, str]:
        """Section code -> field name."""
        return {spec.code: f"s{i}" for i, spec in enumerate(cls.specs, 1)}

    @classmethod
    def read_back(cls, document: Mapping[str, Any], *, say: Say | None = None) -> Self:
        """The form filled with a stored document; texts of sections that are gone are left out."""
        texts = document["sections"]
        data = {name: texts.get(code, "") for code, name in cls.names().items()}
        return cls(say=say, data=data)

    def texts(self) -> dict[str, str]:
        """Section code -> text as it is counted and stored."""
        return {c: line_breaks(self._fields[n].data or "") for c, n in self.names().items()}

    def document(self) -> dict[str, Any]:
        """The answers as they are stored."""
        return {"form": self.key, "version": self.version, "sections": self.texts()}

    def validate(self, extra_validators: Any = None) -> bool:
        """The limits of each section, then the limit of the whole."""
        length = sum(count_chars(text) for text in self.texts().values())
        if 0 < self.total < length:
            self.form_errors.append(
                m(
                    "全文 %(length)s 字,超出 %(over)s 字,请删减后再报送",
                    length=length,
                    over=length - self.total,
                )
            )
        return super().validate(extra_validators)

    def draft_faults(self) -> dict[str, Sentence]:
        """What keeps even a draft from being stored: field -> sentence."""
        faults = {}
        for spec in self.specs:
            name = self.names()[spec.code]
            fault = draft_fault(self._fields[name].data or "", spec.limit)
            if fault is not None:
                faults[name] = fault
        return faults


def draft_fault(text: str, limit: int) -> Sentence | None:
    """Why a text can't be kept even as a draft; a draft may be three times as long as allowed."""
    most = limit * 3 + _ROOM_FOR_DRAFTS
    n = count_chars(text)
    if n > most:
        return m("已写 %(n)s 字,草稿最多存 %(most)s 字,请先删减", n=n, most=most)
    if "\0" in text:
        return m("文中有不能保存的控制符,请删去后再存")
    if has_secret_mark(text):
        return m("文中有密级标志。本系统不存放国家秘密,请改走机要渠道")
    return None


class EnteredReport(SelfReport):
    """A report typed for somebody else: what it rests on is part of it (M4)."""

    key = "entered_report"
    basis = PickOne(
        m("代录依据"),
        [Required()],
        choices=[(w.value, w) for w in ON_BEHALF],
        description=m("打印的述职报告由本人签字后生效。"),
    )
    scan = FileUpload(
        m("签字纸质件的扫描件"),
        endings=("pdf", "jpg", "jpeg", "png"),
        megabytes=20,
        description=m("依据签字纸质件录入的,须上传扫描件。"),
    )


def report_form(
    specs: Sequence[SectionSpec], total: int, *, entered: bool = False
) -> type[SelfReport]:
    """The class of the report form over the sections of a scheme."""
    base = EnteredReport if entered else SelfReport
    fields = {f"s{i}": _section(spec) for i, spec in enumerate(specs, 1)}
    made: type[SelfReport] = _meta(base)(
        "ReportOfScheme", (base,), {**fields, "specs": tuple(specs), "total": total}
    )
    return made


def _meta(base: type) -> Any:
    return type(base)


def _section(spec: SectionSpec) -> Any:
    rules = [Required()] if spec.required else []
    return TextArea(
        spec.title,
        rules,
        most=spec.limit,
        least=spec.minimum,
        rows=max(4, min(12, spec.limit // 60)),
        description=spec.hint or "",
    )


class ReturnReport(Form):
    """A return: which sections, and why. Each reason is told to the writer as it is written."""

    key = "return_report"
    version = 1
    specs: ClassVar[tuple[SectionSpec, ...]] = ()
    sections = TickList(m("退回哪几节"))
    reason = TextArea(
        m("退回理由"),
        most=500,
        least=10,
        rows=3,
        description=m("写具体:哪一处、要改成什么样。对方会看到原话。"),
    )

    def whys(self) -> dict[str, str]:
        """Section code -> its own reason, where one is written."""
        found = {}
        for i, spec in enumerate(self.specs, 1):
            text = line_breaks(self._fields[f"why{i}"].data or "").strip()
            if text:
                found[spec.code] = text
        return found

    def ticked(self) -> list[str]:
        """Codes of the sections to return, in the scheme's order."""
        chosen = set(self.sections.data or ())
        return [spec.code for spec in self.specs if spec.code in chosen]

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one section, and for each a reason of its own or the common one."""
        good = super().validate(extra_validators)
        common = (self.reason.data or "").strip()
        if self.specs and not self.ticked():
            self.take({"sections": m("至少选一节")})
            good = False
        if not self.specs and not common:
            self.take({"reason": m("请说明理由")})
            good = False
        for i, spec in enumerate(self.specs, 1):
            fault = self._fault(spec.code, common)
            if fault is not None:
                self.take({f"why{i}": fault})
                good = False
        return good

    def _fault(self, code: str, common: str) -> Sentence | None:
        ticked, own = code in self.ticked(), code in self.whys()
        if own and not ticked:
            return m("写了理由但没有勾选这一节,请勾选,或删去理由")
        if ticked and not own and not common:
            return m("请写明这一节的退回理由,至少 10 个字")
        return None

    def payload(self) -> dict[str, Any]:
        """``sections``, ``reasons`` by section, and ``reason`` as the journal keeps it."""
        common = line_breaks(self.reason.data or "").strip()
        whys = self.whys()
        reasons = {code: whys.get(code, common) for code in self.ticked()}
        titles = {spec.code: spec.title for spec in self.specs}
        parts = [f"{titles[code]}:{text}" for code, text in reasons.items() if code in whys]
        told = [common] if common else []
        return {
            "sections": list(reasons),
            "reasons": reasons,
            "reason": "\n".join([*told, *parts]),
        }


def return_form(specs: Sequence[SectionSpec]) -> type[ReturnReport]:
    """The class of the return form over the sections of a scheme."""
    fields = {f"why{i}": _why(spec) for i, spec in enumerate(specs, 1)}
    ticks = TickList(m("退回哪几节"), choices=[(s.code, s.title) for s in specs])
    made: type[ReturnReport] = _meta(ReturnReport)(
        "ReturnOfScheme", (ReturnReport,), {**fields, "specs": tuple(specs), "sections": ticks}
    )
    return made


def _why(spec: SectionSpec) -> Any:
    label = m("“%(title)s”的退回理由", title=spec.title)
    return TextArea(label, most=500, least=10, rows=2)


class WithdrawReport(Form):
    """Taking a submitted report back to go on writing."""

    key = "withdraw_report"
    reason = TextArea(m("撤回理由"), most=500, rows=2)


class UploadReport(Form):
    """One report as a document, into one's own draft."""

    key = "upload_report"
    file = FileUpload(
        m("述职报告文件"),
        [Required()],
        endings=("docx", "pdf"),
        megabytes=10,
        description=m("按标题分节读入。读入后仍可修改,不会直接报送。"),
    )


class UploadReports(Form):
    """Many reports at once, packed into one ZIP."""

    key = "upload_reports"
    file = FileUpload(
        m("述职报告压缩包"),
        [Required()],
        endings=("zip",),
        megabytes=50,
        description=m("每人一个 .docx 或 .pdf 文件,文件名写姓名,例如 张三述职报告.docx。"),
    )


class TakeReports(Form):
    """Which of the reports read from a ZIP go into the drafts, and on what basis."""

    key = "take_reports"
    token = HiddenField()
    basis = PickOne(m("代录依据"), [Required()], choices=[(w.value, w) for w in ON_BEHALF])
    take = TickList(m("读入哪几份"), [Required(m("至少选一份"))])
    replace = TickList(m("覆盖已有草稿"))

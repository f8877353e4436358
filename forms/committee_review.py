"""Forms from synthesis to release: opinion, comment, proposals, meetings, publicity, objections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from forms.base import Form
from forms.fields import (
    ChineseDate,
    DocumentNumberText,
    Grade,
    Pick,
    PickOne,
    Text,
    TextArea,
    Tick,
    WholeNumber,
)
from forms.validators import Required
from workflow.rules import rule_count
from workflow.vocabulary import (
    GRADES,
    CaseKind,
    DecisionResult,
    DeviationCode,
    Outcome,
    UngradedReason,
)
from workflow.vocabulary import Grade as GradeWord
from workflow.words import m

UNGRADED = Outcome.UNGRADED.value


def offered(kind: CaseKind) -> list[tuple[str, Any]]:
    """Grades of the scale, best first, then 不确定等次."""
    return [*((g.value, g) for g in GRADES[kind]), (UNGRADED, Outcome.UNGRADED)]


class SynthesisText(Form):
    """综合研判: what the file shows of a person or body, in words."""

    key = "synthesis"
    performance = TextArea(m("主要表现"), [Required()], most=1500, rows=6)
    shortcomings = TextArea(m("主要不足"), [Required()], most=800, rows=4)
    grade_opinion = Pick(m("等次意见"), description=m("供比选时参考,不是等次建议"))


class LeaderCommentText(Form):
    """The comment of the one who comments, with a suggested grade."""

    key = "leader_comment"
    text = TextArea(m("评语"), [Required()], most=800, rows=7)
    grade = Grade(m("等次建议"), description=m("可以只写评语"))


class Propose(Form):
    """One proposed outcome: ``choice`` is a grade or 不确定等次."""

    key = "propose"
    choice = Pick(m("等次建议"), [Required()])
    ungraded_reason = Pick(m("不确定等次的原因"), choices=[(w.value, w) for w in UngradedReason])
    deviation = Pick(m("与参考意见不同的理由"), choices=[(w.value, w) for w in DeviationCode])
    deviation_text = TextArea(
        m("理由说明"),
        most=500,
        rows=3,
        description=m("相差 %(n)s 个等次以上的必须写明", n=rule_count("deviation_grades")),
    )

    def payload(self) -> dict[str, Any]:
        """Outcome, grade and reason as the guards and recorders read them."""
        return outcome_payload(
            self.choice.data,
            self.ungraded_reason.data,
            self.deviation.data,
            self.deviation_text.data,
        )


def outcome_payload(
    choice: str | None, ungraded: str | None, deviation: str | None, text: str | None
) -> dict[str, Any]:
    """A choice out of :func:`offered` as payload of a move that sets an outcome."""
    graded = bool(choice) and choice != UNGRADED
    return {
        "outcome": Outcome.GRADED.value if graded else UNGRADED if choice else None,
        "grade": choice if graded else None,
        "ungraded_reason": None if graded else ungraded,
        "deviation": deviation,
        "deviation_text": (text or "").strip() or None,
    }


class MoveGrade(Propose):
    """Another proposal in place of the present one; the reason is always asked for."""

    key = "move_grade"
    deviation = Pick(m("调整理由"), [Required()], choices=[(w.value, w) for w in DeviationCode])


class Decide(Propose):
    """The decided outcome of one case, where it is recorded by itself."""

    key = "decide"
    document_no = DocumentNumberText(m("审定文号"))
    decided_on = ChineseDate(m("审定日期"))

    def payload(self) -> dict[str, Any]:
        """The outcome with document and day."""
        day = self.decided_on.data
        return {
            **super().payload(),
            "document_no": self.document_no.data or "",
            "decided_on": day.isoformat() if day else None,
        }


class Regrade(Propose):
    """A changed outcome after notice, with the document that orders it."""

    key = "regrade"
    reason = TextArea(m("改定理由"), [Required()], most=1000)
    document_no = DocumentNumberText(m("决定文号"), [Required()])

    def payload(self) -> dict[str, Any]:
        """The outcome with reason and document."""
        return {
            **super().payload(),
            "deviation": self.deviation.data or DeviationCode.OTHER.value,
            "reason": self.reason.data,
            "document_no": self.document_no.data,
        }


class Proposals(Form):
    """Grades for many cases of a pool: fields g<id>, u<id>, d<id>, t<id> of :func:`proposals`."""

    ids: ClassVar[tuple[int, ...]] = ()

    def chosen(self) -> dict[int, dict[str, Any]]:
        """Case id -> payload, for the cases that have a choice."""
        return {
            i: outcome_payload(
                self._fields[f"g{i}"].data,
                self._fields[f"u{i}"].data,
                self._fields[f"d{i}"].data,
                self._fields[f"t{i}"].data,
            )
            for i in self.ids
            if self._fields[f"g{i}"].data
        }


def proposals(rows: Iterable[tuple[int, str]], kind: CaseKind) -> type[Proposals]:
    """The form for these cases; ``rows`` are (case id, name)."""
    fields: dict[str, Any] = {"ids": ()}
    ids = []
    for case_id, name in rows:
        ids.append(case_id)
        fields |= {
            f"g{case_id}": Pick(m("%(name)s的等次建议", name=name), choices=offered(kind)),
            f"u{case_id}": Pick(
                m("%(name)s不确定等次的原因", name=name),
                choices=[(w.value, w) for w in UngradedReason],
                blank=m("原因"),
            ),
            f"d{case_id}": Pick(
                m("%(name)s与参考意见不同的理由", name=name),
                choices=[(w.value, w) for w in DeviationCode],
                blank=m("理由"),
            ),
            f"t{case_id}": Text(m("%(name)s的理由说明", name=name), most=300),
        }
    return type("PoolProposals", (Proposals,), {**fields, "ids": tuple(ids)})


class Meeting(Form):
    """One meeting of the deciding chain for a whole pool: all passed, but the rows named."""

    meeting_no = Text(m("会议届次或编号"), [Required()], most=60)
    held_on = ChineseDate(m("会议日期"), [Required()])
    present = WholeNumber(m("到会人数"))
    votes_for = WholeNumber(m("同意票"))
    votes_against = WholeNumber(m("不同意票"))
    abstained = WholeNumber(m("弃权票"))
    ids: ClassVar[tuple[int, ...]] = ()

    def votes(self) -> dict[str, int]:
        """The figures of a vote that were filled in."""
        names = ("present", "votes_for", "votes_against", "abstained")
        found = {name: self._fields[name].data for name in names}
        return {name: n for name, n in found.items() if n is not None}

    def changed(self) -> list[dict[str, Any]]:
        """Rows of cases that did not simply pass."""
        return [
            {
                "case_id": i,
                "result": self._fields[f"r{i}"].data,
                "grade": self._fields[f"g{i}"].data,
                "reason": self._fields[f"t{i}"].data or None,
            }
            for i in self.ids
            if self._fields[f"r{i}"].data
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """A changed case names its grade and the reason; a held one the reason."""
        good = super().validate(extra_validators)
        faults = {}
        for row in self.changed():
            i = row["case_id"]
            if row["result"] == DecisionResult.CHANGED and not row["grade"]:
                faults[f"g{i}"] = m("请选择调整后的等次")
            if not row["reason"]:
                faults[f"t{i}"] = m("请写明理由")
        self.take(faults)
        return good and not faults


def meeting_form(rows: Iterable[tuple[int, str]], kind: CaseKind) -> type[Meeting]:
    """The form for the cases of one pool; ``rows`` are (case id, name)."""
    fields: dict[str, Any] = {}
    ids = []
    results = (DecisionResult.CHANGED, DecisionResult.HELD)
    for case_id, name in rows:
        ids.append(case_id)
        fields |= {
            f"r{case_id}": Pick(
                m("%(name)s的会议结果", name=name),
                choices=[(w.value, w) for w in results],
                blank=m("通过"),
            ),
            f"g{case_id}": Pick(
                m("%(name)s调整后的等次", name=name),
                choices=[(g.value, g) for g in GRADES[kind]],
                blank=m("等次"),
            ),
            f"t{case_id}": Text(m("%(name)s的理由", name=name), most=300),
        }
    return type("PoolMeeting", (Meeting,), {**fields, "ids": tuple(ids)})


class DecidePool(Form):
    """The one act for a pool: the organ, its document and day."""

    organ = Text(m("审定机关"), [Required()], most=100)
    document_no = DocumentNumberText(m("审定文号"), [Required()])
    decided_on = ChineseDate(m("审定日期"), [Required()])


class PoolReason(Form):
    """Why a pool goes back."""

    reason = TextArea(m("退回事由"), [Required()], most=500, least=5)


class SeatMove(Form):
    """Seats from one pool (or the reserve) to another, with the approval's document."""

    source = Pick(m("调出组别"), coerce=int, blank=m("机动名额"))
    target = Pick(m("调入组别"), [Required()], coerce=int)
    seats = WholeNumber(m("名额数"), [Required()])
    document = DocumentNumberText(m("批准文号"), [Required()])


class PublicityNotice(Form):
    """The publicity of 优秀: its last day, where, and how to reach the office."""

    key = "publicity"
    ends_on = ChineseDate(m("公示截止日"), [Required()])
    range = Text(m("公示范围"), [Required()], most=100)
    phone = Text(m("受理电话"), [Required()], most=60)
    address = Text(m("受理地址"), most=100)

    def payload(self) -> dict[str, Any]:
        """Plain values; the day as text."""
        found = super().payload()
        day = self.ends_on.data
        return {**found, "ends_on": day.isoformat() if day else None}


class ObjectionReceived(Form):
    """An objection received while results are public."""

    case_id = Pick(m("反映的考核对象"), [Required()], coerce=int)
    content = TextArea(m("反映的内容"), [Required()], most=2000)
    real_name = Tick(m("实名反映"))


class HandleObjection(Form):
    """What was found about an objection."""

    key = "handle_objection"
    finding = TextArea(m("办理情况"), [Required()], most=2000, least=5)
    result = PickOne(
        m("认定"),
        [Required()],
        choices=[("substantiated", m("属实,退回综合研判")), ("unsubstantiated", m("不属实"))],
    )


def grades_of(kind: CaseKind) -> Sequence[GradeWord]:
    """The scale of a kind, best first."""
    return GRADES[kind]

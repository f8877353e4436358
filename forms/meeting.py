"""Forms of a reporting meeting: planning, editing, closing, cards on the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from forms.base import Form
from forms.fields import (
    ChineseDate,
    HiddenField,
    Pick,
    PickOne,
    PickPerson,
    Text,
    TextArea,
    Tick,
    TickList,
    WholeNumber,
)
from forms.validators import InRange, Required
from workflow.vocabulary import CaseKind, SheetKind
from workflow.words import Sentence, m

Groups = Sequence[tuple[str, Any]]
"""(code, title) of the voter groups, in the scheme's order."""

MOST = 9999
OTHERS = tuple(k for k in SheetKind if k not in (SheetKind.BODY, SheetKind.CADRE))
"""Sheets that stand beside the grading ones."""


def _number(label: Sentence, **kw: Any) -> WholeNumber:
    return WholeNumber(label, [Required(m("请填写人数或张数,没有的填 0")), InRange(0, MOST)], **kw)


class PlanMeetings(Form):
    """One meeting for each unit that has none yet."""

    key = "meeting.plan"

    planned_on = ChineseDate(m("会议日期"), [Required(m("请填写会议日期"))])
    place = Text(m("会议地点"), most=100)


class PlanAssembly(Form):
    """One sheet over many units, for peers or superior leaders."""

    key = "meeting.assembly"

    title = Text(m("会议名称"), [Required(m("请填写会议名称"))], most=100)
    planned_on = ChineseDate(m("会议日期"), [Required(m("请填写会议日期"))])
    place = Text(m("会议地点"), most=100)
    kind = PickOne(
        m("测评什么"), [Required(m("请选择测评对象"))], choices=[(k.value, k) for k in CaseKind]
    )
    electorate = PickOne(m("由谁测评"), [Required(m("请选择参评类别"))])
    each = _number(m("每个单位参评人数"), description=m("不是同级单位互评的,填总人数"))
    units = TickList(m("测评哪些单位"), [Required(m("请选择要测评的单位"))])


class EditMeeting(Form):
    """A planned meeting. Made by :func:`edit_form`; members are ``members_<group>``."""

    key = "meeting.edit"
    groups: ClassVar[Groups] = ()

    title = Text(m("会议名称"), [Required(m("请填写会议名称"))], most=100)
    planned_on = ChineseDate(m("会议日期"), [Required(m("请填写会议日期"))])
    place = Text(m("会议地点"), most=100)
    excellent_limit = WholeNumber(
        m("优秀票数上限"),
        [InRange(0, MOST)],
        description=m("领导干部测评表上最多评几个优秀,不填表示不限"),
    )
    with_items = Tick(m("除总体评价外,分项测评(德、能、勤、绩、廉)"))
    sheets = TickList(
        m("同场的其他评议表"),
        choices=[(kind.value, kind) for kind in OTHERS],
        description=m("同一张卡、一次交卡;结果单独统计,不计入等次"),
    )
    promoted = TextArea(
        m("新提拔干部"),
        most=2000,
        rows=3,
        description=m("每行一人:姓名,空格,职务"),
    )
    teller = PickPerson(m("计票人"), description=m("不能是本次测评对象"))
    supervisor = PickPerson(m("监票人"), description=m("须与计票人是两个人"))

    def members(self) -> dict[str, int]:
        """Group code -> people due."""
        return {code: int(self[f"members_{code}"].data or 0) for code, _ in self.groups}


def edit_form(groups: Groups) -> type[EditMeeting]:
    """The form over the voter groups of one meeting."""
    fields = {
        f"members_{code}": _number(m("%(group)s应到人数", group=title)) for code, title in groups
    }
    made: type[EditMeeting] = _made("EditThisMeeting", EditMeeting, fields, groups)
    return made


class MeetingReason(Form):
    """Why a meeting is moved back, replaced or cancelled."""

    key = "meeting.reason"

    reason = TextArea(m("理由"), [Required(m("请写明理由"))], most=300, rows=3)


class HoldMeeting(Form):
    """People due and present, at the closing call."""

    key = "hold_meeting"

    due = _number(m("应到人数"))
    present = _number(m("实到人数"))


class Reissue(Form):
    """A new card for a spoiled or lost one."""

    key = "meeting.reissue"

    ticket = HiddenField()
    group = Pick(m("参评类别"), [Required(m("请选择参评类别"))])
    spoiled = Text(
        m("收回的坏卡编码"),
        most=60,
        description=m("卡上的 24 位编码;卡已遗失的不填,收回核对时计入缺数"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class CardsOnTable(Form):
    """Collected and missing cards by group. Made by :func:`table_form`."""

    key = "meeting.cards_on_table"
    groups: ClassVar[Groups] = ()

    remark = TextArea(
        m("合计不符的说明"),
        most=300,
        rows=3,
        description=m("各类都相符的不填;不符的写明原因,由计票人、监票人分别确认"),
    )

    def start_at_none(self, codes: Iterable[str]) -> None:
        """0 in both fields of groups that got no card; whoever counts need not type it."""
        for code in codes:
            self[f"returned_{code}"].data = self[f"missing_{code}"].data = 0

    def table(self) -> dict[str, tuple[int, int]]:
        """Group code -> (collected, missing)."""
        return {
            code: (int(self[f"returned_{code}"].data), int(self[f"missing_{code}"].data))
            for code, _ in self.groups
        }


def table_form(groups: Groups) -> type[CardsOnTable]:
    """The form over the voter groups of one meeting."""
    fields: dict[str, Any] = {}
    for code, title in groups:
        fields[f"returned_{code}"] = _number(m("%(group)s收回张数", group=title))
        fields[f"missing_{code}"] = _number(m("%(group)s缺数", group=title))
    made: type[CardsOnTable] = _made("CardsOfThisMeeting", CardsOnTable, fields, groups)
    return made


def _made(name: str, base: Any, fields: dict[str, Any], groups: Iterable[Any]) -> Any:
    return type(base)(name, (base,), {**fields, "groups": tuple(groups), "key": base.key})

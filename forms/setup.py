"""Setting up a year: what is chosen, and a window for each stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.base import Form, Say
from forms.fields import ChineseDate, FileUpload, Pick, PickUnit, Text, WholeNumber
from forms.validators import InRange, Required
from workflow.vocabulary import Stage
from workflow.words import m


class NewCycle(Form):
    """A year for an organ; its timetable follows from the scheme."""

    key = "setup.new_cycle"

    year = WholeNumber(m("考核年度"), [Required(), InRange(2000, 2100)])
    organ = PickUnit(m("主管机关"), [Required()])
    scheme = Pick(m("考核方案"), [Required()], coerce=int)
    opening = ChineseDate(m("启动日期"), [Required()], description=m("各环节日期由此推算,可再改"))


class LoadCalendar(Form):
    """A file of working days."""

    key = "setup.calendar"

    file = FileUpload(
        m("日历文件"),
        [Required(m("请选择日历文件"))],
        endings=("csv",),
        megabytes=1,
        description=m("CSV,第一行为 day,working,title,provisional,source;一行一天"),
    )


class _Timetable(Form):
    """Scheme and windows; fields are added per stage by :func:`timetable_form`."""

    key = "setup.timetable"

    scheme = Pick(m("考核方案"), [Required()], coerce=int)


def timetable_form(
    stages: tuple[Stage, ...], posted: Any, *, say: Say, data: Mapping[str, Any] | None = None
) -> _Timetable:
    """A form with opening day, last day and reason for each stage."""
    fields: dict[str, Any] = {"key": _Timetable.key}
    for stage in stages:
        name = stage.value
        fields[f"{name}_opens"] = ChineseDate(m("%(stage)s开始", stage=stage), [Required()])
        fields[f"{name}_due"] = ChineseDate(m("%(stage)s截止", stage=stage), [Required()])
        fields[f"{name}_reason"] = Text(m("%(stage)s时间较短的理由", stage=stage), most=200)
    made: type[_Timetable] = type("Timetable", (_Timetable,), fields)
    return made(posted, say=say, data=data)

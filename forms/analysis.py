"""Forms of the analysis: a mid-year look, a rehearsal, a scenario, the switch of intervals."""

from __future__ import annotations

from forms.base import Form
from forms.fields import Pick, Text, TextArea, Tick, WholeNumber
from forms.validators import InRange, Required
from workflow.words import m


class WatchMonth(Form):
    """Which month's end the figures are held against."""

    key = "analysis.watch"

    month = WholeNumber(m("截至月份"), [Required(), InRange(1, 12)])


class RehearseWith(Form):
    """Whose figures go through this year's scheme."""

    key = "analysis.rehearsal"

    year = Pick(m("用哪一年度的数据"), [Required()], coerce=int)


class DrawIntervals(Form):
    """The seed, so that a figure can be repeated."""

    key = "analysis.interval"

    seed = WholeNumber(
        m("随机种子"), [InRange(0, 999999)], description=m("同一种子算出同样的区间;不填为 0")
    )


class IntervalSwitch(Form):
    """Whether rank intervals may be computed and shown."""

    key = "analysis.switch"

    shown = Tick(m("计算并显示名次区间"))


class WhatIf(Form):
    """A named scenario; changes as lines, as they are typed into a table."""

    key = "analysis.what_if"

    name = Text(m("测算名称"), [Required()], most=60)
    weights = TextArea(
        m("改动的权重"),
        most=4000,
        description=m("一行一项:类别,指标,新权重;类别和指标写名称或者代码"),
    )
    figures = TextArea(
        m("改动的数值"),
        most=4000,
        description=m("一行一项:单位名称,指标,新数值;指标写名称或者代码,数值留空为缺数据"),
    )

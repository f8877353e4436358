"""The words of a scheme's choices and of its methods' parameters, for pages and workbooks."""

from __future__ import annotations

from typing import Any

from workflow.words import Sentence, m

FLAG: tuple[tuple[str, Sentence], ...] = (("yes", m("是")), ("no", m("否")))

_CHOICES: dict[str, dict[str, Sentence]] = {
    "weights.basis": {"siblings": m("同级合计等于总和"), "points": m("下级合计等于上级分数")},
    "weights.method": {"given": m("按表给定"), "equal": m("等权"), "entropy": m("熵权")},
    "aggregate": {
        "arithmetic": m("加权算术平均"), "geometric": m("加权几何平均"),
        "harmonic": m("加权调和平均"), "power": m("加权幂平均"),
        "penalised": m("平均减不均衡惩罚"), "minimum": m("取最低项"), "maximum": m("取最高项"),
        "product": m("各项连乘"),
    },
    "result": {"regional": m("区域实绩结果"), "performance": m("单位绩效结果")},
    "direction": {"positive": m("越大越好"), "reverse": m("越小越好")},
    "missing": {"renormalise": m("权重分摊到其余指标"), "zero": m("计 0 分")},
    "cohort": {"class": m("同一类别"), "parent": m("上级类别"), "all": m("全部单位")},
    "path.form": {"sum": m("从零累计到目标"), "level": m("从上年值到目标")},
    "kind": {"deduction": m("扣分"), "bonus": m("加分")},
    "category": {
        "risk_prevention": m("风险防范"), "environment": m("生态环境"),
        "product_quality": m("产品质量"), "work_safety": m("安全生产"), "local": m("地方自定"),
    },
    "applies_at": {"indicators": m("单位实绩得分"), "composite": m("综合得分")},
    "interpolate": {"no": m("每档一个分数"), "linear": m("档内线性插值")},
    "beyond": {
        "clip": m("按上下限计"), "open": m("不封顶不保底"), "zero": m("计 0 分"),
        "last": m("按最后一名计"),
    },
    "scale": {"linear": m("原值"), "log": m("取对数")},
    "form": {"scale": m("按差距量程"), "worst": m("按最差值")},
    "by": {"points": m("按点数计分"), "minmax": m("按极差计分")},
    "measure": {"rate": m("增速"), "difference": m("增量")},
    "interpolation": {
        "inclusive": m("(n − 1)p + 1 处插值"), "exclusive": m("(n + 1)p 处插值"),
        "hazen": m("np + 1/2 处插值"), "nearest": m("np 进位处的数"),
    },
    "zero": {"gap": m("不计分"), "met": m("达到计满分,未达到计 0 分")},
    "nonpositive": {"gap": m("不计分"), "difference": m("改用增量")},
    "ties": {"better": m("并列取前"), "mean": m("并列取平均"), "worse": m("并列取后")},
    "sd": {"population": m("总体标准差"), "sample": m("样本标准差")},
    "unit_policy": {
        "proportional": m("按比例计"), "floor": m("满一个单位才计"), "ceil": m("不足一个按一个计"),
    },
    "from": {"mean": m("均值"), "median": m("中位数"), "value": m("固定值")},
    "transfer": {"current": m("现任主要职务所在单位"), "months": m("各单位按任职月数加权")},
    "ballot.rate_base": {"valid_ballots": m("有效票"), "marked": m("该项已填的票")},
    "ballot.self_row": {"leave_blank": m("本人一栏不填"), "allowed": m("可以填")},
    "ballot.raw_ballots": {"custody": m("封存保管"), "destroy": m("计票后销毁")},
    "ballot.late.receiver": {"tellers": m("计票人、监票人"), "assessment_group": m("考核组")},
    "small_units": {
        "merge_groups": m("合并组别"), "joint_session": m("联合测评"), "talk": m("谈话代测评"),
    },
    "anchor": {
        "cycle_opening": m("年度启动日"), "year_end": m("年末"), "meeting": m("测评会"),
        "decision": m("审定"), "notice": m("告知"),
    },
    "day_unit": {"day": m("自然日"), "working_day": m("工作日")},
    "how": {
        "ln": m("自然对数"), "log10": m("常用对数"), "power": m("乘方"), "reciprocal": m("倒数"),
        "boxcox": m("Box-Cox 变换"), "exp": m("自然指数"),
    },
}  # fmt: skip
_CHOICES["weights.aggregate"] = _CHOICES["aggregate"]

_PARAMETERS: dict[str, Sentence] = {
    "full": m("满分"), "equal": m("数值全同时的分数"), "min": m("下限"), "max": m("上限"),
    "below": m("低于时每单位扣分"), "above": m("高于时每单位加分"),
    "beyond": m("超出范围时"), "scale": m("量程"), "interpolate": m("档内计法"),
    "table": m("分数表"), "ties": m("并列名次"), "step": m("每名递减"), "floor": m("最低分"),
    "base": m("基础分"), "cap": m("封顶"), "otherwise": m("未达标时的分数"),
    "worst": m("最差值"), "form": m("差距算法"), "c": m("功效系数 c"), "d": m("功效系数 d"),
    "satisfactory": m("满意值"), "not_allowed": m("不允许值"), "per_point": m("每个百分点的分数"),
    "by": m("计分依据"), "measure": m("进步的量法"), "nonpositive": m("上年值不大于零时"),
    "per_case": m("每起扣分"), "per_unit": m("每单位扣分"), "unit": m("单位大小"),
    "unit_policy": m("不足一个单位时"), "most_added": m("加分封顶"),
    "most_deducted": m("扣分封顶"), "centre": m("均值对应的分数"), "low": m("下限值"),
    "high": m("上限值"), "sd": m("标准差"), "per": m("每"), "value": m("补入的固定值"),
    "from": m("补入"), "group": m("分组属性"), "add": m("先加"), "exponent": m("指数"),
    "how": m("函数"), "points": m("最多缩尾个数"), "skewness": m("偏度界限"),
    "kurtosis": m("峰度界限"), "zero": m("目标值为零时"), "interpolation": m("百分位的算法"),
    "times": m("乘以"),
}  # fmt: skip


_OF_ONE: dict[str, Sentence] = {
    "bands.below": m("第一档以下的分数"), "minmax.scale": m("取值"),
    "winsorise_percentile.low": m("下百分位"), "winsorise_percentile.high": m("上百分位"),
    "zscore.scale": m("每个标准差的分数"), "zscore.low": m("最低分"), "zscore.high": m("最高分"),
    "best_ratio.zero": m("最好值为零时"), "target_ratio.cap": m("比例封顶(倍)"),
    "per_case_deduct.cap": m("扣分封顶"), "line.add": m("再加"),
}  # fmt: skip
"""Parameters that mean something of their own with one method."""


def parameter(owner: str, name: str) -> Sentence:
    """The label of a parameter of a method or link; a test keeps the table complete."""
    told = _OF_ONE.get(f"{owner}.{name}") or _PARAMETERS.get(name)
    return told if told is not None else m("参数 %(name)s", name=name)


def choices(key: str, codes: tuple[str, ...]) -> tuple[tuple[str, Any], ...]:
    """(code, label) of each; a code without a label stands for itself."""
    told = _CHOICES.get(key, {})
    return tuple((code, told.get(code, code)) for code in codes)


def told(key: str, codes: tuple[str, ...]) -> bool:
    """Whether all codes of a choice have a label."""
    return all(code in _CHOICES.get(key, {}) for code in codes)

"""The fields of a scheme document's rows: what a page's form and a workbook's columns show.

Those of a method and of a link come from their registrations, so a new method needs no new form.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cases.scoring.chain import LINKS
from cases.scoring.chain.link import LinkKind
from cases.scoring.drafting import words
from cases.scoring.methods import METHODS
from cases.scoring.scheme_joins import AFTER, AGAIN
from cases.scoring.shapes import AGGREGATES, COHORTS, DEDUCTION_CATEGORIES, PATHS, WEIGHINGS
from workflow.vocabulary import Grade
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key in the row (dotted where it lies deeper), kind and label.

    ``kind`` is one of ``typed.READ``; ``choices`` are (code, label) of a word; ``needed``
    marks what the checks demand.
    """

    key: str
    kind: str
    label: Sentence
    choices: tuple[tuple[str, Any], ...] = ()
    needed: bool = False
    hint: Sentence | None = None


class Worded(str):
    """A registered method or link by its words; as text it is the Chinese one."""

    zh: str
    en: str

    def __new__(cls, zh: str, en: str) -> Worded:
        made = super().__new__(cls, zh)
        made.zh, made.en = zh, en
        return made


CODE = Field("code", "text", m("代码"), needed=True)
TITLE = (
    Field("title.zh", "text", m("名称"), needed=True),
    Field("title.en", "text", m("英文名称")),
)
SOURCE = Field("source", "text", m("出处"))
UNIT = Field("unit", "text", m("计量单位"))


def _word(
    key: str, label: Sentence, codes: tuple[str, ...], needed: bool = False, hint: Any = None
) -> Field:
    return Field(key, "word", label, words.choices(key, codes), needed, hint)


VERIFIER = Field(
    "verifier", "text", m("审核部门"), hint=m("只由这个部门审核；不填的，由提供部门的另一人审核")
)
JOIN = (
    Field("exponent", "number", m("幂平均的指数")),
    Field("penalty", "number", m("不均衡惩罚系数"), hint=m("不填为 1，负数为加分")),
    Field(
        "exponents", "amounts", m("连乘各项的指数"),
        hint=m("每行一个下级代码，如 school=2；不填为 1，-1 为相除"),
    ),
    Field("round", "number", m("得分保留小数位数"), hint=m("四舍五入，不填不取整")),
)  # fmt: skip
PLAUSIBLE = (
    Field("range.low", "number", m("合理范围下限"), hint=m("超出时提醒核对，不影响得分")),
    Field("range.high", "number", m("合理范围上限")),
    Field("additive", "flag", m("单位合并时可相加"), choices=words.FLAG),
)
BASICS = (
    CODE,
    *TITLE,
    Field("year", "number", m("考核年度"), needed=True),
    Field("version", "number", m("文本版次")),
    Field("organ", "text", m("制定机关")),
    SOURCE,
    Field("issued_on", "text", m("印发日期"), hint=m("写成 2025-12-31 的样子")),
    Field("weights.total", "number", m("权重总和"), hint=m("不填为 100")),
    _word("weights.basis", m("权重算法"), ("siblings", "points")),
    _word("weights.method", m("权重来源"), WEIGHINGS),
    _word("weights.aggregate", m("总分合成方法"), AGGREGATES),
    Field("weights.availability", "number", m("总分可得权重下限"), hint=m("0 至 1")),
    *(replace(one, key=f"weights.{one.key}") for one in JOIN),
    Field("item_caps.deduction", "number", m("扣分合计上限")),
    Field("item_caps.bonus", "number", m("加分合计上限")),
)
CLASS = (
    CODE,
    *TITLE,
    Field("level", "text", m("层级")),
    Field("region_type", "text", m("区域类型")),
    _word("result", m("采用的结果"), ("regional", "performance"), hint=m("不选时与上级类别相同")),
)
GROUP = (
    CODE,
    *TITLE,
    UNIT,
    _word("aggregate", m("合成方法"), AGGREGATES),
    Field("availability", "number", m("可得权重下限"), hint=m("0 至 1，低于下限的本组不计分")),
    *JOIN,
    Field("fill", "text", m("缺分时取均值的分组"), hint=m("填单位属性的名称")),
    Field("given", "flag", m("可直接给定得分"), choices=words.FLAG),
    Field("provider", "text", m("数据提供部门"), hint=m("可直接给定得分的，由哪个部门给定")),
    Field("concept", "text", m("发展理念")),
    VERIFIER,
    SOURCE,
)
LEAF = (
    CODE,
    *TITLE,
    UNIT,
    _word("direction", m("方向"), ("positive", "reverse"), True),
    Field(
        "method", "word", m("计分方法"),
        tuple((code, Worded(one.zh, one.en)) for code, one in METHODS.items()), True,
    ),
    _word("missing", m("缺值时"), ("renormalise", "zero"), True),
    Field("provider", "text", m("数据提供部门")),
    VERIFIER,
    Field("target", "number", m("目标值"), hint=m("各类别相同时填这里，可以为零，如 0 起事故")),
    Field("targets", "amounts", m("分类别目标值"), hint=m("每行一个，如 county.core=11")),
    _word("cohort", m("比较范围"), COHORTS),
    *PLAUSIBLE,
    _word("path.form", m("年中进度算法"), PATHS),
    Field("path.months", "numbers", m("各月应完成进度(%)"), hint=m("12 个数，最后为 100")),
    JOIN[-1],
    Field("concept", "text", m("发展理念")),
    SOURCE,
)  # fmt: skip
ITEM = (
    CODE,
    *TITLE,
    _word("kind", m("加减分"), ("deduction", "bonus"), True),
    _word("category", m("扣分领域"), DEDUCTION_CATEGORIES),
    Field("cap", "number", m("上限(分)"), needed=True),
    Field("per_case", "number", m("每起(分)")),
    _word("applies_at", m("计入"), ("indicators", "composite")),
    Field("evidence", "flag", m("须附佐证材料"), choices=words.FLAG, hint=m("不选为须附")),
    Field(
        "provider", "text", m("数据提供部门"), hint=m("加减分事项由哪个部门填报，不填为主管机关")
    ),
    VERIFIER,
    SOURCE,
)
RED_LINE = (
    CODE,
    *TITLE,
    Field("indicator", "text", m("指标代码")),
    Field("item", "text", m("加减分项代码")),
    Field("below", "number", m("低于")),
    Field("above", "number", m("高于")),
    Field("cap", "word", m("最高等次"), tuple((g.value, g) for g in Grade), True),
    SOURCE,
)
CHECK = (
    CODE,
    *TITLE,
    Field("sum", "codes", m("相加的指标代码"), hint=m("用逗号或换行分开")),
    Field("equals", "text", m("合计指标代码")),
    Field("tolerance", "number", m("允许误差")),
    Field("ratio", "codes", m("相除的两项指标代码"), hint=m("与相加只填一种")),
    Field("times", "number", m("比值的倍数"), hint=m("比值乘以它,应与合计指标相当")),
    Field("low", "number", m("比值下限")),
    Field("high", "number", m("比值上限")),
)
SERIES = (
    CODE,
    *TITLE,
    UNIT,
    Field("provider", "text", m("数据提供部门")),
    VERIFIER,
    *PLAUSIBLE,
    SOURCE,
)

PARTS: dict[str, tuple[Field, ...]] = {
    "classes": CLASS,
    "indicators": LEAF,
    "series": SERIES,
    "checks": CHECK,
    "items": ITEM,
    "red_lines": RED_LINE,
}
TREES = ("classes", "indicators")
LEAF_ONLY = frozenset(
    {"direction", "method", "parameters", "target", "targets", "missing", "provider", "chain",
     "cohort", "range", "additive", "path", "round"}
)  # fmt: skip


def fields_of(part: str, row: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a row; of an indicator those of a group, or of a leaf with its method."""
    if part != "indicators":
        return PARTS[part]
    if row.get("children"):
        return (*GROUP, *chain_of(row.get("chain"), AFTER), *again_of(row.get("rescale")))
    return (*LEAF, *parameters_of(row.get("method")), *chain_of(row.get("chain")))


def again_of(rescale: Any) -> tuple[Field, ...]:
    """How a group is scored once more; the parameters once its method is chosen."""
    method = rescale.get("method") if isinstance(rescale, Mapping) else None
    choices = tuple((code, Worded(METHODS[code].zh, METHODS[code].en)) for code in AGAIN)
    own = Field(
        "rescale.method",
        "word",
        m("本组得分再计分"),
        choices,
        hint=m("按各单位的本组得分再比较一次"),
    )
    if method not in AGAIN:
        return (own,)
    return (
        own,
        Field("rescale.cohort", "word", m("再计分的比较范围"), words.choices("cohort", COHORTS)),
        Field(
            "rescale.direction", "word", m("再计分的方向"),
            words.choices("direction", ("positive", "reverse")),
        ),
        *(replace(one, key=f"rescale.{one.key}") for one in parameters_of(method)),
    )  # fmt: skip


def parameters_of(method: Any) -> tuple[Field, ...]:
    """One field a parameter of the method; none for a method that isn't there."""
    found = METHODS.get(method) if isinstance(method, str) else None
    if found is None:
        return ()
    listed = {
        **{name: ("number", _between(bounds)) for name, bounds in found.numbers.items()},
        **{name: ("word", None) for name in found.words},
        **{name: ("numbers", m("用逗号或换行分开")) for name in found.lists},
        **{name: ("pairs", m("每行一档，写成 起点:分数，如 60:80")) for name in found.tables},
    }
    return tuple(
        Field(
            f"parameters.{name}",
            kind,
            words.parameter(found.code, name),
            words.choices(name, found.words.get(name, ())),
            name in found.required,
            hint,
        )
        for name, (kind, hint) in listed.items()
    )


def chain_of(chain: Any, codes: Collection[str] = LINKS) -> tuple[Field, ...]:
    """The fields of the links a chain has; ``codes`` are the links it may have."""
    rows: list[Field] = []
    for place, link in enumerate(chain if isinstance(chain, list) else []):
        code = link.get("link") if isinstance(link, Mapping) else None
        rows.append(link_field(f"chain.{place}.link", m("第 %(n)s 步", n=place + 1), codes))
        if isinstance(code, str) and code in LINKS:
            rows += _of_link(LINKS[code], f"chain.{place}")
    return tuple(rows)


def _of_link(kind: LinkKind, base: str) -> list[Field]:
    listed = {
        **{name: ("number", _between(bounds)) for name, bounds in kind.numbers.items()},
        **{name: ("word", None) for name in kind.words},
        **{name: ("text", None) for name in kind.names},
    }
    return [
        Field(
            f"{base}.{name}",
            how,
            words.parameter(kind.code, name),
            words.choices(name, kind.words.get(name, ())),
            name in kind.required,
            hint,
        )
        for name, (how, hint) in listed.items()
    ]


def link_field(key: str, label: Sentence, codes: Collection[str] = LINKS) -> Field:
    """A choice of a link; nothing chosen leaves it out."""
    choices = tuple((code, Worded(one.zh, one.en)) for code, one in LINKS.items() if code in codes)
    return Field(key, "word", label, choices)


def _between(bounds: tuple[int, int]) -> Sentence | None:
    low, high = bounds
    if abs(low) >= 10**12 or abs(high) >= 10**12:
        return None
    return m("%(low)s 至 %(high)s", low=low, high=high)

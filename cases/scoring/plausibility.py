"""Is a figure plausible? Findings warn, each with its figure; none of them stops a value.

Only what is no figure at all is refused (:func:`read_figure`). Pure arithmetic over decimals.
Source of the kinds: domain rules 5.7 (same source, jump on last year, sum and logic checks).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeVar

from cases.scoring.exact import plain
from cases.scoring.period import ends_on
from cases.scoring.shapes import FigureCheck, Indicator
from workflow.rules import fact
from workflow.words import Sentence, m

# Thresholds of the hint, not of any regulation: a fifth, and 30 % around a power of ten.
JUMP = fact("data_jump").decimal
NEAR = fact("data_slip").decimal
CHANCE = fact("data_repeat").decimal
"""Equal figures are told where fewer pairs than this were to be expected by chance."""

MOST_DIGITS = 20
PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
SEPARATED = re.compile(r"[+-]?[0-9]{1,3}(?:[,，'’ ][0-9]{3})+(?:\.[0-9]*)?")
DATED = re.compile(r"(?:19|20)[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}.*")
K = TypeVar("K", bound=Hashable)
Place = tuple[K, str]


class NoFigure(Exception):
    """A text is no figure; ``sentence`` says what is wrong and what to write instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def read_figure(text: str) -> Decimal:
    """The decimal that a text says in plain half-width digits. Raises NoFigure with the reason."""
    written = text.strip()
    if PLAIN.fullmatch(written):
        if sum(map(str.isdigit, written)) > MOST_DIGITS:
            raise NoFigure(m("最多 %(n)s 位数字", n=MOST_DIGITS))
        return Decimal(written)
    raise NoFigure(_fault(written))


def _fault(text: str) -> Sentence:
    narrow = unicodedata.normalize("NFKC", text).strip()
    if narrow.endswith(("%", "‰")) or "%" in narrow:
        return m("不要带百分号,只填数字,如 12.5")
    if DATED.fullmatch(narrow):
        return m("这是日期,不是数值;请把单元格设为常规或文本后重填")
    if SEPARATED.fullmatch(narrow):
        return m("不要带千分位分隔符,只填数字,如 12345.6")
    if PLAIN.fullmatch(narrow):
        return m("有全角数字,请改为半角,如 12.5")
    return m("“%(text)s”不是可以计算的数", text=text[:20])


@dataclass(frozen=True, slots=True)
class Change:
    """``ratio`` of the difference to last year's figure; ``power`` is n of a slip by 10ⁿ, or 0."""

    ratio: Decimal
    power: int

    @property
    def jumps(self) -> bool:
        """Whether the reader is asked for the reason."""
        return self.power != 0 or abs(self.ratio) > JUMP

    @property
    def times(self) -> str:
        """10ⁿ in figures: 100, or 0.01."""
        return f"{Decimal(1).scaleb(self.power):f}"


def change(previous: str | None, value: str | None) -> Change | None:
    """The change from last year's figure; None where either is no figure or last year's is 0."""
    before, now = number(previous), number(value)
    if before is None or now is None or before == 0:
        return None
    ratio = (now - before) / abs(before)
    return Change(ratio, _slip(now / before))


def _slip(times: Decimal) -> int:
    if times <= 0:
        return 0
    power = int(times.log10().to_integral_value())
    near = abs(times.scaleb(-power) - 1) <= NEAR
    return power if near else 0


def number(text: str | None) -> Decimal | None:
    """A stored figure as a decimal; None for none and for what is no finite number in range."""
    if text is None:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= MOST_DIGITS else None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: the ``code`` of the check, and the sentence with the figures."""

    code: str
    sentence: Sentence


def of_change(found: Change | None) -> Finding | None:
    """A jump on last year beyond the rule's share, or a slip of the unit by 10ⁿ."""
    if found is None or not found.jumps:
        return None
    if found.power:
        told = m("约为上年的 %(n)s 倍,请核对小数点和计量单位", n=found.times)
        return Finding("slip", told)
    share = f"{abs(found.ratio) * 100:.0f}%"
    if found.ratio > 0:
        return Finding("jump", m("比上年高 %(n)s", n=share))
    return Finding("jump", m("比上年低 %(n)s", n=share))


def of_range(one: Indicator, value: Decimal) -> Finding | None:
    """A figure outside the range that the scheme states for its indicator."""
    if one.lowest is not None and value < one.lowest:
        return Finding("range", m("低于方案给出的下限 %(n)s", n=plain(one.lowest)))
    if one.highest is not None and value > one.highest:
        return Finding("range", m("高于方案给出的上限 %(n)s", n=plain(one.highest)))
    return None


def of_period(period: str | None, on: date | None) -> Finding | None:
    """A period that wasn't over on the day its figure was entered: a plan, or part of the year."""
    if not period or on is None or ends_on(period) <= on:
        return None
    told = m("填报时所属期 %(period)s 还没有结束", period=period)
    return Finding("period", told)


def of_checks(
    checks: Mapping[str, FigureCheck],
    figures: Mapping[str, Decimal],
    readable: Collection[str] | None = None,
) -> dict[str, list[Finding]]:
    """Indicator -> findings of the sum and ratio checks over one unit's figures.

    A check with a figure lacking says nothing. Told at every indicator it reads; without figures
    where one of them isn't among the ``readable`` (None: all are).
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in contradictions(checks, figures):
        check, said = one.check, one.sentence
        if readable is not None and any(code not in readable for code in check.reads):
            said = m("%(title)s:与另一部门提供的数据对不上,请核对", title=check.title)
        for code in check.reads:
            found[code].append(Finding(f"check:{check.code}", said))
    return dict(found)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A check that fails: the figure of ``code`` and the figure that the others say instead."""

    check: FigureCheck
    code: str
    figure: Decimal
    other: Decimal
    sentence: Sentence


def contradictions(
    checks: Mapping[str, FigureCheck], figures: Mapping[str, Decimal]
) -> list[Contradiction]:
    """The sum and ratio checks that one unit's figures fail, in the order of the scheme."""
    found = []
    for check in checks.values():
        if any(code not in figures for code in check.reads):
            continue
        if check.parts:
            one = _off_sum(check, figures)
        else:
            one = _off_quotient(check, figures) if check.whole else _off_ratio(check, figures)
        if one is not None:
            found.append(one)
    return found


def _off_sum(check: FigureCheck, figures: Mapping[str, Decimal]) -> Contradiction | None:
    total = sum((figures[code] for code in check.parts), Decimal(0))
    whole = figures[check.whole]
    if abs(total - whole) <= check.tolerance:
        return None
    said = m(
        "%(title)s:各项之和 %(sum)s,合计 %(whole)s,相差 %(off)s",
        title=check.title, sum=f"{total:f}", whole=f"{whole:f}", off=f"{total - whole:f}",
    )  # fmt: skip
    return Contradiction(check, check.whole, whole, total, said)


def _off_ratio(check: FigureCheck, figures: Mapping[str, Decimal]) -> Contradiction | None:
    above, below = (figures[code] for code in check.ratio)
    if below == 0 or _within(check, Fraction(above) / Fraction(below)):
        return None
    said = m(
        "%(title)s:比值 %(ratio)s,应在 %(low)s 至 %(high)s 之间",
        title=check.title, ratio=f"{above / below:.4g}",
        low="-∞" if check.low is None else plain(check.low),
        high="∞" if check.high is None else plain(check.high),
    )  # fmt: skip
    return Contradiction(check, check.ratio[0], above, below, said)


def _off_quotient(check: FigureCheck, figures: Mapping[str, Decimal]) -> Contradiction | None:
    """The figure beside what the ratio of two others says it should be."""
    above, below = (Fraction(figures[code]) for code in check.ratio)
    whole = figures[check.whole]
    if below == 0 or whole == 0:
        return None
    due = above / below * check.times
    if _within(check, due / Fraction(whole)):
        return None
    told = _short(due)
    said = m(
        "%(title)s:按两项指标算得 %(due)s,填报 %(whole)s",
        title=check.title, due=f"{told:f}", whole=f"{whole:f}",
    )  # fmt: skip
    return Contradiction(check, check.whole, whole, told, said)


def _short(value: Fraction) -> Decimal:
    """A computed figure as people compare it: six digits that count, whole ones in full."""
    made = Decimal(value.numerator) / Decimal(value.denominator)
    return round(made, max(0, 5 - made.adjusted()))


def _within(check: FigureCheck, ratio: Fraction) -> bool:
    low = check.low is None or ratio >= check.low
    return low and (check.high is None or ratio <= check.high)


def significant(value: Decimal) -> int:
    """Digits that count, without leading and trailing zeros: 0.0420 and 4200 have two."""
    return len("".join(map(str, value.as_tuple().digits)).strip("0"))


def repeated(
    figures: Mapping[Place[K], Decimal], names: Mapping[K, str]
) -> dict[Place[K], Finding]:
    """(unit, indicator) -> finding for figures equal to another unit's of the same indicator, or
    to another indicator's of the same unit, beyond chance.

    With n figures of d digits, n(n-1)/2 pairs fall together with 1 in 9·10^(d-1): few digits and
    many units make no finding.
    """
    by_indicator: dict[str, dict[K, Decimal]] = defaultdict(dict)
    by_unit: dict[K, dict[str, Decimal]] = defaultdict(dict)
    for (unit, indicator), value in figures.items():
        by_indicator[indicator][unit] = value
        by_unit[unit][indicator] = value
    found: dict[Place[K], Finding] = {}
    for unit, row in by_unit.items():
        for indicator, other in _twins(row).items():
            said = m("与本单位指标“%(other)s”的数值相同", other=other)
            found[unit, indicator] = Finding("repeat", said)
    for indicator, column in by_indicator.items():
        for unit, twin in _twins(column).items():
            said = m("与%(other)s的数值相同", other=names.get(twin, str(twin)))
            found[unit, indicator] = Finding("repeat", said)
    return found


def _twins(figures: Mapping[K, Decimal]) -> dict[K, K]:
    """Key -> another key with the same figure, where that is beyond chance."""
    groups: dict[Decimal, list[K]] = defaultdict(list)
    for key, value in figures.items():
        groups[value].append(key)
    pairs = Decimal(len(figures) * (len(figures) - 1)) / 2
    found: dict[K, K] = {}
    for value, keys in groups.items():
        digits = significant(value)
        if len(keys) > 1 and digits and pairs / (9 * Decimal(10) ** (digits - 1)) < CHANCE:
            found |= {key: keys[1] if key == keys[0] else keys[0] for key in keys}
    return found

"""From figures to a unit's score: normalise, weigh, group, total, deduct; each row explained.

Units are compared only inside their class; a unit's sheet depends on the order of nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cases.scoring.exact import Numeric, exact, stored, weighted_mean
from cases.scoring.items import ItemEntry, ItemRow, settle
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Reading, Step
from cases.scoring.reading import DocumentErrors, Problem
from cases.scoring.shapes import Indicator, Scheme
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator value of one unit; ``value`` None is missing, ``target`` its own target.

    ``provenance`` says where it comes from (document, version id), ``provisional`` that the
    gate was passed with it (M1).
    """

    unit: str
    indicator: str
    value: Numeric | None
    target: Numeric | None = None
    provenance: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class LeafRow:
    """One indicator on a unit's sheet: figure to contribution.

    ``weight`` is the scheme's, ``effective`` the share of the total it really had (0 to 1,
    None where excluded), ``contribution`` = points x effective.
    """

    indicator: str
    group: str
    method: str
    value: Decimal | None
    provenance: str
    provisional: bool
    points: Decimal | None
    weight: Decimal
    effective: Decimal | None
    contribution: Decimal | None
    remark: Sentence | None
    reading: Reading | None

    def steps(self) -> tuple[Step, ...]:
        """The arithmetic from figure to points, made when asked for."""
        return METHODS[self.method].explain(self.reading) if self.reading else ()


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: weighted mean of its present children, out of 100."""

    indicator: str
    score: Decimal | None
    weight: Decimal
    remark: Sentence | None


@dataclass(frozen=True, slots=True)
class Scoresheet:
    """The result of one unit. ``total`` is None when nothing could be scored, with a flag."""

    unit: str
    class_code: str
    rows: tuple[LeafRow, ...]
    groups: tuple[GroupRow, ...]
    weighted: Decimal | None
    items: tuple[ItemRow, ...]
    total: Decimal | None
    flags: tuple[Sentence, ...]


def score_units(
    scheme: Scheme,
    units: Mapping[str, str],
    figures: Iterable[Figure],
    entries: Iterable[ItemEntry] = (),
) -> dict[str, Scoresheet]:
    """The sheets of all units (code -> class code), in the order of unit codes.

    Raises DocumentErrors for unknown units, classes, indicators and items, for a figure given
    twice and for anything that is not a finite number; then nothing is scored.
    """
    problems: list[Problem] = []
    _check_units(scheme, units, problems)
    table = _table(scheme, units, figures, problems)
    by_unit = _entries(scheme, units, entries, problems)
    if problems:
        raise DocumentErrors(problems)
    cohorts = _cohorts(units, table)
    return {
        unit: _sheet(scheme, unit, units[unit], table, cohorts, by_unit.get(unit, ()))
        for unit in sorted(units)
    }


@dataclass(frozen=True, slots=True)
class _Cell:
    value: Fraction | None
    target: Fraction | None
    figure: Figure


_Table = dict[tuple[str, str], _Cell]
_Cohorts = dict[tuple[str, str], tuple[Fraction, ...]]


def _check_units(scheme: Scheme, units: Mapping[str, str], problems: list[Problem]) -> None:
    for unit, code in sorted(units.items()):
        if code not in scheme.classes:
            problems.append((unit, m("没有类别“%(code)s”", code=code)))
        elif not scheme.classes[code].leaf:
            problems.append((unit, m("单位只能归入最末级类别,不能归入“%(code)s”", code=code)))


def _table(
    scheme: Scheme, units: Mapping[str, str], figures: Iterable[Figure], problems: list[Problem]
) -> _Table:
    table: _Table = {}
    for one in figures:
        path = f"{one.unit}/{one.indicator}"
        known = scheme.indicators.get(one.indicator)
        if one.unit not in units:
            problems.append((path, m("没有单位“%(code)s”", code=one.unit)))
        elif known is None or known.children:
            problems.append((path, m("没有指标“%(code)s”", code=one.indicator)))
        elif (one.unit, one.indicator) in table:
            problems.append((path, m("同一单位同一指标有两个数值")))
        else:
            table[one.unit, one.indicator] = _cell(one, path, problems)
    return table


def _cell(figure: Figure, path: str, problems: list[Problem]) -> _Cell:
    numbers: list[Fraction | None] = []
    for value in (figure.value, figure.target):
        try:
            numbers.append(None if value is None else exact(value))
        except (ValueError, TypeError):
            problems.append((path, m("“%(value)s”不是有效的数字", value=str(value))))
            numbers.append(None)
    return _Cell(numbers[0], numbers[1], figure)


def _entries(
    scheme: Scheme, units: Mapping[str, str], entries: Iterable[ItemEntry], problems: list[Problem]
) -> dict[str, list[ItemEntry]]:
    found: dict[str, list[ItemEntry]] = {}
    for one in entries:
        item = scheme.items.get(one.item)
        if one.subject not in units:
            problems.append((one.subject, m("没有单位“%(code)s”", code=one.subject)))
        elif item is None or item.applies_at != "indicators":
            problems.append((one.subject, m("没有加减分项“%(code)s”", code=one.item)))
        else:
            found.setdefault(one.subject, []).append(one)
    return found


def _cohorts(units: Mapping[str, str], table: _Table) -> _Cohorts:
    """Present figures by class and indicator, sorted so that input order can't matter."""
    found: dict[tuple[str, str], list[Fraction]] = {}
    for (unit, indicator), cell in table.items():
        if cell.value is not None:
            found.setdefault((units[unit], indicator), []).append(cell.value)
    return {key: tuple(sorted(values)) for key, values in found.items()}


@dataclass(frozen=True, slots=True)
class _Leaf:
    points: Fraction | None
    reading: Reading | None
    remark: Sentence | None


def _leaf(
    scheme: Scheme, code: str, class_code: str, cell: _Cell | None, cohorts: _Cohorts
) -> _Leaf:
    """Points of one indicator; missing figures by the scheme's rule, always with a remark."""
    one = scheme.indicators[code]
    if cell is None or cell.value is None:
        return _missing(one, m("缺数据"), None)
    reading = Reading(
        value=cell.value,
        direction=one.direction,
        target=cell.target if cell.target is not None else one.target(class_code),
        cohort=cohorts[class_code, code],
        parameters=one.parameters,
    )
    outcome = METHODS[one.method].score(reading)
    if outcome.points is None:
        return _missing(one, outcome.remark or m("缺数据"), reading)
    return _Leaf(outcome.points, reading, outcome.remark)


def _missing(one: Indicator, why: Sentence, reading: Reading | None) -> _Leaf:
    if one.missing == "zero":
        return _Leaf(Fraction(0), reading, m("%(why)s,按规定计 0 分", why=why))
    return _Leaf(None, reading, m("%(why)s,不计入,其余权重按比例放大", why=why))


def _sheet(
    scheme: Scheme,
    unit: str,
    class_code: str,
    table: _Table,
    cohorts: _Cohorts,
    entries: Iterable[ItemEntry],
) -> Scoresheet:
    weights = scheme.weights_of(class_code)
    leaves = {
        code: _leaf(scheme, code, class_code, table.get((unit, code)), cohorts)
        for code in scheme.leaves(class_code)
    }
    scores: dict[str, Fraction | None] = {code: leaf.points for code, leaf in leaves.items()}
    _fill_groups(scheme, scheme.roots, weights, scores)
    present = [code for code in scheme.roots if code in weights]
    weighted = weighted_mean((weights[code], scores[code]) for code in present)
    effective = _effective(scheme, weights, scores)
    settled, total = settle(scheme, "indicators", weighted, entries)
    return Scoresheet(
        unit=unit,
        class_code=class_code,
        rows=tuple(
            _row(scheme, code, leaf, weights[code], effective.get(code), table.get((unit, code)))
            for code, leaf in leaves.items()
        ),
        groups=tuple(
            _group(code, scores[code], weights[code])
            for code in weights
            if scheme.indicators[code].children
        ),
        weighted=None if weighted is None else stored(weighted),
        items=settled,
        total=None if total is None else stored(total),
        flags=_flags(leaves, weighted, table, unit),
    )


def _fill_groups(
    scheme: Scheme,
    codes: Iterable[str],
    weights: Mapping[str, Fraction],
    scores: dict[str, Fraction | None],
) -> None:
    """Scores of all groups from the leaves upwards."""
    for code in codes:
        children = scheme.indicators[code].children
        if code not in weights or not children:
            continue
        _fill_groups(scheme, children, weights, scores)
        scores[code] = weighted_mean(
            (weights[child], scores[child]) for child in children if child in weights
        )


def _effective(
    scheme: Scheme, weights: Mapping[str, Fraction], scores: Mapping[str, Fraction | None]
) -> dict[str, Fraction]:
    """Share of the total that each node had after leaving out what is missing."""
    shares: dict[str, Fraction] = {}

    def spread(codes: tuple[str, ...], share: Fraction) -> None:
        present = [code for code in codes if code in weights and scores[code] is not None]
        whole = sum((weights[code] for code in present), Fraction(0))
        for code in present:
            shares[code] = share * weights[code] / whole
            spread(scheme.indicators[code].children, shares[code])

    spread(scheme.roots, Fraction(1))
    return shares


def _row(
    scheme: Scheme,
    code: str,
    leaf: _Leaf,
    weight: Fraction,
    effective: Fraction | None,
    cell: _Cell | None,
) -> LeafRow:
    one = scheme.indicators[code]
    points = leaf.points
    return LeafRow(
        indicator=code,
        group=one.parent or "",
        method=one.method,
        value=stored(cell.value) if cell and cell.value is not None else None,
        provenance=cell.figure.provenance if cell else "",
        provisional=cell.figure.provisional if cell else False,
        points=None if points is None else stored(points),
        weight=stored(weight),
        effective=None if effective is None else stored(effective),
        contribution=(None if points is None or effective is None else stored(points * effective)),
        remark=leaf.remark,
        reading=leaf.reading,
    )


def _group(code: str, score: Fraction | None, weight: Fraction) -> GroupRow:
    remark = m("本组各项均缺数据,不计入") if score is None else None
    return GroupRow(code, None if score is None else stored(score), stored(weight), remark)


def _flags(
    leaves: Mapping[str, _Leaf], weighted: Fraction | None, table: _Table, unit: str
) -> tuple[Sentence, ...]:
    flags = []
    if weighted is None:
        flags.append(m("没有可计分的指标,无实绩得分"))
    absent = sum(1 for code in leaves if (unit, code) not in table or not _has(table, unit, code))
    if absent:
        flags.append(m("缺 %(n)s 项数据", n=absent))
    used = sum(
        1 for code in leaves if _has(table, unit, code) and table[unit, code].figure.provisional
    )
    if used:
        flags.append(m("有 %(n)s 项暂用数据", n=used))
    return tuple(flags)


def _has(table: _Table, unit: str, code: str) -> bool:
    cell = table.get((unit, code))
    return cell is not None and cell.value is not None

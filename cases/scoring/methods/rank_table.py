"""Fixed points for each place in the class: 60, 57, 54, 51, 48.

Beyond the table there is nothing, or what the last place has. Equal figures share the better
or the worse place, or the mean of the points of the places they fill. Source: 按名次计分
of published schemes.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate, pairwise

import numpy as np

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import Column, Method, Scored, Step
from cases.scoring.methods.pairs import nobody
from cases.scoring.methods.places import TIES, Places, place_step, places
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact
from workflow.words import Sentence, m


def _by_place(column: Column) -> Exact:
    """Points of every place that the class can fill."""
    table = column.numbers("table")
    rest = table[-1] if column.word("beyond", "zero") == "last" else Fraction(0)
    stated = Exact.of([*table, rest])
    return Exact([*stated.nums, *stated.nums[-1:] * (len(column) - len(table) - 1)], stated.den)


def _points(column: Column, found: Places) -> Exact:
    table = _by_place(column)
    ties = column.word("ties", TIES[0])
    if ties != "mean":
        at = found.whole(ties) - 1
        if table.words is not None:
            return Exact(table.words[at], table.den)
        return Exact([table.nums[place] for place in at.tolist()], table.den)
    sums = [0, *accumulate(table.nums)]
    shared = zip(found.first.tolist(), found.sharing.tolist(), strict=True)
    return Exact.of(
        [
            Fraction(sums[first - 1 + sharing] - sums[first - 1], table.den * sharing)
            for first, sharing in shared
        ]
    )


def score(column: Column) -> Scored:
    """The table's points, exact; shared places and places beyond the table are remarked."""
    if not len(column):
        return Scored(column.values)
    table = column.numbers("table")
    if not table:
        return Scored(Exact([0] * len(column)), {}, nobody(column, m("名次分值表不能为空")))
    found = places(column.values, column.best_is_high)
    ties = column.word("ties", TIES[0])
    remarks: dict[int, Sentence] = found.remarks(ties)
    beyond = np.flatnonzero(found.whole(ties) > len(table)).tolist()
    rest = column.word("beyond", "zero")
    said = m("名次超出分值表,不得分") if rest == "zero" else m("名次超出分值表,按最后一档计分")
    return Scored(_points(column, found), {**remarks, **dict.fromkeys(beyond, said)})


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Place, points out of the table."""
    table = column.numbers("table")
    if not table:
        return ()
    found = places(column.values, column.best_is_high)
    first, sharing = int(found.first[place]), int(found.sharing[place])
    own = Places(found.first[place : place + 1], found.sharing[place : place + 1])
    ties = column.word("ties", TIES[0])
    if ties == "mean":
        filled = [pointed(v) for v in _by_place(column).all()[first - 1 : first - 1 + sharing]]
        formula = f"({' + '.join(filled)}) ÷ {sharing}"
    else:
        formula = f"[{', '.join(plain(one) for one in table)}] → {int(own.whole(ties)[0])}"
    points = _points(column, own).at(0)
    return (
        place_step(column, found, place),
        Step(m("名次分值"), formula, pointed(points)),
    )


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    table = parameters.get("table")
    points = [one for one in table if isinstance(one, Fraction)] if isinstance(table, tuple) else []
    if not points:
        return m("名次分值表不能为空")
    if any(first < second for first, second in pairwise(points)):
        return m("名次分值应由高到低")
    return None


METHOD = Method(
    code="rank_table",
    zh="按名次定分",
    en="Fixed points by place",
    score=score,
    explain=explain,
    lists=("table",),
    words={"beyond": ("zero", "last"), "ties": TIES},
    refuse=_refuse,
    required=("table",),
)

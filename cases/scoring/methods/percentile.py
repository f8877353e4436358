"""Share of the other units of the class that are not better: full x (n - place) / (n - 1).

The best has full points, an unshared last place 0. By the word ``ties`` equal figures share the
better place, the mean or the worse one: with ``worse`` the points are the share of the others that
are less good, as PERCENTRANK.INC of spreadsheets gives it. Source: the common percentile rank.
"""

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import same_figures
from cases.scoring.methods.places import TIES, place_step, places
from cases.scoring.vectors import Exact
from workflow.words import m


def _points(column: Column, ranks: Exact) -> Exact:
    full = column.number("full", FULL)
    return ranks.line(-full / (len(column) - 1), len(column))


def score(column: Column) -> Scored:
    """Points from 0 to full, exact; a class of one has full points, and it says so."""
    size, full = len(column), column.number("full", FULL)
    if not size:
        return Scored(column.values)
    if size == 1:
        return Scored(Exact.of([full]), same_figures(1, full))
    ties = column.word("ties", TIES[0])
    found = places(column.values, column.best_is_high)
    return Scored(_points(column, found.by(ties)), found.remarks(ties))


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Place, points."""
    full, size = column.number("full", FULL), len(column)
    found = places(column.values, column.best_is_high)
    rank = found.by(column.word("ties", TIES[0])).at(place)
    first = place_step(column, found, place)
    if size == 1:
        return (first, Step(m("折算得分"), plain(full), pointed(full)))
    points = _points(column, Exact.of([rank])).at(0)
    formula = f"{plain(full)} × ({size} − {plain(rank)}) ÷ ({size} − 1)"
    return (first, Step(m("折算得分"), formula, pointed(points)))


METHOD = Method(
    code="percentile",
    zh="百分位",
    en="Percentile",
    score=score,
    explain=explain,
    numbers={"full": (0, 10000)},
    words={"ties": TIES},
)

"""Small builders: a column in words, points as read, the steps behind one of them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from cases.scoring.exact import exact, shown
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Column, Scored
from cases.scoring.vectors import Exact, Floats

Figure = str | int | Fraction | float


def parameter(value: Any) -> Any:
    """A parameter as a scheme document gives it: words stay, numbers become exact."""
    if isinstance(value, list):
        return tuple(parameter(one) for one in value)
    try:
        return exact(value)
    except ValueError:
        return value


def column(
    values: Iterable[Figure],
    *,
    floats: bool = False,
    direction: str = "positive",
    target: Any = None,
    previous: Iterable[Any] = (),
    **parameters: Any,
) -> Column:
    """Figures as text or numbers, on either arithmetic; ``target`` one for all or a list."""
    kept = [exact(one) for one in values]
    one_each = isinstance(target, list)
    aims = tuple(None if t is None else exact(t) for t in target) if one_each else target
    return Column(
        values=Floats.of(kept) if floats else Exact.of(kept),
        direction=direction,
        parameters={name: parameter(value) for name, value in parameters.items()},
        targets=aims if one_each or target is None else exact(target),
        previous=tuple(None if p is None else exact(p) for p in previous),
    )


def scored(code: str, values: Iterable[Figure], **more: Any) -> Scored:
    return METHODS[code].score(column(values, **more))


def points(code: str, values: Iterable[Figure], **more: Any) -> list[str]:
    """Points with two places, ``—`` where there are none."""
    found = scored(code, values, **more)
    return ["—" if i in found.gaps else shown(v) for i, v in enumerate(found.points.all())]


def steps(code: str, place: int, values: Iterable[Figure], **more: Any) -> list[tuple[str, ...]]:
    """The arithmetic behind one figure's points."""
    found = METHODS[code].explain(column(values, **more), place)
    return [(str(one.title), one.formula, one.result) for one in found]


def said(sentences: Any) -> dict[int, str]:
    return {place: str(one) for place, one in sentences.items()}

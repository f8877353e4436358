"""The same figures by other methods: normalisations, ways of joining, ways of weighing.

A variant shows how far ranks hang on a choice of the scheme; it never replaces the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from cases.scoring.book import Book
from cases.scoring.products import PRODUCT
from cases.scoring.scoresheet import Scores
from cases.scoring.shapes import WEIGHINGS, Indicator, IndicatorScheme, Parameter
from workflow.words import Sentence, m


class Changed(StrEnum):
    """What a variant changes."""

    NORMALISATION = "normalisation"
    AGGREGATION = "aggregation"
    WEIGHING = "weighing"


@dataclass(frozen=True, slots=True)
class Variant:
    """One other way of scoring: a code, its name, what it changes and the scheme it makes."""

    code: str
    title: Sentence
    changed: Changed
    scheme: IndicatorScheme


NORMALISATIONS: Mapping[str, Sentence] = {
    "minmax": m("各项指标都按极差标准化计分"),
    "zscore": m("各项指标都按标准分计分"),
    "percentile": m("各项指标都按百分位计分"),
    "rank_step": m("各项指标都按名次计分"),
}
_PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {"rank_step": {"step": 5}}  # type: ignore[dict-item]
_AGGREGATED: Mapping[str, Sentence] = {
    "arithmetic": m("各级都按算术平均合成"),
    "geometric": m("各级都按几何平均合成"),
    "harmonic": m("各级都按调和平均合成"),
}
_WEIGHED: Mapping[str, Sentence] = {
    "equal": m("同级指标权重相同"),
    "entropy": m("指标权重按熵权法确定"),
}


def variants(scheme: IndicatorScheme) -> tuple[Variant, ...]:
    """Every other way that differs from the scheme, in a fixed order."""
    found = [
        Variant(method, title, Changed.NORMALISATION, _normalised(scheme, method))
        for method, title in NORMALISATIONS.items()
    ]
    found += [
        Variant(how, _AGGREGATED[how], Changed.AGGREGATION, _joined(scheme, how))
        for how in _AGGREGATED
    ]
    found += [
        Variant(how, _WEIGHED[how], Changed.WEIGHING, replace(scheme, weighing=how))
        for how in WEIGHINGS
        if how in _WEIGHED
    ]
    return tuple(one for one in found if one.scheme != scheme)


def scored(variant: Variant, book: Book) -> Scores:
    """The figures of a book by a variant."""
    return Scores(variant.scheme, book)


def _normalised(scheme: IndicatorScheme, method: str) -> IndicatorScheme:
    given = _PARAMETERS.get(method, {})
    return replace(
        scheme,
        indicators={
            code: one if one.children else replace(one, method=method, parameters=given)
            for code, one in scheme.indicators.items()
        },
    )


def _joined(scheme: IndicatorScheme, how: str) -> IndicatorScheme:
    def one_way(one: Indicator) -> Indicator:
        # a product is no mean of its factors
        return replace(one, aggregate=how) if one.children and one.aggregate != PRODUCT else one

    return replace(
        scheme,
        top=one_way(scheme.top),
        indicators={code: one_way(one) for code, one in scheme.indicators.items()},
    )

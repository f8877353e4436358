"""Arithmetic of public surveys and service ratings: means, shares, what canvassing takes away.

Works on sums only; nothing here ever sees a single answer. Everything is exact until it is shown;
every share keeps its numerator and denominator (M21).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cases.scoring.ballots import Rate, group_mean
from cases.scoring.exact import plain, shown, stored, weighted_mean
from cases.scoring.rule_shapes import Title
from cases.scoring.surveys.scales import Scale, scales
from workflow.words import Sentence, m

__all__ = [
    "Scale",
    "SurveyScore",
    "check_counts",
    "combined",
    "fixed_share",
    "good_share",
    "response",
    "scales",
    "survey_score",
    "taken_away",
]


@dataclass(frozen=True, slots=True)
class SurveyScore:
    """A survey's score of one unit: exact mean, answers that counted, those that did not, and the
    sum as printed. ``used`` is what scoring takes after canvassing; None: nothing."""

    mean: Fraction | None
    counted: int
    abstained: int
    arithmetic: str
    used: Fraction | None
    remarks: tuple[Sentence, ...]

    @property
    def shown(self) -> Decimal | None:
        """What scoring takes, as it is stored."""
        return None if self.used is None else stored(self.used)


def survey_score(
    counts: Mapping[str, int],
    scale: Scale,
    *,
    canvassing: str = "void",
    discount: Fraction = Fraction(0),
    upheld: int = 0,
) -> SurveyScore:
    """Mean of the answers by the scale (F1, abstentions left out), less what canvassing takes.

    ``canvassing`` is ``void`` or ``discount``; ``upheld`` reports found true. Raises KeyError for
    an answer that the scale doesn't have.
    """
    mean = group_mean(counts, scale.options)
    abstained = sum(counts.get(o.code, 0) for o in scale.options if o.abstain)
    counted = sum(counts.values()) - abstained
    used, remarks = taken_away(mean, canvassing, discount, upheld)
    if abstained:
        left_out = [o.title for o in scale.options if o.abstain]
        words = Title("、".join(left_out), ", ".join(title.en for title in left_out))
        remarks = (m("%(words)s %(n)s 份不计", words=words, n=abstained), *remarks)
    return SurveyScore(mean, counted, abstained, _sum(counts, scale, mean), used, remarks)


def taken_away(
    mean: Fraction | None, canvassing: str, discount: Fraction, upheld: int
) -> tuple[Fraction | None, tuple[Sentence, ...]]:
    """What is left of a score after ``upheld`` reports of canvassing, and why.

    ``void`` leaves nothing; ``discount`` takes its share of what is left for each report.
    """
    if mean is None or not upheld:
        return mean, ()
    if canvassing == "void":
        return None, (m("查实有组织的拉票 %(n)s 起,按方案作废,不计分", n=upheld),)
    left = mean * (1 - discount) ** upheld
    told = m(
        "查实有组织的拉票 %(n)s 起,每起扣减 %(share)s:%(before)s → %(after)s",
        n=upheld,
        share=f"{plain(discount * 100)}%",
        before=shown(mean),
        after=shown(left),
    )
    return left, (told,)


def combined(parts: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Several surveys as one score: (weight, score) pairs, weights of missing scores spread over
    the others (F2)."""
    return weighted_mean(parts)


def good_share(counts: Mapping[str, int], scale: Scale) -> Rate:
    """好评率: good answers over all answers with an opinion (levels 3 to 5 of the stars)."""
    of = sum(counts.get(o.code, 0) for o in scale.options if not o.abstain)
    return Rate(sum(counts.get(code, 0) for code in scale.good), of, "marked")


def fixed_share(fixed: int, bad: int) -> Rate:
    """整改率: negative ratings fixed over negative ratings. Raises ValueError beyond the whole."""
    if not 0 <= fixed <= bad:
        raise ValueError("more fixed than bad")
    return Rate(fixed, bad, "bad")


def response(answered: int, asked: int) -> Rate:
    """Response: answers over those asked; no share where nobody counted those asked (0)."""
    return Rate(answered, asked, "asked")


def check_counts(
    counts: Mapping[str, int], scale: Scale, answered: int, asked: int
) -> tuple[Sentence, ...]:
    """Invariants of an aggregate: answers sum up to the sample, the sample fits those asked."""
    found: list[Sentence] = []
    if min((*counts.values(), answered, asked), default=0) < 0:
        found.append(m("份数不能为负数"))
    unknown = [code for code in counts if code not in scale.codes]
    if unknown:
        found.append(m("没有“%(words)s”这个选项", words="、".join(unknown)))
    total = sum(counts.values())
    if total != answered:
        found.append(m("各选项合计 %(a)s 份,应等于有效样本 %(b)s 份", a=total, b=answered))
    if asked and answered > asked:
        found.append(m("有效样本 %(a)s 份多于访问 %(b)s 份", a=answered, b=asked))
    return tuple(found)


def _sum(counts: Mapping[str, int], scale: Scale, mean: Fraction | None) -> str:
    """The sum as printed: ``(520×100 + 260×75 + 80×55) ÷ 860 = 88.26``."""
    if mean is None:
        return ""
    terms = [f"{counts.get(o.code, 0)}×{plain(o.points)}" for o in scale.options if not o.abstain]
    of = sum(counts.get(o.code, 0) for o in scale.options if not o.abstain)
    return f"({' + '.join(terms)}) ÷ {of} = {shown(mean)}"

"""How the children of a group became its score, with their numbers; and why they can't be added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cases.scoring.drafting.words import choices
from cases.scoring.exact import exact, plain
from cases.scoring.methods.method import Step
from cases.scoring.shapes import AGGREGATES, Indicator
from workflow.words import Sentence, m

PLAIN, PRODUCT = "arithmetic", "product"
Part = tuple[str, Decimal, Decimal]
"""A child that counted: its code, weight and score."""
_HOW: Mapping[str, Any] = dict(choices("aggregate", AGGREGATES))
_ONE = Fraction(1)


def join_steps(one: Indicator, parts: Sequence[Part], joined: Decimal | None) -> tuple[Step, ...]:
    """The mean or product of the children in numbers; nothing where their contributions add up."""
    if one.aggregate == PLAIN or joined is None or not parts:
        return ()
    how = _HOW[one.aggregate]
    if _zero_counts(one) and any(score <= 0 for _, _, score in parts):
        how = m("%(how)s(有一项不大于零,按零计)", how=how)
        return (Step(how, ", ".join(_number(score) for _, _, score in parts), plain(joined)),)
    return (Step(how, _WRITTEN[one.aggregate](one, parts), plain(joined)),)


def unadded(one: Indicator) -> Sentence | None:
    """Why what stands below a node can't be added up to what stands above it; None: it can."""
    if one.aggregate != PLAIN:
        return m("“%(group)s”按%(how)s合成", group=one.title, how=_HOW[one.aggregate])
    if one.again is not None:
        return m("“%(group)s”的得分又作了换算", group=one.title)
    if one.given or one.fill:
        return m("“%(group)s”可按给定数或均值取分", group=one.title)
    return None if one.places is None else m("“%(group)s”的得分取整后计入", group=one.title)


def unadded_whole(top: Indicator) -> Sentence | None:
    """The same of the uppermost level."""
    if top.aggregate == PLAIN:
        return None
    return m("总分按%(how)s合成", how=_HOW[top.aggregate])


def _zero_counts(one: Indicator) -> bool:
    return one.aggregate in ("geometric", "harmonic") or (
        one.aggregate == "power" and one.amount <= 0
    )


def _number(value: Decimal | Fraction) -> str:
    text = plain(value).replace("-", "−")
    return f"({text})" if text.startswith("−") else text


def _power(value: Decimal | Fraction, power: str) -> str:
    return _number(value) if power == "1" else f"{_number(value)}^{power}"


def _weights(parts: Sequence[Part]) -> list[str]:
    """The weights as they are written; ones where they are equal."""
    told = [weight for _, weight, _ in parts]
    return ["1"] * len(told) if len(set(told)) == 1 else [plain(one) for one in told]


def _product(one: Indicator, parts: Sequence[Part]) -> str:
    told = ""
    for code, _, score in parts:
        power = one.exponents.get(code, _ONE)
        if power == -1:
            told = f"{told or '1'} ÷ {_number(score)}"
        else:
            factor = _power(score, plain(power).replace("-", "−"))
            told = f"{told} × {factor}" if told else factor
    return told


def _geometric(_: Indicator, parts: Sequence[Part]) -> str:
    weights = _weights(parts)
    told = [_power(score, w) for (_, _, score), w in zip(parts, weights, strict=True)]
    return f"({' × '.join(told)})^(1/{_full(weights)})"


def _harmonic(_: Indicator, parts: Sequence[Part]) -> str:
    weights = _weights(parts)
    told = [f"{w}/{_number(score)}" for (_, _, score), w in zip(parts, weights, strict=True)]
    return f"{_full(weights)} ÷ ({' + '.join(told)})"


def _of_powers(one: Indicator, parts: Sequence[Part]) -> str:
    if not one.amount:
        return _geometric(one, parts)
    weights, power = _weights(parts), plain(one.amount).replace("-", "−")
    told = [
        ("" if w == "1" else f"{w}×") + _power(max(score, Decimal(0)), power)
        for (_, _, score), w in zip(parts, weights, strict=True)
    ]
    return f"(({' + '.join(told)}) ÷ {_full(weights)})^(1/{power})"


def _penalised(one: Indicator, parts: Sequence[Part]) -> str:
    full = sum((exact(w) for _, w, _ in parts), Fraction(0))
    mean = sum((exact(w) * exact(s) for _, w, s in parts), Fraction(0)) / full
    square = sum((exact(w) * (exact(s) - mean) ** 2 for _, w, s in parts), Fraction(0)) / full
    if mean <= 0:
        return f"M = {plain(mean)}"
    penalty = _number(one.amount)
    told = "" if penalty == "1" else f"{penalty} × "
    return f"M − {told}S² ÷ M, M = {plain(mean)}, S² = {plain(square)}"


def _furthest(one: Indicator, parts: Sequence[Part]) -> str:
    word = "min" if one.aggregate == "minimum" else "max"
    return f"{word}({', '.join(_number(score) for _, _, score in parts)})"


def _full(weights: Sequence[str]) -> str:
    return plain(sum((exact(one) for one in weights), Fraction(0)))


_WRITTEN: Mapping[str, Callable[[Indicator, Sequence[Part]], str]] = {
    "product": _product, "geometric": _geometric, "harmonic": _harmonic, "power": _of_powers,
    "penalised": _penalised, "minimum": _furthest, "maximum": _furthest,
}  # fmt: skip

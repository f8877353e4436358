"""How far a figure lies from last year's: jumps, and decimal points that may have slipped.

A finding asks for a remark; it never stops a figure. Pure arithmetic over texts of figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from workflow.rules import fact

# Thresholds of the hint, not of any regulation: a fifth, and 30 % around a power of ten.
JUMP = fact("data_jump").decimal
NEAR = fact("data_slip").decimal


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
    before, now = _figure(previous), _figure(value)
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


def _figure(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None

"""Exact numbers: fractions inside, decimals outside.

Sums and quotients of fractions don't depend on the order of rows, so two runs and two
permutations give the same digits, and a score that is exactly 90 compares as 90.
"""

import re
from collections.abc import Iterable
from decimal import Context, Decimal
from fractions import Fraction

PLACES = 12
"""Decimal places of every stored score; pages show two."""

_LARGEST = 10**24
LARGEST = Fraction(_LARGEST)
"""Larger magnitudes are refused: no figure of an assessment needs them, slips do."""

_DIGITS = 24
_SMALL = Fraction(1, 1000)
WIDE = Context(prec=200)

_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_RATIO = re.compile(r"([+-]?\d{1,12})\s*/\s*([1-9]\d{0,11})", re.ASCII)

Numeric = int | str | Decimal | Fraction | float


def exact(value: Numeric) -> Fraction:
    """The value as a fraction; a string may be a plain decimal or a ratio such as ``2/3``.

    Raises ValueError for anything that is not one finite number in ASCII digits (separators,
    percent signs, full-width digits, NaN and infinities are refused, never guessed).
    """
    if type(value) is Fraction:
        number = value
    elif isinstance(value, bool):
        raise ValueError("a truth value is not a number")
    elif isinstance(value, str):
        number = _parse(value.strip())
    elif isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("not a finite number")
    else:
        number = Fraction(value)
    if abs(number.numerator) >= _LARGEST * number.denominator:
        raise ValueError("number out of range")
    return number


def decimal_parts(text: str) -> tuple[int, int] | None:
    """``12.50`` as (1250, 2): the fast way for plain decimals, None for all else."""
    body = text[1:] if text[:1] in ("-", "+") else text
    head, dot, tail = body.partition(".")
    if not (body.isascii() and head.isdigit() and len(head) <= _DIGITS):
        return None
    if dot and not (tail.isdigit() and len(tail) <= _DIGITS):
        return None
    number = int(head + tail)
    return (-number if text[0] == "-" else number), len(tail)


def _parse(text: str) -> Fraction:
    ratio = _RATIO.fullmatch(text)
    if ratio:
        return Fraction(int(ratio[1]), int(ratio[2]))
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    return Fraction(text)


def stored(value: Fraction | float) -> Decimal:
    """The value with twelve places, rounded half to even once."""
    if isinstance(value, float):
        return Decimal(f"{value:.{PLACES}f}")
    whole, rest = divmod(value.numerator * 10**PLACES, value.denominator)
    twice = 2 * rest - value.denominator
    return _scaled(whole + (twice > 0 or (twice == 0 and whole % 2)), PLACES)


def shown(value: Numeric, places: int = 2) -> str:
    """The value for reading, rounded half away from zero: ``90.78``."""
    return _shown(exact(value), places)


def _shown(number: Fraction, places: int) -> str:
    above, below, scale = number.numerator, number.denominator, 10**places
    rounded = (2 * abs(above) * scale + below) // (2 * below)
    sign = "-" if above < 0 < rounded else ""
    if not places:
        return f"{sign}{rounded}"
    whole, rest = divmod(rounded, scale)
    return f"{sign}{whole}.{rest:0{places}d}"


def pointed(value: Numeric) -> str:
    """Points for reading: ``90.78``; below one, where they are an index, as ``plain``."""
    number = _told(value)
    return plain(number) if 0 < abs(number) < 1 else _shown(number, 2)


def _told(value: Numeric) -> Fraction:
    """A number that was typed or came out of arithmetic, which may pass what may be typed."""
    return exact(value) if isinstance(value, str) else Fraction(value)


def percent(value: Numeric) -> str:
    """A share between 0 and 1 as a percentage with two places: ``61.80%``."""
    return f"{shown(exact(value) * 100)}%"


def plain(value: Numeric) -> str:
    """The value as short as it can be written exactly, else with six places: ``95.555556``.

    Below a thousandth it has six digits, so that a small figure isn't told as none: ``0.0000123``.
    """
    number = _told(value)
    places, small = 6, abs(number)
    while 0 < small < _SMALL and small * 10 ** (places - 5) < 1:
        places += 1
    text = _shown(number, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def weighted_mean(pairs: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Mean of the present values by weight, weights re-normalised over them; None if none."""
    top = bottom = Fraction(0)
    for weight, value in pairs:
        if value is not None:
            top += weight * value
            bottom += weight
    return top / bottom if bottom else None


def _scaled(integer: int, places: int) -> Decimal:
    return Decimal(integer).scaleb(-places, WIDE)

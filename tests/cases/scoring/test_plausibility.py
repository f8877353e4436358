"""Jumps and slipped decimal points, exactly at their bounds."""

import pytest

from cases.queries.data_change import change


@pytest.mark.parametrize(
    ("previous", "value", "jumps", "power"),
    [
        ("10", "12", False, 0),
        ("10", "12.01", True, 0),
        ("10", "8", False, 0),
        ("10", "7.99", True, 0),
        ("2.2", "220", True, 2),
        ("350", "3.4", True, -2),
        ("-10", "-12", False, 0),
        ("-10", "12", True, 0),
    ],
)
def test_change_is_measured(previous: str, value: str, jumps: bool, power: int) -> None:
    found = change(previous, value)
    assert found is not None
    assert (found.jumps, found.power) == (jumps, power)


@pytest.mark.parametrize(
    ("previous", "value"), [(None, "1"), ("1", None), ("0", "1"), ("1", "三"), ("1", "NaN")]
)
def test_nothing_to_compare(previous: str | None, value: str | None) -> None:
    assert change(previous, value) is None

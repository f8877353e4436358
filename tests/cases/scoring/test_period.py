"""Periods as offices write them; the kept form reads back to itself."""

from datetime import date

import pytest

from cases.scoring.period import NoPeriod, ends_on, outside, read_period

WRITTEN = [
    ("2025", "2025"),
    ("2025年", "2025"),
    ("2025年度", "2025"),
    ("２０２５ 年", "2025"),
    ("2025年上半年", "2025H1"),
    ("2025H2", "2025H2"),
    ("2025年三季度", "2025Q3"),
    ("2025年第4季度", None),
    ("2025Q3", "2025Q3"),
    ("2025年11月", "2025-11"),
    ("2025.3", "2025-03"),
    ("2025年1-11月", "2025-01/11"),
    ("2025年1月至11月", "2025-01/11"),
    ("2025-01/11", "2025-01/11"),
    ("2025年末", "2025-12-31"),
    ("2025-12-31", "2025-12-31"),
    ("2025年2月30日", None),
    ("2025年13月", None),
    ("2025年11-1月", None),
    ("去年", None),
    ("", None),
    ("25", None),
]


@pytest.mark.parametrize(("text", "kept"), WRITTEN)
def test_period_as_written_is_kept_in_one_form(text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(NoPeriod):
            read_period(text)
        return
    assert read_period(text) == kept
    assert read_period(kept) == kept


def test_period_ends_on_its_last_day() -> None:
    kept = ("2025", "2025H1", "2025Q3", "2025-02", "2024-02", "2025-01/11", "2025-12-31")
    assert [ends_on(one) for one in kept] == [
        date(2025, 12, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 2, 28),
        date(2024, 2, 29), date(2025, 11, 30), date(2025, 12, 31),
    ]  # fmt: skip


def test_period_of_another_year_lies_outside() -> None:
    assert [outside(p, 2025) for p in ("2025", "2025Q3", "2024", "2026-01")] == [
        False, False, True, True,
    ]  # fmt: skip

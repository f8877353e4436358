"""What is wrong with a period as typed, by the day of entry."""

from datetime import date

import pytest

from cases.commands.data_entry import period_fault

TODAY = date(2025, 11, 20)
LATER = "所属期到 2025-11-30 才结束,还没有这个数;计划数、目标数或预计数,在备注写明"


@pytest.mark.parametrize(
    ("period", "remark", "said"),
    [
        ("2025年1-10月", None, None),
        ("2025年11月20日", None, None),
        ("2025年1-11月", None, LATER),
        ("2025年11月", " ", LATER),
        ("2025年1-11月", "全年计划数", None),
        ("2025", None, None),  # the year assessed: the desk and the verifier are warned
        ("2026", None, "数据所属期应在 2025 年内;用其他年度数据的,在备注写明原因"),
    ],
)
def test_period_that_is_not_over_needs_a_word(
    period: str, remark: str | None, said: str | None
) -> None:
    found = period_fault(period, remark, 2025, TODAY)
    assert (None if found is None else str(found)) == said

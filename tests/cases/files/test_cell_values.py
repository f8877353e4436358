"""Cells as offices type them."""

import datetime

import pytest

from cases.files import cell_values as cells


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("1975.03", "1975-03"),
        ("1975-3", "1975-03"),
        ("197503", "1975-03"),
        ("1975年3月", "1975-03"),
        ("1975/03", "1975-03"),
        ("１９７５．０３", "1975-03"),
        (197503.0, "1975-03"),
        (1975.03, "1975-03"),
        (1975.12, "1975-12"),
        (datetime.date(1975, 3, 1), "1975-03"),
        (datetime.datetime(1975, 3, 1, 0, 0), "1975-03"),
        ("1975.03.15", "1975-03"),
        ("19750315", "1975-03"),
    ],
)
def test_month_in_each_writing(cell: object, month: str) -> None:
    assert cells.read_month(cell).value == month


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (1975.1, "年月以数字存放,分不清 1 月还是 10 月,请改为文本,如 1975.10"),
        ("1975.13", "年月不在合理范围内,请核对"),
        ("0975.03", "年月不在合理范围内,请核对"),
        ("三月", "年月写法不认识,请写成 1975.03"),
        ("1975.02.30", "日期不存在,请核对"),
    ],
)
def test_month_refused_with_its_reason(cell: object, reason: str) -> None:
    with pytest.raises(cells.BadCell) as refused:
        cells.read_month(cell)
    assert str(refused.value.sentence) == reason


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026.05.31", datetime.date(2026, 5, 31)),
        ("20260531", datetime.date(2026, 5, 31)),
        ("2026年5月31日", datetime.date(2026, 5, 31)),
        ("2026.02", datetime.date(2026, 2, 28)),
        ("2025.12", datetime.date(2025, 12, 31)),
        ("2025.06.01至2026.05.31", datetime.date(2026, 5, 31)),
        ("2025.06—2026.05", datetime.date(2026, 5, 31)),
        (datetime.datetime(2026, 5, 31), datetime.date(2026, 5, 31)),
    ],
)
def test_day_in_each_writing(cell: object, day: datetime.date) -> None:
    assert cells.read_day(cell).value == day


def number(first17: str) -> str:
    return first17 + cells.check_character(first17)


def test_id_number_right_with_tidying_noted() -> None:
    right = number("99010119750312001")
    assert cells.read_id_number(right) == cells.Reading(right)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in right)
    assert cells.read_id_number(wide).value == right
    assert cells.read_id_number(wide).note is not None
    assert cells.read_id_number(f"{right[:6]} {right[6:14]} {right[14:]}").value == right


def test_id_number_of_the_standard_example() -> None:
    # The worked example printed in GB 11643-1999, a place that no longer exists under that code.
    assert cells.check_character("11010519491231002") == "X"
    assert cells.check_character("44052418800101001") == "4"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (9.9010119750312e17, "身份号码以数字存放,末几位已丢失,请设为文本后重新填写"),
        ("990101750312001", "是 15 位旧号码,请填 18 位公民身份号码"),
        ("99010119750312", "公民身份号码应为 18 位"),
        (number("99010119750312001")[:-1] + "?", "公民身份号码应为 18 位"),
        (number("99010119751332001"), "公民身份号码里的出生日期不存在,请核对"),
    ],
)
def test_id_number_refused_with_its_reason(cell: object, reason: str) -> None:
    with pytest.raises(cells.BadCell) as refused:
        cells.read_id_number(cell)
    assert str(refused.value.sentence) == reason


def test_id_number_with_any_one_digit_changed_is_refused() -> None:
    right = number("99010119750312001")
    for at in range(17):
        wrong = right[:at] + str((int(right[at]) + 1) % 10) + right[at + 1 :]
        with pytest.raises(cells.BadCell):
            cells.read_id_number(wrong)


def test_flag_and_number() -> None:
    assert [cells.read_flag(c) for c in ("是", "否", "", True, 1.0, "√")] == [
        True, False, False, True, True, True,
    ]  # fmt: skip
    assert [cells.read_number(c).value for c in (3.0, "12", "１２", 0)] == [3, 12, 12, 0]
    for bad in (1.5, "一", "-1", "1e3"):
        with pytest.raises(cells.BadCell):
            cells.read_number(bad)
    with pytest.raises(cells.BadCell):
        cells.read_flag("也许")

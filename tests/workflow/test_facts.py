from datetime import date

import pytest

from workflow.facts import CaseFacts, ReportSection, Window
from workflow.vocabulary import HoldKind


@pytest.mark.parametrize(
    ("length", "minimum", "maximum", "complete"),
    [(0, 1, 10, False), (1, 1, 10, True), (10, 1, 10, True), (11, 1, 10, False), (99, 0, 0, True)],
)
def test_section_is_complete_within_its_bounds(
    length: int, minimum: int, maximum: int, complete: bool
) -> None:
    section = ReportSection("a", length=length, minimum=minimum, maximum=maximum)
    assert section.complete is complete


def test_window_ends_on_its_extension() -> None:
    window = Window(date(2025, 12, 10), date(2025, 12, 31), date(2026, 1, 5))
    assert window.ends_on == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("kinds", "held"),
    [
        ((), False),
        ((HoldKind.LEGAL,), False),
        ((HoldKind.LEGAL, HoldKind.INVESTIGATION), True),
        ((HoldKind.POST_YEAR_FACT,), True),
    ],
)
def test_case_is_held_by_all_but_a_legal_hold(kinds: tuple[HoldKind, ...], held: bool) -> None:
    assert CaseFacts(holds=kinds).held is held

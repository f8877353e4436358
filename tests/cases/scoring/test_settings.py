"""Shares, ballot and timetable as fields: nothing changes untouched, rows come and go."""

from typing import Any

import pytest

from cases.scoring import scheme
from cases.scoring.drafting.rows import located
from cases.scoring.drafting.settings import SETTINGS, settings_fields, settled_part
from cases.scoring.drafting.values import texts
from tests.world import scheme_document


def told(part: str, document: dict[str, Any], **changes: str) -> dict[str, str]:
    return {**texts(document, settings_fields(part, document)), **changes}


@pytest.mark.parametrize("part", SETTINGS)
def test_untouched_page_changes_nothing(part: str) -> None:
    document = scheme_document()
    assert settled_part(part, document, told(part, document)) == document


def test_share_is_changed_and_the_checks_name_its_page() -> None:
    document = scheme_document()
    after = settled_part(
        "shares", document, told("shares", document, **{"shares.chief.ballot": "31"})
    )
    assert after["shares"]["chief"]["ballot"] == 31
    (problem,) = scheme.check(after)[1]
    assert located(after, str(problem[0])) == ("shares", None)


def test_group_is_added_at_the_end_and_cleared_away_again() -> None:
    document = scheme_document()
    groups = document["ballot"]["groups"]
    number = len(groups)
    fresh = {f"ballot.groups.{number}.code": "Z", f"ballot.groups.{number}.title.zh": "服务对象"}
    after = settled_part("ballot", document, told("ballot", document, **fresh))
    assert after["ballot"]["groups"] == [*groups, {"code": "Z", "title": {"zh": "服务对象"}}]
    gone = dict.fromkeys(fresh, "")
    again = settled_part("ballot", after, told("ballot", after, **gone))
    assert again == document


def test_timetable_row_is_added_and_read_by_the_scheme() -> None:
    document = scheme_document()
    number = len(document["timetable"])
    base = f"timetable.{number}"
    fresh = {f"{base}.code": "extra", f"{base}.anchor": "meeting", f"{base}.due": "3"}
    after = settled_part("timetable", document, told("timetable", document, **fresh))
    assert after["timetable"][-1] == {"code": "extra", "anchor": "meeting", "due": 3}
    assert scheme.load(after).timetable[-1].due == 3


def test_fault_of_a_ballot_lies_on_its_page() -> None:
    document = scheme_document()
    after = settled_part("ballot", document, told("ballot", document, **{"ballot.k": "1"}))
    (problem,) = scheme.check(after)[1]
    assert (str(problem[0]), located(after, str(problem[0]))) == ("ballot.k", ("ballot", None))

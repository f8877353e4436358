"""Shares, ballot and timetable as fields: nothing changes untouched, rows come and go."""

from typing import Any

import pytest

from cases.scoring import scheme
from cases.scoring.drafting.rows import located
from cases.scoring.drafting.settings import SETTINGS, settings_fields, settled_part
from cases.scoring.drafting.values import texts
from tests.world import scheme_document
from workflow.vocabulary import CaseKind


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


def test_bands_items_and_the_order_for_small_units_are_fields() -> None:
    document = scheme_document()
    key = "ballot.sheets.cadre"
    fresh = {
        f"{key}.bands.0.points": "90", f"{key}.bands.0.excellent_from": "2/3",
        f"{key}.items.2.code": "diligence", f"{key}.items.2.title.zh": "勤",
        "ballot.small_units.0": "talk",
    }  # fmt: skip
    after = settled_part("ballot", document, told("ballot", document, **fresh))
    cadre = after["ballot"]["sheets"]["cadre"]
    assert [one["code"] for one in cadre["items"]] == ["virtue", "ability", "diligence"]
    assert cadre["items"][2]["title"] == {"zh": "勤"}
    (problem,) = scheme.check(after)[1]
    assert located(after, str(problem[0])) == ("ballot", None)
    last = {f"{key}.bands.1.points": "80"}
    good = settled_part("ballot", after, told("ballot", after, **last))
    read = scheme.load(good).ballot
    assert read.small_units == ("talk",)
    assert [int(b.points) for b in read.sheets[CaseKind.CADRE].bands] == [90, 80]


def test_the_order_for_small_units_is_told_in_words_and_kept_in_order() -> None:
    document = {"ballot": {"small_units": ["talk", "merge_groups"]}}
    fields = {one.key: one for one in settings_fields("ballot", document)}
    first = fields["ballot.small_units.0"]
    assert (str(first.label), [str(label) for _, label in first.choices]) == (
        "人数少的单位:第 1 步", ["合并组别", "联合测评", "谈话代测评"],
    )  # fmt: skip
    told = texts(document, tuple(fields.values()))
    assert [told[f"ballot.small_units.{n}"] for n in range(3)] == ["talk", "merge_groups", ""]
    assert settled_part("ballot", document, told) == document
    told |= {"ballot.small_units.0": "", "ballot.small_units.2": "talk"}
    made = settled_part("ballot", document, told)["ballot"]
    assert made["small_units"] == ["merge_groups", "talk"]
    assert settled_part("ballot", {}, {}) == {}

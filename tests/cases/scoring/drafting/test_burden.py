"""What a change of an open year is called must be what it does."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from cases.scoring.drafting.burden import heavier, kind_fault
from tests.world import scheme_document
from workflow.vocabulary import AmendmentKind as Kind


def target(document: dict[str, Any]) -> None:
    leaf = document["indicators"][0]["children"][0]
    leaf["target"] = 1


def cap(document: dict[str, Any]) -> None:
    document["items"][0]["cap"] = 1


def later(document: dict[str, Any]) -> None:
    document["timetable"][0]["due"] += 3


def earlier(document: dict[str, Any]) -> None:
    document["timetable"][0]["due"] -= 3


def both(document: dict[str, Any]) -> None:
    later(document)
    cap(document)


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        (Kind.EXTEND, later, ""),
        (Kind.EXTEND, target, "“延长期限”只能改期限,草稿还改了指标"),
        (Kind.EXTEND, both, "“延长期限”只能改期限,草稿还改了加减分项"),
        (Kind.EXTEND, earlier, "草稿没有延长任何期限"),
        (Kind.LIGHTEN, target, ""),
        (Kind.LIGHTEN, both, ""),
        (Kind.LIGHTEN, later, "草稿只改期限,请选“延长期限”"),
        (Kind.UPPER_DIRECTIVE, later, ""),
        (Kind.UPPER_DIRECTIVE, target, ""),
    ],
)
def test_kind_is_held_against_the_change(kind: Kind, change: Any, said: str) -> None:
    before = scheme_document()
    after = deepcopy(before)
    change(after)
    assert str(kind_fault(before, after, kind) or "") == said
    assert bool(heavier(before, after)) is (change is earlier)

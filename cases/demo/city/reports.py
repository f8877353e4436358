"""Plausible self-reports, section by section: made from phrases and numbers, within the limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from cases.demo.city.draw import Draw
from cases.demo.city.people import DUTIES, CityPerson
from cases.demo.city.places import Place, by_code, data

INCIDENT = (
    "7月18日白石河突发环境事件中,我收到监测异常后先等现场复核再通知下游,"
    "预警晚发约 1 小时。环节上是值守研判没有分级,责任在我。"
)
COUNTS: Mapping[str, int] = {
    "politics": 3, "results": 3, "party": 2, "integrity": 2, "problems": 2, "plans": 2,
    "ability": 3, "conduct": 2,
}  # fmt: skip
BODY_MORE = 1
SLOT = re.compile(r"\{(\w+)\}")


def report_of(seed: int, person: CityPerson) -> dict[str, str]:
    """The sections of a cadre's report, by the codes of the scheme; the same for the same seed."""
    place = by_code()[person.unit]
    phrases, limits = _phrases(), section_limits("cadre")
    found = {}
    for code, limit in limits.items():
        pool = phrases[code]
        if code == "results":
            pool = pool.get(place.unit_class) or pool["county"]
        draw = Draw(seed, "report", person.key, code)
        text = _compose(draw, pool, COUNTS[code], _subjects(person, place), place.short, limit)
        found[code] = INCIDENT if (code, person.role) == ("problems", "incident") else text
    return found


def body_report_of(seed: int, place: Place) -> dict[str, str]:
    """The sections of a body's report, by the codes of the scheme."""
    phrases, duties = _phrases()["body"], DUTIES[place.unit_class]
    return {
        code: _compose(
            Draw(seed, "body", place.code, code),
            phrases[code],
            COUNTS[code] + BODY_MORE,
            duties,
            place.short,
            limit,
        )
        for code, limit in section_limits("body").items()
    }


@cache
def section_limits(kind: str) -> dict[str, int]:
    """Section code -> limit in characters, as the city's scheme states them."""
    rows = data("scheme.yaml")["self_report"][kind]["sections"]
    return {row["code"]: row["limit"] for row in rows}


@cache
def _phrases() -> Any:
    return data("phrases.yaml")


def _subjects(person: CityPerson, place: Place) -> Sequence[str]:
    named = person.duties.removeprefix("分管").removeprefix("从事").split("、")
    return named if len(named) > 1 else DUTIES[place.unit_class]


def _compose(
    draw: Draw, pool: Sequence[str], count: int, duties: Sequence[str], unit: str, limit: int
) -> str:
    """Some of the phrases, filled in, as many as fit."""
    text = ""
    for phrase in sorted(draw.some(pool, count), key=list(pool).index):
        sentence = _fill(draw, phrase, duties, unit)
        if len(text) + len(sentence) <= limit:
            text += sentence
    return text


def _fill(draw: Draw, phrase: str, duties: Sequence[str], unit: str) -> str:
    ranges = {
        "a": (6, 14), "b": (2, 5), "c": (18, 60), "cc": (90, 380), "pct": (90, 99), "pct2": (8, 30),
        "m": (3, 6),
    }  # fmt: skip

    def value(slot: re.Match[str]) -> str:
        name = slot[1]
        if name == "duty":
            return draw.pick(duties)
        return unit if name == "unit" else str(draw.between(*ranges[name]))

    return SLOT.sub(value, phrase)

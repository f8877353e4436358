"""The city's units and organs, read from ``units.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

OFFICE = "YZ-A02"
"""The managing organ: the organisation department."""
CITY = "YZ"
COUNTY_HEADS = {"区": "区", "市": "市", "县": "县"}
COUNTY_POSTS = (
    ("{k}委书记", "chief"),
    ("{k}委副书记、{k}长", "chief"),
    ("{k}委副书记", "deputy"),
    ("{k}委常委、常务副{k}长", "deputy"),
    ("{k}委常委、组织部部长", "deputy"),
    ("副{k}长", "deputy"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One unit: ``kind`` is organ, department or county; seats are (title, rank) in order."""

    code: str
    name: str
    short: str
    kind: str
    parent: str
    unit_class: str
    level: str
    sort_no: int
    staff: int
    assisting: str
    seats: tuple[tuple[str, str], ...]

    @property
    def has_body(self) -> bool:
        """Whether its leading body is assessed."""
        return self.kind != "organ"


def data(name: str) -> Any:
    """A YAML file of this package, parsed."""
    return yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))


@cache
def places() -> tuple[Place, ...]:
    """Organs, departments, counties in official order; ``sort_no`` leaves gaps of ten."""
    document = data("units.yaml")
    found: list[Place] = []
    for kind, group in (("organ", "organs"), ("department", "departments"), ("county", "counties")):
        for row in document[group]:
            found.append(_place(kind, row, 10 * (len(found) + 1)))
    return tuple(found)


@cache
def by_code() -> Mapping[str, Place]:
    """The places by code."""
    return {place.code: place for place in places()}


def bodies() -> tuple[Place, ...]:
    """The forty places whose leading body is assessed."""
    return tuple(place for place in places() if place.has_body)


def _place(kind: str, row: Mapping[str, Any], sort_no: int) -> Place:
    return Place(
        code=row["code"],
        name=row["name"] if kind != "county" else f"云州市{row['name']}",
        short=row.get("short", row["name"]),
        kind=kind,
        parent=row.get("parent", CITY),
        unit_class=row.get("class", ""),
        level={"department": "市直", "county": "县(市、区)"}.get(kind) or row["level"],
        sort_no=sort_no,
        staff=row["staff"],
        assisting=row.get("assisting", ""),
        seats=_seats(kind, row),
    )


def _seats(kind: str, row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if kind == "county":
        short = COUNTY_HEADS[row["name"][-1]]
        return tuple((title.format(k=short), rank) for title, rank in COUNTY_POSTS)
    if kind == "department":
        return ((row["head"], "chief"), *[(row["deputy"], "deputy")] * row["deputies"])
    return ()

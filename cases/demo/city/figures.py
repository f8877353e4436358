"""The city's figures: census values of the counties, and invented results of the departments."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from cases.demo.city.draw import Draw
from cases.demo.city.places import bodies, data

BASE_YEAR, VALUE_YEAR = "2010", "2020"
REPORTED = datetime.date(2026, 1, 15)
LATE = ("YZ-X06", "piped_water_pct")
"""The figure that arrives after the deadline; until then last time's value stands in for it."""
COUNTED = "college_pct"
"""Published as a share; the provider reports people, so the share is told in people again."""
PEOPLE = "people"
LATE_ON = datetime.date(2026, 3, 18)
RESIDENTS = ("residents", "YZ-B07")
"""Satisfaction of residents, by the surveys of the year, and the department that enters it."""
WEAK, STRONG = 84, 96


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of an indicator for a county. ``source`` names the real row it is borrowed from;
    ``previous`` is invented: a tenth of the way back to the census before."""

    unit: str
    indicator: str
    provider: str
    previous: Decimal
    value: Decimal
    source: str
    document: str
    reported_on: datetime.date

    @property
    def late(self) -> bool:
        """Whether it arrives after the data deadline."""
        return (self.unit, self.indicator) == LATE


@dataclass(frozen=True, slots=True)
class Rating:
    """An invented score of a body: its own performance result, or public satisfaction."""

    unit: str
    score: Decimal
    sample: int
    source: str


def figures() -> tuple[Figure, ...]:
    """Every county × indicator, in the order of the counties; the same for every seed."""
    rows = {(row["unit_code"], row["source_year"]): row for row in census()}
    providers = data("figures.yaml")["providers"]
    found: list[Figure] = []
    for place in bodies():
        if place.kind != "county":
            continue
        row, base = rows[place.code, VALUE_YEAR], rows[place.code, BASE_YEAR]
        source = f"{row['source']}:{row['source_code']} {row['source_name']} {VALUE_YEAR}年"
        for provider, codes in providers.items():
            for code in codes:
                number = f"云统演〔2026〕{len(found) + 1}号(虚构)"
                late = (place.code, code) == LATE
                value = _told(row, code)
                found.append(
                    Figure(
                        place.code,
                        code,
                        provider,
                        _year_before(value, _told(base, code)),
                        value,
                        source,
                        number,
                        LATE_ON if late else REPORTED,
                    )
                )
    return tuple(found)


def _told(row: dict[str, str], code: str) -> Decimal:
    if code != COUNTED:
        return Decimal(row[code])
    return (Decimal(row[code]) * Decimal(row[PEOPLE]) / 100).quantize(Decimal(1))


def _year_before(value: Decimal, base: Decimal) -> Decimal:
    """The year before on the straight line from one census to the next, ten years on."""
    return (value + (base - value) / 10).quantize(value)


def census() -> list[dict[str, str]]:
    """The rows of ``census.csv``: which real code, name and year each fictional county borrows."""
    text = resources.files(__package__).joinpath("census.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def performance(seed: int) -> tuple[Rating, ...]:
    """The departments' own results, 84.00 to 96.00, invented."""
    return tuple(
        Rating(place.code, _score(seed, "performance", place.code, WEAK, STRONG), 0, "虚构演示数据")
        for place in bodies()
        if place.kind == "department"
    )


def satisfaction(seed: int) -> tuple[Rating, ...]:
    """Public satisfaction with each body, 80.00 to 95.00, with the size of the sample; invented."""
    return tuple(
        Rating(
            place.code,
            _score(seed, "satisfaction", place.code, 80, 95),
            Draw(seed, "sample", place.code).between(180, 420),
            "虚构演示数据",
        )
        for place in bodies()
    )


def _score(seed: int, what: str, unit: str, low: int, high: int) -> Decimal:
    return Decimal(Draw(seed, what, unit).between(low * 100, high * 100)) / 100


@dataclass(frozen=True, slots=True)
class ItemCase:
    """A deduction or bonus of a body: ``cases`` of an item, with its paper; invented."""

    unit: str
    item: str
    cases: int
    points: Decimal
    on: datetime.date
    document: str


def item_cases() -> tuple[ItemCase, ...]:
    """The few deductions and the one bonus of the year."""
    day = datetime.date
    return (
        ItemCase("YZ-C01", "environment_incident", 1, Decimal(1), day(2025, 7, 18),
                 "云应急通报〔2025〕31号(虚构)"),
        ItemCase("YZ-X04", "work_safety", 1, Decimal(1), day(2025, 9, 3),
                 "云安委〔2025〕12号(虚构)"),
        ItemCase("YZ-X02", "product_quality", 1, Decimal("0.5"), day(2025, 5, 22),
                 "云市监函〔2025〕18号(虚构)"),
        ItemCase("YZ-X12", "upper_praise", 1, Decimal(1), day(2025, 12, 12),
                 "平农发〔2025〕40号(虚构)"),
    )  # fmt: skip


def indicator_titles() -> dict[str, tuple[str, str]]:
    """Indicator or series code -> (Chinese title, unit), from the city's scheme."""
    scheme = data("scheme.yaml")
    leaves = [leaf for group in scheme["indicators"] for leaf in group["children"]]
    return {one["code"]: (one["title"]["zh"], one["unit"]) for one in [*leaves, *scheme["series"]]}

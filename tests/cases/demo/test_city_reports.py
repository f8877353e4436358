"""Self-reports of the demonstration: within limits, varied, without traces of real units."""

import re

import pytest

from cases.demo.city.city import City, build
from cases.demo.city.places import data
from cases.demo.city.reports import INCIDENT, body_report_of, report_of
from cases.scoring import scheme
from workflow.vocabulary import CaseKind


@pytest.fixture(scope="module")
def city() -> City:
    return build()


def test_cadre_reports_keep_every_limit(city: City) -> None:
    loaded = scheme.load(data("scheme.yaml"))
    sections = loaded.sections[CaseKind.CADRE]
    for person in city.subjects:
        report = report_of(city.seed, person)
        assert list(report) == [section.code for section in sections]
        for section in sections:
            assert section.minimum <= len(report[section.code]) <= section.limit
        assert sum(map(len, report.values())) <= loaded.total_limit[CaseKind.CADRE]


def test_body_reports_keep_every_limit(city: City) -> None:
    loaded = scheme.load(data("scheme.yaml"))
    sections = loaded.sections[CaseKind.BODY]
    for place in city.bodies:
        report = body_report_of(city.seed, place)
        assert list(report) == [section.code for section in sections]
        for section in sections:
            assert section.minimum <= len(report[section.code]) <= section.limit
        assert sum(map(len, report.values())) <= loaded.total_limit[CaseKind.BODY]


def test_reports_differ_and_repeat(city: City) -> None:
    texts = ["".join(report_of(city.seed, person).values()) for person in city.subjects]
    assert len(set(texts)) == len(texts)
    assert texts == ["".join(report_of(city.seed, person).values()) for person in city.subjects]


def test_no_slot_is_left_open(city: City) -> None:
    for person in city.subjects:
        assert not re.search(r"[{}]|\bNone\b", "".join(report_of(city.seed, person).values()))


def test_the_incident_is_told_by_the_one_who_answers_for_it(city: City) -> None:
    assert report_of(city.seed, city.person("incident"))["problems"] == INCIDENT
    others = [p for p in city.subjects if p.role != "incident"]
    assert all(INCIDENT not in report_of(city.seed, p).values() for p in others)


def test_no_source_county_is_named_in_reports(city: City) -> None:
    from cases.demo.city.figures import census

    real = {row["source_name"] for row in census()}
    for person in city.subjects:
        text = "".join(report_of(city.seed, person).values())
        assert not any(name in text for name in real)

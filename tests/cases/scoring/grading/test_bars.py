from datetime import date

import pytest

from cases.scoring.grading.bars import (
    BarHit,
    Fact,
    body_ceiling,
    evaluate,
    result_facts,
    strongest,
    weak_body_fact,
)
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import BarEffect, CaseKind, Grade, Track

Y = 2025
DECIDED = date(Y + 1, 3, 10)
PROOF = ("云委〔2025〕7号",)


def bars(
    *facts: Fact, kind: CaseKind = CaseKind.CADRE, track: Track = Track.LEADING_CADRE
) -> tuple[BarHit, ...]:
    return evaluate(shipped_rules().bars, facts, kind=kind, track=track, year=Y, on=DECIDED)


@pytest.mark.parametrize(
    ("fact", "attributes", "code"),
    [
        ("political_problem", {}, "POLITICS"),
        ("binding_target_missed", {}, "KEY_TARGET"),
        ("party_building_not_good", {}, "PARTY_DUTY"),
        ("major_incident", {"responsible": "yes"}, "INCIDENT"),
        ("circular_criticism", {}, "CRITICISED"),
        ("accountability", {}, "CRITICISED"),
        ("data_fraud", {}, "FRAUD"),
        ("low_approval", {}, "LOW_APPROVAL"),
        ("serious_pollution", {}, "POLLUTION"),
    ],
)
def test_evaluate_each_bar_returns_clause_source_evidence(
    fact: str, attributes: dict[str, str], code: str
) -> None:
    (hit,) = bars(Fact(fact, date(Y, 7, 18), "事项", PROOF, attributes))
    assert (hit.rule.code, hit.standing, hit.evidence) == (code, "bars", PROOF)
    assert hit.clause and hit.source.text and hit.source.tag
    assert strongest([hit]) is BarEffect.NO_EXCELLENT


def test_evaluate_incident_without_responsibility_is_no_bar() -> None:
    assert bars(Fact("major_incident", date(Y, 7, 18), "", PROOF, {"responsible": "no"})) == ()


def test_evaluate_without_evidence_is_not_in_force() -> None:
    (hit,) = bars(Fact("accountability", date(Y, 7, 18)))
    assert (hit.standing, hit.in_force, strongest([hit])) == ("unproven", False, BarEffect.NONE)


def test_evaluate_fact_after_the_year_is_for_people_to_decide() -> None:
    (hit,) = bars(Fact("accountability", date(Y + 1, 2, 1), "", PROOF))
    assert (hit.standing, hit.in_force) == ("to_decide", False)


def test_evaluate_other_years_and_later_facts_do_not_count() -> None:
    days = (date(Y - 1, 12, 31), date(Y + 1, 3, 11))
    assert bars(*(Fact("accountability", day, "", PROOF) for day in days)) == ()


def test_evaluate_tolerance_lifts_discretionary_bars_only() -> None:
    lifted, kept = bars(
        Fact("accountability", date(Y, 7, 1), "", PROOF, tolerated="容〔2025〕1号"),
        Fact("data_fraud", date(Y, 7, 1), "", PROOF, tolerated="容〔2025〕1号"),
    )
    assert (lifted.rule.code, lifted.standing) == ("CRITICISED", "lifted")
    assert (kept.rule.code, kept.standing) == ("FRAUD", "bars")


def test_evaluate_refusal_proposes_incompetent_after_reminding() -> None:
    reminded = {"reminded": "yes"}
    hits = bars(Fact("refused_assessment", date(Y, 12, 20), "", PROOF, reminded))
    assert strongest(hits) is BarEffect.INCOMPETENT
    assert bars(Fact("refused_assessment", date(Y, 12, 20), "", PROOF)) == ()


def test_evaluate_routine_result_bars_civil_servants_only() -> None:
    fact = Fact("routine_not_good", date(Y, 12, 31))
    assert [hit.rule.code for hit in bars(fact, track=Track.CIVIL_SERVANT)] == ["ROUTINE"]
    assert bars(fact) == ()


def test_body_ceiling_fraud_is_fair_at_most() -> None:
    body = {"kind": CaseKind.BODY, "track": Track.LEADING_BODY}
    fraud = bars(Fact("data_fraud", date(Y, 5, 1), "", PROOF), **body)
    other = bars(Fact("accountability", date(Y, 5, 1), "", PROOF), **body)
    assert (body_ceiling(fraud), body_ceiling(other), body_ceiling(())) == (
        Grade.FAIR,
        Grade.GOOD,
        None,
    )


def test_result_facts_missing_below_reached() -> None:
    codes = [
        [hit.rule.code for hit in bars(*result_facts(result, "80", Y))]
        for result in (None, "79.99", "80")
    ]
    assert codes == [["HQD_MISSING"], ["HQD_BELOW"], []]


@pytest.mark.parametrize(
    ("grade", "position", "codes"),
    [
        (Grade.FAIR, "chief", ["HEAD_OF_WEAK_BODY"]),
        (Grade.POOR, "chief", ["HEAD_OF_WEAK_BODY"]),
        (Grade.FAIR, "deputy", []),
        (Grade.GOOD, "chief", []),
        (None, "chief", []),
    ],
)
def test_weak_body_fact_bars_its_head(grade: Grade | None, position: str, codes: list[str]) -> None:
    assert [hit.rule.code for hit in bars(*weak_body_fact(grade, position, Y))] == codes


def test_evaluate_tells_the_day_as_a_date_and_the_source_as_document_and_article() -> None:
    (hit,) = bars(Fact("accountability", date(Y, 7, 18), "", PROOF))
    assert hit.sentence.params["day"] == date(Y, 7, 18)
    assert f"{hit.source}" == f"{hit.source.text}，{hit.source.article}"

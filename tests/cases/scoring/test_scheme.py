import copy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.methods import METHODS
from cases.scoring.reading import DocumentErrors
from cases.scoring.rules import shipped_rules
from cases.scoring.scheme import check, digest, load
from cases.scoring.shapes import Scheme
from tests.cases.scoring.conftest import DOCUMENT
from workflow.vocabulary import CaseKind, Grade, OpinionBody, Track


def problems(document: Any) -> list[tuple[str, str]]:
    return [(path, str(sentence)) for path, sentence in check(document)[1]]


def put(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    node: Any = document
    *above, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in above:
        node = node[step]
    node[last] = value
    return document


def test_load_sample(scheme: Scheme) -> None:
    assert scheme.leaves("county.plain") == ("rd", "hightech", "pm25", "energy")
    assert scheme.weights_of("county.hill")["pm25"] == 40
    assert scheme.indicators["rd"].target("county.hill") == 2
    assert scheme.indicators["rd"].target("county.plain") == Fraction(5, 2)
    assert scheme.classes["dept.economy"].result == "performance"
    assert [t.grade for t in scheme.thresholds[CaseKind.BODY]] == [
        "excellent",
        "good",
        "fair",
        "poor",
    ]
    assert scheme.publicity[Track.CIVIL_SERVANT].working_days == 5
    chain = scheme.deciding_chain[Track.LEADING_CADRE]
    assert [step.body for step in chain][-1] is OpinionBody.STANDING_COMMITTEE
    assert chain[-1].title.en == "Standing committee"
    assert scheme.feedback.review_grades == (Grade.INCOMPETENT,)


def test_load_without_rules_uses_the_shipped_rows(scheme: Scheme) -> None:
    assert scheme.rules == shipped_rules()


def test_load_own_rules_replace_the_shipped_ones(document: dict[str, Any]) -> None:
    document["quotas"] = [
        {
            "track": "leading_cadre",
            "title": "优秀比例",
            "share": "0.2",
            "source": "样例",
            "tag": "design",
        }
    ]
    rules = load(document).rules
    assert [(one.track, one.share, one.sum_share) for one in rules.quotas] == [
        (Track.LEADING_CADRE, Fraction(1, 5), Fraction(1, 5))
    ]
    assert rules.bars == shipped_rules().bars


@pytest.mark.parametrize(
    ("path", "value", "where", "said"),
    [
        ("weights/by_class/county.plain/rd", 31, "weights.by_class.county.plain.innovation", "权重合计应为 60,现为 61"),
        ("weights/by_class/county.plain/green", 41, "weights.by_class.county.plain", "权重合计应为 100,现为 101"),
        ("weights/by_class/county.hill/x", 1, "weights.by_class.county.hill.x", "没有指标“x”"),
        ("weights/by_class/nowhere", {}, "weights.by_class.nowhere", "没有类别“nowhere”"),
        ("indicators/0/children/0/method", "magic", "indicators[0].children[0].method", f"只能填写:{'、'.join(METHODS)}"),
        ("indicators/0/children/0/target", 0, "indicators[0].children[0].target", "目标值为零不能作除数,应选定“目标值为零时”的算法"),
        ("indicators/0/children/0/target", -1, "indicators[0].children[0].target", "按完成比例计分的目标值不能小于零"),
        ("indicators/0/children/0/parameters", {"c": 1}, "indicators[0].children[0].parameters.c", "这种方法没有参数“c”"),
        ("indicators/0/method", "zscore", "indicators[0].method", "没有这个字段"),
        ("indicators/0/children/0/aggregate", "geometric", "indicators[0].children[0].aggregate", "没有这个字段"),
        ("indicators/0/children/0/chain", [{"link": "clip"}], "indicators[0].children[0].chain[0].low", "上限和下限至少填一个"),
        ("indicators/0/children/0/chain", [{"link": "clip", "low": 5, "high": 1}], "indicators[0].children[0].chain[0].low", "下限应小于上限"),
        ("indicators/0/children/0/chain", [{"link": "impute", "from": "value"}], "indicators[0].children[0].chain[0].value", "必须填写"),
        ("indicators/0/children/0/chain", [{"link": "denominate", "by": "rd"}], "indicators.rd.chain", "指标不能除以自己"),
        ("indicators/0/children/1/code", "rd", "indicators[0].children[1].code", "代码重复:rd"),
        ("indicators/0/children/1/missing", "mean", "indicators[0].children[1].missing", "只能填写:renormalise、zero"),
        ("classes/0/children/0/code", "county", "classes[0].children[0].code", "代码重复:county"),
        ("shares/chief/ballot", 31, "shares.chief", "权重合计应为 100,现为 101"),
        ("shares/chief/other", 1, "shares.chief.other", "只能填写:indicators、ballot、satisfaction"),
        ("ballot/weights/deputy/A", 30, "ballot.weights.deputy", "权重合计应为 100,现为 110"),
        ("ballot/turnout_floor", "3/2", "ballot.turnout_floor", "不能大于 1"),
        ("ballot/k", "五", "ballot.k", "这里应为数字,可写成 0.25 或 2/3"),
        ("suggestion/cadre/competent", 95, "suggestion.cadre", "参考线应由高到低"),
        ("self_report/cadre/sections/0/limit", 0, "self_report.cadre.sections[0].limit", "不能小于 1"),
        ("deciding_chain/leading_body/1/decides", False, "deciding_chain.leading_body", "审定流程应只由最后一步作出决定"),
        ("timetable/0/due", -30, "timetable[0].due", "截止不能早于开始"),
        ("items/0/kind", "veto", "items[0].kind", "只能填写:deduction、bonus"),
        ("issued_on", "2025/1/1", "issued_on", "日期应写成 2025-12-31 的样子"),
        ("thresholds", {}, "thresholds", "没有这个字段"),
        ("year", float("inf"), "year", "这里应为数字,可写成 0.25 或 2/3"),
    ],
)  # fmt: skip
def test_check_names_the_place(
    document: dict[str, Any], path: str, value: Any, where: str, said: str
) -> None:
    assert (where, said) in problems(put(document, path, value))


def test_check_collects_everything_at_once() -> None:
    assert len(problems({})) > 30
    with pytest.raises(DocumentErrors) as caught:
        load({})
    assert len(caught.value.errors) == len(problems({}))


def test_check_weight_of_a_child_without_its_group(document: dict[str, Any]) -> None:
    del document["weights"]["by_class"]["county.hill"]["green"]
    found = problems(document)
    assert ("weights.by_class.county.hill.pm25", "上级指标“green”没有权重") in found


def test_check_class_without_weights(document: dict[str, Any]) -> None:
    del document["weights"]["by_class"]["county.hill"]
    assert problems(document) == [("weights.by_class", "类别“county.hill”没有权重")]


def test_check_weights_inherited_from_the_class_above(document: dict[str, Any]) -> None:
    table = document["weights"]["by_class"]
    table["county"] = table.pop("county.plain")
    del table["county.hill"]
    assert load(document).weights_of("county.hill")["rd"] == 30


def test_check_siblings_basis_totals_100_in_every_group(document: dict[str, Any]) -> None:
    document["weights"] = {
        "total": 1,
        "by_class": {"county": {"innovation": "0.6", "green": "0.4", "rd": "1/2", "hightech": "1/2", "pm25": "0.9", "energy": "0.1"}},
    }  # fmt: skip
    assert load(document).weight_basis == "siblings"


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
), st.sampled_from(sorted(DOCUMENT)))  # fmt: skip
def test_check_never_crashes_on_rubbish(rubbish: Any, field: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    document[field] = rubbish
    check(document)
    check(rubbish)


def test_check_self_containing_document_refused(document: dict[str, Any]) -> None:
    document["indicators"][0]["children"].append(document["indicators"][0])
    assert ("", "方案含有不能存储的值") in problems(document)


def test_digest_is_of_content_not_order(document: dict[str, Any]) -> None:
    turned = dict(reversed(document.items()))
    assert digest(turned) == digest(document)
    assert digest(put(document, "version", 2)) != digest(turned)
    assert len(digest(document)) == 64

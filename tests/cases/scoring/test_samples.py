"""The sample schemes: of the published shape, valid, and scored with drawn figures."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cases.scoring.__main__ import main as score
from cases.scoring.drafting.departments import likely, named, offices, renamed
from cases.scoring.json_schema import schema
from cases.scoring.methods import METHODS
from cases.scoring.samples import SAMPLES, document, text, units
from cases.scoring.samples.__main__ import main
from cases.scoring.scheme import load

ROOT = Path(__file__).parents[3]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_province_has_the_published_shape() -> None:
    scheme = load(document("province"))
    classes = scheme.classes.values()
    assert [one.code for one in classes if one.parent is None] == ["dept", "city", "area", "county"]
    assert Counter(one.parent for one in classes if one.leaf) == {None: 2, "dept": 5, "county": 9}
    leaves = [one for one in scheme.indicators.values() if not one.children]
    assert (len(scheme.roots), len(leaves)) == (7, 44)
    assert {one.method for one in leaves} == set(METHODS)
    by_category = Counter(code.partition(".")[0] for code in units("province").values())
    assert by_category == {"county": 167, "dept": 81, "city": 11, "area": 1}


def test_province_uses_every_kind_of_rule() -> None:
    scheme = load(document("province"))
    leaves = [one for one in scheme.indicators.values() if not one.children]
    assert {link.kind for one in leaves for link in one.chain} == {
        "denominate", "impute", "transform", "winsorise",
    }  # fmt: skip
    assert {one.missing for one in leaves} == {"renormalise", "zero"}
    assert any(len(one.targets) > 1 for one in leaves)
    assert {one.kind for one in scheme.items.values()} == {"deduction", "bonus"}
    assert {bool(line.item) for line in scheme.red_lines.values()} == {True, False}
    assert all(one.provider for one in leaves)
    assert {one.verifier for one in leaves} == {"", "青岚省统计局"}
    assert set(named(document("province"))) <= set(units("province"))


def test_zones_weigh_one_tree_differently() -> None:
    scheme = load(document("zones"))
    columns = [tuple(sorted(row.items())) for row in scheme.weights.values()]
    assert len(set(columns)) == len(columns) == 5
    assert {len(row) for row in scheme.weights.values()} == {len(scheme.indicators)}
    assert {one.cohort for one in scheme.indicators.values() if not one.children} == {
        "class", "parent",
    }  # fmt: skip


@pytest.mark.parametrize("code", SAMPLES)
def test_sample_says_what_it_is_and_is_valid(code: str) -> None:
    head = text(code, 2031).partition("\nclasses:")[0]
    for said in ("虚构", "fictional", "不是任何地方的真实方案", "\nyear: 2031\n"):
        assert said in head
    plain = json.loads(json.dumps(document(code)))
    assert list(Draft202012Validator(schema()).iter_errors(plain)) == []


@pytest.mark.parametrize("code", SAMPLES)
def test_sample_is_scored_by_the_command(code: str, tmp_path: Path) -> None:
    assert main([code, str(tmp_path), "--year", "2027"]) == 0
    assert main([code, str(tmp_path)]) == 2
    scheme, values, out = (str(tmp_path / n) for n in ("scheme.yaml", "values.csv", "scores.csv"))
    assert score([scheme, values, "--out", out]) == 0
    regional = {unit: c for unit, c in units(code).items() if not c.startswith("dept.")}
    scored = rows(tmp_path / "scores.csv")
    assert {row["unit"]: row["class"] for row in scored} == regional
    assert all(0 < float(row["score"]) <= 100 for row in scored)
    for class_code, n in Counter(regional.values()).items():
        places = [int(r["rank_in_class"]) for r in scored if r["class"] == class_code]
        assert sorted(places) == list(range(1, n + 1))


def test_sample_is_written_whole_or_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for there in ("values.csv", "scheme.yaml"):
        kept = tmp_path / there / there
        kept.parent.mkdir()
        kept.write_text("mine")
        assert main(["zones", str(kept.parent)]) == 2
        assert capsys.readouterr().err == f"{kept} 已经有了,没有覆盖\n"
        assert [(p.name, p.read_text()) for p in kept.parent.iterdir()] == [(there, "mine")]
        assert main(["zones", str(kept)]) == 2
        assert capsys.readouterr().err == f"{kept}:这是文件,不是文件夹\n"
    for year in ("1999", "2101", "next", "-1"):
        with pytest.raises(SystemExit) as ended:
            main(["zones", str(tmp_path / "new"), f"--year={year}"])
        last = capsys.readouterr().err.splitlines()[-1]
        assert (ended.value.code, last.partition("error: ")[2]) == (
            2, "argument --year: a year from 2000 to 2100",
        )  # fmt: skip


def test_departments_are_found_by_their_business() -> None:
    known = [
        ("A", "云州市"),
        ("B", "云州市统计局"),
        ("C", "云州市发展和改革委员会"),
        ("D", "云溪县"),
    ]
    assert offices(known) == (known[1], known[2])
    found = [likely(f"青岚省{n}", known) for n in ("统计局", "发展和改革委员会", "信访局")]
    assert found == ["B", "C", ""]
    before = document("zones")
    after = renamed(before, {"泽岭省统计局": "B", "泽岭省信访局": ""})
    assert before == document("zones")
    assert {"B", *named(before)} - set(named(after)) == {"泽岭省统计局", "泽岭省信访局"}

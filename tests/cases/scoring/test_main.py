import csv
import json
from pathlib import Path

import pytest

from cases.scoring.__main__ import main

SCHEME = str(Path(__file__).parent / "scheme.yaml")
GOOD = (
    "unit,class,indicator,value,source\n"
    "甲县,county.plain,rd,2,年报\n甲县,county.plain,hightech,40,\n甲县,county.plain,pm25,28,\n"
    "甲县,county.plain,energy,0.5,\n乙/县,county.plain,rd,3,\n乙/县,county.plain,hightech,10,\n"
    "乙/县,county.plain,pm25,,\n乙/县,county.plain,energy,0.3,\n"
)


def run(folder: Path, text: str, scheme: str = SCHEME) -> tuple[int, Path, Path]:
    values, out, explain = folder / "values.csv", folder / "scores.csv", folder / "explain"
    values.write_text(text, encoding="utf-8")
    return main([scheme, str(values), "--out", str(out), "--explain", str(explain)]), out, explain


def test_main_writes_scores_and_explanations(tmp_path: Path) -> None:
    code, out, explain = run(tmp_path, GOOD)
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert code == 0
    assert [row[:6] for row in rows[1:]] == [
        ["乙/县", "county.plain", "70.00", "70.000000000000", "2", "缺 1 项数据"],
        ["甲县", "county.plain", "79.00", "79.000000000000", "1", ""],
    ]
    names = sorted(path.name for path in explain.iterdir())
    assert names == ["%E4%B9%99%2F%E5%8E%BF.json", "%E7%94%B2%E5%8E%BF.json"]
    told = json.loads((explain / names[1]).read_text(encoding="utf-8"))
    assert (told["rows"][0]["source"], told["rows"][1]["source"]) == ("年报", "values.csv:3")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unit,indicator,value\n", "values.csv: 缺少列:class"),
        ("unit,class,indicator,value\n甲,county.plain,rd,１２\n", "values.csv:2 value: “１２”不是有效的数字"),
        ("unit,class,indicator,value\n甲,county.plain,rd,1e400\n", "values.csv:2 value: “1e400”不是有效的数字"),
        ("unit,class,indicator,value\n甲,a,rd,1\n甲,b,rd,1\n", "values.csv:3: 单位“甲”归入了两个类别"),
        ("unit,class,indicator,value\n甲,county.plain,rd,1,2,3\n", "values.csv:2: 行的列数或单位不对"),
        ("unit,class,indicator,value\n甲,county.plain,zz,1\n", "甲/zz: 没有指标“zz”"),
    ],
)  # fmt: skip
def test_main_bad_values_named_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    code, out, _ = run(tmp_path, text)
    assert (code, out.exists(), said in capsys.readouterr().err) == (2, False, True)


def test_main_bad_scheme_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("a: [", "- 1", "!!python/object:os.system {}"):
        bad = tmp_path / "scheme.yaml"
        bad.write_text(text, encoding="utf-8")
        assert run(tmp_path, GOOD, str(bad))[0] == 2
    assert run(tmp_path, GOOD, str(tmp_path / "absent.yaml"))[0] == 2
    assert "Traceback" not in capsys.readouterr().err


def test_main_short_row_is_a_missing_figure(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "unit,class,indicator,value\n甲,county.plain,rd\n")
    assert (code, "缺 4 项数据" in out.read_text(encoding="utf-8-sig")) == (0, True)

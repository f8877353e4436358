import csv
import hashlib
import json
from pathlib import Path

import pytest

from cases.scoring.__main__ import main
from cases.scoring.document_file import read_document
from cases.scoring.outputs import Outputs

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
        ["乙/县", "county.plain", "70.00", "70.000000000000", "2", "缺 1 项数据:细颗粒物年均浓度"],
        ["甲县", "county.plain", "79.00", "79.000000000000", "1", ""],
    ]
    names = sorted(path.name for path in explain.iterdir())
    assert names == ["%E4%B9%99%2F%E5%8E%BF.json", "%E7%94%B2%E5%8E%BF.json", "SHA256SUMS"]
    told = json.loads((explain / names[1]).read_text(encoding="utf-8"))
    assert (told["rows"][0]["source"], told["rows"][1]["source"]) == ("年报", "values.csv:3")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unit,indicator,value\n", "values.csv:1: 缺少列:class"),
        ("unit;class;rd\n甲;county.plain;1,5\n", "values.csv:1: 各列应以逗号分隔,这个文件用的是分号,请另存为逗号分隔的 CSV"),
        ("unit\tclass\trd\n甲\tcounty.plain\t1\n", "values.csv:1: 各列应以逗号分隔,这个文件用的是制表符,请另存为逗号分隔的 CSV"),
        ("sep=,\nunit,class,rd\n甲,county.plain,1\n", "values.csv:1: 各列应以逗号分隔,这个文件用的是首行的“sep=”标记,请另存为逗号分隔的 CSV"),
        ("unit,class,rd\n甲\0,county.plain,1\n", "values.csv:2 unit: 单位名称里有看不见的控制字符"),
        ("unit,class,indicator,value\n\n", "values.csv:1: 文件里没有数据"),
        ("unit,class,indicator,value\n甲,county.plain,rd,１２\n", "values.csv:2 value: “１２”不是有效的数字"),
        ("unit,class,indicator,value\n甲,county.plain,rd,1e400\n", "values.csv:2 value: “1e400”不是有效的数字"),
        ("unit,class,indicator,value\n甲,a,rd,1\n甲,b,rd,1\n", "values.csv:3: 单位“甲”归入了两个类别"),
        ("unit,class,indicator,value\n甲,county.plain,rd,1,2,3\n", "values.csv:2: 行的列数或单位不对"),
        ("unit,class,indicator,value\n甲,county.plain,rd,NaN\n", "values.csv:2 value: “NaN”不是有效的数字"),
        ("unit,class,indicator,value\n甲,county.plain,rd,12%\n", "values.csv:2 value: “12%”不是有效的数字"),
        ('unit,class,indicator,value\n甲,county.plain,rd,"1,200"\n', "values.csv:2 value: “1,200”不是有效的数字"),
        ("unit,class,indicator,value\n甲,county.plain,rd,2025-12-31\n", "values.csv:2 value: “2025-12-31”不是有效的数字"),
        ("unit,class,indicator,value\n甲,county.plain,rd,约5\n", "values.csv:2 value: “约5”不是有效的数字"),
        ("unit,class,indicator,value\n甲,county.plain,rd,1\n\n甲,county.plain,rd,1\n", "values.csv:4 value: 同一单位同一指标有两个数值"),
        ("unit,class,indicator,value\n甲,county.plain,甲,rd\n", "values.csv:2 indicator: 没有指标“甲”"),
        ("unit,class,indicator,value,target\n甲,county.plain,rd,1,x\n", "values.csv:2 target: “x”不是有效的数字"),
        ("unit,class,indicator,value\n甲,county,rd,1\n", "values.csv:2 class: 单位只能归入最末级类别"),
        ("unit,class,indicator,value\n甲,zz,rd,1\n", "values.csv:2 class: 没有类别“zz”"),
        ("unit,class,rd,\n甲,county.plain,1,2\n", "values.csv:2: 行的列数或单位不对"),
        ("unit,class,rd\n甲,county.plain,3/5\n", "values.csv:2 rd: “3/5”不是有效的数字"),
        ("unit,class,rd,rd\n甲,county.plain,1,2\n", "values.csv:1: 列名重复:rd"),
        ("unit,class,rd,zz\n甲,county.plain,1,2\n", "values.csv:1: 没有这一列的指标:zz"),
        ("unit,class,rd,target\n甲,county.plain,1,2\n", "values.csv:1: 没有这一列的指标:target"),
        ("unit,class,rd\n甲,county.plain,1_0\n", "values.csv:2 rd: “1_0”不是有效的数字"),
        ("unit,class,rd\n甲,county.plain,1\n甲,county.plain,1\n", "values.csv:3 rd: 同一单位同一指标有两个数值"),
        ("unit,class,safety\n甲,county.plain,-1\n", "values.csv:2 safety: 加减分项的数不带正负号"),
        ("unit,class,safety\n甲,county.plain,1.5\n", "values.csv:2 safety: 件数应为整数"),
        ('unit,class,rd\n甲,county.plain,"1\n', "values.csv:2: 不是有效的 CSV"),
        ("unit,class,rd,unit.region\n甲,county.plain,1,东\n甲,county.plain,,西\n", "values.csv:3 unit.region: 单位“甲”的这一项前后不一"),
        ("unit,class,indicator,value\n甲,county.plain,zz,1\n", "values.csv:2 indicator: 没有指标“zz”"),
    ],
)  # fmt: skip
def test_main_bad_values_named_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    code, out, _ = run(tmp_path, text)
    assert (code, out.exists(), said in capsys.readouterr().err) == (2, False, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rd: 30", "rd: 31", "scheme.yaml:50 weights.by_class.county.plain.innovation: 权重合计应为 60,现为 61"),
        ("method: minmax, missing", "method: magic, missing", "scheme.yaml:39 indicators[0].children[1].method: 只能填写"),
        ("target: 2.5", "target: .nan", "scheme.yaml:34 indicators[0].children[0].target: 这里应为数字"),
        ("target: 2.5", "target: 1e400", "scheme.yaml:34 indicators[0].children[0].target: 这里应为数字"),
        ("target: 2.5", "target: 1.0e+400", "scheme.yaml:34 indicators[0].children[0].target: 这里应为数字"),
        ("target: 2.5", "target: 1_000", "scheme.yaml:34 indicators[0].children[0].target: 这里应为数字"),
        ("target: 2.5", "target: 2025-12-31", "scheme.yaml:34 indicators[0].children[0].target: 这里应为数字"),
        ("target: 2.5", "target: 2.5\n        target: 3", "scheme.yaml:35 indicators[0].children[0].target: 字段重复:target"),
        ("code: innovation", "code: &it innovation\n    concept: *it\n    code: rd", "字段重复:code"),
        ("    children:\n      - code: rd", "    children: &kids\n      - {code: x, title: x, children: *kids}\n      - code: rd", "scheme.yaml:27 indicators[0].children[0].children: 内容包含了自己,成了循环"),
        ("code: innovation", "code: [", "不是有效的 YAML"),
        ("year: 2025", "year: !!bool maybe", "scheme.yaml:4: 不是有效的 YAML"),
        ("year: 2025", "year: 2025-02-30", "scheme.yaml:4: 不是有效的 YAML"),
        ("year: 2025", "year: \0", "scheme.yaml:4: 不是有效的 YAML"),
        ("year: 2025", "year: " + "[" * 3000, "scheme.yaml:4: 层级过深"),
    ],
)  # fmt: skip
def test_main_bad_schemes_named_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    bad, text = tmp_path / "scheme.yaml", Path(SCHEME).read_text(encoding="utf-8")
    assert old in text
    bad.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, out, explain = run(tmp_path, GOOD, str(bad))
    error = capsys.readouterr().err
    assert (code, out.exists(), explain.exists(), said in error) == (2, False, False, True), error


def test_main_aliases_that_swell_refused(tmp_path: Path) -> None:
    bad = tmp_path / "scheme.yaml"
    rows = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    bad.write_text("\n".join(rows), encoding="utf-8")
    assert run(tmp_path, GOOD, str(bad))[0] == 2


def test_main_clears_what_the_run_before_left_and_nothing_else(tmp_path: Path) -> None:
    """A unit that is gone loses its file; a note of the reader and a changed file stay."""
    _, _, explain = run(tmp_path, GOOD)
    gone, kept = sorted(one.name for one in explain.glob("*.json"))
    (explain / "note.json").write_text("{}", encoding="utf-8")
    (tmp_path / "outside.json").write_text("{}", encoding="utf-8")
    sums = explain / "SHA256SUMS"
    empty = hashlib.sha256(b"{}").hexdigest()
    sums.write_text(sums.read_text(encoding="utf-8") + f"{empty}  ../outside.json\n")
    lines = [one for one in GOOD.splitlines(keepends=True) if not one.startswith("乙")]
    assert run(tmp_path, "".join(lines))[0] == 0
    found = sorted(one.name for one in explain.iterdir())
    assert (gone in found, found) == (False, [kept, "SHA256SUMS", "note.json"])
    assert (tmp_path / "outside.json").exists()
    (explain / kept).write_text("mine", encoding="utf-8")
    assert run(tmp_path, "".join(lines).replace("甲县", "丙县"))[0] == 0
    assert (explain / kept).read_text(encoding="utf-8") == "mine"


def test_main_sums_are_those_of_the_files(tmp_path: Path) -> None:
    _, _, explain = run(tmp_path, GOOD)
    due = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in explain.glob("*.json")}
    lines = (explain / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert {line[66:]: line[:64] for line in lines} == due


def test_main_other_encodings_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "v.csv").write_bytes(GOOD.encode("utf-16"))
    out = tmp_path / "s.csv"
    assert main([SCHEME, str(tmp_path / "v.csv"), "--out", str(out)]) == 2
    assert (capsys.readouterr().err, out.exists()) == (
        "v.csv: 文件应为 UTF-8 或 GB18030 编码\n",
        False,
    )


def test_main_octal_looking_numbers_are_decimal(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_text("year: 010\non: yes\n", encoding="utf-8")
    assert read_document(path).document == {"year": 10, "on": "yes"}


def test_main_output_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    values = tmp_path / "values.csv"
    values.write_text(GOOD, encoding="utf-8")
    for out, explain in (
        (tmp_path / "taken" / "s.csv", tmp_path / "e"),
        (tmp_path / "s.csv", tmp_path / "taken" / "e"),
        (tmp_path / "s.csv", tmp_path / "taken"),
        (tmp_path / "absent" / "s.csv", tmp_path / "e"),
        (tmp_path, tmp_path / "e"),
        (values, tmp_path / "e"),
    ):
        assert main([SCHEME, str(values), "--out", str(out), "--explain", str(explain)]) == 2
        assert sorted(one.name for one in tmp_path.iterdir()) == ["taken", "values.csv"]
    assert values.read_text(encoding="utf-8") == GOOD


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_outputs_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    old = tmp_path / "s.csv"
    old.write_text("old", encoding="utf-8")
    with pytest.raises(OSError, match="No space"), Outputs() as outputs:
        outputs.file(old).write_text("half", encoding="utf-8")
        Path("/dev/full").write_text("x", encoding="utf-8")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("s.csv", "old")]


def test_main_bad_scheme_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("a: [", "- 1", "!!python/object:os.system {}"):
        bad = tmp_path / "scheme.yaml"
        bad.write_text(text, encoding="utf-8")
        assert run(tmp_path, GOOD, str(bad))[0] == 2
    assert run(tmp_path, GOOD, str(tmp_path / "absent.yaml"))[0] == 2
    assert "Traceback" not in capsys.readouterr().err


def test_main_short_row_is_a_missing_figure_among_empty_lines_and_columns(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "\n,,\nunit,class,indicator,value,,\n甲,county.plain,rd\n,,,,,,\n")
    assert (code, "缺 4 项数据" in out.read_text(encoding="utf-8-sig")) == (0, True)


def test_main_reads_what_spreadsheets_save_and_the_marks_of_the_scheme(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = "unit,class,rd,hightech,pm25,energy\n甲县,county.plain,2,40,28,0.5\n乙县,county.plain,3,10,—,-\n"
    scheme = tmp_path / "scheme.yaml"
    text = Path(SCHEME).read_text(encoding="utf-8")
    scheme.write_text(text + '\nmarks: {missing: ["—"], apart: ["-", 不适用]}\n', encoding="utf-8")
    _, out, explain = run(tmp_path, wide, str(scheme))
    first = out.read_bytes()
    assert b"\xe7\xbc\xba 1 \xe9\xa1\xb9" in first  # one figure is missing, the other is apart
    values = tmp_path / "values.csv"
    for encoding, told in (
        ("utf-8-sig", ""),
        ("gb18030", "values.csv: 文件不是 UTF-8 编码,按 GB18030 读入\n"),
    ):
        values.write_text(wide.replace("\n", "\r\n"), encoding=encoding, newline="")
        capsys.readouterr()
        code = main([str(scheme), str(values), "--out", str(out), "--explain", str(explain)])
        assert (code, out.read_bytes(), capsys.readouterr().err) == (0, first, told)
    values.write_bytes(b"unit,class\n\xff\xff,k\n")
    assert main([SCHEME, str(values), "--out", str(out)]) == 2
    assert capsys.readouterr().err == "values.csv: 文件应为 UTF-8 或 GB18030 编码\n"
    for marks, said in (("{missing: [5]}", "marks.missing[0]: 这里应为文字,不能是数字"),
                        ("{missing: [N/A]}", "marks.missing[0]: 记号“n/a”有两种意思")):  # fmt: skip
        scheme.write_text(f"{text}\nmarks: {marks}\n", encoding="utf-8")
        assert run(tmp_path, wide, str(scheme))[0] == 2
        assert said in capsys.readouterr().err


def test_main_says_a_fault_in_one_line_whatever_the_cell_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, 'unit,class,rd\n甲县,county.plain,"1\n2"\n')[0] == 2
    assert capsys.readouterr().err == "values.csv:3 rd: “1 2”不是有效的数字\n"

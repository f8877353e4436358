from pathlib import Path

import pytest

from cases.scoring.__main__ import main
from cases.scoring.chain import LINKS
from cases.scoring.methods import METHODS
from cases.scoring.score_page import tables

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "score"


@pytest.mark.parametrize("name", ["cadre", "county", "index", "product"])
def test_examples_come_out_byte_for_byte(name: str, tmp_path: Path) -> None:
    folder = EXAMPLES / name
    made = []
    for run in ("first", "second"):
        out, explain = tmp_path / f"{run}.csv", tmp_path / run
        files = [str(folder / "scheme.yaml"), str(folder / "values.csv")]
        assert main([*files, "--out", str(out), "--explain", str(explain)]) == 0
        told = {one.name: one.read_bytes() for one in sorted(explain.iterdir())}
        made.append((out.read_bytes(), told))
    assert made[0][0] == (folder / "scores.csv").read_bytes()
    assert made[0] == made[1]


def test_examples_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    head, *rows = (EXAMPLES / "index" / "values.csv").read_text(encoding="utf-8").splitlines()
    values, out = tmp_path / "values.csv", tmp_path / "scores.csv"
    values.write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    scheme = str(EXAMPLES / "index" / "scheme.yaml")
    assert main([scheme, str(values), "--out", str(out)]) == 0
    assert out.read_bytes() == (EXAMPLES / "index" / "scores.csv").read_bytes()


def test_cadre_example_is_the_published_one() -> None:
    lines = (EXAMPLES / "cadre" / "scores.csv").read_text(encoding="utf-8-sig").splitlines()
    own = next(line.split(",") for line in lines if line.startswith("甲,"))
    assert own[2:5] == ["925.16", "925.164835164835", "2"]


def test_tables_name_every_method_and_link() -> None:
    heads = [line.split("`")[1] for line in tables().splitlines() if line.startswith("#### ")]
    assert heads == [*METHODS, *LINKS]

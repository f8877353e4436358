"""Small rooms: nothing grows past what one can hold in the head. No exemptions."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("workflow", "forms", "cases", "benchmarks")
FORBIDDEN = re.compile(r"^(utils?|helpers?|common|misc)\.py$")


def modules(*folders: str) -> list[Path]:
    return [p for f in folders for p in sorted((ROOT / f).rglob("*.py"))]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def too_long(paths: list[Path], limit: int) -> list[str]:
    return [f"{p.relative_to(ROOT)}: {n}" for p in paths if (n := lines(p)) > limit]


def test_modules_have_at_most_400_lines() -> None:
    assert (
        too_long([*modules(*CODE, "migrations"), ROOT / "wsgi.py", ROOT / "config.py"], 400) == []
    )


def test_test_files_have_at_most_600_lines() -> None:
    assert too_long(modules("tests"), 600) == []


def test_templates_have_at_most_200_lines() -> None:
    assert too_long(sorted((ROOT / "templates").rglob("*.html")), 200) == []


def test_functions_have_at_most_60_lines() -> None:
    found = []
    for path in modules(*CODE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length}")
    assert found == []


def test_no_room_is_called_utils() -> None:
    assert [str(p) for p in modules(*CODE, "tests") if FORBIDDEN.match(p.name)] == []

"""What import contracts can't say: top-level files, single importers, the one door, the clock."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workflow", "forms", "cases")

ONE_IMPORTER = {
    "transitions": {"workflow/machine.py"},
    "apscheduler": {"cases/jobs/scheduler.py"},
    "weasyprint": {"cases/documents/render.py"},
    "pyhanko": {"cases/documents/sign.py"},
    "smtplib": {"cases/notices/deliver.py"},
}


def sources() -> list[Path]:
    return [p for f in PACKAGES for p in sorted((ROOT / f).rglob("*.py"))]


@cache
def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_each_heavy_library_has_one_importer() -> None:
    found = {
        (lib, name(p))
        for p in sources()
        for lib in ONE_IMPORTER
        for module in imports(p)
        if module == lib or module.startswith(lib + ".")
    }
    assert {x for x in found if x[1] not in ONE_IMPORTER[x[0]]} == set()


def test_flask_lives_on_the_upper_floors_only() -> None:
    upper = ("cases/web/", "cases/booth/")
    found = [
        name(p)
        for p in sources()
        if any(i.split(".")[0] in {"flask", "werkzeug", "flask_wtf"} for i in imports(p))
        and not name(p).startswith(upper)
    ]
    assert found == []


def test_config_imports_nothing_above_floor_one() -> None:
    ours = {i for i in imports(ROOT / "config.py") if i.split(".")[0] in PACKAGES}
    assert ours <= {"cases.errors", "workflow.words"}


def test_nothing_below_imports_the_composition_root() -> None:
    assert [name(p) for p in sources() if "wsgi" in imports(p)] == []


def test_environment_is_read_in_config_only() -> None:
    pattern = re.compile(r"\bos\.(environ|getenv)\b")
    assert [name(p) for p in sources() if pattern.search(p.read_text(encoding="utf-8"))] == []


def test_clock_is_read_in_one_place() -> None:
    pattern = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    found = [name(p) for p in sources() if pattern.search(p.read_text(encoding="utf-8"))]
    assert found == ["cases/clock.py"]


def test_commit_stands_in_the_store_and_the_urn_only() -> None:
    found = [n for p in sources() if ".commit(" in p.read_text(encoding="utf-8") for n in [name(p)]]
    assert set(found) <= {"cases/store.py", "cases/ballot_box/urn.py"}


def written_columns(path: Path, model: str) -> set[str]:
    """Columns that ``update(model)`` / ``insert(model)`` statements of a module set by name."""
    text = path.read_text(encoding="utf-8")
    if not re.search(rf"\b(update|insert)\(\s*{model}\b", text):
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = ast.unparse(node.func.value)
            if node.func.attr == "values" and re.search(rf"(update|insert)\(\s*{model}\b", base):
                found |= {k.arg for k in node.keywords if k.arg}
    return found


def test_only_the_door_writes_the_state_of_a_case() -> None:
    allowed = {"cases/commands/transition.py", "cases/commands/opening.py"}
    found = {
        name(p)
        for p in sources()
        if {"state", "version"} & written_columns(p, "Case") and name(p) not in allowed
    }
    assert found == set()


def test_no_orm_session_anywhere() -> None:
    pattern = re.compile(r"\b(sessionmaker|scoped_session|Session\()")
    assert [name(p) for p in sources() if pattern.search(p.read_text(encoding="utf-8"))] == []

from pathlib import Path
from xml.etree import ElementTree

from workflow.diagram import markdown, mermaid, mermaid_of_thing, svg
from workflow.permissions import rows
from workflow.process import PROCESS
from workflow.vocabulary import Stage, State, Thing

DOCS = Path(__file__).parents[2] / "docs" / "process.md"
SVG = "{http://www.w3.org/2000/svg}"


def test_docs_are_fresh() -> None:
    assert DOCS.read_text() == markdown(), (
        "write it anew: python -m workflow.diagram > docs/process.md"
    )


def test_mermaid_has_every_state_and_move() -> None:
    text = mermaid("en")
    arrows = [line for line in text.splitlines() if " --> " in line and ": " in line]
    assert len(arrows) == len(PROCESS.table)
    assert [s for s in State if f'state "{s.en}" as {s.value}' not in text] == []
    assert [s for s in Stage if f'state "{s.en}" as stage_{s.value}' not in text] == []


def test_mermaid_of_a_thing_has_its_moves() -> None:
    text = mermaid_of_thing(PROCESS.things[Thing.HOLD].spec)
    assert text.splitlines() == [
        "stateDiagram-v2",
        "    [*] --> placed",
        '    state "暂缓中" as placed',
        '    state "已解除" as lifted',
        "    placed --> lifted: 解除暂缓",
        "    lifted --> [*]",
    ]


def test_svg_is_well_formed_and_marks_the_present_state() -> None:
    root = ElementTree.fromstring(svg(State.DECIDED, "en"))
    boxes = root.findall(f"{SVG}rect")
    assert len(boxes) == len(State)
    assert [b.get("class") for b in boxes].count("d-box d-now") == 1
    words = [t.text for t in root.findall(f"{SVG}text")]
    assert words == [s.en for s in Stage] + [
        item.state.en for spec in PROCESS.stages for item in spec.states
    ]
    assert root.get("aria-label") == "The process"


def test_svg_has_no_script_and_no_style() -> None:
    text = svg()
    assert "<script" not in text
    assert "style=" not in text
    assert "d-now" not in text


def test_markdown_prints_every_permission_row() -> None:
    lines = markdown().splitlines()
    start = lines.index("# 权限表 Permissions")
    printed = [line for line in lines[start + 4 :] if line.startswith("|")]
    assert len(printed) == len(list(rows())) + 7

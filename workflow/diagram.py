"""Pictures and tables of the process, for the page, the docs and the API.

Everything is read from ``PROCESS`` and the permission table; nothing is drawn by hand.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from workflow.grammar import Deadline, Direction, StageSpec, ThingSpec, Transition
from workflow.permissions import ADMIN_TABLE, Rule, rows
from workflow.process import PROCESS
from workflow.vocabulary import Stage, State, Word

Moves = Iterable[Transition[Any]]
COLUMN, ROW, BOX_W, BOX_H = 190, 74, 150, 44


def mermaid(locale: str = "zh") -> str:
    """The case's states and moves as a Mermaid state diagram, stages as composite states."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.SCOPED.value}"]
    for spec in PROCESS.stages:
        lines.append(f'    state "{spec.stage.title(locale)}" as stage_{spec.stage.value} {{')
        for item in spec.states:
            lines.append(f'        state "{item.state.title(locale)}" as {item.state.value}')
        lines.append("    }")
    lines += _arrows(PROCESS.transitions, locale)
    lines += [f"    {s.state.value} --> [*]" for p in PROCESS.stages for s in p.states if s.final]
    return "\n".join(lines) + "\n"


def mermaid_of_thing(spec: ThingSpec, locale: str = "zh") -> str:
    """One thing's states and moves as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {spec.initial.value}"]
    lines += [
        f'    state "{item.state.title(locale)}" as {item.state.value}' for item in spec.states
    ]
    lines += _arrows(spec.transitions, locale)
    lines += [f"    {item.state.value} --> [*]" for item in spec.states if item.final]
    return "\n".join(lines) + "\n"


def _arrows(moves: Moves, locale: str) -> list[str]:
    return [
        f"    {source.value} --> {move.target.value}: {move.action.title(locale)}"
        for move in moves
        for source in move.sources
    ]


def svg(current: State | None = None, locale: str = "zh") -> str:
    """A plain SVG: one column per stage, forward moves between states; no script, no style.

    ``current`` marks a case's state. Classes ``d-box``, ``d-now``, ``d-line``, ``d-word``,
    ``d-stage`` are for the page's style sheet.
    """
    places = _places()
    height = ROW * (2 + max(row for _, row in places.values())) + 20
    width = COLUMN * len(PROCESS.stages)
    title = "考核流程图" if not locale.startswith("en") else "The process"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{title}">',
        '<defs><marker id="d-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8Z"/></marker></defs>',
    ]
    parts += _svg_lines(places)
    parts += _svg_boxes(places, current, locale)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _places() -> dict[str, tuple[int, int]]:
    return {
        item.state.value: (column, row)
        for column, spec in enumerate(PROCESS.stages)
        for row, item in enumerate(spec.states)
    }


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    column, row = place
    return column * COLUMN + (COLUMN - BOX_W) // 2, ROW * (row + 1)


def _svg_lines(places: dict[str, tuple[int, int]]) -> Iterator[str]:
    drawn: set[tuple[str, str]] = set()
    for move in PROCESS.transitions:
        if move.direction is Direction.RETURN:
            continue
        for source in move.sources:
            pair = (source.value, move.target.value)
            if pair in drawn or source is move.target:
                continue
            drawn.add(pair)
            yield _svg_line(places[pair[0]], places[pair[1]])


def _svg_line(start: tuple[int, int], end: tuple[int, int]) -> str:
    (x1, y1), (x2, y2) = _corner(start), _corner(end)
    if start[0] == end[0] and end[1] - start[1] > 1:
        x1, y1, y2 = x1 + BOX_W, y1 + BOX_H // 2, y2 + BOX_H // 2
        return _svg_path(f"M{x1} {y1}C{x1 + 18} {y1 + 20} {x1 + 18} {y2 - 20} {x1} {y2}")
    if start[0] == end[0]:
        down = end[1] > start[1]
        x1, x2 = x1 + BOX_W // 2, x2 + BOX_W // 2
        y1, y2 = (y1 + BOX_H, y2) if down else (y1, y2 + BOX_H)
    else:
        right = end[0] > start[0]
        x1, x2 = (x1 + BOX_W, x2) if right else (x1, x2 + BOX_W)
        y1, y2 = y1 + BOX_H // 2, y2 + BOX_H // 2
    return _svg_path(f"M{x1} {y1}L{x2} {y2}")


def _svg_path(route: str) -> str:
    return (
        f'<path class="d-line" d="{route}" fill="none" stroke="currentColor"'
        ' marker-end="url(#d-tip)"/>'
    )


def _svg_boxes(
    places: dict[str, tuple[int, int]], current: State | None, locale: str
) -> Iterator[str]:
    for column, stage in enumerate(Stage):
        middle = column * COLUMN + COLUMN // 2
        yield (
            f'<text class="d-stage" x="{middle}" y="40" text-anchor="middle">'
            f"{escape(stage.title(locale))}</text>"
        )
    for value, place in places.items():
        x, y = _corner(place)
        mark = "d-box d-now" if current is not None and current.value == value else "d-box"
        yield (
            f'<rect class="{mark}" x="{x}" y="{y}" width="{BOX_W}" height="{BOX_H}" rx="4"'
            ' fill="#fff" stroke="currentColor"/>'
        )
        yield (
            f'<text class="d-word" x="{x + BOX_W // 2}" y="{y + 27}" text-anchor="middle">'
            f"{escape(State(value).title(locale))}</text>"
        )


def markdown() -> str:
    """The whole process as ``docs/process.md``: diagrams, moves, deadlines, permissions."""
    parts = [
        "# 考核流程 The process",
        "",
        "本文件由流程定义生成,不手工修改。 Generated from `workflow/`; not edited by hand.",
        "",
        f"流程版本 Process version: `{PROCESS.version}`",
        "",
        "```mermaid",
        mermaid().rstrip(),
        "```",
        "",
    ]
    for spec in PROCESS.stages:
        parts += _stage_part(spec)
    parts += ["# 并行办理的事项 Things beside the case", ""]
    for thing in PROCESS.things.values():
        parts += _thing_part(thing.spec)
    parts += _permission_part()
    return "\n".join(parts).rstrip() + "\n"


def _stage_part(spec: StageSpec) -> list[str]:
    head = [f"## {spec.stage.zh} {spec.stage.en} (`{spec.stage.value}`)", ""]
    head += [f"出口 Gate: {spec.gate.rule}", ""]
    return [*head, *_states(spec), *_moves(spec.transitions), *_deadlines(spec)]


def _thing_part(spec: ThingSpec) -> list[str]:
    head = [f"## {spec.thing.zh} {spec.thing.en} (`{spec.thing.value}`)", ""]
    head += ["```mermaid", mermaid_of_thing(spec).rstrip(), "```", ""]
    return [*head, *_states(spec), *_moves(spec.transitions), *_deadlines(spec)]


def _states(spec: StageSpec | ThingSpec) -> list[str]:
    table = ["| 状态 State | | 等谁办理 Waits for |", "|---|---|---|"]
    for item in spec.states:
        waits = "、".join(role.zh for role in item.waits_for) or ("终点" if item.final else "")
        table.append(f"| {_both(item.state)} | `{item.state.value}` | {waits} |")
    return [*table, ""]


def _moves(moves: Moves) -> list[str]:
    table = [
        "| 动作 Move | 从 From | 到 To | 权限 Permission | 条件 Guards | 退路 Way back |",
        "|---|---|---|---|---|---|",
    ]
    for move in moves:
        rules = "；".join(str(guard.rule) for guard in (*move.guards, *move.checks))
        marks = "（自动）" if move.auto else ""
        sources = "、".join(source.title() for source in move.sources)
        table.append(
            f"| {_both(move.action)}{marks} `{move.action.value}` | {sources} |"
            f" {move.target.title()} | {move.permission.zh} | {rules} | {_way_back(move)} |"
        )
    return [*table, ""]


def _way_back(move: Transition[Any]) -> str:
    if move.direction is Direction.RETURN:
        cleared = "、".join(word.zh for word in move.clears)
        return f"退回;清除:{cleared}" if cleared else "退回"
    if move.back is not None:
        return move.back.title()
    return f"不可撤回:{move.irreversible}"


def _deadlines(spec: StageSpec | ThingSpec) -> list[str]:
    if not spec.deadlines:
        return []
    table = ["| 期限 Deadline | 起算 From | 长度 Length | 提醒 Reminders |", "|---|---|---|---|"]
    for deadline in spec.deadlines:
        steps = "；".join(
            f"{step.offset:+d} {'、'.join(role.zh for role in step.to)}"
            for reminder in spec.reminders
            if reminder.deadline == deadline.key
            for step in reminder.steps
        )
        table.append(f"| {deadline.title} | {deadline.anchor.zh} | {_length(deadline)} | {steps} |")
    return [*table, ""]


def _length(deadline: Deadline) -> str:
    clause = f"({deadline.clause})" if deadline.clause else ""
    return f"{deadline.days} {deadline.unit.zh}{clause}" if deadline.days else f"当日{clause}"


def _permission_part() -> list[str]:
    table = [
        "# 权限表 Permissions",
        "",
        "| 权限 Permission | | 角色 Role | 范围 Scope |",
        "|---|---|---|---|",
    ]
    for permission, rule in rows():
        table.append(
            f"| {_both(permission)} | `{permission.value}` | {_both(rule.role)} | {_reach(rule)} |"
        )
    for kind, held in ADMIN_TABLE.items():
        for permission in sorted(held):
            name = f"{_both(permission)} | `{permission.value}`"
            table.append(f"| {name} | {_both(kind)} | 本系统,无业务数据 |")
    return [*table, ""]


def _reach(rule: Rule) -> str:
    narrowed = [rule.scope.zh]
    if rule.case_kind is not None:
        narrowed.append(f"限{rule.case_kind.zh}")
    if rule.after_notice:
        narrowed.append("告知以后")
    return ",".join(narrowed)


def _both(word: Word) -> str:
    return f"{word.zh} {word.en}"


if __name__ == "__main__":
    print(markdown(), end="")

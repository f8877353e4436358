"""A scheme document from a YAML file: safe, without repeated keys, errors with their lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from cases.scoring.reading import DocumentErrors, Problem
from workflow.words import m

DEEPEST = 60


class DocumentFile:
    """A parsed document with the line of every path."""

    def __init__(self, name: str, document: dict[str, Any], lines: dict[str, int]) -> None:
        self.name = name
        self.document = document
        self.lines = lines

    def placed(self, path: str) -> str:
        """``scheme.yaml:12 weights.total``: file, line and path of a problem."""
        near = path
        while near and near not in self.lines:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        return f"{self.name}:{self.lines.get(near, 1)} {path}".rstrip()


def read_document(path: Path) -> DocumentFile:
    """Raises DocumentErrors with file and line for bad YAML, OSError and UnicodeDecodeError."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}:{mark.line + 1}" if mark else path.name
        said = " ".join(str(getattr(error, "problem", None) or error).split())
        raise DocumentErrors([(place, m("不是有效的 YAML:%(error)s", error=said))]) from error
    if not isinstance(root, MappingNode) or not isinstance(document, dict):
        raise DocumentErrors([(f"{path.name}:1", m("这里应为一组字段"))])
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    _walk(root, "", lines, problems, path.name, 0)
    if problems:
        raise DocumentErrors(problems)
    return DocumentFile(path.name, document, lines)


def _walk(
    node: Any, path: str, lines: dict[str, int], problems: list[Problem], name: str, depth: int
) -> None:
    """Note the line of every path below; repeated keys, which YAML swallows, are problems."""
    lines.setdefault(path, node.start_mark.line + 1)
    if depth > DEEPEST:
        problems.append((f"{name}:{node.start_mark.line + 1}", m("层级过深")))
        return
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            said = key.value if isinstance(key, ScalarNode) else ""
            below = f"{path}.{said}" if path else said
            if said in seen:
                place = f"{name}:{key.start_mark.line + 1} {below}"
                problems.append((place, m("字段重复:%(name)s", name=said)))
            seen.add(said)
            lines[below] = key.start_mark.line + 1
            _walk(value, below, lines, problems, name, depth + 1)
    elif isinstance(node, SequenceNode):
        for number, value in enumerate(node.value):
            _walk(value, f"{path}[{number}]", lines, problems, name, depth + 1)

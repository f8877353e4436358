"""A scheme document from a YAML file: safe, without repeated keys, errors with their lines.

Numbers are read as in YAML 1.2: ``010`` is ten, and what older YAML guesses at (``1_000``,
``12:30``, ``yes``) stays text and is refused where a number is due.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from cases.scoring.reading import DocumentErrors, Problem
from workflow.words import m

DEEPEST = 60
MOST = 500_000
"""Fields of a document, those behind aliases counted each time."""


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


class PlainLoader(yaml.SafeLoader):
    """The safe loader with the plain numbers and truth values of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """The value of a node; one that its tag or its look promises and is none has its line."""
        try:
            return super().construct_object(node, deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            said = f"not a value of the kind {str(node.tag).rpartition(':')[2]}"
            raise ConstructorError(None, None, said, node.start_mark) from error


class PlainDumper(yaml.SafeDumper):
    """Writes text in quotes wherever older or newer YAML would take it for something else."""


_PLAIN = (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]{1,40}", "-+0123456789"),
    ("float", r"[-+]?[0-9]{1,40}\.[0-9]{0,40}(?:[eE][-+]?[0-9]{1,3})?", "-+0123456789"),
    ("null", r"~|null|", "~n\0"),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
    ("merge", r"<<", "<"),
)
for _kind, _pattern, _first in _PLAIN:
    for _yaml in (PlainLoader, PlainDumper):
        _yaml.add_implicit_resolver(
            f"tag:yaml.org,2002:{_kind}",
            re.compile(f"^(?:{_pattern})$"),
            ["" if one == "\0" else one for one in _first],
        )


def _decimal_integer(loader: PlainLoader, node: ScalarNode) -> int:
    """Ten for ``010``, which older YAML takes for eight."""
    return int(str(loader.construct_scalar(node)))


PlainLoader.add_constructor("tag:yaml.org,2002:int", _decimal_integer)


def read_document(path: Path) -> DocumentFile:
    """Raises DocumentErrors with file and line for bad YAML; OSError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentErrors([(path.name, m("文件应为 UTF-8 编码"))]) from error
    try:
        return _parsed(path.name, PlainLoader(text))
    except DocumentErrors:
        raise
    except (yaml.YAMLError, ValueError, TypeError) as error:
        line = line_of(error, text)
        place = f"{path.name}:{line}" if line else path.name
        said = " ".join(str(getattr(error, "problem", None) or error).split())
        raise DocumentErrors([(place, m("不是有效的 YAML:%(error)s", error=said))]) from error


def _parsed(name: str, loader: PlainLoader) -> DocumentFile:
    try:
        root = loader.get_single_node()
        lines = _lines_of(root, name)
        return DocumentFile(name, loader.construct_document(root), lines)
    except RecursionError as error:
        raise DocumentErrors([(f"{name}:{loader.line + 1}", m("层级过深"))]) from error


def line_of(error: Exception, text: str) -> int:
    """The line of a YAML text that can't be read, 0 where nothing tells it."""
    if isinstance(error, ReaderError):
        return text.count("\n", 0, int(error.position)) + 1
    mark = getattr(error, "problem_mark", None)
    return 0 if mark is None else int(mark.line) + 1


def lines_of(text: str) -> dict[str, int]:
    """The line of every path of a YAML text; none for what is no sound tree."""
    try:
        return _lines_of(PlainLoader(text).get_single_node(), "")
    except (DocumentErrors, yaml.YAMLError, RecursionError):
        return {}


def _lines_of(root: Any, name: str) -> dict[str, int]:
    """The line of every path; raises DocumentErrors for what is no sound tree."""
    if not isinstance(root, MappingNode):
        raise DocumentErrors([(f"{name}:1", m("这里应为一组字段"))])
    walk = _Walk(name)
    walk.down(root, "", ())
    if walk.problems:
        raise DocumentErrors(walk.problems)
    return walk.lines


class _Walk:
    """Lines and problems of a tree of YAML nodes: repeated keys, which YAML swallows, and nodes
    that contain themselves through an alias."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.count = 0

    def place(self, node: Any, path: str) -> str:
        return f"{self.name}:{node.start_mark.line + 1} {path}".rstrip()

    def down(self, node: Any, path: str, above: tuple[int, ...]) -> None:
        self.lines.setdefault(path, node.start_mark.line + 1)
        self.count += 1
        if id(node) in above:
            self.problems.append((self.place(node, path), m("内容包含了自己,成了循环")))
        elif len(above) > DEEPEST:
            self.problems.append((self.place(node, path), m("层级过深")))
        elif self.count > MOST:
            raise DocumentErrors([(self.place(node, path), m("内容过多"))])
        elif isinstance(node, MappingNode):
            self._fields(node, path, (*above, id(node)))
        elif isinstance(node, SequenceNode):
            for number, value in enumerate(node.value):
                self.down(value, f"{path}[{number}]", (*above, id(node)))

    def _fields(self, node: MappingNode, path: str, above: tuple[int, ...]) -> None:
        seen: set[str] = set()
        for key, value in node.value:
            said = key.value if isinstance(key, ScalarNode) else ""
            below = f"{path}.{said}" if path else said
            if said in seen and said != "<<":
                place = self.place(key, below)
                self.problems.append((place, m("字段重复:%(name)s", name=said)))
            seen.add(said)
            self.lines[below] = key.start_mark.line + 1
            self.down(value, below, above)

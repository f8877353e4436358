"""Parameters of methods and of links, read and checked by what each says it takes."""

from fractions import Fraction

from cases.scoring.chain.link import LinkKind
from cases.scoring.methods.method import Method
from cases.scoring.reading import Node
from cases.scoring.shapes import Parameter
from workflow.words import m

WIDEST = 10**15


def read_parameters(node: Node, method: Method) -> dict[str, Parameter]:
    """The ``parameters`` of an indicator: numbers, words, lists of numbers, tables of pairs."""
    inner = node.at("parameters")
    found: dict[str, Parameter] = {}
    for name, child in node.entries("parameters"):
        if name in method.numbers:
            low, high = method.numbers[name]
            found[name] = inner.number(name, low=low, high=high)
        elif name in method.words:
            found[name] = inner.word(name, method.words[name])
        elif name in method.lists:
            found[name] = tuple(_number(row) for row in inner.rows(name))
        elif name in method.tables:
            found[name] = tuple(_pair(row) for row in inner.rows(name))
        else:
            child.refuse(m("这种方法没有参数“%(name)s”", name=name))
    for name in method.required:
        if name not in found:
            inner.refuse(m("必须填写"), name)
    wrong = method.refuse(found)
    if wrong is not None:
        node.refuse(wrong, "parameters")
    return found


def read_link(node: Node, kind: LinkKind) -> dict[str, Parameter]:
    """The parameters of one link of a chain, written beside its kind."""
    found: dict[str, Parameter] = {}
    for name, (low, high) in kind.numbers.items():
        if node.has(name):
            found[name] = node.number(name, low=low, high=high)
    for name, words in kind.words.items():
        if node.has(name):
            found[name] = node.word(name, words)
    for name in kind.names:
        if node.has(name):
            found[name] = node.text(name)
    for name in kind.required:
        if name not in found:
            node.refuse(m("必须填写"), name)
    wrong = kind.refuse(found)
    if wrong is not None:
        node.refuse(wrong[1], wrong[0])
    return found


def _number(row: Node) -> Fraction:
    return Node({"value": row.value}, row.path, row.problems).number("value", low=-WIDEST)


def _pair(row: Node) -> tuple[Fraction, Fraction]:
    """One row of a table: ``[from, points]``."""
    if not isinstance(row.value, list) or len(row.value) != 2:
        row.refuse(m("这里应为两个数:起点和分数"))
        return (Fraction(0), Fraction(0))
    first, second = (Node(value, row.path, row.problems) for value in row.value)
    return (_number(first), _number(second))

"""What stands in a file of figures for "no figure" and for "doesn't concern the unit"."""

from __future__ import annotations

from cases.scoring.exact import exact
from cases.scoring.reading import Node
from workflow.words import m

MISSING, APART = "missing", "apart"
ALWAYS = {"n/a": APART}


def read_marks(node: Node) -> dict[str, str]:
    """``marks: {missing: ["-", "—"], apart: ["不适用"]}`` -> kind by mark, in lower case.

    An empty cell is missing and ``n/a`` does not apply, whatever else is stated.
    """
    inner = node.at("marks")
    inner.only(MISSING, APART)
    found = dict(ALWAYS)
    for kind in (MISSING, APART):
        for row in inner.rows(kind):
            mark = row.value.strip().lower() if isinstance(row.value, str) else ""
            if not mark or _number(mark):
                row.refuse(m("这里应为文字,不能是数字"))
            elif found.get(mark, kind) != kind:
                row.refuse(m("记号“%(mark)s”有两种意思", mark=mark))
            else:
                found[mark] = kind
    return found


def _number(text: str) -> bool:
    try:
        exact(text)
    except ValueError:
        return False
    return True

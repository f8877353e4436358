"""A scoresheet as plain data that reproduces its arithmetic by hand; two runs, same bytes."""

from collections.abc import Callable
from decimal import Decimal

from cases.scoring.scoresheet import Scoresheet
from cases.scoring.shapes import Scheme
from workflow.words import Sentence


def explanation(
    scheme: Scheme, sheet: Scoresheet, write: Callable[[Sentence | str], object] = str
) -> dict[str, object]:
    """A sheet as plain data: every row with its steps, groups, items, total, scheme digest.

    ``write`` makes plain data of sentences and titles; by default their Chinese text.
    """
    return {
        "unit": sheet.unit,
        "class": sheet.class_code,
        "scheme": {"code": scheme.code, "digest": scheme.document_digest},
        "rows": [
            {
                "indicator": row.indicator,
                "title": write(scheme.indicators[row.indicator].title),
                "value": _text(row.value),
                "source": row.provenance,
                "method": row.method,
                "steps": [
                    {"title": write(s.title), "formula": s.formula, "result": s.result}
                    for s in row.steps()
                ],
                "points": _text(row.points),
                "weight": _text(row.weight),
                "effective": _text(row.effective),
                "contribution": _text(row.contribution),
                "remark": None if row.remark is None else write(row.remark),
            }
            for row in sheet.rows
        ],
        "groups": [
            {"indicator": row.indicator, "score": _text(row.score), "weight": _text(row.weight)}
            for row in sheet.groups
        ],
        "weighted": _text(sheet.weighted),
        "items": [{"item": row.item, "points": _text(row.points)} for row in sheet.items],
        "total": _text(sheet.total),
        "flags": [write(flag) for flag in sheet.flags],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"

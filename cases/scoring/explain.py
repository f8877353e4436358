"""A scoresheet as plain data that reproduces its arithmetic by hand; two runs, same bytes."""

from decimal import Decimal

from cases.scoring.scoresheet import Scoresheet
from cases.scoring.shapes import IndicatorScheme
from workflow.words import Sentence


def explanation(scheme: IndicatorScheme, sheet: Scoresheet) -> dict[str, object]:
    """A sheet as plain data: every row with its steps, groups, items, total, scheme digest."""
    return {
        "unit": sheet.unit,
        "class": sheet.class_code,
        "scheme": {"code": scheme.code, "digest": scheme.document_digest},
        "rows": [
            {
                "indicator": row.indicator,
                "title": str(scheme.indicators[row.indicator].title),
                "value": _text(row.value),
                "source": row.provenance,
                "method": row.method,
                "steps": [
                    {"title": str(s.title), "formula": s.formula, "result": s.result}
                    for s in row.steps()
                ],
                "points": _text(row.points),
                "weight": _text(row.weight),
                "effective": _text(row.effective),
                "contribution": _text(row.contribution),
                "remark": _text(row.remark),
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
        "flags": [str(flag) for flag in sheet.flags],
    }


def _text(value: Decimal | Sentence | None) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return None if value is None else str(value)

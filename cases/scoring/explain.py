"""A scoresheet as plain data that reproduces its arithmetic by hand; two runs, same bytes."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from cases.scoring.methods.method import Step
from cases.scoring.scoresheet import GroupRow, LeafRow, PartRow, Scoresheet
from cases.scoring.shapes import IndicatorScheme
from workflow.words import Sentence

Write = Callable[[Sentence | str], object]


def explanation(
    scheme: IndicatorScheme, sheet: Scoresheet, write: Write = str
) -> dict[str, object]:
    """A sheet as plain data: rows with their steps, groups with their parts, items, total.

    ``write`` makes plain data of sentences and titles; by default their Chinese text.
    """
    return {
        "unit": sheet.unit,
        "class": sheet.class_code,
        "scheme": {"code": scheme.code, "digest": scheme.document_digest},
        "rows": [_row(scheme, row, write) for row in sheet.rows],
        "groups": [_group(scheme, row, write) for row in sheet.groups],
        "whole": {
            "aggregate": scheme.top.aggregate,
            "parts": [_part(p) for p in sheet.parts],
            "joined": _text(sheet.joined),
            "steps": _steps(sheet.made, write),
        },
        "weighted": _text(sheet.weighted),
        "items": [
            {
                "item": row.item,
                "title": write(scheme.items[row.item].title),
                "asked": _text(row.asked),
                "points": _text(row.points),
                "remark": None if row.remark is None else write(row.remark),
            }
            for row in sheet.items
        ],
        "total": _text(sheet.total),
        "caps": [
            {"code": c.code, "cap": c.cap.value, "reason": write(c.reason)} for c in sheet.caps
        ],
        "flags": [write(flag) for flag in sheet.flags],
    }


def _row(scheme: IndicatorScheme, row: LeafRow, write: Write) -> dict[str, object]:
    return {
        "indicator": row.indicator,
        "title": write(scheme.indicators[row.indicator].title),
        "value": _text(row.value),
        "source": row.provenance,
        "method": row.method,
        "steps": _steps(row.steps(), write),
        "points": _text(row.points),
        "weight": _text(row.weight),
        "effective": _text(row.effective),
        "contribution": _text(row.contribution),
        "unadded": None if row.unadded is None else write(row.unadded),
        "remark": None if row.remark is None else write(row.remark),
    }


def _group(scheme: IndicatorScheme, row: GroupRow, write: Write) -> dict[str, object]:
    one = scheme.indicators[row.indicator]
    return {
        "indicator": row.indicator,
        "title": write(one.title),
        "aggregate": one.aggregate,
        "parts": [_part(part) for part in row.parts],
        "joined": _text(row.joined),
        "method": row.method,
        "steps": _steps(row.steps(), write),
        "score": _text(row.score),
        "weight": _text(row.weight),
        "remark": None if row.remark is None else write(row.remark),
    }


def _steps(steps: Iterable[Step], write: Write) -> list[dict[str, object]]:
    return [{"title": write(s.title), "formula": s.formula, "result": s.result} for s in steps]


def _part(part: PartRow) -> dict[str, object]:
    return {
        "indicator": part.indicator,
        "weight": _text(part.weight),
        "score": _text(part.score),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"

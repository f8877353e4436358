"""Sample schemes to begin with: a province of many classes, five zones that weigh one tree.

Fictional: the shape of each follows published descriptions, its indicators, weights, targets and
units are our own. ``docs/samples.md`` says more; ``figures`` draws values for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cases.scoring.document_file import read_document
from cases.scoring.rule_shapes import Title

HERE = Path(__file__).parent
_YEAR = re.compile(r"^year: [0-9]+$", re.MULTILINE)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample; ``told`` says in a sentence what it shows."""

    code: str
    title: Title
    told: Title

    @property
    def path(self) -> Path:
        """The file that ``./kaoji score`` and the upload of a scheme read."""
        return HERE / f"{self.code}.yaml"


SAMPLES: Mapping[str, Sample] = {
    one.code: one
    for one in (
        Sample(
            "province",
            Title("省级分类考核", "A province by level and class"),
            Title(
                "4 大类；县分 9 类，省直部门分 5 类；7 组 44 项指标，用全部计分方法。",
                "4 categories, counties in 9 classes, departments in 5; 7 groups with 44 "
                "indicators by every method, weighed differently by class.",
            ),
        ),
        Sample(
            "zones",
            Title("五区分别定权重", "Five zones, one tree"),
            Title(
                "一套 7 组 26 项指标，五个经济区五种权重；一部分指标在全省比较。",
                "One tree of 7 groups with 26 indicators, weighed differently by five economic "
                "zones; some figures are compared across the province.",
            ),
        ),
    )
}


def document(code: str) -> Document:
    """The whole scheme document of a sample, fresh. Raises KeyError."""
    return deepcopy(_read(SAMPLES[code].path))


def text(code: str, year: int | None = None) -> str:
    """The file of a sample as it ships, for a year. Raises KeyError."""
    whole = SAMPLES[code].path.read_text(encoding="utf-8")
    return whole if year is None else _YEAR.sub(f"year: {year}", whole)


def units(code: str) -> dict[str, str]:
    """Unit -> class of a sample, fictional, in official order. Raises KeyError."""
    by_class = _read(HERE / "units.yaml")[SAMPLES[code].code]
    return {name: class_code for class_code, names in by_class.items() for name in names}


@cache
def _read(path: Path) -> Document:
    return read_document(path).document

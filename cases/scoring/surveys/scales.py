"""Scales of public surveys out of ``scales.yaml``: answers with points, and which are good ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import yaml

from cases.scoring.ballots_shapes import Option
from cases.scoring.rule_shapes import TAGS, RuleSource, Title


@dataclass(frozen=True, slots=True)
class Scale:
    """What can be answered and what it is worth, 0 to 100; ``good`` answers count as 好评."""

    code: str
    title: Title
    options: tuple[Option, ...]
    good: tuple[str, ...]
    source: RuleSource

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)


@cache
def scales() -> Mapping[str, Scale]:
    """All scales by code, in the order of the file. Raises ValueError for a row without source."""
    folder = resources.files(__package__ or "")
    rows = yaml.safe_load(folder.joinpath("scales.yaml").read_text(encoding="utf-8"))
    return {row["code"]: read_scale(row) for row in rows}


def read_scale(row: Mapping[str, Any]) -> Scale:
    """One row. Raises ValueError for a missing source, unknown good answer or points off 0–100."""
    code = str(row.get("code"))
    missing = [name for name in ("source", "article", "effective", "tag") if not row.get(name)]
    if missing or row["tag"] not in TAGS or not isinstance(row["effective"], date):
        raise ValueError(f"scale {code}: its source is not whole")
    options = tuple(_option(code, answer) for answer in row["answers"])
    if not set(row["good"]) <= {option.code for option in options if not option.abstain}:
        raise ValueError(f"scale {code}: a good answer is none of its answers")
    source = RuleSource(row["source"], row["article"], row["effective"], row["tag"])
    return Scale(code, _title(row["title"]), options, tuple(row["good"]), source)


def _option(scale: str, answer: Mapping[str, Any]) -> Option:
    points = answer.get("points")
    worth = Fraction(0) if points is None else Fraction(str(points))
    if not 0 <= worth <= 100:
        raise ValueError(f"scale {scale}: points lie between 0 and 100")
    return Option(str(answer["code"]), _title(answer["title"]), worth, None, points is None)


def _title(said: Mapping[str, str]) -> Title:
    return Title(said["zh"], said["en"])

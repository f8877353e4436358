"""The shipped rule rows, read from this package's data files; the only reader of them.

Every row tagged ``assumed`` or ``secondary`` must be confirmed by the office and may be
replaced in the scheme document.
"""

from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import yaml

from cases.scoring.reading import DocumentErrors, Problem
from cases.scoring.rule_rows import NAMES, rule_book
from cases.scoring.rule_shapes import RuleBook


@cache
def shipped_rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of every ``<name>.yaml`` here, by name, as parsed. Don't change the result."""
    files = resources.files(__name__)
    return {
        name: yaml.safe_load(files.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
        for name in NAMES
    }


@cache
def shipped_rules() -> RuleBook:
    """The shipped rows as a rule book. Raises DocumentErrors if a shipped file is broken."""
    problems: list[Problem] = []
    book = rule_book(shipped_rows(), problems)
    if problems:
        raise DocumentErrors(problems)
    return book


def shipped_turnout() -> Fraction:
    """The least share of those due who must be present, where a scheme states none."""
    return next(rule.threshold for rule in shipped_rules().triggers if rule.figure == "turnout")


def shipped_ballot_years() -> int:
    """Years that raw ballots are kept, where a scheme states none."""
    return kept_years("raw_ballots") or 0


def kept_years(material: str) -> int | None:
    """Years a kind of material is kept; None is for ever. Raises KeyError for an unknown kind."""
    rules = {rule.material: rule for rule in shipped_rules().retention}
    return rules[material].years


def kept_words(years: int | None) -> str:
    """A term of retention as volumes print it (Chinese, as papers are); None is for ever."""
    return "永久" if years is None else f"{years}年"

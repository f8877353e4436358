"""The shipped rule rows, read from this package's data files; the only reader of them.

Every row tagged ``assumed`` or ``secondary`` must be confirmed by the office and may be
replaced in the scheme document.
"""

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

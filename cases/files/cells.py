"""Where something stands in a workbook, and what is wrong with it there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cases.errors import KaojiError
from workflow.words import Sentence


class Level(StrEnum):
    """How much a finding weighs: an error refuses the row or the file, a note only informs."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding with its place: ``sheet`` as named in the file, ``cell`` like ``B17``.

    ``cell`` is a row number (``17``) when the whole row is meant and empty for the whole sheet.
    """

    sheet: str
    cell: str
    sentence: Sentence
    level: Level = Level.ERROR

    @property
    def place(self) -> str:
        """Sheet and cell as a spreadsheet writes them: ``名册!B17``."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


class Unreadable(KaojiError):
    """A file cannot be taken at all; ``problems`` say where and why. Nothing was read from it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.sheet}!{p.cell} {p.sentence}" for p in problems))
        self.problems = problems


def refuse(sentence: Sentence, sheet: str = "", cell: str = "") -> Unreadable:
    """An :class:`Unreadable` with a single reason, to be raised by the caller."""
    return Unreadable((Problem(sheet, cell, sentence),))


@lru_cache(maxsize=1024)
def column_letters(index: int) -> str:
    """0 -> ``A``, 25 -> ``Z``, 26 -> ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """``A`` -> 0, ``AA`` -> 26. ValueError for anything but capital letters."""
    index = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        index = index * 26 + ord(letter) - 64
    return index - 1


def address(row: int, column: int) -> str:
    """The address of a cell by its row number as shown (from 1) and its column index (from 0)."""
    return f"{column_letters(column)}{row}"

"""Reading a parsed document field by field, collecting every problem with its path.

A ``Node`` never raises for bad content: it records ``(path, Sentence)`` and returns a harmless
stand-in, so that one pass shows an office all the mistakes of its document.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from cases.scoring.exact import exact
from workflow.words import Sentence, m

Problem = tuple[str, Sentence]

_ABSENT: Final = object()


_LONGEST = 60


def short(text: str) -> str:
    """What was written, cut where it is too long to be told."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class DocumentErrors(ValueError):
    """A document can't be used; ``errors`` holds every (path, Sentence)."""

    def __init__(self, errors: Iterable[Problem]) -> None:
        self.errors: tuple[Problem, ...] = tuple(errors)
        super().__init__("; ".join(f"{path}: {sentence}" for path, sentence in self.errors))


class Node:
    """One value of a document together with its path and the shared list of problems."""

    def __init__(self, value: Any, path: str, problems: list[Problem]) -> None:
        self.value = value
        self.path = path
        self.problems = problems

    def refuse(self, sentence: Sentence, name: str = "") -> None:
        """Record a problem here or at the named field."""
        self.problems.append((self._below(name), sentence))

    def only(self, *names: str) -> None:
        """Refuse fields that nobody reads: a misspelt rule must not vanish silently."""
        for name, child in self.pairs():
            if name not in names:
                child.refuse(m("没有这个字段"))

    def has(self, name: str) -> bool:
        return isinstance(self.value, Mapping) and self.value.get(name) is not None

    def at(self, name: str) -> "Node":
        """The named field; its value is None where absent."""
        value = self.value.get(name) if isinstance(self.value, Mapping) else None
        return Node(value, self._below(name), self.problems)

    def rows(self, name: str) -> list["Node"]:
        """The list under ``name``; an absent list is empty, anything else is a problem."""
        value = self.at(name).value
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(m("这里应为列表"), name)
            return []
        base = self._below(name)
        return [Node(row, f"{base}[{i}]", self.problems) for i, row in enumerate(value)]

    def pairs(self) -> Iterator[tuple[str, "Node"]]:
        """The pairs of this mapping; an absent one is empty, anything else is a problem."""
        if isinstance(self.value, Mapping):
            for key, child in self.value.items():
                yield str(key), Node(child, self._below(str(key)), self.problems)
        elif self.value is not None:
            self.refuse(m("这里应为一组字段"))

    def entries(self, name: str) -> Iterator[tuple[str, "Node"]]:
        """The pairs of the mapping under ``name``."""
        yield from self.at(name).pairs()

    def text(self, name: str, default: str | None = None) -> str:
        """A non-empty line of text; without a default it is required."""
        value = self._get(name, default)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is _ABSENT or value == "":
            return default or ""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self.refuse(m("这里应为文字"), name)
        return default or ""

    def word(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of the allowed words."""
        words = tuple(allowed)
        value = self._get(name, default)
        if value is _ABSENT:
            return words[0]
        if value not in words:
            self.refuse(m("只能填写:%(words)s", words="、".join(words)), name)
            return default or words[0]
        return str(value)

    def words(self, name: str, allowed: Iterable[str], default: Iterable[str] = ()) -> Any:
        """A tuple of allowed words."""
        if not self.has(name):
            return tuple(default)
        choices = tuple(allowed)
        found = []
        for row in self.rows(name):
            if row.value in choices:
                found.append(str(row.value))
            else:
                row.refuse(m("只能填写:%(words)s", words="、".join(choices)))
        return tuple(found)

    def number(
        self,
        name: str,
        default: Fraction | int | None = None,
        *,
        low: int | None = 0,
        high: int | None = None,
    ) -> Fraction:
        """One exact number between ``low`` and ``high`` inclusive."""
        value = self._get(name, default)
        if value is _ABSENT:
            return Fraction(0)
        number = self._number(value, name)
        if low is not None and number < low:
            self.refuse(m("不能小于 %(low)s", low=low), name)
        if high is not None and number > high:
            self.refuse(m("不能大于 %(high)s", high=high), name)
        return number

    def optional_number(self, name: str) -> Fraction | None:
        return self._number(self.at(name).value, name) if self.has(name) else None

    def integer(self, name: str, default: int | None = None, *, low: int | None = 0) -> int:
        number = self.number(name, default, low=low)
        if number.denominator != 1:
            self.refuse(m("这里应为整数"), name)
        return int(number)

    def optional_integer(self, name: str, *, low: int | None = 0) -> int | None:
        return self.integer(name, low=low) if self.has(name) else None

    def flag(self, name: str, default: bool) -> bool:
        value = self._get(name, default)
        if not isinstance(value, bool):
            self.refuse(m("只能填写:%(words)s", words="true、false"), name)
            return default
        return value

    def day(self, name: str) -> date | None:
        """A date, or its text YYYY-MM-DD; None where absent."""
        value = self.at(name).value
        if value is None:
            return None
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.refuse(m("日期应写成 2025-12-31 的样子"), name)
            return None

    def _get(self, name: str, default: Any) -> Any:
        value = self.at(name).value
        if value is not None:
            return value
        if default is None:
            self.refuse(m("必须填写"), name)
            return _ABSENT
        return default

    def _number(self, value: Any, name: str) -> Fraction:
        try:
            # repr() of a float is the shortest text that reads back, i.e. what was typed
            return exact(repr(value) if isinstance(value, float) else value)
        except (ValueError, TypeError):
            self.refuse(m("这里应为数字,可写成 0.25 或 2/3"), name)
            return Fraction(0)

    def _below(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path and name else self.path or name

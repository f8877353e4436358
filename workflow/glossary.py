"""The vocabulary as a page: identifier, Chinese, English. ``python -m workflow.glossary``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import workflow.vocabulary as vocabulary
from workflow.vocabulary import Word


def words() -> Iterator[type[Word]]:
    """Every closed vocabulary, by name, each once."""
    seen: set[str] = set()
    for name in sorted(vocabulary.__all__):
        found = getattr(vocabulary, name)
        is_word = isinstance(found, type) and issubclass(found, Word) and found is not Word
        if is_word and found.__name__ not in seen:
            seen.add(found.__name__)
            yield found


def page() -> str:
    """The whole glossary as Markdown."""
    lines = [
        "# Glossary",
        "",
        "The closed vocabularies of the process: what is stored, and how papers and pages say it.",
        "Made by `python -m workflow.glossary > docs/glossary.md`.",
    ]
    for vocabulary_class in words():
        first = (vocabulary_class.__doc__ or "").strip().split("\n")[0]
        lines += ["", f"## {vocabulary_class.__name__}", "", first, ""]
        lines += ["| identifier | 中文 | English |", "|---|---|---|"]
        lines += [f"| `{w.value}` | {w.zh} | {w.en} |" for w in vocabulary_class]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())

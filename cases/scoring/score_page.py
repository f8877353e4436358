"""What ``docs/score.md`` says of methods and links, and ``docs/scheme.schema.json``, made anew.

``python -m cases.scoring.score_page docs`` writes both; a test keeps them fresh.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from cases.scoring.chain import LINKS
from cases.scoring.chain.link import LinkKind
from cases.scoring.json_schema import schema
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Method

START = "<!-- made by python -m cases.scoring.score_page docs -->"
END = "<!-- end -->"


def page(text: str) -> str:
    """The page with its tables made anew. Raises ValueError where the marks are missing."""
    head, rest = text.split(START, 1)
    return f"{head}{START}\n\n{tables()}\n{END}{rest.split(END, 1)[1]}"


def schema_text() -> str:
    """The JSON Schema as it stands in ``docs``."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def tables() -> str:
    """The methods and the links, one section each."""
    lines = ["### Methods 计分方法", ""]
    for method in METHODS.values():
        lines += _section(method, _needs(method), _says(method.score))
        lines += _rows(_of_method(method))
    lines += ["### Links of a chain 变换", ""]
    for link in LINKS.values():
        lines += _section(link, "", _says(link.apply))
        lines += _rows(_of_link(link))
    return "\n".join(lines)


def _section(one: Method | LinkKind, needs: str, says: str) -> list[str]:
    return [f"#### `{one.code}` {one.zh} {one.en}", "", f"{says}{needs}", ""]


def _says(function: Callable[..., object]) -> str:
    """What the module of a method says of it, without its source."""
    text = sys.modules[function.__module__].__doc__ or ""
    return " ".join(text.split("Source:")[0].split())


def _needs(method: Method) -> str:
    found = []
    if method.needs_target:
        found.append("Needs a target.")
    if method.needs_previous:
        found.append("Needs last year's figure.")
    if method.unbounded:
        found.append("Points may leave 0 to full.")
    return "".join(f" {one}" for one in found)


def _of_method(method: Method) -> dict[str, str]:
    """What each parameter may be."""
    found = {**_numbers(method.numbers), **_words(method.words)}
    found |= dict.fromkeys(method.lists, "a list of numbers")
    found |= dict.fromkeys(method.tables, "a list of pairs `[from, points]`")
    return _required(found, method.required)


def _of_link(link: LinkKind) -> dict[str, str]:
    found = {**_numbers(link.numbers), **_words(link.words)}
    found |= dict.fromkeys(link.names, "a code or name")
    return _required(found, link.required)


def _numbers(numbers: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    return {name: f"a number, {low} to {high}" for name, (low, high) in numbers.items()}


def _words(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {
        name: f"`{choices[0]}` (default)" + "".join(f", `{one}`" for one in choices[1:])
        for name, choices in words.items()
    }


def _required(found: Mapping[str, str], required: tuple[str, ...]) -> dict[str, str]:
    return {name: said + (", required" if name in required else "") for name, said in found.items()}


def _rows(parameters: Mapping[str, str]) -> list[str]:
    if not parameters:
        return []
    rows = [f"| `{name}` | {said} |" for name, said in parameters.items()]
    return ["| Parameter | May be |", "|---|---|", *rows, ""]


def main() -> int:
    """Write both files into the folder named."""
    folder = Path(sys.argv[1])
    text = page((folder / "score.md").read_text(encoding="utf-8"))
    (folder / "score.md").write_text(text, encoding="utf-8")
    (folder / "scheme.schema.json").write_text(schema_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

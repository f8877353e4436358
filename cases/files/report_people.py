"""Whose report a file is: by the case number, the name in the file name or at its top. Pure.

Names are compared by their normal form (``cases.names``). A name that is only part of longer
words is a guess that a person must confirm; two people of one name need the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.names import normal_form
from workflow.words import Sentence, m

_TOP_LINES = 12
_BETWEEN = re.compile(r"[^\w·]+|_|[0-9０-９]+")
_ASIDE = (
    "述职述德述廉", "述职述廉", "述职报告", "述学述职", "个人述职", "工作报告", "年度考核",
    "工作总结", "述职人", "报告人", "姓名", "述职", "报告", "总结", "个人", "年度", "同志", "考核",
    "材料", "定稿", "终稿", "修改稿", "最终", "年",
)  # fmt: skip
_BODY_WORDS = ("领导班子", "班子")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case a file could belong to. ``name`` is the subject as written."""

    case_id: int
    ref: str
    name: str
    unit: str
    post: str
    is_body: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Whose file it is. ``sure`` is False for a guess; ``fault`` says why nobody was found."""

    candidate: Candidate | None = None
    sure: bool = True
    fault: Sentence | None = None


def match(file_name: str, head: str, candidates: Sequence[Candidate]) -> Match:
    """The case of one file."""
    stem = normal_form(file_name.rpartition(".")[0] or file_name)
    by_number = [c for c in candidates if normal_form(c.ref) in stem]
    if len(by_number) == 1:
        return Match(by_number[0])
    bodies = [c for c in candidates if c.is_body]
    if any(word in stem for word in _BODY_WORDS):
        return _one(bodies, [c for c in bodies if normal_form(c.unit) in stem] or bodies)
    people = [c for c in candidates if not c.is_body]
    top = "\n".join(head.split("\n")[:_TOP_LINES])
    return (
        _exact(stem, people)
        or _exact(normal_form(top), people)
        or _within(stem, people)
        or Match(fault=m("文件名和开头都没有本单位考核对象的姓名"))
    )


def _one(all_of_them: Sequence[Candidate], found: Sequence[Candidate]) -> Match:
    if len(found) == 1:
        return Match(found[0])
    if not all_of_them:
        return Match(fault=m("没有可以录入的领导班子述职报告"))
    return Match(fault=m("不能确定是哪个领导班子,请在文件名里写明单位"))


def _exact(text: str, people: Sequence[Candidate]) -> Match | None:
    words = set(_parts(text, {c.unit for c in people} | {c.post for c in people}))
    return _of([c for c in people if normal_form(c.name) in words], sure=True)


def _within(text: str, people: Sequence[Candidate]) -> Match | None:
    inside = [c for c in people if normal_form(c.name) in text]
    if not inside:
        return None
    longest = max(len(normal_form(c.name)) for c in inside)
    return _of([c for c in inside if len(normal_form(c.name)) == longest], sure=False)


def _of(found: Sequence[Candidate], *, sure: bool) -> Match | None:
    if not found:
        return None
    if len(found) == 1:
        return Match(found[0], sure)
    if len({normal_form(c.name) for c in found}) == 1:
        return Match(
            fault=m(
                "本单位有 %(n)s 位%(name)s,请在文件名里写明考核卷编号",
                n=len(found),
                name=found[0].name,
            )
        )
    return Match(fault=m("文件里有几个人的姓名,请改文件名后再上传"))


def _parts(text: str, aside: Iterable[str]) -> list[str]:
    """The words of a name or line, without units, posts and words that stand in every such file."""
    for word in sorted({normal_form(a) for a in aside if a}, key=len, reverse=True):
        text = text.replace(word, " ")
    for word in _ASIDE:
        text = text.replace(word, " ")
    return [part for part in _BETWEEN.split(text) if part]

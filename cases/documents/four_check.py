"""四性检测: authenticity, integrity, usability, security of a package at filing (DA/T 70).

Only what a program can see here is checked. What isn't checked (viruses, carriers, signatures of
people) has no item, so nobody reads a tick that means nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cases.documents.inspect_pdf import Seen, look
from cases.documents.metadata import REQUIRED
from cases.documents.package import METADATA, Package, differing, digest
from workflow.words import Sentence, m

ARCHIVE_NO = re.compile(r"\w+-\w+·\d{4}-\w+-\w+-\d+")
_OWN_PAGES = 2
"""Cover and end note; the catalogue's length shows in the first paper's page number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one item. ``side``: auth, complete, usable or safe; ``memo``: what was wrong."""

    code: str
    side: str
    title: Sentence
    ok: bool
    memo: Sentence | None = None


@dataclass(frozen=True)
class _Case:
    package: Package
    metadata: dict[str, Any]
    volume: Seen
    papers: dict[str, Seen] = field(default_factory=dict)

    def all_files(self) -> dict[str, Seen]:
        return {self.package.volume: self.volume} | self.papers


def four_check(package: Package) -> tuple[Finding, ...]:
    """All items on a package, in a fixed order. Never raises for a damaged package."""
    case = _Case(
        package,
        _metadata(package),
        look(package.files.get(package.volume, b"")),
        {name: look(package.files[name]) for name in package.papers()},
    )
    return tuple(
        Finding(code, side, title, not (memo := item(case)), memo)
        for code, side, title, item in _ITEMS
    )


def passed(findings: tuple[Finding, ...]) -> bool:
    """True when every item is in order."""
    return all(finding.ok for finding in findings)


def _metadata(package: Package) -> dict[str, Any]:
    try:
        loaded = json.loads(package.files[METADATA])
    except (KeyError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


_SHOWN = 5


def _named(names: list[str]) -> Sentence | None:
    if not names:
        return None
    shown = "、".join(names[:_SHOWN])
    if len(names) <= _SHOWN:
        return m("不符合:%(names)s", names=shown)
    return m("不符合:%(names)s等,共 %(n)s 项", names=shown, n=len(names))


def _fixity(case: _Case) -> Sentence | None:
    return _named(list(differing(case.package)))


def _agreement(case: _Case) -> Sentence | None:
    data = case.package.files.get(case.package.volume, b"")
    facts = {
        "file_name": case.package.volume,
        "file_size": len(data),
        "digest": f"sha256:{digest(data)}",
    }
    return _named([REQUIRED[k] for k, v in facts.items() if case.metadata.get(k) != v])


def _archive_no(case: _Case) -> Sentence | None:
    number = str(case.metadata.get("archive_no", ""))
    return None if ARCHIVE_NO.fullmatch(number) else _named([number or "—"])


def _required(case: _Case) -> Sentence | None:
    return _named([name for key, name in REQUIRED.items() if not case.metadata.get(key)])


def _lines(case: _Case) -> list[dict[str, Any]]:
    lines = case.metadata.get("papers")
    return lines if isinstance(lines, list) else []


def _catalogue(case: _Case) -> Sentence | None:
    lines, papers = _lines(case), case.package.papers()
    wrong = []
    if len(lines) != len(papers) or not lines:
        return m("目录有 %(lines)s 件,文件有 %(files)s 件", lines=len(lines), files=len(papers))
    expected = int(lines[0].get("first_page", 0))
    for no, (line, name) in enumerate(zip(lines, papers, strict=True), 1):
        pages = case.papers[name].pages
        if (line.get("no"), line.get("first_page"), line.get("pages")) != (no, expected, pages):
            wrong.append(str(line.get("title", name)))
        expected += pages
    return _named(wrong)


def _bookmarks(case: _Case) -> Sentence | None:
    starts = [line.get("first_page") for line in _lines(case)]
    found = list(case.volume.starts[2:-1])
    return None if starts and found == starts else m("书签与目录页号不一致")


def _pages(case: _Case) -> Sentence | None:
    papers = sum(seen.pages for seen in case.papers.values())
    lines = _lines(case)
    catalogue = int(lines[0].get("first_page", 0)) - _OWN_PAGES if lines else 0
    want = papers + catalogue + _OWN_PAGES
    stated = case.metadata.get("page_count")
    if case.volume.pages == want == stated:
        return None
    return m(
        "应为 %(want)s 页,记录 %(stated)s 页,实有 %(got)s 页",
        want=want,
        stated=stated or 0,
        got=case.volume.pages,
    )


def _opens(case: _Case) -> Sentence | None:
    return _named([name for name, seen in case.all_files().items() if not seen.opens])


def _format(case: _Case) -> Sentence | None:
    return _named([name for name, seen in case.all_files().items() if seen.pdfa != "3B"])


def _fonts(case: _Case) -> Sentence | None:
    return _named(
        [f"{name}: {font}" for name, seen in case.all_files().items() for font in seen.unembedded]
    )


def _encryption(case: _Case) -> Sentence | None:
    return _named([name for name, seen in case.all_files().items() if seen.encrypted])


def _actions(case: _Case) -> Sentence | None:
    return _named(
        [f"{name}: {act}" for name, seen in case.all_files().items() for act in seen.actions]
    )


_ITEMS: tuple[tuple[str, str, Sentence, Callable[[_Case], Sentence | None]], ...] = (
    ("GD-1-1", "auth", m("固化信息有效,每个文件的数字摘要与清单一致"), _fixity),
    ("GD-1-2", "auth", m("元数据与内容关联一致(文件名、大小、摘要)"), _agreement),
    ("GD-1-3", "auth", m("档号格式正确"), _archive_no),
    ("GD-2-1", "complete", m("必填元数据齐全"), _required),
    ("GD-2-2", "complete", m("卷内目录与卷内文件逐件一致,页号连续"), _catalogue),
    ("GD-2-3", "complete", m("书签指向每件文件的首页"), _bookmarks),
    ("GD-2-4", "complete", m("总页数与封面、目录记录一致"), _pages),
    ("GD-3-1", "usable", m("文件能用两种程序打开"), _opens),
    ("GD-3-2", "usable", m("格式标识为 PDF/A-3b"), _format),
    ("GD-3-3", "usable", m("字体全部嵌入"), _fonts),
    ("GD-3-4", "usable", m("没有加密"), _encryption),
    ("GD-4-1", "safe", m("不含脚本、外部程序和表单提交动作"), _actions),
)

"""Both languages complete: every sentence of ours has one English text, and one only."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
HAN = re.compile(r"[\u3400-\u9fff]")
FORBIDDEN = ("系统繁忙", "操作失败", "非法", "无效参数", "数据异常", "您", "！")
JINJA = {"encoding": "utf-8", "trimmed": "true", "silent": "false"}
# Papers are Chinese whatever the reader's language; the style guide is seen by tests only.
CHINESE_ONLY = ("documents", "pages/styleguide.html")


def sources() -> Iterator[tuple[Path, str, dict[str, None]]]:
    for folder in ("workflow", "forms", "cases"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "cases/demo" not in path.as_posix():
                yield path, "python", {"m": None}
    yield ROOT / "config.py", "python", {"m": None}
    for path in templates():
        yield path, "jinja2.ext:babel_extract", {"_": None}


def templates() -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in (".html", ".txt")
        and not path.relative_to(ROOT / "templates").as_posix().startswith(CHINESE_ONLY)
    ]


@cache
def sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path, method, keywords in sources():
        if not path.exists():
            continue
        options = JINJA if "jinja2" in method else {"encoding": "utf-8"}
        place = path.relative_to(ROOT).as_posix()
        for line, message, *_ in extract_from_file(method, path, keywords, (), options):
            if isinstance(message, str) and message:
                found[message].append(f"{place}:{line}")
    return found


@cache
def translations() -> dict[str, dict[str, str]]:
    """msgid -> {file: English}."""
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted((ROOT / "translations" / "en").glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream):
                if message.id:
                    told[str(message.id)][path.name] = str(message.string or "")
    return told


def test_every_sentence_has_an_english_text() -> None:
    told = translations()
    missing = sorted(
        f"{places[0]}  {msgid}"
        for msgid, places in sentences().items()
        if not any(told.get(msgid, {}).values())
    )
    assert missing == [], f"{len(missing)} untranslated:\n" + "\n".join(missing)


def test_no_sentence_has_two_english_texts() -> None:
    split = {m: files for m, files in translations().items() if len(set(files.values())) > 1}
    assert split == {}


def test_placeholders_agree_in_both_languages() -> None:
    names = re.compile(r"%\((\w+)\)s")
    wrong = [
        f"{file}: {msgid} -> {text}"
        for msgid, files in translations().items()
        for file, text in files.items()
        if text and not set(names.findall(text)) <= set(names.findall(msgid))
    ]
    assert wrong == []


def test_placeholders_are_plain() -> None:
    """Only ``%(name)s``: values are shaped by the reader's language, not by a format."""
    odd = re.compile(r"%\(\w+\)[^s]|%[sd]")
    assert [f"{p[0]} {m}" for m, p in sentences().items() if odd.search(m)] == []


def test_english_texts_have_no_chinese() -> None:
    """But for words that must be typed as they are, which stand in quotation marks."""
    quoted = re.compile("“[^”]*”")
    assert [
        f"{file}: {text}"
        for files in translations().values()
        for file, text in files.items()
        if HAN.search(quoted.sub("", text))
    ] == []


def test_sentences_avoid_the_words_that_pages_avoid() -> None:
    assert [
        f"{places[0]}  {msgid}"
        for msgid, places in sentences().items()
        if any(word in msgid for word in FORBIDDEN)
    ] == []


def test_templates_speak_only_through_translation() -> None:
    code = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.S)
    bare = [
        f"{path.relative_to(ROOT).as_posix()}:{number}  {line.strip()[:60]}"
        for path in templates()
        for number, line in enumerate(
            code.sub(lambda hit: "\n" * hit[0].count("\n"), path.read_text("utf-8")).split("\n"), 1
        )
        if HAN.search(line)
    ]
    assert bare == [], "\n".join(bare)

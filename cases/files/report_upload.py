"""Self-reports out of .docx and .pdf files, one or a ZIP of them (M4).

A file is judged before it is parsed (directory of a zip, sizes, macros, encryption), its text is
cleaned of invisible marks, and cut into the scheme's sections by its headings. What can't be taken
says why, per file; nothing here writes anywhere.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zipfile import BadZipFile

import docx
import pypdf
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from cases.errors import Invalid
from cases.files.content import MEGABYTE, Limits, check_name, judge
from cases.files.report_sections import cut
from forms.validators import forbidden_mark, has_secret_mark, line_breaks
from workflow.words import Sentence, m

ONE = Limits(file_bytes=10 * MEGABYTE, unpacked_bytes=60 * MEGABYTE, parts=2_000)
PACK = Limits(file_bytes=50 * MEGABYTE, unpacked_bytes=300 * MEGABYTE, parts=1_000)
PAGES = 60
CHARACTERS = 100_000
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_BROKEN = m("文件读不出,请用 Word 或 WPS 打开另存后再上传")


class Titled(Protocol):
    """A section as the scheme states it."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Read:
    """What one file gave: ``texts`` by section code, ``head`` the lines before any heading, and
    ``notes`` what a person should look at. ``fault`` says why nothing was taken."""

    file_name: str
    texts: dict[str, str] = field(default_factory=dict)
    head: str = ""
    notes: tuple[Sentence, ...] = ()
    fault: Sentence | None = None


def read_report(data: bytes, name: str, sections: Sequence[Titled]) -> Read:
    """One document cut into sections. Never raises for what a file holds: see ``Read.fault``."""
    try:
        shown = check_name(name)
        lines, notes = _lines(data, shown)
        return _cut(lines, notes, shown, sections)
    except Invalid as invalid:
        return Read(_printable(name), fault=next(iter(invalid.errors.values())))


def read_pack(data: bytes, sections: Sequence[Titled]) -> list[Read]:
    """Every document of a ZIP, in the order of their names.

    Raises Invalid (``file``) for a ZIP that is not opened at all: bomb, encrypted, broken, empty.
    """
    return [read_report(body, name, sections) if not fault else Read(_printable(name), fault=fault)
            for name, body, fault in unpack(data)]  # fmt: skip


def unpack(data: bytes) -> list[tuple[str, bytes, Sentence | None]]:
    """(name, bytes, why it is not opened) of each document in a ZIP. Raises Invalid (``file``)."""
    if len(data) > PACK.file_bytes:
        raise _invalid(m("压缩包超过 %(n)s MB,请分几次上传", n=PACK.file_bytes // MEGABYTE))
    judge(io.BytesIO(data), "pack.zip", PACK)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            found = list(_members(package))
    except (BadZipFile, OSError, ValueError, NotImplementedError) as broken:
        raise _invalid(m("压缩包已损坏,请重新打包后再上传")) from broken
    if not found:
        raise _invalid(m("压缩包里没有文件"))
    return sorted(found, key=lambda one: one[0])


def _members(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes, Sentence | None]]:
    for info in package.infolist():
        path = _name_of(info).replace("\\", "/")
        name = path.rpartition("/")[2]
        if info.is_dir() or not name or name.startswith(("~$", "._")):
            continue
        if any(mark in path.lower() for mark in _LITTER):
            continue
        fault = _unwelcome(name, info)
        yield name, b"" if fault else _body(package, info), fault


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: old Windows tools write GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _unwelcome(name: str, info: zipfile.ZipInfo) -> Sentence | None:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in ("zip", "rar", "7z"):
        return m("压缩包里还有压缩包,请解开后再打包")
    if ending in ("doc", "wps"):
        return m("旧格式文件,请另存为 .docx 后再上传")
    if ending not in ("docx", "pdf"):
        return m("只读 .docx 和 .pdf 文件")
    if info.file_size > ONE.file_bytes:
        return m("文件超过 %(n)s MB", n=ONE.file_bytes // MEGABYTE)
    return None


def _body(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with package.open(info) as stream:
        return stream.read(ONE.file_bytes + 1)


def _lines(data: bytes, name: str) -> tuple[list[tuple[str, bool]], tuple[Sentence, ...]]:
    """(text, styled as a heading) of each paragraph; Raises Invalid."""
    if not data:
        raise _invalid(m("这个文件是空的"))
    if len(data) > ONE.file_bytes:
        raise _invalid(m("文件超过 %(n)s MB", n=ONE.file_bytes // MEGABYTE))
    kind = judge(io.BytesIO(data), name, ONE)
    if kind.extension == "docx":
        return _docx(data)
    if kind.extension == "pdf":
        return _pdf(data), ()
    raise _invalid(m("只读 .docx 和 .pdf 文件"))


def _docx(data: bytes) -> tuple[list[tuple[str, bool]], tuple[Sentence, ...]]:
    try:
        document = docx.Document(io.BytesIO(data))
        root = document.element.body
        if any(True for _ in root.iter(qn("w:ins"), qn("w:del"))):
            raise _invalid(m("文中有未处理的修订,请接受全部修订后再上传"))
        boxed = any(True for _ in root.iter(qn("w:txbxContent")))
        lines = [(text, style) for text, style in _blocks(document)]
        edges = _edges(document)
    except Invalid:
        raise
    except Exception as broken:  # any shape of damage: the library raises what it likes
        raise _invalid(_BROKEN) from broken
    if has_secret_mark(edges):
        raise _invalid(_SECRET)
    notes = (m("文中有文本框,其中的文字没有读入"),) if boxed else ()
    return lines, notes


def _blocks(document: docx.document.Document) -> Iterator[tuple[str, bool]]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            style = (block.style.name if block.style is not None else "") or ""
            yield block.text, style.startswith(("Heading", "标题"))
        else:
            yield from _cells(block)


def _cells(table: Table) -> Iterator[tuple[str, bool]]:
    seen: set[int] = set()
    for row in table.rows:
        for cell in row.cells:
            if id(cell._tc) in seen:  # a merged cell is met once for each place it covers
                continue
            seen.add(id(cell._tc))
            yield from ((p.text, False) for p in cell.paragraphs)


def _edges(document: docx.document.Document) -> str:
    """Headers and footers: a marking often stands there only."""
    parts = []
    for section in document.sections:
        for edge in (section.header, section.first_page_header, section.footer):
            parts += [p.text for p in edge.paragraphs]
    return "\n".join(parts)


def _pdf(data: bytes) -> list[tuple[str, bool]]:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise _invalid(m("文件设有密码,请取消密码后再上传"))
        if len(reader.pages) > PAGES:
            raise _invalid(m("文件超过 %(n)s 页", n=PAGES))
        text = "\n".join(page.extract_text() for page in reader.pages)
    except Invalid:
        raise
    except Exception as broken:  # any shape of damage: the library raises what it likes
        raise _invalid(_BROKEN) from broken
    if not text.strip():
        raise _invalid(m("文件里没有文字,可能是扫描件,请上传 Word 文件"))
    return [(line, False) for line in line_breaks(text).split("\n")]


_SECRET = m("文中有密级标志。本系统不存放国家秘密,请改走机要渠道")


def _cut(
    lines: Sequence[tuple[str, bool]],
    notes: tuple[Sentence, ...],
    name: str,
    sections: Sequence[Titled],
) -> Read:
    clean = [(clean_text(text), heading) for text, heading in lines]
    whole = "\n".join(text for text, _ in clean)
    if not whole.strip():
        raise _invalid(m("这个文件是空的"))
    if len(whole) > CHARACTERS:
        raise _invalid(m("文件超过 %(n)s 字", n=CHARACTERS))
    if has_secret_mark(whole):
        raise _invalid(_SECRET)
    joined = name.lower().endswith(".pdf")
    texts, head = cut(clean, sections, joined=joined)
    if not texts:
        return Read(name, head=head, notes=notes, fault=m("没有找到与各节对应的标题"))
    titles = [s.title for s in sections if not texts.get(s.code)]
    if titles:
        notes = (*notes, m("没有找到:%(names)s", names=titles))
    return Read(name, texts=texts, head=head, notes=notes)


def clean_text(text: str) -> str:
    """The text without control, direction and invisible marks; blanks at both ends fall off."""
    flat = line_breaks(text).replace("\x0b", "\n").replace("\xa0", " ")
    if forbidden_mark(flat):
        flat = "".join(c for c in flat if c == "\n" or c == "\t" or not forbidden_mark(c))
    return flat.strip()


def _printable(name: str) -> str:
    kept = "".join(c for c in name if unicodedata.category(c)[0] not in "CZ" or c == " ")
    return kept[:80] or "?"


def _invalid(sentence: Sentence) -> Invalid:
    return Invalid({"file": sentence})

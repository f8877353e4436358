"""What a file is, by its own bytes: the extension must be true, and the content must be harmless.

Judged before anything is stored: magic number, the parts an Office file must have,
the directory of a zip, the size of a picture in pixels. Pure; reads a seekable binary stream.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from cases.errors import Invalid
from workflow.words import Sentence, m

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may cost; pixels are of a picture, parts and ratio of a zip."""

    file_bytes: int = 50 * MEGABYTE
    name_characters: int = 150
    pixels: int = 50_000_000
    unpacked_bytes: int = 400 * MEGABYTE
    ratio: int = 200
    parts: int = 5_000


STANDARD = Limits()

_MARK = re.compile(r"(绝密|机密|秘密)\s*[★☆⭐*]")
_CONTROLS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_UNKNOWN = m("不支持这种文件,请上传 PDF、Word(.docx)、Excel(.xlsx)、图片(.png、.jpg)、CSV 或 ZIP")
_UNTRUE = m("文件内容与扩展名不符,请另存为正确的格式后再上传")
_BROKEN = m("文件已损坏或不完整,请重新保存后再上传")


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of file the house takes."""

    extension: str
    media_type: str
    check: Callable[[BinaryIO, Limits], Sentence | None]


def check_name(name: str, limits: Limits = STANDARD) -> str:
    """The name as it may be shown and sent again. Raises Invalid (field ``file``).

    Refused: path pieces, control and direction characters, overlong names, and names that carry a
    secret mark (a marking such as 秘密★, not the word in a title: M16).
    """
    text = unicodedata.normalize("NFC", name).strip()
    if not text or text.strip(". ") == "":
        raise _invalid(m("文件没有名称"))
    if any(unicodedata.category(c) in _CONTROLS for c in text):
        raise _invalid(m("文件名里有不可见字符,请改名后再上传"))
    if re.search(r'[/\\:*?"<>|]', _MARK.sub("", text)):
        raise _invalid(m('文件名里不能有 / \\ : * ? " < > | 这些符号'))
    if _MARK.search(text):
        raise _invalid(m("文件名带有密级标志,涉密文件不得上传到本系统"))
    if len(text) > limits.name_characters:
        raise _invalid(m("文件名超过 %(n)s 个字,请改短后再上传", n=limits.name_characters))
    return text


def judge(stream: BinaryIO, name: str, limits: Limits = STANDARD) -> Kind:
    """The kind of a file, when its content is what its name says. Raises Invalid (``file``)."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = KINDS.get(extension)
    if kind is None:
        raise _invalid(_UNKNOWN)
    stream.seek(0)
    fault = kind.check(stream, limits)
    stream.seek(0)
    if fault is not None:
        raise _invalid(fault)
    return kind


def too_large(limits: Limits) -> Invalid:
    """The refusal of a file over the limit."""
    return _invalid(m("文件超过 %(max)s MB,请缩小后再上传", max=limits.file_bytes // MEGABYTE))


def untrue() -> Invalid:
    """The refusal of a file that is not what it is said to be."""
    return _invalid(_UNTRUE)


def _invalid(sentence: Sentence) -> Invalid:
    return Invalid({"file": sentence})


def _pdf(stream: BinaryIO, limits: Limits) -> Sentence | None:
    if stream.read(5) != b"%PDF-":
        return _UNTRUE
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 2048))
    return None if b"%%EOF" in stream.read() else _BROKEN


def _text(stream: BinaryIO, limits: Limits) -> Sentence | None:
    head = stream.read(1 << 16)
    if b"\0" in head or head[:4] in (b"%PDF", b"PK\x03\x04"):
        return _UNTRUE
    return None


def _png(stream: BinaryIO, limits: Limits) -> Sentence | None:
    head = stream.read(24)
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return _UNTRUE
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    return _picture(width, height, limits)


def _jpeg(stream: BinaryIO, limits: Limits) -> Sentence | None:
    if stream.read(2) != b"\xff\xd8":
        return _UNTRUE
    for _ in range(1_000):
        marker = stream.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            return _BROKEN
        length = int.from_bytes(stream.read(2), "big")
        if length < 2:
            return _BROKEN
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            frame = stream.read(5)
            height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
            return _picture(width, height, limits)
        stream.seek(length - 2, 1)
    return _BROKEN


def _picture(width: int, height: int, limits: Limits) -> Sentence | None:
    if width == 0 or height == 0:
        return _BROKEN
    if width * height > limits.pixels:
        return m("图片超过 %(n)s 万像素,请缩小后再上传", n=limits.pixels // 10_000)
    return None


def _zip(stream: BinaryIO, limits: Limits) -> Sentence | None:
    return _parts(stream, limits)[1]


def _office(part: str) -> Callable[[BinaryIO, Limits], Sentence | None]:
    def check(stream: BinaryIO, limits: Limits) -> Sentence | None:
        names, fault = _parts(stream, limits)
        if fault is not None:
            return fault
        if any("vbaproject" in n or "/activex/" in n for n in names):
            return m("文件里有宏或控件,请删除后再上传")
        return None if {part, "[content_types].xml"} <= names else _UNTRUE

    return check


def _parts(stream: BinaryIO, limits: Limits) -> tuple[set[str], Sentence | None]:
    """Lower-case names of a zip's entries, and what is wrong with its directory."""
    if stream.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
        return set(), _UNTRUE
    if _entries(stream) > limits.parts:
        return set(), m("文件内部的部件超过 %(max)s 个,不予打开", max=limits.parts)
    try:
        with zipfile.ZipFile(stream) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set(), _BROKEN
    if any(e.flag_bits & 0x1 for e in entries):
        return set(), m("文件设有密码,请取消密码后再上传")
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if unpacked > limits.unpacked_bytes or unpacked > max(packed, MEGABYTE) * limits.ratio:
        return set(), m("文件压缩比异常,不予打开")
    return {e.filename.lower().replace("\\", "/") for e in entries}, None


def _entries(stream: BinaryIO) -> int:
    """Entries that the end record tells of, before zipfile makes an object of each."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - (1 << 16) - 22))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    stream.seek(0)
    return int.from_bytes(tail[at + 10 : at + 12], "little") if at >= 0 else 0


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

KINDS: dict[str, Kind] = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "application/pdf", _pdf),
        Kind("docx", _WORD, _office("word/document.xml")),
        Kind("xlsx", _EXCEL, _office("xl/workbook.xml")),
        Kind("png", "image/png", _png),
        Kind("jpg", "image/jpeg", _jpeg),
        Kind("jpeg", "image/jpeg", _jpeg),
        Kind("csv", "text/csv", _text),
        Kind("json", "application/json", _text),
        Kind("yaml", "application/yaml", _text),
        Kind("zip", "application/zip", _zip),
    )
}

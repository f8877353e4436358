"""The zip around a workbook, checked before any table is parsed.

The directory is judged first (size, ratio, parts, macros, links), then every XML part is inflated
once by our own hand, because the sizes in a directory may lie, and walked with expat. Entities are
never expanded: a document type alone is a refusal.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from cases.files.cells import Unreadable, refuse
from workflow.words import Sentence, m

CHUNK = 1 << 18
MEGABYTE = 1 << 20
LOCAL_HEADER = 30
END_RECORD = b"PK\x05\x06"
DIRECTORY_BYTES_PER_PART = 512


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may cost. A roster of 100,000 rows by 15 columns unpacks to about 90 MB."""

    file_bytes: int = 64 * MEGABYTE
    unpacked_bytes: int = 400 * MEGABYTE
    ratio: int = 100
    parts: int = 200
    sheets: int = 30
    rows: int = 200_000
    columns: int = 256
    cells: int = 8_000_000
    findings: int = 200


STANDARD = Limits()

BANNED: tuple[tuple[str, Sentence], ...] = (
    ("vbaproject", m("文件里有宏,请另存为不含宏的 .xlsx 后再上传")),
    ("/macrosheets/", m("文件里有宏,请另存为不含宏的 .xlsx 后再上传")),
    ("/externallinks/", m("文件里有指向别的文件的链接,请断开链接、粘贴为数值后再上传")),
    ("xl/connections", m("文件里有指向别的文件的链接,请断开链接、粘贴为数值后再上传")),
    ("/embeddings/", m("文件里嵌入了别的文件,请删除后再上传")),
    ("/activex/", m("文件里有控件,请删除后再上传")),
)


def open_package(stream: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The zip, after its directory passed. Raises :class:`Unreadable`."""
    _check_directory(stream, limits)
    try:
        package = zipfile.ZipFile(stream)
        parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as broken:
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传")) from broken
    if len(parts) > limits.parts:
        raise refuse(m("文件内部的部件超过 %(max)s 个,不予打开", max=limits.parts))
    _check_sizes(parts, limits)
    _check_names(parts)
    return package


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Judge the directory by its own size before zipfile makes an object of each entry."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - (1 << 16) - 22))
    tail = stream.read()
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) - at < 22:
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传"))
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if entries > limits.parts or directory > limits.parts * DIRECTORY_BYTES_PER_PART:
        raise refuse(m("文件内部的部件超过 %(max)s 个,不予打开", max=limits.parts))


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise refuse(
            m(
                "文件解开后有 %(n)s MB,超过 %(max)s MB,请拆分后再上传",
                n=unpacked // MEGABYTE,
                max=limits.unpacked_bytes // MEGABYTE,
            )
        )
    if packed > limits.file_bytes:
        raise refuse(m("文件超过 %(max)s MB,请拆分后再上传", max=limits.file_bytes // MEGABYTE))
    for part in parts:
        # Small parts of blanks compress well and do no harm; only a large one can exhaust us.
        if part.file_size > MEGABYTE and part.file_size > limits.ratio * part.compress_size:
            raise refuse(m("文件压缩比异常,不予打开"))


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.filename.lower().replace("\\", "/")
        if part.flag_bits & 0x1:
            raise refuse(m("文件设有密码,请取消密码后再上传"))
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or name in seen:
            raise refuse(m("文件已损坏或不完整,请重新保存后再上传"))
        seen.add(name)
        for fragment, sentence in BANNED:
            if fragment in name:
                raise refuse(sentence)
    if "xl/workbook.xml" not in seen:
        raise refuse(m("这不是 .xlsx 工作簿,请另存为 .xlsx 后再上传"))


def inflate(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one part, refused as soon as they exceed or miss the directory's figures."""
    stream.seek(max(0, part.header_offset))
    header = stream.read(LOCAL_HEADER)
    if len(header) < LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传"))
    stream.seek(
        int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1
    )
    left, size, checksum = part.compress_size, 0, 0
    engine = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := stream.read(min(CHUNK, left))):
        left -= len(packed)
        for piece in _pieces(engine, packed):
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            if size > part.file_size:
                raise refuse(m("文件压缩比异常,不予打开"))
            yield piece
    if left or size != part.file_size or checksum != part.CRC:
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传"))


def _pieces(engine: zlib._Decompress | None, packed: bytes) -> Iterator[bytes]:
    if engine is None:
        yield packed
        return
    while packed:
        try:
            piece = engine.decompress(packed, 4 * MEGABYTE)
        except zlib.error as broken:
            raise refuse(m("文件已损坏或不完整,请重新保存后再上传")) from broken
        yield piece
        packed = engine.unconsumed_tail


def walk(
    chunks: Iterator[bytes],
    start: Callable[[str, list[str]], None] | None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse one XML part; ``start(name, [key, value, ...])`` for each element.

    A document type declaration is refused, so no entity can be declared, let alone expanded.
    """
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    if start is not None:
        parser.StartElementHandler = start
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as broken:  # also an unknown encoding
        raise refuse(m("文件已损坏或不完整,请重新保存后再上传")) from broken


def _no_doctype(*_: object) -> None:
    raise refuse(m("文件里有不允许的声明,不予打开"))


def is_xml(part: zipfile.ZipInfo) -> bool:
    """Whether the part is one a table reader may parse."""
    return part.filename.lower().endswith((".xml", ".rels"))


__all__ = ["STANDARD", "Limits", "Unreadable", "inflate", "is_xml", "open_package", "walk"]

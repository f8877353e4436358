"""The metadata that goes into the archive with a volume: the minimum set of DA/T 46.

Each element has its identifier, its Chinese name and a value; elements that
repeat (signatures, business acts, papers) are lists.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from lxml import etree

from cases.documents.context import Volume
from cases.documents.dossier import Bound, Part

SOFTWARE = "Kaoji"
FORMAT = "PDF/A-3b"
NAMESPACE = "urn:kaoji:archive-metadata:1"

REQUIRED: dict[str, str] = {
    "aggregation_level": "聚合层次",
    "fonds_no": "全宗号",
    "filing_organ": "立档单位名称",
    "file_no": "电子文件号",
    "archive_no": "档号",
    "year": "年度",
    "title": "题名",
    "responsible": "责任者",
    "date": "日期",
    "document_type": "文种",
    "retention": "保管期限",
    "format": "格式信息",
    "file_name": "计算机文件名",
    "file_size": "计算机文件大小",
    "digest": "数字摘要",
    "created_with": "文档创建程序",
}
OPTIONAL: dict[str, str] = {
    "document_no": "文件编号",
    "secrecy": "密级",
    "page_count": "页数",
    "storage": "存储位置",
    "signatures": "电子签名",
    "acts": "业务行为",
    "papers": "卷内文件",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One business act on the case: what, when, by whom, on which ground."""

    act: str
    at: datetime
    by: str
    basis: str = ""
    note: str = ""


def describe(
    volume: Volume,
    bound: Bound,
    parts: Sequence[Part],
    *,
    file_name: str,
    acts: Sequence[Act] = (),
    storage: str = "",
) -> dict[str, object]:
    """Metadata of a bound volume. The date of a paper with several dates is the latest."""
    return {
        "aggregation_level": "卷",
        "fonds_no": volume.fonds,
        "filing_organ": volume.organ,
        "file_no": bound.code,
        "archive_no": volume.archive_no,
        "year": str(volume.year),
        "title": volume.title,
        "document_no": volume.doc_no,
        "responsible": volume.organ,
        "date": max(part.on for part in parts).isoformat(),
        "document_type": "年度考核卷",
        "secrecy": volume.secrecy,
        "retention": volume.retention,
        "format": FORMAT,
        "file_name": file_name,
        "file_size": len(bound.pdf),
        "page_count": bound.pages,
        "digest": f"sha256:{bound.digest}",
        "created_with": SOFTWARE,
        "storage": storage,
        "signatures": [],
        "acts": [asdict(act) | {"at": act.at.isoformat()} for act in acts],
        "papers": [
            asdict(line) | {"on": line.on.isoformat(), "kind": part.kind}
            for line, part in zip(bound.lines, parts, strict=True)
        ],
    }


def as_json(metadata: dict[str, object]) -> bytes:
    """The same metadata as JSON for programs."""
    return json.dumps(metadata, ensure_ascii=False, indent=1, sort_keys=True).encode()


def as_xml(metadata: dict[str, object]) -> bytes:
    """The same metadata as XML for the archive, with the Chinese name beside each element."""
    root = etree.fromstring(f'<metadata xmlns="{NAMESPACE}"/>'.encode())
    for key, name in (REQUIRED | OPTIONAL).items():
        _element(root, key, name, metadata.get(key, ""))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _element(parent: etree._Element, key: str, name: str, value: object) -> None:
    node = etree.SubElement(parent, f"{{{NAMESPACE}}}{key}", {"name": name} if name else {})
    if isinstance(value, list):
        for item in value:
            _element(node, "item", "", item)
    elif isinstance(value, dict):
        for inner, text in value.items():
            _element(node, inner, "", text)
    else:
        node.text = str(value)

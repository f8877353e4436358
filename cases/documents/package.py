"""The transfer package of a volume: the bound file, its papers, metadata, and a manifest.

manifest.json          digest and size of every other file
metadata.json .xml     the elements of :mod:`cases.documents.metadata`
volume/<档号>.pdf       the bound volume
papers/01-<kind>.pdf   every paper as it was issued
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.documents.context import Volume
from cases.documents.dossier import Bound, Part
from cases.documents.metadata import Act, as_json, as_xml, describe

MANIFEST = "manifest.json"
METADATA = "metadata.json"
ALGORITHM = "sha256"
_STAMP = (1980, 1, 1, 0, 0, 0)
_LIMIT = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Package:
    """Files of a package by name; ``volume`` is the name of the bound file."""

    files: Mapping[str, bytes]
    volume: str

    def papers(self) -> tuple[str, ...]:
        """Names of the single papers in the order of the catalogue."""
        return tuple(sorted(name for name in self.files if name.startswith("papers/")))


def pack(
    volume: Volume, bound: Bound, parts: Sequence[Part], *, acts: Sequence[Act] = ()
) -> Package:
    """All files of the package. Equal input gives equal bytes."""
    name = f"volume/{_safe(volume.archive_no)}.pdf"
    metadata = describe(volume, bound, parts, file_name=name, acts=acts)
    files: dict[str, bytes] = {
        name: bound.pdf,
        METADATA: as_json(metadata),
        "metadata.xml": as_xml(metadata),
    }
    for no, part in enumerate(parts, 1):
        files[f"papers/{no:02d}-{_safe(part.kind)}.pdf"] = part.pdf
    files[MANIFEST] = manifest(files)
    return Package(files, name)


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Digest and size of every file but the manifest itself."""
    rows = {
        name: {"digest": digest(data), "size": len(data)}
        for name, data in sorted(files.items())
        if name != MANIFEST
    }
    body = {"algorithm": ALGORITHM, "files": rows}
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def differing(package: Package) -> tuple[str, ...]:
    """Names of files that are changed, missing or not in the manifest; all when it is unreadable.

    The manifest's own digest is kept by the house (journal and ``issued_documents``), not in it.
    """
    try:
        rows = json.loads(package.files[MANIFEST])["files"]
        expected = {name: row["digest"] for name, row in rows.items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return tuple(sorted(package.files)) or (MANIFEST,)
    present = {name: digest(data) for name, data in package.files.items() if name != MANIFEST}
    names = expected.keys() | present.keys()
    return tuple(sorted(name for name in names if expected.get(name) != present.get(name)))


def zipped(package: Package) -> bytes:
    """The package as a ZIP file; stored, not compressed, with a fixed date: stable bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(package.files.items()):
            info = zipfile.ZipInfo(name, _STAMP)
            info.external_attr = 0o640 << 16
            archive.writestr(info, data)
    return out.getvalue()


def unzipped(data: bytes) -> Package:
    """A package read back. Raises ``ValueError`` for a file that is no package of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LIMIT:
                raise ValueError("package larger than 512 MB")
            files = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError("not a package") from error
    volumes = [name for name in files if name.startswith("volume/")]
    if len(volumes) != 1:
        raise ValueError("a package holds one volume")
    return Package(files, volumes[0])


def _safe(name: str) -> str:
    return re.sub(r"[^\w·.-]", "_", name)

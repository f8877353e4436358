"""The four-property check finds each defect by its item, and a sound package has none."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable

import pikepdf
import pytest

from cases.documents.dossier import Bound, Part, bind
from cases.documents.four_check import four_check, passed
from cases.documents.inspect_pdf import look
from cases.documents.package import (
    MANIFEST,
    METADATA,
    Package,
    differing,
    manifest,
    pack,
    unzipped,
    zipped,
)
from cases.documents.press import Press, print_paper
from tests.cases.documents.samples import papers, volume
from workflow.vocabulary import DocumentKind as D


@pytest.fixture(scope="module")
def parts(press: Press) -> list[Part]:
    made = []
    for kind in (D.REGISTRATION_FORM, D.GRADE_APPROVAL, D.RESULT_NOTICE):
        sheet, printed = print_paper(press, kind, papers()[kind])
        made.append(Part(str(kind), kind.zh, printed.pdf, sheet.on, "中共云州市委组织部"))
    return made


@pytest.fixture(scope="module")
def bound(press: Press, parts: list[Part]) -> Bound:
    return bind(press, volume(), parts)


@pytest.fixture(scope="module")
def package(bound: Bound, parts: list[Part]) -> Package:
    return pack(volume(), bound, parts)


def failing(package: Package) -> set[str]:
    return {finding.code for finding in four_check(package) if not finding.ok}


def resealed(package: Package, files: dict[str, bytes], **metadata: object) -> Package:
    """The package with other files or metadata, and a manifest that agrees with them."""
    changed = dict(package.files) | files
    if metadata:
        told = json.loads(changed[METADATA]) | metadata
        changed[METADATA] = json.dumps(told).encode()
    changed[MANIFEST] = manifest(changed)
    return Package(changed, package.volume)


def edited(data: bytes, change: Callable[[pikepdf.Pdf], None], **save: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, **save)
    return out.getvalue()


def with_volume(package: Package, change: Callable[[pikepdf.Pdf], None], **save: object) -> Package:
    return resealed(
        package, {package.volume: edited(package.files[package.volume], change, **save)}
    )


def test_sound_package_passes(package: Package) -> None:
    findings = four_check(unzipped(zipped(package)))
    assert [f.code for f in findings if not f.ok] == []
    assert passed(findings)
    assert {f.side for f in findings} == {"auth", "complete", "usable", "safe"}


def test_package_bytes_are_stable(bound: Bound, parts: list[Part], package: Package) -> None:
    assert zipped(pack(volume(), bound, parts)) == zipped(package)


def test_one_bit_in_any_file_is_found_by_name(package: Package) -> None:
    for name, data in package.files.items():
        if name == MANIFEST:
            continue
        for place in (0, len(data) // 2, len(data) - 1):
            flipped = bytearray(data)
            flipped[place] ^= 1
            broken = Package(dict(package.files) | {name: bytes(flipped)}, package.volume)
            assert differing(broken) == (name,)


def test_missing_and_foreign_files_are_found(package: Package) -> None:
    short = {k: v for k, v in package.files.items() if k != "papers/02-grade_approval.pdf"}
    assert differing(Package(short, package.volume)) == ("papers/02-grade_approval.pdf",)
    more = dict(package.files) | {"papers/09-foreign.pdf": b"x"}
    assert differing(Package(more, package.volume)) == ("papers/09-foreign.pdf",)


def test_unreadable_manifest_fails_fixity(package: Package) -> None:
    broken = Package(dict(package.files) | {MANIFEST: b"[1"}, package.volume)
    assert failing(broken) == {"GD-1-1"}


def test_other_size_in_metadata_fails_agreement(package: Package) -> None:
    assert failing(resealed(package, {}, file_size=1)) == {"GD-1-2"}


def test_bad_archive_number(package: Package) -> None:
    assert failing(resealed(package, {}, archive_no="147号")) == {"GD-1-3"}


def test_missing_metadata(package: Package) -> None:
    assert failing(resealed(package, {}, retention="")) == {"GD-2-1"}


def test_catalogue_with_a_wrong_page(package: Package) -> None:
    lines = json.loads(package.files[METADATA])["papers"]
    lines[1]["first_page"] += 1
    assert failing(resealed(package, {}, papers=lines)) == {"GD-2-2", "GD-2-3"}


def test_paper_missing_from_the_package(package: Package) -> None:
    files = {k: v for k, v in package.files.items() if not k.startswith("papers/03")}
    short = resealed(Package(files, package.volume), {})
    assert failing(short) == {"GD-2-2", "GD-2-4"}


def test_page_lost_from_the_volume(package: Package) -> None:
    def cut(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[-1]

    assert {"GD-2-4"} <= failing(with_volume(package, cut))


def test_broken_file_does_not_open(package: Package) -> None:
    name = package.papers()[0]
    found = failing(resealed(package, {name: b"%PDF-1.7 nothing"}))
    assert {"GD-3-1", "GD-3-2"} <= found


def test_file_without_pdfa_mark(package: Package) -> None:
    def strip(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Metadata

    assert failing(with_volume(package, strip)) == {"GD-1-2", "GD-3-2"}


def test_font_that_is_not_embedded(package: Package) -> None:
    def bare(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name("/Helvetica"),
        )
        pdf.pages[0].add_resource(font, pikepdf.Name.Font, pikepdf.Name("/Plain"))

    assert failing(with_volume(package, bare)) == {"GD-1-2", "GD-3-3"}


@pytest.mark.parametrize("password", ["", "open"])
def test_encrypted_file(package: Package, password: str) -> None:
    lock = pikepdf.Encryption(owner="owner", user=password)
    found = failing(with_volume(package, lambda pdf: None, encryption=lock))
    assert "GD-3-4" in found


@pytest.mark.parametrize("action", ["JavaScript", "Launch", "SubmitForm", "ImportData"])
def test_active_content(package: Package, action: str) -> None:
    def arm(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name(f"/{action}"))

    assert failing(with_volume(package, arm)) == {"GD-1-2", "GD-4-1"}


@pytest.mark.parametrize(
    ("action", "apart"),
    [(b"/S/Java#53cript", b"null"), (b"/S 5 0 R", b"/JavaScript")],
    ids=["escaped", "name that stands alone"],
)
def test_active_content_in_disguise(action: bytes, apart: bytes) -> None:
    pdf = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        b"4 0 obj<<" + action + b">>endobj\n5 0 obj " + apart + b" endobj\n"
        b"trailer<</Size 6/Root 1 0 R>>\n%%EOF\n"
    )
    assert look(pdf).actions == ("JavaScript",)


def test_script_deep_inside_an_annotation(package: Package) -> None:
    def arm(pdf: pikepdf.Pdf) -> None:
        pdf.pages[2].Annots = pikepdf.Array(
            [pikepdf.Dictionary(A=pikepdf.Dictionary(Next=pikepdf.Dictionary(JS="app.alert(1)")))]
        )

    assert failing(with_volume(package, arm)) == {"GD-1-2", "GD-4-1"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip"])
def test_what_is_no_package_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="package"):
        unzipped(data)


def test_empty_package_fails_everywhere_without_raising() -> None:
    found = four_check(Package({}, "volume/none.pdf"))
    assert {f.code for f in found if f.ok} == {"GD-3-3", "GD-3-4", "GD-4-1"}


def test_volume_number_is_part_of_the_archive_name(bound: Bound, parts: list[Part]) -> None:
    other = dataclasses.replace(volume(), archive_no="0037-WS·2025-Y-KH-0148")
    assert pack(other, bound, parts).volume == "volume/0037-WS·2025-Y-KH-0148.pdf"

"""The file that carries an urn: whole or refused, its digest, what it must not carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.ballot_box.carrier import Carrier, Spare, blocks, digest_of, read, same_digest
from cases.ballot_box.refusals import OpeningRefusal


@pytest.fixture
def box(package, exported) -> Carrier:
    spare = {"A": Spare(("0" * 64,), ("1" * 64,))}
    return Carrier(package, exported(package, {"A": 3, "B": 2, "C": 4}), spare)


def test_carrier_reads_back_and_is_the_same_bytes_again(box):
    content = box.to_bytes()
    assert read(content) == box
    assert read(content).to_bytes() == content


def test_every_altered_byte_is_told_from_the_digest(box):
    content = box.to_bytes()
    written = digest_of(content)
    for at in range(0, len(content), 97):
        other = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert not same_digest(blocks(written), digest_of(other))


@pytest.mark.parametrize("where", [0, 40, 900, -60])
def test_damaged_file_is_refused_with_one_sentence(box, where):
    content = bytearray(box.to_bytes())
    content[where] ^= 4
    with pytest.raises(OpeningRefusal) as refused:
        read(bytes(content))
    assert len(refused.value.reasons) == 1


def test_removed_envelope_is_refused(box):
    first = box.export.groups[0]
    fewer = replace(first, envelopes=first.envelopes[1:], cards=first.cards[1:])
    short = replace(box, export=replace(box.export, groups=(fewer, *box.export.groups[1:])))
    with pytest.raises(OpeningRefusal, match="总指纹与封箱时不符"):
        read(short.to_bytes())


def test_package_of_another_urn_is_refused(box):
    other = replace(box, package=replace(box.package, urn="u2"))
    with pytest.raises(OpeningRefusal, match="不是同一个测评箱"):
        read(other.to_bytes())


def test_digest_is_copied_in_blocks_and_compared_without_gaps():
    digest = "3f2a91bc0d1177e0" + "a" * 48
    assert blocks(digest) == "3F2A 91BC 0D11 77E0"
    assert same_digest("3f2a 91BC0d11 77e0", digest)
    assert not same_digest("3F2A 91BC", digest)
    assert not same_digest("3F2A 91BC 0D11 77E1", digest)


def test_file_holds_no_choice_in_the_clear(box):
    content = box.to_bytes()
    assert b"choices" not in content
    assert content.count(b'"salt"') == 0

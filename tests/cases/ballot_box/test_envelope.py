from __future__ import annotations

import hmac
import json
import random
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from cases.ballot_box import envelope as e
from cases.ballot_box.refusals import EnvelopeRefusal

# RFC 9180, appendix A.1.1 (DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM), base mode,
# sequence number 0. Opened by the reference below, which then opens what the product sealed.
RFC_KEY = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
RFC_ENC = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
RFC_CT = (
    "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
)
RFC_INFO = "4f6465206f6e2061204772656369616e2055726e"
RFC_TEXT = b"Beauty is truth, truth beauty"


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    whole = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, whole).derive(prk)


def reference_open(box: bytes, key: X25519PrivateKey, info: bytes, aad: bytes = b"") -> bytes:
    """HPKE base mode, single shot, written from the RFC with plain X25519, HKDF and AES-GCM."""
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x01"
    enc, ct = box[:32], box[32:]
    dh = key.exchange(X25519PublicKey.from_public_bytes(enc))
    eae = _extract(kem, b"", b"eae_prk", dh)
    shared = _expand(kem, eae, b"shared_secret", enc + key.public_key().public_bytes_raw(), 32)
    context = (
        b"\0" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    )
    secret = _extract(suite, shared, b"secret", b"")
    aead = AESGCM(_expand(suite, secret, b"key", context, 16))
    return aead.decrypt(_expand(suite, secret, b"base_nonce", context, 12), ct, aad)


def test_reference_opens_the_vector_of_rfc_9180_and_our_envelopes(package, key, card):
    rfc = X25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_KEY))
    box = bytes.fromhex(RFC_ENC + RFC_CT)
    assert reference_open(box, rfc, bytes.fromhex(RFC_INFO), b"Count-0") == RFC_TEXT
    mine = card()
    plain = reference_open(e.seal(package, "A", mine, {}), key, e.info_for(package, "A"))
    length = int.from_bytes(plain[:4], "big")
    assert json.loads(plain[4 : 4 + length])["card"] == mine


@pytest.fixture
def choices():
    return {"cadre": {"p0": "a", "p1": "b", "p2": "u"}, "body": {"bd": "g"}}


def test_sealed_ballot_opens_to_the_same_choices(package, key, card, choices):
    mine = card()
    box = e.seal(package, "B", mine, choices)
    assert e.open_envelope(package, "B", box, key) == e.Ballot(mine, choices)


def test_every_ballot_has_the_same_length(package, card, choices):
    full = e.seal(package, "B", card(), choices)
    empty = e.seal(package, "B", card(), {})
    assert {len(full), len(empty)} == {e.sealed_size(package)}
    assert e.seal(package, "B", card(), choices) != full


def test_flipped_bit_anywhere_is_refused(package, key, card, choices):
    box = e.seal(package, "B", card(), choices)
    rng = random.Random(4)
    for at in [0, 31, 32, len(box) - 1, *(rng.randrange(len(box)) for _ in range(60))]:
        bad = bytearray(box)
        bad[at] ^= 1 << rng.randrange(8)
        with pytest.raises(EnvelopeRefusal):
            e.open_envelope(package, "B", bytes(bad), key)


@pytest.mark.parametrize("cut", [0, 1, 31, 32, 47, 48, -1])
def test_cut_envelope_is_refused(package, key, card, choices, cut):
    with pytest.raises(EnvelopeRefusal):
        e.open_envelope(package, "B", e.seal(package, "B", card(), choices)[:cut], key)


def test_moved_envelope_is_refused(package, key, card, choices):
    box = e.seal(package, "B", card(), choices)
    body = replace(package.sheets[1], title=package.sheets[0].title)
    for other, group in [
        (package, "C"),
        (replace(package, urn="u2"), "B"),
        (replace(package, sheets=(package.sheets[0], body)), "B"),
    ]:
        with pytest.raises(EnvelopeRefusal):
            e.open_envelope(other, group, box, key)
    with pytest.raises(EnvelopeRefusal):
        e.open_envelope(package, "B", box, X25519PrivateKey.generate())


@pytest.mark.parametrize(
    "wrong",
    [
        {"cadre": {"p0": "a", "p1": "a"}},
        {"cadre": {"p9": "a"}},
        {"cadre": {"p0": "z"}},
        {"nothing": {}},
    ],
)
def test_choices_against_the_package_are_refused_before_sealing(package, card, wrong):
    with pytest.raises(EnvelopeRefusal):
        e.seal(package, "B", card(), wrong)


def test_sheet_of_another_group_is_refused(package, card):
    assert [str(f) for f in e.faults(package, "A", {"body": {"bd": "g"}})] == [
        "这张卡不能填这张测评表"
    ]


def test_limit_says_how_many(package):
    (fault,) = e.faults(package, "A", {"cadre": {"p0": "a", "p1": "a"}})
    assert str(fault) == "“领导干部测评表”的优秀最多 1 个,现在选了 2 个"


def test_required_sheet_names_the_gap(package):
    strict = replace(package, sheets=(replace(package.sheets[0], require_all=True),))
    (fault,) = e.faults(strict, "A", {"cadre": {"p0": "b"}})
    assert str(fault) == "“领导干部测评表”还有 2 项没有选"


def sealed_raw(package, body: bytes) -> bytes:
    """An envelope made by somebody who doesn't use our booth."""
    room = e.sealed_size(package) - e.OVERHEAD
    plain = (len(body).to_bytes(4, "big") + body).ljust(room, b"\0")[:room]
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(package.public_key))
    return e.SUITE.encrypt(plain, public, info=e.info_for(package, "B"))


GOOD = {"card": "f" * 64, "choices": {"body": {"bd": "g"}}, "salt": "0" * 32, "v": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 400,
        b"null",
        json.dumps(GOOD).encode(),
        json.dumps({**GOOD, "v": True}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "v": 1.0}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "who": "x"}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "card": "F" * 64}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "card": 7}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "choices": []}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(
            {**GOOD, "choices": {"body": {"bd": ["g"]}}}, sort_keys=True, separators=(",", ":")
        ).encode(),
        json.dumps(
            {**GOOD, "choices": {"body": {"bd": 1}}}, sort_keys=True, separators=(",", ":")
        ).encode(),
        json.dumps(
            {**GOOD, "choices": {"body": "g"}}, sort_keys=True, separators=(",", ":")
        ).encode(),
        json.dumps(
            {**GOOD, "choices": {"cadre": {"p0": "a", "p1": "a"}}},
            sort_keys=True,
            separators=(",", ":"),
        ).encode(),
    ],
)
def test_foreign_content_in_a_good_envelope_is_refused(package, key, body):
    with pytest.raises(EnvelopeRefusal):
        e.open_envelope(package, "B", sealed_raw(package, body), key)


def test_good_content_by_hand_is_accepted(package, key):
    body = json.dumps(GOOD, sort_keys=True, separators=(",", ":")).encode()
    assert e.open_envelope(package, "B", sealed_raw(package, body), key).card == "f" * 64


def test_length_beyond_the_plaintext_is_refused(package, key):
    room = e.sealed_size(package) - e.OVERHEAD
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(package.public_key))
    for plain in (b"\xff" * room, (0).to_bytes(4, "big").ljust(room, b"x")):
        with pytest.raises(EnvelopeRefusal):
            e.open_envelope(
                package, "B", e.SUITE.encrypt(plain, public, info=e.info_for(package, "B")), key
            )


@given(st.binary(max_size=400))
def test_random_content_never_escapes_as_another_error(package, key, body):
    with pytest.raises(EnvelopeRefusal):
        e.open_envelope(package, "B", sealed_raw(package, body), key)

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.ballot_box import shares as s
from cases.ballot_box.refusals import ShareRefusal

WORDS = ("苹果 河岸 七月 铁路桥", "second passphrase", "third  passphrase x")


@pytest.fixture(scope="module")
def key_set():
    return s.make_key_set(WORDS, s.REHEARSAL)


def opened(share: s.Share, words: str) -> s.OpenShare:
    return s.unlock(share, words, rehearsal=True)


def test_any_two_shares_restore_the_key(key_set):
    for i, j in combinations(range(3), 2):
        key = s.join(
            opened(key_set.shares[i], WORDS[i]),
            opened(key_set.shares[j], WORDS[j]),
            key_set.public_key,
        )
        assert key.public_key().public_bytes_raw().hex() == key_set.public_key


def test_real_profile_costs_256_mib_and_restores():
    key = X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    made = s.split(key, WORDS)
    one, three = s.unlock(made[0], WORDS[0]), s.unlock(made[2], "third passphrase x")
    assert s.join(one, three, public).private_bytes_raw() == key.private_bytes_raw()


def test_share_survives_print_and_qr(key_set):
    share = key_set.shares[1]
    assert len(share.lines) == 9 and all(len(line) == 29 for line in share.lines)
    assert s.read_lines(share.lines) == s.read_qr(share.qr_text) == share
    sloppy = [
        line.lower().replace("0", "o").replace("1", "l").replace("-", " ") for line in share.lines
    ]
    assert s.read_lines(["", *(line[3:] for line in sloppy), " "]) == share


def reason(of: pytest.ExceptionInfo[ShareRefusal]) -> str:
    return str(of.value.reasons[0])


def test_each_error_has_its_own_sentence(key_set):
    one, two, _ = key_set.shares
    again = s.make_key_set(WORDS, s.REHEARSAL)
    a, b = opened(one, WORDS[0]), opened(two, WORDS[1])
    lines = list(one.lines)
    mistyped = lines[1][:-4] + ("1" if lines[1][-4] == "0" else "0") + lines[1][-3:]
    swapped = [lines[1], lines[0], *lines[2:]]
    wrong = replace(b, parts={**b.parts, 3: bytes(32)})
    cases = [
        (
            lambda: s.read_lines([lines[0], mistyped, *lines[2:]]),
            "第 2 行有错字、漏字,或行序不对",
        ),
        (lambda: s.read_lines(swapped), "第 1 行有错字、漏字,或行序不对"),
        (lambda: s.read_lines(lines[:8]), "一份密钥有 9 行,现在是 8 行"),
        (lambda: s.read_qr(one.qr_text[:-5] + "00000"), "校验和不符,请逐行核对"),
        (lambda: s.read_qr("U" * 180), "有密钥里不会出现的字符"),
        (lambda: s.read_qr(one.qr_text[:-1]), "密钥长度不对"),
        (lambda: opened(one, WORDS[1]), "口令不对"),
        (lambda: s.unlock(one, WORDS[0]), "演示用的密钥不能用于正式测评,正式的也不能用于演示"),
        (lambda: s.join(a, a, key_set.public_key), "要两份不同的密钥,现在是同一份"),
        (lambda: s.join(a, b, again.public_key), "这份密钥属于另一把启封密钥,请核对纸上的公钥指纹"),
        (lambda: s.join(a, wrong, key_set.public_key), "两份密钥对不上,不是同一次制作的"),
        (
            lambda: s.make_key_set(("short", *WORDS[1:]), s.REHEARSAL),
            "口令至少 14 个字符,或 4 个不相干的词",
        ),
        (lambda: s.make_key_set(WORDS[:2], s.REHEARSAL), "要三个口令:甲、乙、备各一个"),
        (lambda: s.make_key_set((WORDS[0],) * 3, s.REHEARSAL), "三个口令不能相同"),
    ]
    for act, words in cases:
        with pytest.raises(ShareRefusal) as refused:
            act()
        assert reason(refused) == words


def test_same_key_split_again_does_not_mix(key_set):
    key = X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    one, other = s.split(key, WORDS, s.REHEARSAL), s.split(key, WORDS, s.REHEARSAL)
    with pytest.raises(ShareRefusal):
        s.join(opened(one[0], WORDS[0]), opened(other[1], WORDS[1]), public)


def test_changed_header_is_refused(key_set):
    blob = bytearray(key_set.shares[0].blob)
    blob[1] = 2
    with pytest.raises(ShareRefusal):
        opened(s.Share(bytes(blob)), WORDS[0])


def test_single_typing_errors_are_never_accepted(key_set):
    rng, lines = random.Random(7), key_set.shares[2].lines
    for _ in range(1500):
        n = rng.randrange(9)
        at = rng.choice([i for i, letter in enumerate(lines[n]) if i > 2 and letter not in "- "])
        letter = rng.choice([x for x in s.ALPHABET if x != lines[n][at]])
        typed = [*lines[:n], lines[n][:at] + letter + lines[n][at + 1 :], *lines[n + 1 :]]
        with pytest.raises(ShareRefusal):
            s.read_lines(typed)


def test_one_share_alone_fits_every_key(key_set):
    """The two parts of one holder are random: for any key there is a third part that fits."""
    a = opened(key_set.shares[0], WORDS[0])
    other = X25519PrivateKey.generate().private_bytes_raw()
    missing = s._xor(other, a.parts[2], a.parts[3])
    assert s._xor(missing, a.parts[2], a.parts[3]) == other

"""The opening key in three shares, any two of which restore it (K7): 甲, 乙, 备.

Replicated XOR: the key is the XOR of three random parts and each holder gets the two parts other
than his own, so one holder's parts fit every possible key. A share is locked by its holder's
passphrase (Argon2id, AES-256-GCM) and printed as nine lines of Crockford base32, each with a check
of its own, and as text for a QR code.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from cases.ballot_box.cards import ALPHABET
from cases.ballot_box.refusals import ShareRefusal
from workflow.words import m

HOLDERS = (1, 2, 3)
STANDARD, REHEARSAL = 1, 9
_COST = {STANDARD: (1 << 18, 4, 4), REHEARSAL: (64, 1, 1)}  # KiB, passes, lanes
_HEAD = struct.Struct(">BBB8s16s")  # version, holder, cost profile, set, salt
_VERSION, _PART, _TAG, _SUM = 1, 32, 16, 5
_LINE, _CHECK, _LINES = 20, 2, 9
_BLOB = _HEAD.size + 2 * _PART + _TAG
_READ = str.maketrans("OIL", "011", " -\t\r\n")
_PASSPHRASE_LETTERS, _PASSPHRASE_WORDS = 14, 4


@dataclass(frozen=True, slots=True)
class Share:
    """One locked share as it stands on paper. ``blob`` is useless without the passphrase."""

    blob: bytes

    @property
    def holder(self) -> int:
        """1 甲, 2 乙, 3 备."""
        return self.blob[1]

    @property
    def lines(self) -> tuple[str, ...]:
        """Nine printable lines: number, 20 letters in fives, two check letters."""
        return tuple(_print_line(n, text) for n, text in enumerate(_cut(self.qr_text), 1))

    @property
    def qr_text(self) -> str:
        """The same 180 letters for a QR code (alphanumeric mode)."""
        return _to_base32(self.blob + hashlib.sha256(self.blob).digest()[:_SUM])


@dataclass(frozen=True, slots=True)
class OpenShare:
    """A share after its holder typed the passphrase. Keep it in memory only."""

    holder: int
    key_set: bytes
    parts: dict[int, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeySet:
    """What the key ceremony makes: the public key for the server, three shares for paper."""

    public_key: str
    shares: tuple[Share, Share, Share]


def make_key_set(passphrases: Sequence[str], profile: int = STANDARD) -> KeySet:
    """A new key pair, split at once; the private key leaves this function only in shares.

    Run it in a short-lived process: Python cannot wipe memory. ``REHEARSAL`` costs nothing and
    protects nothing: tests and the demonstration only. Raises ShareRefusal for a weak passphrase.
    """
    key = X25519PrivateKey.generate()
    return KeySet(_public(key).hex(), split(key, passphrases, profile))


def split(
    key: X25519PrivateKey, passphrases: Sequence[str], profile: int = STANDARD
) -> tuple[Share, Share, Share]:
    """Split a key for three holders in the order 甲, 乙, 备. Raises ShareRefusal."""
    if len(passphrases) != len(HOLDERS):
        raise ShareRefusal(m("要三个口令:甲、乙、备各一个"))
    words = [_passphrase(p) for p in passphrases]
    for word in words:
        _check_strength(word.decode())
    if len(set(words)) != len(words):
        raise ShareRefusal(m("三个口令不能相同"))
    first, second = secrets.token_bytes(_PART), secrets.token_bytes(_PART)
    parts = {1: first, 2: second, 3: _xor(key.private_bytes_raw(), first, second)}
    key_set = _key_set(_public(key))
    one, two, three = (
        Share(_lock(holder, key_set, parts, word, profile))
        for holder, word in zip(HOLDERS, words, strict=True)
    )
    return one, two, three


def read_lines(lines: Sequence[str]) -> Share:
    """A share from its nine typed lines. Raises ShareRefusal naming the line that is wrong."""
    given = [line for line in (raw.strip() for raw in lines) if line]
    texts = [check_line(n, line) for n, line in enumerate(given, 1)]
    if len(texts) != _LINES:
        raise ShareRefusal(m("一份密钥有 %(all)s 行,现在是 %(n)s 行", all=_LINES, n=len(texts)))
    return _share("".join(texts))


def check_line(number: int, line: str) -> str:
    """The 20 letters of one typed line; for checking while typing. Raises ShareRefusal."""
    text = _letters(line)
    if text[:2] == f"{number:02d}" and len(text) == _LINE + _CHECK + 2:
        text = text[2:]
    body, check = text[:-_CHECK], text[-_CHECK:]
    if len(body) != _LINE or check != _line_check(number, body):
        raise ShareRefusal(m("第 %(n)s 行有错字、漏字,或行序不对", n=number))
    return body


def read_qr(text: str) -> Share:
    """A share from the text of its QR code. Raises ShareRefusal."""
    return _share(_letters(text))


def read_share(text: str) -> Share:
    """A share from nine typed lines or from the text of its QR code. Raises ShareRefusal."""
    lines = [line for line in text.splitlines() if line.strip()]
    return read_lines(lines) if len(lines) > 1 else read_qr("".join(lines))


def require_of(share: Share, public_key: str) -> None:
    """Raises ShareRefusal when a share is of another key than ``public_key`` (64 hex letters).

    Told without its passphrase, so that whoever brought the wrong paper hears it of his own.
    """
    _, _, _, key_set, _ = _HEAD.unpack(share.blob[: _HEAD.size])
    if key_set != _key_set(bytes.fromhex(public_key)):
        raise _foreign()


def _foreign() -> ShareRefusal:
    return ShareRefusal(m("这份密钥属于另一把启封密钥,请核对纸上的公钥指纹"))


def unlock(share: Share, passphrase: str, *, rehearsal: bool = False) -> OpenShare:
    """Unlock one share (about a second, 256 MiB). Raises ShareRefusal for a wrong passphrase.

    Shares of the rehearsal profile are refused unless ``rehearsal`` is set.
    """
    _, holder, profile, key_set, _ = _HEAD.unpack(share.blob[: _HEAD.size])
    if (profile == REHEARSAL) != rehearsal:
        raise ShareRefusal(m("演示用的密钥不能用于正式测评,正式的也不能用于演示"))
    head = share.blob[: _HEAD.size]
    try:
        body = _cipher(head, _passphrase(passphrase)).decrypt(
            bytes(12), share.blob[_HEAD.size :], head
        )
    except InvalidTag as e:
        raise ShareRefusal(m("口令不对")) from e
    mine = [number for number in HOLDERS if number != holder]
    return OpenShare(holder, key_set, dict(zip(mine, (body[:_PART], body[_PART:]), strict=True)))


def join(one: OpenShare, two: OpenShare, public_key: str) -> X25519PrivateKey:
    """Restore the private key of ``public_key`` (64 hex letters) from two shares.

    Raises ShareRefusal: one holder twice, another key, parts that disagree or do not fit.
    """
    expected = bytes.fromhex(public_key)
    if {one.key_set, two.key_set} != {_key_set(expected)}:
        raise _foreign()
    if one.holder == two.holder:
        raise ShareRefusal(m("要两份不同的密钥,现在是同一份"))
    (common,) = one.parts.keys() & two.parts.keys()
    if not secrets.compare_digest(one.parts[common], two.parts[common]):
        raise ShareRefusal(m("两份密钥对不上,不是同一次制作的"))
    parts = one.parts | two.parts
    key = X25519PrivateKey.from_private_bytes(_xor(*(parts[n] for n in HOLDERS)))
    if not secrets.compare_digest(_public(key), expected):
        raise ShareRefusal(m("还原出的密钥与测评公钥不符"))
    return key


def _public(key: X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _key_set(public: bytes) -> bytes:
    return hashlib.sha256(b"share set 1" + public).digest()[:8]


def _xor(one: bytes, two: bytes, three: bytes) -> bytes:
    return bytes(a ^ b ^ c for a, b, c in zip(one, two, three, strict=True))


def _passphrase(text: str) -> bytes:
    return unicodedata.normalize("NFKC", " ".join(text.split())).encode()


def _check_strength(text: str) -> None:
    if len(text) < _PASSPHRASE_LETTERS and len(text.split()) < _PASSPHRASE_WORDS:
        raise ShareRefusal(
            m(
                "口令至少 %(letters)s 个字符,或 %(words)s 个不相干的词",
                letters=_PASSPHRASE_LETTERS,
                words=_PASSPHRASE_WORDS,
            )
        )


def _cipher(head: bytes, passphrase: bytes) -> AESGCM:
    _, _, profile, _, salt = _HEAD.unpack(head)
    memory, passes, lanes = _COST[profile]
    derive = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory)
    return AESGCM(derive.derive(passphrase))


def _lock(
    holder: int, key_set: bytes, parts: dict[int, bytes], passphrase: bytes, profile: int
) -> bytes:
    head = _HEAD.pack(_VERSION, holder, profile, key_set, secrets.token_bytes(16))
    body = b"".join(parts[number] for number in HOLDERS if number != holder)
    # Each share has a fresh salt, hence a fresh key that encrypts once: a zero nonce is safe.
    return head + _cipher(head, passphrase).encrypt(bytes(12), body, head)


def _share(text: str) -> Share:
    raw = _from_base32(text)
    blob, total = raw[:-_SUM], raw[-_SUM:]
    if len(blob) != _BLOB or hashlib.sha256(blob).digest()[:_SUM] != total:
        raise ShareRefusal(m("校验和不符,请逐行核对"))
    if blob[0] != _VERSION or blob[1] not in HOLDERS or blob[2] not in _COST:
        raise ShareRefusal(m("不认识这种密钥格式"))
    return Share(blob)


def _letters(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().translate(_READ)


def _cut(text: str) -> list[str]:
    return [text[i : i + _LINE] for i in range(0, len(text), _LINE)]


def _line_check(number: int, body: str) -> str:
    return _to_base32(hashlib.sha256(f"{number}:{body}".encode()).digest()[:2])[:_CHECK]


def _print_line(number: int, body: str) -> str:
    fives = "-".join(body[i : i + 5] for i in range(0, len(body), 5))
    return f"{number:02d} {fives} {_line_check(number, body)}"


def _to_base32(data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return "".join(ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, len(bits), 5))


def _from_base32(text: str) -> bytes:
    if not set(text) <= set(ALPHABET):
        raise ShareRefusal(m("有密钥里不会出现的字符"))
    bits = "".join(f"{ALPHABET.index(letter):05b}" for letter in text)
    size = len(bits) // 8
    if len(bits) - 8 * size >= 5 or bits[8 * size :].strip("0"):
        raise ShareRefusal(m("密钥长度不对"))
    return bytes(int(bits[8 * i : 8 * i + 8], 2) for i in range(size))

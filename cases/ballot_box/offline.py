"""启封计票 without a database: urn files and two shares in, one result file for each urn out.

The same functions open an urn at the office, so the result is the same bytes on every machine; the
offices compare the digests of the results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases import canonical
from cases.ballot_box.carrier import Carrier
from cases.ballot_box.opening import Count, open_urn, result_json
from cases.ballot_box.refusals import OpeningRefusal, ShareRefusal
from cases.ballot_box.shares import HOLDERS, join, read_share, require_of, unlock
from workflow.words import Sentence, m

HOLDER_WORDS: dict[int, Sentence] = {1: m("甲"), 2: m("乙"), 3: m("备")}


@dataclass(frozen=True, slots=True)
class Result:
    """What an opening of one urn gave; ``digest`` is the 结果指纹 that the office shows as well."""

    urn: str
    count: Count
    text: str
    digest: str


def restore_key(
    entries: Sequence[tuple[str, str]], public_key: str, *, rehearsal: bool = False
) -> X25519PrivateKey:
    """The key of ``public_key`` from two (share text, passphrase) pairs, in memory only.

    Raises ShareRefusal, with the number of the share that is wrong.
    """
    if len(entries) < len(HOLDERS) - 1:
        raise ShareRefusal(m("要两位保管人各输入一份密钥"))
    opened = []
    for number, (text, passphrase) in enumerate(entries[:2], 1):
        try:
            share = read_share(text)
            require_of(share, public_key)
            opened.append(unlock(share, passphrase, rehearsal=rehearsal))
        except ShareRefusal as e:
            why = e.reasons[0]
            raise ShareRefusal(m("第 %(n)s 份密钥:%(why)s", n=number, why=why)) from e
    return join(opened[0], opened[1], public_key)


def one_key(carriers: Sequence[Carrier]) -> str:
    """The public key that all these urns were sealed for. Raises OpeningRefusal."""
    keys = {c.package.public_key for c in carriers}
    if len(keys) != 1:
        raise OpeningRefusal(m("这些测评箱不是同一把启封密钥封的,请分批启封"))
    if len({c.package.urn for c in carriers}) != len(carriers):
        raise OpeningRefusal(m("同一个测评箱给了两次"))
    return keys.pop()


def open_all(
    carriers: Sequence[Carrier],
    key: X25519PrivateKey,
    opened: Callable[[int], None] = lambda _: None,
) -> list[Result]:
    """Open urns one after the other; ``opened`` is told after each envelope (1).

    Raises OpeningRefusal for the first urn that may not be opened; nothing is given out then.
    """
    found = []
    for carrier in carriers:
        count = open_urn(
            carrier.export,
            carrier.package,
            key,
            surplus_noted=carrier.surplus_noted,
            opened=opened,
        )
        text = result_json(count)
        found.append(Result(count.urn, count, text, canonical.digest(text)))
    return found

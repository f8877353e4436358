"""Urns and results as files: a closed urn for an offline opening, the result that comes back.

The office may open an urn itself (``commands.count``), compare its result with one made elsewhere,
or take the result of an offline opening, so that the key never touches the server. Whatever comes
second must be the same bytes.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cases import canonical
from cases.ballot_box import carrier, package
from cases.ballot_box.arrivals import carrier_of
from cases.ballot_box.opening import Count, result_from_json, result_json
from cases.ballot_box.urn import UrnStore
from cases.commands.count import Opened, keep_count, openable, surplus_noted
from cases.commands.meeting import note
from cases.errors import Refused
from workflow.permissions import Actor
from workflow.words import Sentence, m


def export_urn(
    conn: sa.Connection, urns: UrnStore, meeting_id: int, *, actor: Actor, at: datetime
) -> bytes:
    """The closed, reconciled urn as a file for an offline opening. Raises Refused, NotVisible."""
    row = openable(conn, meeting_id, actor)
    box = carrier_of(urns, row.urn_id, surplus_noted=surplus_noted(row))
    if box.export.root != row.urn_root:
        raise Refused([m("密封件的总指纹与封箱时不符,有增减或改动")])
    content = box.to_bytes()
    note(conn, meeting_id, "export_urn", {"file": carrier.digest_of(content)}, actor, at)
    return content


def take_result(
    conn: sa.Connection,
    urns: UrnStore,
    meeting_id: int,
    content: bytes,
    *,
    actor: Actor,
    at: datetime,
) -> Opened:
    """Take the result file of an offline opening, or compare it with the one that stands.

    ``fresh`` is True when it was the first result. Raises Refused: not a result, of another urn, of
    other envelopes, unlike the one that stands.
    """
    row = openable(conn, meeting_id, actor)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as e:
        raise Refused([m("计票结果读不出,可能已损坏")]) from e
    count = result_from_json(text)
    if result_json(count) != text:
        raise Refused([m("计票结果读不出,可能已损坏")])
    pack = package.from_json(row.package)
    export = urns.export(row.urn_id)
    reasons = _strange(count, pack, export.root, export.count)
    if reasons:
        raise Refused(reasons)
    how = {"offline": True, "result_file": canonical.digest(text)}
    return keep_count(conn, urns, row, count, how, actor=actor, at=at)


def _strange(count: Count, pack: package.Package, root: str, envelopes: int) -> list[Sentence]:
    """Why a result is not one of this urn; the numbers themselves are checked when it is kept."""
    found = []
    if (count.urn, count.package_digest) != (pack.urn, pack.digest):
        found.append(m("这是另一个测评箱的计票结果"))
    if (count.root, count.envelopes) != (root, envelopes):
        found.append(m("计票结果里的总指纹与封箱时不符"))
    if (count.form_digest, count.k) != (pack.form_digest, pack.k):
        found.append(m("计票结果的表样或合并下限与锁定的不符"))
    return found

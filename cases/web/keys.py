"""启封密钥制作: keys of cycle and groups, shares shown once, and the test of restoring them.

Passphrases and shares pass through memory only: these POSTs keep no payload digest, and the answer
itself shows the shares.
"""

from __future__ import annotations

from collections.abc import Sequence

import segno
import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from cases.ballot_box.shares import Share
from cases.commands import keys as commands
from cases.errors import Invalid
from cases.queries.keys import KeyView, current_keys, key_of, originals, units_with_cases
from cases.queries.meeting import current_cycle
from cases.web.access import access
from cases.web.installation import at, kaoji, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.urns import rehearsal
from cases.web.writing import checked
from forms.hall import RegisterKey
from forms.keys import MakeKey, Shares
from workflow.permissions import holds_anywhere
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("keys", __name__, url_prefix="/keys")
P = Permission
WORDS = (m("甲"), m("乙"), m("备"))


@blueprint.get("")
@access(P.CYCLE_MANAGE)
def show() -> ResponseReturnValue:
    """The keys of the present cycle: fingerprint, holders, whether each was tested."""
    with reading() as conn:
        cycle = current_cycle(conn)
        keys = current_keys(conn, cycle.id)
        destroys = holds_anywhere(current_actor(), P.BALLOTS_DESTROY)
        kept = originals(conn, current_actor()) if destroys else []
    return render(
        "stages/public_evaluation/keys.html",
        cycle=cycle,
        keys=keys,
        kept=kept,
        on=on(),
        both=_both(keys),
    )


def _both(keys: Sequence[KeyView]) -> dict[int, str]:
    """Groups' keys that two holders of the cycle's own could open as well -> their names."""
    mine = next((set(key.holders) for key in keys if not key.group), set())
    shared = {key.id: [name for name in key.holders if name in mine] for key in keys if key.group}
    return {key: "、".join(names) for key, names in shared.items() if len(names) > 1}


def asked_key(conn: sa.Connection, cycle_id: int) -> KeyView | None:
    """The key the address names, else the one made last; None where there is none. Raises
    NotVisible for a foreign one."""
    text = request.args.get("key", "")
    if text:
        return key_of(conn, cycle_id, int(text) if text.isascii() and text.isdigit() else 0)
    return max(current_keys(conn, cycle_id), key=lambda key: key.id, default=None)


def offer_units(conn: sa.Connection, cycle_id: int, form: MakeKey | RegisterKey) -> None:
    """The units a group may be charged with."""
    form.units.offer([(str(unit), name) for unit, name in units_with_cases(conn, cycle_id)])


def keep(cycle_id: int, form: MakeKey | RegisterKey, public_key: str) -> int:
    """Register the public half of a key with the holders and the group that were filled in;
    returns its id. Raises Refused, Invalid."""
    with kaoji().store.transaction() as conn:
        return commands.register_key_set(
            conn,
            cycle_id,
            public_key=public_key,
            holders=holders_of(form),
            group=form.group.data or "",
            unit_ids=[int(unit) for unit in form.units.data or ()],
            actor=current_actor(),
            at=at(),
        )


def holders_of(form: MakeKey | RegisterKey) -> list[str]:
    """Names of 甲, 乙, 备 as filled in."""
    return [str(form[f"holder_{n}"].data) for n in (1, 2, 3)]


@blueprint.route("/new", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE)
def new() -> ResponseReturnValue:
    """Three holders type their passphrases in turn; the shares are shown in the answer, once."""
    form = MakeKey(request.form if request.method == "POST" else None, say=say)
    with reading() as conn:
        cycle = current_cycle(conn)
        offer_units(conn, cycle.id, form)

    def page() -> str:
        return render("stages/public_evaluation/keys_new.html", cycle=cycle, form=form)

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), 422
    words = [str(form[f"passphrase_{n}"].data) for n in (1, 2, 3)]
    try:
        made = commands.make_shares(words, rehearsal=rehearsal())
        key_id = keep(cycle.id, form, made.public_key)
    except Invalid as e:
        form.take(e.errors)
        return page(), 422
    papers = [
        (word, holder, share, _qr(share))
        for word, holder, share in zip(WORDS, holders_of(form), made.shares, strict=True)
    ]
    return render(
        "stages/public_evaluation/shares.html",
        cycle=cycle,
        group=form.group.data or "",
        key_id=key_id,
        papers=papers,
        fingerprint=commands.fingerprint(made.public_key),
    )


def _qr(share: Share) -> Markup:
    """Drawn by segno from capital letters and figures only."""
    drawn = segno.make_qr(share.qr_text, error="m").svg_inline(scale=3, border=2)
    return Markup(drawn)  # noqa: S704  made here, no input of anybody


@blueprint.route("/test", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE)
def test() -> ResponseReturnValue:
    """Two of three holders restore the key once, before its first use."""
    with reading() as conn:
        cycle = current_cycle(conn)
        key = asked_key(conn, cycle.id)
    if key is None:
        return redirect(url_for(".show"), 303)
    form = Shares(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("stages/public_evaluation/keys_test.html", cycle=cycle, key=key, form=form)

    if request.method == "GET":
        return page()
    if not checked(form):
        return page(), 422
    try:
        with kaoji().store.transaction() as conn:
            commands.prove_restore(
                conn,
                key.id,
                entries(form),
                rehearsal=rehearsal(),
                actor=current_actor(),
                at=at(),
            )
    except Invalid as e:
        form.take(e.errors)
        return page(), 422
    return redirect(url_for(".show"), 303)


def entries(form: Shares) -> list[commands.ShareEntry]:
    """The two shares as typed."""
    return [
        commands.ShareEntry(str(form.share_1.data), str(form.passphrase_1.data)),
        commands.ShareEntry(str(form.share_2.data), str(form.passphrase_2.data)),
    ]

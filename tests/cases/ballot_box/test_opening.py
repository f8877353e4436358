from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cases.ballot_box import export as x
from cases.ballot_box import opening as o
from cases.ballot_box.counting import SheetCount
from cases.ballot_box.merging import merge_small
from cases.ballot_box.refusals import OpeningRefusal


def sheet(count: o.Count, key: str) -> SheetCount:
    return next(s for s in count.sheets if s.sheet == key)


def test_counts_agree_with_a_plain_tally(package, key, exported, choose):
    rng = random.Random(11)
    ballots = {
        g: [choose(package, g, rng) for _ in range(n)] for g, n in [("A", 6), ("B", 9), ("C", 12)]
    }
    count = o.open_urn(
        exported(package, {g: len(b) for g, b in ballots.items()}, ballots=ballots), package, key
    )
    for line in sheet(count, "cadre").lines:
        mine = [b["cadre"] for g in line.groups for b in ballots[g]]
        assert (line.returned, line.valid, line.invalid) == (len(mine), len(mine), 0)
        for row in line.rows:
            plain = Counter(b[row.subject] for b in mine)
            assert row.options == tuple((k, plain[k]) for k in "abcdu")
            assert sum(n for _, n in row.options) + row.blank == line.valid
    assert [line.groups for line in sheet(count, "cadre").lines] == [("A",), ("B",), ("C",)]
    assert [line.groups for line in sheet(count, "body").lines] == [("B",), ("C",)]


def test_second_run_is_byte_identical_and_reads_back(package, key, exported):
    export = exported(package, {"A": 7, "B": 8, "C": 9})
    shuffled = replace(export, groups=tuple(reversed(export.groups)))
    shuffled = replace(
        shuffled, groups=tuple(replace(g, envelopes=g.envelopes[::-1]) for g in shuffled.groups)
    )
    one, two = (
        o.result_json(o.open_urn(export, package, key)),
        o.result_json(o.open_urn(shuffled, package, key)),
    )
    assert one == two
    assert o.result_json(o.result_from_json(one)) == one
    assert o.result_from_json(one) == o.open_urn(export, package, key)


def test_second_process_gives_the_same_bytes(package, key, exported, tmp_path):
    export = exported(package, {"A": 5, "B": 6, "C": 7})
    (tmp_path / "e").write_text(export.to_json())
    (tmp_path / "p").write_text(package.to_json())
    program = (
        "import sys;from pathlib import Path;from cases.ballot_box import export,opening,package\n"
        "from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey as K\n"
        "e=export.from_json(Path(sys.argv[1]).read_text());p=package.from_json(Path(sys.argv[2]).read_text())\n"
        "print(opening.result_json(opening.open_urn(e,p,K.from_private_bytes(bytes.fromhex(sys.argv[3])))),end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "e", tmp_path / "p", key.private_bytes_raw().hex()],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == o.result_json(o.open_urn(export, package, key))


def test_result_holds_no_ballot_and_no_card(package, key, exported):
    export = exported(package, {"A": 5, "B": 5, "C": 5})
    text = o.result_json(o.open_urn(export, package, key))
    assert not any(card in text for g in export.groups for card in g.cards)


def test_small_groups_merge_before_counting(package, key, exported):
    count = o.open_urn(exported(package, {"A": 2, "B": 9, "C": 4}), package, key)
    (line,) = sheet(count, "body").lines
    assert (line.groups, line.valid) == (("B", "C"), 13)
    assert [(line.groups, line.valid) for line in sheet(count, "cadre").lines] == [
        (("A", "B", "C"), 15)
    ]


def test_everything_below_k_is_withheld_for_good(package, key, exported):
    count = o.open_urn(exported(package, {"A": 2, "B": 1, "C": 1}), package, key)
    (line,) = sheet(count, "cadre").lines
    assert (line.returned, line.withheld, line.rows) == (4, True, ())


def test_empty_group_is_named_and_not_merged(package, key, exported):
    count = o.open_urn(exported(package, {"B": 6, "C": 6}), package, key)
    assert sheet(count, "cadre").empty == ("A",)
    assert [line.groups for line in sheet(count, "cadre").lines] == [("B",), ("C",)]


def test_signed_group_stays_apart_and_is_marked(package, key, exported):
    signed = replace(package, groups=(replace(package.groups[0], signed=True), *package.groups[1:]))
    count = o.open_urn(exported(signed, {"A": 1, "B": 6, "C": 2}), signed, key)
    assert [(x.groups, x.signed, x.withheld) for x in sheet(count, "cadre").lines] == [
        (("A",), True, False),
        (("B", "C"), False, False),
    ]


def test_blank_sheet_is_invalid_and_blank_row_is_not(package, key, exported):
    some = {"cadre": {"p0": "b"}, "body": {"bd": "g"}}
    ballots = {"A": [], "B": [some] * 6 + [{}], "C": [{"body": {"bd": "g"}}] * 5}
    count = o.open_urn(exported(package, {"B": 7, "C": 5}, ballots=ballots), package, key)
    (cadre,) = sheet(count, "cadre").lines
    assert (cadre.groups, cadre.returned, cadre.valid, cadre.invalid) == (("B", "C"), 12, 6, 6)
    assert [row.blank for row in cadre.rows] == [0, 6, 6]
    # One partition for the whole urn: lines (B), (C) here would give back what C left empty there.
    (body,) = sheet(count, "body").lines
    assert (body.groups, body.valid, body.invalid) == (("B", "C"), 11, 1)


def test_altered_added_or_removed_envelope_refuses_the_opening(package, key, exported):
    export = exported(package, {"A": 5, "B": 5, "C": 5})
    first = export.groups[0]
    bad = bytes([first.envelopes[0][0] ^ 1]) + first.envelopes[0][1:]
    for envelopes in (first.envelopes[1:], (bad, *first.envelopes[1:]), (*first.envelopes, bad)):
        changed = replace(export, groups=(replace(first, envelopes=envelopes), *export.groups[1:]))
        with pytest.raises(OpeningRefusal) as refused:
            o.open_urn(changed, package, key)
        assert "密封件的总指纹与封箱时不符,有增减或改动" in [str(r) for r in refused.value.reasons]


def test_foreign_package_or_key_refuses_the_opening(package, key, exported):
    export = exported(package, {"A": 5, "B": 5, "C": 5})
    with pytest.raises(OpeningRefusal):
        o.open_urn(export, replace(package, urn="u2"), key)
    with pytest.raises(OpeningRefusal):
        o.open_urn(export, package, X25519PrivateKey.generate())


def test_forged_envelopes_are_found_though_the_root_fits(package, key, exported, rerooted):
    """A forger in the database can make the root fit; the sealed card fingerprint gives him away."""
    export = exported(package, {"A": 6, "B": 6, "C": 6})
    a, b, c = export.groups
    damaged = bytes([a.envelopes[0][40] ^ 1]).join([a.envelopes[0][:40], a.envelopes[0][41:]])
    forged = rerooted(
        replace(
            export,
            groups=(
                replace(a, envelopes=tuple(sorted((damaged, *a.envelopes[1:])))),
                replace(b, envelopes=tuple(sorted((c.envelopes[0], *b.envelopes[1:])))),
                replace(c, cards=tuple(sorted(("0" * 64, *c.cards[1:])))),
            ),
        )
    )
    count = o.open_urn(forged, package, key)
    assert count.findings == (("foreign_card", 1), ("unreadable", 2))
    assert [x.invalid for x in sheet(count, "cadre").lines] == [1, 1, 1]


def test_two_envelopes_of_one_card_both_fall(package, key, exported, card, choose, rerooted):
    from cases.ballot_box.envelope import seal

    export = exported(package, {"A": 6, "B": 6, "C": 6})
    mine = card()
    twice = tuple(sorted(seal(package, "A", mine, {"cadre": {"p0": v}}) for v in "ab"))
    a = replace(export.groups[0], envelopes=tuple(sorted((*export.groups[0].envelopes, *twice))))
    a = replace(a, cards=tuple(sorted((*a.cards, mine))), printed=7)
    changed = rerooted(replace(export, groups=(a, *export.groups[1:])))
    with pytest.raises(OpeningRefusal, match="密封件与已用卡数不符"):  # B19: more than cards
        o.open_urn(changed, package, key)
    count = o.open_urn(changed, package, key, surplus_noted=True)
    assert count.findings == (("repeated_card", 2),)
    assert sheet(count, "cadre").lines[0].invalid == 2


def test_export_round_trips_and_refuses_rubbish(package, exported):
    export = exported(package, {"A": 3})
    assert x.from_json(export.to_json()) == export
    assert len(export.receipts()) == 3
    for text in (
        "",
        "{}",
        "[]",
        export.to_json().replace("kaoji-urn", "other"),
        json.dumps({"format": 1}),
    ):
        with pytest.raises(OpeningRefusal):
            x.from_json(text)
    with pytest.raises(OpeningRefusal):
        o.result_from_json("{}")


@given(st.lists(st.integers(0, 12), min_size=1, max_size=7), st.integers(3, 10))
def test_merging_keeps_everybody_in_order_and_leaves_no_small_group(sizes, least):
    named = {f"g{i}": n for i, n in enumerate(sizes)}
    merged = merge_small(named, least)
    assert [key for keys in merged for key in keys] == list(named)
    assert len(merged) == 1 or all(sum(named[k] for k in keys) >= least for keys in merged)

from dataclasses import replace
from fractions import Fraction

from cases.scoring.analysis.record import difference, kept
from cases.scoring.scoresheet import score_units
from tests.cases.scoring.test_scoresheet import SCHEME, UNITS, changed, figures, sheets

VERSIONS = {("u1", "rd"): 1}


def test_kept_holds_totals_ranks_figures_and_versions() -> None:
    found = kept(sheets(), VERSIONS)
    assert found["scheme"] == SCHEME.document_digest
    assert found["units"]["u1"] == {"class": "county.plain", "total": "89.000000000000", "rank": 1}
    assert found["figures"]["u1"] == {
        "rd": ["2", 1], "hightech": ["40", 0], "pm25": ["28", 0], "energy": ["1/2", 0],
    }  # fmt: skip


def test_kept_is_the_same_twice() -> None:
    assert kept(sheets(), VERSIONS) == kept(sheets(), VERSIONS)
    again = difference(kept(sheets(), {}), kept(sheets(), {}), SCHEME, SCHEME)
    assert again.same


def test_difference_names_the_figure_and_whom_it_moved() -> None:
    before, after = kept(sheets(), {}), kept(sheets(changed("u1", "hightech", 1)), {})
    found = difference(before, after, SCHEME, SCHEME)
    assert [(c.unit, c.indicator, c.before, c.after) for c in found.figures] == [
        ("u1", "hightech", "40", "1")
    ]
    assert (found.scheme, found.weights) == (False, ())
    assert {t.unit: [str(w) for w in t.why] for t in found.totals} == {
        "u1": ["本单位 1 项数据有变动"],
        "u2": ["同类 1 个单位的数据有变动"],
        "u3": ["同类 1 个单位的数据有变动"],
    }


def test_difference_names_the_weight() -> None:
    table = {**SCHEME.weights["county.plain"], "rd": Fraction(20), "hightech": Fraction(40)}
    scheme = replace(
        SCHEME, weights={**SCHEME.weights, "county.plain": table}, document_digest="other"
    )
    other = kept(score_units(scheme, UNITS, figures()), {})
    found = difference(kept(sheets(), {}), other, SCHEME, scheme)
    assert found.scheme
    assert [(w.indicator, w.before, w.after) for w in found.weights] == [
        ("rd", "30", "20"),
        ("hightech", "30", "40"),
    ]
    assert [[str(w) for w in t.why] for t in found.totals] == [["方案有变动"]] * 3


def test_difference_tells_who_came_and_left() -> None:
    fewer = {unit: code for unit, code in UNITS.items() if unit != "u3"}
    short = kept(score_units(SCHEME, fewer, [f for f in figures() if f.unit != "u3"]), {})
    came = difference(short, kept(sheets(), {}), None, None)
    left = difference(kept(sheets(), {}), short, None, None)
    assert [str(w) for t in came.totals if t.unit == "u3" for w in t.why] == [
        "新纳入计算",
        "本单位 4 项数据有变动",
    ]
    assert [str(t.why[0]) for t in left.totals if t.unit == "u3"] == ["不再纳入计算"]

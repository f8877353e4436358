from cases.scoring.analysis.moves import class_ranks
from cases.scoring.analysis.variants import Changed, scored, variants
from tests.cases.scoring.test_scoresheet import SCHEME, sheets


def test_variants_leave_out_what_the_scheme_does_already() -> None:
    assert [(one.code, one.changed) for one in variants(SCHEME)] == [
        ("minmax", Changed.NORMALISATION),
        ("zscore", Changed.NORMALISATION),
        ("percentile", Changed.NORMALISATION),
        ("rank_step", Changed.NORMALISATION),
        ("geometric", Changed.AGGREGATION),
        ("harmonic", Changed.AGGREGATION),
        ("equal", Changed.WEIGHING),
        ("entropy", Changed.WEIGHING),
    ]


def test_variants_all_score_the_same_units() -> None:
    real = sheets()
    for one in variants(SCHEME):
        other = scored(one, real.book)
        assert list(other) == list(real), one.code
        assert None not in other.totals().values(), one.code


def test_variants_of_joining_move_the_unbalanced() -> None:
    real = sheets()
    geometric = next(one for one in variants(SCHEME) if one.code == "geometric")
    # a mean of products of u2 is nought in its first group: it passes nobody by its other one
    assert (class_ranks(real)["u2"], class_ranks(scored(geometric, real.book))["u2"]) == (3, 2)
    assert scored(geometric, real.book)["u2"].groups[0].score == 0

"""The scoring methods by code. A new one: its file here, its line in ``METHODS``."""

from cases.scoring.methods import (
    bands,
    best_ratio,
    distance_to_target,
    efficacy,
    growth,
    minmax,
    per_case_deduct,
    per_unit_deduct,
    percentile,
    rank_step,
    rank_table,
    target_all_or_none,
    target_ratio,
    target_then_rank,
    vs_mean,
    zscore,
)
from cases.scoring.methods.method import Method

METHODS: dict[str, Method] = {
    one.code: one
    for one in (
        target_all_or_none.METHOD,
        target_ratio.METHOD,
        best_ratio.METHOD,
        rank_step.METHOD,
        rank_table.METHOD,
        target_then_rank.METHOD,
        efficacy.METHOD,
        minmax.METHOD,
        zscore.METHOD,
        percentile.METHOD,
        growth.METHOD,
        distance_to_target.METHOD,
        per_unit_deduct.METHOD,
        per_case_deduct.METHOD,
        vs_mean.METHOD,
        bands.METHOD,
    )
}

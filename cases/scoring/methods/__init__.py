"""The scoring methods by code. A new one: its file here, its line in ``METHODS``."""

from cases.scoring.methods import minmax, target_ratio
from cases.scoring.methods.method import Method

METHODS: dict[str, Method] = {
    one.code: one
    for one in (
        target_ratio.METHOD,
        minmax.METHOD,
    )
}

import numpy as np

from cases.scoring.methods.places import places
from cases.scoring.vectors import Exact, Floats, ranked


def test_places_agree_with_competition_ranks() -> None:
    for nums in ([3, 1, 3, 2], [5], [2**70, -(2**70), 0, 2**70], [-(2**63), 0, 2**63 - 1]):
        for high in (True, False):
            assert places(Exact(nums), high).first.tolist() == ranked(Exact(nums), high)


def test_places_sharing_counts_the_tied() -> None:
    found = places(Exact([3, 1, 3, 2]), True)
    assert found.sharing.tolist() == [2, 1, 2, 1]
    assert [str(v) for v in found.by("mean").all()] == ["3/2", "4", "3/2", "3"]


def test_places_last_bits_of_floats_apart() -> None:
    found = places(Floats(np.array([0.3, 0.1 + 0.2, 0.1])), True)
    assert found.first.tolist() == [1, 1, 3]


def test_places_tiny_floats_keep_their_order() -> None:
    found = places(Floats(np.array([3e-15, 1e-15, 0.0])), True)
    assert found.first.tolist() == [1, 2, 3]


def test_places_zeros_of_floats() -> None:
    assert places(Floats(np.zeros(2)), True).first.tolist() == [1, 1]

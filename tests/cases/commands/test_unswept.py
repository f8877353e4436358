"""The collector rests while the work runs, and is as it was afterwards."""

import gc

import pytest

from cases.commands.unswept import unswept


def test_unswept_rests_the_collector_until_the_work_is_done() -> None:
    with unswept():
        inside = gc.isenabled()
    assert (inside, gc.isenabled()) == (False, True)


def test_unswept_after_an_error_sweeps_again() -> None:
    with pytest.raises(ValueError, match="broken"), unswept():
        raise ValueError("broken")
    assert gc.isenabled()


def test_unswept_inside_unswept_leaves_the_sweeping_to_the_outer() -> None:
    with unswept():
        with unswept():
            pass
        inside = gc.isenabled()
    assert (inside, gc.isenabled()) == (False, True)

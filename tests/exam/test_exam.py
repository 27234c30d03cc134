"""The ordinary run's share of the exam: every class at its small count."""

import pytest

from tests.exam.register import CLASSES, take


@pytest.mark.slow
@pytest.mark.parametrize("one", [one for one in CLASSES if one.ordinary], ids=lambda one: one.name)
def test_everything_is_found(one):
    outcomes = take(one, one.ordinary, seed=7)
    assert outcomes
    assert [outcome for outcome in outcomes if not outcome.ok] == []

"""Every drill at a small size, so that the suite knows when one would fall short, or no longer runs."""

import pytest

from tests.drills.catalogue import DRILLS
from tests.drills.outcome import held, line


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(DRILLS))
def test_a_small_drill_reaches_its_target(name, tmp_path):
    drill = DRILLS[name]
    found = held(drill, tmp_path, small=True)
    assert found.is_met, line(drill, found)

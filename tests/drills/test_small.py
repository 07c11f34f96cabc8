"""Every drill at a small size, so that the suite knows when one would fall short, or no longer runs."""

import pytest

from tests.drills.catalogue import SMALL
from tests.drills.outcome import held, line


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_small_drill_reaches_its_target(name, tmp_path):
    drill = SMALL[name]
    found = held(drill, tmp_path, small=True)
    assert found.is_met, line(drill, found)

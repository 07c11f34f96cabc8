"""A home of its own for each test of the embedded services."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.embedding import Home, new_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Empty, and removed with all that runs in it."""
    home = new_home(tmp_path)
    yield home
    home.remove()

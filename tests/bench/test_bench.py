"""The bench itself: its world is the product's, its ratios say what they say, and every section still runs."""

import json
import os
import subprocess
import sys

import pytest

from bench import reporting
from bench.measuring import Figure, Timing
from tests.architecture.source import PROJECT, ROOMS, files_of, read


def bench(*arguments):
    """The bench on a few cases, in databases of its own beside the suite's."""
    command = [sys.executable, "-m", "bench", "--cases", "300", "--small", "100", "--days", "1", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=dict(os.environ), capture_output=True, text=True, timeout=580, check=False
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_is_loaded_is_what_the_product_would_have_written_and_every_section_leaves_its_figures(tmp_path):
    from bench.sections import SECTIONS

    done = bench("--check", "--runs", "1", "--results", str(tmp_path / "results.json"))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "results.json").read_text())["sections"]
    assert set(found) == set(SECTIONS)
    for name, section in found.items():
        assert section["figures"], name
        assert section["cases"] == 300
        assert section["machine"]["cores"] >= 1


def test_no_room_knows_the_bench_or_the_tests():
    for path in files_of(*ROOMS):
        lines = [line.strip() for line in read(path).splitlines()]
        strays = [
            line
            for line in lines
            if line.startswith(("from bench", "import bench", "from tests", "import tests"))
        ]
        assert strays == [], path


@pytest.mark.parametrize(
    ("bounds", "value", "verdict"),
    [
        ({"must": 3, "stretch": 2}, 1.9, "stretch"),
        ({"must": 3, "stretch": 2}, 3.0, "ok"),
        ({"must": 3, "stretch": 2}, 3.1, "short"),
        ({"must": 0.5, "stretch": 0.75, "at_least": True}, 0.8, "stretch"),
        ({"must": 0.5, "stretch": 0.75, "at_least": True}, 0.4, "short"),
        ({}, 7, ""),
    ],
)
def test_a_figure_says_whether_it_keeps_its_bounds(bounds, value, verdict):
    assert Figure.plain("x", value, **bounds).verdict == verdict


def test_a_ratio_tells_the_medians_and_how_far_the_runs_lie_apart():
    slow, quick = Timing((0.4, 0.2, 0.3)), Timing((0.1, 0.1, 0.05))
    figure = Figure.ratio("x", slow, quick)
    assert (figure.value, figure.low, figure.high) == pytest.approx((3.0, 2.0, 6.0))
    # Where more is better: the product does a third of what the yardstick does in the same time.
    assert Figure.ratio("x", slow, quick, at_least=True).value == pytest.approx(1 / 3)


def test_the_page_keeps_what_people_wrote(tmp_path):
    results, page = tmp_path / "results.json", tmp_path / "bench.md"
    where = {
        "machine": {"processor": "p", "cores": 4, "memory_gb": 23, "system": "Linux"},
        "postgresql": {"server_version": "18.4", "fsync": "off"},
        "python": "3.11",
        "packages": {"django": "5.2"},
    }
    page.write_text(f"before\n{reporting.BEGIN}\nold\n{reporting.END}\nafter\n")
    for section in ("list", "search"):
        reporting.keep(
            results, section, [Figure.plain(f"{section}.x", 2, must=1)], cases=10, runs=5, where=where
        )
    reporting.write_page(results, page)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith(f"{reporting.END}\nafter\n")
    assert "old" not in text
    assert "| list.x | 2 times |  | ≤ 1 |  | short |  |" in text
    assert "search.x" in text

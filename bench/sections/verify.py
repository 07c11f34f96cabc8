"""The proof of the histories: how many lines a second are hashed again and compared, and what it takes of memory."""

import json
import subprocess
import sys
from collections.abc import Iterable

from bench.measuring import Bench, Figure
from bench.places import PROJECT

# In a process of its own: the most memory that a process ever held can only be asked of the whole process.
_RUN = """
import json, resource, time
import django
django.setup()
from cases import verification
held = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, began = held(), time.perf_counter()
done = verification.verify()
print(json.dumps({"lines": done.events, "faults": len(done.faults), "seconds": time.perf_counter() - began,
    "growth": (held() - before) / 1024}))
"""


def measure(bench: Bench) -> Iterable[Figure]:
    """All histories of the full database."""
    runs = [_verified(bench) for _ in range(bench.runs + 1)][1:]
    if any(run["faults"] for run in runs):
        raise AssertionError("The histories of the bench do not hold.")
    rates = sorted(run["lines"] / run["seconds"] for run in runs)
    yield Figure(
        name="verify.lines_a_second",
        value=rates[len(rates) // 2],
        low=rates[0],
        high=rates[-1],
        unit="lines a second",
        must=50_000,
        at_least=True,
        of=f"{runs[0]['lines']:.0f} lines",
    )
    yield Figure.plain("verify.memory_growth", max(run["growth"] for run in runs), unit="MB", must=50)


def _verified(bench: Bench) -> dict[str, float]:
    run = subprocess.run(
        [sys.executable, "-c", _RUN], cwd=PROJECT, env=bench.full.environment(), check=True, capture_output=True,
        timeout=1800,
    )  # fmt: skip
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found

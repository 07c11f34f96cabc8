"""How long the product takes to its first answer, against the bare project: from the command to the answer."""

from collections.abc import Iterable

from bench import serving
from bench.measuring import Bench, Figure, Timing


def measure(bench: Bench) -> Iterable[Figure]:
    """gunicorn with one worker; the first answer of each."""
    taken: dict[str, list[float]] = {"product": [], "bare": []}
    for run in bench.rounds():
        for name, serve in (("product", serving.product), ("bare", serving.bare)):
            with serve(bench.full, workers=1) as server:
                if run:
                    taken[name].append(server.started_in)
    product, bare = (Timing(tuple(values)) for values in taken.values())
    yield Figure.ratio("start.to_bare", product, bare, must=2.5, stretch=1.5)

"""python -m bench [--cases N] [--only SECTION ...]: load, measure, tell. Needs DATABASE_URL and REDIS_URL: see `make bench`."""

import argparse
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from bench import checking, reporting
from bench.measuring import Bench, Figure
from bench.places import Site, two_sites
from bench.sections import SECTIONS

# Smaller runs tell, but leave no results behind.
FULL_SIZE = 200_000


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    if options.results is None and options.cases >= FULL_SIZE:
        options.results = reporting.RESULTS
    with two_sites(cases=options.cases, small=options.small, days=options.days) as (full, small):
        _become(full)
        if options.check and checking.check():
            return 1
        bench = Bench(full, small, runs=options.runs)
        where = reporting.surroundings(full)
        short: list[Figure] = []
        for name in options.only or SECTIONS:
            short += _section(bench, name, options, where)
    if options.results == reporting.RESULTS:
        reporting.write_page(reporting.RESULTS, reporting.PAGE)
    for figure in short:
        print(f"SHORT {figure.line()}")
    return 0


def _section(bench: Bench, name: str, options: argparse.Namespace, where: dict[str, object]) -> list[Figure]:
    began = time.monotonic()
    figures = []
    for figure in import_module(f"bench.sections.{name}").measure(bench):
        print(figure.line(), flush=True)
        figures.append(figure)
    bench.say(f"{name}: {time.monotonic() - began:.0f} s")
    if options.results is not None:
        reporting.keep(options.results, name, figures, cases=bench.full.cases, runs=bench.runs, where=where)
    return [figure for figure in figures if figure.verdict == "short"]


def _become(site: Site) -> None:
    """Django in this process, on the full database, with the keys it was loaded with."""
    import django

    os.environ.update(site.environment())
    django.setup()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=int(os.environ.get("BENCH_CASES") or FULL_SIZE))
    parser.add_argument(
        "--small", type=int, default=10_000, help="size of the database that the full one is held against"
    )
    parser.add_argument(
        "--days", type=int, default=12, help="different days of receipt of each course of a case"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="see first whether what is loaded is what the product would write",
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--only", nargs="*", choices=SECTIONS, default=(os.environ.get("BENCH_ONLY") or "").split()
    )
    parser.add_argument(
        "--results", type=Path, help="where figures are kept; of a run at full size, bench/results.json"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

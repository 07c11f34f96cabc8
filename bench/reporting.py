"""Where figures go: lines on the terminal, bench/results.json, and the generated part of docs/bench.md."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.measuring import Figure
from bench.places import Site

RESULTS = Path(__file__).parent / "results.json"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "bench.md"
BEGIN, END = "<!-- made by make bench -->", "<!-- end of what make bench makes -->"
_PACKAGES = ("django", "djangorestframework", "psycopg", "celery", "gunicorn", "orjson")


def surroundings(site: Site) -> dict[str, Any]:
    """The machine and the versions that the figures were taken with."""
    with site.connect() as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("server_version", "shared_buffers", "fsync", "synchronous_commit")
        }
    return {
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            # How many processes wanted a core as the run began: above the cores, the figures are of a busy machine.
            "load": round(os.getloadavg()[0], 1),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "postgresql": shown,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.processor()


def keep(
    path: Path, section: str, figures: list[Figure], *, cases: int, runs: int, where: dict[str, Any]
) -> None:
    """Put a section's figures in the file; those of other sections stay as they were found."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"sections": {}}
    known["sections"][section] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cases": cases,
        "runs": runs,
        **where,
        "figures": [figure.as_json() for figure in figures],
    }
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_page(results: Path, page: Path) -> None:
    """Replace the generated part of the page; what people wrote around it stays."""
    text = page.read_text(encoding="utf-8") if page.exists() else f"# How fast it is\n\n{BEGIN}\n{END}\n"
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    sections = json.loads(results.read_text(encoding="utf-8"))["sections"]
    made = "\n".join(_section(name, found) for name, found in sections.items())
    page.write_text(f"{before}{BEGIN}\n\n{made}\n{END}{after}", encoding="utf-8")


def _section(name: str, found: dict[str, Any]) -> str:
    machine, postgres = found["machine"], found["postgresql"]
    head = (
        f"### {name}\n\n{found['cases']:,} cases, {found['runs']} runs, {found['at'][:10]}; {machine['processor']}, "
        f"{machine['cores']} cores (load {machine.get('load', 'not noted')}), {machine['memory_gb']} GB; PostgreSQL {postgres['server_version']} "
        f"(fsync {postgres['fsync']}), Python {found['python']}, "
        + ", ".join(f"{package} {number}" for package, number in found["packages"].items())
        + ".\n\n| figure | value | least to most | must | stretch | reached | of |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(_row(figure) for figure in found["figures"])


def _row(figure: dict[str, Any]) -> str:
    sign = "≥" if figure["at_least"] else "≤"
    must, stretch = (
        "" if figure[bound] is None else f"{sign} {figure[bound]:g}" for bound in ("must", "stretch")
    )
    spread = "" if figure["low"] == figure["high"] else f"{figure['low']:.3g} to {figure['high']:.3g}"
    value = f"{figure['value']:.3g} {figure['unit']}"
    return f"| {figure['name']} | {value} | {spread} | {must} | {stretch} | {figure['verdict']} | {figure['of']} |\n"

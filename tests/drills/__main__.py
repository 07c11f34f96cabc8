"""python -m tests.drills [NAME ...]: these drills, or all, at full size (--small: at the suite's); 1 if one falls short.

Wants DATABASE_URL and REDIS_URL as the embedded services give them; where DATABASE_OWNER_URL is set too, the product's
processes work as the application's role and only the drills themselves as the owner.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.drills.outcome import Drill


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument(
        "--small", action="store_true", help="at the size of the suite; nothing is written down"
    )
    asked = parser.parse_args()
    if owner := os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DRILL_APP_URL"], os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"], owner
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.drills.catalogue import DRILLS, SMALL

    drills = SMALL if asked.small else DRILLS
    if unknown := set(asked.names) - set(drills):
        parser.error(f"no drill is called {', '.join(sorted(unknown))}; there are {', '.join(drills)}")
    return run([drills[name] for name in asked.names or drills], small=asked.small)


def run(drills: Sequence["Drill"], *, small: bool) -> int:
    from django.core.management import call_command
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from tests.drills.catalogue import DRILLS
    from tests.drills.outcome import held, line, write_down

    setup_test_environment()
    # Of stdout the drills' lines alone are to be read.
    with redirect_stdout(sys.stderr):
        old = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    short = 0
    try:
        for drill in drills:
            began = time.monotonic()
            call_command("flush", verbosity=0, interactive=False)
            folder = Path(tempfile.mkdtemp(prefix=f"drill-{drill.name}-"))
            found = held(drill, folder, small=small)
            print(line(drill, found), flush=True)
            short += not found.is_met
            if not small:
                seconds = time.monotonic() - began
                write_down(drill, found, seconds=seconds, at=datetime.now(UTC), order=list(DRILLS))
            if found.is_met:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                print(f"what the processes said is in {folder}", file=sys.stderr)
    finally:
        teardown_databases(old, verbosity=0)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())

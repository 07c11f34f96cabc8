"""Prove that no line of history was changed, removed, put in or moved."""

import json
import sys
import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cases import verification


class Command(BaseCommand):
    help = "Hash every history again and compare. Exit code 1 when one does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, **options: Any) -> None:
        began = time.monotonic()
        with tqdm(unit="line", file=sys.stderr, disable=None) as bar:
            done = verification.verify(tell=lambda lines: bar.update(lines - bar.n))
        faults = done.faults or []
        seconds = time.monotonic() - began
        if options["json"]:
            found = {
                "cases": done.cases,
                "events": done.events,
                "faults": [asdict(fault) for fault in faults],
            }
            self.stdout.write(json.dumps(found | {"seconds": round(seconds, 3)}, ensure_ascii=False))
        else:
            for fault in faults:
                self.stdout.write(f"{fault.reference} line {fault.seq}: {fault.what}")
            self.stdout.write(
                f"{done.events} lines of {done.cases} cases in {seconds:.1f} s: {len(faults)} faults"
            )
        if faults:
            raise CommandError("The history does not hold.", returncode=1)

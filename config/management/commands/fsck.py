"""Ask whether the rows of all rooms fit each other."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config import invariants


class Command(BaseCommand):
    help = "Ask whether the rows of all rooms fit each other. Changes nothing; exit code 1 when something does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, **options: Any) -> None:
        found = invariants.broken(timezone.now())
        asked = len(invariants.INVARIANTS)
        if options["json"]:
            self.stdout.write(
                json.dumps({"asked": asked, "broken": [asdict(each) for each in found]}, ensure_ascii=False)
            )
        else:
            for each in found:
                self.stdout.write(f"not true: {each.sentence}: {each.count} ({', '.join(each.first)})")
            self.stdout.write(f"{asked} asked, {len(found)} not true")
        if found:
            raise CommandError("The rows do not fit each other.", returncode=1)

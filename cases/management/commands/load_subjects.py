"""Bring the tree of subjects in line with its data file."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases import subjects


class Command(BaseCommand):
    help = "Load the tree of subjects. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, **options: Any) -> None:
        counts = subjects.load()
        line = (
            json.dumps(counts) if options["json"] else ", ".join(f"{n} {what}" for what, n in counts.items())
        )
        self.stdout.write(line)

"""Load the time limits of the law from a table."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.management import data_files
from bodies.yaml_lines import FileRefused
from cases.rule_book import load_rules
from cases.rule_files import read_rules

OURS = Path(__file__).resolve().parents[2] / "data" / "time_limits.csv"


class Command(BaseCommand):
    help = "Load the time limits. A second run changes nothing; a bad file changes nothing and is told by line and column."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OURS, metavar="FILE.csv")
        parser.add_argument("--json", action="store_true", help="counts or faults as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            lines = read_rules(data_files.read(path), source=str(path))
            counts = load_rules(lines, source=str(path), today=timezone.localdate())
        except FileRefused as refused:
            if options["json"]:
                self.stdout.write(data_files.faults_as_json(refused))
            raise CommandError(data_files.faults_as_text(refused)) from None
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        line = _("time limits: %(created)d created, %(changed)d changed, %(unchanged)d unchanged")
        self.stdout.write(line % counts)

"""Load plans from files, all or none."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from bodies.management import data_files
from bodies.yaml_lines import FileRefused
from plans import loading

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLES = [
    "kim-bang-2021-2025.yaml",
    "bac-kan-2023-2025.yaml",
    "bac-giang-phuong-a-2024.yaml",
    "ninh-binh-2021-2025.yaml",
]


class Command(BaseCommand):
    help = "Load plans from files. The same file twice changes nothing, a bad file changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE.yaml")
        parser.add_argument("--samples", action="store_true", help="the four plans of the product")
        parser.add_argument("--json", action="store_true", help="counts or faults as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        paths = [*options["files"], *(DATA / name for name in SAMPLES if options["samples"])]
        if not paths:
            raise CommandError(_("Name a file, or --samples."))
        try:
            loaded = loading.load_plans([(str(path), data_files.read(path)) for path in paths])
        except FileRefused as refused:
            if options["json"]:
                self.stdout.write(data_files.faults_as_json(refused))
            raise CommandError(data_files.faults_as_text(refused)) from None
        kinds = {
            _("plans"): loaded.plans,
            _("targets"): loaded.targets,
            _("duties"): loaded.duties,
            _("milestones"): loaded.milestones,
        }
        words = ("created", "changed", "unchanged", "retired")
        if options["json"]:
            counts = dict(zip(("plans", "targets", "duties", "milestones"), kinds.values(), strict=True))
            self.stdout.write(
                json.dumps({what: {word: count[word] for word in words} for what, count in counts.items()})
            )
            return
        for what, count in kinds.items():
            line = _("%(what)s: %(created)d created, %(changed)d changed, %(unchanged)d unchanged")
            self.stdout.write(line % {"what": what, **{word: count[word] for word in words}})

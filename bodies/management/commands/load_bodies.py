"""Load areas, bodies and acts from tree files, all or none."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies import loading
from bodies.management import data_files
from bodies.yaml_lines import FileRefused

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLES = ["kim-bang.yaml", "bac-kan.yaml", "bac-giang.yaml", "ninh-binh.yaml"]


class Command(BaseCommand):
    help = "Load areas, bodies and acts from tree files. The same file twice changes nothing, a bad file changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE.yaml")
        parser.add_argument("--samples", action="store_true", help="the four sample trees of the product")
        parser.add_argument(
            "--minimums", action="store_true", help="how often posts must receive citizens, by law"
        )
        parser.add_argument("--json", action="store_true", help="counts or faults as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        paths = [*options["files"], *(DATA / name for name in SAMPLES if options["samples"])]
        if not paths and not options["minimums"]:
            raise CommandError(_("Name a file, or --samples or --minimums."))
        try:
            counts = _load(paths, minimums=options["minimums"])
        except FileRefused as refused:
            if options["json"]:
                self.stdout.write(data_files.faults_as_json(refused))
            raise CommandError(data_files.faults_as_text(refused)) from None
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        words = {
            "areas": _("areas"),
            "bodies": _("bodies"),
            "acts": _("acts"),
            "minimums": _("reception minimums"),
        }
        for what, count in counts.items():
            line = _("%(what)s: %(created)d created, %(changed)d changed, %(unchanged)d unchanged")
            self.stdout.write(line % {"what": words[what], **count})


def _load(paths: list[Path], *, minimums: bool) -> dict[str, dict[str, int]]:
    with transaction.atomic():
        loaded = loading.load_trees([(str(path), data_files.read(path)) for path in paths], at=timezone.now())
        counts = {"areas": loaded.areas, "bodies": loaded.bodies, "acts": loaded.acts} if paths else {}
        if minimums:
            path = DATA / "reception_minimums.yaml"
            counts["minimums"] = loading.load_minimums(data_files.read(path), source=str(path))
    # Of trees just loaded the planner knows nothing, takes them for small, and reads lists of cases body by body.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bodies_area, bodies_body")
    return {what: _in_order(count) for what, count in counts.items()}


def _in_order(count: Counter[str]) -> dict[str, int]:
    return {word: count[word] for word in ("created", "changed", "unchanged")}

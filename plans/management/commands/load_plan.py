"""Load plans from files, all or none."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from bodies.yaml_lines import FileRefused
from plans import loading

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLES = [
    "kim-bang-2021-2025.yaml",
    "bac-kan-2023-2025.yaml",
    "bac-giang-phuong-a-2024.yaml",
    "ninh-binh-2021-2025.yaml",
]
MOST_FAULTS = 20


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
            loaded = loading.load_plans([(str(path), _read(path)) for path in paths])
        except FileRefused as refused:
            if options["json"]:
                self.stdout.write(_faults_as_json(refused))
            raise CommandError(_faults_as_text(refused)) from None
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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        what = _("%(file)s cannot be read: %(reason)s")
        raise CommandError(what % {"file": path, "reason": wrong.strerror}) from None
    except UnicodeDecodeError:
        raise CommandError(_("%(file)s is not a text in UTF-8.") % {"file": path}) from None


def _faults_as_text(refused: FileRefused) -> str:
    lines = [f"{refused.source}:{fault.line}: {fault.what}" for fault in refused.faults[:MOST_FAULTS]]
    more = len(refused.faults) - MOST_FAULTS
    if more > 0:
        lines.append(_("and %(count)d more") % {"count": more})
    return "\n".join([_("Nothing was changed."), *lines])


def _faults_as_json(refused: FileRefused) -> str:
    faults = [{"line": fault.line, "what": fault.what} for fault in refused.faults]
    return json.dumps({"file": refused.source, "faults": faults}, ensure_ascii=False)

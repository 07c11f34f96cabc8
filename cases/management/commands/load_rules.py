"""Load the time limits of the law from a table."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

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
            lines = read_rules(_read(path), source=str(path))
            counts = load_rules(lines, source=str(path), today=timezone.localdate())
        except FileRefused as refused:
            if options["json"]:
                faults = [{"line": fault.line, "what": fault.what} for fault in refused.faults]
                self.stdout.write(json.dumps({"file": refused.source, "faults": faults}, ensure_ascii=False))
            raise CommandError("\n".join([_("Nothing was changed."), str(refused)])) from None
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        line = _("time limits: %(created)d created, %(changed)d changed, %(unchanged)d unchanged")
        self.stdout.write(line % counts)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        what = _("%(file)s cannot be read: %(reason)s") % {"file": path, "reason": wrong.strerror}
        raise CommandError(what) from None
    except UnicodeDecodeError:
        raise CommandError(_("%(file)s is not a text in UTF-8.") % {"file": path}) from None
